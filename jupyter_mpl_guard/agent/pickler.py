"""The pickler of figures: what neither pickle nor cloudpickle would reduce as it has to be.

What belongs to a canvas is taken from the figure's new canvas when it is loaded; what cannot be pickled is left out and
named; a figure does not register itself with pyplot.
"""

import copyreg
import io
import sys
import types
from importlib import import_module
from typing import Any

from . import sightings

PROTOCOL = 5
"""Python 3.8 and later."""

CLOUDPICKLE = "_jupyter_mpl_guard.cloudpickle"
"""Under this name the cloudpickle that travels with the agent is loaded; pickles refer to it."""

ENDED = "it ended with its kernel; make it again"

UNCONNECTED = "handlers end with their kernel; connect it again"


class Linked(Exception):
    """A figure is part of another one: they have to be pickled together."""

    def __init__(self, figure):
        super().__init__()
        self.figure = figure


def cloudpickle():
    """Return cloudpickle: the one that travelled with the agent, or in a process with this package the installed one.

    It is one version for all kernels, so that a pickle is read by the version that wrote it.
    """
    module = sys.modules.get(CLOUDPICKLE)
    if module is None:
        source = getattr(sys.modules.get("_jupyter_mpl_guard"), "cloudpickle_source", None)
        if source is None:
            return import_module("cloudpickle.cloudpickle")
        module = types.ModuleType(CLOUDPICKLE)
        sys.modules[CLOUDPICKLE] = module
        try:
            exec(compile(source, "<cloudpickle/cloudpickle.py>", "exec"), module.__dict__)
        except BaseException:
            del sys.modules[CLOUDPICKLE]
            raise
    return module


def pickler_class():
    """Return the class of picklers; it is made when the first figure is saved."""
    global _pickler_class
    if _pickler_class is None:
        _pickler_class = _make_pickler_class()
    return _pickler_class


_pickler_class = None


