"""Functions by value: code, defaults and closure; their global names are those of the module they were made in.

Pickles refer to the functions of this module by their names.
"""

from __future__ import annotations

import marshal
import sys
from collections import OrderedDict, deque, namedtuple
from functools import lru_cache
from importlib import import_module
from importlib.util import MAGIC_NUMBER
from types import CellType, CodeType, FunctionType, MappingProxyType
from typing import Any

from ...internals.memory import bases_of, is_from_cell, name_of, names_of, namespace_of
from ..sentences import OTHER_PYTHON

STATE = ("__kwdefaults__", "__dict__", "__doc__", "__qualname__", "__module__")
"""Attributes of a function that are set when it has been made."""


class OtherPython(Exception):
    """Raised when code was saved by another version of Python."""


def code(magic: bytes, text: bytes) -> Any:
    """Return a code object from its bytes.

    Raises
    ------
    OtherPython
        Another version of Python has compiled it.
    """
    if magic != MAGIC_NUMBER:
        raise OtherPython(OTHER_PYTHON)
    return marshal.loads(text)


def function(module: str, compiled: Any, name: str, defaults: Any, closure: Any) -> FunctionType:
    """Return a function with the global names of a module, as they are then."""
    return FunctionType(compiled, vars(import_module(module)), name, defaults, closure)


def set_state(made: Any, state: dict[str, Any]) -> None:
    """Set the attributes of a function that has just been made."""
    made.__dict__.update(state.pop("__dict__", None) or {})
    for name, value in state.items():
        setattr(made, name, value)


def fill(made: Any, state: tuple[Any, list[Any], list[tuple[Any, Any]]]) -> None:
    """Set the attributes and items of an object that has just been made, without calling code of its class."""
    attributes, items, pairs = state
    own, slots = attributes if type(attributes) is tuple else (attributes, None)
    for name, value in (slots or {}).items():
        object.__setattr__(made, name, value)
    if own:
        object.__getattribute__(made, "__dict__").update(own)
    if items:
        (deque if issubclass(type(made), deque) else list).extend(made, items)
    put = (OrderedDict if issubclass(type(made), OrderedDict) else dict).__setitem__
    for key, value in pairs:
        put(made, key, value)


def cell() -> CellType:
    """Return an empty closure cell, which several functions may share."""
    return CellType()


def cached(wrapped: Any, maxsize: Any, typed: bool) -> Any:
    """Return what `functools.lru_cache` makes of a function."""
    return lru_cache(maxsize=maxsize, typed=typed)(wrapped)


def reduce_code(compiled: CodeType) -> Any:
    """Return the reduction of a code object."""
    return code, (MAGIC_NUMBER, marshal.dumps(compiled))


def reduce_function(made: FunctionType, module: str) -> Any:
    """Return the reduction of a function by value.

    Parameters
    ----------
    module : str
        Name of the module whose global names it sees.
    """
    arguments = (module, made.__code__, made.__name__, made.__defaults__, made.__closure__)
    state = {name: value for name in STATE if (value := getattr(made, name)) not in (None, {})}
    annotate = "__annotate__" if hasattr(made, "__annotate__") else "__annotations__"  # since 3.14 it is code
    if getattr(made, annotate):
        state[annotate] = getattr(made, annotate)
    return function, arguments, state, None, None, set_state


def reduce_cached(made: Any) -> Any:
    """Return the reduction of what `functools.lru_cache` has made, without its cache."""
    parameters = made.cache_parameters()
    return cached, (made.__wrapped__, parameters["maxsize"], parameters["typed"]), dict(vars(made)) or None


def qualname_of(kind: type) -> Any:
    """Return the qualified name of a class."""
    return type.__dict__["__qualname__"].__get__(kind)


def read_only(names: dict[Any, Any]) -> Any:
    """Return a read-only view of a dict."""
    return MappingProxyType(names)


