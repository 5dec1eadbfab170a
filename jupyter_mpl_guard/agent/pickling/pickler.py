"""The picklers of figures: a quick one for figures of installed classes only, and a thorough one for all others.

cloudpickle runs Python code for each of a figure's thousand objects, which takes half of the time; most figures hold
nothing that plain pickle could not handle.
"""

from __future__ import annotations

import copyreg
import pickle
import sys
import types
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from operator import attrgetter, methodcaller
from typing import Any

from .. import messages
from ..bootstrap import CLOUDPICKLE, NAME
from ..internals.memory import name_of
from . import reductions
from .limits.budget import GivenUp, TooSlow
from .limits.code_of_others import is_reduced_by_others, runs_code
from .limits.watchdog import Stuck
from .namespace import namespace
from .provenance import belongs_to_matplotlib
from .sink import Sink, TooLarge


def cloudpickle() -> Any:
    """Return cloudpickle: the one that is shipped with the agent, or in a process with this package the installed one.

    It is one version for all kernels, so that a pickle is read by the version that wrote it.
    """
    if __name__.startswith(NAME + "."):
        return import_module(CLOUDPICKLE)
    return import_module("cloudpickle.cloudpickle")


def quick(sink: Sink, task: reductions.PicklingTask) -> Any:
    """Return a pickler that leaves code to plain pickle, which refers to it by its name.

    Parameters
    ----------
    sink : sink.Sink
        Has to refuse what refers to ``__main__``: a function from a cell is pickled by value.
    task : reductions.PicklingTask
        What is pickled.
    """
    return _made(_make_quick)(sink, task)


def thorough(sink: Sink, task: reductions.PicklingTask) -> Any:
    """Return a pickler that includes code from cells and leaves out what cannot be pickled.

    Parameters
    ----------
    sink : sink.Sink
        Where the bytes go.
    task : reductions.PicklingTask
        What is pickled.
    """
    return _made(_make_thorough)(sink, task)


def prepare(*, thoroughly: bool = False) -> None:
    """Prepare what the first checkpoint needs, so that it takes no longer than the next.

    Parameters
    ----------
    thoroughly : bool
        Whether that includes cloudpickle, which takes 20 ms and which most figures can do without.
    """
    _made(_make_thorough if thoroughly else _make_quick)


_BOUND = (types.BuiltinMethodType, types.MethodType)

_classes: dict[tuple[Any, ...], type] = {}


def _made(make: Callable[[Any], type]) -> type[Any]:
    """Return a class of picklers; what it does depends on what is imported, so it is made when it is first needed."""
    key = make, "ipywidgets" in sys.modules, "matplotlib.animation" in sys.modules
    if key not in _classes:
        _classes[key] = make(reductions.table())
    return _classes[key]


def _make_quick(table: Any) -> type:
    from numpy import ndarray

    class QuickPickler(reductions.Reductions, pickle.Pickler):
        def __init__(self, sink: Sink, task: reductions.PicklingTask) -> None:
            self.prepare(sink, task)
            self._table = _Table(self._reducer, {**copyreg.dispatch_table, ndarray: self.array})
            for value in task.others.values():
                self._dispatch(type(value), self.part)
            self._table.update(dict.fromkeys(_BOUND, self.plain_method))
            for classes, reduce in table:
                for kind in _descendants(classes):
                    self._dispatch(kind, reduce.__get__(self))
            for kind, reduce in list(self._table.items()):
                if runs_code(kind) or is_reduced_by_others(kind):
                    self._table[kind] = partial(self._look_first, reduce)
            self.dispatch_table = self._table
            super().__init__(sink, reductions.PROTOCOL)

        def _reducer(self, kind: type) -> Callable[[Any], Any]:
            self.look_at(kind)
            if issubclass(kind, OrderedDict) and kind is not OrderedDict:
                return self.ordered
            return self.derived_array if issubclass(kind, ndarray) else _BY_ITSELF

        def _look_first(self, reduce: Callable[[Any], Any], obj: Any) -> Any:
            self.look_at(type(obj))
            return reduce(obj)

        def _dispatch(self, kind: type, reduce: Callable[[Any], Any]) -> None:
            try:
                self._table[kind] = reduce
            except Exception:  # a metaclass without a hash: the thorough pickler needs none
                pass

    return QuickPickler


