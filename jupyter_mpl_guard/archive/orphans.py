"""Diaries of kernels that are gone, left behind by killed servers: archived for their notebooks, or removed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from glob import escape, glob
from logging import Logger
from pathlib import Path
from typing import NamedTuple

from .. import messages
from ..agent.storage.data.entry import SUFFIX as DATA_SUFFIX
from ..agent.storage.diary import DATA, FIGURES, LAST, OUTLIVED, RECORD, STATE, UNSAVED, Diary
from ..agent.storage.disk.alive import ALIVE, Life, life_of, runs
from ..agent.storage.disk.checked_file import DiaryError, Unreadable, read_object
from ..agent.storage.disk.pictures import SUFFIX as PICTURES
from ..agent.storage.figures.figure_entry import SUFFIX
from .disk import server_lock
from .disk.obsolete import DAY, MARK, SILENT, obsolete_for_a_day, remove_obsolete
from .owner import OWNER, DiaryOwner
from .store_folder import ARCHIVE_PREFIX, clear_drafts, is_own_folder

_SEAL = "state.mac"
"""File that diaries of earlier versions have besides."""

PATIENCE = 3600.0
"""Seconds for which the diary of a dead kernel is left alone where it is not known whose it is: its server may be
restarting it."""

FOLDER_PREFIX = "mpl-guard-"
"""Beginning of the name of a diary's folder; the kernel's id follows."""

DAYS = 7.0
"""Days without a sign of life after which a kernel of another machine is considered to have ended."""

Put = Callable[[Diary, bytes, DiaryOwner], object]
"""`ArchiveStore.put_orphan`."""


def sweep(
    places: Iterable[str],
    log: Logger,
    put: Put | None = None,
    *,
    unowned: bool = True,
    notebook: str | None = None,
    days: float = DAYS,
    only_machine: bool = False,
    connections: str | None = None,
) -> Iterator[str]:
    """Archive or remove the diaries that no kernel will read again, and yield each folder that was looked at.

    Parameters
    ----------
    places : iterable of str
        Folders in which diaries are; other servers of the same user have theirs there too.
    log : logging.Logger
        Where to log what could not be removed.
    put : callable, optional
        `ArchiveStore.put_orphan`, for those whose notebook is known; without it they are removed.
    unowned : bool
        Whether to look at those whose notebook or server is not known as well.
    notebook : str, optional
        The notebook whose diaries alone are looked at: they are waited for.
    days : float
        Days without a sign of life after which a kernel of another machine is considered to have ended.
    only_machine : bool
        Whether the user says that there is no other machine.
    connections : str, optional
        The folder of the connection files; that of each diary unless it is given.
    """
    places = list(places)
    for folder in [folder for place in places for folder in folders(place)]:
        diary = Diary(folder)
        try:
            owner = DiaryOwner.of(diary)
            is_wanted = notebook is None or (owner is not None and owner.notebook == notebook)
            is_known = owner is not None and owner.server_lock
            if is_wanted and is_diary(folder, owner) and (unowned or is_known):
                is_beside = connections is None or connections == os.path.dirname(folder)
                with _facts(diary, owner, only_machine or _is_given_up(diary, days), is_beside) as facts:
                    if has_ended(facts) and os.path.isdir(folder):
                        _clear(diary, owner, put)
        except Exception as error:  # of one folder: the others must not be affected
            log.warning(messages.LOG_OLD_DIARY_NOT_REMOVED, folder, error)
        yield folder
    for place in places if notebook is None else ():
        _clear_place(place, log)
        yield place


def _clear_place(place: str, log: Logger) -> None:
    """Remove the locks and drafts of servers that have ended."""
    try:
        server_lock.clear_up(place)
        clear_drafts(Path(place))
    except OSError as error:
        log.warning(messages.LOG_ARCHIVE_TROUBLE, error)


def folders(place: str) -> list[str]:
    """Return the folders that may be diaries."""
    return glob(os.path.join(escape(place), FOLDER_PREFIX + "*"))


class DiaryFacts(NamedTuple):
    """What is known of a diary whose kernel may have ended.

    Attributes
    ----------
    life : Life
        Whether its agent lives.
    server_ended : bool
        Whether its server has ended, or no server will look after it for another reason.
    is_near : bool
        Whether it belongs to this machine, so that everything about it can be seen from here.
    is_over : bool
        Whether it would be given up even if its kernel lived elsewhere.
    """

    life: Life
    server_ended: bool
    is_near: bool
    is_over: bool


def has_ended(facts: DiaryFacts) -> bool:
    """Return whether the kernel of a diary has ended for good."""
    if facts.life is Life.ALIVE or not facts.server_ended:
        return False
    return facts.life is Life.DEAD or facts.is_over or (facts.life is Life.UNSAID and facts.is_near)


@contextmanager
def _facts(diary: Diary, owner: DiaryOwner | None, is_over: bool, is_beside: bool) -> Iterator[DiaryFacts]:
    """Yield what is known of a diary; while the block lasts, no other server knows that its server has ended."""
    life, connection_file = life_of(diary.folder, _kernel_id(diary)), _connection_file(diary)
    if owner is not None and owner.server_lock:
        is_near = server_lock.is_of_this_machine(owner.server_lock)
        if life is Life.UNSAID and is_near and _is_alive(diary):
            life = Life.ALIVE
        with server_lock.expired(os.path.dirname(diary.folder), owner.server_lock) as ended:
            yield DiaryFacts(life, ended, is_near, is_over)
    elif is_beside and _is_missing(connection_file):
        yield DiaryFacts(life, server_ended=True, is_near=True, is_over=is_over)
    else:
        is_quiet = _days_without_a_word(diary) * DAY > PATIENCE
        yield DiaryFacts(life, server_ended=is_quiet, is_near=False, is_over=is_over)


def is_diary(folder: str, owner: DiaryOwner | None) -> bool:
    """Return whether a folder is a diary: there may be others of such a name, the store of the archives for one.

    Parameters
    ----------
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
    documents = (STATE, _SEAL, RECORD, FIGURES, DATA, OWNER, OUTLIVED, ALIVE, MARK, SILENT)
    is_kept = name.endswith((SUFFIX, DATA_SUFFIX, PICTURES))
    return name.removeprefix(LAST) in documents or is_kept or name.startswith((UNSAVED, "draft."))


