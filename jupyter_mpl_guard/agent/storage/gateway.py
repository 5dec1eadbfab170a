"""Diaries that no server can see: those of kernels behind a gateway, transferred and cleared up by the agents.

A server says under which name and key the agent signs: those of the notebook, not of the kernel. So the diary of a
kernel that has ended, however it did, is what the notebook's next kernel takes over: it gives the folder its own name.
What is not taken over is removed when agents that begin there have seen for long enough that it is not written.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from glob import escape, glob
from hashlib import sha256

from .diary import OUTLIVED, STATE, Diary
from .disk.alive import Life, life_of
from .disk.checked_file import is_own_folder
from .disk.draft import remove_folder
from .kernel_diary import KernelDiary

PREFIX = "mpl-guard-"

NAMED = "for-"
"""Beginning of the name of an empty file that says for whom a diary is signed."""

ENDED = "ended"
"""Name of one whose time is that at which another kernel's agent has first seen that the diary is not written."""

MOST = 100
"""How many diaries of kernels that have ended stay in a folder."""

HOUR = 3600.0
"""Seconds for which a diary stays that is too much: its kernel may be restarting."""

DAY = 86_400.0
MIB = 2**20


def settle(diary: KernelDiary, name: str, former: str) -> None:
    """Make a kernel's diary the one that is signed for a name, and take over what an ended kernel has left for it.

    Parameters
    ----------
    diary : KernelDiary
        The kernel's diary.
    name : str
        For whom it is signed.
    former : str
        Id of a kernel of which it is known that it has ended, "" where there is none.
    """
    mark = NAMED + sha256(name.encode()).hexdigest()[:32]
    diary.mark_with(mark)
    if os.path.lexists(diary.folder):
        diary.discard(ENDED)
        return
    with suppress(OSError):
        for folder in sorted(_diaries(diary.folder, mark), key=_written, reverse=True):
            life = life_of(folder, _kernel_id(folder))
            if life is Life.DEAD or (life is not Life.ALIVE and _kernel_id(folder) == former):
                old = Diary(folder)
                for each in (STATE, OUTLIVED, ENDED):  # they are the other kernel's
                    old.discard(each)
                os.rename(folder, diary.folder)
                return


def clearing(diary: Diary, days: float, limit: float) -> Iterable[Callable[[], object]]:
    """Return pieces of work that remove what ended kernels have left beside a diary and is not taken over.

    Parameters
    ----------
    diary : Diary
        The diary of the kernel whose agent does the work.
    days : float
        Days after which it is removed.
    limit : float
        MiB that all of it may take.
    """
    ended: list[tuple[float, int, str]] = []

    def look_at(folder: str) -> None:
        since = _ended_since(folder, days)
        if since is not None:
            ended.append((since, _size(folder), folder))

    def remove() -> None:
        room, now = limit * MIB, time.time()
        for number, (since, size, folder) in enumerate(sorted(ended, reverse=True), 1):
            room -= size
            is_too_much = number > MOST or room < 0
            if now - since >= (min(days * DAY, HOUR) if is_too_much else days * DAY):
                with suppress(OSError):
                    remove_folder(folder)

    others = (each for each in _diaries(diary.folder, NAMED + "*") if each != diary.folder)
    return [*((lambda folder=folder: look_at(folder)) for folder in others), remove]


def _diaries(beside: str, mark: str) -> list[str]:
    """Return the user's own folders with such a mark in the folder in which a diary is."""
    pattern = os.path.join(escape(os.path.dirname(beside)), PREFIX + "*", mark)
    folders = [os.path.dirname(path) for path in glob(pattern)]
    return [folder for folder in folders if is_own_folder(os.lstat(folder))]


def _ended_since(folder: str, days: float) -> float | None:
    """Return when a diary was first seen not to be written any more, None where it is or may be."""
    diary, now = Diary(folder), time.time()
    life = life_of(folder, _kernel_id(folder))
    if life is Life.ALIVE or (life is not Life.DEAD and now - _written(folder) < days * DAY):
        diary.discard(ENDED)
        return None
    mark = os.path.join(folder, ENDED)
    try:
        since = os.lstat(mark).st_mtime
    except FileNotFoundError:
        since = None
    if since is None or since > now:  # the clock was ahead then
        diary.note(ENDED)
        os.utime(mark, (now, now))  # by this clock, which may not be that of the disk
        since = now
    return since


def _written(folder: str) -> float:
    """Return when a file of a diary was written last, in seconds since the epoch."""
    with os.scandir(folder) as entries:
        return max((entry.stat(follow_symlinks=False).st_mtime for entry in entries if entry.name != ENDED), default=0)


def _size(folder: str) -> int:
    with os.scandir(folder) as entries:
        return sum(entry.stat(follow_symlinks=False).st_size for entry in entries)


def _kernel_id(folder: str) -> str:
    return os.path.basename(folder)[len(PREFIX) :]
