"""Checks of the values in a request; one that fails raises a ValueError that says what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from math import inf
from typing import Any, TypeVar

Kind = TypeVar("Kind", bound=Enum)


def checked(key: str, value: Any, kind: type) -> Any:
    """Return a value after checking its type."""
    if type(value) is not kind:
        raise ValueError(f"{key!r} of a request has to be of type {kind.__name__}, not {value!r}")
    return value


def texts_or_none(key: str, value: Any) -> Sequence[str] | None:
    """Return a value after checking that it is a list of texts, or None."""
    if value is not None and not (type(value) is list and all(isinstance(each, str) for each in value)):
        raise ValueError(f"{key!r} of a request has to be a list of texts, not {value!r}")
    return value


def numbers(key: str, value: Any) -> dict[str, float]:
    """Return a mapping of names to numbers after checking that these are finite and not negative."""
    for each in checked(key, value, dict).values():
        if type(each) not in (int, float) or not 0 <= each < inf:
            raise ValueError(f"{key!r} of a request have to be numbers from 0 on, not {each!r}")
    return dict(value)


def member(key: str, value: Any, kind: type[Kind]) -> Kind:
    """Return the member of an enumeration that has a value."""
    one_of(key, value, tuple(each.value for each in kind))
    return kind(value)


def ids_or_member(key: str, value: Any, kind: type[Kind]) -> Kind | tuple[str, ...]:
    """Return ids as a tuple, or the member of an enumeration that has a value."""
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        return tuple(value)
    return member(key, value, kind)


def one_of(key: str, value: Any, values: tuple[str, ...]) -> str:
    """Return a value after checking that it is one of some."""
    if value not in values:
        raise ValueError(f"{key!r} of a request has to be one of {', '.join(values)}, not {value!r}")
    return str(value)
