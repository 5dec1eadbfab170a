"""The thorough pickler of figures: it includes code from cells, and leaves out what cannot be pickled."""

from __future__ import annotations

import copyreg
import types
from collections import OrderedDict
from collections.abc import Callable
from importlib import import_module
from typing import Any

from ... import messages
from ...bootstrap import CLOUDPICKLE, NAME
from ...internals.memory import name_of
from .. import sentences
from ..limits.budget import GivenUp, TooSlow
from ..limits.watchdog import Stuck
from ..namespace import namespace
from ..provenance import belongs_to_matplotlib
from ..sink import Sink, TooLarge
from .reductions import METHODS, NOTHING, PROTOCOL, ByClass, Linked, PicklingTask, Reductions
from .references import bound_from_outside


def cloudpickle() -> Any:
    """Return cloudpickle: the one that is shipped with the agent, or in a process with this package the installed one.

    It is one version for all kernels, so that a pickle is read by the version that wrote it.
    """
    if __name__.startswith(NAME + "."):
        return import_module(CLOUDPICKLE)
    return import_module("cloudpickle.cloudpickle")


def thorough_class(table: ByClass) -> type:
    """Return the class of the picklers; needs ``numpy``, and imports cloudpickle."""
    from numpy import ndarray

    base: Any = cloudpickle().Pickler

    class ThoroughPickler(ThoroughReductions, base):
        by_class = table
        by_cloudpickle = base.reducer_override

        def __init__(self, sink: Sink, task: PicklingTask) -> None:
            self.prepare(sink, task)
            # A ChainMap, as cloudpickle has it, costs a microsecond for each object.
            self.dispatch_table = {**copyreg.dispatch_table, **base.dispatch_table, ndarray: self.array}
            super().__init__(sink, PROTOCOL)

    return ThoroughPickler


class ThoroughReductions(Reductions):
    """What the thorough pickler does, whichever cloudpickle it is based on.

    Attributes
    ----------
    by_class : tuple
        See `reductions.table`.
    by_cloudpickle : callable
        Reduces code as cloudpickle does.
    dispatch_table : dict
        Reducers by class.
    last : object
        The object that was looked at last.
    took_code : bool
        Whether code from cells is included.
    """

    by_class: ByClass
    by_cloudpickle: Callable[..., Any]
    dispatch_table: dict[type, Callable[[Any], Any]]

    def prepare(self, sink: Sink, task: PicklingTask) -> None:
        """Initialize the attributes with nothing found."""
        super().prepare(sink, task)
        self._suspects = task.suspects
        self._unpicklable = task.unpicklable
        self._globals = task.globals
        # Classes are distinguished by their identities: a metaclass may have no hash.
        self._reducers: dict[int, Callable[[Any], Any] | None] = {}
        self._ours: set[int] = set()
        self.last: Any = None
        self.took_code = False

    def reducer_override(self, obj: Any) -> Any:
        """Reduce what neither pickle nor cloudpickle would reduce correctly.

        It is called for each of thousands of objects, so what follows from an object's class is determined once.
        """
        self.last, kind = obj, type(obj)
        if id(kind) not in self._reducers:
            self.look_at(kind)
            self._reducers[id(kind)] = self._reducer(kind)
        reduce = self._reducers[id(kind)]
        if self._unpicklable and id(obj) in self._unpicklable and id(kind) not in self._ours:
            self.leave_out(sentences.OBJECT.format(kind=name_of(kind)), sentences.OBJECT_NOT_SAVED)
            return NOTHING
        return NotImplemented if reduce is None else reduce(obj)

    def may_be_left_out(self, kind: type) -> bool:
        """Return whether objects of a class may be left out when they cannot be pickled."""
        return id(kind) not in self._ours

    def _reducer(self, kind: type) -> Callable[[Any], Any] | None:
        """Return how objects of a class are reduced, None where pickle and cloudpickle know how."""
        from matplotlib.artist import Artist
        from numpy import ndarray

        for classes, reduce in self.by_class:
            if issubclass(kind, classes):
                self._ours.add(id(kind))
                return reduce.__get__(self)
        if any(kind is each for each in METHODS):
            return self._bound
        if issubclass(kind, (type, types.FunctionType)):
            return self._code
        if id(kind) in self._suspects:
            return self._suspected
        if issubclass(kind, ndarray) and kind is not ndarray:
            return self.derived_array
        if issubclass(kind, OrderedDict) and kind is not OrderedDict:
            return self.ordered
        return self._part if belongs_to_matplotlib(kind) and not issubclass(kind, Artist) else None

    def _part(self, obj: Any) -> Any:
        self.parts.add(id(obj))
        return NotImplemented

    def _code(self, obj: Any) -> Any:
        reduced = self.by_cloudpickle(obj)
        if reduced is NotImplemented:
            return reduced
        self.took_code = True
        return self._globals.live(reduced) if getattr(obj, "__globals__", None) is namespace() else reduced

    def _bound(self, obj: Any) -> Any:
        left_out = self.method(obj)
        if left_out is None and id(type(obj.__self__)) in self._suspects:
            refused = self._suspected(obj.__self__)
            left_out = refused if refused == NOTHING else None  # a method of nothing cannot be loaded
        return left_out or bound_from_outside(obj) or NotImplemented

    def _suspected(self, obj: Any) -> Any:
        try:
            reducer = self.dispatch_table.get(type(obj))
            return reducer(obj) if reducer else obj.__reduce_ex__(PROTOCOL)
        except (KeyboardInterrupt, GivenUp, Stuck, TooLarge, TooSlow, Linked):
            raise
        except BaseException as error:  # a panic of Rust is no `Exception`
            why = sentences.OBJECT_NOT_SAVED_BECAUSE.format(error=messages.said(error))
            self.leave_out(sentences.OBJECT.format(kind=name_of(type(obj))), why)
            return NOTHING
