"""Who is alive: an agent holds a lock on its own diary, and says which machine it lives on.

The system takes the lock away with the process. It is a lock of the process itself (POSIX), which a forked child does
not have: workers that outlive a kernel do not keep its diary. A process id says nothing in another container or on
another machine, and a lock nothing where a shared file system locks for each machine apart; so both are used only
where they are known to mean something.
"""

from __future__ import annotations

import json
import os
import re
import socket
import tempfile
from enum import Enum
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from .checked_file import DiaryError, Unreadable, opened, read_object

fcntl: Any = import_module("fcntl") if os.name == "posix" else None  # Windows locks files otherwise

ALIVE = "alive.json"
"""File that the agent of a living kernel has locked; it says where that is."""

LOCAL = {"ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "jfs", "tmpfs", "ramfs", "bcachefs", "overlay", "apfs"}
"""File systems that one machine at a time has mounted: whoever can see a file on them sees its locks."""


class Life(Enum):
    """Whether the agent that writes a diary lives."""

    ALIVE = "alive"
    DEAD = "dead"
    UNKNOWN = "unknown"
    """It may live on another machine."""
    UNSAID = "unsaid"
    """No agent has begun to write it, or one of an earlier version."""


class Place(NamedTuple):
    """Where a process lives.

    Attributes
    ----------
    machine : str
        Names the machine: its host name and its id.
    boot : str
        Id of the machine's last start, which its containers share; "" where that is not known.
    namespace : str
        Where its process id means something, "" where that is not known.
    """

    machine: str
    boot: str
    namespace: str

    @classmethod
    def here(cls) -> Place:
        """Return where this process lives."""
        machine = f"{socket.gethostname()} {_lasting('/etc/machine-id')}".strip()
        try:
            namespace = os.readlink("/proc/self/ns/pid")
        except OSError:
            namespace = ""
        return cls(machine, _lasting("/proc/sys/kernel/random/boot_id"), namespace)

    def is_one_system(self, other: Place) -> bool:
        """Return whether both are on one running system: its locks hold for both, also for two of its containers."""
        return self.boot == other.boot if self.boot or other.boot else self.machine == other.machine

    def has_restarted(self, earlier: Place) -> bool:
        """Return whether a process of that place has ended with the machine, which has started anew since."""
        return bool(self.boot and earlier.boot) and self.boot != earlier.boot and self.machine == earlier.machine


def hold(folder: str) -> int:
    """Lock a diary for this process; return the descriptor that has the lock: closing another of the file releases it.

    Where files cannot be locked, the file says so.

    Raises
    ------
    OSError
        The file cannot be made.
    """
    descriptor, draft = tempfile.mkstemp(dir=folder, prefix="draft.")  # mkstemp makes it 0600, and closed for children
    try:
        # Locked before it has its name: nobody ever sees it unlocked while this process lives.
        document = {**Place.here()._asdict(), "process": os.getpid(), "locked": _lock(descriptor) is not None}
        os.write(descriptor, json.dumps(document).encode())
        os.replace(draft, os.path.join(folder, ALIVE))
    except BaseException:
        os.close(descriptor)
        os.unlink(draft)
        raise
    return descriptor


def life_of(folder: str, kernel_id: str) -> Life:
    """Return whether the agent that writes the diary in a folder lives.

    Raises
    ------
    Unreadable
        It cannot be found out now.
    """
    try:
        document = read_object(os.path.join(folder, ALIVE))
    except Unreadable:
        raise
    except DiaryError:  # a living agent's is whole: the machine has stopped
        document = None
    if document is None:
        return Life.UNSAID
    there, process = _place(document), document.get("process")
    here = Place.here()
    if here.has_restarted(there):
        return Life.DEAD
    if document.get("locked") is not True:
        if not here.is_one_system(there) or here.namespace != there.namespace or type(process) is not int:
            return Life.UNKNOWN
        return Life.ALIVE if runs(process, kernel_id) else Life.DEAD
    is_held = _is_held(os.path.join(folder, ALIVE))
    if is_held:
        return Life.ALIVE
    if is_held is False and (here.is_one_system(there) or locks_reach_all(folder)):
        return Life.DEAD
    return Life.UNKNOWN


def runs(process: int, kernel_id: str) -> bool:
    """Return whether a process of this id is that of a kernel; after a restart of the machine it may be another one."""
    try:
        os.kill(process, 0)  # asks whether it is there
    except ProcessLookupError:
        return False
    except (OverflowError, PermissionError):
        pass
    try:
        with open(f"/proc/{process}/cmdline", "rb") as file:
            return kernel_id.encode() in file.read()
    except OSError:
        return not os.path.isdir("/proc/self")  # elsewhere than on Linux it cannot be asked for its name


def locks_reach_all(path: str, mounts: str = "/proc/self/mountinfo") -> bool:
    """Return whether a lock in a folder is seen by everybody who sees the folder, on whatever machine.

    It is so on a disk of this machine, and where locks are the file server's (proc(5), nfs(5), mount.lustre(8)).
    """
    best, kind, options = "", "", ""
    path = os.path.realpath(path) + "/"
    for line in _text(mounts).splitlines():
        front, _, back = line.partition(" - ")
        front_fields, back_fields = front.split(), back.split()
        if len(front_fields) > 4 and len(back_fields) > 2:
            point = re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), front_fields[4]).rstrip("/") + "/"
            if len(point) >= len(best) and path.startswith(point):
                best, kind, options = point, back_fields[0], back_fields[2]
    given = set(options.split(","))
    if kind in ("nfs", "nfs4"):
        return "local_lock=none" in given and "nolock" not in given
    return kind in LOCAL or (kind == "lustre" and "flock" in given)


def _place(document: dict[str, Any]) -> Place:
    values = (document.get(each) for each in Place._fields)
    return Place(*(each if isinstance(each, str) else "" for each in values))


def _is_held(path: str) -> bool | None:
    """Return whether another process has locked a file, None where that cannot be found out."""
    if fcntl is None:
        return None
    try:
        file = opened(path, update=True)
    except DiaryError:
        return None
    if file is None:
        return None
    with file:
        is_ours = _lock(file.fileno())
        return None if is_ours is None else not is_ours


def _lock(descriptor: int) -> bool | None:
    """Return whether this process has got the lock of a file, None where files cannot be locked."""
    if fcntl is None:
        return None
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return None
    return True


@cache
def _lasting(path: str) -> str:
    """Return the text of a file that does not change while this process lives: a sweep asks a thousand times."""
    return _text(path)


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return ""
