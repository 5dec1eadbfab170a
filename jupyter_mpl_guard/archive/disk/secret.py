"""The secret of the store, with which archives are signed."""

from __future__ import annotations

import os
import secrets
import time
from contextlib import suppress
from pathlib import Path

from ...agent.storage.diary import Diary
from ...agent.storage.disk.checked_file import DiaryError, Unreadable
from ...agent.storage.disk.flush import flush

SECRET = "secret"
"""File of the key that signs archives.

A kernel's key ends with its connection file, so what outlives the kernel is signed by the store's own secret. It
is made once, is random, can be read by the user alone and never leaves the machine or the server's process, as the
``notebook_secret`` is by which Jupyter trusts a notebook's output: whoever can read it can run code as this user
already. What it keeps out is everything that gets into the folder without that: figures out of another user's
archive, an unpacked file, a synchronised folder. It is not a kernel's key, and is bound to the archive's name, so that
one archive's files are of no use in another or in a kernel's diary. A secret that others could read is no secret: it
is replaced, and what it has signed does not come back.
"""

SECRET_BYTES = 32

SECRET_SECONDS = 2.0
"""Seconds that a server waits at most for another one that writes the secret."""


def secret_in(folder: Path) -> bytes:
    """Return the key that signs the archives in a folder; it is made where there is none that can be trusted.

    Raises
    ------
    OSError
        It cannot be made.
    """
    path = folder / SECRET
    limit = time.monotonic() + SECRET_SECONDS
    while True:
        secret, is_shared = _read(path)
        if len(secret) >= SECRET_BYTES and not is_shared:
            return secret
        try:
            age = abs(time.time() - path.lstat().st_mtime)
            # Where files cannot be locked, another server may be about to write it.
            if not is_shared and age < 60 and time.monotonic() < limit:
                time.sleep(0.05)
                continue
            path.unlink()
        except FileNotFoundError:
            pass
        with suppress(FileExistsError):  # another server was faster
            return _made(path)


def _made(path: Path) -> bytes:
    # Made exclusively: of two servers that start at once one makes it and the other fails.
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb", buffering=0) as file:
        secret = secrets.token_bytes(SECRET_BYTES)
        file.write(secret)
        os.fsync(file.fileno())
    flush(str(path.parent))
    return secret


def _read(path: Path) -> tuple[bytes, bool]:
    """Return what there is of the secret, and whether others can read it.

    Raises
    ------
    OSError
        It cannot be read now: another one in its place would make all archives worthless.
    """
    try:
        secret = Diary(str(path.parent)).read_bytes(path.name) or b""
        return secret, os.name == "posix" and bool(secret) and bool(path.lstat().st_mode & 0o077)
    except Unreadable:
        raise
    except DiaryError:  # a link, or another user's file
        return b"", True
