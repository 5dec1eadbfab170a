"""From which package the class of an object comes; nothing of the class runs for that."""

from __future__ import annotations

from typing import Any

PACKAGES = frozenset({"matplotlib", "mpl_toolkits", "matplotlib_inline", "ipympl"})
"""Packages whose objects belong to figures."""

_mro = type.__dict__["__mro__"].__get__
_module = type.__dict__["__module__"].__get__


def module_of(kind: type) -> str:
    """Return the name of the module that has defined a class, "" where the class does not say one.

    It is read as `type` itself reads it: to ask for the attribute could run code of a metaclass.
    """
    try:
        module = _module(kind)
    except AttributeError:
        return ""
    return module if type(module) is str else ""


def package_of(kind: type) -> str:
    """Return the first part of the name of the module that has defined a class, "" where that is not known."""
    return module_of(kind).partition(".")[0]


def bases_of(kind: type) -> tuple[type, ...]:
    """Return a class and all that it derives from, in the order in which they are asked for an attribute."""
    bases: Any = _mro(kind)
    return tuple(bases)


def belongs_to_matplotlib(kind: type) -> bool:
    """Return whether a class is one of `PACKAGES` or derives from one."""
    return any(package_of(base) in PACKAGES for base in bases_of(kind))
