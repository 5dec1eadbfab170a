"""Which names are bound to something else than before: no loop of Python goes over the others."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import compress
from operator import is_, ne
from typing import Any


class BoundNames:
    """Compare what the names of a kernel are bound to with what they were bound to at the last call."""

    def __init__(self) -> None:
        self._keys: list[Any] = []
        self._values: list[int] = []

    def changed(self, names: Mapping[Any, Any]) -> tuple[list[Any], list[str]]:
        """Return what has changed since the last call; all is new at the first one.

        Parameters
        ----------
        names : mapping
            A copy of the namespace, which another thread may change.

        Returns
        -------
        changed : list
            Keys that are new or bound to something else, in their order; some may be no texts.
        gone : list of str
            Names that are not there any more.
        """
        keys, values = list(names), list(map(id, names.values()))
        former_keys, former_values = self._keys, self._values
        self._keys, self._values = keys, values
        count = len(former_keys)
        if len(keys) >= count and all(map(is_, keys, former_keys)):
            return [*compress(keys, map(ne, values, former_values)), *keys[count:]], []
        before = {name: value for name, value in zip(former_keys, former_values) if type(name) is str}
        changed = [name for name, value in zip(keys, values) if type(name) is str and before.get(name) != value]
        return changed, [name for name in before if name not in names]

    def forget(self) -> None:
        """Treat all names as new at the next call, and none as gone."""
        self._keys, self._values = [], []
