"""Read from memory what classes and objects define and hold: none of their own code runs for that.

An attribute may be a property, a metaclass may have no hash, ``==`` may compute something for minutes, and the items of
a list may be read from a server. So classes are read as `type` itself reads them, distinguished by identity, and
objects are read by the descriptors that the interpreter has made for them.
"""

from __future__ import annotations

import gc
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, islice, repeat
from operator import is_
from types import CellType, FunctionType, GetSetDescriptorType, MemberDescriptorType, MethodType, ModuleType
from typing import Any, NamedTuple

_mro = type.__dict__["__mro__"].__get__
_name = type.__dict__["__name__"].__get__
_module = type.__dict__["__module__"].__get__
_namespace = type.__dict__["__dict__"].__get__

_function = partial.__dict__["func"].__get__
_arguments = partial.__dict__["args"].__get__
_keywords = partial.__dict__["keywords"].__get__


def module_of(kind: type) -> str:
    """Return the name of the module that has defined a class, "" where the class has none."""
    try:
        module = _module(kind)
    except AttributeError:
        return ""
    return module if type(module) is str else ""


def name_of(kind: type) -> str:
    """Return the name of a class."""
    return str(_name(kind))


def bases_of(kind: type) -> tuple[type, ...]:
    """Return a class and all that it derives from, in the order in which an attribute is looked up."""
    return tuple(_mro(kind))


def namespace_of(kind: type) -> Any:
    """Return a view of what a class itself defines, by name."""
    return _namespace(kind)


_names: Any = ModuleType.__dict__["__dict__"].__get__  # type: ignore[index]


def names_of(module: Any) -> dict[str, Any]:
    """Return the names in a module; none for what is not a module, which may be in `sys.modules`."""
    names: dict[str, Any] = (_names(module) if issubclass(type(module), ModuleType) else None) or {}
    return names


def found_in(module: str, name: str) -> Any:
    """Return what an imported module has under a name, None where there is nothing; none of its code runs."""
    return names_of(sys.modules.get(module)).get(name)


class Layout(NamedTuple):
    """Where the objects of a class have their attributes, as places in `bases_of` the class: it keeps no class alive.

    Attributes
    ----------
    dictionary : int or None
        Place of the class that gives objects their dictionary, where they have one.
    slots : tuple of (int, str)
        Place of the class and name of each slot.
    """

    dictionary: int | None
    slots: tuple[tuple[int, str], ...]

    @classmethod
    def of(cls, kind: type) -> Layout:
        """Return the layout of a class."""
        dictionary: int | None = None
        slots: list[tuple[int, str]] = []
        for place, base in enumerate(bases_of(kind)):
            namespace = _namespace(base)
            if dictionary is None and _is_made_by_the_interpreter(namespace.get("__dict__")):
                dictionary = place
            if "__slots__" in namespace:
                slots += [(place, name) for name, each in namespace.items() if type(each) is MemberDescriptorType]
        return cls(dictionary, tuple(slots))

    def attributes(self, value: Any, limit: int) -> list[Any]:
        """Return the values of the first attributes that an object itself has, at most `limit`."""
        bases = bases_of(type(value))
        held: list[Any] = []
        if self.dictionary is not None:
            own = _namespace(bases[self.dictionary]).get("__dict__")
            if _is_made_by_the_interpreter(own):
                held += islice(dict.values(own.__get__(value)), limit)
        for place, name in self.slots:
            slot = _namespace(bases[place]).get(name)
            if type(slot) is MemberDescriptorType:
                try:
                    held.append(slot.__get__(value))
                except AttributeError:  # not set
                    pass
        return held[:limit]


def _is_made_by_the_interpreter(dictionary: Any) -> bool:
    """Return whether what gives objects their dictionary is the interpreter's and not defined by their class."""
    return type(dictionary) is GetSetDescriptorType or type(dictionary) is MemberDescriptorType


CONTAINERS = (dict, list, tuple, set, frozenset, deque)
"""Collections whose items are in memory; a derived class may show others, but those that it stores are read."""


def length_of(value: Any) -> int:
    """Return how many items one of `CONTAINERS` has."""
    base: Any = next(each for each in CONTAINERS if issubclass(type(value), each))
    return int(base.__len__(value))


