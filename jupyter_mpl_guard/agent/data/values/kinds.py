"""The classes whose objects are saved: those of a list, and plain ones from cells. Others are not looked into."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from enum import Enum
from functools import lru_cache
from types import (
    ClassMethodDescriptorType,
    FunctionType,
    GetSetDescriptorType,
    MethodDescriptorType,
    MethodWrapperType,
    WrapperDescriptorType,
)
from typing import Any

from ...internals.memory import bases_of, found_in, is_from_cell, module_of, name_of, namespace_of
from ...pickling.limits.code_of_others import COLLECTIONS, HOOKS, ITEMS
from ...pickling.search_path import is_of_environment
from ...storage.packages import MATPLOTLIB
from .. import sentences
from .code import is_found_by_name, mentioned, qualname_of
from .listed import IN_MEMORY, LAZY_ARRAYS, SAVERS, STANDARD, savers
from .special import VIEWS, is_of_numbas_functions, is_of_sympys_functions

ATOMS = frozenset({type(None), bool, int, float, complex, str, bytes, type(Ellipsis), type(NotImplemented), range})
"""Classes whose objects never change and lead to nothing."""

SMALL_ATOM = 256
"""Largest length of a text, and bytes of a number, that is small."""

CACHED: type = type(lru_cache(lambda: None))
"""Class of what `functools.lru_cache` makes."""

ITERATORS = frozenset(
    map(
        type,
        map(iter, ([], (), {}, {}.values(), {}.items(), set(), "", "é", b"", range(0), range(2**70), reversed([]))),
    )
) | {enumerate, zip, map, filter, reversed, type(iter(int, 1))}
"""Built-in iterators: they lead to what they go over, and to how far they have come."""

METHODS = frozenset({MethodDescriptorType, WrapperDescriptorType, MethodWrapperType, ClassMethodDescriptorType})
"""Methods of built-in classes, which are found again by their names."""

BUILTINS = (
    ATOMS
    | ITERATORS
    | METHODS
    | VIEWS.keys()
    | {list, tuple, dict, set, frozenset, bytearray, slice, object, property, staticmethod, classmethod}
)

# Classes are told apart by their identities: a metaclass may have a hash, or an ``==``, of its own.
ATOM_IDS, BUILTIN_IDS = frozenset(map(id, ATOMS)), frozenset(map(id, BUILTINS))


def is_small_atom(value: Any) -> bool:
    """Return whether a value never changes and is small: it may be kept alive, and is compared by its identity."""
    kind = type(value)
    if kind is str or kind is bytes:
        return len(value) <= SMALL_ATOM
    if kind is int:
        return bool(value.bit_length() <= 8 * SMALL_ATOM)
    return id(kind) in ATOM_IDS


class ClassOrigin(Enum):
    """Who has defined a class."""

    LISTED = "it is on the list"
    CELL = "a cell has defined it"
    BESIDE = "one of the user's own modules has defined it, which lies where no library does"
    TABLE = "a library has derived it from a table of pandas'"
    OTHER = "somebody else"


def origin_of(kind: type) -> ClassOrigin:
    """Return who has defined a class; its attributes are read without calling its code."""
    module, name = module_of(kind), name_of(kind)
    if module == "builtins":
        return ClassOrigin.LISTED if id(kind) in BUILTIN_IDS else ClassOrigin.OTHER
    if module == "__main__":
        return ClassOrigin.CELL
    if is_of_numpys_functions(kind) or is_of_sympys_functions(kind) or is_of_numbas_functions(kind):
        return ClassOrigin.LISTED
    if name in STANDARD.get(module, ()) and found_in(module, name) is kind:
        return ClassOrigin.LISTED
    package = module.partition(".")[0]
    saver = SAVERS.get(package) or savers().get(package)
    full = f"{module}.{name}"
    if saver is None:
        if _is_beside(kind, module):
            return ClassOrigin.BESIDE
        return ClassOrigin.TABLE if _is_table(kind, module) else ClassOrigin.OTHER
    if any(full.startswith(each) for each in saver.without):
        return ClassOrigin.OTHER
    if module.startswith(LAZY_ARRAYS) and name not in IN_MEMORY:
        return ClassOrigin.OTHER
    # A class that only claims to be of NumPy is not found there.
    return ClassOrigin.LISTED if is_found_by_name(kind, module, qualname_of(kind)) else ClassOrigin.OTHER


def is_apart(kind: type) -> bool:
    """Return whether objects of a class lead to half of the process and hold little of the user's data: figures."""
    for base in bases_of(kind):
        module = module_of(base)
        if module.partition(".")[0] in _APART and is_found_by_name(base, module, qualname_of(base)):
            return True
    return False


