"""Where the figures are: those that pyplot holds, and those that a name reaches."""

from __future__ import annotations

import re
import sys
from collections import deque
from functools import partial
from itertools import islice
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from ..internals.artists import is_saved_background, root_figure
from ..internals.ipython import hidden_names
from ..internals.pyplot import registered_managers
from ..pickling.provenance import belongs_to_matplotlib

ITEMS = 1000
"""So many items of a container are looked at."""

DEPTH = 6
"""So deep may containers be in one another."""

IPYTHON_NAMES = re.compile(r"(_{1,3}|_i{1,3}|_i?\d+|_[iod]h|In|Out)$")
"""Names that IPython gives to results and inputs."""

_NOTHING, _FIGURE, _ARTIST, _DICT, _ITEMS, _ARRAY, _CALL, _OBJECT, _MATPLOTLIBS = range(9)
_ATOMS = (type(None), bool, int, float, complex, str, bytes, bytearray, type, ModuleType)
_CALLABLES = (FunctionType, BuiltinFunctionType)
_CODE = frozenset((FunctionType, type))


class Discovery:
    """The figures of one moment and the names that reach them.

    Attributes
    ----------
    figures : list of matplotlib.figure.Figure
        Pyplot's first, in its order, then the others as their names were bound.
    names : dict
        Name to ``(value, figures)`` for the names that reach a figure, or artists that are in none: those go with the
        first figure that there is.
    loose : list of str
        Names of artists that are in no figure, where there is no figure.
    others : dict
        Name to value for objects of Matplotlib that know no figure (norms, colormaps, transforms): they may be part of
        one all the same.
    buffers : list of str
        Names of backgrounds that were saved for blitting.
    code : bool
        Whether cells have defined functions or classes.
    """

    def __init__(self) -> None:
        self.figures: list[Any] = []
        self.names: dict[str, tuple[Any, list[Any]]] = {}
        self.loose: list[str] = []
        self.others: dict[str, Any] = {}
        self.buffers: list[str] = []
        self.code = False

    def names_of(self, figure: Any) -> list[str]:
        """Return the names that reach a figure, those bound to the figure itself first."""
        reaching = [
            (value is not figure, name)
            for name, (value, figures) in self.names.items()
            if any(each is figure for each in figures)
        ]
        return [name for _, name in sorted(reaching, key=lambda pair: pair[0])]


