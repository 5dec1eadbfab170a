"""Values into bytes, as far as they are of listed kinds: the reducer of no other class is ever called."""

from __future__ import annotations

import copyreg
import dataclasses
import gc
import pickle
import sys
from collections.abc import Callable, Mapping
from enum import Enum
from functools import partial
from importlib import import_module
from types import (
    BuiltinFunctionType,
    CellType,
    CodeType,
    FunctionType,
    GenericAlias,
    GetSetDescriptorType,
    MappingProxyType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
)
from typing import Any

from ...internals.memory import bases_of, found_in, is_from_cell, module_of, name_of, namespace_of
from ...pickling.limits.code_of_others import is_trusted
from ...pickling.picklers.reductions import PROTOCOL
from ...pickling.picklers.thorough import cloudpickle
from ...pickling.sink import Sink
from .. import sentences
from . import arrays, code, kinds, listed, special
from .refusal import NotKept


class DataPickler(pickle.Pickler):
    """Pickle values of listed kinds; any other value is refused before any of its code has been called.

    Parameters
    ----------
    sink : sink.Sink
        Where the bytes go.
    namespace : dict
        The names of the user.
    shown : mapping of int to object
        Arrays, by identity, that are written once, however many others are views of their memory.
    """

    def __init__(self, sink: Sink, namespace: dict[str, Any], shown: Mapping[int, Any] | None = None) -> None:
        super().__init__(sink, PROTOCOL)
        self._sink = sink
        self._namespace = namespace
        self._shown = shown or {}
        self.dispatch_table = {kind: each for kind, each in copyreg.dispatch_table.items() if _is_listed(each)}
        self._reducers: dict[int, Callable[[Any], Any]] = {}  # by identity: a metaclass may have no hash
        self._known: list[type] = []  # keeps these identities
        self._cells: dict[int, CellType] = {}
        self._ndarray: Any = found_in("numpy", "ndarray")

    def values(self, pairs: list[tuple[str, Any]]) -> None:
        """Write names with their values, and then the contents of the closure cells of functions.

        Raises
        ------
        NotKept
            A value leads to something that is not of a listed kind.
        """
        self.dump(pairs)
        done: set[int] = set()
        while new := [each for key, each in self._cells.items() if key not in done]:
            done.update(map(id, new))
            self.dump([(each, each.cell_contents) for each in new if _is_set(each)])
        self.dump(None)

    def reducer_override(self, obj: Any) -> Any:
        """Reduce an object as its class requires; `pickle` never calls this for built-in kinds."""
        kind = type(obj)
        reduce = self._reducers.get(id(kind))
        if reduce is None:
            reduce = self._reducers[id(kind)] = self._reducer(kind)
            self._known.append(kind)
        return reduce(obj)

    def _reducer(self, kind: type) -> Callable[[Any], Any]:
        if issubclass(kind, type):
            return self._class
        if kind is FunctionType:
            return self._function
        if kind is CellType:
            return self._cell
        if kind is CodeType:
            return code.reduce_code
        if kind is kinds.CACHED:
            return code.reduce_cached
        if kind is MappingProxyType:
            return _read_only
        if _is_of_cython(kind):
            return _compiled
        if module_of(kind) == "dataclasses" and not issubclass(kind, dataclasses.Field):
            return _sentinel
        if kind is ModuleType:
            return self._module
        if kind is MethodType or kind is BuiltinFunctionType or kind is GenericAlias:
            return _by_itself
        if kind is property:
            return _property
        if kind is staticmethod or kind is classmethod:
            return _wrapper
        if self._ndarray is not None and issubclass(kind, self._ndarray):
            return partial(self._array, kinds.refusal(kind), kind)
        if kinds.is_of_numpys_functions(kind):
            return _compiled
        why = kinds.refusal(kind)
        if why:
            raise NotKept(why, kind)
        own = special.reducer(kind)
        if own is not None:
            return own
        if issubclass(kind, Enum):
            return _member
        if kinds.has_own_new(kind):
            return special.reduce_instance
        return _written_as_memory if kinds.is_written_in_its_own_way(kind) else _by_itself

    def _class(self, obj: type) -> Any:
        if special.is_of_sympys_functions(obj):
            return special.reduce_undefined(obj)
        if not is_from_cell(obj):
            if _flags(obj) & _HEAP and not code.is_found_by_name(obj, module_of(obj), code.qualname_of(obj)):
                raise NotKept(sentences.NO_CLASS)
            return NotImplemented
        if not kinds.is_harmless(type(obj)):
            raise NotKept(sentences.OWN_CLASS, obj)
        named_tuple = code.reduce_named_tuple(obj)
        if named_tuple is not None:
            return named_tuple
        return code.reduce_subclass(obj, cloudpickle().Pickler.reducer_override(self, obj))

    def _function(self, obj: FunctionType) -> Any:
        if obj.__module__ != "__main__" and code.is_found_by_name(obj, obj.__module__, obj.__qualname__):
            return NotImplemented
        made = special.reduce_dispatcher(obj) or special.reduce_generated(obj)
        if made is not None:
            return made
        module = code.module_of_globals(obj, self._namespace)
        if not module:
            raise NotKept(sentences.NO_MODULE_OF_FUNCTION)
        return code.reduce_function(obj, module)

    def _cell(self, obj: CellType) -> Any:
        self._cells[id(obj)] = obj
        return code.cell, ()

    def _module(self, obj: ModuleType) -> Any:
        name = obj.__name__
        if sys.modules.get(name) is not obj or name == "__main__":
            raise NotKept(sentences.CANNOT, ModuleType)
        return import_module, (name,)

    def _array(self, why: str, kind: type, obj: Any) -> Any:
        base = self._ndarray
        if arrays.is_memmap(kind):
            return arrays.reduce_mapped(obj)
        if why:
            raise NotKept(why, kind)
        owner = self._shown.get(id(base.base.__get__(obj)))
        if owner is not None and owner is not obj and kind is base and id(obj) in self._shown:
            view = arrays.reduce_view(obj, owner)
            if view is not None:
                return view
        self._sink.expect(int(base.nbytes.__get__(obj)))
        return obj.__reduce_ex__(PROTOCOL)


