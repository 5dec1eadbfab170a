"""Detect at once that code from a cell is unchanged: by its very parts, where none of them can change."""

from __future__ import annotations

from operator import is_
from types import CodeType, FunctionType, GetSetDescriptorType, MemberDescriptorType
from typing import Any
from weakref import ref

from ...internals.memory import is_from_cell, namespace_of
from .kinds import ATOM_IDS

_DESCRIPTORS = (GetSetDescriptorType, MemberDescriptorType)
_REFERRED = (FunctionType, CodeType, type)
"""Kinds of parts that are held by weak references; the others are small and never change."""


class CodeParts:
    """The parts of a function or class, held directly or by weak reference: an identity alone may be reused."""

    def __init__(self, parts: list[Any]) -> None:
        self._parts = [_Reference(each) if any(type(each) is kind for kind in _REFERRED) else each for each in parts]

    def is_of(self, value: Any) -> bool:
        """Return whether a value has the very same parts."""
        now = _parts(value)
        return now is not None and len(now) == len(self._parts) and all(map(is_, map(_held, self._parts), now))


class _Reference:
    """A weak reference, distinguishable from those that a user may have."""

    __slots__ = ("to",)

    def __init__(self, value: Any) -> None:
        self.to = ref(value)


def _held(part: Any) -> Any:
    return part.to() if type(part) is _Reference else part


def code_parts(value: Any) -> CodeParts | None:
    """Return the parts by which an unchanged function or class is recognized, None where it may change inside."""
    parts = _parts(value)
    return None if parts is None else CodeParts(parts)


def _parts(value: Any) -> list[Any] | None:
    if type(value) is FunctionType:
        return _of_function(value)
    if type(value) is type and is_from_cell(value):
        return _of_class(value)
    return None


def _of_function(value: FunctionType) -> list[Any] | None:
    if value.__closure__ is not None or value.__dict__ or value.__kwdefaults__ or not _is_frozen(value.__defaults__):
        return None
    return [value, value.__code__, value.__defaults__]


def _of_class(value: type) -> list[Any] | None:
    found: list[Any] = [value]
    for name, each in namespace_of(value).items():
        parts = _of_part(each)
        if parts is None:
            return None
        found += [name, *parts]
    return found


def _of_part(value: Any) -> list[Any] | None:
    """Return the parts of what a class holds under a name."""
    if type(value) is staticmethod or type(value) is classmethod:
        value = value.__func__
    if type(value) is FunctionType:
        return _of_function(value)
    if type(value) is property:
        found: list[Any] = []
        for each in (value.fget, value.fset, value.fdel):
            parts = [each] if each is None else _of_function(each) if type(each) is FunctionType else None
            if parts is None:
                return None
            found += parts
        return found
    if any(type(value) is each for each in _DESCRIPTORS):
        return []
    return [value] if _is_frozen(value) else None


def _is_frozen(value: Any) -> bool:
    """Return whether a value never changes: an atom, or a tuple of atoms."""
    if type(value) is tuple:
        return all(id(type(each)) in ATOM_IDS for each in value)
    return id(type(value)) in ATOM_IDS
