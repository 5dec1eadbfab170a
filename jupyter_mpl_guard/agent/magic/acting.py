"""The subcommands of the magic that do something: the agent's own requests, carried out within the cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import messages
from ..protocol import Close, Forget, Pause, Reinit, Status, Wanted
from ..state import sentences, summary
from ..state.naming import anything_waits, ids_of, offered
from ..state.summary import Summary
from .reading import status

if TYPE_CHECKING:
    from ..responder import Responder


def _restore(agent: Responder, words: list[str]) -> Summary:
    before = agent.state()
    wanted = tuple(ids_of(words, before)) if words else Wanted.ALL
    if agent.is_paused and anything_waits(before):
        return Summary((summary.said(before),))
    agent.respond_in_cell(Reinit(wanted, data=Wanted.AUTO if words else Wanted.ALL))
    after = agent.state()
    if after["last_restore"] == before["last_restore"] and after["status"] != Status.ERROR:
        return Summary((sentences.NOTHING_WAITS,))
    taken = {each["id"] for each in offered(before)} - {each["id"] for each in offered(after)}
    return summary.restored([each for each in after["figures"] if each["id"] in taken], before, after)


def _dismiss(agent: Responder, words: list[str]) -> Summary:
    before = agent.state()
    if words:
        for identity in ids_of(words, before, "dismissed"):
            agent.respond_in_cell(Close(identity))
    elif agent.is_paused and anything_waits(before):
        return Summary((summary.said(before),))
    else:
        agent.respond_in_cell(Reinit(Wanted.NONE, data=Wanted.NONE))
    after = agent.state()
    left = {each["id"] for each in offered(after)}
    return summary.dismissed([each for each in offered(before) if each["id"] not in left], before, after)


def _pause(agent: Responder, words: list[str]) -> Summary:
    agent.respond_in_cell(Pause(True, messages.PAUSED_BY_USER))
    return status(agent)


def _resume(agent: Responder, words: list[str]) -> Summary:
    agent.respond_in_cell(Pause(False))
    return status(agent)


def _forget(agent: Responder, words: list[str]) -> Summary:
    agent.respond_in_cell(Forget())
    return Summary((sentences.FORGOTTEN,))


ACTING: dict[str, Any] = {
    "restore": _restore,
    "dismiss": _dismiss,
    "pause": _pause,
    "resume": _resume,
    "forget": _forget,
}
"""Subcommand to a function that takes the agent and the words after it and returns what to show."""
