"""The log of data in a diary: signed lines that say what has changed; files that they name hold what is large.

A cell must not wait for a long list to be written, and a value must never come back that is not known to be that of the
last finished cell. So lines are added: before a cell, what it may change; after it, what is not known to be unchanged;
and when that has been saved, what is saved. A log that is not whole is not used.
"""

from __future__ import annotations

import json
import os
from collections.abc import Container, Iterable
from contextlib import suppress
from typing import Any

from .. import diary, sentences, signing
from ..disk.alive import Place
from ..disk.checked_file import parsed
from ..disk.shape import checked
from ..signed_file import SignedFile, Unusable, read_signed
from .entry import SUFFIX, DataEntry, ImportEnvironment, Unsaved, files_of
from .record import LogRecord
from .state import SavedData

LONGEST = 256 * 1024
"""Bytes after which the log is written anew with what is saved now."""

ROOM = 24 * 2**20
"""Bytes from which on pickles go into files of their own, however small they are."""


class DataLog:
    """Read and write the log of data in the diary of one kernel.

    Parameters
    ----------
    kernel_id : str
        The kernel's id.
    key : bytes
        The key of the kernel's connection; without one nothing is saved and nothing is read.
    place : alive.Place, optional
        Where the kernel lives, if nobody waits for the disk: the machine may stop before it has taken the last lines.

    Attributes
    ----------
    state : SavedData
        What is saved, according to the lines that have been read or written; nobody else changes it.
    was_cut : bool
        Whether the machine has stopped since what was read has been written, so that the last lines may be missing.
    changes : int
        How often `state` has changed.
    """

    def __init__(self, kept_in: diary.Diary, kernel_id: str, key: bytes, place: Place | None = None) -> None:
        self._diary = kept_in
        self._kernel_id = kernel_id
        self._key = key
        self._place = place
        self._descriptor: int | None = None
        self._base = 0
        self._bytes = 0
        self._count = 0
        self.state = SavedData()
        self.changes = 0
        self.was_cut = False

    @property
    def names(self) -> list[str]:
        """The names that would come back."""
        return self.state.names

    def entry(self, name: str) -> DataEntry | None:
        """Return the entry of the value of a name that would come back, None where there is none."""
        return self.state.entries.get(name)

    @property
    def is_changing(self) -> bool:
        """Whether the last lines say that a cell may be changing something."""
        return self.state.running is not None

    @property
    def import_environment(self) -> ImportEnvironment:
        """What has to be in force before anything is imported."""
        return self.state.import_environment

    @property
    def generators(self) -> dict[str, list[Any]]:
        """States of the generators of random numbers, by module."""
        return self.state.generators

    @property
    def libraries(self) -> dict[str, str]:
        """Pickles of settings, in base64, by the module that has them."""
        return self.state.libraries

    def has_room_for(self, size: int) -> bool:
        """Return whether so many bytes of pickles may be written into it: it is read whole, and has a limit."""
        return self._bytes + size * 4 // 3 < ROOM

    @property
    def has_key(self) -> bool:
        """Whether there is a key to sign with: nothing can be saved without one."""
        return bool(self._key)

    def read(self) -> SavedData:
        """Return what the last incarnation has saved.

        Raises
        ------
        Unusable
            It cannot be read, or not all of it is signed by this kernel.
        """
        try:
            data = self._diary.read_bytes(diary.DATA)
        except diary.DiaryError as error:
            raise Unusable(str(error)) from error
        state = SavedData()
        if data is None:
            if any(name.endswith(SUFFIX) for name in self._diary.names()):
                raise Unusable(sentences.LOG_GONE)
            return state
        whole, _, _ = data.rpartition(b"\n")  # the kernel may have died in the middle of a line
        if not whole:  # but not of the first one, which comes with the file
            raise Unusable(sentences.LINE_GONE)
        for count, line in enumerate(whole.splitlines()):
            mac, _, text = line.partition(b" ")
            if not signing.is_signed(mac.decode("ascii", "replace"), self._key, self._kernel_id, b"data\0", text):
                raise Unusable(sentences.FOREIGN_LOG)
            try:
                line_data = parsed(text)
                if line_data["n"] != count:
                    raise Unusable(sentences.LINE_GONE)
                if "all" in line_data:
                    state = SavedData.from_json(checked(line_data, "all", dict))
                state.apply(LogRecord.from_json(line_data))
                self._note_place(line_data.get("place"))
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
                raise Unusable(sentences.log_not_understood(error)) from error
        return state

    def _note_place(self, data: Any) -> None:
        if isinstance(data, list) and len(data) == 3:
            self.was_cut = Place.here().has_restarted(Place(*map(str, data)))

    @property
    def is_there(self) -> bool:
        """Whether there is a log that lines can be added to."""
        return self._descriptor is not None

    def append(self, record: LogRecord) -> None:
        """Add a line, at once or not at all; where it cannot be added, nothing is considered saved any more.

        Raises
        ------
        OSError
            It cannot be written.
        """
        if not self._key:
            return
        self.state.apply(record)
        self.changes += 1
        if self._descriptor is None or self._bytes > max(LONGEST, 2 * self._base):
            self.replace()
            return
        line = self._line(record.to_json(), self._count)
        try:
            if os.write(self._descriptor, line) != len(line):
                raise OSError(sentences.NO_ROOM)
        except OSError:
            self.discard()
            raise
        self._count += 1
        self._bytes += len(line)
        self._base = max(self._base, len(line))  # most of a long line is needed for a while

    def flush(self) -> None:
        """Schedule flushing the last lines to the disk, without waiting for it."""
        if self._descriptor is not None:
            self._diary.flush_soon(diary.DATA)

    def start_with(self, state: SavedData) -> None:
        """Mark what an earlier log has said, or a part of it, as saved; `replace` writes it down."""
        self.state = state

    def holds(self, name: str) -> bool:
        """Return whether a name would come back."""
        return name in self.state.entries or name in self.state.imports

    def note_unsaved(self, name: str, unsaved: Unsaved) -> None:
        """Note that a name would not come back, which is not written on its own."""
        self.state.unsaved[name] = unsaved

    def take_offer(self, bound: Container[str]) -> SavedData | None:
        """End the offer, and mark as saved what was on offer and is not bound; `replace` writes it down.

        Return what that is, None where nothing was on offer.
        """
        left = self.state.take_offer()
        if left is not None:
            left.drop([name for name in left.names if name in bound])
            self.state.add(left)
        return left

    def end_offer(self, pending: Iterable[str]) -> None:
        """End the offer, and forget names that are still to come back; `replace` writes it down."""
        self.state.drop(pending)
        self.state.take_offer()

    def replace(self, record: LogRecord | None = None) -> None:
        """Write the log anew with what is saved now, and remove the files that it does not need.

        Parameters
        ----------
        record : LogRecord, optional
            What has changed since the last line.

        Raises
        ------
        OSError
            It cannot be written: nothing is considered saved any more.
        """
        if record is not None:
            self.state.apply(record)
        if not self._key:
            return
        self.close()
        self.changes += 1
        first: dict[str, Any] = {"all": self.state.to_json(), **LogRecord(run=self.state.running).to_json()}
        if self._place is not None:
            first["place"] = list(self._place)
        line = self._line(first, 0)
        try:
            with self._diary.draft() as draft:
                draft.write(line)
                draft.keep(diary.DATA)
            path = os.path.join(self._diary.folder, diary.DATA)
            self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0))
        except OSError:
            self.discard()
            raise
        self._count, self._bytes, self._base = 1, len(line), len(line)
        self.clear()

    def clear(self) -> None:
        """Remove files of data that nothing needs."""
        used = files_of(self.state.files())
        for name in self._diary.names():
            if name.endswith(SUFFIX) and name not in used:
                self._diary.discard(name)

    def discard(self) -> None:
        """Remove the log, so that nothing comes back: that is possible where it cannot be written."""
        self.close()
        self._diary.discard(diary.DATA)

    def close(self) -> None:
        """Close the file."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)

    def forget(self, import_environment: ImportEnvironment) -> None:
        """Mark everything as unsaved: the diary has been removed.

        Parameters
        ----------
        import_environment : entry.ImportEnvironment
            What has to be in force first now: it is written down with the next value, and not on its own.
        """
        self.close()
        self.changes += 1
        self.state = SavedData(import_environment=import_environment)

    def load(self, entry: DataEntry) -> bytes:
        """Return an entry's pickle, which this kernel has signed.

        Raises
        ------
        Unusable
            It is not there, cannot be read, or is not what was written.
        """
        if entry.file is None:
            return entry.inline
        return read_signed(self._diary, self._kernel_id, self._key, entry.file, entry.mac, entry.size)

    def new_file(self) -> SignedFile:
        """Return a `SignedFile` of a pickle that is still to be written.

        Raises
        ------
        OSError
            The diary cannot be written.
        """
        return SignedFile(self._diary, self._kernel_id, self._key, SUFFIX)

    def _line(self, data: dict[str, Any], count: int) -> bytes:
        text = json.dumps({"n": count, **data}, separators=(",", ":")).encode()
        return signing.signature(self._key, self._kernel_id, b"data\0", text).encode() + b" " + text + b"\n"