def _make_pickler_class():
    from matplotlib.animation import Animation
    from matplotlib.artist import Artist
    from matplotlib.backend_bases import FigureCanvasBase, FigureManagerBase, NavigationToolbar2, TimerBase
    from matplotlib.cbook import CallbackRegistry
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure
    from matplotlib.tri import Triangulation

    base: Any = cloudpickle().Pickler
    ends = (Animation, TimerBase, io.IOBase)
    in_memory = (io.BytesIO, io.StringIO)

    class FigurePickler(base):
        """Pickle one attempt.

        Attributes
        ----------
        last : object
            The object whose turn it was when something refused.
        missing, missing_parts : list of dict
            What does not come back although the figures draw without it, and what was left out of them.
        """

        def __init__(self, sink, attempt):
            # A ChainMap, as cloudpickle has it, costs a microsecond for each object.
            self.dispatch_table = {**copyreg.dispatch_table, **base._dispatch_table}
            super().__init__(sink, PROTOCOL)
            self._together = {id(figure) for figure in attempt.figures}
            self._suspects, self._known = attempt.suspects, {}
            self.last, self.parts, self.colormaps = None, set(), set()
            self.missing, self.missing_parts = [], []

        def reducer_override(self, obj):
            """Reduce what neither pickle nor cloudpickle would reduce as it has to be."""
            self.last, kind = obj, type(obj)
            try:
                reduce, is_part = self._known[kind]
            except KeyError:
                reduce, is_part = self._known[kind] = (
                    next((reduce for classes, reduce in reducers if issubclass(kind, classes)), None),
                    sightings.is_matplotlibs(kind) and not issubclass(kind, Artist),
                )
            if is_part:
                self.parts.add(id(obj))
            if reduce is not None:
                return reduce(self, obj)
            if kind in self._suspects:
                return self._suspected(obj)
            return NotImplemented

        def is_plain(self, kind):
            """Tell whether objects of a class may be left out when they refuse."""
            return self._known.get(kind, (None, False))[0] is None

        def leaves_out(self, value):
            """Tell whether a value is of a kind that ends with its kernel."""
            return isinstance(value, ends) and not isinstance(value, in_memory)

        def _code(self, obj):
            return super().reducer_override(obj)

        def _figure(self, obj):
            if id(obj) not in self._together:
                raise Linked(obj)
            make, arguments, state, *more = obj.__reduce_ex__(PROTOCOL)
            state.pop("_restore_to_pylab", None)  # `Figure.__setstate__` would register it under a new number
            return (make, arguments, state, *more)

        def _canvas(self, obj):
            return getattr, (obj.figure, "canvas")

        def _manager(self, obj):
            return getattr, (obj.canvas, "manager")

        def _toolbar(self, obj):
            return getattr, (obj.canvas, "toolbar")

        def _registry(self, obj):
            """Keep the connections between Matplotlib's own objects, which pickling drops, and name the user's."""
            kept = getattr(obj, "_pickled_cids", ())  # those come back anyhow; private, since Matplotlib 3.4
            inner: dict = {}
            for signal, callbacks in obj.callbacks.items():
                for number, reference in list(callbacks.items()):
                    handler = reference()
                    if number in kept or handler is None:
                        continue
                    owner = getattr(handler, "__self__", None)
                    if owner is None or signal.endswith("_event") or not sightings.is_matplotlibs(type(owner)):
                        self._note_handler(signal, handler, owner)
                    else:  # a colorbar follows its image, for instance
                        inner.setdefault(signal, {})[number] = handler
            if not inner:
                return NotImplemented
            make, arguments, state, *more = obj.__reduce_ex__(PROTOCOL)
            for signal, callbacks in inner.items():
                state["callbacks"].setdefault(signal, {}).update(callbacks)
            return (make, arguments, state, *more)

        def _colormap(self, obj):
            self.colormaps.add(obj.name)
            return NotImplemented

        def _triangulation(self, obj):
            make, arguments, state, *more = obj.__reduce_ex__(PROTOCOL)
            # Objects of C++, private since 1.4, which are made again when they are needed.
            return (make, arguments, {**state, "_cpp_triangulation": None, "_trifinder": None}, *more)

        def _ended(self, obj):
            if isinstance(obj, in_memory):
                return NotImplemented
            name = getattr(obj, "name", None)
            name = f" {name!r}" if isinstance(name, str) else ""
            _note(self.missing_parts, f"the {type(obj).__name__}{name}", ENDED)
            return type(None), ()

        def _suspected(self, obj):
            try:
                reducer = self.dispatch_table.get(type(obj))
                return reducer(obj) if reducer else obj.__reduce_ex__(PROTOCOL)
            except Exception as error:
                _note(self.missing_parts, f"an object of type {type(obj).__name__}", f"it cannot be saved ({error})")
                return type(None), ()

        def _note_handler(self, signal, handler, owner):
            kind = type(owner).__name__
            if isinstance(owner, Animation):
                _note(self.missing, f"the {kind}", ENDED)
            elif any(each.__module__ == "matplotlib.widgets" for each in type(owner).__mro__):
                for each, callbacks in getattr(getattr(owner, "_observers", None), "callbacks", {}).items():
                    for reference in callbacks.values():
                        name = getattr(_users(reference()), "__qualname__", "")
                        _note(self.missing, f"{kind}.on_{each} handler {name}".strip(), UNCONNECTED)
                _note(self.missing, f"the {kind}'s reaction to the mouse", "it is only drawn now; make it again")
            elif _users(handler) is not None:
                name = getattr(_users(handler), "__qualname__", type(handler).__name__)
                _note(self.missing, f"the {signal} handler {name}", UNCONNECTED)

    reducers = (
        (Figure, FigurePickler._figure),
        (FigureCanvasBase, FigurePickler._canvas),
        (FigureManagerBase, FigurePickler._manager),
        (NavigationToolbar2, FigurePickler._toolbar),
        (CallbackRegistry, FigurePickler._registry),
        (Colormap, FigurePickler._colormap),
        (Triangulation, FigurePickler._triangulation),
        ((type, types.FunctionType), FigurePickler._code),
        (ends, FigurePickler._ended),
    )
    return FigurePickler


def _users(handler):
    """Return what of a handler is the user's: itself, what Matplotlib has wrapped, or None if it is a library's own."""
    inside = [cell.cell_contents for cell in getattr(handler, "__closure__", None) or () if cell != types.CellType()]
    for each in (handler, *filter(callable, inside)):
        if (getattr(each, "__module__", None) or "").partition(".")[0] not in sightings.PACKAGES:
            return each
    return None


def _note(notes, what, why):
    if {"what": what, "why": why} not in notes:
        notes.append({"what": what, "why": why})
