"""Which objects run code of their own when they are pickled: it may take long, wait for something, or change something.

What is pickled before a cell, or while one may come at any moment, runs none.
"""

from __future__ import annotations

import copyreg
import sys
from types import FunctionType, GetSetDescriptorType
from typing import Any

from ...internals.memory import bases_of, module_of, namespace_of
from ..provenance import PACKAGES, package_of

_OLD_PYTHON = ("collections", "copyreg", "dataclasses", "datetime", "decimal", "enum", "functools", "pathlib", "re")

TRUSTED = PACKAGES.union(
    (__name__.partition(".")[0], "builtins", "numpy", "pandas", "dateutil", "cycler", "traitlets", "ipywidgets"),
    getattr(sys, "stdlib_module_names", _OLD_PYTHON),  # since Python 3.10
)
"""Packages whose classes are trusted to be pickled quickly."""

HOOKS = (
    "__reduce__",
    "__reduce_ex__",
    "__getstate__",
    "__getnewargs__",
    "__getnewargs_ex__",
    "__getattr__",
    "__getattribute__",
    "__class__",
    "__dict__",
)
"""Attributes that pickling looks up on an object."""

COLLECTIONS = (dict, list, set, frozenset)

ITEMS = ("__iter__", "items")
"""Attributes that it also looks up where the class derives from one of `COLLECTIONS`."""


class CodeOfOthers(Exception):
    """Raised when objects of a class run code of their own when they are pickled."""


_harmless: dict[int, type] = {}  # by identity: a metaclass may have no hash


def runs_code(kind: type) -> bool:
    """Return whether objects of a class run code of their own when they are pickled."""
    if id(kind) in _harmless:
        return False
    others = [base for each in (kind, type(kind)) for base in bases_of(each) if package_of(base) not in TRUSTED]
    if not others:
        _harmless[id(kind)] = kind  # of a package that is there for good
    hooks = HOOKS + ITEMS if issubclass(kind, COLLECTIONS) else HOOKS
    return any(_is_of_others(base, name) for base in others for name in hooks)


def is_reduced_by_others(kind: type) -> bool:
    """Return whether code of others has registered how objects of a class are reduced, by `copyreg.pickle`."""
    return any(each is kind and not is_trusted(reducer) for each, reducer in list(copyreg.dispatch_table.items()))


def is_trusted(function: Any) -> bool:
    """Return whether a function, or the class of any other callable, is of one of `TRUSTED`."""
    module = function.__module__ if type(function) is FunctionType else module_of(type(function))
    return type(module) is str and module.partition(".")[0] in TRUSTED


def _is_of_others(base: type, name: str) -> bool:
    namespace = namespace_of(base)
    if name not in namespace:
        return False
    hook = namespace[name]
    if type(hook) is FunctionType:
        return not is_trusted(hook)  # what makes classes gives them hooks: `dataclasses`, `collections.namedtuple`
    return type(hook) is not GetSetDescriptorType
