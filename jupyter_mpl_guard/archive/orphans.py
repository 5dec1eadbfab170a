"""Diaries of kernels that are gone, left behind by killed servers: archived for their notebooks, or removed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from glob import escape, glob
from logging import Logger
from pathlib import Path

from .. import messages
from ..agent.storage.checked_file import DiaryError, read_object
from ..agent.storage.diary import FIGURES, OUTLIVED, RECORD, STATE, UNSAVED, Diary
from ..agent.storage.figure_entry import SUFFIX
from . import server_lock
from .owner import OWNER, DiaryOwner
from .store_folder import ARCHIVE_PREFIX, clear_drafts, is_own_folder

_SEAL = "state.mac"
"""File that diaries of earlier versions have besides."""

PATIENCE = 3600.0
"""Seconds for which a diary is left alone although its kernel's process is gone: another server may be restarting it.

Only where it cannot be known whether the server is there."""

FOLDER_PREFIX = "mpl-guard-"
"""Beginning of the name of a diary's folder; the kernel's id follows."""

Put = Callable[[Diary, bytes, DiaryOwner], object]
"""`ArchiveStore.put`."""


def sweep(runtime_dir: str, log: Logger, put: Put | None = None, *, unowned: bool = True) -> None:
    """Take from Jupyter's runtime folder the diaries that no kernel will read again.

    Parameters
    ----------
    runtime_dir : str
        The folder of the connection files; other servers of the same user have their kernels' files there too.
    log : logging.Logger
        Where to say what could not be removed.
    put : callable, optional
        `ArchiveStore.put`, for those whose notebook is known; without it they are removed.
    unowned : bool
        Whether to look at those whose notebook or server is not known as well.
    """
    for folder in folders(runtime_dir):
        sweep_folder(folder, log, put, unowned=unowned)
    tidy(runtime_dir)


def folders(runtime_dir: str) -> list[str]:
    """Return the folders that may be diaries."""
    return glob(os.path.join(escape(runtime_dir), FOLDER_PREFIX + "*"))


def tidy(runtime_dir: str) -> None:
    """Remove what servers that have ended have left beside diaries."""
    server_lock.clear_up(runtime_dir)
    clear_drafts(Path(runtime_dir))


def sweep_folder(
    folder: str, log: Logger, put: Put | None = None, *, unowned: bool = False, notebook: str | None = None
) -> None:
    """Take one diary, if no kernel will read it again.

    Parameters
    ----------
    folder : str
        A folder that may be a diary.
    log, put, unowned
        See `sweep`.
    notebook : str, optional
        Whose diary alone is looked at: somebody waits for it.
    """
    diary = Diary(folder)
    owner = DiaryOwner.of(diary)
    runtime_dir = os.path.dirname(folder)
    try:
        if (notebook is not None and (owner is None or owner.notebook != notebook)) or not is_diary(folder, owner):
            return
        if owner is None or not owner.server_lock:
            if unowned and (not os.path.exists(_connection_file(diary)) or _is_given_up(diary)):
                _clear(diary, owner, put)
            return
        with server_lock.expired(runtime_dir, owner.server_lock) as ended:
            ended = ended and (server_lock.is_of_this_machine(owner.server_lock) or _is_quiet(diary))
            if ended and os.path.isdir(folder) and not _is_alive(diary):
                _clear(diary, owner, put)
    except OSError as error:
        log.warning(messages.LOG_OLD_DIARY_NOT_REMOVED, folder, error)


def is_diary(folder: str, owner: DiaryOwner | None) -> bool:
    """Return whether a folder is a diary: there may be others of such a name, the store of the archives for one.

    Parameters
    ----------
    folder : str
        The folder.
    owner : DiaryOwner or None
        The owner that was read in it.

    Raises
    ------
    OSError
        It cannot be listed.
    """
    if os.path.basename(folder).startswith(ARCHIVE_PREFIX) or not is_own_folder(Path(folder)):
        return False
    if owner is not None and owner.kernel_id == _kernel_id(Diary(folder)):
        return True
    with os.scandir(folder) as entries:
        files = [(entry.name, entry.is_file(follow_symlinks=False)) for entry in entries]
    return bool(files) and all(is_file and _is_diarys(name) for name, is_file in files)


def _is_diarys(name: str) -> bool:
    """Return whether a diary may have a file of this name."""
    documents = (STATE, _SEAL, RECORD, FIGURES, OWNER, OUTLIVED)
    return name in documents or name.endswith(SUFFIX) or name.startswith((UNSAVED, "draft."))


def _clear(diary: Diary, owner: DiaryOwner | None, put: Put | None) -> None:
    if put is not None and owner is not None and owner.kernel_id == _kernel_id(diary):
        key, kind = _key_and_kind(diary)
        if key:  # more is known than what the diary says of itself
            put(diary, key, replace(owner, key="", mac="", kind=kind))
            return
        if owner.key:
            put(diary, owner.key.encode("latin-1", "replace"), owner)
            return
    diary.remove()


def _key_and_kind(diary: Diary) -> tuple[bytes, str]:
    """Return the key of a diary and the name of its kernel's specification, nothing where they are gone."""
    try:
        connection = read_object(_connection_file(diary), shared=True) or {}
    except DiaryError:
        return b"", ""
    key, kind = (connection.get(name) for name in ("key", "kernel_name"))
    return key.encode("utf-8", "replace") if isinstance(key, str) else b"", kind if isinstance(kind, str) else ""


def _is_given_up(diary: Diary) -> bool:
    """Return whether a diary's process has been gone for a while though its connection file is still there."""
    if os.name != "posix" or not _is_quiet(diary):
        return False
    process = _process(diary)
    return process is not None and not _is_running(process)


def _is_quiet(diary: Diary) -> bool:
    return time.time() - os.path.getmtime(diary.folder) > PATIENCE


def _is_alive(diary: Diary) -> bool:
    """Return whether a kernel has outlived its server; after a reboot another process may have its process id."""
    process = _process(diary)
    if process is None or not _is_running(process):
        return False
    try:
        return _kernel_id(diary).encode() in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return not os.path.isdir("/proc/self")  # elsewhere than on Linux it cannot be asked for its name


def _process(diary: Diary) -> int | None:
    try:
        process = (diary.read(RECORD) or {}).get("process")
    except DiaryError:
        return None
    return process if type(process) is int else None


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)  # asks whether it is there
    except ProcessLookupError:
        return False
    except (OverflowError, PermissionError):
        return True
    return True


def _kernel_id(diary: Diary) -> str:
    return os.path.basename(diary.folder).removeprefix(FOLDER_PREFIX)


def _connection_file(diary: Diary) -> str:
    return os.path.join(os.path.dirname(diary.folder), f"kernel-{_kernel_id(diary)}.json")
