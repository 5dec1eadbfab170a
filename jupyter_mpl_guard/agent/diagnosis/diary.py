"""The check of the diary: whether what is plotted can be saved, where nobody else can read or change it."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from typing import TYPE_CHECKING

from ..storage.disk.checked_file import is_own_folder
from . import sentences
from .check import Finding, ok, problem

if TYPE_CHECKING:
    from .facts import KernelFacts

PROBE_BYTES = 64 * 2**10
"""Bytes that are written as a test, and removed at once."""

ROOM = 32 * 2**20
"""Bytes that the disk should have left: a few figures with images."""

_FULL = (errno.ENOSPC, errno.EDQUOT)


def can_be_written(facts: KernelFacts) -> Finding:
    """Check that the diary can be written, has room, and belongs to the user alone."""
    folder = facts.diary.folder
    if not facts.key:
        return problem(sentences.NO_KEY, sentences.GIVE_KEY)
    is_there = os.path.lexists(folder)
    if is_there and not is_own_folder(os.lstat(folder)):
        return problem(sentences.NOT_A_FOLDER.format(folder=folder), sentences.RENAME_FOLDER.format(folder=folder))
    place = folder if is_there else os.path.dirname(folder)
    room = sentences.FREE_SPACE.format(folder=place, mib=ROOM // 2**20)
    try:
        mode = _try_to_write(place)
    except OSError as error:
        if error.errno in _FULL:
            return problem(sentences.FULL.format(folder=place), room)
        said = sentences.NOT_WRITABLE.format(folder=place, error=error.strerror or error)
        return problem(said, sentences.MAKE_WRITABLE.format(folder=place))
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        return problem(sentences.NO_PERMISSIONS.format(folder=place), sentences.MOVE_RUNTIME)
    free = shutil.disk_usage(place).free
    if free < ROOM:
        return problem(sentences.NEARLY_FULL.format(folder=place, free=free // 2**20), room)
    return ok(sentences.DIARY_WORKS.format(folder=folder))


def _try_to_write(folder: str) -> int:
    """Write a file that is removed at once, and return the mode that it had."""
    with tempfile.NamedTemporaryFile(dir=folder, prefix="draft.") as file:
        file.write(bytes(PROBE_BYTES))
        file.flush()
        return os.fstat(file.fileno()).st_mode
