"""Reductions of the objects of a figure for pickling, where their own would lose or break something.

What belongs to a canvas is taken from the figure's new canvas when it is loaded; what ends with its kernel is left out
and reported; a figure does not register itself with pyplot.
"""

from __future__ import annotations

import copyreg
import io
import types
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ...internals import artists, callbacks
from ...internals.memory import array_bytes, bases_of, closed_over, module_of, name_of
from ...protocol import Missing
from .. import sentences
from ..limits.code_of_others import CodeOfOthers, is_reduced_by_others, runs_code
from ..namespace import Globals
from ..provenance import PACKAGES, belongs_to_matplotlib, canvases, ending, ends, is_of_library
from .references import Reduced, bound_from_outside, reference

if TYPE_CHECKING:
    from ..sink import Sink

PROTOCOL = 5
"""Pickle protocol: Python 3.8 and later."""

SMALL = 4096
"""Bytes below which an array is small."""

NOTHING = type(None), ()
"""The reduction of what is left out."""

METHODS = (types.BuiltinMethodType, types.MethodType)
"""Classes of bound methods."""

ByClass = tuple[tuple[tuple[type, ...], Callable[[Any, Any], Reduced]], ...]
"""Pairs of classes and of how their objects are reduced."""


class Linked(Exception):
    """Raised when a figure is part of another one: they have to be pickled together."""

    def __init__(self, figure: Any) -> None:
        super().__init__()
        self.figure = figure


class PicklingTask(NamedTuple):
    """What a pickler has to know of the figures for one try.

    Attributes
    ----------
    figures, others, suspects, allows_code, unpicklable
        See `attempt.Attempt`.
    globals : namespace.Globals
        Collects the global names that functions from cells use.
    """

    figures: Sequence[Any]
    others: Mapping[str, Any]
    suspects: Mapping[int, type]
    unpicklable: Mapping[int, Any]
    allows_code: bool
    globals: Globals


