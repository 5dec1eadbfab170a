"""An error that passes, a clock that is wrong for once, and another server at the same moment lose nothing."""

from __future__ import annotations

import errno
import json
import os
import threading
import time
from pathlib import Path

import pytest
from archived_plots import DPI, LOG, a_day_later

from jupyter_mpl_guard.agent.storage import diary as diary_module
from jupyter_mpl_guard.agent.storage.diary import FIGURES, RECORD, Diary, DiaryError, Unreadable
from jupyter_mpl_guard.agent.storage.disk.alive import ALIVE
from jupyter_mpl_guard.archive import store_folder
from jupyter_mpl_guard.archive.disk.obsolete import MARK
from jupyter_mpl_guard.archive.disk.secret import SECRET
from jupyter_mpl_guard.archive.orphans import sweep
from jupyter_mpl_guard.archive.owner import OWNER, DiaryOwner

WHOLE = (DPI, {"fig0": b"a figure"}, {})


@pytest.fixture
def errors(monkeypatch):
    """Make opening a file with a given suffix fail with a given error, a given number of times."""
    real, planned = os.open, []

    def fail(path, *args, **kwargs):
        for plan in planned:
            if plan[2] > 0 and os.fspath(path).endswith(plan[0]):
                plan[2] -= 1
                raise OSError(plan[1], os.strerror(plan[1]), path)
        return real(path, *args, **kwargs)

    monkeypatch.setattr(diary_module.os, "open", fail)

    def errors(name, number, times=1):
        planned[:] = [[name, number, times]]

    return errors


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.EMFILE, errno.EACCES, errno.ENOMEM])
@pytest.mark.parametrize("name", [OWNER, RECORD, FIGURES, SECRET, ".figures"])
@pytest.mark.parametrize("times", [1, 100])
def test_what_cannot_be_read_now_is_there_when_it_can(store, left, taken, runtime, errors, name, number, times):
    # While the diary is archived, while it is looked for by the next server, while archives are looked through and one
    # is taken; and again without errors.
    for kernel_id in ("first", "second"):
        diary, key, owner = left(kernel_id)
        store().sealed(owner, key).write(diary)  # when the kernel has started
        errors(name, number, times)
        store().put(diary, key, owner)
        list(sweep([str(runtime)], LOG, store().put_orphan))
        errors(name, number, times)
        store().expire()
        errors(name, number, times)
        took = taken(store(), kernel_id="new")
        errors(name, number, 0)
        if took is None:
            list(sweep([str(runtime)], LOG, store().put_orphan))
            took = taken(store(), kernel_id="new")
        assert took == WHOLE
        Diary(str(runtime / "mpl-guard-new")).remove()


def test_a_damaged_owner_costs_nobody_else_anything_and_goes_after_a_day(store, left, taken, tmp_path):
    store().put(*left())
    bad = tmp_path / "kept" / "mpl-guard-kept-0000000000000000"
    bad.mkdir(mode=0o700)
    (bad / OWNER).write_text("[" * 200_000)
    store().expire()
    assert (bad / MARK).exists()
    (bad / OWNER).write_text(json.dumps(DiaryOwner("/work/night.ipynb", "k", "", time.time()).to_json()))
    store().expire()
    assert not (bad / MARK).exists()  # it was not damaged
    (bad / OWNER).write_text("")
    store().expire()
    a_day_later(bad)
    assert taken(store()) == WHOLE
    assert not bad.exists()


@pytest.mark.parametrize("text", ['{"process": Infinity}', "[" * 200_000, '{"process": 1e400}', "\0", ""])
@pytest.mark.parametrize("name", [RECORD, ALIVE, FIGURES])
def test_a_damaged_diary_keeps_nothing_from_the_others(store, left, taken, runtime, name, text):
    for kernel_id, notebook in (("a", "/work/a.ipynb"), ("b", "/work/b.ipynb"), ("c", "/work/day.ipynb")):
        diary, key, owner = left(kernel_id, notebook=notebook)
        store().sealed(owner, key).write(diary)
    (runtime / "mpl-guard-a" / name).write_text(text)
    list(sweep([str(runtime)], LOG, store().put_orphan))
    assert taken(store()) == WHOLE


def test_an_error_of_any_kind_in_one_folder_ends_with_it(store, left, taken, runtime, monkeypatch, warnings):
    for kernel_id, notebook in (("a", "/work/a.ipynb"), ("c", "/work/day.ipynb")):
        diary, key, owner = left(kernel_id, notebook=notebook)
        store().sealed(owner, key).write(diary)
    of = DiaryOwner.of

    def fail(diary):
        if diary.folder.endswith("-a"):
            raise OverflowError("cannot convert float infinity to integer")
        return of(diary)

    monkeypatch.setattr(DiaryOwner, "of", fail)
    list(sweep([str(runtime)], LOG, store().put_orphan))
    assert taken(store()) == WHOLE
    assert "infinity" in warnings[0].getMessage()
    assert (runtime / "mpl-guard-a").exists()


