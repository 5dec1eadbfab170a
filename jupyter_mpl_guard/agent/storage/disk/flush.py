"""Bring files to the disk itself: what has only been written is in memory, and a cut of the power takes it.

The disk may take seconds. So a kernel's files are flushed in a thread of their own; the server's are moved in a thread
anyway. Until a document and the files that it names are on the disk, the document before it and its files stay.
"""

from __future__ import annotations

import errno
import os
import time
from _thread import allocate_lock, start_new_thread
from collections.abc import Callable

_CANNOT = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EACCES, errno.EPERM}
"""Errors by which a file system says that it does not flush this kind of file: folders, on some of them."""


def flush(path: str) -> None:
    """Wait until a file, or the names in a folder, are on the disk; nothing happens where there is none.

    Raises
    ------
    OSError
        The disk has not taken it.
    """
    no_wait, no_link = getattr(os, "O_NONBLOCK", 0), getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(path, os.O_RDONLY | no_wait | no_link)
    except (FileNotFoundError, PermissionError):  # Windows opens no folders
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _CANNOT:
            raise
    finally:
        os.close(descriptor)


def flush_folder(folder: str) -> None:
    """Wait until a folder's files and their names are on the disk.

    Raises
    ------
    OSError
        The disk has not taken them, or the folder cannot be listed.
    """
    with os.scandir(folder) as entries:
        files = [entry.path for entry in entries if entry.is_file(follow_symlinks=False)]
    for path in files:
        flush(path)
    flush(folder)


DELAY = 0.3
"""Seconds after which what was written is flushed: while a disk is flushed, whoever writes to it waits."""


class Flusher:
    """Flush files of a folder in a thread, which lives as long as there is something to flush.

    The thread is none of `threading`'s: code of the user that counts its threads does not count this one.

    Parameters
    ----------
    done : callable
        Called in that thread, without arguments, when all that was noted until then is on the disk.
    """

    def __init__(self, folder: str, done: Callable[[], object]) -> None:
        self._folder = folder
        self._done = done
        self._lock = allocate_lock()
        self._names: set[str] = set()
        self._works = False

    @property
    def is_done(self) -> bool:
        """Whether everything that was noted is on the disk."""
        with self._lock:
            return not (self._names or self._works)

    def note(self, *names: str) -> None:
        """Schedule flushing files of the folder, and the names in it; "" stands for the folder's own name."""
        with self._lock:
            self._names.update(names)
            if self._works:
                return
            self._works = True
        try:
            start_new_thread(self._work, ())
        except RuntimeError:  # no thread to be had: what was there before stays
            self._works = False

    def _work(self) -> None:
        names: set[str] = set()
        try:
            while True:
                time.sleep(DELAY)
                with self._lock:
                    names, self._names = self._names, set()
                    if not names:
                        self._works = False
                        break
                self._flush(names)
            self._done()
        except BaseException:  # the disk's, or that of an interpreter that ends; they are tried again with what is next
            with self._lock:
                self._names |= names
                self._works = False

    def _flush(self, names: set[str]) -> None:
        for name in names - {""}:
            flush(os.path.join(self._folder, name))
        flush(self._folder)
        if "" in names:
            flush(os.path.dirname(self._folder))
