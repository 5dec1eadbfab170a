"""Removal of archives that are too old or too large together."""

from __future__ import annotations

import time
from logging import Logger

from ... import messages
from ...agent.storage.figure_list import MIB
from ..disk.obsolete import DAY, remove_obsolete
from ..index import ArchiveIndex, Entry
from ..store_folder import StoreFolder, clear_drafts


class Expiry:
    """Remove archives that are too old or too large together.

    Parameters
    ----------
    folder : StoreFolder
        The folder of the store, and the archives in it.
    index : ArchiveIndex
        What is known of them.
    days : float
        Days for which an archive is kept; 0 keeps none.
    limit : float
        MiB that the figures of all of them may take.
    log : logging.Logger
        Where to log what could not be removed.
    """

    def __init__(self, folder: StoreFolder, index: ArchiveIndex, *, days: float, limit: float, log: Logger) -> None:
        self._folder = folder
        self._index = index
        self._days = days
        self._limit = limit
        self._log = log

    def is_old(self, since: float) -> bool:
        """Return whether what is from a time, in seconds since the epoch, is too old."""
        return time.time() - since >= self._days * DAY

    def expire(self, *, look: bool) -> None:
        """Remove archives that have been too old for a day, and at once the oldest ones beyond the limit.

        Parameters
        ----------
        look : bool
            Whether to look at the archives first, see `StoreFolder.look_at_archives`.

        Raises
        ------
        OSError
            The folder cannot be read.
        """
        room, seen = self._limit * MIB, set[str]()
        for _ in self._folder.look_at_archives() if look else ():
            pass
        known, first = self._index.entries, time.time() - self._days * DAY
        for name in sorted(known, key=lambda each: known[each].archived_at, reverse=True):
            entry = known[name]
            room -= entry.size
            key = f"{entry.kind}\0{entry.notebook}"  # of 10,000 tuples the garbage collection costs more than the rest
            if room < 0 or not self._days or key in seen:
                self._folder.remove(self._folder.path / name)
            elif entry.is_marked or entry.archived_at <= first:
                self._remove_if_old(name, entry)
            seen.add(key)
        if self._folder.open():
            self._index.write()
            clear_drafts(self._folder.path)

    def _remove_if_old(self, name: str, entry: Entry) -> None:
        """Remove an archive that has been too old for a day, or unmark one that is not."""
        is_old, folder = self.is_old(entry.archived_at), self._folder.path / name
        try:
            is_gone = remove_obsolete(folder, obsolete=is_old)
        except OSError as error:
            self._log.warning(messages.LOG_OLD_DIARY_NOT_REMOVED, folder, error)
            return
        self._index.note(name, None if is_gone else entry._replace(is_marked=is_old))
