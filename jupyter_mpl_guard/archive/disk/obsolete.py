"""Remove what is of no use when that has been known for a day: an error may pass, and a clock may be wrong once."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from ...agent.storage.disk.draft import remove_folder

MARK = "useless"
"""Name of an empty file in a folder that has been found to be of no use; its time is that of the first time."""

DAY = 86400.0


SILENT = "silent"
"""Name of one in a folder in which nothing has been written for so long that its kernel is given up."""


def obsolete_for_a_day(folder: Path, *, obsolete: bool = True, name: str = MARK) -> bool:
    """Return whether a folder has been known for a day to be of no use.

    Parameters
    ----------
    folder : pathlib.Path
        The folder; it must belong to the user.
    obsolete : bool
        Whether it is of no use now. Where it is of use, what was known of it is forgotten.
    name : str
        Name of the file by which that is known.

    Raises
    ------
    OSError
        That cannot be read or written.
    """
    mark, now = os.path.join(folder, name), time.time()
    try:
        since = os.lstat(mark).st_mtime
    except FileNotFoundError:
        since = None
    if not obsolete:
        if since is not None:
            Path(mark).unlink(missing_ok=True)
    elif since is None or since > now:  # the clock was ahead then
        os.close(os.open(mark, os.O_CREAT | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0), 0o600))
        os.utime(mark, (now, now))  # by this clock, which may not be that of the disk
    return obsolete and since is not None and now - since >= DAY


def remove_obsolete(folder: Path, *, obsolete: bool = True) -> bool:
    """Remove a folder that is `obsolete_for_a_day`; return whether it is gone.

    Raises
    ------
    OSError
        It cannot be removed.
    """
    is_due = obsolete_for_a_day(folder, obsolete=obsolete)
    if is_due:
        remove_folder(str(folder))
    return is_due


def remove(folder: Path) -> None:
    """Remove a folder that something newer has replaced; what is left of it if that fails is not used any more."""
    with suppress(OSError):
        remove_folder(str(folder))
