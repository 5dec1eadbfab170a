"""What is saved reaches the disk without blocking anything, and until then what was there before stays."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest
from aftermath import AGG, crash, until, untrue

from jupyter_mpl_guard.agent.protocol import EMPTY_SETTINGS
from jupyter_mpl_guard.agent.storage import settings_record
from jupyter_mpl_guard.agent.storage.diary import FIGURES, RECORD, Diary
from jupyter_mpl_guard.agent.storage.disk import flush
from jupyter_mpl_guard.agent.storage.disk.flush import Flusher
from jupyter_mpl_guard.agent.storage.figure_list import FigureList
from jupyter_mpl_guard.agent.storage.figures.figure_entry import SUFFIX, FigureDescription, FigureEntry
from jupyter_mpl_guard.agent.storage.kernel_diary import KernelDiary
from jupyter_mpl_guard.agent.storage.sentences import NOT_ON_DISK
from jupyter_mpl_guard.agent.storage.settings_record import SettingsRecord

KEY = b"key"


@pytest.fixture
def disk(monkeypatch):
    """Replace ``os.fsync`` by one that blocks until the test lets it go on."""

    class Disk:
        def __init__(self):
            self.open, self.taken, self.error = threading.Event(), [], None

        def fsync(self, descriptor):
            assert self.open.wait(30)
            if self.error is not None:
                raise OSError(self.error, os.strerror(self.error))
            self.taken.append(os.path.basename(os.readlink(f"/proc/self/fd/{descriptor}")))

    disk = Disk()
    monkeypatch.setattr(flush.os, "fsync", disk.fsync)
    monkeypatch.setattr(flush, "DELAY", 0.01)
    yield disk
    disk.error = None
    disk.open.set()


@pytest.fixture
def diary(tmp_path):
    """Make the diary of a kernel's agent."""
    return KernelDiary(str(tmp_path / "diary"))


def saved(diary, figures, data):
    """Save a figure's pickle, list it, and return the name of its file."""
    with figures.new_file() as file:
        file.write(data)
        name, mac, size = file.keep()
    figures.write([FigureEntry((FigureDescription("a", 1, ("a",)),), file=name, mac=mac, size=size, current=True)], [1])
    return name


def pickles(diary):
    return {name for name in diary.names() if name.endswith(SUFFIX)}


def read(diary):
    """Return the pickle that the next incarnation finds, and what it names as missing."""
    figures = FigureList(Diary(diary.folder), "id", KEY)  # only looks
    found = figures.read()
    return figures.load(found.groups[0]), [each.why for each in found.missing]


async def test_the_former_state_stays_until_the_new_one_is_on_the_disk(diary, disk):
    figures = FigureList(diary, "id", KEY)
    disk.open.set()
    first = saved(diary, figures, b"first")
    await until(diary.settle)
    disk.open.clear()
    second, third = saved(diary, figures, b"second"), saved(diary, figures, b"third")
    assert pickles(diary) == {first, third}  # not more than two of each, however slow the disk is
    assert not diary.settle()
    assert read(diary) == (b"third", [])  # the kernel has died
    for name in (third, FIGURES):  # the machine has stopped: what was not flushed is there by its name only
        Path(diary.folder, name).write_bytes(b"")
        assert read(diary) == (b"first", [NOT_ON_DISK])
    third = saved(diary, figures, b"thirdly")
    disk.open.set()
    await until(diary.settle)
    figures.clear()
    assert (pickles(diary), diary.keeps_former(FIGURES)) == ({third}, False)
    assert {third, FIGURES, "diary"} <= set(disk.taken)
    assert second != third


async def test_a_disk_that_fails_keeps_what_was_there_before(diary, disk):
    figures = FigureList(diary, "id", KEY)
    disk.open.set()
    saved(diary, figures, b"first")
    await until(diary.settle)
    disk.error = errno.EIO
    saved(diary, figures, b"second")
    await until(lambda: not diary._flusher._works)
    assert not diary.settle()
    assert (len(pickles(diary)), diary.keeps_former(FIGURES)) == (2, True)
    disk.error = None
    third = saved(diary, figures, b"third")
    await until(diary.settle)
    figures.clear()
    assert pickles(diary) == {third}


