"""What each subcommand asks the server for, and what it prints of the answer."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, NamedTuple

from ..agent.protocol import Status, Wanted
from ..agent.protocol.check_status import CheckStatus
from ..agent.state import sentences, summary
from ..agent.state.naming import anything_waits, ids_of, offered
from ..agent.state.summary import Summary
from . import export, messages, search
from .outcome import CommandFailed, ExitStatus
from .progress import waiting
from .search import Kernel
from .server import Answer

SLACK = 20.0
"""Seconds that the server has for its own work beside waiting for a kernel."""

_REFUSALS: dict[int, ExitStatus] = {
    HTTPStatus.BAD_REQUEST: ExitStatus.USAGE,
    HTTPStatus.NOT_FOUND: ExitStatus.NOBODY,
    HTTPStatus.CONFLICT: ExitStatus.NOBODY,
    HTTPStatus.TOO_MANY_REQUESTS: ExitStatus.BUSY,
}


class Result(NamedTuple):
    """How a subcommand has ended.

    Attributes
    ----------
    text : str
        What is printed for a person.
    answer : object
        What is printed with ``--json``: the server's answer.
    """

    status: ExitStatus
    text: str
    answer: Any


def _list(options: Namespace) -> Result:
    found = search.kernels(options)
    rows = tuple(
        (
            each.id,
            ", ".join(each.paths) or "-",
            each.state["status"],
            each.state["backend"] or "-",
            str(len(each.state["figures"])),
            each.server.url,
        )
        for each in found
    )
    head = ("kernel", "notebook", "status", "backend", "figures", "server")
    text = summary.plain(Summary((), head, rows)) if rows else messages.NO_KERNEL
    return Result(ExitStatus.OK, text, [each.state for each in found])


def _status(options: Namespace) -> Result:
    state = search.kernel(options).state
    return Result(_status_of(state), summary.plain(summary.status(state)), state)


def _figures(options: Namespace) -> Result:
    state = search.kernel(options).state
    return Result(ExitStatus.OK, summary.plain(summary.figures(state)), state)


def _reinit(options: Namespace) -> Result:
    wanted = {"figures": options.figures, "data": options.data, "timeout": options.timeout}
    wanted |= {"backend": options.backend} if options.backend else {}
    kernel = search.kernel(options)
    state = _restored(kernel, wanted)
    wants_something = options.backend or {options.figures, options.data} != {Wanted.AUTO.value}
    is_refused = wants_something and _is_paused(kernel.state, state)
    status = ExitStatus.PROBLEM if is_refused else _status_of(state)
    return Result(status, summary.plain(summary.status(state)), state)


def _restore(options: Namespace) -> Result:
    kernel = search.kernel(options)
    before = kernel.state
    wanted = ids_of(options.names, before) if options.names else Wanted.ALL.value
    data = (Wanted.AUTO if options.names else Wanted.ALL).value
    state = _restored(kernel, {"figures": wanted, "data": data, "timeout": options.timeout})
    if state["status"] == Status.PENDING:
        return Result(ExitStatus.BUSY, summary.said(state), state)
    if _is_paused(before, state) and anything_waits(before):
        return Result(ExitStatus.PROBLEM, summary.said(state), state)
    if state["last_restore"] == before["last_restore"] and state["status"] != Status.ERROR:
        return Result(ExitStatus.OK, sentences.NOTHING_WAITS, state)
    left = {each["id"] for each in offered(state)}
    asked = {each["id"] for each in offered(before) if wanted == Wanted.ALL or each["id"] in wanted}
    back = [each for each in state["figures"] if each["id"] in asked - left]
    is_whole = len(back) == len(asked) and not summary.missing(state)
    text = summary.plain(summary.restored(back, before, state))
    return Result(ExitStatus.OK if is_whole else ExitStatus.PROBLEM, text, state)


def _doctor(options: Namespace) -> Result:
    kernel = search.kernel(options)
    with waiting(kernel.id):
        answer = kernel.server.get("mpl-guard", "kernels", kernel.id, "diagnosis")
    document = _accepted(answer)
    checks = document["checks"]
    problem = any(each["status"] == CheckStatus.PROBLEM for each in checks)
    text = summary.plain(summary.checks(checks))
    return Result(ExitStatus.PROBLEM if problem else ExitStatus.OK, text, document)


def _code(options: Namespace) -> Result:
    kernel = search.kernel(options)
    answer = kernel.server.get("mpl-guard", "kernels", kernel.id, "code")
    document = _accepted(answer)
    return Result(ExitStatus.OK, document["code"].rstrip("\n"), document)


def _export(options: Namespace) -> Result:
    kernel = search.kernel(options)
    outcome = export.export(kernel, options)
    return Result(outcome.status, outcome.text, outcome.answer)


def _forget(options: Namespace) -> Result:
    kernel = search.kernel(options)
    answer = kernel.server.call("DELETE", "mpl-guard", "kernels", kernel.id)
    return Result(ExitStatus.OK, sentences.FORGOTTEN, _accepted(answer))


COMMANDS: dict[str, Callable[[Namespace], Result]] = {
    "list": _list,
    "status": _status,
    "figures": _figures,
    "reinit": _reinit,
    "restore": _restore,
    "doctor": _doctor,
    "code": _code,
    "export": _export,
    "forget": _forget,
}


def _restored(kernel: Kernel, wanted: dict[str, Any]) -> dict[str, Any]:
    """Ask for a restore and return the plot state that it leaves.

    Raises
    ------
    CommandFailed
        The server refuses it.
    """
    body = {"kernel_id": kernel.id, **wanted}
    with waiting(kernel.id):
        answer = kernel.server.call("POST", "mpl-guard", "reinit", body=body, patience=wanted["timeout"] + SLACK)
    state: dict[str, Any] = answer.json() if answer.code == HTTPStatus.ACCEPTED else _accepted(answer)
    return state


def _is_paused(before: dict[str, Any], state: dict[str, Any]) -> bool:
    """Return whether nothing of what was asked for is done, as the kernel is paused."""
    return state["status"] == Status.PAUSED and state["last_restore"] == before["last_restore"]


def _status_of(state: dict[str, Any]) -> ExitStatus:
    if state["status"] == Status.PENDING:
        return ExitStatus.BUSY
    return ExitStatus.PROBLEM if state["status"] in (Status.ERROR, Status.PARTIAL) else ExitStatus.OK


def _accepted(answer: Answer) -> Any:
    """Return the document of an answer.

    Raises
    ------
    CommandFailed
        The server refuses what it was asked for.
    """
    if answer.code == HTTPStatus.ACCEPTED:
        raise CommandFailed(ExitStatus.BUSY, answer.message or messages.BUSY)
    if answer.code in _REFUSALS:
        raise CommandFailed(_REFUSALS[answer.code], answer.message)
    if answer.code >= HTTPStatus.BAD_REQUEST:
        raise CommandFailed(ExitStatus.PROBLEM, answer.message or HTTPStatus(answer.code).phrase)
    return answer.json()
