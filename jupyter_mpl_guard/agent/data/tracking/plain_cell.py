"""Cells that only compute with numbers and texts: they bind the names that they mention, and change nothing else."""

from __future__ import annotations

import builtins
import re
from collections.abc import Mapping
from keyword import iskeyword
from typing import Any

from ...cells.source import mentioned
from ...internals.callbacks import others_are_called
from ...internals.ipython import has_line_magic
from ..values.kinds import ATOM_IDS

LONGEST, MOST_IDENTIFIERS = 1_000, 30
"""Most characters and identifiers of a cell that is looked at: a longer one is hardly ever such a cell."""

_KEYWORDS = "and assert break continue del elif else False for if in is None not or pass True while"
_FUNCTIONS = """
    abs bool chr complex dict divmod enumerate float frozenset int len list max min ord pow range repr reversed round
    set sorted str sum tuple zip
"""
_STATEMENTS = frozenset(_KEYWORDS.split())
_CALLED = {name: getattr(builtins, name) for name in _FUNCTIONS.split()}
_MORE = re.compile(r"[%!?@]|__|\b(?:gi|cr|ag|tb|f)_|^\s*[,;/]", re.M)
"""Signs of IPython's own syntax, and of a way to other classes and to frames."""


def is_plain(code: str, names: Mapping[str, Any], shell: Any) -> bool:
    """Return whether a cell that is about to run can do nothing but bind and delete the names that it mentions.

    No word in it is bound to anything but a number, a text or the like, so there is no code that it could call but
    Python's own. That is found without looking at any other name: a cell costs the same however many there are.

    Parameters
    ----------
    names : mapping
        The names of the user, as they are before it.
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    """
    if len(code) > LONGEST or not code.isascii() or _MORE.search(code):
        return False
    identifiers = mentioned(code).identifiers
    if len(identifiers) > MOST_IDENTIFIERS or not all(_is_harmless(each, names, shell) for each in identifiers):
        return False
    return not others_are_called(shell)


def _is_harmless(word: str, names: Mapping[str, Any], shell: Any) -> bool:
    if word in _STATEMENTS:
        return True
    if word in names:
        return id(type(names[word])) in ATOM_IDS
    if hasattr(builtins, word):
        return word in _CALLED and getattr(builtins, word) is _CALLED[word]
    return not (iskeyword(word) or has_line_magic(shell, word))
