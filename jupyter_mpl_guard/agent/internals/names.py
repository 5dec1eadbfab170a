"""Declarations of private names of other libraries, each beside the function that touches it."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Callable, NamedTuple, TypeVar

MODULES = (
    "pyplot",
    "toolbar",
    "artists",
    "callbacks",
    "registries",
    "tables",
    "ipympl",
    "ipywidgets",
    "ipython",
)
"""The modules of this folder that touch private names."""

Function = TypeVar("Function", bound=Callable[..., Any])


class PrivateName(NamedTuple):
    """A name on which the agent relies although its library may remove it.

    Attributes
    ----------
    name : str
        The full name, from its package on.
    since : str
        The version that introduced it, or the oldest in which it has been seen, and what has changed since.
    lost : str
        What a user misses in a version without it.
    instead : str
        What is done then; nothing is raised.
    """

    name: str
    since: str
    lost: str
    instead: str

    @property
    def word(self) -> str:
        """The name alone, as it stands in code."""
        return self.name.rpartition(".")[2]


def relies_on(name: str, *, since: str, lost: str, instead: str) -> Callable[[Function], Function]:
    """Return a decorator for the function that touches a private name; see `PrivateName`."""

    def note(function: Function) -> Function:
        noted = vars(function).setdefault("private_names", [])
        noted.insert(0, PrivateName(name, since, lost, instead))
        return function

    return note


def table() -> dict[str, PrivateName]:
    """Return all private names on which the agent relies, by name, in the order of the modules."""
    found: dict[str, PrivateName] = {}
    for module in MODULES:
        for value in vars(import_module("." + module, __package__)).values():
            found.update((each.name, each) for each in getattr(value, "private_names", ()))
    return found
