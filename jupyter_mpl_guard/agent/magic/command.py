"""What each subcommand of the magic does: the agent's own requests, and its own facts to read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from .. import messages
from ..protocol import Request
from ..safe_hook import untraced
from ..state import summary
from ..state.naming import NoSuchFigure, ids_of, offered
from ..state.summary import Summary
from . import page
from .arguments import Misused, parse

if TYPE_CHECKING:
    from ..responder import Responder


def run(agent: Responder, line: str) -> None:
    """Do what a line of the magic says, and show what there is to say.

    Parameters
    ----------
    agent : responder.Responder
        The kernel's.
    line : str
        What stands behind the magic's name.

    Raises
    ------
    IPython.core.error.UsageError
        The line means nothing; IPython shows it as one line.
    KeyboardInterrupt
        An interrupt has come meanwhile.
    """
    from IPython.core.error import UsageError

    misused = ""
    with untraced():
        try:
            command, words = parse(line)
            if command in _READING:
                agent.look_in_cell()
                _show(_READING[command](agent))
            else:
                _act(agent, command, words)
        except KeyboardInterrupt:
            raise
        except (Misused, NoSuchFigure) as error:
            misused = str(error)
        except BaseException as error:  # a guard that is broken costs no cell
            print(f"{f'%mpl_guard {line}'.strip()}: {summary.visible(messages.described(error))}", file=sys.stderr)
    if misused:
        raise UsageError(misused)


def _act(agent: Responder, command: str, words: list[str]) -> None:
    if not agent.may_act:
        raise Misused(f"%mpl_guard {command} works in the main thread of the kernel only.")
    _show(_ACTING[command](agent, words))


# --- What is read -----------------------------------------------------------------------------------------------------


def _status(agent: Responder) -> Summary:
    return summary.status(agent.state())


def _figures(agent: Responder) -> Summary:
    return summary.figures(agent.state())


def _doctor(agent: Responder) -> Summary:
    return summary.checks(agent.answer("diagnose")["checks"])


def _code(agent: Responder) -> str:
    code: str = agent.answer("code")["code"]
    return code


def _help(agent: Responder) -> str:
    from .registration import HELP

    return HELP


_READING: dict[str, Any] = {
    "status": _status,
    "figures": _figures,
    "doctor": _doctor,
    "code": _code,
    "help": _help,
}


# --- What is done -----------------------------------------------------------------------------------------------------


def _restore(agent: Responder, words: list[str]) -> Summary:
    before = agent.state()
    wanted = tuple(ids_of(words, before)) if words else "all"
    agent.respond_in_cell(Request("reinit", wanted=wanted, wanted_data="auto" if words else "all"))
    after = agent.state()
    if after["last_restore"] == before["last_restore"] and after["status"] != "error":
        return Summary((summary.NOTHING_WAITS,))
    taken = {each["id"] for each in offered(before)} - {each["id"] for each in offered(after)}
    return summary.restored([each for each in after["figures"] if each["id"] in taken], before, after)


def _dismiss(agent: Responder, words: list[str]) -> Summary:
    before = agent.state()
    if words:
        for identity in ids_of(words, before):
            agent.respond_in_cell(Request("close", figure=identity))
    else:
        agent.respond_in_cell(Request("reinit", wanted="none", wanted_data="none"))
    after = agent.state()
    left = {each["id"] for each in offered(after)}
    return summary.dismissed([each for each in offered(before) if each["id"] not in left], before, after)


def _pause(agent: Responder, words: list[str]) -> Summary:
    agent.respond_in_cell(Request("pause", paused=True, message=messages.PAUSED_BY_USER))
    return _status(agent)


def _resume(agent: Responder, words: list[str]) -> Summary:
    agent.respond_in_cell(Request("pause", paused=False))
    return _status(agent)


def _forget(agent: Responder, words: list[str]) -> Summary:
    agent.respond_in_cell(Request("forget"))
    return Summary((messages.FORGOTTEN,))


_ACTING: dict[str, Any] = {
    "restore": _restore,
    "dismiss": _dismiss,
    "pause": _pause,
    "resume": _resume,
    "forget": _forget,
}


# --- What is shown ----------------------------------------------------------------------------------------------------


def _show(result: Summary | str) -> None:
    """Display a summary, or lines as they are: a table where the client shows HTML, and plain text elsewhere."""
    from IPython.display import display

    if isinstance(result, str):
        text, html = result.rstrip("\n"), page.listing(result)
    else:
        text, html = summary.plain(result), page.page(result)
    display({"text/plain": text, "text/html": html}, raw=True)
