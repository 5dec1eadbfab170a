"""The owner of a diary: which notebook's kernel it belongs to, and which server looks after it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from logging import Logger
from typing import Any

from ..agent.storage import signing
from ..agent.storage.diary import Diary
from ..agent.storage.disk.checked_file import DiaryError, Unreadable, opened
from ..agent.storage.disk.flush import flush
from .disk.server_lock import ServerLocks
from .disk.worker import FileWorker
from .kernel_files import KernelFiles
from .notebooks import Notebooks

OWNER = "notebook.json"
"""The owner's file in a diary's folder, and in that of an archive."""

_TYPES = {
    "notebook": str,
    "kernel_id": str,
    "lease": str,
    "kept_at": float,
    "key": str,
    "kind": str,
    "mac": str,
    "written_at": float,
}
"""Keys of the file, which are the file format's, and the types of their values; the first two are always there."""


@dataclass(frozen=True)
class DiaryOwner:
    """What the server records beside the files of the agent.

    Attributes
    ----------
    notebook : str
        The notebook, as `Notebooks.address` has it.
    kernel_id : str
        The id that the diary is signed for.
    server_lock : str
        Name of the `ServerLock` of the server whose kernel it is, "" where it has none.
    archived_at : float
        Seconds since the epoch at which it became an archive, 0 while its kernel lives.
    key : str
        The key that signed the diary of a kernel, "" in an archive: jupyter_client removes the connection file with the
        kernel, and without its key nothing could be checked any more if the server were killed in between.
    kind : str
        Name of the kernel's specification, "" where an earlier version has written it.
    mac : str
        Signature of the other attributes by the store's secret, where there is a key among them: who can write into
        a diary, its kernel for one, must not be able to name the key by which the diary is judged.
    written_at : float
        Seconds since the epoch at which the kernel of an archive has saved something last, 0 where that is not known.
    """

    notebook: str
    kernel_id: str
    server_lock: str = ""
    archived_at: float = 0.0
    key: str = ""
    kind: str = ""
    mac: str = ""
    written_at: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the contents of the file."""
        return {
            "notebook": self.notebook,
            "kernel_id": self.kernel_id,
            "lease": self.server_lock,
            "kept_at": self.archived_at,
            "key": self.key,
            **({"kind": self.kind} if self.kind else {}),
            **({"mac": self.mac} if self.mac else {}),
            **({"written_at": self.written_at} if self.written_at else {}),
        }

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> DiaryOwner:
        """Return the owner of a file's contents.

        Raises
        ------
        ValueError
            A key is lacking or unknown, or a value is of another type.
        """
        if not {"notebook", "kernel_id"} <= document.keys() <= _TYPES.keys():
            raise ValueError(f"the keys of {OWNER} are {sorted(document)}")
        for key, value in document.items():
            if not isinstance(value, _TYPES[key]):
                raise ValueError(f"{key} in {OWNER} is {type(value).__name__}")
        return cls(
            document["notebook"],
            document["kernel_id"],
            document.get("lease", ""),
            document.get("kept_at", 0.0),
            document.get("key", ""),
            document.get("kind", ""),
            document.get("mac", ""),
            document.get("written_at", 0.0),
        )

    def write(self, diary: Diary, *, flush: bool = False) -> None:
        """Write the owner into a diary; see `Diary.write`.

        Raises
        ------
        OSError
            The folder cannot be made or written, or belongs to another user.
        """
        diary.write(OWNER, self.to_json(), flush=flush)

    def sealed(self, key: bytes, secret: bytes) -> DiaryOwner:
        """Return the owner with the key that signed the diary, signed by the secret of the store."""
        owner = replace(self, key=key.decode("latin-1"), mac="")
        return replace(owner, mac=signing.signature(secret, OWNER, signing.text(owner.to_json())))

    def is_sealed(self, secret: bytes) -> bool:
        """Return whether the secret of the store has signed it."""
        return signing.is_signed(self.mac, secret, OWNER, signing.text(replace(self, mac="").to_json()))

    def signs_as(self, name: str) -> str:
        """Return what an archive of such a name is signed for: for another kind its signature does not match."""
        return f"{name} of {self.kind}" if self.kind else name

    @classmethod
    def of(cls, diary: Diary) -> DiaryOwner | None:
        """Return the owner of a diary, None where there is none or it is damaged.

        Raises
        ------
        Unreadable
            It cannot be read now, not the second time either.
        """
        try:
            return cls._of(diary)
        except Unreadable:  # on a network drive, opening a file anew helps
            return cls._of(diary)

    @classmethod
    def _of(cls, diary: Diary) -> DiaryOwner | None:
        try:
            return cls.from_json(diary.read(OWNER) or {})
        except Unreadable:
            raise
        except (DiaryError, ValueError):
            return None


def seal(diary: Diary, owner: DiaryOwner, key: bytes, secret: bytes) -> None:
    """Write the sealed owner, so that a diary can be checked when its kernel's connection file is gone.

    It is on the disk before it takes the place of the one that is there, without which all is lost that was saved.

    Raises
    ------
    OSError
        It cannot be written.
    """
    write_if_changed(diary, owner.sealed(key, secret))


def write_if_changed(diary: Diary, owner: DiaryOwner) -> None:
    """Write an owner, and wait until it is on the disk; nothing happens where it is the one that is there.

    Raises
    ------
    OSError
        It cannot be written.
    """
    try:
        if DiaryOwner.of(diary) == owner:
            return
    except Unreadable:
        pass
    try:
        owner.write(diary, flush=True)
        flush(diary.folder)
    except OSError:
        if DiaryOwner.of(diary) is None:
            raise
        _overwrite(os.path.join(diary.folder, OWNER), owner)


def _overwrite(path: str, owner: DiaryOwner) -> None:
    """Write an owner over the one that is there: a full disk has room for that, but for no new file."""
    try:
        file = opened(path, update=True)
    except DiaryError as error:
        raise PermissionError(str(error)) from error
    if file is None:
        raise FileNotFoundError(path)
    with file:
        text = json.dumps(owner.to_json(), separators=(",", ":")).encode()
        file.write(text.ljust(os.fstat(file.fileno()).st_size))
        file.flush()
        os.fsync(file.fileno())


class Owners:
    """Write the owners of the diaries of a server's living kernels.

    Parameters
    ----------
    notebooks : Notebooks
        Which kernel belongs to which notebook.
    server_locks : ServerLocks
        Names the server in the owner, by a lock that ends with it.
    sealed : callable
        `ArchiveStore.sealed`, without its store: that imports this module.
    worker : FileWorker
        Writes them: a disk may take seconds.
    log : logging.Logger
        Where to log what could not be written.
    """

    def __init__(
        self,
        notebooks: Notebooks,
        server_locks: ServerLocks,
        sealed: Callable[[DiaryOwner, bytes], DiaryOwner],
        worker: FileWorker,
        log: Logger,
    ) -> None:
        self._notebooks = notebooks
        self._server_locks = server_locks
        self._sealed = sealed
        self._worker = worker
        self._log = log
        self._files: dict[str, KernelFiles] = {}

    def add(self, files: KernelFiles) -> None:
        """Write the owner of a kernel's diary, from now on."""
        self.note(files)
        self.write(files.kernel_id)

    def note(self, files: KernelFiles) -> None:
        """Record that the owner of a kernel's diary has been written."""
        self._files[files.kernel_id] = files

    def remove(self, kernel_id: str) -> KernelFiles | None:
        """Stop writing the owner of a kernel's diary; return the kernel's files, None where it was not written."""
        return self._files.pop(kernel_id, None)

    def files(self, kernel_id: str | None) -> KernelFiles | None:
        """Return the files of a kernel that was added, None for others."""
        return self._files.get(kernel_id or "")

    def owner(self, kernel_id: str) -> DiaryOwner | None:
        """Return the owner of a kernel's diary, None where it belongs to no notebook."""
        files = self._files.get(kernel_id)
        return self._owner(kernel_id, files, files.diary) if files else self._owner(kernel_id)

    def write(self, kernel_id: str) -> None:
        """Have the owner of a kernel's diary written again: it has changed, or the diary is a new one."""
        files = self._files.get(kernel_id)
        if files is None or not files.has_connection_file or not files.is_users:
            return
        for diary in files.diaries:  # the agent may not be able to use the one that was chosen
            owner = self._owner(kernel_id, files, diary)
            if owner is None:
                return
            self._worker.do_soon(self._write, owner, files, diary)

    def _write(self, owner: DiaryOwner, files: KernelFiles, diary: Diary) -> None:
        if self._files.get(owner.kernel_id) is not files:
            return  # its kernel has ended meanwhile, or is not guarded any more
        try:
            write_if_changed(diary, self._sealed(owner, files.key))
        except OSError as error:
            self._log.debug("mpl-guard: the diary of kernel %s has no owner (%s)", owner.kernel_id, error)

    def _owner(self, kernel_id: str, files: KernelFiles | None = None, diary: Diary | None = None) -> DiaryOwner | None:
        notebook = self._notebooks.of(kernel_id)
        if notebook is None:
            return None
        lock = self._server_locks.name(os.path.dirname(diary.folder)) if diary else ""
        return DiaryOwner(notebook, kernel_id, lock, kind=files.kind if files else "")
