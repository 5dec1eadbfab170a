"""Figures as bytes: a pickle of figures that belong together and of the names that reach them, and the way back.

One pickle holds everything whose identity matters (``ax.figure is fig``). cloudpickle does the work; what it cannot
know is added here: what belongs to a canvas is taken from the figure's new canvas, what cannot be pickled is left out
and named, and nothing registers itself with pyplot while it is loaded.
"""

import copyreg
import io
import pickle
import sys
import types
import warnings
from importlib import import_module
from time import perf_counter
from typing import Any

from . import managers, sightings

PROTOCOL = 5
"""Python 3.8 and later."""

ENDED = "it ended with its kernel; make it again"

UNCONNECTED = "handlers end with their kernel; connect it again"

LOST_LIMIT = 30
"""So many kinds of things may be left out of a figure before it counts as not picklable."""

CLOUDPICKLE = "_jupyter_mpl_guard.cloudpickle"
"""Under this name the cloudpickle that travels with the agent is loaded; pickles refer to it."""


class Linked(Exception):
    """A figure is part of another one: they have to be pickled together."""

    def __init__(self, figure):
        super().__init__()
        self.figure = figure


class TooLarge(Exception):
    """A pickle went over its limit of bytes."""


class TooSlow(Exception):
    """A pickle went over its limit of seconds."""


class NotPicklable(Exception):
    """Say in a sentence why a figure cannot be pickled."""


class Sink:
    """A file that passes bytes on until there are too many or it takes too long.

    Parameters
    ----------
    *takers : callable
        Are called with each piece of bytes.
    limit : int
        Bytes.
    seconds : float
        Time that pickling and writing may take.
    """

    def __init__(self, *takers, limit, seconds):
        self._takers, self._limit, self._end = takers, limit, perf_counter() + seconds
        self.size = 0

    def write(self, piece):
        """Take bytes, a memoryview, or a buffer."""
        piece = memoryview(piece).cast("B")
        self.size += piece.nbytes
        if self.size > self._limit:
            raise TooLarge
        if perf_counter() > self._end:
            raise TooSlow
        for take in self._takers:
            take(piece)
        return piece.nbytes


class Attempt:
    """One group of figures on its way into bytes; what has turned out about it is kept between tries.

    Parameters
    ----------
    figures : list of matplotlib.figure.Figure
        Belong together.
    names : dict
        Name to value.
    others : dict
        Name to value of Matplotlib's objects that may be part of the figures; those that are go with them.
    suspects : iterable of type
        Kinds of objects that have refused to be pickled before.

    Attributes
    ----------
    suspects : set of type
        With those that have refused by now.
    names : list of str
        The names that went into the bytes.
    missing : list of dict
        ``{"what", "why"}`` of what did not.
    lossy : bool
        Whether something inside of the figures did not, so that they may not be able to draw.
    parts : set of int
        Identities of the objects, artists apart, that are part of the figures.
    """

    def __init__(self, figures, names, others, suspects=()):
        self.figures, self.others = figures, others
        self.suspects = set(suspects)
        self.names, self.missing, self.lossy, self.parts = [], [], False, set()
        self._wanted, self._refused = dict(names), []

    def dump(self, make_sink):
        """Write the bytes into a fresh sink, again and again until nothing refuses.

        Parameters
        ----------
        make_sink : callable
            Returns an empty `Sink`.

        Raises
        ------
        Linked, TooLarge, TooSlow, NotPicklable, OSError
        """
        while not self._dump(make_sink()):
            pass

    def _dump(self, sink):
        pickler, name = pickler_class()(sink, self), None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                pickler.dump(self.figures)
                self.lossy = bool(pickler.missing_parts)
                pickler.dump([extras(figure) for figure in self.figures])
                pickler.dump(needs(self.figures, pickler.colormaps))
                parts = {name: value for name, value in self.others.items() if id(value) in pickler.parts}
                names = {**self._wanted, **parts}
                for name, value in names.items():
                    if not pickler.leaves_out(value):
                        pickler.dump((name, value))
                pickler.dump(None)
        except (Linked, TooLarge, TooSlow, OSError):
            raise
        except Exception as error:
            self._leave_out(pickler, name, error)
            return False
        self.names = [name for name, value in names.items() if not pickler.leaves_out(value)]
        ended = [name for name in names if name not in self.names]
        self.missing = pickler.missing_parts + pickler.missing + self._refused
        self.missing += [{"what": f"the name {name}", "why": ENDED} for name in ended]
        self.parts = pickler.parts
        return True

    def _leave_out(self, pickler, name, error):
        kind, reason = type(pickler.last), f"{type(error).__name__}: {error}"
        deep = isinstance(error, RecursionError) or isinstance(error.__cause__, RecursionError)
        if not deep and kind not in self.suspects and len(self.suspects) < LOST_LIMIT and pickler.is_plain(kind):
            self.suspects.add(kind)
        elif name in self._wanted:
            del self._wanted[name]
            self._refused.append({"what": f"the name {name}", "why": f"its value cannot be saved ({reason})"})
        else:
            raise NotPicklable(f"it cannot be saved ({reason})")


