"""What a kernel leaves for the next one of its notebook, and the store that keeps it in between."""

from __future__ import annotations

import json
import logging
import os
import time
from pathlib import Path

import pytest

from jupyter_mpl_guard.agent.protocol import EMPTY_SETTINGS
from jupyter_mpl_guard.agent.storage import settings_record, signing
from jupyter_mpl_guard.agent.storage.diary import FIGURES, STATE, Diary
from jupyter_mpl_guard.agent.storage.figure_list import FigureList
from jupyter_mpl_guard.agent.storage.figures.figure_entry import SUFFIX, FigureDescription, FigureEntry
from jupyter_mpl_guard.agent.storage.figures.saved_figures import SavedFigures
from jupyter_mpl_guard.agent.storage.settings_record import SettingsRecord
from jupyter_mpl_guard.archive.disk.obsolete import DAY, MARK, SILENT
from jupyter_mpl_guard.archive.owner import OWNER, DiaryOwner
from jupyter_mpl_guard.archive.store import ArchiveStore

KEY, NEW_KEY = b"the old kernel's key", b"the new kernel's key"
DPI = {**EMPTY_SETTINGS, "backend": "agg", "rc_params": {"figure.dpi": 137.0}}
LOG = logging.getLogger("archives")


@pytest.fixture
def runtime(tmp_path):
    """Make a runtime folder."""
    (tmp_path / "runtime").mkdir()
    return tmp_path / "runtime"


@pytest.fixture
def store(tmp_path):
    """Make the store of a server, or of another one."""

    def store(*, days=7.0, limit=1024.0, folder="kept"):
        return ArchiveStore(str(tmp_path / folder), days=days, limit=limit, log=LOG)

    return store


@pytest.fixture
def warnings():
    """Yield the list of the warnings that are logged."""
    records = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = records.append
    LOG.addHandler(handler)
    yield records
    LOG.removeHandler(handler)


@pytest.fixture
def left(runtime):
    """Write what a kernel leaves: settings, and one group of figures for each content of a pickle."""

    def left(kernel_id="old", pickles=(b"a figure",), notebook="/work/day.ipynb", offered=(), kind="", **details):
        diary = Diary(str(runtime / f"mpl-guard-{kernel_id}"))
        settings_record.write(diary, SettingsRecord(**{"settings": DPI, "process": 1, **details}), kernel_id, KEY)
        groups = [_save(diary, kernel_id, f"fig{n}", data) for n, data in enumerate(pickles)]
        waiting = [_save(diary, kernel_id, f"old{n}", data) for n, data in enumerate(offered)]
        _write_list(diary, kernel_id, KEY, groups, waiting)
        diary.write(STATE, {"kernel_id": kernel_id, "incarnation": 3, **DPI})
        return diary, KEY, DiaryOwner(notebook, kernel_id, kind=kind)

    return left


@pytest.fixture
def taken(runtime):
    """Take a notebook's archive for a new kernel, and read it as its agent will: settings, pickles, what is missing."""

    def taken(store, notebook="/work/day.ipynb", kernel_id="new", kind=""):
        diary = Diary(str(runtime / f"mpl-guard-{kernel_id}"))
        if not store.take(notebook, diary, kernel_id, NEW_KEY, kind):
            assert not Path(diary.folder).exists()
            return None
        assert diary.read(STATE) is None
        last = settings_record.read(diary, kernel_id, NEW_KEY)
        kept = FigureList(diary, kernel_id, NEW_KEY)
        entries = (kept.read() or SavedFigures()).groups
        loaded = {each.title: kept.load(each) for each in entries if each.file}
        missing = [*last.missing, *(each for entry in entries if not entry.file for each in entry.missing)]
        return last.settings, loaded, {each.what: each.why for each in missing}

    return taken


def _save(diary, kernel_id, name, data):
    mac = signing.signature(KEY, kernel_id, data)
    file = mac[:32] + SUFFIX
    with diary.draft() as draft:
        draft.write(data)
        draft.keep(file)
    figures = (FigureDescription(name, 1, (name,)),)
    return FigureEntry(figures, names=(name,), file=file, mac=mac, size=len(data), current=True)


def _write_list(diary, name, key, groups, offered=()):
    diary.write(FIGURES, SavedFigures(groups=tuple(groups), offered=tuple(offered)).signed(name, key))


def archives_in(tmp_path, folder="kept"):
    """Return the archives in a store."""
    return sorted((tmp_path / folder).glob("mpl-guard-kept-*"))


def age(archive, days):
    """Make an archive `days` days old."""
    owner = json.loads((archive / OWNER).read_text())
    (archive / OWNER).write_text(json.dumps(owner | {"kept_at": time.time() - days * 86400}))


def a_day_later(folder):
    """Backdate by a day the marks of folders that were found to be of no use."""
    for name in (MARK, SILENT):
        for mark in Path(folder).rglob(name):
            os.utime(mark, (mark.stat().st_mtime - DAY,) * 2)


def by_notebook(tmp_path):
    """Return the archives in a store by their notebooks."""
    return {json.loads((each / OWNER).read_text())["notebook"]: each for each in archives_in(tmp_path)}
