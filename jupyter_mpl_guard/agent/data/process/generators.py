"""The random numbers to come: the state of the global generators of `random` and `numpy.random`."""

from __future__ import annotations

import sys
from array import array
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from importlib import import_module
from types import BuiltinFunctionType, MethodType
from typing import Any

from ...cells.source import Mentioned
from ...internals.memory import found_in

_DRAWS = frozenset({"random", "seed", "randn", "rand", "randint", "shuffle"})
"""Names in a cell after which the states are tracked."""

State = tuple[Any, ...]


class Generators:
    """Track the states after each cell, and restore those of an earlier incarnation."""

    def __init__(self) -> None:
        self._is_used = False
        self._last: dict[str, State] = {}
        self._expected: dict[str, list[Any]] = {}

    def cell_ends(self, what: Mentioned) -> dict[str, list[Any]]:
        """Return the states that have changed, as JSON data by module."""
        self._is_used = self._is_used or not _DRAWS.isdisjoint(what.identifiers)
        if not self._is_used:
            return {}
        changed = {}
        for module, (read, _) in _KINDS.items():
            state = read(sys.modules[module]) if _is_its_own(module) else None
            if state is not None and self._last.get(module) != state:
                self._last[module] = state
                key, *rest = state
                changed[module] = [b64encode(key).decode(), *rest]
        return changed

    def expect(self, states: Mapping[str, list[Any]]) -> None:
        """Schedule states to be set before the first cell that can draw from them."""
        self._expected = dict(states)
        self._is_used = bool(states)

    def before_cell(self, what: Mentioned) -> None:
        """Set the expected state of each module that is imported, or mentioned in the cell."""
        for module in [*self._expected]:
            package = module.partition(".")[0]  # which imports its parts when they are used
            if package in sys.modules or package in what.identifiers:
                state = self._expected.pop(module)
                try:
                    _KINDS[module][1](import_module(module), b64decode(state[0]), *state[1:])
                except Exception:  # another version of it: the numbers are others, as in any new process
                    pass


def _is_its_own(module: str) -> bool:
    """Return whether a module is imported and its function that reads the state has not been replaced."""
    reader, kind = _READERS[module]
    found = found_in(module, reader)
    if type(found) is MethodType:
        return type(found.__self__) is found_in(module, kind)
    return type(found) is BuiltinFunctionType


_READERS = {"random": ("getstate", "Random"), "numpy.random": ("get_state", "RandomState")}
"""Module to the name of the method that reads its state, and of the class of that method."""


def _read_random(module: Any) -> State | None:
    version, numbers, gauss = module.getstate()
    return (array("L", numbers).tobytes(), version, gauss)


def _put_random(module: Any, key: bytes, version: int, gauss: float | None) -> None:
    module.setstate((version, tuple(array("L", key)), gauss))


def _read_numpy(module: Any) -> State | None:
    name, key, *rest = module.get_state()
    return (key.tobytes(), *map(float, rest)) if name == "MT19937" else None


def _put_numpy(module: Any, key: bytes, position: float, has_gauss: float, gauss: float) -> None:
    module.set_state(("MT19937", array("I", key), int(position), int(has_gauss), gauss))


_KINDS: dict[str, tuple[Callable[[Any], State | None], Callable[..., None]]] = {
    "random": (_read_random, _put_random),
    "numpy.random": (_read_numpy, _put_numpy),
}
