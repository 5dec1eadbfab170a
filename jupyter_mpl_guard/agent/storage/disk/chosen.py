"""The folder that somebody has chosen for diaries, in place of that of the connection files."""

from __future__ import annotations

import os
import stat

from .. import sentences
from .checked_file import is_ours, is_own_folder


def why_not(folder: str) -> str:
    """Return why a folder cannot hold diaries, as part of a sentence; "" where it can.

    It is made, for the user alone, where there is none and the folder above is the user's.
    """
    if not os.path.isabs(folder):
        return sentences.NOT_ABSOLUTE
    try:
        _make(folder)
        status = os.stat(folder)  # a link is the choice of who has chosen it
    except OSError as error:
        return error.strerror or str(error)
    if not stat.S_ISDIR(status.st_mode):
        return sentences.NO_FOLDER
    if not is_ours(status):
        return sentences.NOT_YOURS
    if os.name == "posix" and status.st_mode & stat.S_IWOTH:
        return sentences.FOR_EVERYBODY
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return sentences.NOT_WRITABLE
    return ""


def _make(folder: str) -> None:
    if os.path.lexists(folder):
        return
    above = os.path.dirname(folder.rstrip(os.sep))
    if not is_own_folder(os.stat(above)):
        raise PermissionError(0, sentences.NOTHING_ABOVE)
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:  # somebody was faster
        pass