def kinds_of(values: Sequence[Any]) -> set[int]:
    """Return the identities of the classes of some values; most collections hold values of one class."""
    first = next(map(type, values), None)  # a thread may be emptying them
    if all(map(is_, map(type, values), repeat(first))):
        return set() if first is None else {id(first)}
    return set(map(id, map(type, values)))


def keys_and_values(value: Any) -> Iterator[Any]:
    """Return the keys of a dict and then its values, whatever its class shows."""
    return chain(dict.keys(value), dict.values(value))


def items_of(value: Any, limit: int) -> list[Any]:
    """Return the first items of one of `CONTAINERS`, the values of a dict, at most `limit`."""
    kind = type(value)  # `isinstance` might ask the value for its class
    if kind is list:
        return value if len(value) <= limit else value[:limit]
    if issubclass(kind, dict):
        return list(islice(dict.values(value), limit))
    base = next(each for each in CONTAINERS if issubclass(kind, each))
    return list(islice(base.__iter__(value), limit))


def is_namespace(value: Any) -> bool:
    """Return whether a value is the namespace of the user or a copy of it, in which everything is found."""
    names = ("In", "Out", "get_ipython", "__name__")
    return issubclass(type(value), dict) and all(dict.__contains__(value, name) for name in names)


def array_items(value: Any, limit: int) -> list[Any]:
    """Return the first items of an array of objects, none for any other array."""
    from numpy import ndarray

    if ndarray.__dict__["dtype"].__get__(value).kind != "O":
        return []
    return list(islice(ndarray.__dict__["flat"].__get__(value), limit))


def array_bytes(value: Any) -> int:
    """Return how many bytes the items of an array take, as many as they would without views."""
    from numpy import ndarray

    return int(ndarray.__dict__["nbytes"].__get__(value))


def series_items(layout: Layout, value: Any, limit: int) -> list[Any]:
    """Return the first items of a series of pandas that holds objects: plots of groups return such series of axes.

    Its array is a few steps inside of it. The garbage collector knows these steps, in any version of pandas.
    """
    from numpy import ndarray

    items: list[Any] = []
    waiting = layout.attributes(value, limit)
    for _ in range(4):
        waiting = [each for each in waiting if type(each) is tuple or _is_of_pandas(type(each))]
        waiting = gc.get_referents(*waiting[:limit])
        for each in waiting:
            if type(each) is ndarray:
                items += array_items(each, limit)
    return items[:limit]


def bound_to(value: MethodType | partial[Any], limit: int) -> list[Any]:
    """Return the object of a method, or the function and first arguments of a partial function, at most `limit`."""
    if type(value) is MethodType:
        return [value.__self__]
    return [_function(value), *_arguments(value), *dict.values(_keywords(value))][:limit]


def closed_over(function: FunctionType) -> list[Any]:
    """Return the values of the variables that a function closes over, those that are set."""
    cells: tuple[CellType, ...] = function.__closure__ or ()
    return [value for cell in cells for value in gc.get_referents(cell)]


Reader = Callable[[Any, int], "list[Any]"]
"""Returns the first of what an object holds, at most so many."""


def is_container(kind: type) -> bool:
    """Return whether objects of a class are there to hold others: collections, arrays, series, calls with arguments."""
    from numpy import ndarray

    return issubclass(kind, (*CONTAINERS, ndarray, MethodType, partial)) or _is_series(kind)


def reader_of(kind: type) -> Reader | None:
    """Return the reader of objects of a class, None where they hold nothing that can be read in this way."""
    from numpy import ndarray

    if issubclass(kind, CONTAINERS):
        return items_of
    if issubclass(kind, ndarray):
        return array_items
    if issubclass(kind, (MethodType, partial)):
        return bound_to
    layout = Layout.of(kind)
    if _is_of_pandas(kind):
        return partial(series_items, layout) if _is_series(kind) else None
    return layout.attributes if layout.dictionary is not None or layout.slots else None


def is_from_cell(value: FunctionType | type) -> bool:
    """Return whether a cell has defined a function or class."""
    module = value.__module__ if type(value) is FunctionType else module_of(value)
    return type(module) is str and module == "__main__"


def _is_of_pandas(kind: type) -> bool:
    return module_of(kind).partition(".")[0] == "pandas"


def _is_series(kind: type) -> bool:
    return name_of(kind) == "Series" and _is_of_pandas(kind)