async def test_settings_are_the_old_or_the_new(diary, disk):
    old, new = ({**EMPTY_SETTINGS, "rc_params": {"figure.dpi": dpi}} for dpi in (91.0, 137.0))
    looked = Diary(diary.folder)
    disk.open.set()
    settings_record.write(diary, SettingsRecord(old), "id", KEY)
    await until(diary.settle)
    disk.open.clear()
    settings_record.write(diary, SettingsRecord(new), "id", KEY)
    assert settings_record.read(looked, "id", KEY).settings == new
    Path(diary.folder, RECORD).write_bytes(b"")
    last = settings_record.read(looked, "id", KEY)
    assert (last.settings, last.missing[-1].why) == (old, NOT_ON_DISK)
    Path(diary.folder, RECORD).unlink()  # killed between the two names
    assert settings_record.read(looked, "id", KEY).settings == old


async def test_the_next_incarnation_brings_to_the_disk_what_the_last_one_has_not(diary, disk):
    figures = FigureList(diary, "id", KEY)
    disk.open.set()
    saved(diary, figures, b"first")
    await until(diary.settle)
    disk.open.clear()
    second = saved(diary, figures, b"second")
    again = KernelDiary(diary.folder)
    disk.taken.clear()
    disk.open.set()
    again.begin()
    figures = FigureList(again, "id", KEY)
    assert figures.read().files == {second}
    await until(again.settle)
    figures.clear()
    assert (pickles(again), again.keeps_former(FIGURES)) == ({second}, False)


async def test_what_the_machine_has_left_is_there_until_something_newer_is(diary, disk):
    old, new = ({**EMPTY_SETTINGS, "rc_params": {"figure.dpi": dpi}} for dpi in (91.0, 137.0))
    disk.open.set()
    figures = FigureList(diary, "id", KEY)
    settings_record.write(diary, SettingsRecord(old), "id", KEY)
    saved(diary, figures, b"first")
    await until(diary.settle)
    disk.open.clear()
    settings_record.write(diary, SettingsRecord(new), "id", KEY)
    saved(diary, figures, b"second")
    for name in (RECORD, FIGURES):
        Path(diary.folder, name).write_bytes(b"")
    disk.open.set()
    for turn in range(3):  # incarnations that save nothing
        again = KernelDiary(diary.folder)
        again.begin()
        last, kept = settings_record.read(again, "id", KEY), FigureList(again, "id", KEY)
        found = kept.read()
        assert (last.settings, kept.load(found.groups[0])) == (old, b"first")
        if turn == 0:
            assert [each.why for each in (last.missing[-1], *found.missing)] == [NOT_ON_DISK] * 2
        await until(lambda again=again: again._flusher is None or again.settle())
        kept.clear()


def test_the_thread_is_gone_when_there_is_nothing_to_flush(tmp_path, disk):
    done = threading.Event()
    flusher = Flusher(str(tmp_path), done.set)
    before = threading.active_count()
    for n in range(3):
        (tmp_path / str(n)).touch()
        flusher.note(str(n))
    assert (threading.active_count(), flusher.is_done) == (before, False)
    disk.open.set()
    assert done.wait(30)
    assert flusher.is_done
    assert disk.taken.count(tmp_path.name) <= 3


async def test_no_cell_waits_for_the_disk(start_kernel):
    slow = "import os as _os\n_os.fsync = lambda descriptor: __import__('time').sleep(3)"
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig, ax = plt.subplots()")
        await until(lambda: kernel.diary.names() and not kernel.diary.keeps_former(FIGURES))
        await kernel.run(slow, silent=True)
        await kernel.run("from time import perf_counter; began = perf_counter(); ax.set_title('new')")
        await kernel.run("1")
        assert await kernel.value("perf_counter() - began < 2.5") is True
        assert kernel.diary.keeps_former(FIGURES)
        await crash(kernel)
        assert await untrue(kernel, "ax.get_title() == 'new'") == {}
        await until(lambda: not kernel.diary.keeps_former(FIGURES))
