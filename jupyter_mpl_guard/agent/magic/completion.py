"""Completion of a line of the magic."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..state.naming import names_of, offered
from .arguments import SUBCOMMANDS, TAKES_FIGURES

if TYPE_CHECKING:
    from ..responder import Responder

WORD = re.compile(r"[\w.-]+")
"""Words that need no quotation marks: a label may be any text."""


def completions(agent: Responder, event: Any) -> list[str]:
    """Return the subcommands, or after one that takes figures the names of those that it can take.

    Parameters
    ----------
    agent : responder.Responder
        Knows the figures.
    event : types.SimpleNamespace
        What IPython hands to completers: ``text_until_cursor`` is the line up to the cursor, ``symbol`` its last word.
    """
    words = event.text_until_cursor.replace(",", " ").split()
    if not event.text_until_cursor.endswith(tuple(" \t,")):
        words = words[:-1]  # it is incomplete
    if len(words) <= 1:
        return list(SUBCOMMANDS)
    if words[1] not in TAKES_FIGURES:
        return []
    names = [name for figure in offered(agent.state()) for name in names_of(figure)]
    return [name for name in dict.fromkeys(names) if WORD.fullmatch(name) and name not in words[2:]]
