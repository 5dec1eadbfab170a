"""What one kernel has left becomes what another finds: signatures are checked and made anew."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ..agent.protocol import Missing
from ..agent.storage import settings_record, signing
from ..agent.storage.data_entry import SUFFIX as DATA_SUFFIX
from ..agent.storage.data_entry import DataEntry, Unsaved
from ..agent.storage.data_log import DataLog
from ..agent.storage.data_log import Unusable as DataUnusable
from ..agent.storage.diary import FIGURES, Diary, DiaryError
from ..agent.storage.figure_entry import SUFFIX, FigureEntry
from ..agent.storage.figure_list import MIB, FigureList, SavedFigures, Unusable

CHUNK = 2**20
"""Bytes of a file that are read and signed at a time."""


class SignedDiary(NamedTuple):
    """A diary, and whose signatures are in it.

    Attributes
    ----------
    diary : Diary
        The diary.
    name : str
        The id of the kernel, or the name of the archive.
    key : bytes
        The key of the signatures.
    """

    diary: Diary
    name: str
    key: bytes


def transfer(old: SignedDiary, new: SignedDiary, limit: float = float("inf")) -> bool:
    """Fill a new diary with what an old one holds, as far as its signatures are right; the old one stays as it is.

    Pickles are linked, not copied, where the file system can do that. What is left behind is named in the new list
    of figures, so that the next restore names it. The plot state is left behind: it is the old kernel's, and the
    record has a signed copy of the settings.

    Parameters
    ----------
    old : SignedDiary
        Where from; its folder must belong to the user.
    new : SignedDiary
        Where to: an empty folder, which is of no use if this raises.
    limit : float
        MiB that the figures may take.

    Returns
    -------
    bool
        Whether there was anything to transfer.

    Raises
    ------
    OSError
        The new diary cannot be written.
    """
    last = settings_record.read(old.diary, old.name, old.key)
    lost = list(last.missing)
    if last.settings:
        # The process is the old kernel's; the new one's agent writes its own.
        settings_record.write(new.diary, replace(last.record, process=None), new.name, new.key)
    listed = _listed(old, lost)
    # An offer that nobody has taken or ended is not lost because a kernel without plots came and went.
    failed = [each for each in listed.offered if each.failed and each not in listed.groups]
    groups = _Transfer(old, new, limit).carry((*listed.groups, *failed) if listed.groups else listed.offered)
    has_data = _carry_data(old, new, limit - sum(each.size for each in groups) / MIB, lost)
    if why := old.diary.unsaved():
        lost.append(Missing("the latest changes of plots and settings", why))
    if lost:
        groups.append(FigureEntry((), tuple(lost)))
    if groups:
        listed = listed._replace(groups=tuple(groups), offered=(), held=False)
        new.diary.write(FIGURES, listed.signed(new.name, new.key))
    return bool(last.settings or groups or has_data)


def _listed(old: SignedDiary, lost: list[Missing]) -> SavedFigures:
    try:
        return FigureList(*old).read() or SavedFigures()
    except Unusable as error:
        lost.append(Missing("the figures", str(error)))
        return SavedFigures()


def _carry_data(old: SignedDiary, new: SignedDiary, limit: float, lost: list[Missing]) -> bool:
    """Take data along as far as its signatures are right and it fits in; return whether there was any.

    What the last kernel has saved counts or, where that is nothing, what it had on offer.
    """
    log = DataLog(*old)
    try:
        state = log.read()
    except DataUnusable as error:
        lost.append(Missing("the data", str(error)))
        return False
    if not state.names and state.offered is not None:
        state = state.offered
    state.offered, state.running = None, None
    carrier = _Transfer(old, new, limit)
    for entry in state.distinct():
        kept = carrier.carry_data(entry)
        for name in entry.names:
            state.entries.pop(name, None)
            if isinstance(kept, str):
                state.unsaved[name] = Unsaved("", kept)
            else:
                state.entries[name] = kept
    if not state.names:
        return False
    written = DataLog(*new)
    written.state = state
    written.replace()
    written.close()
    return True


class _Transfer:
    """Carry pickles from one diary to another while they fit in."""

    def __init__(self, old: SignedDiary, new: SignedDiary, limit: float) -> None:
        self._old, self._new, self._limit = old, new, limit
        self._room = limit * MIB

    def carry(self, entries: Iterable[FigureEntry]) -> list[FigureEntry]:
        """Return the entries as they are to be listed in the new diary."""
        return [self._carried(entry, entry.file) if entry.file else entry for entry in entries]

    def carry_data(self, entry: DataEntry) -> DataEntry | str:
        """Return the entry of values as it is to be listed in the new diary, or why they are left behind."""
        if entry.file is None:
            return entry
        try:
            if entry.size > self._room:
                raise Unusable(self._full())
            mac, size = self._resigned(entry.mac, entry.file)
        except (Unusable, DiaryError) as error:
            return str(error)
        self._room -= size
        return entry._replace(file=mac[:32] + DATA_SUFFIX, mac=mac)

    def _full(self) -> str:
        return f"what is kept of notebooks would take more than {self._limit:g} MiB (MplGuardApp.keep_limit)"

    def _carried(self, entry: FigureEntry, file: str) -> FigureEntry:
        try:
            if entry.size > self._room:
                raise Unusable(self._full())
            mac, size = self._resigned(entry.mac, file)
        except (Unusable, DiaryError) as error:
            return FigureEntry(entry.figures, (Missing(entry.title, str(error)),))
        self._room -= size
        return entry._replace(file=mac[:32] + SUFFIX, mac=mac)

    def _resigned(self, mac: str, file: str) -> tuple[str, int]:
        """Take one file along and return its new signature and its size."""
        with self._new.diary.draft() as draft:
            data = self._old.diary.opened(file)
            if data is None:
                raise Unusable("its file is gone")
            with data:
                linked = self._link(file, os.fstat(data.fileno()))
                was, becomes = (signing.signing(each.key, each.name) for each in (self._old, self._new))
                size = 0
                while chunk := data.read(CHUNK):
                    was.update(chunk)
                    becomes.update(chunk)
                    size += len(chunk)
                    if linked is None:
                        draft.file.write(chunk)
            try:
                if not (self._old.key and signing.same(was.hexdigest(), mac)):
                    raise Unusable("its file has been changed since it was saved")
                name = becomes.hexdigest()[:32] + os.path.splitext(file)[1]
                if linked is None:
                    draft.keep(name)
                else:
                    linked.replace(linked.with_name(name))
            except BaseException:
                if linked is not None:
                    linked.unlink()
                raise
        return becomes.hexdigest(), size

    def _link(self, name: str, opened: os.stat_result) -> Path | None:
        """Return a second name, in the new diary, of the file that has been opened; None where it must be copied."""
        linked = Path(self._new.diary.folder, f"draft.{name}")
        with suppress(OSError, NotImplementedError):  # another file system, or one that has no links
            os.link(os.path.join(self._old.diary.folder, name), linked, follow_symlinks=False)
            if os.path.samestat(linked.lstat(), opened):
                return linked
            linked.unlink()
        return None
