"""Archives: what notebooks' kernels have left, in the user's Jupyter data folder until another kernel comes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from logging import Logger
from pathlib import Path

from .. import messages
from ..agent.storage.diary import DATA, FIGURES, LAST, RECORD, STATE, Diary
from ..agent.storage.disk.flush import flush, flush_folder
from .background.expiry import Expiry
from .disk.file_transfer import SignedDiary
from .disk.obsolete import remove_obsolete
from .gateway.signers import KIND, GatewayKernels, GatewaySigners
from .index import ArchiveIndex
from .notebooks import moved
from .owner import DiaryOwner, seal
from .store_folder import StoreFolder, draft_folder, is_own_folder
from .transfer import Content, transfer


class ArchiveStore:
    """Archive what kernels have left, by notebook. Files are hashed and moved: call it in a thread, one at a time.

    Whenever the process is killed or the power fails, either the old place or the new one holds everything: a folder is
    made under a draft's name, gets its name when it is whole and on the disk, and only then the other one is removed,
    which loses its name first.

    Parameters
    ----------
    folder : str
        The store's folder; made, for the user alone, with the first archive.
    days : float
        Days for which an archive is kept; 0 keeps none.
    limit : float
        MiB that the figures of all of them may take.
    log : logging.Logger
        Where to log what could not be archived.

    Attributes
    ----------
    gateway_kernels : GatewayKernels
        The kernels whose diaries cannot be archived here.
    """

    def __init__(self, folder: str, *, days: float, limit: float, log: Logger) -> None:
        self._index = ArchiveIndex(Path(folder))
        self._folder = StoreFolder(Path(folder), self._index, log)
        self.gateway_kernels = GatewayKernels(GatewaySigners(self._folder, days))
        self._expiry = Expiry(self._folder, self._index, days=days, limit=limit, log=log)
        self._days = days
        self._limit = limit
        self._log = log

    @property
    def bounds(self) -> tuple[float, float]:
        """Days for which, and MiB up to which, archives are kept."""
        return self._days, self._limit

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
            Whose it is. One with a key in it must have been sealed by this store.
        expire : bool
            Whether to remove what is beyond the limit then at once; else the next `expire` does.

        Returns
        -------
        bool
            Whether the diary is gone.
        """
        return self._put(diary, key, owner, is_orphan=False, expire=expire)

    def put_orphan(self, diary: Diary, key: bytes, owner: DiaryOwner, *, expire: bool = True) -> bool:
        """Archive the diary of a kernel whose end was not observed, as `put` does, unless a later archive is there."""
        return self._put(diary, key, owner, is_orphan=True, expire=expire)

    def _put(self, diary: Diary, key: bytes, owner: DiaryOwner, *, is_orphan: bool, expire: bool) -> bool:
        folder = Path(diary.folder)
        try:
            if owner.key and not self._has_sealed(owner):  # the store of another server may have done so
                return remove_obsolete(folder, obsolete=self._expiry.is_old(_last_written(diary)))
            if self._days and key and is_own_folder(folder) and self._folder.open(make=True):
                owner = replace(owner, key="", mac="")
                seal(diary, owner, key, self._folder.secret())
                with self._folder.alone():
                    self._archive(diary, key, owner, is_orphan=is_orphan)
                    diary.remove()
                if expire:
                    self.expire()
                return True
            diary.remove()
        except OSError as error:
            self._log.warning(messages.LOG_NOT_ARCHIVED, owner.notebook, error)
            try:
                return not folder.exists() or remove_obsolete(
                    folder, obsolete=self._expiry.is_old(_last_written(diary))
                )
            except OSError:
                return False
        return True

    def prepare(self) -> None:
        """Make the store and its secret while there is room for them: without the secret nothing can be sealed."""
        with suppress(OSError):
            if self._days and self._folder.open(make=True):
                self._folder.secret()

    def sealed(self, owner: DiaryOwner, key: bytes) -> DiaryOwner:
        """Return the owner of a diary with the key that signs it, sealed; without the key where that fails."""
        with suppress(OSError):
            if self._days and self._folder.open(make=True):
                return owner.sealed(key, self._folder.secret())
        return owner

    def seal(self, diary: Diary, owner: DiaryOwner, key: bytes) -> None:
        """Seal a diary, so that it can be checked when its connection file is gone, see `put`.

        Raises
        ------
        OSError
            It cannot be written.
        """
        if self._days and self._folder.open(make=True):
            seal(diary, owner, key, self._folder.secret())

    def take(
        self, notebook: str, diary: Diary, kernel_id: str, key: bytes, kind: str = "", server_lock: str = ""
    ) -> bool:
        """Make a notebook's archive the diary of its new kernel; return whether there was one.

        Parameters
        ----------
        notebook : str
            As `DiaryOwner` has it.
        diary : Diary
            The diary of a kernel whose agent has not begun.
        key : bytes
            The key of its connection.
        kind : str
            Name of its specification. Of an archive of another kind it gets what cannot make code run; that archive
            stays for the next kernel of its own kind.
        server_lock : str
            Name of the lock of the server that looks after it.
        """
        try:
            if not (key and self._folder.open()):
                return False
            owner = DiaryOwner(notebook, kernel_id, server_lock, kind=kind).sealed(key, self._folder.secret())
            with self._folder.alone():
                return self._take(SignedDiary(diary, kernel_id, key, kind), owner)
        except OSError as error:
            self._log.warning(messages.LOG_NOT_RESTORED, notebook, error)
            return False

    def forget(self, notebook: str) -> None:
        """Remove the archive of a notebook, or those of all notebooks in a folder."""
        for folder, _ in self._folder.archives(lambda entry: moved(entry.notebook, notebook, "") is not None):
            self._folder.remove(folder)

    def rename(self, old: str, new: str) -> None:
        """Assign the archive of a notebook, or those of all notebooks in a folder, to its new address."""
        self.forget(new)  # of something that was there before: what is moved never takes the place of another
        for folder, owner in self._folder.archives(lambda entry: moved(entry.notebook, old, new) is not None):
            address = moved(owner.notebook, old, new) or new
            try:
                replace(owner, notebook=address).write(Diary(str(folder)), flush=True)
                self._index.look_at(folder.name)
            except OSError as error:
                self._log.warning(messages.LOG_NOT_FOLLOWED, owner.notebook, error)

    def look_at_archives(self) -> Iterator[None]:
        """Read the archives that are not known yet, one with each step, so that there is time for others in between."""
        return self._folder.look_at_archives()

    def expire(self, *, look: bool = True) -> None:
        """Remove what is too old or too much, see `Expiry.expire`."""
        self._expiry.expire(look=look)

    def _archive(self, diary: Diary, key: bytes, owner: DiaryOwner, *, is_orphan: bool) -> None:
        name, written_at = self._folder.new_name(), _last_written(diary)
        found = self._folder.archives_of(owner.notebook, trust=is_orphan)
        older = [each for each in found if each[1].kind in ("", owner.kind)]
        if is_orphan and any(each.written_at > written_at for _, each in older):
            return
        # Never before that of the one that it replaces: the clock may have been ahead.
        now = max([time.time(), *(each.archived_at + 0.001 for _, each in older)])
        with draft_folder(self._folder.path) as draft:
            archive = SignedDiary(Diary(str(draft)), owner.signs_as(name), self._folder.secret(), owner.kind)
            content = transfer(SignedDiary(diary, owner.kernel_id, key, owner.kind), archive, self._limit)
            if content is Content.NOTHING or (content is Content.LOSSES and older):
                return  # what is lost does not take the place of what is there
            if content is Content.LOSSES:
                written_at = 0.0
            replace(owner, archived_at=now, written_at=written_at, server_lock="").write(archive.diary)
            flush_folder(str(draft))
            if not is_own_folder(Path(diary.folder)):
                return  # another server has archived it, and what was read of it may not be whole
            self._folder.add(draft, name)
        flush(str(self._folder.path))
        for folder, _ in older:
            self._folder.remove(folder)

    def _take(self, new: SignedDiary, new_owner: DiaryOwner) -> bool:
        found = self._folder.archives_of(new_owner.notebook)
        found = [each for each in found if not each[1].kind.startswith(KIND)]
        same = [each for each in found if each[1].kind in ("", new.kind)]
        for folder, owner in same or found:
            if self._expiry.is_old(owner.archived_at):
                return False  # and so are those behind it
            try:
                restored = self._restore(folder, owner, new, new_owner)
            except OSError:
                if not folder.exists():
                    continue  # another server has taken it
                raise
            for each, _ in same:
                self._folder.remove(each)
            return restored
        return False

    def _restore(self, folder: Path, owner: DiaryOwner, new: SignedDiary, new_owner: DiaryOwner) -> bool:
        source = Diary(str(folder))
        source.discard(STATE)  # an archive has none: nothing that is not signed is believed here
        runtime_dir = Path(new.diary.folder).parent
        with draft_folder(runtime_dir) as draft:
            archive = SignedDiary(source, owner.signs_as(folder.name), self._folder.secret(), owner.kind)
            content = transfer(archive, new._replace(diary=Diary(str(draft))))
            new_owner.write(Diary(str(draft)))
            flush_folder(str(draft))
            if not folder.exists():
                raise FileNotFoundError(folder)
            draft.rename(new.diary.folder)
        flush(str(runtime_dir))
        return content is not Content.NOTHING

    def _has_sealed(self, owner: DiaryOwner) -> bool:
        return self._folder.open() and owner.is_sealed(self._folder.secret())


def _last_written(diary: Diary) -> float:
    """Return when a kernel has saved something last, in seconds since the epoch; 0 where there is nothing.

    Raises
    ------
    OSError
        That cannot be read.
    """
    times = [0.0]
    for name in (RECORD, FIGURES, DATA, LAST + RECORD, LAST + FIGURES):
        try:
            times.append(os.stat(os.path.join(diary.folder, name), follow_symlinks=False).st_mtime)
        except FileNotFoundError:
            pass
    return max(times)
