"""What one kernel has left becomes what another finds: signatures are checked and made anew."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from ..agent.protocol import Missing
from ..agent.storage import settings_record, signing
from ..agent.storage.allowed import in_another_kind
from ..agent.storage.diary import FIGURES, Diary, DiaryError, Unreadable
from ..agent.storage.figure_entry import SUFFIX, FigureEntry
from ..agent.storage.figure_list import MIB, FigureList, SavedFigures, Unusable
from ..agent.storage.surroundings import Surroundings

CHUNK = 2**20
"""Bytes of a file that are read and signed at a time."""


class Content(Enum):
    """What there was to transfer."""

    NOTHING = "nothing"
    LOSSES = "losses"
    """Only what is to be named as lost."""
    PLOTS = "plots"


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
    kind : str
        Name of the kernel's specification, "" where it is not known.
    """

    diary: Diary
    name: str
    key: bytes
    kind: str = ""


def transfer(old: SignedDiary, new: SignedDiary, limit: float = float("inf")) -> Content:
    """Fill a new diary with what an old one holds, as far as its signatures are right; the old one stays as it is.

    Pickles are linked, not copied, where the file system can do that. What is left behind is named in the new list
    of figures, so that the next restore names it. The plot state is left behind: it is the old kernel's, and the
    record has a signed copy of the settings. Only what cannot make code run goes to a kernel of another kind.

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
    Content
        What there was.

    Raises
    ------
    OSError
        The new diary cannot be written, or the old one cannot be read now: then nothing is taken for lost.
    """
    os.listdir(old.diary.folder)  # whoever cannot list it finds nothing in it
    last = settings_record.read(old.diary, old.name, old.key, strict=True)
    lost = list(last.missing)
    record, listed = last.record, _listed(old, lost)
    if old.kind not in ("", new.kind):
        record, refused = in_another_kind(record)
        listed = _data_only(listed, old.kind, lost)
        lost += refused
    if last.settings:
        # The process is the old kernel's; the new one's agent writes its own.
        settings_record.write(new.diary, replace(record, process=None), new.name, new.key)
    # An offer that nobody has taken or ended is not lost because a kernel without plots came and went.
    failed = [each for each in listed.offered if each.failed and each not in listed.groups]
    groups = _Transfer(old, new, limit).carry((*listed.groups, *failed) if listed.groups else listed.offered)
    if why := old.diary.unsaved():
        lost.append(Missing("the latest changes of plots and settings", why))
    if lost:
        groups.append(FigureEntry((), tuple(lost)))
    if groups:
        listed = listed._replace(groups=tuple(groups), offered=(), held=False)
        new.diary.write(FIGURES, listed.signed(new.name, new.key))
    if last.settings or any(each.file for each in groups):
        return Content.PLOTS
    return Content.LOSSES if groups else Content.NOTHING


def _data_only(listed: SavedFigures, kind: str, lost: list[Missing]) -> SavedFigures:
    """Return of a list of figures what cannot make code run: the tables."""
    if listed.groups or listed.offered:
        lost.append(Missing("the figures", f"they wait for the next kernel {kind!r}: this one is of another kind"))
    return SavedFigures(surroundings=Surroundings(tables=listed.surroundings.tables))


def _listed(old: SignedDiary, lost: list[Missing]) -> SavedFigures:
    try:
        return FigureList(old.diary, old.name, old.key).read() or SavedFigures()
    except Unusable as error:
        if error.may_pass:
            raise OSError(str(error)) from error
        lost.append(Missing("the figures", str(error)))
        return SavedFigures()


class _Transfer:
    """Carry pickles from one diary to another while they fit in."""

    def __init__(self, old: SignedDiary, new: SignedDiary, limit: float) -> None:
        self._old, self._new, self._limit = old, new, limit
        self._room = limit * MIB

    def carry(self, entries: Iterable[FigureEntry]) -> list[FigureEntry]:
        """Return the entries as they are to be listed in the new diary."""
        return [self._carried(entry, entry.file) if entry.file else entry for entry in entries]

    def _carried(self, entry: FigureEntry, file: str) -> FigureEntry:
        try:
            if entry.size > self._room:
                raise Unusable(
                    f"what is kept of notebooks would take more than {self._limit:g} MiB (MplGuardApp.keep_limit)"
                )
            mac, size = self._resigned(entry, file)
        except Unreadable:
            raise
        except (Unusable, DiaryError) as error:
            return FigureEntry(entry.left, (Missing(entry.title, str(error)),))
        self._room -= size
        return entry._replace(file=mac[:32] + SUFFIX, mac=mac)

    def _resigned(self, entry: FigureEntry, file: str) -> tuple[str, int]:
        """Take one file along and return its new signature and its size."""
        with self._new.diary.draft() as draft:
            data = self._old.diary.opened(file, entry.size)
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
                if not (self._old.key and signing.same(was.hexdigest(), entry.mac)):
                    raise Unusable("its file has been changed since it was saved")
                name = becomes.hexdigest()[:32] + SUFFIX
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
