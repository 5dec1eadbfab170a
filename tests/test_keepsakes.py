"""Keepsakes on disk: handed over whole or not at all, signed, private, limited in age and size."""

from __future__ import annotations

import errno
import json
import logging
import os
import stat
import time
from pathlib import Path

import pytest

from jupyter_mpl_guard import keepsakes
from jupyter_mpl_guard.agent import checkpoint, memory, settings, signing
from jupyter_mpl_guard.agent.diary import FIGURES, RECORD, STATE, UNSAVED, Diary
from jupyter_mpl_guard.keepsakes import Keepsakes
from jupyter_mpl_guard.label import LABEL, Label
from jupyter_mpl_guard.leftovers import sweep

KEY, NEW_KEY = b"the old kernel's key", b"the new kernel's key"
DPI = {**settings.NOTHING, "backend": "agg", "rc_params": {"figure.dpi": 137.0}}
LOG = logging.getLogger("keepsakes")


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def runtime(tmp_path):
    """Make a runtime folder."""
    (tmp_path / "runtime").mkdir()
    return tmp_path / "runtime"


@pytest.fixture
def store(tmp_path):
    """Make the store of a server, or of another one."""

    def store(*, days=7.0, limit=1024.0, folder="kept"):
        return Keepsakes(str(tmp_path / folder), days=days, limit=limit, log=LOG)

    return store


@pytest.fixture
def warnings():
    """List what the log is told."""
    heard = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = heard.append
    LOG.addHandler(handler)
    yield heard
    LOG.removeHandler(handler)


@pytest.fixture
def left(runtime):
    """Write what a kernel leaves: settings, and one group of figures for each content of a pickle."""

    def left(kernel_id="old", pickles=(b"a figure",), notebook="/work/day.ipynb", offered=()):
        diary = Diary(str(runtime / f"mpl-guard-{kernel_id}"))
        memory.keep(diary, DPI, {"process": 1, "modules": []}, kernel_id, KEY)
        groups = [_saved(diary, kernel_id, f"fig{n}", data) for n, data in enumerate(pickles)]
        waiting = [_saved(diary, kernel_id, f"old{n}", data) for n, data in enumerate(offered)]
        _list(diary, kernel_id, KEY, groups, waiting)
        diary.write(STATE, {"kernel_id": kernel_id, "incarnation": 3, **DPI})
        return diary, KEY, Label(notebook, kernel_id)

    return left


@pytest.fixture
def found(runtime):
    """Take what is kept for a new kernel; read it as its agent will: settings, pickles by name, what is missing."""

    def found(store, notebook="/work/day.ipynb", kernel_id="new"):
        diary = Diary(str(runtime / f"mpl-guard-{kernel_id}"))
        if not store.take(notebook, diary, kernel_id, NEW_KEY):
            assert not Path(diary.folder).exists()
            return None
        assert diary.read(STATE) is None
        last = memory.recall(diary, kernel_id, NEW_KEY)
        kept = checkpoint.Checkpoint(diary, kernel_id, NEW_KEY)
        entries = (kept.read() or {"groups": []})["groups"]
        loaded = {checkpoint.called(each["figures"]): kept.load(each) for each in entries if each["file"]}
        missing = [*last.missing, *(each for entry in entries if not entry["file"] for each in entry["missing"])]
        return last.settings, loaded, {each["what"]: each["why"] for each in missing}

    return found


def _saved(diary, kernel_id, name, data):
    mac = signing.signature(KEY, kernel_id, data)
    with diary.draft() as draft:
        draft.file.write(data)
        draft.keep(mac[:32] + checkpoint.SUFFIX)
    entry = {"file": mac[:32] + checkpoint.SUFFIX, "mac": mac, "bytes": len(data), "names": [name], "missing": []}
    return {**entry, "figures": [{"id": name, "number": 1, "names": [name]}], "lossy": False, "current": True}


def _list(diary, name, key, groups, offered=()):
    listed = {"version": checkpoint.VERSION, "kernel_id": name, "groups": groups, "offered": list(offered)}
    listed |= {"order": [], "held": False, "missing": []}
    mac = signing.signature(key, name, checkpoint.text(listed))
    diary.write(FIGURES, {"mac": mac, "figures": listed})


def _keepsakes(tmp_path, folder="kept"):
    return sorted((tmp_path / folder).glob("mpl-guard-kept-*"))


def _aged(keepsake, days):
    label = json.loads((keepsake / LABEL).read_text())
    (keepsake / LABEL).write_text(json.dumps(label | {"kept_at": time.time() - days * 86400}))


