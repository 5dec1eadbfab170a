"""The user's namespace: functions from cells see it after a restore as they did before, and nothing holds a copy of it.

It is never part of a pickle. Where something leads to it, the pickle refers to the namespace of the process in which it
is loaded; of what is in it, the values of the global names that functions in the pickle use are included.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from ..internals.ipython import is_of_shell

_ABSENT: Any = object()


def namespace() -> dict[str, Any]:
    """Return the global names of cells."""
    return vars(sys.modules["__main__"])


class _Reference:
    """Stand-in that is pickled as a reference to the namespace of the process that loads it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return vars, (import_module("__main__"),)


def refer_to_namespace(writer: Any) -> None:
    """Make a pickler that has pickled nothing yet write a reference where something leads to the namespace."""
    reference = _Reference()
    writer.dump(reference)
    memo = writer.memo.copy()
    place, _ = memo.pop(id(reference))
    memo[id(namespace())] = place, namespace()
    writer.memo = memo


class Globals:
    """The global names that functions in a pickle use, and which of them are in it.

    Parameters
    ----------
    left_out : mapping of str to object
        Those that are not to be included.
    """

    def __init__(self, left_out: Mapping[str, Any]) -> None:
        self._left_out = left_out
        self._used: dict[str, None] = {}
        self._done: set[str] = set()

    def live(self, reduced: Any) -> Any:
        """Return the reduction of a function from a cell with the namespace in place of a copy of a part of it."""
        make, (code, _, *arguments), (attributes, slots), *more = reduced
        self._used.update(dict.fromkeys(slots["__globals__"]))
        return make, (code, namespace(), *arguments), (attributes, {**slots, "__globals__": {}}), *more

    def new(self) -> Iterator[tuple[str, Any]]:
        """Yield names and values that have not been yielded until none are left; each may lead to more."""
        names = namespace()
        while left := [name for name in self._used if name not in self._done]:
            for name in left:
                self._done.add(name)
                value = names.get(name, _ABSENT)
                if value is not _ABSENT and name not in self._left_out and not is_of_shell(name, value):
                    yield name, value

    @property
    def names(self) -> frozenset[str]:
        """The names that are used."""
        return frozenset(self._used)