class _Table(dict):
    """How objects of classes are reduced; a class that is missing is added when its first object comes.

    The others are then reduced without a call of Python.
    """

    def __init__(self, reducer: Callable[[type], Callable[[Any], Any]], known: Any) -> None:
        super().__init__(known)
        self._reducer = reducer

    def __missing__(self, kind: type) -> Callable[[Any], Any]:
        reduce = self[kind] = _BY_NAME if issubclass(kind, type) else self._reducer(kind)
        return reduce


_BY_NAME = attrgetter("__qualname__")  # of a class; pickle writes what it finds under a name as a global

_BY_ITSELF = methodcaller("__reduce_ex__", reductions.PROTOCOL)


def _descendants(classes: Iterable[type]) -> list[type]:
    """Return classes and all that derive from them by now."""
    found = list(classes)
    for kind in found:
        found += type.__subclasses__(kind)
    return found


def _make_thorough(table: Any) -> type:
    from matplotlib.artist import Artist
    from numpy import ndarray

    base: Any = cloudpickle().Pickler

    class ThoroughPickler(reductions.Reductions, base):
        def __init__(self, sink: Sink, task: reductions.PicklingTask) -> None:
            self.prepare(sink, task)
            # A ChainMap, as cloudpickle has it, costs a microsecond for each object.
            self.dispatch_table = {**copyreg.dispatch_table, **base.dispatch_table, ndarray: self.array}
            super().__init__(sink, reductions.PROTOCOL)
            self._suspects = task.suspects
            self._condemned = task.condemned
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
            if self._condemned and id(obj) in self._condemned and id(kind) not in self._ours:
                self.leave_out(messages.OBJECT.format(kind=name_of(kind)), messages.OBJECT_NOT_SAVED)
                return reductions.NOTHING
            return NotImplemented if reduce is None else reduce(obj)

        def may_be_left_out(self, kind: type) -> bool:
            """Return whether objects of a class may be left out when they cannot be pickled."""
            return id(kind) not in self._ours

        def _reducer(self, kind: type) -> Callable[[Any], Any] | None:
            """Return how objects of a class are reduced, None where pickle and cloudpickle know how."""
            for classes, reduce in table:
                if issubclass(kind, classes):
                    self._ours.add(id(kind))
                    return reduce.__get__(self)
            if any(kind is each for each in _BOUND):
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
            reduced = base.reducer_override(self, obj)
            if reduced is NotImplemented:
                return reduced
            self.took_code = True
            return self._globals.live(reduced) if getattr(obj, "__globals__", None) is namespace() else reduced

        def _bound(self, obj: Any) -> Any:
            left_out = self.method(obj)
            if left_out is None and id(type(obj.__self__)) in self._suspects:
                refused = self._suspected(obj.__self__)
                left_out = refused if refused == reductions.NOTHING else None  # a method of nothing cannot be loaded
            return left_out or reductions.bound_from_outside(obj) or NotImplemented

        def _suspected(self, obj: Any) -> Any:
            try:
                reducer = self.dispatch_table.get(type(obj))
                return reducer(obj) if reducer else obj.__reduce_ex__(reductions.PROTOCOL)
            except (KeyboardInterrupt, GivenUp, Stuck, TooLarge, TooSlow, reductions.Linked):
                raise
            except BaseException as error:  # a panic of Rust is no `Exception`
                why = messages.OBJECT_NOT_SAVED_BECAUSE.format(error=messages.said(error))
                self.leave_out(messages.OBJECT.format(kind=name_of(type(obj))), why)
                return reductions.NOTHING

    return ThoroughPickler
