"""Run a line of the magic, and show the result."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .. import messages
from ..safe_hook import untraced
from ..state import summary
from ..state.naming import NoSuchFigure
from ..state.summary import Summary
from . import page, sentences
from .acting import ACTING
from .arguments import Misused, parse
from .reading import READING

if TYPE_CHECKING:
    from ..responder import Responder


def run(agent: Responder, line: str) -> None:
    """Run a line of the magic, and show the result.

    Parameters
    ----------
    line : str
        What follows the magic's name.

    Raises
    ------
    IPython.core.error.UsageError
        The line is not valid; IPython shows it as one line.
    KeyboardInterrupt
        An interrupt has come meanwhile.
    """
    from IPython.core.error import UsageError

    misused = ""
    with untraced():
        try:
            command, words = parse(line)
            if command in READING:
                agent.look_in_cell()
                _show(READING[command](agent))
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
        raise Misused(sentences.main_thread_only(command))
    _show(ACTING[command](agent, words))


def _show(result: Summary | str) -> None:
    """Display a summary, or lines as they are: a table where the client shows HTML, and plain text elsewhere."""
    from IPython.display import display

    if isinstance(result, str):
        text, html = result.rstrip("\n"), page.listing(result)
    else:
        text, html = summary.plain(result), page.page(result)
    display({"text/plain": text, "text/html": html}, raw=True)
