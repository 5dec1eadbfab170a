"""The folder of the archives on disk: whose it is, its drafts, and the archives in it."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from logging import Logger
from pathlib import Path

from .. import messages
from ..agent.storage.disk import checked_file
from ..agent.storage.disk.draft import DRAFT_PREFIX
from ..agent.storage.disk.flush import flush
from .disk.obsolete import remove, remove_obsolete
from .disk.secret import secret_in
from .disk.server_lock import exclusive
from .index import ArchiveIndex, Entry
from .owner import DiaryOwner

ARCHIVE_PREFIX = "mpl-guard-kept-"
"""Beginning of the names of archives; nothing but them and drafts is ever touched in the store."""

DRAFT_SECONDS = 3600.0
"""Age in seconds from which a draft is considered left behind by a server that has ended."""

LOCK = "lock"
"""File that a server locks while it works in the folder."""


class StoreFolder:
    """Open the folder of the archives, and read what is in it.

    Parameters
    ----------
    path : pathlib.Path
        The folder; made, for the user alone, when there is something to archive.
    index : ArchiveIndex
        What is known of the archives in it.
    log : logging.Logger
        Where to log, once, that it is not the user's own.
    """

    def __init__(self, path: Path, index: ArchiveIndex, log: Logger) -> None:
        self.path = path
        self._index = index
        self._log = log
        self._warned = False
        self._left = b""
        self._left_status: tuple[int, int] | None = None
        self._is_as_left = False

    def open(self, *, make: bool = False) -> bool:
        """Return whether the folder is there and the user's own, and make it accessible to the user only.

        Raises
        ------
        OSError
            It cannot be made, or looked at now.
        """
        try:
            status = self.path.lstat()
        except FileNotFoundError:
            if not make:
                return False
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.mkdir(0o700, exist_ok=True)  # another server may be faster
            flush(str(self.path.parent))
            status = self.path.lstat()
        if not checked_file.is_own_folder(status):
            if not self._warned:
                self._warned = True
                self._log.warning(messages.LOG_FOREIGN_STORE, self.path)
            return False
        if os.name == "posix" and stat.S_IMODE(status.st_mode) & 0o077:
            self.path.chmod(0o700)
        return True

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Lock the folder against other servers of the same user, as far as files can be locked there.

        Raises
        ------
        OSError
            Another server is at work for too long.
        """
        with exclusive(str(self.path / LOCK)) as turn:
            self._is_as_left = turn.follows(self._left) and self._status() == self._left_status
            try:
                yield
            finally:
                self._is_as_left, self._left, self._left_status = False, turn.end(), self._status()

    def archives(
        self, wanted: Callable[[Entry], bool] = bool, *, trust: bool = False
    ) -> Iterator[tuple[Path, DiaryOwner]]:
        """Yield the archives with their owners; those whose owner is damaged are removed when that is so for a day.

        One that cannot be read now is skipped until it can be.

        Parameters
        ----------
        wanted : callable
            Returns which of them are asked for; all unless it is given.
        trust : bool
            Whether to skip reading them again where no other server has archived anything since this one has.
        """
        if not (trust and self._is_as_left):
            for _ in self.look_at_archives():
                pass
        for name, entry in list(self._index.entries.items()):
            if wanted(entry):
                yield self.path / name, entry.owner

    def archives_of(self, notebook: str, *, trust: bool = False) -> list[tuple[Path, DiaryOwner]]:
        """Return a notebook's archives, the newest first; two of one kind when a server was killed at its work."""
        found = list(self.archives(lambda entry: entry.notebook == notebook, trust=trust))
        return sorted(found, key=lambda each: each[1].archived_at, reverse=True)

    def add(self, draft: Path, name: str) -> None:
        """Rename a draft to an archive.

        Raises
        ------
        OSError
            It cannot be given that name.
        """
        draft.rename(self.path / name)
        with suppress(OSError):
            self._index.look_at(name)

    def remove(self, archive: Path) -> None:
        """Remove an archive that something newer has replaced, or that is no longer wanted."""
        self._index.note(archive.name, None)
        remove(archive)

    def look_at_archives(self) -> Iterator[None]:
        """Look at the archives, one with each step, so that there is time for others in between."""
        names = set()
        for name in self._names():
            try:
                entry = self._index.look_at(name)
                if entry is not None:
                    names.add(name)
                elif is_own_folder(self.path / name):
                    remove_obsolete(self.path / name)
            except FileNotFoundError:
                pass  # another server has taken it
            except OSError as error:
                self._log.warning(messages.LOG_ARCHIVE_NOT_READ, name, error)
            yield
        self._index.keep(names)

    def _names(self) -> list[str]:
        if not self.open():
            return []
        with os.scandir(self.path) as entries:
            return [each.name for each in entries if _is_archive(each)]

    def _status(self) -> tuple[int, int] | None:
        """Return a value that changes with each archive that is made or removed."""
        try:
            status = self.path.lstat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns

    def new_name(self) -> str:
        """Return a name for an archive."""
        return ARCHIVE_PREFIX + secrets.token_hex(8)

    def secret(self) -> bytes:
        """Return the key that signs archives, see `secret.secret_in`.

        Raises
        ------
        OSError
            It cannot be made.
        """
        return secret_in(self.path)


def _is_archive(entry: os.DirEntry[str]) -> bool:
    return entry.name.startswith(ARCHIVE_PREFIX) and entry.is_dir(follow_symlinks=False)


@contextmanager
def draft_folder(parent: Path) -> Iterator[Path]:
    """Make a folder that is removed at the end unless it has been renamed.

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
    """Remove drafts that ended servers have left behind.

    Raises
    ------
    OSError
        The folder cannot be listed.
    """
    for draft in folder.glob(DRAFT_PREFIX + "*"):
        if is_own_folder(draft) and _age(draft) > DRAFT_SECONDS:
            remove(draft)


def is_own_folder(path: Path) -> bool:
    """Return whether a path is a folder, no link to one, and belongs to the user who runs this process.

    Raises
    ------
    OSError
        That cannot be found out now.
    """
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return checked_file.is_own_folder(status)


def _age(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:
        return 0.0  # it is gone
