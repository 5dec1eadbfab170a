"""The subcommands of the magic that only read: they show the agent's own facts and change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..protocol import Diagnose, WriteCode
from ..state import summary
from ..state.summary import Summary
from . import HELP

if TYPE_CHECKING:
    from ..responder import Responder


def status(agent: Responder) -> Summary:
    """Return the plot state in a few words."""
    return summary.status(agent.state())


def _figures(agent: Responder) -> Summary:
    return summary.figures(agent.state())


def _doctor(agent: Responder) -> Summary:
    return summary.checks(agent.answer(Diagnose())["checks"])


def _code(agent: Responder) -> str:
    code: str = agent.answer(WriteCode())["code"]
    return code


def _help(agent: Responder) -> str:
    return HELP


READING: dict[str, Any] = {
    "status": status,
    "figures": _figures,
    "doctor": _doctor,
    "code": _code,
    "help": _help,
}
"""Subcommand to a function that takes the agent and returns what to show."""