def _clear(diary: Diary, owner: DiaryOwner | None, put: Put | None) -> None:
    if put is not None and owner is not None and owner.kernel_id == _kernel_id(diary):
        key, kind = _key_and_kind(diary)
        if key:  # more is known than what the diary says of itself
            put(diary, key, replace(owner, key="", mac="", kind=kind))
            return
        if owner.key:
            put(diary, owner.key.encode("latin-1", "replace"), owner)
            return
    remove_obsolete(Path(diary.folder))


def _key_and_kind(diary: Diary) -> tuple[bytes, str]:
    """Return the key of a diary and the name of its kernel's specification, nothing where they are gone."""
    try:
        connection = read_object(_connection_file(diary), shared=True) or {}
    except Unreadable:
        raise
    except DiaryError:
        return b"", ""
    key, kind = (connection.get(name) for name in ("key", "kernel_name"))
    return key.encode("utf-8", "replace") if isinstance(key, str) else b"", kind if isinstance(kind, str) else ""


def _is_given_up(diary: Diary, days: float) -> bool:
    """Return whether a diary has not been written for so many days; not before that has been so for a day."""
    is_old, folder = _days_without_a_word(diary) >= days, Path(diary.folder)
    return (is_old or os.path.lexists(folder / SILENT)) and obsolete_for_a_day(folder, obsolete=is_old, name=SILENT)


def _days_without_a_word(diary: Diary) -> float:
    """Return how many days ago a file of a diary was written last.

    Raises
    ------
    OSError
        That cannot be found out now.
    """
    with os.scandir(diary.folder) as entries:
        times = [
            entry.stat(follow_symlinks=False).st_mtime for entry in entries if entry.name not in (OWNER, MARK, SILENT)
        ]
    return (time.time() - (max(times) if times else os.path.getmtime(diary.folder))) / DAY


def _is_missing(path: str) -> bool:
    """Return whether there is no such file; an error says nothing of that.

    Raises
    ------
    OSError
        It cannot be found out now.
    """
    try:
        os.lstat(path)
    except FileNotFoundError:
        return True
    return False


def _is_alive(diary: Diary) -> bool:
    """Return whether a kernel of this machine whose agent says nothing of that has outlived its server."""
    try:
        process = (diary.read(RECORD) or {}).get("process")
    except Unreadable:
        raise
    except DiaryError:
        return False
    return type(process) is int and runs(process, _kernel_id(diary))


def _kernel_id(diary: Diary) -> str:
    return os.path.basename(diary.folder).removeprefix(FOLDER_PREFIX)


def _connection_file(diary: Diary) -> str:
    return os.path.join(os.path.dirname(diary.folder), f"kernel-{_kernel_id(diary)}.json")