_APART = MATPLOTLIB | {"IPython", "ipykernel", "traitlets"}


def is_of_numpys_functions(kind: type) -> bool:
    """Return whether a class is that of most of NumPy's functions, which are found again by their names."""
    return kind is type(found_in("numpy", "concatenate")) and kind is not FunctionType


def _is_beside(kind: type, module: str) -> bool:
    """Return whether the file of a module that has defined a class lies where no library does."""
    file = found_in(module, "__file__")
    return type(file) is str and is_found_by_name(kind, module, qualname_of(kind)) and not is_of_environment(file)


def _is_table(kind: type, module: str) -> bool:
    """Return whether a class that is found by its name derives from one of pandas': what it holds are its data."""
    return is_found_by_name(kind, module, qualname_of(kind)) and any(
        module_of(base).partition(".")[0] == "pandas" and origin_of(base) is ClassOrigin.LISTED
        for base in bases_of(kind)
    )


def refusal(kind: type) -> str:
    """Return why objects of a class are not saved, "" where they are.

    An object is saved when its class is listed, or when it is the user's own, or a table, and neither it nor its
    bases have code that would run for that, other than that of listed classes.
    """
    own = origin_of(kind)
    if own is ClassOrigin.OTHER:
        return "" if is_plain_enum(kind) else sentences.CANNOT
    if own is ClassOrigin.LISTED:
        return sentences.OWN_WAY if _is_patched(kind) else ""
    if not is_harmless(type(kind)):
        return sentences.CANNOT
    hooks = {*HOOKS, "__setstate__", *asked_for(kind)}
    for base in bases_of(kind):
        if base is object or origin_of(base) is ClassOrigin.LISTED or is_library_base(base):
            continue
        if origin_of(base) is ClassOrigin.OTHER and own is not ClassOrigin.TABLE:
            return sentences.CANNOT
        if any(_is_of_cell(namespace_of(base), name) for name in hooks):
            return sentences.OWN_WAY
        is_its_own = not has_plain_base(kind) or is_written_in_its_own_way(kind)
        if is_its_own and _is_of_cell(namespace_of(base), "__new__"):
            return sentences.OWN_WAY
    return ""


def asked_for(kind: type) -> set[str]:
    """Return the names, besides hooks, that the hooks of a class's listed bases may look up on its objects."""
    names: set[str] = set()
    for collections, asked in _ASKED_IN_C:
        if issubclass(kind, collections):
            names.update(asked)
    for base in bases_of(kind):
        if base is not object and origin_of(base) is ClassOrigin.LISTED:
            defined = namespace_of(base)
            hooks = [defined[name] for name in (*HOOKS, "__setstate__") if name in defined]
            if any(
                type(hook) not in (FunctionType, GetSetDescriptorType) for hook in hooks
            ):  # written in C: what they look up cannot be seen
                names.update(name for name, each in defined.items() if type(each) in (GetSetDescriptorType, property))
            names.update(*(mentioned(hook.__code__) for hook in hooks if type(hook) is FunctionType))
        elif type(asked := namespace_of(base).get("_metadata")) is list:  # what pandas' guide to subclasses describes
            names.update(each for each in asked if type(each) is str)
    return names


