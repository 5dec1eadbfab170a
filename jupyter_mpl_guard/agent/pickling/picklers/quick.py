"""The quick pickler of figures: objects of most classes are reduced without a call of Python."""

from __future__ import annotations

import copyreg
import pickle
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import partial
from operator import attrgetter, methodcaller
from typing import Any

from ..limits.code_of_others import is_reduced_by_others, runs_code
from ..sink import Sink
from .reductions import METHODS, PROTOCOL, ByClass, PicklingTask, Reductions


def quick_class(table: ByClass) -> type:
    """Return the class of the picklers; needs ``numpy``."""
    from numpy import ndarray

    class QuickPickler(Reductions, pickle.Pickler):
        def __init__(self, sink: Sink, task: PicklingTask) -> None:
            self.prepare(sink, task)
            self._table = _Reducers(self._reducer, {**copyreg.dispatch_table, ndarray: self.array})
            for value in task.others.values():
                self._dispatch(type(value), self.part)
            self._table.update(dict.fromkeys(METHODS, self.plain_method))
            for classes, reduce in table:
                for kind in _descendants(classes):
                    self._dispatch(kind, reduce.__get__(self))
            for kind, reduce in list(self._table.items()):
                if runs_code(kind) or is_reduced_by_others(kind):
                    self._table[kind] = partial(self._look_first, reduce)
            self.dispatch_table = self._table
            super().__init__(sink, PROTOCOL)

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


class _Reducers(dict):
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

_BY_ITSELF = methodcaller("__reduce_ex__", PROTOCOL)


def _descendants(classes: Iterable[type]) -> list[type]:
    """Return classes and all that derive from them by now."""
    found = list(classes)
    for kind in found:
        found += type.__subclasses__(kind)
    return found