class Reductions:
    """What picklers of figures have in common.

    Attributes
    ----------
    missing : list of Missing
        What does not come back although the figures draw without it.
    missing_parts : list of Missing
        The same for what was left out of the figures.
    colormaps : set of str
        Names of the colormaps that the figures use.
    parts : set of int
        Identities of objects of Matplotlib, artists apart, that are part of the figures.
    met_code : bool
        Whether an object has run code of its own.
    in_figures : bool
        Whether the figures themselves are being pickled, not yet the names.
    """

    def prepare(self, sink: Sink, task: PicklingTask) -> None:
        """Initialize the attributes with nothing found."""
        self.expect = sink.expect
        self._allows_code = task.allows_code
        self.met_code = False
        self._together = {id(figure) for figure in task.figures}
        self.in_figures = True
        self.missing: list[Missing] = []
        self.missing_parts: list[Missing] = []
        self.colormaps: set[str] = set()
        self.parts: set[int] = set()

    def figures_end(self) -> None:
        """Record that names are pickled from now on."""
        self.in_figures = False

    def look_at(self, kind: type) -> None:
        """Check a class before its first object is pickled.

        Raises
        ------
        CodeOfOthers
            If its objects run code of their own then, and that is not allowed.
        """
        if runs_code(kind) or is_reduced_by_others(kind):
            if not self._allows_code:
                raise CodeOfOthers(name_of(kind))
            self.met_code = True

    def leave_out(self, what: str, why: str) -> None:
        """Record that a part of the figures is left out."""
        _note(self.missing_parts, what, why)

    def part(self, obj: Any) -> Reduced:
        """Reduce an object and record that it is part of the figures."""
        self.parts.add(id(obj))
        return obj.__reduce_ex__(PROTOCOL)

    def figure(self, obj: Any) -> Reduced:
        """Reduce a figure that belongs to the group, without its registration: it would get a new number.

        Raises
        ------
        Linked
            If it is another one.
        """
        if id(obj) not in self._together:
            raise Linked(obj)
        make, arguments, state, *more = obj.__reduce_ex__(PROTOCOL)
        return (make, arguments, artists.without_registration(state), *more)

    def array(self, obj: Any) -> Reduced:
        """Reduce an array: a small one, of which a figure has hundreds, in the older way, which takes half of the time.

        Raises
        ------
        TooLarge, TooSlow
            If there is no room for it: it is not even copied.
        """
        size = obj.nbytes
        # The older way copies the data and forgets that they must not be written to.
        if size < SMALL and obj.flags.writeable:
            return obj.__reduce__()
        self.expect(size)
        return obj.__reduce_ex__(PROTOCOL)

    def derived_array(self, obj: Any) -> Reduced:
        """Reduce an array of a class that derives from NumPy's; the exceptions are those of `array`."""
        self.expect(array_bytes(obj))
        return obj.__reduce_ex__(PROTOCOL)

    def canvas(self, obj: Any) -> Reduced:
        """Reduce a canvas, manager or toolbar to what its figure has in its place when the names are loaded.

        While the figure itself is loaded there is none yet.
        """
        if self.in_figures:
            self.leave_out(sentences.REFERENCE.format(kind=name_of(type(obj))), sentences.OF_DEAD_CANVAS)
            return NOTHING
        return reference(obj).__reduce__()

    def registry(self, obj: Any) -> Reduced:
        """Keep the connections between objects of Matplotlib, which pickling drops, and report those of the user."""
        reduced = callbacks.reduce_without_connections(obj)
        if reduced is not None:
            self.parts.add(id(obj))
            return reduced
        reduced = self.part(obj)
        callbacks.number_anew(reduced[2], obj)
        kept = callbacks.pickled_numbers(obj)  # those come back anyhow
        inner: dict[str, dict[int, Any]] = {}
        for signal, number, handler in callbacks.connections(obj):
            if number in kept:
                continue
            owner = getattr(handler, "__self__", None)
            if is_of_library(handler):  # cartopy clips a map again when its limits change
                inner.setdefault(signal, {})[number] = handler
            elif owner is None or signal.endswith("_event") or not belongs_to_matplotlib(type(owner)):
                self._note_handler(signal, handler, owner)
            else:  # a colorbar follows its image, for instance
                inner.setdefault(signal, {})[number] = handler
        callbacks.add_connections(reduced[2], inner)
        return reduced

    def colormap(self, obj: Any) -> Reduced:
        """Reduce a colormap and record its name."""
        self.colormaps.add(obj.name)
        return self.part(obj)

    def triangulation(self, obj: Any) -> Reduced:
        """Reduce a triangulation without its objects of C++: it makes them again."""
        make, arguments, state, *more = self.part(obj)
        return (make, arguments, artists.without_compiled_parts(state), *more)

    def ended(self, obj: Any) -> Reduced:
        """Omit what ends with its kernel: animations, timers, open files."""
        if issubclass(type(obj), (io.BytesIO, io.StringIO)):
            return obj.__reduce_ex__(PROTOCOL)
        name = getattr(obj, "name", None)
        name = f" {name!r}" if isinstance(name, str) else ""
        self.leave_out(sentences.THING.format(what=name_of(type(obj)) + name), sentences.ENDED)
        return NOTHING

    def method(self, obj: Any) -> Reduced | None:
        """Omit a method of what is left out, which could not be loaded; return None for any other."""
        owner = obj.__self__
        if issubclass(type(owner), canvases()):
            return self.canvas(owner) if self.in_figures else None
        return self.ended(owner) if ends(owner) else None

    def plain_method(self, obj: Any) -> Reduced:
        """Reduce as `method` does, with the usual reduction for any other method."""
        return self.method(obj) or bound_from_outside(obj) or obj.__reduce_ex__(PROTOCOL)

    def ordered(self, obj: Any) -> Reduced:
        """Reduce a mapping of a class that derives from OrderedDict, which would be recreated without arguments."""
        reduced = obj.__reduce_ex__(PROTOCOL)
        if type(reduced) is tuple and reduced[:2] == (type(obj), ()):
            return (copyreg.__newobj__, (type(obj),), *reduced[2:])  # type: ignore[attr-defined]
        return reduced

    def _note_handler(self, signal: str, handler: Callable[..., Any], owner: Any) -> None:
        kind = name_of(type(owner))
        modules = set(map(module_of, bases_of(type(owner))))
        if "matplotlib.animation" in modules:
            _note(self.missing, sentences.THING.format(what=kind), sentences.ENDED)
        elif "matplotlib.widgets" in modules:
            for each, observer in callbacks.observers(owner):
                name = getattr(_users(observer), "__qualname__", "")
                what = sentences.WIDGET_HANDLER.format(kind=kind, event=each, name=name).strip()
                _note(self.missing, what, sentences.UNCONNECTED)
            _note(self.missing, sentences.WIDGET_REACTION.format(kind=kind), sentences.ONLY_DRAWN)
        elif _users(handler) is not None:
            name = getattr(_users(handler), "__qualname__", name_of(type(handler)))
            _note(self.missing, sentences.HANDLER.format(event=signal, name=name), sentences.UNCONNECTED)


def table() -> ByClass:
    """Return pairs of classes and the method of `Reductions` for their objects; the first match applies."""
    from matplotlib.cbook import CallbackRegistry
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure
    from matplotlib.tri import Triangulation

    return (
        ((Figure,), Reductions.figure),
        (canvases(), Reductions.canvas),
        ((CallbackRegistry,), Reductions.registry),
        ((Colormap,), Reductions.colormap),
        ((Triangulation,), Reductions.triangulation),
        (ending(), Reductions.ended),
    )


def _users(handler: Any) -> Any:
    """Return the part of a handler that is not from Matplotlib: itself or what Matplotlib wraps; None if nothing is."""
    inside = closed_over(handler) if type(handler) is types.FunctionType else []
    for each in (handler, *filter(callable, inside)):
        module = getattr(each, "__module__", None)
        if (module if isinstance(module, str) else "").partition(".")[0] not in PACKAGES:
            return each
    return None


def _note(notes: list[Missing], what: str, why: str) -> None:
    if Missing(what, why) not in notes:
        notes.append(Missing(what, why))
