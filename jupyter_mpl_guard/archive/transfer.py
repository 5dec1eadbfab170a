"""Transfer one kernel's diary to another's: signatures are checked and made anew."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from enum import Enum

from .. import messages
from ..agent.protocol import Missing
from ..agent.storage import settings_record
from ..agent.storage.allowed import in_another_kind
from ..agent.storage.diary import FIGURES, Diary, DiaryError, Unreadable
from ..agent.storage.disk.pictures import MOST_PICTURES, PICTURE_BYTES, is_picture, name_of
from ..agent.storage.figure_list import FigureList
from ..agent.storage.figures.figure_entry import FigureEntry
from ..agent.storage.figures.saved_figures import SavedFigures
from ..agent.storage.figures.surroundings import Surroundings
from ..agent.storage.signed_file import Unusable
from .disk.file_transfer import FileTransfer, SignedDiary
from .transfer_data import transfer_data


class Content(Enum):
    """What there was to transfer."""

    NOTHING = "nothing"
    LOSSES = "losses"
    """Only entries about what is lost."""
    PLOTS = "plots"


def transfer(old: SignedDiary, new: SignedDiary, limit: float = float("inf")) -> Content:
    """Fill a new diary with what an old one holds, as far as its signatures are right; the old one stays as it is.

    Pickles are linked, not copied, where the file system can do that. What is left behind is named in the new list
    of figures, so that the next restore names it. The plot state is left behind: it is the old kernel's, and the
    record has a signed copy of the settings. Only what cannot make code run goes to a kernel of another kind.

    Parameters
    ----------
    old, new : SignedDiary
        The source, whose folder must belong to the user, and an empty folder, which is of no use if this raises.
    limit : float
        MiB that figures and data may take.

    Returns
    -------
    Content
        Whether there were plots, or at least entries about losses.

    Raises
    ------
    OSError
        The new diary cannot be written, or the old one cannot be read now: then nothing is treated as lost.
    """
    os.listdir(old.diary.folder)  # a folder that cannot be listed would look empty
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
    file_transfer = FileTransfer(old, new, limit)
    groups = _transferred(_entries_of(listed), file_transfer)
    has_data = transfer_data(old, new, file_transfer, _names_in(groups), lost)
    if why := old.diary.unsaved():
        lost.append(Missing(messages.LATEST_CHANGES, why))
    if lost:
        groups.append(FigureEntry((), tuple(lost)))
    _carry_pictures(old.diary, new.diary, groups)
    if groups:
        listed = listed._replace(groups=tuple(groups), offered=(), held=False)
        new.diary.write(FIGURES, listed.signed(new.name, new.key))
    if last.settings or has_data or any(each.file for each in groups):
        return Content.PLOTS
    return Content.LOSSES if groups else Content.NOTHING


def _carry_pictures(old: Diary, new: Diary, entries: Iterable[FigureEntry]) -> None:
    """Transfer the pictures of figures that there are: they are only for display, and nothing needs them."""
    names = set(old.names())
    wanted = (name_of(each.id) for entry in entries if entry.file for each in entry.left)
    for name in [name for name in wanted if name in names][:MOST_PICTURES]:
        with suppress(OSError, DiaryError):
            data = old.read_bytes(name, PICTURE_BYTES)
            if data is not None and is_picture(data):
                with new.draft() as draft:
                    draft.write(data)
                    draft.keep(name)


def _names_in(groups: Iterable[FigureEntry]) -> set[str]:
    """Return the names that come back with figures."""
    return {name for group in groups for name in group.names}


def _data_only(listed: SavedFigures, kind: str, lost: list[Missing]) -> SavedFigures:
    """Return the part of a list of figures that cannot make code run: the tables."""
    if listed.groups or listed.offered:
        lost.append(Missing(messages.THE_FIGURES, messages.figures_of_another_kind(kind)))
    return SavedFigures(surroundings=Surroundings(tables=listed.surroundings.tables))


def _listed(old: SignedDiary, lost: list[Missing]) -> SavedFigures:
    try:
        return FigureList(old.diary, old.name, old.key).read() or SavedFigures()
    except Unusable as error:
        if error.may_pass:
            raise OSError(str(error)) from error
        lost.append(Missing(messages.THE_FIGURES, str(error)))
        return SavedFigures()


def _entries_of(listed: SavedFigures) -> Sequence[FigureEntry]:
    """Return the figures that the next kernel can have, those that could not be loaded among them.

    An offer that was neither accepted nor ended is not lost because a kernel without plots came and went.
    """
    failed = [each for each in listed.offered if each.failed and each not in listed.groups]
    return (*listed.groups, *failed) if listed.groups else listed.offered


def _transferred(entries: Iterable[FigureEntry], file_transfer: FileTransfer) -> list[FigureEntry]:
    """Return the entries for the new diary, with their files as far as they fit in."""
    return [_with_file(entry, entry.file, file_transfer) if entry.file else entry for entry in entries]


def _with_file(entry: FigureEntry, file: str, file_transfer: FileTransfer) -> FigureEntry:
    try:
        name, mac = file_transfer.transfer(file, entry.mac, entry.size)
    except Unreadable:
        raise
    except (Unusable, DiaryError) as error:
        return FigureEntry(entry.left, (Missing(entry.title, str(error)),))
    return entry._replace(file=name, mac=mac)
