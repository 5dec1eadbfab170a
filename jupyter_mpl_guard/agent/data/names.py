"""Names of the user: which of them are saved, and which of them the source of a cell may refer to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from ..protocol import NEVER_KEEP

IPYTHON_NAMES = re.compile(r"(In|Out|exit|quit|get_ipython|open)$")
"""Names that IPython has bound; those that begin with ``_`` are never saved anyway."""

ALL_NAMES = re.compile(
    r"\b(?:dir|vars|locals|globals)\s*\(\s*\)|\b(?:exec|eval|execfile|run_cell|run_line_magic)\s*\(|\buser_ns\b"
    r"|^\s*%%?\s*(?:run\s+-\w*i|who|whos|who_ls|rerun|macro|recall|store)\b",
    re.M,
)
"""Constructs in a cell that may refer to any name."""

_IDENTIFIERS = re.compile(r"[^\W\d]\w*")


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
    """Return what some source may refer to."""
    if not code.isascii():
        code += "\n" + unicodedata.normalize("NFKC", code)  # as Python reads identifiers
    return Mentioned(frozenset(_IDENTIFIERS.findall(code)), ALL_NAMES.search(code) is not None)


class NameChoice:
    """Which names are saved.

    Parameters
    ----------
    never : sequence of str
        Parts of names that are never written; ``*`` stands for any text.
    """

    def __init__(self, never: Sequence[str] = NEVER_KEEP) -> None:
        patterns = [
            "_.*",
            *(".*" + ".*".join(map(re.escape, each.split("*"))) + ".*" for each in never if each.strip("*")),
        ]
        self._never = re.compile("|".join(f"(?:{each})" for each in patterns), re.I | re.S)
        self._known: dict[str, bool] = {}

    def __call__(self, name: Any) -> bool:
        """Return whether a name may be saved."""
        if type(name) is not str:
            return False
        if name not in self._known:
            self._known[name] = not (self._never.fullmatch(name) or IPYTHON_NAMES.match(name))
        return self._known[name]

    @classmethod
    def of(cls, never: Sequence[str] | None) -> NameChoice:
        """Return the choice that a server has made, the usual one where it has made none."""
        return cls() if never is None else cls(never)
