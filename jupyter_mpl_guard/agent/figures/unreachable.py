"""Figures that the user can still get at, but on no way on which figures are looked for: they are named, not saved.

A closure, an attribute of a class or something deep inside of an object may be all that leads to a figure. To look
there after each cell would take too long. So the figures that are made are known, and only when one of them is alive
that was not found, everything is gone through once.
"""

import gc
import sys
from collections import deque
from functools import wraps
from itertools import islice
from types import FunctionType, ModuleType
from typing import Any
from weakref import ref

from ..internals.artists import root_figure
from ..internals.ipython import hidden_names
from . import discovery

LOOKS = 20_000
"""So many objects are looked at, and so many items of a container: that takes 10 ms."""

RECENT = 1_000
"""So many figures that are made are remembered until somebody asks for them; nobody does while the guard is paused."""

_DULL = frozenset((type(None), bool, int, float, complex, str, bytes, bytearray))

WHY = "it is hidden in a closure, a class or deep inside of an object; bind it to a name of its own to have it saved"


class FigureRegistry:
    """Know the figures of this process that are alive."""

    def __init__(self):
        self._alive: dict = {}
        self._recent: deque = deque(maxlen=RECENT)
        self._undo: Any = None

    def listen(self):
        """Hear of each figure that is made from now on: each is given a canvas then. `Figure.set_canvas` is public."""
        from matplotlib import figure

        kind: Any = figure.Figure
        original, note = kind.set_canvas, self._note

        @wraps(original)
        def set_canvas(figure, *arguments, **options):
            note(figure)
            return original(figure, *arguments, **options)

        def undo():
            if kind.set_canvas is set_canvas:
                kind.set_canvas = original

        kind.set_canvas, self._undo = set_canvas, undo

    def _note(self, figure):
        try:
            key, alive = id(figure), self._alive
            alive[key] = ref(figure, lambda dead: alive.pop(key, None) if alive.get(key) is dead else None)
            self._recent.append(alive[key])
        except Exception:  # one figure fewer is known
            pass

    def alive(self):
        """Return the figures that have been made and are alive, garbage that is not collected yet among them."""
        return [figure for figure in (reference() for reference in list(self._alive.values())) if figure is not None]

    def recent(self):
        """Return the figures that have been given a canvas since this was last called, None for each that is gone."""
        recent = [reference() for reference in self._recent]
        self._recent.clear()
        return recent

    def end(self):
        """Leave Matplotlib as it was; safe to call again."""
        if self._undo is not None:
            self._undo()
        self._undo = None


class UnreachableFigures:
    """Tell which figures the user's names lead to although they have not been found.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    births : FigureRegistry
        Knows what figures there are.
    """

    def __init__(self, shell, births):
        self._shell, self._births = shell, births
        self._judged: dict = {}

    def __call__(self, found):
        """Return the names that lead to figures which are not among those that were found, each once.

        What IPython keeps (``Out``, ``_``) is not the user's, and garbage that waits to be collected is nobody's.
        """
        known = {id(figure) for figure in found}
        lost = {id(figure): figure for figure in self._births.alive() if id(figure) not in known}
        names = self._shell.user_ns
        # A figure is judged again when the name that led to it is bound to something else, or when it had been found.
        self._judged = {
            key: (reference, name, holder)
            for key, (reference, name, holder) in self._judged.items()
            if key in lost and reference() is lost[key] and (name is None or id(names.get(name)) == holder)
        }
        new = {key: figure for key, figure in lost.items() if key not in self._judged}
        if new:
            leading = self._leading(new)
            for key, figure in new.items():
                name = leading.get(key)
                self._judged[key] = ref(figure), name, id(names.get(name))
        return list(dict.fromkeys(name for _, name, _ in self._judged.values() if name is not None))

    def _leading(self, wanted):
        """Return identity of figure to the name that leads to it."""
        found: dict = {}
        left, seen = LOOKS, {id(self._shell.user_ns), id(self._shell), id(sys.modules)}
        hidden = hidden_names(self._shell)
        for name, value in list(self._shell.user_ns.items()):
            if discovery.IPYTHONS.match(name) or (name in hidden and hidden[name] is value):
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
                    waiting.extend(item for item in _inside(each) if type(item) not in _DULL)
        return found


def _is_artist(value):
    from matplotlib.artist import Artist

    return issubclass(type(value), Artist)


def _inside(value):
    """Return what an object refers to, without what leads out of the user's own: modules, global names, the kernel."""
    from numpy import ndarray
    from traitlets.config import Configurable

    kind = type(value)
    if issubclass(kind, (ModuleType, Configurable)):
        return []
    if kind is FunctionType:
        cells = [cell.cell_contents for cell in value.__closure__ or () if cell != type(cell)()]
        return [*cells, *(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values(), *vars(value).values()]
    if issubclass(kind, type):
        return list(vars(value).values()) if value.__module__ == "__main__" else []
    if issubclass(kind, ndarray):
        return list(islice(value.flat, LOOKS)) if value.dtype == object else []
    if kind in (list, tuple, set, frozenset, deque):
        return list(islice(value, LOOKS))
    if kind is dict:
        return list(islice(value.values(), LOOKS))
    return gc.get_referents(value)
