"""Figures that the user can still reach, but not in a way that the search follows: they are reported, not saved.

A closure, an attribute of a class or something deep inside of an object may be all that leads to a figure. To look
there after each cell would take too long. So the figures that are made are tracked, and only when one of them is alive
that was not found, everything is searched once.
"""

from __future__ import annotations

import gc
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from types import FunctionType, ModuleType
from typing import Any
from weakref import ref

from ..internals import memory
from ..internals.artists import root_figure
from ..internals.ipython import hidden_names, is_of_history
from .registry import FigureRegistry

LOOKS = 20_000
"""Maximum number of objects to examine, and of items of a container: that takes 10 ms."""

_DULL = frozenset(map(id, (type(None), bool, int, float, complex, str, bytes, bytearray)))


class UnreachableFigures:
    """Determine which names lead to figures that have not been found.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    registry : registry.FigureRegistry
        Tracks the figures that exist.
    """

    def __init__(self, shell: Any, registry: FigureRegistry) -> None:
        self._shell = shell
        self._registry = registry
        self._looked_for: dict[int, tuple[ref[Any], str | None, int]] = {}

    def __call__(self, found: Sequence[Any]) -> list[str]:
        """Return the names that lead to figures which are not among those that were found, each once.

        What only IPython keeps (``Out``, ``_``) and garbage that is not collected yet are not included.
        """
        known = {id(figure) for figure in found}
        lost = {id(figure): figure for figure in self._registry.alive() if id(figure) not in known}
        names = self._shell.user_ns
        # A figure is looked for again when the name that led to it is bound to something else, or when it was found.
        self._looked_for = {
            key: (reference, name, holder)
            for key, (reference, name, holder) in self._looked_for.items()
            if key in lost and reference() is lost[key] and (name is None or id(names.get(name)) == holder)
        }
        new = {key: figure for key, figure in lost.items() if key not in self._looked_for}
        if new:
            leading = self._leading(new)
            for key, figure in new.items():
                name = leading.get(key)
                self._looked_for[key] = ref(figure), name, id(names.get(name))
        return list(dict.fromkeys(name for _, name, _ in self._looked_for.values() if name is not None))

    def _leading(self, wanted: Mapping[int, Any]) -> dict[int, str]:
        """Return a mapping of a figure's identity to the name that leads to it."""
        found: dict[int, str] = {}
        left, seen = LOOKS, {id(self._shell.user_ns), id(self._shell), id(sys.modules)}
        hidden = hidden_names(self._shell)
        for name, value in list(self._shell.user_ns.items()):
            if type(name) is not str or is_of_history(name) or (name in hidden and hidden[name] is value):
                continue
            waiting = deque([value])
            while waiting and left and len(found) < len(wanted):
                each = waiting.popleft()
                if id(each) in seen:
                    continue
                seen.add(id(each))
                left -= 1
                figure = root_figure(each) if _is_artist(each) else None
                if id(figure) in wanted:
                    found.setdefault(id(figure), name)
                elif not _is_artist(each):
                    waiting.extend(item for item in _inside(each) if id(type(item)) not in _DULL)
        return found


def _is_artist(value: Any) -> bool:
    from matplotlib.artist import Artist

    return issubclass(type(value), Artist)


def _inside(value: Any) -> list[Any]:
    """Return what an object refers to, except for what is not the user's: modules, global names, the kernel."""
    from numpy import ndarray
    from traitlets.config import Configurable

    kind = type(value)
    if issubclass(kind, (ModuleType, Configurable)):
        return []
    if kind is FunctionType:
        named = [*(value.__kwdefaults__ or {}).values(), *value.__dict__.values()]
        return [*memory.closed_over(value), *(value.__defaults__ or ()), *named]
    if issubclass(kind, type):
        return list(memory.namespace_of(value).values()) if memory.is_from_cell(value) else []
    if issubclass(kind, ndarray):
        return memory.array_items(value, LOOKS)
    if any(kind is each for each in (list, tuple, set, frozenset, deque, dict)):
        return memory.items_of(value, LOOKS)
    return gc.get_referents(value)
