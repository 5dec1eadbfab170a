"""What objects lead to, and whether it matters that two values share one of them, class by class."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from types import CodeType, FunctionType, MethodType
from typing import Any

from ...internals.memory import found_in, is_from_cell, module_of, name_of


def of_class(value: type) -> Iterable[Any]:
    """Return what a class from a cell defines, and those that it derives from."""
    if not is_from_cell(value):
        return ()
    names = type.__dict__["__dict__"].__get__(value)
    wrappers = staticmethod, classmethod
    functions = [
        each.__func__ if any(type(each) is wrapper for wrapper in wrappers) else each for each in names.values()
    ]
    properties = [each for each in names.values() if type(each) is property]
    accessors = [part for each in properties for part in (each.fget, each.fset, each.fdel) if part is not None]
    bases = type.__dict__["__bases__"].__get__(value)
    return [*functions, *accessors, *(each for each in bases if is_from_cell(each))]


def code_of(generator: Any) -> list[CodeType]:
    """Return the code of a generator or coroutine."""
    found = (getattr(generator, name, None) for name in ("gi_code", "cr_code", "ag_code"))
    return [each for each in found if type(each) is CodeType]


def nothing(value: Any) -> Iterable[Any]:
    """Return nothing: the object leads nowhere."""
    return ()


def of_object(value: Any) -> Iterable[Any]:
    """Return what any object refers to, its class apart unless that is from a cell."""
    kind = type(value)
    return [each for each in gc.get_referents(value) if each is not kind or is_from_cell(kind)]


def never_changes(kind: type) -> bool | None:
    """Return whether two values may share an object of a class without harm, None where that depends on the object."""
    if kind is tuple or kind is frozenset or kind is MethodType:
        return True
    if issubclass(kind, type) or kind is FunctionType:
        return None
    module = module_of(kind)
    return module.startswith(_UNCHANGING_MODULES) or (module == "numpy" and name_of(kind) == "dtype")


_UNCHANGING_MODULES = ("pandas.core.indexes", "datetime", "decimal", "fractions", "numpy.dtypes")


def keeps_to_itself(kind: type) -> bool:
    """Return whether no other object can change what one holds: one of pandas, which copies on write from 3 on."""
    module = module_of(kind)
    if not module.startswith("pandas"):
        return False
    version = found_in("pandas", "__version__")
    major = version.partition(".")[0] if type(version) is str else ""
    return module.startswith("pandas.core.indexes") or (major.isdigit() and int(major) >= 3)
