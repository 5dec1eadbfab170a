"""A server's lock, by which other servers of the same user know whether it has ended, however it did."""

from __future__ import annotations

import os
import re
import secrets
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape, glob
from importlib import import_module
from typing import Any

from ...agent.storage.disk.alive import Place, locks_reach_all

fcntl: Any = import_module("fcntl") if os.name == "posix" else None  # Windows locks files otherwise

WORD_BYTES = 16

LOCK_SECONDS = 20.0
"""Maximum seconds that one server waits for another one that moves files."""

PREFIX = "mpl-guard.server-"
"""Beginning of the names of the locked files."""


class ServerLock:
    """A locked file in the runtime folder; the system releases the lock with the process.

    A process id would not do: after a reboot or in a container, another process may have it.

    Parameters
    ----------
    folder : str
        Where diaries are, Jupyter's runtime folder for one: the locks lie beside them.

    Attributes
    ----------
    name : str
        The file's name; "" where files cannot be locked.
    """

    def __init__(self, folder: str) -> None:
        self.name = ""
        self._path = ""
        self._descriptor = -1
        if fcntl is None:
            return
        with suppress(OSError):
            descriptor, draft = tempfile.mkstemp(prefix=".mpl-guard-", dir=folder)
            try:
                # Locked before it has its name: it is never seen unlocked while this process lives.
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                name = f"{PREFIX}{_host()}.{_boot()}-{os.path.basename(draft).removeprefix('.mpl-guard-')}"
                os.replace(draft, os.path.join(folder, name))
            except OSError:
                os.close(descriptor)
                os.unlink(draft)
                raise
            self.name = name
            self._path = os.path.join(folder, name)
            self._descriptor = descriptor

    def release(self) -> None:
        """Remove the file and release the lock; safe to call again."""
        if self._descriptor >= 0:
            with suppress(OSError):
                os.unlink(self._path)
            os.close(self._descriptor)
            self._descriptor = -1


class ServerLocks:
    """The locks of one server, one in each folder in which its kernels have their diaries.

    Parameters
    ----------
    folder : str
        Where diaries are, Jupyter's runtime folder for one: the locks lie beside them.
    """

    def __init__(self, folder: str) -> None:
        self._locks = {folder: ServerLock(folder)}

    def name(self, folder: str) -> str:
        """Return the name of the lock in a folder, which is made when it is first asked for."""
        if folder not in self._locks:
            self._locks[folder] = ServerLock(folder)
        return self._locks[folder].name

    def release(self) -> None:
        """Remove all of them; safe to call again."""
        for lock in self._locks.values():
            lock.release()


def is_of_this_machine(name: str) -> bool:
    """Return whether a server lock is that of this machine, or of one of its containers.

    Some shared file systems lock for each machine separately.
    """
    machine = name.removeprefix(PREFIX).rpartition("-")[0]
    host, boot = _host(), _boot()
    return host in (machine, machine.rpartition(".")[0]) or (bool(boot) and machine.endswith("." + boot))


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "_", socket.gethostname())[:64]


def _boot() -> str:
    """Return what the containers of one running system have in common."""
    return Place.here().boot[:8]


@contextmanager
def expired(folder: str, name: str) -> Iterator[bool]:
    """Yield whether the server of a lock has ended; while the block lasts, no other process is told so.

    Parameters
    ----------
    folder : str
        Where diaries are, Jupyter's runtime folder for one: the locks lie beside them.
    name : str
        The lock's, as `ServerLock.name` has it.
    """
    if fcntl is None:
        yield False
        return
    try:
        descriptor = os.open(os.path.join(folder, os.path.basename(name)), os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        yield True
        return
    except OSError:
        yield False
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


class Turn:
    """A period in which no other process works in a folder.

    Parameters
    ----------
    descriptor : int
        The locked file, -1 where files cannot be locked. The last turn has left a random word in it.
    """

    def __init__(self, descriptor: int = -1) -> None:
        self._descriptor = descriptor

    def follows(self, word: bytes) -> bool:
        """Return whether the last turn was the one that has left this word, so that there was none in between."""
        return self._descriptor >= 0 and bool(word) and os.pread(self._descriptor, WORD_BYTES + 1, 0) == word

    def end(self) -> bytes:
        """Write another word and return it, "" where that is not possible."""
        word = secrets.token_hex(WORD_BYTES // 2).encode()
        try:
            return word if self._descriptor >= 0 and os.pwrite(self._descriptor, word, 0) == len(word) else b""
        except OSError:
            return b""


@contextmanager
def exclusive(path: str) -> Iterator[Turn]:
    """Hold a lock that one process at a time gets, as far as files can be locked there.

    Parameters
    ----------
    path : str
        The file; it is made, and stays.

    Raises
    ------
    OSError
        Another process does not release it.
    """
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600) if fcntl else -1
    except OSError:  # no room for it
        descriptor = -1
    if descriptor < 0:
        yield Turn()
        return
    try:
        yield Turn(descriptor if _locked(descriptor) else -1)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Lock a file; return whether that is done, which it is not where files cannot be locked."""
    limit = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > limit:
                raise
            time.sleep(0.02)
        except OSError:
            return False


def clear_up(folder: str) -> None:
    """Remove the locks of servers that have ended."""
    for path in glob(os.path.join(escape(folder), PREFIX + "*")):
        with expired(folder, os.path.basename(path)) as ended:
            if ended and (is_of_this_machine(os.path.basename(path)) or locks_reach_all(folder)):
                with suppress(OSError):
                    os.unlink(path)
