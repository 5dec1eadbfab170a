"""A notebook's days: its kernels plot, end and are followed by others, and what was saved last has to be found."""

from __future__ import annotations

import json
import logging
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from jupyter_mpl_guard.agent.protocol import EMPTY_SETTINGS
from jupyter_mpl_guard.agent.storage import settings_record
from jupyter_mpl_guard.agent.storage.diary import Diary
from jupyter_mpl_guard.agent.storage.disk import flush
from jupyter_mpl_guard.agent.storage.figure_list import FigureList
from jupyter_mpl_guard.agent.storage.figures.figure_entry import FigureDescription, FigureEntry
from jupyter_mpl_guard.agent.storage.figures.saved_figures import SavedFigures
from jupyter_mpl_guard.agent.storage.kernel_diary import KernelDiary
from jupyter_mpl_guard.agent.storage.settings_record import SettingsRecord
from jupyter_mpl_guard.agent.storage.signed_file import Unusable
from jupyter_mpl_guard.archive.disk.server_lock import ServerLock
from jupyter_mpl_guard.archive.orphans import sweep
from jupyter_mpl_guard.archive.owner import DiaryOwner, write_if_changed
from jupyter_mpl_guard.archive.store import ArchiveStore

flush.DELAY = 0.002
"""A story is short: what is saved has to reach the disk in it."""

LOG = logging.getLogger("torture")
LOG.disabled = True

NOTEBOOK = "/work/day.ipynb"


class Found(NamedTuple):
    """Which generation of settings and which of figures is there; -1 for none."""

    settings: int
    figures: int


class Machine:
    """A runtime folder and a store in a folder, and the servers and kernels that work there."""

    def __init__(self, place: Path) -> None:
        self.runtime, self.kept = place / "runtime", place / "kept"
        self.runtime.mkdir(mode=0o700, exist_ok=True)

    def store(self) -> ArchiveStore:
        """Return the store as a new server has it."""
        return ArchiveStore(str(self.kept), days=7.0, limit=64.0, log=LOG)

    def find(self, notebook: str = NOTEBOOK) -> Found:
        """Do what the next server does at its start and for the notebook's next kernel; return what that finds."""
        store, lock = self.store(), ServerLock(str(self.runtime))
        list(sweep([str(self.runtime)], LOG, store.put_orphan))
        if self.kept.exists():
            store.expire()
        diary, key = Diary(str(self.runtime / f"mpl-guard-{secrets.token_hex(4)}")), secrets.token_bytes(16)
        kernel_id = diary.folder.rpartition("-")[2]
        store.take(notebook, diary, kernel_id, key, server_lock=lock.name)
        found = read(diary, kernel_id, key)
        lock.release()
        return found


def read(diary: Diary, kernel_id: str, key: bytes) -> Found:
    """Return what a kernel finds in its diary."""
    settings = settings_record.read(diary, kernel_id, key).settings.get("rc_params", {}).get("figure.dpi", -1)
    figures = FigureList(diary, kernel_id, key)
    try:
        entries = (figures.read() or SavedFigures()).groups
        pickles = [figures.load(each) for each in entries if each.file]
    except Unusable:
        pickles = []
    return Found(int(settings), int(pickles[0].split()[0]) if pickles else -1)


def kernel(
    machine: Machine, store: ArchiveStore, lock: ServerLock, notebook: str, saved: Callable[[int], None], first: int
) -> int:
    """Simulate one kernel from its start to its archive; return the generation that it has saved last."""
    kernel_id, key = secrets.token_hex(4), secrets.token_hex(16).encode()
    connection_file = machine.runtime / f"kernel-{kernel_id}.json"
    generation = first
    diary = KernelDiary(str(machine.runtime / f"mpl-guard-{kernel_id}"))
    try:
        connection_file.write_text(json.dumps({"key": key.decode()}))
        list(sweep([str(machine.runtime)], LOG, store.put_orphan, unowned=False))
        store.take(notebook, diary, kernel_id, key, server_lock=lock.name)
        owner = DiaryOwner(notebook, kernel_id, lock.name)
        write_if_changed(diary, store.sealed(owner, key))
        diary.begin()
        figures = FigureList(diary, kernel_id, key)
        try:
            offered = (figures.read() or SavedFigures()).groups
        except Unusable:
            offered = ()
        figures.offered = [each for each in offered if each.file]
        for _ in range(3):
            try:
                save(diary, figures, kernel_id, key, generation + 1)
            except OSError as error:
                diary.note_unsaved(error)
                continue
            generation += 1
            saved(generation)
            if diary.settle():
                figures.clear()
        connection_file.unlink()
        while not store.put(diary, key, owner) and Path(diary.folder).exists():
            if generation == first:
                break
            time.sleep(0.001)
    except OSError:
        pass  # the kernel has died of it, or has no agent
    return generation


def save(diary: KernelDiary, figures: FigureList, kernel_id: str, key: bytes, generation: int) -> None:
    """Save one generation of settings and figures, as an agent does after a cell."""
    settings = {**EMPTY_SETTINGS, "rc_params": {"figure.dpi": float(generation)}}
    settings_record.write(diary, SettingsRecord(settings, process=os.getpid()), kernel_id, key)
    with figures.new_file() as file:
        file.write(f"{generation} ".encode() + bytes(30_000))
        name, mac, size = file.keep()
    described = (FigureDescription("fig", 1, ("fig",)),)
    figures.offered = []
    figures.write([FigureEntry(described, file=name, mac=mac, size=size, current=True)], [1])
