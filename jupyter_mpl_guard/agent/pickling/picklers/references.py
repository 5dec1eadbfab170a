"""Objects that are pickled as a reference to where another one has them."""

from __future__ import annotations

import types
from operator import methodcaller
from typing import Any

from ...internals.memory import bases_of, namespace_of
from ..provenance import canvases

Reduced = Any
"""What `object.__reduce_ex__` returns: a tuple, or the name of a global."""


class Attribute:
    """Stand-in for an attribute of an object that is pickled as a reference to it."""

    def __init__(self, owner: Any, name: str) -> None:
        self._owner = owner
        self._name = name

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (self._owner, self._name)


def reference(value: Any) -> Any:
    """Return what to pickle under a name: for a canvas, manager or toolbar, a reference to it from its figure."""
    canvas, manager, toolbar = canvases()
    kind = type(value)  # `isinstance` might ask the value for its class
    if issubclass(kind, canvas):
        return Attribute(value.figure, "canvas")
    if issubclass(kind, (manager, toolbar)):
        return Attribute(reference(value.canvas), "manager" if issubclass(kind, manager) else "toolbar")
    return value


def bound_from_outside(method: Any) -> Reduced | None:
    """Reduce a method that the class of its object does not have: a function was bound to that one object.

    By itself it would be looked up in the object by name. Return None for any other.
    """
    if type(method) is not types.MethodType:
        return None
    owner, function = method.__self__, method.__func__
    if type(function) is not types.FunctionType or isinstance(owner, type):
        return None
    name = function.__name__
    for base in bases_of(type(owner)):
        if name in namespace_of(base):
            is_found = namespace_of(base)[name] is function
            return None if is_found else (methodcaller("__get__", owner), (function,))
    is_mangled = name.startswith("__") and not name.endswith("__")
    return None if is_mangled else (methodcaller("__get__", owner), (function,))
