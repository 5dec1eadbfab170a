"""An index of the archives, so that thousands of them need not be opened to find one.

It says nothing that the archives do not say themselves: what it knows of one holds as long as the file of the owner is
the very file that was read. Where it is damaged, lost or old, the archives are read again.
"""

from __future__ import annotations

import math
import os
from itertools import starmap
from pathlib import Path
from typing import Any, NamedTuple

from ..agent.storage.diary import Diary, DiaryError
from ..agent.storage.disk.pictures import SUFFIX as PICTURES
from ..agent.storage.figures.figure_entry import SUFFIX
from .disk.obsolete import MARK
from .owner import OWNER, DiaryOwner

INDEX = "index.json"
"""File of the index, in the store."""

NAMES = "names"
"""Key of the archives' names in the index, beside the attributes of their entries."""

FEW = 0.01
"""Share of the archives that may have changed before it is written: a reader of it looks at these archives again."""


class Entry(NamedTuple):
    """What is known of an archive.

    Attributes
    ----------
    inode, changed, length : int
        The file of the owner by which it is known.
    size : int
        Bytes that its figures take.
    is_marked : bool
        Whether it has been found to be of no use, see `obsolete`.
    notebook, kernel_id, kind, archived_at, written_at
        See `DiaryOwner`.
    """

    inode: int
    changed: int
    length: int
    size: int
    is_marked: bool
    notebook: str
    kernel_id: str
    kind: str
    archived_at: float
    written_at: float

    @property
    def owner(self) -> DiaryOwner:
        """Return the owner."""
        return DiaryOwner(
            self.notebook, self.kernel_id, "", self.archived_at, kind=self.kind, written_at=self.written_at
        )


_TYPES = (str, int, int, int, int, bool, str, str, str, float, float)


class ArchiveIndex:
    """Keep track of the owners and sizes of archives.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the store, with all archives.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._entries: dict[str, Entry] | None = None
        self._changes = 0.0

    @property
    def entries(self) -> dict[str, Entry]:
        """What is known, by the names of archives."""
        if self._entries is None:
            try:
                self._entries = _entries((Diary(self._folder).read(INDEX) or {}).get("archives"))
            except (DiaryError, ValueError, TypeError, AttributeError):
                self._entries, self._changes = {}, math.inf
        return self._entries

    def look_at(self, name: str) -> Entry | None:
        """Return what is known of an archive, which is read first if its owner has changed.

        Returns
        -------
        Entry or None
            None where its owner is damaged, or it is none of the user's own folders.

        Raises
        ------
        OSError
            It is gone, or cannot be read now.
        """
        folder, known = f"{self._folder}/{name}", self.entries.get(name)
        try:
            status = os.lstat(f"{folder}/{OWNER}")
        except FileNotFoundError:
            os.lstat(folder)
        else:
            if known is not None and known[:3] == (status.st_ino, status.st_mtime_ns, status.st_size):
                return known
            owner = DiaryOwner.of(Diary(folder))
            if owner is not None:
                self.note(name, _entry(folder, status, owner))
                return self.entries[name]
        self.note(name, None)
        return None

    def note(self, name: str, entry: Entry | None) -> None:
        """Record what is known of an archive now, None where that is nothing any more."""
        if entry is not None:
            self.entries[name] = entry
        elif self.entries.pop(name, None) is None:
            return
        self._changes += 1

    def keep(self, names: set[str]) -> None:
        """Discard the entries of all other archives."""
        for name in self.entries.keys() - names:
            self.note(name, None)

    def write(self) -> None:
        """Write the index, if much of it has changed; a store that cannot be written is read again."""
        if not self._changes or self._changes < FEW * len(self.entries):
            return
        try:
            Diary(self._folder).write(INDEX, {"archives": _columns(self.entries)})
            self._changes = 0.0
        except OSError:
            pass


def _entry(folder: str, status: os.stat_result, owner: DiaryOwner) -> Entry:
    return Entry(
        status.st_ino,
        status.st_mtime_ns,
        status.st_size,
        _size(folder),
        os.path.lexists(f"{folder}/{MARK}"),
        owner.notebook,
        owner.kernel_id,
        owner.kind,
        owner.archived_at,
        owner.written_at,
    )


def _columns(entries: dict[str, Entry]) -> dict[str, list[Any]]:
    """Return the names of archives and each attribute of their entries as a list: JSON is read faster so."""
    fields = enumerate(Entry._fields)
    return {NAMES: [*entries], **{field: [each[place] for each in entries.values()] for place, field in fields}}


def _entries(columns: dict[str, list[Any]] | None) -> dict[str, Entry]:
    """Return the entries of an index.

    Raises
    ------
    ValueError, TypeError, AttributeError
        It is not as it was written.
    """
    if columns is None:
        return {}
    if list(columns) != [NAMES, *Entry._fields]:
        raise ValueError("the index of another version")
    if any(not set(map(type, column)) <= {kind} for kind, column in zip(_TYPES, columns.values(), strict=True)):
        raise ValueError("an entry of the index is not as it was written")
    names, *attributes = columns.values()
    return dict(zip(names, starmap(Entry, zip(*attributes, strict=True)), strict=True))


def _size(archive: str) -> int:
    """Return how many bytes the figures in an archive take; those that vanish meanwhile take none."""
    total = 0
    try:
        with os.scandir(archive) as entries:
            for entry in entries:
                if entry.name.endswith((SUFFIX, PICTURES)):
                    total += entry.stat(follow_symlinks=False).st_size
    except OSError:
        pass  # another server has removed it
    return total
