"""How Python's import system keeps itself out of tracebacks."""

from __future__ import annotations

from types import FunctionType
from typing import TypeVar, cast

Function = TypeVar("Function")

_IMPORT_SYSTEM = "<frozen importlib._bootstrap>"


def part_of_import_system(function: Function) -> Function:
    """Have the frames of a function left out of tracebacks with those of the import system around them.

    CPython recognizes these by the name of their file, since 3.3, when an import statement fails. Where it does not,
    the traceback of a failed import shows one frame more.
    """
    python_function = cast(FunctionType, function)
    python_function.__code__ = python_function.__code__.replace(co_filename=_IMPORT_SYSTEM)
    return function
