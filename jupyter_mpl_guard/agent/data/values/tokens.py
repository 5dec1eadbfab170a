"""What tells at once that code from a cell is as it was: identities of its parts, where none of them can change."""

from __future__ import annotations

from types import FunctionType, GetSetDescriptorType, MemberDescriptorType
from typing import Any

from ...internals.memory import is_from_cell, namespace_of
from .kinds import ATOM_IDS

Token = tuple[Any, ...]

_DESCRIPTORS = (GetSetDescriptorType, MemberDescriptorType)


def token(value: Any) -> Token | None:
    """Return what is the same as long as a function or a class is, None where it may change inside.

    The value has to be alive as long as tokens are compared: they hold identities.
    """
    if type(value) is FunctionType:
        return _of_function(value)
    if type(value) is type and is_from_cell(value):
        return _of_class(value)
    return None


def _of_function(value: FunctionType) -> Token | None:
    parts = value.__defaults__, value.__kwdefaults__
    if value.__closure__ is not None or value.__dict__ or value.__kwdefaults__ or not _is_frozen(value.__defaults__):
        return None
    return tuple(map(id, (value, value.__code__, *parts)))


def _of_class(value: type) -> Token | None:
    found: list[Any] = [id(value)]
    for name, each in namespace_of(value).items():
        part = _of_part(each)
        if part is None:
            return None
        found += [name, part]
    return tuple(found)


def _of_part(value: Any) -> Any:
    """Return the token of what a class holds under a name."""
    if type(value) is staticmethod or type(value) is classmethod:
        value = value.__func__
    if type(value) is FunctionType:
        return _of_function(value)
    if type(value) is property:
        accessors = [_of_function(each) for each in (value.fget, value.fset, value.fdel) if type(each) is FunctionType]
        return None if None in accessors else (id(value), *accessors)
    if any(type(value) is each for each in _DESCRIPTORS) or _is_frozen(value):
        return id(value)
    return None


def _is_frozen(value: Any) -> bool:
    """Return whether a value never changes: an atom, or a tuple of such."""
    if type(value) is tuple:
        return all(id(type(each)) in ATOM_IDS for each in value)
    return id(type(value)) in ATOM_IDS