@pytest.mark.parametrize("first", [True, False])
def test_what_is_lost_does_not_take_the_place_of_what_is_there(store, left, taken, runtime, first):
    good, bad = left("good"), left("bad")
    (runtime / "mpl-guard-bad" / RECORD).write_text("{}")
    (runtime / "mpl-guard-bad" / FIGURES).write_text("{}")
    for each in (bad, good) if first else (good, bad):
        store().put_orphan(*each)
    assert taken(store()) == WHOLE


@pytest.mark.parametrize("days", [10, -10, 400])
def test_a_clock_that_is_wrong_for_once_removes_nothing(store, left, taken, runtime, tmp_path, monkeypatch, days):
    now = time.time
    store().put(*left())
    diary = left("other", notebook="/work/other.ipynb")[0]
    DiaryOwner("/work/other.ipynb", "other", "mpl-guard.server-elsewhere-x").write(diary)
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: now() + days * 86400)
        for _ in range(3):
            store().expire()
            list(sweep([str(runtime)], LOG, store().put_orphan))
    store().expire()
    assert taken(store()) == WHOLE
    assert Path(diary.folder).exists()  # its kernel may live on another machine


def test_what_a_clock_that_was_ahead_has_archived_is_not_newer_for_ever(store, left, taken, monkeypatch):
    now = time.time
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: now() + 10 * 86400)
        store().put(*left("first", pickles=(b"old",)))
    with monkeypatch.context() as patch:
        patch.setattr(store_folder, "remove", lambda folder: None)  # killed here
        store().put(*left("second", pickles=(b"new",)))
    assert taken(store())[1] == {"fig0": b"new"}


def test_what_a_killed_container_has_left_does_not_replace_what_was_saved_later(store, left, taken, runtime):
    killed, key, owner = left("killed", pickles=(b"older",))
    store().sealed(owner, key).write(killed)
    for file in Path(killed.folder).iterdir():
        os.utime(file, (time.time() - 60,) * 2)
    store().put(*left("later", pickles=(b"newer",)))
    list(sweep([str(runtime)], LOG, store().put_orphan))
    assert not Path(killed.folder).exists()
    assert taken(store())[1] == {"fig0": b"newer"}
    killed, key, owner = left("killed again", pickles=(b"newest",))
    store().sealed(owner, key).write(killed)
    list(sweep([str(runtime)], LOG, store().put_orphan))
    assert taken(store(), kernel_id="third")[1] == {"fig0": b"newest"}


@pytest.mark.parametrize("locks", [True, False])
def test_servers_that_keep_something_for_the_first_time_at_once_lose_nothing(
    store, left, taken, tmp_path, monkeypatch, locks
):
    if not locks:
        monkeypatch.setattr(store_folder.StoreFolder, "alone", lambda self: threading.Semaphore(99))
    for turn in range(20):
        kept, start = f"kept{turn}", threading.Barrier(2)
        diaries = [left(f"{turn}-{n}", notebook=f"/work/{n}.ipynb") for n in range(2)]

        def put(diary, key, owner, kept=kept, start=start):
            start.wait(30)
            while not store(folder=kept).put(diary, key, owner):
                pass

        threads = [threading.Thread(target=put, args=each) for each in diaries]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert [taken(store(folder=kept), f"/work/{n}.ipynb", f"new{turn}-{n}") for n in range(2)] == [WHOLE] * 2


def test_a_secret_that_was_never_written_is_made_anew(store, left, taken, tmp_path):
    (tmp_path / "kept").mkdir(mode=0o700)
    (tmp_path / "kept" / SECRET).touch(mode=0o600)
    os.utime(tmp_path / "kept" / SECRET, (time.time() - 3600,) * 2)
    store().put(*left())
    assert taken(store()) == WHOLE


def test_what_cannot_be_read_now_is_told_from_what_is_damaged(tmp_path, errors):
    diary = Diary(str(tmp_path))
    (tmp_path / "damaged.json").write_text("{")
    (tmp_path / "link.json").symlink_to(tmp_path / "damaged.json")
    (tmp_path / "folder.json").mkdir()
    for name in ("damaged.json", "link.json", "folder.json"):
        with pytest.raises(DiaryError) as told:
            diary.read(name)
        assert not isinstance(told.value, Unreadable)
    errors("damaged.json", errno.ESTALE)
    with pytest.raises(Unreadable):
        diary.read("damaged.json")
