"""Modules of Matplotlib: under which names the user has them (``plt``), and which are loaded."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from itertools import compress, repeat
from operator import is_
from types import ModuleType
from typing import Any

from ..internals.ipython import is_of_history
from ..storage.packages import MATPLOTLIB

_WITH_PYLAB = MATPLOTLIB | {"pylab"}


def bound(user_ns: Mapping[str, Any], hidden: Mapping[str, Any]) -> dict[str, str]:
    """Return name to name of the module for the names that the user has bound to modules of Matplotlib.

    Parameters
    ----------
    hidden : mapping
        Name to value for those in it that are not the user's: a start-up file has bound them, and binds them again.
    """
    values = dict(user_ns)
    modules = compress(values, map(is_, map(type, values.values()), repeat(ModuleType)))
    return {
        name: values[name].__name__
        for name in modules
        if is_matplotlibs(getattr(values[name], "__name__", None))
        and hidden.get(name) is not values[name]
        and not is_of_history(name)
    }


def modules() -> list[str]:
    """Return the public modules of Matplotlib that are loaded, backends apart, sorted."""
    return sorted(
        name
        for name in list(sys.modules)
        if name.startswith(tuple(package + "." for package in MATPLOTLIB))
        and "._" not in name
        and not name.startswith(("matplotlib.backends.", "matplotlib.testing", "matplotlib.tests"))
    )


def is_matplotlibs(module: object) -> bool:
    """Return whether a module, by its name, belongs to Matplotlib."""
    return isinstance(module, str) and module.partition(".")[0] in _WITH_PYLAB
