"""An index of the archives, so that thousands of them need not be opened to find one.

It says nothing that the archives do not say themselves: what it knows of one holds as long as the file of the owner is
the very file that was read. Where it is damaged, lost or old, the archives are read again.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

from ..agent.storage.diary import Diary, DiaryError
from ..agent.storage.disk.pictures import SUFFIX as PICTURES
from ..agent.storage.figure_entry import SUFFIX
from .owner import OWNER, DiaryOwner

INDEX = "index.json"
"""File of the index, in the store."""


class _Entry(NamedTuple):
    """What is known of an archive, and by which file; the size is that of its figures."""

    file: list[int]
    owner: DiaryOwner
    size: int

    def to_json(self) -> list[Any]:
        """Return it as it is written down."""
        return [self.file, self.owner.to_json(), self.size]


class ArchiveIndex:
    """Know the owners and sizes of archives.

    Parameters
    ----------
    folder : pathlib.Path
        The store.
    """

    def __init__(self, folder: Path) -> None:
        self._diary = Diary(str(folder))
        self._entries: dict[str, _Entry] | None = None
        self._is_new = False

    def owner(self, archive: Path) -> DiaryOwner | None:
        """Return the owner of an archive, None where none can be read."""
        try:
            status = os.lstat(f"{archive}/{OWNER}")
        except OSError:
            return DiaryOwner.of(Diary(str(archive)))
        file = [status.st_ino, status.st_mtime_ns, status.st_size]
        entry = self._known().get(archive.name)
        if entry is not None and entry.file == file:
            return entry.owner
        owner = DiaryOwner.of(Diary(str(archive)))
        if owner is not None:
            self._known()[archive.name] = _Entry(file, owner, _size(archive))
            self._is_new = True
        return owner

    def size(self, archive: Path) -> int:
        """Return how many bytes the figures of an archive take."""
        entry = self._known().get(archive.name)
        return _size(archive) if entry is None else entry.size

    def write(self, archives: set[str]) -> None:
        """Write down what is known of these archives, if it has changed; a store that cannot be written is read again.

        Parameters
        ----------
        archives : set of str
            The names of the archives that there are.
        """
        known = self._known()
        gone = known.keys() - archives
        for name in gone:
            del known[name]
        if not (gone or self._is_new):
            return
        try:
            self._diary.write(INDEX, {"archives": {name: entry.to_json() for name, entry in known.items()}})
            self._is_new = False
        except OSError:
            pass

    def _known(self) -> dict[str, _Entry]:
        if self._entries is None:
            try:
                listed = (self._diary.read(INDEX) or {}).get("archives", {})
                self._entries = {name: _checked(entry) for name, entry in listed.items()}
            except (DiaryError, ValueError, TypeError, AttributeError):
                self._entries, self._is_new = {}, True
        return self._entries


def _checked(entry: Any) -> _Entry:
    file, owner, size = entry
    if not isinstance(size, int) or not all(isinstance(each, int) for each in file):
        raise ValueError("an entry of the index is not as it was written")
    return _Entry(file, DiaryOwner.from_json(owner), size)


def _size(archive: Path) -> int:
    """Return how many bytes the figures in an archive take; those that vanish meanwhile take none."""
    total = 0
    try:
        for entry in os.scandir(archive):
            if entry.name.endswith((SUFFIX, PICTURES)):
                total += entry.stat(follow_symlinks=False).st_size
    except OSError:
        pass  # another server has removed it
    return total
