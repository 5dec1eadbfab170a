"""Remove the diaries of kernels that are gone: those that a crash of the server has left behind."""

from __future__ import annotations

import os
import time
from glob import glob
from logging import Logger

from .agent.diary import RECORD, Diary, DiaryError

PATIENCE = 3600.0
"""Seconds for which a diary is kept although its kernel's process is gone: another server may be restarting it."""


def sweep(runtime_dir: str, log: Logger) -> None:
    """Remove from Jupyter's runtime folder the diaries that no kernel will read again.

    Parameters
    ----------
    runtime_dir : str
        The folder of the connection files; other servers of the same user have their kernels' files there too.
    log : logging.Logger
        Where to say what could not be removed.
    """
    for folder in glob(os.path.join(runtime_dir, "mpl-guard-*")):
        kernel_id = os.path.basename(folder).removeprefix("mpl-guard-")
        try:
            if not os.path.exists(os.path.join(runtime_dir, f"kernel-{kernel_id}.json")) or _abandoned(folder):
                Diary(folder).remove()
        except OSError as error:
            log.warning("mpl-guard: the old diary %s could not be removed: %s", folder, error)


def _abandoned(folder: str) -> bool:
    """Tell whether a diary's process has been gone for a while though its connection file is still there."""
    if os.name != "posix" or time.time() - os.path.getmtime(folder) < PATIENCE:
        return False
    try:
        record = Diary(folder).read(RECORD) or {}
        os.kill(int(record["process"]), 0)  # asks whether it is there
    except ProcessLookupError:
        return True
    except (DiaryError, KeyError, TypeError, ValueError, OverflowError, PermissionError):
        return False
    return False
