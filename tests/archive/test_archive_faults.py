"""Disks that are full, folders that cannot be written, and servers that work on the same archives at the same time."""

from __future__ import annotations

import errno
import json
import logging
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest
from aftermath import until
from archived_plots import DPI, KEY, LOG, a_day_later, age, archives_in, by_notebook
from server_notebooks import guard_of, is_yesterdays

from jupyter_mpl_guard.agent.storage.diary import RECORD, UNSAVED, Diary
from jupyter_mpl_guard.archive import index as archive_index
from jupyter_mpl_guard.archive import store as archive_store
from jupyter_mpl_guard.archive import store_folder
from jupyter_mpl_guard.archive.orphans import sweep
from jupyter_mpl_guard.archive.owner import OWNER, DiaryOwner, seal

SECRET = b"the secret of the store"


def full(*args, **kwargs):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_diary_that_cannot_be_archived_stays_sealed_and_is_archived_later(
    store, left, taken, tmp_path, runtime, monkeypatch, warnings
):
    diary, *whose = left()
    with monkeypatch.context() as patch:
        patch.setattr(archive_store, "transfer", full)
        assert store().put(diary, *whose) is False
    assert (archives_in(tmp_path), DiaryOwner.of(diary).key) == ([], KEY.decode())
    assert "stay where they are" in warnings[0].getMessage()
    list(sweep([str(runtime)], LOG, store().put))  # of the next server: the connection file is gone
    assert list(runtime.iterdir()) == []
    assert taken(store())[:2] == (DPI, {"fig0": b"a figure"})


def test_a_disk_without_room_for_a_new_file_has_room_for_the_seal(left, monkeypatch):
    diary, key, owner = left()
    with monkeypatch.context() as patch:
        patch.setattr(Diary, "write", full)
        with pytest.raises(OSError, match="No space"):
            seal(diary, owner, key, SECRET)  # there was no owner, so nothing can be written over
    DiaryOwner("a much longer name of a notebook" * 9, owner.kernel_id).write(diary)
    with monkeypatch.context() as patch:
        patch.setattr(Diary, "write", full)
        seal(diary, owner, key, SECRET)
    assert DiaryOwner.of(diary) == owner.sealed(key, SECRET)


def test_an_owner_is_on_the_disk_before_it_takes_the_place_of_another(left, monkeypatch):
    """A power cut finds the bytes of a file that was renamed without that as zeros, and no other copy of the owner."""
    diary, key, owner = left()
    seal(diary, owner, key, SECRET)
    path, flushed, found = os.path.join(diary.folder, OWNER), set(), []
    fsync, rename = os.fsync, os.replace

    def noted_fsync(descriptor):
        flushed.add(os.fstat(descriptor).st_ino)
        return fsync(descriptor)

    def noted_rename(source, target):
        found.append((target, os.stat(source).st_ino in flushed))
        return rename(source, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "replace", noted_rename)
    seal(diary, owner, key, SECRET)
    assert found == []  # it says so already
    seal(diary, replace(owner, notebook="/of/another/name.ipynb"), key, SECRET)
    assert found == [(path, True)]
    assert os.stat(diary.folder).st_ino in flushed


def test_a_diary_that_can_never_be_archived_gets_no_older_than_archives(store, left, monkeypatch):
    diary, *whose = left()
    monkeypatch.setattr(archive_store, "transfer", full)
    for days in (6.9, 7.1):
        for file in Path(diary.folder).iterdir():
            os.utime(file, (time.time() - days * 86400,) * 2)
        assert store().put(diary, *whose) is False
    a_day_later(diary.folder)
    assert store().put(diary, *whose) is True
    assert not Path(diary.folder).exists()


async def test_plots_that_could_not_be_archived_come_back_when_their_notebook_is_opened_again(
    plotted, opened, found, fetch_json, jp_serverapp, jp_runtime_dir, kept, monkeypatch
):
    session = await plotted()
    with monkeypatch.context() as patch:
        patch.setattr(archive_store, "transfer", full)
        assert (await fetch_json("DELETE", "api", "sessions", session["id"], request_timeout=60))[0] == 204
        await guard_of(jp_serverapp).kernels.ended()
    diary = Path(jp_runtime_dir) / f"mpl-guard-{session['kernel']['id']}"
    assert (kept(), diary.exists()) == ([], True)
    assert is_yesterdays(await found(await opened()))
    assert not diary.exists()


async def test_plots_that_could_not_be_archived_follow_their_notebook_and_go_with_it(
    plotted, opened, ended, found, fetch_json, jp_serverapp, jp_runtime_dir, kept, monkeypatch
):
    sessions = [await plotted("day.ipynb"), await plotted("night.ipynb")]
    with monkeypatch.context() as patch:
        patch.setattr(archive_store, "transfer", full)
        for session in sessions:
            assert (await fetch_json("DELETE", "api", "sessions", session["id"], request_timeout=60))[0] == 204
        await guard_of(jp_serverapp).kernels.ended()
        assert (await fetch_json("DELETE", "api", "contents", "night.ipynb"))[0] == 204
        assert (await fetch_json("PATCH", "api", "contents", "day.ipynb", body={"path": "noon.ipynb"}))[0] == 200
        await until(lambda: len(list(Path(jp_runtime_dir).glob("mpl-guard-*"))) == 1)
    assert is_yesterdays(await found(await opened("noon.ipynb")))