def load(data):
    """Return an iterator over what `Attempt.dump` has put into bytes whose origin is certain.

    The figures come first: the caller gives them their canvases before it goes on, so that what refers to a canvas
    finds it.

    Yields
    ------
    list of matplotlib.figure.Figure
    list of dict
        See `extras`.
    dict
        See `needs`.
    tuple
        ``(name, value)``, as often as there are names.
    """
    cloudpickle()
    unpickler = pickle.Unpickler(io.BytesIO(data))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # another Matplotlib warns of its version
        loaded = unpickler.load()
    while loaded is not None:
        yield loaded
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loaded = unpickler.load()


def extras(figure):
    """Return what a figure's own pickle leaves out and what can be put back."""
    return {
        "dpi": managers.logical_dpi(figure),
        "number": managers.number_of(figure),
        "managed": managers.manager_of(figure) is not None,
        "canvas": type(figure.canvas).__name__,
        "draws": managers.auto_draw() is not None and _draws_itself(figure),
        "views": managers.views(figure),
    }


def _draws_itself(figure):
    callback = figure.stale_callback
    return getattr(callback, "before", callback) is managers.auto_draw()


def needs(figures, colormaps):
    """Return what the user has registered with Matplotlib and these figures may look up again.

    Parameters
    ----------
    figures : list of matplotlib.figure.Figure
        The figures.
    colormaps : dict
        Name to colormap, of those that the figures use.

    Returns
    -------
    dict
        ``colormaps``, ``projections`` and ``scales`` by name, ``units`` as a list of (class, converter).
    """
    import matplotlib
    from matplotlib import projections, scale, units

    registry = getattr(matplotlib, "colormaps", {})
    builtin = getattr(registry, "_builtin_cmaps", ())  # private, since 3.6; without it more is registered than need be
    found: dict = {
        "colormaps": {name: each for name, each in colormaps.items() if name in registry and name not in builtin},
        "projections": {},
        "scales": {},
        "units": [],
    }
    scales = getattr(scale, "_scale_mapping", {})  # private, unchanged since 1.0; without it scales are not registered
    for axes in (axes for figure in figures for axes in figure.axes):
        name = getattr(axes, "name", None)
        if name in projections.get_projection_names() and not _is_installed(type(axes)):
            found["projections"][name] = projections.get_projection_class(name)
        for axis in (getattr(axes, axis, None) for axis in ("xaxis", "yaxis", "zaxis")):
            if axis is None:
                continue
            if axis.get_scale() in scales and not _is_installed(scales[axis.get_scale()]):
                found["scales"][axis.get_scale()] = scales[axis.get_scale()]
            converter = axis.get_converter() if hasattr(axis, "get_converter") else axis.converter
            if converter is not None and not _is_installed(type(converter)):
                found["units"] += [(kind, each) for kind, each in units.registry.items() if each is converter]
    return found


def provide(needed):
    """Register what `needs` has returned, unless the user has registered something under that name already."""
    import matplotlib
    from matplotlib import projections, scale, units

    for name, colormap in needed["colormaps"].items():
        if name not in matplotlib.colormaps:
            matplotlib.colormaps.register(colormap, name=name)
    for name, projection in needed["projections"].items():
        if name not in projections.get_projection_names():
            projections.register_projection(projection)
    for name, each in needed["scales"].items():
        if name not in scale.get_scale_names():
            scale.register_scale(each)
    for kind, converter in needed["units"]:
        units.registry.setdefault(kind, converter)


def _is_installed(kind):
    """Tell whether a class comes from a module that registers it again when it is imported."""
    return kind.__module__ != "__main__" and kind.__module__.partition(".")[0] in sys.modules


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
            self.last, self.parts, self.colormaps = None, set(), {}
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
            self.colormaps[obj.name] = obj
            return NotImplemented

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
