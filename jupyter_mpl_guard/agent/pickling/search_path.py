"""Where modules are found: what cells have added to that, and a context in which it is in force.

A figure may hold functions and objects of a module that only an addition to ``sys.path``, or the working directory,
lets Python find.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..storage.figures.surroundings import Surroundings


def _folder() -> str:
    try:
        return os.getcwd()
    except OSError:  # it has been removed
        return ""


AT_BEGIN = tuple(sys.path)
"""``sys.path`` before the first cell: this module is imported when the agent begins."""

FOLDER = _folder()
"""The working directory then."""


def additions() -> Surroundings:
    """Return what cells have changed about where modules are found."""
    from ..storage.figures.surroundings import Surroundings  # not needed in a kernel that does not plot

    if sys.path == list(AT_BEGIN) and _folder() == FOLDER:
        return Surroundings()
    known = {*AT_BEGIN, ""}
    paths = [each for each in sys.path if type(each) is str]
    start = next((place for place, each in enumerate(paths) if each in known and each), 0)
    first = [os.path.abspath(each) for each in paths[:start] if each not in known]
    last = [os.path.abspath(each) for each in paths[start:] if each not in known]
    folder = _folder()
    return Surroundings(tuple(first), tuple(last), "" if folder == FOLDER else folder)


def is_of_environment(file: str) -> bool:
    """Return whether a file lies where modules were found before the first cell, except the working directory."""
    file = os.path.abspath(file)
    added = [os.path.abspath(each) for each in sys.path if type(each) is str and each not in AT_BEGIN]
    folders = [each for each in (*added, _folder(), FOLDER) if each]
    environment = [each for each in AT_BEGIN if each and each not in folders]
    inside = max((len(each) for each in environment if file.startswith(each + os.sep)), default=0)
    return inside >= max((len(each) for each in folders if file.startswith(each.rstrip(os.sep) + os.sep)), default=0)


@contextmanager
def in_force(surroundings: Surroundings) -> Iterator[None]:
    """Find modules where an earlier process has found them, until the block ends."""
    before, paths, folder = list(sys.path), sys.path, _folder()
    paths[:0] = [each for each in surroundings.first if each not in before]
    paths += [each for each in surroundings.last if each not in before]
    moved = False
    if surroundings.folder and surroundings.folder != folder:
        with suppress(OSError):
            os.chdir(surroundings.folder)
            moved = True
    try:
        yield
    finally:
        paths[:] = before
        if moved and folder:
            with suppress(OSError):
                os.chdir(folder)


def put(surroundings: Surroundings) -> None:
    """Find modules where an earlier process has found them from now on, and work in its working directory."""
    first = [each for each in surroundings.first if each not in sys.path]
    sys.path[:0] = first
    sys.path += [each for each in surroundings.last if each not in sys.path]
    if surroundings.folder:
        with suppress(OSError):
            os.chdir(surroundings.folder)
