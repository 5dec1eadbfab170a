"""What becomes of diaries when their kernels have ended; those that cannot be archived now are tried again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from enum import Enum

from .kernel_files import KernelFiles
from .notebooks import moved
from .owner import DiaryOwner
from .store import ArchiveStore


class Ending(Enum):
    """What becomes of a diary."""

    ARCHIVE = "archive"
    REMOVE = "remove"


def ending_of(*, wanted: bool, has_notebook: bool, is_owned: bool, holds_plots: bool) -> Ending:
    """Return what becomes of a diary when its kernel has ended.

    Parameters
    ----------
    wanted : bool
        Whether the guard is on for this kernel.
    has_notebook : bool
        Whether it was the kernel of a notebook that exists: nothing else is opened again.
    is_owned : bool
        Whether this server was responsible for its diary.
    holds_plots : bool
        Whether there are settings or figures in it.
    """
    return Ending.ARCHIVE if wanted and has_notebook and is_owned and holds_plots else Ending.REMOVE


class Unarchived:
    """The diaries of kernels that have ended, until they are archived.

    Parameters
    ----------
    store : ArchiveStore
        Where they are archived; somebody else removes what is beyond its limit then.
    """

    def __init__(self, store: ArchiveStore) -> None:
        self._store = store
        self._waiting: dict[str, tuple[KernelFiles, DiaryOwner]] = {}

    def add(self, files: KernelFiles, owner: DiaryOwner) -> None:
        """Add the diary of a kernel, to be archived later."""
        self._waiting[files.kernel_id] = (files, owner)

    def archive(self) -> bool:
        """Archive all that can be archived now; return whether there was anything."""
        was_empty = not self._waiting
        for kernel_id, (files, owner) in list(self._waiting.items()):
            if self._store.put(files.diary, files.key, owner, expire=False):
                del self._waiting[kernel_id]
                with suppress(OSError):
                    files.remove()  # what is left where the diary is not
        return not was_empty

    def rename(self, old: str, new: str) -> None:
        """Assign the diaries of a notebook, or of all notebooks in a folder, to its new address."""
        for kernel_id, (files, owner) in list(self._waiting.items()):
            address = moved(owner.notebook, old, new)
            if address is not None:
                self._waiting[kernel_id] = (files, replace(owner, notebook=address))

    def forget(self, notebook: str) -> None:
        """Remove the diaries of a notebook, or of all notebooks in a folder.

        Raises
        ------
        OSError
            One cannot be removed.
        """
        for kernel_id, (files, owner) in list(self._waiting.items()):
            if moved(owner.notebook, notebook, "") is not None:
                del self._waiting[kernel_id]
                files.remove()
