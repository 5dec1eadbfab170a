"""Archives: what notebooks' kernels have left, in the user's Jupyter data folder until another kernel comes."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from dataclasses import replace
from logging import Logger
from pathlib import Path

from .. import messages
from ..agent.storage.diary import STATE, Diary
from ..agent.storage.figure_list import MIB
from .notebooks import moved
from .owner import DiaryOwner, seal
from .store_folder import StoreFolder, clear_drafts, draft_folder, is_own_folder
from .transfer import SignedDiary, transfer

_DAY = 86400.0


class ArchiveStore:
    """Archive what kernels have left, by notebook. Files are hashed and moved: call it in a thread, one at a time.

    Whenever the process is killed, either the old place or the new one holds everything: a folder is made under a
    draft's name, gets its name when it is whole, and only then the other one is removed.

    Parameters
    ----------
    folder : str
        The store's folder; made, for the user alone, with the first archive.
    days : float
        Days for which an archive is kept; 0 keeps none.
    limit : float
        MiB that the figures of all of them may take.
    log : logging.Logger
        Where to say what could not be archived.
    """

    def __init__(self, folder: str, *, days: float, limit: float, log: Logger) -> None:
        self._folder = StoreFolder(folder, log)
        self._days = days
        self._limit = limit
        self._log = log

    def put(self, diary: Diary, key: bytes, owner: DiaryOwner, *, expire: bool = True) -> bool:
        """Make a kernel's diary the archive of its notebook, in place of an older one; the diary is gone then.

        Where that fails the diary stays, sealed, for another try, until it is older than archives get.

        Parameters
        ----------
        diary : Diary
            The diary of a kernel that has ended.
        key : bytes
            The key of that kernel's connection.
        owner : DiaryOwner
            Whose it is. One that brings the key along must have been sealed by this store.
        expire : bool
            Whether what there is too much of then goes at once; else with the next `expire`.

        Returns
        -------
        bool
            Whether the diary is gone.
        """
        is_believed = not owner.key or self._has_sealed(owner)
        if not is_believed and not self._is_too_old(diary):
            return False  # the store of another server may have sealed it
        try:
            wanted = is_believed and self._days and key and is_own_folder(Path(diary.folder))
            if wanted and self._folder.open(make=True):
                owner = replace(owner, key="", mac="")
                seal(diary, owner, key, self._folder.secret())
                self._archive(diary, key, owner)
        except OSError as error:
            self._log.warning(messages.LOG_NOT_ARCHIVED, owner.notebook, error)
            if not self._is_too_old(diary):
                return False
        diary.remove()
        if expire:
            self.expire()
        return True

    def prepare(self) -> None:
        """Make the store and its secret while there is room for them: without the secret nothing can be sealed."""
        with suppress(OSError):
            if self._days and self._folder.open(make=True):
                self._folder.secret()

    def seal(self, diary: Diary, owner: DiaryOwner, key: bytes) -> None:
        """Make sure that a diary can be checked when its kernel's connection file is gone, see `put`.

        Raises
        ------
        OSError
            It cannot be written.
        """
        if self._days and self._folder.open(make=True):
            seal(diary, owner, key, self._folder.secret())

    def take(self, notebook: str, diary: Diary, kernel_id: str, key: bytes, kind: str = "") -> bool:
        """Make a notebook's archive the diary of its new kernel; return whether there was one.

        Parameters
        ----------
        notebook : str
            As `DiaryOwner` has it.
        diary : Diary
            The diary of a kernel whose agent has not begun.
        kernel_id : str
            The new kernel.
        key : bytes
            The key of its connection.
        kind : str
            Name of its specification. Of an archive of another kind it gets what cannot make code run; that archive
            stays for the next kernel of its own kind.
        """
        try:
            found = self._folder.archives_of(notebook) if key and self._folder.open() else []
        except OSError as error:
            self._log.warning(messages.LOG_NOT_RESTORED, notebook, error)
            return False
        same = [each for each in found if each[1].kind in ("", kind)]
        for folder, owner in same or found:
            if self._is_expired(owner):
                break  # and so are those behind it
            try:
                restored = self._restore(folder, owner, SignedDiary(diary, kernel_id, key, kind))
            except OSError as error:
                if not folder.exists():
                    continue  # another server has taken it
                self._log.warning(messages.LOG_NOT_RESTORED, notebook, error)
                return False
            for each, _ in same:
                shutil.rmtree(each, ignore_errors=True)
            return restored
        return False

    def forget(self, notebook: str) -> None:
        """Remove the archive of a notebook, or those of all notebooks in a folder."""
        for folder, owner in self._folder.archives():
            if moved(owner.notebook, notebook, "") is not None:
                shutil.rmtree(folder, ignore_errors=True)

    def rename(self, old: str, new: str) -> None:
        """Let the archive of a notebook, or those of all notebooks in a folder, follow it to a new address."""
        self.forget(new)  # of something that was there before: what is moved never takes the place of another
        for folder, owner in self._folder.archives():
            address = moved(owner.notebook, old, new)
            if address is not None:
                try:
                    replace(owner, notebook=address).write(Diary(str(folder)))
                except OSError as error:
                    self._log.warning(messages.LOG_NOT_FOLLOWED, owner.notebook, error)

    def expire(self) -> None:
        """Remove what is too old, and the oldest of what is too much."""
        room, seen, left = self._limit * MIB, set(), set()
        for folder, owner in sorted(self._folder.archives(), key=lambda each: -each[1].archived_at):
            room -= self._folder.index.size(folder)
            key = owner.notebook, owner.kind
            if room < 0 or self._is_expired(owner) or key in seen:
                shutil.rmtree(folder, ignore_errors=True)
            else:
                left.add(folder.name)
            seen.add(key)
        if self._folder.open():
            self._folder.index.write(left)
        clear_drafts(self._folder.path)

    def _archive(self, diary: Diary, key: bytes, owner: DiaryOwner) -> None:
        name = self._folder.new_name()
        with draft_folder(self._folder.path) as draft:
            archive = SignedDiary(Diary(str(draft)), owner.signs_as(name), self._folder.secret(), owner.kind)
            if not transfer(SignedDiary(diary, owner.kernel_id, key, owner.kind), archive, self._limit):
                return
            replace(owner, archived_at=time.time(), server_lock="", key="").write(archive.diary)
            older = self._folder.archives_of(owner.notebook)
            draft.rename(self._folder.path / name)
        for each, older_owner in older:
            if older_owner.kind in ("", owner.kind):
                shutil.rmtree(each, ignore_errors=True)

    def _restore(self, folder: Path, owner: DiaryOwner, new: SignedDiary) -> bool:
        source = Diary(str(folder))
        source.discard(STATE)  # an archive has none: nothing that is not signed is believed here
        with draft_folder(Path(new.diary.folder).parent) as draft:
            archive = SignedDiary(source, owner.signs_as(folder.name), self._folder.secret(), owner.kind)
            restored = transfer(archive, new._replace(diary=Diary(str(draft))))
            if not folder.exists():
                raise FileNotFoundError(folder)
            draft.rename(new.diary.folder)
        return restored

    def _has_sealed(self, owner: DiaryOwner) -> bool:
        try:
            return self._folder.open() and owner.is_sealed(self._folder.secret())
        except OSError:
            return False

    def _is_expired(self, owner: DiaryOwner) -> bool:
        return time.time() - owner.archived_at >= self._days * _DAY

    def _is_too_old(self, diary: Diary) -> bool:
        try:
            return time.time() - os.path.getmtime(diary.folder) >= self._days * _DAY
        except OSError:
            return False
