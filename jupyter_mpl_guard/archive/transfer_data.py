"""Transfer the data in one kernel's diary to another's."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from .. import messages
from ..agent.protocol import Missing
from ..agent.storage.data.entry import DataEntry, Unsaved
from ..agent.storage.data.log import DataLog
from ..agent.storage.data.state import SavedData
from ..agent.storage.diary import DiaryError, Unreadable
from ..agent.storage.sentences import NOT_ON_DISK
from ..agent.storage.signed_file import Unusable
from .disk.file_transfer import FileTransfer, SignedDiary


def transfer_data(
    old: SignedDiary, new: SignedDiary, file_transfer: FileTransfer, plotted: Container[str], lost: list[Missing]
) -> bool:
    """Transfer data as far as its signatures are right and it fits in; return whether there was any.

    That is what the last kernel has saved or, where that is nothing, what it had on offer. A pickle can make code run,
    and so can an import: nothing goes to a kernel of another kind.

    Parameters
    ----------
    old, new : SignedDiary
        See `transfer.transfer`.
    file_transfer : FileTransfer
        Transfers the files of values, and counts what the limit leaves for them.
    plotted : container of str
        Names that come back with figures.
    lost : list of Missing
        Where to name what is left behind.

    Raises
    ------
    OSError
        See `transfer.transfer`.
    """
    state = _left(old, lost)
    if not state.names:
        lost += state.missing(plotted)
        return False
    if old.kind not in ("", new.kind):
        lost.append(Missing(messages.THE_DATA, messages.data_of_another_kind(old.kind)))
        return False
    for entry in state.distinct():
        kept = _transferred(entry, file_transfer)
        for name in entry.names:
            state.entries.pop(name, None)
            if isinstance(kept, str):
                state.unsaved[name] = Unsaved("", kept)
            else:
                state.entries[name] = kept
    if not state.names:
        lost += state.missing(plotted)
        return False
    log = DataLog(new.diary, new.name, new.key)
    log.start_with(state)
    log.replace()
    log.close()
    return True


def _left(old: SignedDiary, lost: list[Missing]) -> SavedData:
    """Return what a kernel has left."""
    log = DataLog(old.diary, old.name, old.key)
    try:
        state = log.read()
    except Unusable as error:
        if error.may_pass:
            raise OSError(str(error)) from error
        lost.append(Missing(messages.THE_DATA, str(error)))
        return SavedData()
    if log.was_cut and state.names:
        lost.append(Missing(messages.LATEST_DATA, NOT_ON_DISK))
    if not state.names and state.offered is not None:
        state = state.offered
    return replace(state, offered=None, running=None, held=False)


def _transferred(entry: DataEntry, file_transfer: FileTransfer) -> DataEntry | str:
    """Return the entry of values for the new diary, or why they are left behind."""
    if entry.file is None:
        return entry
    try:
        name, mac = file_transfer.transfer(entry.file, entry.mac, entry.size)
    except Unreadable:
        raise
    except (Unusable, DiaryError) as error:
        return str(error)
    return entry._replace(file=name, mac=mac)