def test_what_a_kernel_has_left_is_what_the_next_one_finds(store, left, found, tmp_path, runtime):
    diary, *whose = left(pickles=(b"one", b"two"))
    inode = next(path.stat().st_ino for path in Path(diary.folder).glob("*.figures"))
    store().put(diary, *whose)
    assert not list(runtime.iterdir())
    (keepsake,) = _keepsakes(tmp_path)
    assert {path.name for path in keepsake.iterdir() if path.suffix == ".json"} == {RECORD, FIGURES, LABEL}
    assert KEY.decode() not in (keepsake / LABEL).read_text()
    assert inode in {path.stat().st_ino for path in keepsake.glob("*.figures")}
    for path in (tmp_path / "kept", *(tmp_path / "kept").rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    captured, loaded, missing = found(store())
    assert captured == {**DPI}
    assert (loaded, missing) == ({"fig0": b"one", "fig1": b"two"}, {})
    assert inode in {path.stat().st_ino for path in (runtime / "mpl-guard-new").glob("*.figures")}
    assert stat.S_IMODE((runtime / "mpl-guard-new").stat().st_mode) == 0o700
    assert "process" not in json.loads((runtime / "mpl-guard-new" / RECORD).read_text())
    assert (_keepsakes(tmp_path), found(store(), kernel_id="third")) == ([], None)


def test_files_are_copied_where_they_cannot_be_linked(store, left, found, monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError(errno.EXDEV, "another file system")

    monkeypatch.setattr(os, "link", refuse)
    store().put(*left(pickles=(b"x" * 3_000_000, b"two")))
    assert found(store())[1:] == ({"fig0": b"x" * 3_000_000, "fig1": b"two"}, {})


def test_the_last_kernel_of_a_notebook_counts(store, left, found, tmp_path):
    for n in range(3):
        store().put(*left(f"kernel{n}", pickles=(b"%d" % n,)))
    assert len(_keepsakes(tmp_path)) == 1
    assert found(store())[1] == {"fig0": b"2"}


def test_offered_figures_stay_unless_there_are_others(store, left, found):
    store().put(*left(pickles=(), offered=(b"yesterday's",)))
    assert found(store())[1] == {"old0": b"yesterday's"}
    store().put(*left(pickles=(b"today's",), offered=(b"yesterday's",)))
    assert found(store(), kernel_id="third")[1] == {"fig0": b"today's"}


def test_a_kernel_that_has_left_nothing_leaves_what_is_kept_alone(store, left, found, runtime):
    store().put(*left())
    empty = Diary(str(runtime / "mpl-guard-empty"))
    Label("/work/day.ipynb", "empty").write(empty)
    store().put(empty, KEY, Label("/work/day.ipynb", "empty"))
    assert not Path(empty.folder).exists()
    assert found(store())[1] == {"fig0": b"a figure"}


def test_what_could_not_be_written_at_the_time_is_named(store, left, found):
    diary, *whose = left()
    (Path(diary.folder) / f"{UNSAVED}{errno.ENOSPC}").touch()
    store().put(diary, *whose)
    assert found(store())[2] == {"the latest changes of plots and settings": os.strerror(errno.ENOSPC)}


# -- signatures --------------------------------------------------------------------------------------------------------


def test_a_pickle_that_is_altered_is_named_and_the_others_come_back(store, left, found, tmp_path):
    diary, *whose = left(pickles=(b"one", b"two"))
    first = json.loads((Path(diary.folder) / FIGURES).read_text())["figures"]["groups"][0]["file"]
    (Path(diary.folder) / first).write_bytes(b"eno")
    store().put(diary, *whose)
    captured, loaded, missing = found(store())
    assert (captured, loaded) == (DPI, {"fig1": b"two"})
    assert missing == {"fig0": "its file has been changed since it was saved"}

    store().put(*left(pickles=(b"one", b"two")))
    (keepsake,) = _keepsakes(tmp_path)
    for file in keepsake.glob("*.figures"):
        if file.read_bytes() == b"one":
            file.write_bytes(b"eno")
        else:
            file.unlink()
    captured, loaded, missing = found(store(), kernel_id="third")
    assert (captured, loaded) == (DPI, {})
    assert missing == {"fig0": "its file has been changed since it was saved", "fig1": "its file is gone"}


def test_a_list_that_is_altered_brings_the_settings_only(store, left, found, tmp_path):
    store().put(*left())
    (list_,) = tmp_path.glob(f"kept/*/{FIGURES}")
    list_.write_text(list_.read_text().replace("fig0", "gif0"))
    captured, loaded, missing = found(store())
    assert (captured, loaded) == (DPI, {})
    assert "signature" in missing["the figures"]


@pytest.mark.parametrize("damage", ["altered", "readable by others", "a link"])
def test_a_secret_that_cannot_be_trusted_brings_nothing(store, left, found, tmp_path, damage):
    store().put(*left())
    secret = tmp_path / "kept" / "secret"
    if damage == "altered":
        secret.write_bytes(b"x" * 32)
    elif damage == "readable by others":
        secret.chmod(0o640)
    else:
        secret.replace(tmp_path / "secret")
        secret.symlink_to(tmp_path / "secret")
    captured, loaded, missing = found(store())
    assert (captured, loaded) == ({}, {})
    assert set(missing) == {"the figures", "details of the plotting settings"}
    assert stat.S_IMODE(secret.lstat().st_mode) == 0o600
    store().put(*left())  # and from now on it is right
    assert found(store(), kernel_id="third")[1] == {"fig0": b"a figure"}


def test_settings_that_are_not_signed_are_not_believed(store, left, found, tmp_path):
    store().put(*left())
    (record,) = tmp_path.glob(f"kept/*/{RECORD}")
    record.write_text(record.read_text().replace("137", "731"))
    record.with_name(STATE).write_text(json.dumps({"incarnation": 3, **DPI}))
    captured, loaded, missing = found(store())
    assert (captured, loaded) == ({}, {"fig0": b"a figure"})
    assert "signature" in missing["details of the plotting settings"]


def test_one_notebooks_pickle_is_of_no_use_in_anothers_place(store, left, found, tmp_path):
    store().put(*left("one", pickles=(b"one",)))
    store().put(*left("two", pickles=(b"two",), notebook="/work/other.ipynb"))
    first, second = _keepsakes(tmp_path)
    (first / FIGURES).replace(tmp_path / FIGURES)
    (second / FIGURES).replace(first / FIGURES)
    for file in second.glob("*.figures"):
        os.link(file, first / file.name)
    for n, notebook in enumerate(("/work/day.ipynb", "/work/other.ipynb")):
        captured, loaded, missing = found(store(), notebook, f"new{n}")
        assert (captured, loaded, list(missing)) == (DPI, {}, ["the figures"])


def test_a_kernel_without_a_key_keeps_nothing(store, left, tmp_path, runtime):
    diary, _, label = left()
    store().put(diary, b"", label)
    assert (_keepsakes(tmp_path), list(runtime.iterdir())) == ([], [])


# -- whose it is -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["a link", "another user's"])
def test_a_store_that_is_not_the_users_own_is_not_read(store, left, found, tmp_path, place, monkeypatch, warnings):
    store().put(*left())
    diary, *whose = left("second")
    if place == "a link":
        (tmp_path / "kept").replace(tmp_path / "elsewhere")
        (tmp_path / "kept").symlink_to(tmp_path / "elsewhere")
    else:
        somebody = os.getuid() + 1
        monkeypatch.setattr(os, "getuid", lambda: somebody)
    kept = store()
    assert found(kept) is None
    kept.put(diary, *whose)
    kept.expire()
    kept.forget("/work/day.ipynb")
    assert len(warnings) == 1
    assert "is not a folder of yours" in warnings[0].getMessage()
    assert not Path(diary.folder).exists()
    folder = "elsewhere" if place == "a link" else "kept"
    assert len(_keepsakes(tmp_path, folder)) == 1


def test_a_keepsake_that_is_a_link_and_what_else_lies_in_the_store_are_left_alone(store, left, found, tmp_path):
    store().put(*left())
    (keepsake,) = _keepsakes(tmp_path)
    keepsake.replace(tmp_path / "elsewhere")
    keepsake.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "kept" / "mine").mkdir()
    (tmp_path / "kept" / "mine" / "precious").touch()
    assert found(store(days=0.0)) is None
    store(days=0.0).expire()
    assert (tmp_path / "elsewhere" / FIGURES).exists()
    assert (tmp_path / "kept" / "mine" / "precious").exists()


def test_others_cannot_look_into_a_store_that_was_open(store, left, tmp_path):
    (tmp_path / "kept").mkdir(mode=0o755)
    store().put(*left())
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o700


# -- limits ------------------------------------------------------------------------------------------------------------


def test_what_is_too_old_is_removed(store, left, found, tmp_path):
    for n, days in enumerate((6.9, 7.1)):
        store().put(*left(f"kernel{n}", notebook=f"/work/{n}.ipynb"))
        _aged(_by_notebook(tmp_path)[f"/work/{n}.ipynb"], days)
    store().expire()
    assert list(_by_notebook(tmp_path)) == ["/work/0.ipynb"]
    # A server that runs for weeks looks when a notebook asks.
    _aged(_by_notebook(tmp_path)["/work/0.ipynb"], 7.1)
    assert found(store(), "/work/0.ipynb") is None
    store().put(*left("kernel2"))
    store(days=0.0).expire()
    assert _keepsakes(tmp_path) == []


def test_no_days_keep_nothing(store, left, tmp_path, runtime):
    store(days=0.0).put(*left())
    assert (_keepsakes(tmp_path), list(runtime.iterdir())) == ([], [])


def test_the_oldest_of_what_is_too_much_is_removed(store, left, tmp_path):
    for n in range(4):
        store(limit=3.0).put(*left(f"kernel{n}", pickles=(b"x" * 2**20,), notebook=f"/work/{n}.ipynb"))
        if n < 3:
            _aged(_by_notebook(tmp_path)[f"/work/{n}.ipynb"], {0: 2, 1: 3, 2: 1}[n])
    assert sorted(_by_notebook(tmp_path)) == ["/work/0.ipynb", "/work/2.ipynb", "/work/3.ipynb"]


def test_figures_that_are_too_much_alone_are_named(store, left, found):
    store(limit=1.5).put(*left(pickles=(b"x" * 2**20, b"y" * 2**20, b"z")))
    captured, loaded, missing = found(store(limit=1.5))
    assert (captured, sorted(loaded)) == (DPI, ["fig0", "fig2"])
    assert "1.5 MiB (MplGuardApp.keep_limit)" in missing["fig1"]


def _by_notebook(tmp_path):
    return {json.loads((each / LABEL).read_text())["notebook"]: each for each in _keepsakes(tmp_path)}


# -- moves -------------------------------------------------------------------------------------------------------------


def test_notebooks_and_folders_are_followed_and_forgotten(store, left, tmp_path):
    for n, notebook in enumerate(("/a/1.ipynb", "/a/b/2.ipynb", "/a2/3.ipynb", "/c/2.ipynb", "/d.ipynb")):
        store().put(*left(f"kernel{n}", notebook=notebook))
    store().rename("/a/b", "/c")  # where something stale is kept
    assert sorted(_by_notebook(tmp_path)) == ["/a/1.ipynb", "/a2/3.ipynb", "/c/2.ipynb", "/d.ipynb"]
    label = json.loads((_by_notebook(tmp_path)["/c/2.ipynb"] / LABEL).read_text())
    assert label["kernel_id"] == "kernel1"
    store().rename("/d.ipynb", "/e.ipynb")
    store().forget("/a")
    assert sorted(_by_notebook(tmp_path)) == ["/a2/3.ipynb", "/c/2.ipynb", "/e.ipynb"]
    store().forget("/e.ipynb")
    assert sorted(_by_notebook(tmp_path)) == ["/a2/3.ipynb", "/c/2.ipynb"]


@pytest.mark.parametrize("moment", ["while handing over", "before the new name", "before the old is removed"])
@pytest.mark.parametrize("way", ["in", "out"])
def test_whoever_is_killed_leaves_the_old_or_the_new(store, left, found, runtime, moment, way):
    def kill(*args, **kwargs):
        raise Killed

    diary, *whose = left(pickles=(b"one", b"two"))
    if way == "out":
        store().put(diary, *whose)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keepsakes.shutil, "rmtree", kill)  # a killed process does not clear up either
        if moment == "while handing over":
            patch.setattr(signing, "signature", _second_time(kill, signing.signature))
        elif moment == "before the new name":
            patch.setattr(Path, "rename", kill)
        with pytest.raises(Killed):
            _hand(store(), way, (diary, *whose), Diary(str(runtime / "mpl-guard-new")))
    new = runtime / "mpl-guard-new"
    if new.exists():
        assert checkpoint.Checkpoint(Diary(str(new)), "new", NEW_KEY).read()["groups"]
    sweep(str(runtime), LOG, store().put)  # neither kernel has a connection file
    assert not list(runtime.glob("mpl-guard-*"))
    assert found(store(), kernel_id="third")[1:] == ({"fig0": b"one", "fig1": b"two"}, {})


def _hand(store, way, left, new):
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
        for name, age in ((".mpl-guard-draft-old", 7200), (".mpl-guard-draft-new", 0)):
            (folder / name).mkdir()
            os.utime(folder / name, (time.time() - age,) * 2)
    store().expire()
    sweep(str(runtime), LOG, store().put)
    drafts = [path.name for folder in (tmp_path / "kept", runtime) for path in folder.glob(".mpl-guard-*")]
    assert drafts == [".mpl-guard-draft-new"] * 2
