"""Diaries of kernels that are gone, left behind by killed servers: kept for their notebooks, or removed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from glob import escape, glob
from logging import Logger
from pathlib import Path

from ..agent.storage.diary import RECORD, Diary, DiaryError
from . import server_lock
from .owner import DiaryOwner
from .store import clear_drafts

PATIENCE = 3600.0
"""Seconds for which a diary is kept although its kernel's process is gone: another server may be restarting it.

Only where it cannot be known whether the server is there."""


def sweep(
    runtime_dir: str,
    log: Logger,
    put: Callable[[Diary, bytes, DiaryOwner], None] | None = None,
    *,
    unlabelled: bool = True,
) -> None:
    """Take from Jupyter's runtime folder the diaries that no kernel will read again.

    Parameters
    ----------
    runtime_dir : str
        The folder of the connection files; other servers of the same user have their kernels' files there too.
    log : logging.Logger
        Where to say what could not be removed.
    put : callable, optional
        `Keepsakes.put`, for those whose notebook is known.
    unlabelled : bool
        Whether to look at those whose notebook or server is not known as well.
    """
    for folder in glob(os.path.join(escape(runtime_dir), "mpl-guard-*")):
        diary = Diary(folder)
        label = DiaryOwner.of(diary)
        try:
            if label is None or not label.lease:
                if unlabelled and (not os.path.exists(_connection_file(diary)) or _untouched(diary)):
                    _clear(diary, label, put)
                continue
            with server_lock.expired(runtime_dir, label.lease) as ended:
                ended = ended and (server_lock.is_of_this_machine(label.lease) or _is_quiet(diary))
                if ended and os.path.isdir(folder) and not _lives(diary):
                    _clear(diary, label, put)
        except OSError as error:
            log.warning("mpl-guard: the old diary %s could not be removed: %s", folder, error)
    server_lock.clear_up(runtime_dir)
    clear_drafts(Path(runtime_dir))


def _clear(diary: Diary, label: DiaryOwner | None, put: Callable[[Diary, bytes, DiaryOwner], None] | None) -> None:
    key = _key(diary, label)
    if put is not None and label is not None and key and label.kernel_id == _kernel_id(diary):
        put(diary, key, label)
    else:
        diary.remove()


def _key(diary: Diary, label: DiaryOwner | None) -> bytes:
    """Return the key that has signed a diary, b"" where it is gone."""
    if label is not None and label.key:
        return label.key.encode("latin-1")
    folder, name = os.path.split(_connection_file(diary))
    try:
        connection = Diary(folder).read(name, through_link=True) or {}
    except DiaryError:
        return b""
    key = connection.get("key")
    return key.encode() if isinstance(key, str) else b""


def _untouched(diary: Diary) -> bool:
    """Tell whether a diary's process has been gone for a while though its connection file is still there."""
    if os.name != "posix" or not _is_quiet(diary):
        return False
    process = _process(diary)
    return process is not None and not _is_running(process)


def _is_quiet(diary: Diary) -> bool:
    return time.time() - os.path.getmtime(diary.folder) > PATIENCE


def _lives(diary: Diary) -> bool:
    """Tell whether a kernel has outlived its server; after a reboot another process may have its process id."""
    process = _process(diary)
    if process is None or not _is_running(process):
        return False
    try:
        return _kernel_id(diary).encode() in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return not os.path.isdir("/proc/self")  # elsewhere than on Linux it cannot be asked for its name


def _process(diary: Diary) -> int | None:
    try:
        return int((diary.read(RECORD) or {})["process"])
    except (DiaryError, KeyError, TypeError, ValueError):
        return None


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)  # asks whether it is there
    except ProcessLookupError:
        return False
    except (OverflowError, PermissionError):
        return True
    return True


def _kernel_id(diary: Diary) -> str:
    return os.path.basename(diary.folder).removeprefix("mpl-guard-")


def _connection_file(diary: Diary) -> str:
    return os.path.join(os.path.dirname(diary.folder), f"kernel-{_kernel_id(diary)}.json")
