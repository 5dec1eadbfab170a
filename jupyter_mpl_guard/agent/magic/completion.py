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


def completed(agent: Responder, asked: Any) -> Any:
    """Return the words that fit, and nothing beside them where IPython permits that.

    Parameters
    ----------
    agent : responder.Responder
        Knows the figures.
    asked : IPython.core.completer.CompletionContext or types.SimpleNamespace
        What IPython hands to matchers or, before 8.6, to completers: ``text_until_cursor`` is the line up to the
        cursor. Completers return words, of which IPython takes those that fit, and adds its own.
    """
    words = _completions(agent, asked.text_until_cursor)
    if hasattr(asked, "symbol"):
        return words
    from IPython.core.completer import SimpleCompletion

    token, lower = asked.token, asked.token.lower()
    fitting = [each for each in words if each.startswith(token)]
    fitting = fitting or [each for each in words if each.lower().startswith(lower)]
    return {"completions": list(map(SimpleCompletion, fitting)), "suppress": True, "ordered": True}


def _completions(agent: Responder, line: str) -> list[str]:
    """Return the subcommands, or after one that takes figures the names of those that it can take.

    Parameters
    ----------
    line : str
        The line up to the cursor.
    """
    words = line.replace(",", " ").split()
    if not line.endswith(tuple(" \t,")):
        words = words[:-1]  # it is incomplete
    if not words or words[0].lstrip("%") != "mpl_guard":
        return []
    if len(words) == 1:
        return list(SUBCOMMANDS)
    if words[1] not in TAKES_FIGURES:
        return []
    names = [name for figure in offered(agent.state()) for name in names_of(figure)]
    return [name for name in dict.fromkeys(names) if WORD.fullmatch(name) and name not in words[2:]]
