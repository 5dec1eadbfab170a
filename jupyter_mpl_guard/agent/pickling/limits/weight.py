"""Lower bound of the size of a pickle in bytes, computed before there is one."""

from __future__ import annotations

import gc
import types
import weakref
from collections.abc import Callable, Iterable
from typing import Any

from ...internals.artists import cached_picture
from ...internals.memory import (
    CONTAINERS,
    array_bytes,
    array_items,
    closed_over,
    is_from_cell,
    items_of,
    length_of,
    module_of,
)
from ..provenance import left_out, package_of
from .code_of_others import runs_code

STEPS = 50_000
"""Maximum number of objects to examine, in some 50 ms."""

PIECE = 2_000
"""Number of objects whose references are read at once, and of items of one of them that are examined."""

AGENT = __name__.partition(".pickling")[0]

Look = Callable[[Any], "list[Any]"]

_LEAVES = (type, types.ModuleType, types.BuiltinFunctionType, types.CodeType, types.FrameType, weakref.ref)


def weight(roots: Iterable[Any], limit: float, check: Callable[[], Any] = lambda: None) -> int:
    """Return a lower bound of the size in bytes of the pickle of some objects, counted until it exceeds the limit.

    It reads memory only. What code of a class from a cell would leave out is not known, so what its objects hold is
    not counted.

    Parameters
    ----------
    limit : float
        Size in bytes at which counting stops.
    check : callable
        Called without arguments now and then; what it raises ends the counting.
    """
    scale = _Scale()
    waiting = scale.add(list(roots))
    while waiting and scale.bytes <= limit and len(scale.seen) < STEPS:
        check()
        piece = waiting[-PIECE:]
        del waiting[-PIECE:]
        waiting += scale.add(gc.get_referents(*piece))
        waiting += scale.behind()
    return scale.bytes


class _Scale:
    def __init__(self) -> None:
        from numpy import ndarray

        self._array = ndarray
        self._kinds: dict[int, Look | None] = {}
        self._behind: list[Any] = []
        self.seen: set[int] = set()
        self.bytes = 0

    def add(self, values: list[Any]) -> list[Any]:
        """Count objects that have not been seen; return those of them that the garbage collector has to ask."""
        self.bytes += 2 * len(values)
        new = {id(value): value for value in values}
        for known in new.keys() & self.seen:
            del new[known]
        self.seen.update(new)
        asked: list[Any] = []
        for value in new.values():
            kind = type(value)
            if id(kind) not in self._kinds:
                self._kinds[id(kind)] = self._look_of(kind)
            look = self._kinds[id(kind)]
            if look is not None:
                asked += look(value)
        return asked

    def behind(self) -> list[Any]:
        """Count what the garbage collector does not know and has been found since; return the same as `add`."""
        found, self._behind = self._behind, []
        return self.add(found)

    def _look_of(self, kind: type) -> Look | None:
        """Return what weighs an object of a class and returns what has to be asked; None where it weighs nothing."""
        if issubclass(kind, self._array):
            return self._of_array
        if issubclass(kind, (str, bytes, bytearray)):
            return self._of_text
        if kind is types.FunctionType:
            return self._of_function
        if issubclass(kind, (int, float, complex, *_LEAVES)) or left_out(kind) or module_of(kind).startswith(AGENT):
            return None
        if package_of(kind) == "__main__" and runs_code(kind):
            return None
        if issubclass(kind, CONTAINERS):
            return self._of_container
        return self._of_artist if package_of(kind) == "matplotlib" else _itself

    def _of_array(self, value: Any) -> list[Any]:
        self.bytes += array_bytes(value)
        self._behind += array_items(value, PIECE)
        return [value]

    def _of_container(self, value: Any) -> list[Any]:
        length = length_of(value)
        if length <= PIECE:
            return [value]
        self.bytes += 2 * length
        self._behind += items_of(value, PIECE)
        return []

    def _of_text(self, value: Any) -> list[Any]:
        self.bytes += len(value)
        return []

    def _of_artist(self, value: Any) -> list[Any]:
        cached = cached_picture(value)
        if cached is not None:
            self.seen.add(id(cached))
        return [value]

    def _of_function(self, value: Any) -> list[Any]:
        """Follow a function from a cell, which is pickled by value with what it uses."""
        if is_from_cell(value):
            names = value.__globals__
            used = [names[name] for name in value.__code__.co_names if name in names]
            self._behind += [*closed_over(value), *(value.__defaults__ or ()), *used]
        return []


def _itself(value: Any) -> list[Any]:
    return [value]
