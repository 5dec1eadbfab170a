"""Where the class of an object comes from, and what that implies about what the object may lead to."""

from __future__ import annotations

import io
import sys
from enum import Enum, auto
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

from ..internals.artists import is_saved_background
from ..internals.memory import bases_of, is_container, module_of
from ..storage.packages import MATPLOTLIB
from .search_path import is_of_environment

PACKAGES = MATPLOTLIB | {"matplotlib_inline", "ipympl"}
"""Packages whose objects belong to figures."""


def package_of(kind: type) -> str:
    """Return the first part of the name of the module that has defined a class, "" where that is not known."""
    return module_of(kind).partition(".")[0]


def belongs_to_matplotlib(kind: type) -> bool:
    """Return whether a class is of one of `PACKAGES` or derives from one that is."""
    return any(package_of(base) in PACKAGES for base in bases_of(kind))


def is_of_library(function: object) -> bool:
    """Return whether something is a function that is found by its name in an installed library, except Matplotlib."""
    if type(function) is not FunctionType:
        return False
    name = function.__module__ if type(function.__module__) is str else ""
    module = sys.modules.get(name)
    found: object = module
    for part in function.__qualname__.split("."):
        found = getattr(found, part, None)
    file = getattr(module, "__file__", None)
    if found is not function or name.partition(".")[0] in {"__main__", *PACKAGES} or type(file) is not str:
        return False
    return is_of_environment(file)


ATOMS = (type(None), bool, int, float, complex, str, bytes, bytearray, type, ModuleType, FunctionType)
"""Classes of most objects that lead to nothing."""


class Role(Enum):
    """How a search for figures treats objects of a class."""

    NOTHING = auto()
    DRAWN = auto()  # a figure or an artist
    CONTAINER = auto()
    CELL = auto()  # of a class that a cell has defined
    MATPLOTLIB = auto()
    BACKGROUND = auto()  # saved for blitting
    FOREIGN = auto()  # of another library: it may lead anywhere, so only what it holds itself is read, a grid of axes


def role_of(kind: type) -> Role:
    """Return the role of a class; needs ``matplotlib``."""
    from matplotlib.artist import Artist
    from numpy import generic
    from traitlets.config import Configurable  # the shell, for instance: it leads to everything

    if issubclass(kind, Artist):
        return Role.DRAWN
    if issubclass(kind, (*ATOMS, BuiltinFunctionType, generic, Configurable)):
        return Role.NOTHING
    if is_container(kind):
        return Role.CONTAINER
    if is_saved_background(kind):
        return Role.BACKGROUND
    if belongs_to_matplotlib(kind):
        return Role.MATPLOTLIB
    return Role.CELL if module_of(kind) == "__main__" else Role.FOREIGN


def ends(value: Any) -> bool:
    """Return whether a value is of a class that ends with its kernel; a canvas gets a successor."""
    kept = io.BytesIO, io.StringIO, *canvases()
    return issubclass(type(value), ending()) and not issubclass(type(value), kept)


def left_out(kind: type) -> bool:
    """Return whether objects of a class are never part of a pickle: canvases and what ends with its kernel."""
    return issubclass(kind, (*canvases(), *ending())) and not issubclass(kind, (io.BytesIO, io.StringIO))


def canvases() -> tuple[Any, Any, Any]:
    """Return the classes of what a loaded figure gets new: canvases, managers and toolbars."""
    from matplotlib.backend_bases import FigureCanvasBase, FigureManagerBase, NavigationToolbar2

    return FigureCanvasBase, FigureManagerBase, NavigationToolbar2


def ending() -> tuple[type, ...]:
    """Return the classes of what ends with its kernel."""
    from concurrent.futures import Executor
    from threading import Thread

    from matplotlib.backend_bases import TimerBase
    from traitlets.config import Configurable  # the kernel itself, its shell, its session with the key

    # Animations tick in this process, and a widget's other half lives in a page; neither is imported for a question.
    loaded = (("matplotlib.animation", "Animation"), ("ipywidgets", "Widget"))
    others = [getattr(sys.modules.get(module), name, None) for module, name in loaded]
    # All files derive from the base of `io.IOBase`, which itself asks classes for their hash.
    files = bases_of(io.IOBase)[1]
    return (TimerBase, files, Configurable, Executor, Thread, *filter(None, others))
