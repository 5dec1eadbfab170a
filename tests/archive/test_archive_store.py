"""Archives on disk: whole or not there, limited in age and size, and following their notebook."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import time
from pathlib import Path

import pytest
from archived_plots import DPI, KEY, LOG, NEW_KEY, a_day_later, age, archives_in, by_notebook

from jupyter_mpl_guard.agent.storage import figure_list, signing
from jupyter_mpl_guard.agent.storage.data.entry import DataEntry
from jupyter_mpl_guard.agent.storage.data.log import DataLog
from jupyter_mpl_guard.agent.storage.data.record import LogRecord
from jupyter_mpl_guard.agent.storage.diary import FIGURES, RECORD, UNSAVED, Diary
from jupyter_mpl_guard.archive import store_folder
from jupyter_mpl_guard.archive.disk.file_transfer import FileTransfer, SignedDiary
from jupyter_mpl_guard.archive.orphans import sweep
from jupyter_mpl_guard.archive.owner import OWNER, DiaryOwner
from jupyter_mpl_guard.archive.transfer_data import transfer_data


class Killed(BaseException):
    """The process ends here."""


def test_what_a_kernel_has_left_is_what_the_next_one_finds(store, left, taken, tmp_path, runtime):
    diary, *whose = left(pickles=(b"one", b"two"))
    inode = next(path.stat().st_ino for path in Path(diary.folder).glob("*.figures"))
    store().put(diary, *whose)
    assert not list(runtime.iterdir())
    (archive,) = archives_in(tmp_path)
    assert {path.name for path in archive.iterdir() if path.suffix == ".json"} == {RECORD, FIGURES, OWNER}
    assert KEY.decode() not in (archive / OWNER).read_text()
    assert inode in {path.stat().st_ino for path in archive.glob("*.figures")}
    for path in (tmp_path / "kept", *(tmp_path / "kept").rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    captured, loaded, missing = taken(store())
    assert captured == {**DPI}
    assert (loaded, missing) == ({"fig0": b"one", "fig1": b"two"}, {})
    assert inode in {path.stat().st_ino for path in (runtime / "mpl-guard-new").glob("*.figures")}
    assert stat.S_IMODE((runtime / "mpl-guard-new").stat().st_mode) == 0o700
    assert "process" not in json.loads((runtime / "mpl-guard-new" / RECORD).read_text())
    assert (archives_in(tmp_path), taken(store(), kernel_id="third")) == ([], None)


def test_files_are_copied_where_they_cannot_be_linked(store, left, taken, monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError(errno.EXDEV, "another file system")

    monkeypatch.setattr(os, "link", refuse)
    store().put(*left(pickles=(b"x" * 3_000_000, b"two")))
    assert taken(store())[1:] == ({"fig0": b"x" * 3_000_000, "fig1": b"two"}, {})


def test_the_last_kernel_of_a_notebook_counts(store, left, taken, tmp_path):
    for n in range(3):
        store().put(*left(f"kernel{n}", pickles=(b"%d" % n,)))
    assert len(archives_in(tmp_path)) == 1
    assert taken(store())[1] == {"fig0": b"2"}


def test_offered_figures_stay_unless_there_are_others(store, left, taken):
    store().put(*left(pickles=(), offered=(b"yesterday's",)))
    assert taken(store())[1] == {"old0": b"yesterday's"}
    store().put(*left(pickles=(b"today's",), offered=(b"yesterday's",)))
    assert taken(store(), kernel_id="third")[1] == {"fig0": b"today's"}


def test_a_kernel_that_has_left_nothing_leaves_the_archive_alone(store, left, taken, runtime):
    store().put(*left())
    empty = Diary(str(runtime / "mpl-guard-empty"))
    DiaryOwner("/work/day.ipynb", "empty").write(empty)
    store().put(empty, KEY, DiaryOwner("/work/day.ipynb", "empty"))
    assert not Path(empty.folder).exists()
    assert taken(store())[1] == {"fig0": b"a figure"}


def test_what_could_not_be_written_at_the_time_is_named(store, left, taken):
    diary, *whose = left()
    (Path(diary.folder) / f"{UNSAVED}{errno.ENOSPC}").touch()
    store().put(diary, *whose)
    assert taken(store())[2] == {"the latest changes of plots and settings": os.strerror(errno.ENOSPC)}


def test_what_is_too_old_is_removed(store, left, taken, tmp_path):
    for n, days in enumerate((6.9, 7.1)):
        store().put(*left(f"kernel{n}", notebook=f"/work/{n}.ipynb"))
        age(by_notebook(tmp_path)[f"/work/{n}.ipynb"], days)
    store().expire()
    assert taken(store(), "/work/1.ipynb") is None
    assert sorted(by_notebook(tmp_path)) == ["/work/0.ipynb", "/work/1.ipynb"]  # the clock may be wrong
    a_day_later(tmp_path)
    store().expire()
    assert list(by_notebook(tmp_path)) == ["/work/0.ipynb"]
    # A server that runs for weeks looks when a notebook asks.
    age(by_notebook(tmp_path)["/work/0.ipynb"], 7.1)
    assert taken(store(), "/work/0.ipynb") is None
    store().expire()
    a_day_later(tmp_path)
    store().expire()
    assert archives_in(tmp_path) == []
    store().put(*left("kernel2"))
    store(days=0.0).expire()
    assert archives_in(tmp_path) == []


def test_no_days_keep_nothing(store, left, tmp_path, runtime):
    store(days=0.0).put(*left())
    assert (archives_in(tmp_path), list(runtime.iterdir())) == ([], [])


def test_the_oldest_of_what_is_too_much_is_removed(store, left, tmp_path):
    for n in range(4):
        store(limit=3.0).put(*left(f"kernel{n}", pickles=(b"x" * 2**20,), notebook=f"/work/{n}.ipynb"))
        if n < 3:
            age(by_notebook(tmp_path)[f"/work/{n}.ipynb"], {0: 2, 1: 3, 2: 1}[n])
    assert sorted(by_notebook(tmp_path)) == ["/work/0.ipynb", "/work/2.ipynb", "/work/3.ipynb"]


def test_figures_that_are_too_much_alone_are_named(store, left, taken):
    store(limit=1.5).put(*left(pickles=(b"x" * 2**20, b"y" * 2**20, b"z")))
    captured, loaded, missing = taken(store(limit=1.5))
    assert (captured, sorted(loaded)) == (DPI, ["fig0", "fig2"])
    assert "1.5 MiB (MplGuardApp.keep_limit)" in missing["fig1"]


def test_notebooks_and_folders_are_followed_and_forgotten(store, left, tmp_path):
    for n, notebook in enumerate(("/a/1.ipynb", "/a/b/2.ipynb", "/a2/3.ipynb", "/c/2.ipynb", "/d.ipynb")):
        store().put(*left(f"kernel{n}", notebook=notebook))
    store().rename("/a/b", "/c")  # where something stale is kept
    assert sorted(by_notebook(tmp_path)) == ["/a/1.ipynb", "/a2/3.ipynb", "/c/2.ipynb", "/d.ipynb"]
    owner = json.loads((by_notebook(tmp_path)["/c/2.ipynb"] / OWNER).read_text())
    assert owner["kernel_id"] == "kernel1"
    store().rename("/d.ipynb", "/e.ipynb")
    store().forget("/a")
    assert sorted(by_notebook(tmp_path)) == ["/a2/3.ipynb", "/c/2.ipynb", "/e.ipynb"]
    store().forget("/e.ipynb")
    assert sorted(by_notebook(tmp_path)) == ["/a2/3.ipynb", "/c/2.ipynb"]


@pytest.mark.parametrize(
    "moment",
    ["during the transfer", "before the new name", "before the old loses its name", "before the old is removed"],
)
@pytest.mark.parametrize("way", ["in", "out"])
def test_whoever_is_killed_leaves_the_old_or_the_new(store, left, taken, runtime, moment, way):
    def kill(*args, **kwargs):
        raise Killed

    diary, *whose = left(pickles=(b"one", b"two"))
    if way == "out":
        store().put(diary, *whose)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shutil, "rmtree", kill)  # a killed process does not clear up either
        if moment == "during the transfer":
            patch.setattr(signing, "signature", _second_time(kill, signing.signature))
        elif moment == "before the new name":
            patch.setattr(Path, "rename", kill)
        elif moment == "before the old loses its name":
            patch.setattr(store_folder, "remove", kill)
            patch.setattr(Diary, "remove", kill)
        with pytest.raises(Killed):
            _move(store(), way, (diary, *whose), Diary(str(runtime / "mpl-guard-new")))
    new = runtime / "mpl-guard-new"
    if new.exists():
        assert figure_list.FigureList(Diary(str(new)), "new", NEW_KEY).read().groups
    list(sweep([str(runtime)], LOG, store().put_orphan))  # neither kernel has a connection file
    assert not list(runtime.glob("mpl-guard-*"))
    assert taken(store(), kernel_id="third")[1:] == ({"fig0": b"one", "fig1": b"two"}, {})


def _move(store, way, left, new):
    if way == "in":
        store.put(*left)
    else:
        store.take("/work/day.ipynb", new, "new", NEW_KEY)


def _second_time(kill, original):
    calls = []

    def call(*args):
        calls.append(args)
        return original(*args) if len(calls) < 2 else kill()

    return call


def test_drafts_of_the_dead_are_cleared_away(store, left, tmp_path, runtime):
    store().put(*left())
    for folder in (tmp_path / "kept", runtime):
        for name, seconds in ((".mpl-guard-draft-old", 7200), (".mpl-guard-draft-new", 0)):
            (folder / name).mkdir()
            os.utime(folder / name, (time.time() - seconds,) * 2)
    store().expire()
    list(sweep([str(runtime)], LOG, store().put))
    drafts = [path.name for folder in (tmp_path / "kept", runtime) for path in folder.glob(".mpl-guard-*")]
    assert drafts == [".mpl-guard-draft-new"] * 2


@pytest.mark.parametrize(
    ("last", "lost"),
    [
        (LogRecord(), set()),
        (LogRecord(end=["x", "fig"]), {"the name x"}),
        (LogRecord(run=["x"], end=["x"], gone=["fig"]), {"the name x"}),
    ],
    ids=["saved", "outdated", "outdated, and nothing else is there"],
)
def test_data_that_its_kernel_could_not_save_again_is_named(tmp_path, last, lost):
    old, new = (SignedDiary(Diary(str(tmp_path / name)), name, b"key", "python3") for name in ("old", "new"))
    log = DataLog(old.diary, old.name, old.key)
    log.append(LogRecord(entries=[DataEntry((name,), 1, b"x") for name in ("x", "fig")]))
    log.append(last)
    log.close()
    named = []
    assert transfer_data(old, new, FileTransfer(old, new, 10.0), {"fig"}, named) is not bool(lost)
    assert {each.what for each in named} == lost
    assert all("the kernel ended before it could be saved again" in each.why for each in named)