@pytest.mark.parametrize("moment", ["the owner is read", "the sizes are read", "the files are read"])
def test_what_another_server_removes_meanwhile_keeps_nothing_from_its_notebook(
    store, left, taken, tmp_path, monkeypatch, moment
):
    for n, notebook in enumerate(("/work/other.ipynb", "/work/day.ipynb")):
        store().put(*left(f"kernel{n}", notebook=notebook))
        age(by_notebook(tmp_path)[notebook], 1 - n)
    other = by_notebook(tmp_path)["/work/other.ipynb"]

    def vanish(original):
        def call(*args, **kwargs):
            shutil.rmtree(other, ignore_errors=True)
            return original(*args, **kwargs)

        return call

    place, name = {
        "the owner is read": (store_folder.DiaryOwner, "of"),
        "the sizes are read": (archive_index, "_size"),
        "the files are read": (archive_store, "transfer"),
    }[moment]
    with monkeypatch.context() as patch:
        patch.setattr(place, name, vanish(getattr(place, name)))
        restored = taken(store())
    assert restored[1] == {"fig0": b"a figure"}
    assert not other.exists()


def test_of_two_archives_of_a_notebook_the_one_that_is_still_there_counts(store, left, taken, tmp_path, monkeypatch):
    for n, notebook in enumerate(("/work/a.ipynb", "/work/day.ipynb")):
        store().put(*left(f"kernel{n}", pickles=(b"%d" % n,), notebook=notebook))
    older, newer = (by_notebook(tmp_path)[name] for name in ("/work/a.ipynb", "/work/day.ipynb"))
    owner = json.loads((older / OWNER).read_text())
    (older / OWNER).write_text(json.dumps(owner | {"notebook": "/work/day.ipynb", "kept_at": time.time() - 60}))
    transfer = archive_store.transfer

    def take_first(old, *args):
        if old.name == newer.name:
            shutil.rmtree(newer)
        return transfer(old, *args)

    monkeypatch.setattr(archive_store.ArchiveStore, "expire", lambda self: None)  # it would remove the older one
    monkeypatch.setattr(archive_store, "transfer", take_first)
    assert taken(store())[1] == {"fig0": b"0"}


@pytest.mark.parametrize("folder", ["mpl-guard-archives", "mpl-guard", "."])
def test_a_store_in_the_runtime_folder_is_no_orphan(store, left, taken, runtime, folder):
    in_runtime = str(runtime / folder)
    store(folder=in_runtime).put(*left())
    list(sweep([str(runtime)], LOG, store(folder=in_runtime).put))
    assert taken(store(folder=in_runtime))[1] == {"fig0": b"a figure"}


def test_only_what_is_a_diary_is_swept(runtime):
    def make(name, *files):
        (runtime / name).mkdir()
        for file in files:
            (runtime / name / file).touch()

    make("mpl-guard-notes", "state.json", "thesis.tex")
    make("mpl-guard-new")
    make("mpl-guard-old", RECORD, "outlived", f"{UNSAVED}28", "draft.x", "a.figures")
    make("mpl-guard-nested", RECORD)
    (runtime / "mpl-guard-nested" / "figures.json").mkdir()
    list(sweep([str(runtime)], logging.getLogger()))
    a_day_later(runtime)
    list(sweep([str(runtime)], logging.getLogger()))
    assert sorted(path.name for path in runtime.iterdir()) == ["mpl-guard-nested", "mpl-guard-new", "mpl-guard-notes"]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"notebook": "/a.ipynb"},
        {"notebook": "/a.ipynb", "kernel_id": 1},
        {"notebook": "/a.ipynb", "kernel_id": "k", "kept_at": "now"},
        {"notebook": "/a.ipynb", "kernel_id": "k", "lease": None},
        {"notebook": "/a.ipynb", "kernel_id": "k", "more": ""},
    ],
)
def test_an_owner_that_is_damaged_is_none(runtime, document):
    diary = Diary(str(runtime / "mpl-guard-k"))
    diary.write(OWNER, document)
    with pytest.raises(ValueError, match=r"notebook\.json"):
        DiaryOwner.from_json(document)
    assert DiaryOwner.of(diary) is None


def test_an_owner_is_read_as_it_was_written():
    owner = DiaryOwner("/a.ipynb", "k", "mpl-guard.server-x", 12.5, "key")
    document = {"notebook": "/a.ipynb", "kernel_id": "k", "lease": "mpl-guard.server-x", "kept_at": 12.5, "key": "key"}
    assert (owner.to_json(), DiaryOwner.from_json(document)) == (document, owner)
    assert DiaryOwner.from_json({"notebook": "/a.ipynb", "kernel_id": "k"}) == DiaryOwner("/a.ipynb", "k")
