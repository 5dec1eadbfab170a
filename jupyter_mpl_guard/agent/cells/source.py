"""What the source of a cell refers to: the identifiers in it, and words that lead to names which are not in it.

Each question has a set of such words of its own. What two of them have in common is written once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

RUN_TEXTS = frozenset({"exec", "eval", "execfile", "run_cell", "run_code"})
"""Functions that run a text, which need not stand in the cell."""

NAMESPACES = frozenset({"globals", "locals", "vars", "user_ns"})
"""What gives a namespace."""

RUN_INPUTS = frozenset({"rerun", "macro", "recall"})
"""Magics that run what was typed before."""

LIST_NAMES = frozenset({"who", "whos", "who_ls"})
"""Magics that list the names of the user."""

RUNS_UNSEEN_CODE = RUN_TEXTS | RUN_INPUTS | {"run", "load_ext"}
"""Identifiers in a cell that runs code which cannot be looked at beforehand: settings and figures are restored for it.

Also where such a word does something else: being back too early, they do no harm.
"""

LOOKS_AT_NAMES = NAMESPACES | LIST_NAMES | {"dir"}
"""Identifiers in a cell that looks at names without mentioning them: those that come back with figures are there then.

Running a text is not among them, but in `RUNS_UNSEEN_CODE`, as it matters also where no name comes back.
"""

HIDES_USES = RUN_TEXTS | NAMESPACES | {"get_ipython"}
"""Identifiers in a cell whose syntax does not tell what it does with a name: its figures may have changed.

`dir` gives no values, and `get_ipython` leads to all magics; a cell that says one in its own syntax is not parsed.
"""

LOOKS_ANYWHERE = RUN_TEXTS | {"ev", "globals", "user_ns"}
"""Identifiers in the code of a function that may change what it does not mention.

`locals` and `vars` are about the function itself, or about what it mentions.
"""


def _any_of(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(sorted(words))})"


_GIVE_NAMES = _any_of(NAMESPACES - {"user_ns"} | {"dir"})
_RUN = _any_of(RUN_TEXTS | {"run_line_magic"})
_MAGICS = _any_of(LIST_NAMES | RUN_INPUTS | {"store"})

REFERS_TO_ALL = re.compile(
    rf"\b{_GIVE_NAMES}\s*\(\s*\)|\b{_RUN}\s*\(|\buser_ns\b|^\s*%%?\s*(?:run\s+-\w*i|{_MAGICS})\b", re.M
)
"""Constructs in a cell that may refer to any name of data, all of which is imported and loaded then.

That may be gigabytes, so the words alone are not enough: ``vars(x)`` is not among them.
"""

_IDENTIFIER = re.compile(r"[^\W\d]\w*")

_ASKS_AGENT = re.compile(r"^[ \t]*%?mpl_guard\b.*$", re.M)


class Mentioned(NamedTuple):
    """What the source of a cell may refer to.

    Attributes
    ----------
    identifiers : frozenset of str
        The identifiers in it, those in texts and comments too.
    everything : bool
        Whether it may refer to any name.
    """

    identifiers: frozenset[str]
    everything: bool


@lru_cache(maxsize=4)
def mentioned(code: str) -> Mentioned:
    """Return which data some source may refer to."""
    return Mentioned(identifiers(code), REFERS_TO_ALL.search(_in_normal_form(code)) is not None)


@lru_cache(maxsize=4)
def identifiers(code: str) -> frozenset[str]:
    """Return the names and keywords that some source may use, those in texts and comments too."""
    return frozenset(_IDENTIFIER.findall(_in_normal_form(code)))


def _in_normal_form(code: str) -> str:
    """Return some source, and where that differs once more in the form in which Python compares identifiers."""
    if code.isascii():
        return code
    from unicodedata import normalize

    return f"{code}\n{normalize('NFKC', code)}"


def without_magic(code: str) -> str:
    """Return a cell's source without the lines that ask the agent for something.

    Whatever such a line names, it draws nothing and changes nothing.
    """
    return _ASKS_AGENT.sub("", code) if "mpl_guard" in code else code
