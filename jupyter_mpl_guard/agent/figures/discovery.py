"""Where the user's figures are: those that pyplot holds, and those that a name of the user's reaches."""

import re
import sys
from collections import deque
from functools import partial
from itertools import islice
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from weakref import WeakKeyDictionary

from ..internals.artists import is_saved_background, root_figure
from ..internals.ipython import hidden_names
from ..internals.pyplot import registered_managers

PACKAGES = ("matplotlib", "mpl_toolkits", "matplotlib_inline", "ipympl")
"""Packages whose objects belong to figures."""

ITEMS = 1000
"""So many items of a container are looked at."""

DEPTH = 6
"""So deep may containers be in one another."""

IPYTHONS = re.compile(r"(_{1,3}|_i{1,3}|_i?\d+|_[iod]h|In|Out)$")
"""IPython's own names for results and inputs."""

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
        Name to value for objects of Matplotlib's that know no figure (norms, colormaps, transforms): they may be part
        of one all the same.
    buffers : list of str
        Names of backgrounds that were saved for blitting.
    code : bool
        Whether cells have defined functions or classes.
    """

    def __init__(self):
        self.figures, self.names, self.others, self.code = [], {}, {}, False
        self.loose, self.buffers = [], []

    def names_of(self, figure):
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

    def __init__(self, shell):
        self._shell = shell
        self._kinds: WeakKeyDictionary = WeakKeyDictionary()
        self._dull: set = set(_ATOMS)

    def __call__(self):
        """Return the `Discovery` of now."""
        sightings = Discovery()
        if "matplotlib.figure" not in sys.modules:
            return sightings
        seen: dict = {}
        loose: dict = {}
        for manager in registered_managers():
            figure = manager.canvas.figure
            seen.setdefault(id(figure), figure)
        dull, hidden = self._dull, hidden_names(self._shell)
        for name, value in list(self._shell.user_ns.items()):
            kind = type(value)
            if kind in dull or (kind in (list, tuple, dict) and self._holds_nothing(value)):
                if kind in _CODE and value.__module__ == "__main__":
                    sightings.code = True
                continue
            kind = self._kind(kind)
            if kind == _NOTHING or IPYTHONS.match(name) or (name in hidden and hidden[name] is value):
                continue
            figures: dict = {}
            self._reach(value, kind, figures, DEPTH, set())
            in_none = figures.pop(None, None)
            if figures:
                sightings.names[name] = value, list(figures.values())
                seen.update((key, figure) for key, figure in figures.items() if key not in seen)
            elif in_none is not None:
                loose[name] = value
            elif is_saved_background(type(value)):
                sightings.buffers.append(name)
            elif kind == _MATPLOTLIBS:
                sightings.others[name] = value
        sightings.figures = list(seen.values())
        first = sightings.figures[:1]
        sightings.names.update((name, (value, first)) for name, value in loose.items() if first)
        sightings.loose = [] if first else list(loose)
        return sightings

    def _holds_nothing(self, value):
        """Tell whether a container's items are all of classes that have nothing to do with figures."""
        try:
            items = value.values() if type(value) is dict else value
            return set(map(type, items if len(value) <= ITEMS else islice(items, ITEMS))) <= self._dull
        except RuntimeError:  # another thread changes it
            return False

    def _reach(self, value, kind, figures, depth, looked_at):
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

    def _inside(self, value, kind):
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

    def _kind(self, kind):
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
    def _classify(kind):
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
        if is_matplotlibs(kind) or is_saved_background(kind):
            return _MATPLOTLIBS
        if kind.__module__.partition(".")[0] == "pandas" and kind.__name__ != "Series":
            return _NOTHING
        return _OBJECT if getattr(kind, "__dictoffset__", 0) or any(map(_slots, kind.__mro__)) else _NOTHING


def _held(value):
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


def _slots(kind):
    slots = vars(kind).get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)


def is_matplotlibs(kind):
    """Tell whether a class is one of Matplotlib's or derives from one."""
    return any((getattr(base, "__module__", None) or "").partition(".")[0] in PACKAGES for base in kind.__mro__)
