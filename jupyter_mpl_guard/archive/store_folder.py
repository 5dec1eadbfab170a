"""The folder of the archives on disk: whose it is, its secret, its drafts, and the archives in it."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from logging import Logger
from pathlib import Path

from .. import messages
from ..agent.storage.checked_file import DiaryError, is_ours
from ..agent.storage.diary import Diary
from .index import ArchiveIndex
from .owner import DiaryOwner

ARCHIVE_PREFIX, DRAFT_PREFIX = "mpl-guard-kept-", ".mpl-guard-draft-"
"""Beginnings of the folders' names; nothing else in the store is ever touched."""

DRAFT_SECONDS = 3600.0
"""Age in seconds at which a draft was left behind by a server that has ended over it."""

SECRET = "secret"
"""File of the key that signs archives.

A kernel's key ends with its connection file, so what outlives the kernel is signed by the store's own secret. It
is made once, is random, can be read by the user alone and never leaves the machine or the server's process, as the
``notebook_secret`` is by which Jupyter trusts a notebook's output: whoever can read it can run code as this user
already. What it keeps out is everything that gets into the folder without that: figures out of another user's
archive, an unpacked file, a synchronised folder. It is not a kernel's key, and is bound to the archive's name, so that
one archive's files are of no use in another or in a kernel's diary. A secret that others could read is no secret: it
is replaced, and what it has signed does not come back.
"""

SECRET_BYTES = 32


class StoreFolder:
    """Open the folder of the archives, and read what is in it.

    Parameters
    ----------
    path : str
        The folder; made, for the user alone, when something is to be archived.
    log : logging.Logger
        Where to say, once, that it is not the user's own.
    """

    def __init__(self, path: str, log: Logger) -> None:
        self.path = Path(path)
        self.index = ArchiveIndex(self.path)
        self._log = log
        self._warned = False

    def open(self, *, make: bool = False) -> bool:
        """Return whether the folder is there and the user's own, and make sure that nobody else can look into it.

        Raises
        ------
        OSError
            It cannot be made.
        """
        if make and not os.path.lexists(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.mkdir(0o700)
        if not os.path.lexists(self.path):
            return False
        if not is_own_folder(self.path):
            if not self._warned:
                self._warned = True
                self._log.warning(messages.LOG_FOREIGN_STORE, self.path)
            return False
        if os.name == "posix" and stat.S_IMODE(self.path.lstat().st_mode) & 0o077:
            self.path.chmod(0o700)
        return True

    def archives(self) -> Iterator[tuple[Path, DiaryOwner]]:
        """Yield the archives with their owners, and remove those whose owner is damaged."""
        for folder in list(self.path.glob(ARCHIVE_PREFIX + "*")) if self.open() else []:
            if is_own_folder(folder):
                owner = self.index.owner(folder)
                if owner is not None:
                    yield folder, owner
                else:
                    shutil.rmtree(folder, ignore_errors=True)

    def archives_of(self, notebook: str) -> list[tuple[Path, DiaryOwner]]:
        """Return a notebook's archives, the newest first; two of one kind when a server was killed at its work."""
        found = [each for each in self.archives() if each[1].notebook == notebook]
        return sorted(found, key=lambda each: each[1].archived_at, reverse=True)

    def new_name(self) -> str:
        """Return a name for an archive."""
        return ARCHIVE_PREFIX + secrets.token_hex(8)

    def secret(self) -> bytes:
        """Return the key that signs archives; it is made where there is none that can be trusted.

        Raises
        ------
        OSError
            It cannot be made.
        """
        path = self.path / SECRET
        try:
            secret = Diary(str(self.path)).read_bytes(SECRET) or b""
            shared = os.name == "posix" and secret and path.lstat().st_mode & 0o077
        except DiaryError:  # a link, or another user's file
            secret, shared = b"", False
        if len(secret) >= SECRET_BYTES and not shared:
            return secret
        path.unlink(missing_ok=True)
        # Made exclusively: of two servers that start at once one makes it and the other fails.
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            secret = secrets.token_bytes(SECRET_BYTES)
            file.write(secret)
        return secret


@contextmanager
def draft_folder(parent: Path) -> Iterator[Path]:
    """Make a folder that vanishes unless it is given another name.

    Raises
    ------
    OSError
        It cannot be made.
    """
    draft = Path(tempfile.mkdtemp(prefix=DRAFT_PREFIX, dir=parent))  # mkdtemp makes it 0700
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def clear_drafts(folder: Path) -> None:
    """Remove drafts that a server which has ended has left behind.

    Raises
    ------
    OSError
        The folder cannot be listed.
    """
    for draft in folder.glob(DRAFT_PREFIX + "*"):
        if is_own_folder(draft) and _age(draft) > DRAFT_SECONDS:
            shutil.rmtree(draft, ignore_errors=True)


def is_own_folder(path: Path) -> bool:
    """Return whether a path is a folder, no link to one, and belongs to the user who runs this process."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and is_ours(status)


def _age(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:
        return 0.0  # it is gone