def named_tuple(name: str, fields: tuple[str, ...], defaults: tuple[Any, ...]) -> type:
    """Return a class as `collections.namedtuple` makes it."""
    return namedtuple(name, fields, defaults=defaults, module="__main__")


def set_class_state(made: type, state: dict[str, Any]) -> None:
    """Set on a class that has just been made what its class statement has defined."""
    for name, value in state.items():
        setattr(made, name, value)


def subclass(hooked: tuple[type, ...], make: Any, *arguments: Any) -> Any:
    """Return a new class, made without calling the ``__init_subclass__`` of its bases again.

    Parameters
    ----------
    hooked : tuple of type
        Those of its bases, from cells, that have an ``__init_subclass__``. What it did is saved with what it changed.
    make : callable
        What makes the class.
    """
    hooks = {base: namespace_of(base)[_SUBCLASS_HOOK] for base in hooked if _SUBCLASS_HOOK in namespace_of(base)}
    for base in hooks:
        type.__delattr__(base, _SUBCLASS_HOOK)
    try:
        return make(*arguments)
    finally:
        for base, hook in hooks.items():
            type.__setattr__(base, _SUBCLASS_HOOK, hook)


_SUBCLASS_HOOK = "__init_subclass__"


def reduce_subclass(kind: type, reduced: Any) -> Any:
    """Return the reduction of a class, changed where making it calls an ``__init_subclass__`` from a cell."""
    hooked = tuple(base for base in bases_of(kind)[1:] if _SUBCLASS_HOOK in namespace_of(base) and is_from_cell(base))
    return (subclass, (hooked, reduced[0], *reduced[1]), *reduced[2:]) if hooked else reduced


def reduce_named_tuple(kind: type) -> Any:
    """Return the reduction of a class that `collections.namedtuple` has made, None for any other."""
    names = namespace_of(kind)
    new = names.get("__new__")
    new = new.__func__ if type(new) is staticmethod else new
    if bases_of(kind)[1:] != (tuple, object) or type(new) is not FunctionType:
        return None
    if new.__globals__.get("__name__") != f"namedtuple_{name_of(kind)}":
        return None
    fields, defaults = names["_fields"], names.get("_field_defaults", {})
    made = {*namespace_of(named_tuple(name_of(kind), fields, ())), "__annotate__", "__annotate_func__"}
    own = {name: value for name, value in names.items() if name not in made}
    own.update({name: names[name] for name in ("__doc__", "__qualname__") if names.get(name) is not None})
    arguments = name_of(kind), fields, tuple(defaults.values())
    return named_tuple, arguments, own, None, None, set_class_state


def is_found_by_name(value: Any, module: Any, qualname: Any) -> bool:
    """Return whether an imported module has a function or class under its name; none of its code runs."""
    found: Any = sys.modules.get(module) if type(module) is str else None
    if found is None or type(qualname) is not str:
        return False
    for part in qualname.split("."):
        names = namespace_of(found) if issubclass(type(found), type) else names_of(found)
        if part not in names:
            return False
        found = names[part]
    if type(found) is staticmethod or type(found) is classmethod:
        found = found.__func__
    return found is value


def module_of_globals(made: FunctionType, main: dict[str, Any]) -> str:
    """Return the name of the module whose global names a function sees, "" where there is no such module.

    ``%run`` gives functions globals of their own, which are taken as the user's as long as the names are the same.
    """
    names = made.__globals__
    if names is main:
        return "__main__"
    module = names.get("__name__", made.__module__)  # which ``%run`` may have taken away
    if type(module) is not str:
        return ""
    if module == "__main__":
        used = mentioned(made.__code__)
        same = all(name not in names or (name in main and main[name] is names[name]) for name in used)
        return module if same else ""
    return module if names_of(sys.modules.get(module)) is names else ""


def mentioned(compiled: CodeType) -> set[str]:
    """Return the names that code may look up, including those of the functions in it."""
    found = {*compiled.co_names}
    for each in compiled.co_consts:
        if type(each) is CodeType:
            found |= mentioned(each)
    return found