class Search:
    """Look for figures; remembers what kind of object each class makes.

    Most names are of no interest, and this runs after each cell: what can be decided by a look at a class is decided
    so, in about 0.1 us a name and 2 us a container.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        Whose names are searched.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._kinds: WeakKeyDictionary[type, int] = WeakKeyDictionary()
        self._dull: set[type] = set(_ATOMS)

    def __call__(self) -> Discovery:
        """Return the `Discovery` of now."""
        discovery = Discovery()
        if "matplotlib.figure" not in sys.modules:
            return discovery
        seen: dict[int, Any] = {}
        loose: dict[str, Any] = {}
        for manager in registered_managers():
            figure = manager.canvas.figure
            seen.setdefault(id(figure), figure)
        dull, hidden = self._dull, hidden_names(self._shell)
        for name, value in list(self._shell.user_ns.items()):
            kind = type(value)
            if kind in dull or (kind in (list, tuple, dict) and self._holds_nothing(value)):
                if kind in _CODE and value.__module__ == "__main__":
                    discovery.code = True
                continue
            sort = self._kind(kind)
            if sort == _NOTHING or IPYTHON_NAMES.match(name) or (name in hidden and hidden[name] is value):
                continue
            figures: dict[int | None, Any] = {}
            self._reach(value, sort, figures, DEPTH, set())
            in_none = figures.pop(None, None)
            if figures:
                discovery.names[name] = value, list(figures.values())
                seen.update((id(figure), figure) for figure in figures.values() if id(figure) not in seen)
            elif in_none is not None:
                loose[name] = value
            elif is_saved_background(type(value)):
                discovery.buffers.append(name)
            elif sort == _MATPLOTLIBS:
                discovery.others[name] = value
        discovery.figures = list(seen.values())
        first = discovery.figures[:1]
        discovery.names.update((name, (value, first)) for name, value in loose.items() if first)
        discovery.loose = [] if first else list(loose)
        return discovery

    def _holds_nothing(self, value: Any) -> bool:
        """Return whether the items of a container are all of classes that have nothing to do with figures."""
        try:
            items = value.values() if type(value) is dict else value
            return set(map(type, items if len(value) <= ITEMS else islice(items, ITEMS))) <= self._dull
        except RuntimeError:  # another thread changes it
            return False

    def _reach(self, value: Any, kind: int, figures: dict[int | None, Any], depth: int, looked_at: set[int]) -> None:
        if kind in (_FIGURE, _ARTIST):
            figure = root_figure(value)
            figures[None if figure is None else id(figure)] = figure or value
            return
        if depth == 0 or id(value) in looked_at:
            return
        looked_at.add(id(value))
        for item in self._inside(value, kind):
            its_kind = self._kind(type(item))
            # Objects of other libraries may lead anywhere: only what they hold themselves counts, a grid of axes, say.
            own = kind != _OBJECT or type(value).__module__ == "__main__"
            if its_kind in (_FIGURE, _ARTIST) or (
                its_kind != _NOTHING and (own or its_kind in (_ARRAY, _ITEMS, _DICT, _CALL))
            ):
                self._reach(item, its_kind, figures, depth - 1 if own else min(depth - 1, 2), looked_at)

    def _inside(self, value: Any, kind: int) -> list[Any]:
        try:
            if kind == _DICT:
                items = list(islice(list(value.values()), ITEMS))
            elif kind == _ITEMS:
                items = list(islice(value, ITEMS))
            elif kind == _ARRAY or hasattr(type(value), "to_numpy"):  # what pandas' plots of groups return
                array = value.to_numpy() if kind != _ARRAY and value.dtype == object else value
                items = list(islice(array.flat, ITEMS)) if value.dtype == object else []
            elif kind == _CALL:
                items = [getattr(value, "__self__", None), getattr(value, "func", None), *getattr(value, "args", ())]
                items += getattr(value, "keywords", {}).values()
            else:
                items = _held(value)
        except Exception:
            return []
        return [] if set(map(type, items)) <= self._dull else items

    def _kind(self, kind: type) -> int:
        try:
            return self._kinds[kind]
        except KeyError:
            found = self._kinds[kind] = self._classify(kind)
            if found == _NOTHING and kind.__module__ != "__main__":  # classes from cells must not be kept alive
                self._dull.add(kind)
            return found
        except TypeError:  # a class that cannot be referred to weakly
            return self._classify(kind)

    @staticmethod
    def _classify(kind: type) -> int:
        from matplotlib.artist import Artist
        from matplotlib.figure import FigureBase
        from numpy import generic, ndarray

        if issubclass(kind, FigureBase):
            return _FIGURE
        if issubclass(kind, Artist):
            return _ARTIST
        if issubclass(kind, (*_ATOMS, *_CALLABLES, generic)):
            return _NOTHING
        if issubclass(kind, ndarray):
            return _ARRAY
        if issubclass(kind, dict):
            return _DICT
        if issubclass(kind, (list, tuple, set, frozenset, deque)):
            return _ITEMS
        if issubclass(kind, (MethodType, partial)):
            return _CALL
        if belongs_to_matplotlib(kind) or is_saved_background(kind):
            return _MATPLOTLIBS
        if kind.__module__.partition(".")[0] == "pandas" and kind.__name__ != "Series":
            return _NOTHING
        return _OBJECT if getattr(kind, "__dictoffset__", 0) or any(map(_slots, kind.__mro__)) else _NOTHING


def _held(value: Any) -> list[Any]:
    """Return what an object holds, without running code of its class."""
    try:
        items = list(object.__getattribute__(value, "__dict__").values())
    except AttributeError:
        items = []
    slots = [(base, slot) for base in type(value).__mro__ for slot in _slots(base) if not slot.startswith("__")]
    for base, slot in slots:
        try:
            items.append(vars(base)[slot].__get__(value))
        except (AttributeError, KeyError):  # not set; or mangled
            pass
    return items


def _slots(kind: type) -> tuple[str, ...]:
    slots = vars(kind).get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)