_HEAP = 1 << 9

_flags = type.__dict__["__flags__"].__get__


def _by_itself(obj: Any) -> Any:
    return NotImplemented


_new: Any = copyreg.__newobj__  # type: ignore[attr-defined]  # makes objects whose class has no reducer of its own


def _is_listed(reducer: Any) -> bool:
    """Return whether a reducer registered with `copyreg.pickle` is code of a listed package, or of Python."""
    module = reducer.__module__ if type(reducer) is FunctionType else module_of(type(reducer))
    return is_trusted(reducer) or (type(module) is str and module.partition(".")[0] in listed.savers())


def _written_as_memory(obj: Any) -> Any:
    """Reduce an object to what it holds: otherwise its class would be called to set each attribute and item."""
    reduced = obj.__reduce_ex__(PROTOCOL)
    is_plain = reduced[0] is _new or reduced[0] is type(obj)
    if not is_plain or any("__setstate__" in namespace_of(base) for base in bases_of(type(obj))):
        return reduced
    state, items, pairs = (*reduced[2:5], None, None, None)[:3]
    return (*reduced[:2], (state, list(items or ()), list(pairs or ())), None, None, code.fill)


def _is_of_cython(kind: type) -> bool:
    """Return whether a class is that of Cython's functions: C alone gives classes such a ``__module__``."""
    names = namespace_of(kind)
    own = type(names.get("__module__"))
    is_made_by_c = own is GetSetDescriptorType or own is MemberDescriptorType
    return is_made_by_c and "__getattribute__" not in names and name_of(kind) == "cython_function_or_method"


def _compiled(obj: Any) -> Any:
    """Reduce a function of Cython to its name, if it is found there."""
    if not code.is_found_by_name(obj, obj.__module__, obj.__name__):
        raise NotKept(sentences.CANNOT, type(obj))
    return obj.__name__


def _read_only(obj: Any) -> Any:
    """Reduce a read-only view of a dict of Python's own."""
    (inside,) = gc.get_referents(obj)
    if type(inside) is not dict:
        raise NotKept(sentences.CANNOT, type(inside))
    return code.read_only, (inside,)


def _sentinel(obj: Any) -> Any:
    """Reduce a sentinel of `dataclasses` to its name: it is compared by identity."""
    for name, value in vars(dataclasses).items():
        if value is obj:
            return name
    return NotImplemented


def _member(obj: Any) -> Any:
    """Reduce a member of an enumeration to its value; the enumeration may be defined in a cell."""
    return type(obj), (obj._value_,)


def _property(obj: property) -> Any:
    return property, (obj.fget, obj.fset, obj.fdel, obj.__doc__)


def _wrapper(obj: Any) -> Any:
    return type(obj), (obj.__func__,)


def _is_set(variable: CellType) -> bool:
    try:
        variable.cell_contents  # noqa: B018  # raises where it is not
    except ValueError:
        return False
    return True