_ASKED_IN_C: tuple[tuple[tuple[type, ...], tuple[str, ...]], ...] = (
    (COLLECTIONS, ITEMS),
    ((deque,), ("__iter__", "__init__")),
    ((set, frozenset), ("__len__", "__init__")),
    ((OrderedDict, defaultdict, bytearray), ("__init__",)),
    ((Counter,), ("__init__", "__len__", "__bool__", "update", "get")),
)
"""Names that classes look up whose hooks are not Python functions."""


def _is_patched(kind: type) -> bool:
    """Return whether a cell has put a hook of its own into a listed class."""
    if id(kind) in BUILTIN_IDS:
        return False
    hooks = [namespace_of(base).get(name) for base in bases_of(kind) for name in (*HOOKS, "__setstate__")]
    return any(type(hook) is FunctionType and is_from_cell(hook) for hook in hooks)


def is_written_in_its_own_way(kind: type) -> bool:
    """Return whether a class from a cell has code of its own that sets what an object gets when it is loaded."""
    cells = [namespace_of(base) for base in bases_of(kind) if is_from_cell(base)]
    return any(_is_of_cell(names, name) for names in cells for name in _WRITES)


_WRITES = ("__setattr__", "__setitem__", "append", "extend")


def is_plain_enum(kind: type) -> bool:
    """Return whether a class is an enumeration of a library, whose members are saved by their values."""
    if not (issubclass(kind, Enum) and is_found_by_name(kind, module_of(kind), qualname_of(kind))):
        return False
    return not any(
        _is_of_cell(namespace_of(base), name) for base in bases_of(kind) for name in HOOKS if not is_library_base(base)
    )


def has_own_new(kind: type) -> bool:
    """Return whether one of the user's classes has a ``__new__`` that need not be called again for its objects."""
    return has_plain_base(kind) and any(
        _is_of_cell(namespace_of(base), "__new__") for base in bases_of(kind) if not is_library_base(base)
    )


def has_plain_base(kind: type) -> bool:
    """Return whether objects of a class are made as `object` makes them, whatever else it derives from."""
    return all(
        base is object or origin_of(base) is not ClassOrigin.LISTED for base in bases_of(kind)
    ) and not issubclass(kind, Enum)


def is_library_base(kind: type) -> bool:
    """Return whether a class is one of those from which plain classes derive: abstract ones, enumerations, generics."""
    return module_of(kind) in ("abc", "enum", "typing", "collections.abc", "numbers", "contextlib", "builtins") and (
        module_of(kind) != "builtins" or id(kind) in BUILTIN_IDS
    )


def is_harmless(metaclass: type) -> bool:
    """Return whether classes of a metaclass can be saved without running code of a cell."""
    return all(module_of(base) in ("builtins", "abc", "enum", "typing") for base in bases_of(metaclass))


def _is_of_cell(namespace: object, name: str) -> bool:
    """Return whether a class has a hook that is not what the interpreter or the standard library has given it."""
    if name not in namespace:  # type: ignore[operator]
        return False
    hook = namespace[name]  # type: ignore[index]
    if type(hook) is list or type(hook) is tuple:  # names of attributes
        return False
    hook = hook.__func__ if type(hook) is staticmethod or type(hook) is classmethod else hook
    if type(hook) is FunctionType:
        module = hook.__module__
        return type(module) is str and not (
            module in ("collections", "dataclasses", "enum", "typing") or _is_made(hook)
        )
    return type(hook) is not GetSetDescriptorType


def _is_made(hook: FunctionType) -> bool:
    """Return whether `collections.namedtuple` has made a function."""
    return str(hook.__module__).startswith("namedtuple_")


def full_name(kind: type) -> str:
    """Return the name of a class with its module, as a person would write it."""
    module = module_of(kind)
    return name_of(kind) if module in ("", "builtins", "__main__") else f"{module}.{name_of(kind)}"
