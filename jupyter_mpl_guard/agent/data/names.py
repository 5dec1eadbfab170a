"""Names of the user: which of them are saved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..internals.ipython import IN_NAMESPACE, is_of_history
from ..protocol import NEVER_KEEP


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
            is_own = name in IN_NAMESPACE or is_of_history(name)
            self._known[name] = not (is_own or self._never.fullmatch(name))
        return self._known[name]

    @classmethod
    def of(cls, never: Sequence[str] | None) -> NameChoice:
        """Return the choice that a server has made, the usual one where it has made none."""
        return cls() if never is None else cls(never)
