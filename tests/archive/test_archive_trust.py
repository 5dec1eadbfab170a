"""Archives that cannot be trusted: what is not signed, belongs to another user or is a link is not believed."""

from __future__ import annotations

import json
import os
import socket
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from archived_plots import DPI, KEY, LOG, NEW_KEY, archives_in

from jupyter_mpl_guard.agent.storage import settings_record
from jupyter_mpl_guard.agent.storage.diary import FIGURES, RECORD, STATE, Diary
from jupyter_mpl_guard.archive.disk.server_lock import PREFIX
from jupyter_mpl_guard.archive.orphans import sweep
from jupyter_mpl_guard.archive.owner import OWNER


def test_a_pickle_that_is_altered_is_named_and_the_others_come_back(store, left, taken, tmp_path):
    diary, *whose = left(pickles=(b"one", b"two"))
    first = json.loads((Path(diary.folder) / FIGURES).read_text())["figures"]["groups"][0]["file"]
    (Path(diary.folder) / first).write_bytes(b"eno")
    store().put(diary, *whose)
    captured, loaded, missing = taken(store())
    assert (captured, loaded) == (DPI, {"fig1": b"two"})
    assert missing == {"fig0": "its file has been changed since it was saved"}

    store().put(*left(pickles=(b"one", b"two")))
    (archive,) = archives_in(tmp_path)
    for file in archive.glob("*.figures"):
        if file.read_bytes() == b"one":
            file.write_bytes(b"eno")
        else:
            file.unlink()
    captured, loaded, missing = taken(store(), kernel_id="third")
    assert (captured, loaded) == (DPI, {})
    assert missing == {"fig0": "its file has been changed since it was saved", "fig1": "its file is gone"}


def test_a_list_that_is_altered_brings_the_settings_only(store, left, taken, tmp_path):
    store().put(*left())
    (list_,) = tmp_path.glob(f"kept/*/{FIGURES}")
    list_.write_text(list_.read_text().replace("fig0", "gif0"))
    captured, loaded, missing = taken(store())
    assert (captured, loaded) == (DPI, {})
    assert "signature" in missing["the figures"]


@pytest.mark.parametrize("damage", ["altered", "readable by others", "a link"])
def test_a_secret_that_cannot_be_trusted_brings_nothing(store, left, taken, tmp_path, damage):
    store().put(*left())
    secret = tmp_path / "kept" / "secret"
    if damage == "altered":
        secret.write_bytes(b"x" * 32)
    elif damage == "readable by others":
        secret.chmod(0o640)
    else:
        secret.replace(tmp_path / "secret")
        secret.symlink_to(tmp_path / "secret")
    captured, loaded, missing = taken(store())
    assert (captured, loaded) == ({}, {})
    assert set(missing) == {"the figures", "the plotting settings"}
    assert stat.S_IMODE(secret.lstat().st_mode) == 0o600
    store().put(*left())  # and from now on it is right
    assert taken(store(), kernel_id="third")[1] == {"fig0": b"a figure"}


def test_settings_that_are_not_signed_are_not_believed(store, left, taken, tmp_path):
    store().put(*left())
    (record,) = tmp_path.glob(f"kept/*/{RECORD}")
    record.write_text(record.read_text().replace("137", "731"))
    record.with_name(STATE).write_text(json.dumps({"incarnation": 3, **DPI}))
    captured, loaded, missing = taken(store())
    assert (captured, loaded) == ({}, {"fig0": b"a figure"})
    assert "signature" in missing["the plotting settings"]


def test_one_notebooks_pickle_is_of_no_use_in_anothers_place(store, left, taken, tmp_path):
    store().put(*left("one", pickles=(b"one",)))
    store().put(*left("two", pickles=(b"two",), notebook="/work/other.ipynb"))
    first, second = archives_in(tmp_path)
    (first / FIGURES).replace(tmp_path / FIGURES)
    (second / FIGURES).replace(first / FIGURES)
    for file in second.glob("*.figures"):
        os.link(file, first / file.name)
    for n, notebook in enumerate(("/work/day.ipynb", "/work/other.ipynb")):
        captured, loaded, missing = taken(store(), notebook, f"new{n}")
        assert (captured, loaded, list(missing)) == (DPI, {}, ["the figures"])


def test_a_kernel_without_a_key_keeps_nothing(store, left, tmp_path, runtime):
    diary, _, owner = left()
    store().put(diary, b"", owner)
    assert (archives_in(tmp_path), list(runtime.iterdir())) == ([], [])


@pytest.mark.parametrize("place", ["a link", "another user's"])
def test_a_store_that_is_not_the_users_own_is_not_read(store, left, taken, tmp_path, place, monkeypatch, warnings):
    store().put(*left())
    diary, *whose = left("second")
    if place == "a link":
        (tmp_path / "kept").replace(tmp_path / "elsewhere")
        (tmp_path / "kept").symlink_to(tmp_path / "elsewhere")
    else:
        somebody = os.getuid() + 1
        monkeypatch.setattr(os, "getuid", lambda: somebody)
    kept = store()
    assert taken(kept) is None
    kept.put(diary, *whose)
    kept.expire()
    kept.forget("/work/day.ipynb")
    assert len(warnings) == 1
    assert "is not a folder of yours" in warnings[0].getMessage()
    assert not Path(diary.folder).exists()
    folder = "elsewhere" if place == "a link" else "kept"
    assert len(archives_in(tmp_path, folder)) == 1


def test_a_archive_that_is_a_link_and_what_else_lies_in_the_store_are_left_alone(store, left, taken, tmp_path):
    store().put(*left())
    (archive,) = archives_in(tmp_path)
    archive.replace(tmp_path / "elsewhere")
    archive.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "kept" / "mine").mkdir()
    (tmp_path / "kept" / "mine" / "precious").touch()
    assert taken(store(days=0.0)) is None
    store(days=0.0).expire()
    assert (tmp_path / "elsewhere" / FIGURES).exists()
    assert (tmp_path / "kept" / "mine" / "precious").exists()


def test_others_cannot_look_into_a_store_that_was_open(store, left, tmp_path):
    (tmp_path / "kept").mkdir(mode=0o755)
    store().put(*left())
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o700


def test_an_owner_does_not_vouch_for_a_diary_with_a_key_of_its_own(store, left, taken, tmp_path, runtime):
    store().put(*left())  # so the store has a secret
    diary, _, owner = left("forged", notebook="/work/other.ipynb")
    for forged in (replace(owner, key=KEY.decode()), owner.sealed(KEY, b"another secret")):
        left("forged", notebook="/work/other.ipynb")
        forged.write(diary)
        list(sweep([str(runtime)], LOG, store().put))  # its connection file is gone
        assert Path(diary.folder).exists()  # it may be that of a server with another store
        assert taken(store(), "/work/other.ipynb") is None
    left("forged", notebook="/work/other.ipynb")
    store().seal(diary, owner, KEY)
    list(sweep([str(runtime)], LOG, store().put))
    assert taken(store(), "/work/other.ipynb")[1] == {"fig0": b"a figure"}


def test_a_seal_is_of_use_on_its_own_diary_only(store, left, taken, runtime):
    diary, _, owner = left("mine")
    store().seal(diary, owner, KEY)
    other, *_ = left("other")
    os.replace(Path(diary.folder, OWNER), Path(other.folder, OWNER))
    list(sweep([str(runtime)], LOG, store().put))
    assert taken(store()) is None


def test_what_the_connection_file_says_counts_more_than_the_owner(store, left, taken, tmp_path, runtime):
    diary, _, owner = left("shut-in")
    replace(owner, server_lock=f"{PREFIX}{socket.gethostname()}-gone", kind="python3", key="a key of its own").write(
        diary
    )
    (runtime / "kernel-shut-in.json").write_text(json.dumps({"key": KEY.decode(), "kernel_name": "shut-in"}))
    os.utime(diary.folder, (0, 0))
    list(sweep([str(runtime)], LOG, store().put))
    (archive,) = archives_in(tmp_path)
    assert json.loads((archive / OWNER).read_text())["kind"] == "shut-in"
    assert taken(store(), kind="python3")[1] == {}


RUNS = {
    "chosen_backend": "module://payload",
    "chosen": [f"font file {__file__}", "animation.ffmpeg_path", "figure.dpi", "figure.hooks", "inline.rc"],
    "font_files": [__file__],
    "environment": {"MATPLOTLIBRC": "/tmp/rc"},
    "modules": ["matplotlib.pyplot", "mpl_toolkits.payload"],
    "settings": {
        "backend": "module://payload",
        "rc_params": {"figure.dpi": 137.0, "figure.hooks": ["payload:run"], "animation.ffmpeg_path": "/tmp/payload"},
        "inline": {
            "rc": {"text.latex.preamble": "x", "font.size": 9, "backend": "module://p"},
            "print_figure_kwargs": {"backend": "module://payload"},
        },
        "aliases": {"plt": "matplotlib.pyplot", "print": "matplotlib.cm", "p": "mpl_toolkits.payload", "q": "payload"},
    },
}
"""Details of a record that can make code run, and a few that cannot."""


def test_between_kinds_goes_only_what_cannot_run_and_the_rest_waits_for_its_own(store, left, taken, tmp_path):
    store().put(*left(kind="shut-in", **RUNS))
    captured, loaded, missing = taken(store(), kind="python3")
    assert captured == {
        "backend": None,
        "rc_params": {"figure.dpi": 137.0},
        "inline": {"rc": {"font.size": 9}, "print_figure_kwargs": {}},
        "aliases": {"plt": "matplotlib.pyplot"},
    }
    record = settings_record.read(Diary(str(tmp_path / "runtime" / "mpl-guard-new")), "new", NEW_KEY).record
    assert (record.chosen, record.chosen_backend, record.modules) == (
        ["figure.dpi", "inline.rc"],
        None,
        ["matplotlib.pyplot"],
    )
    assert (record.font_files, record.environment, loaded) == ([], {}, {})
    assert set(missing) == {
        "backend 'module://payload'",
        "rcParams['figure.hooks']",
        "rcParams['animation.ffmpeg_path']",
        "rcParams['text.latex.preamble']",
        "rcParams['backend']",
        "InlineBackend.print_figure_kwargs['backend']",
        "the name print",
        "the name p",
        "the name q",
        f"the font file {__file__}",
        "the environment variable MATPLOTLIBRC",
        "the figures",
    }
    # The kernel of the other kind ends, too; each finds its own.
    store().put(*left("third", pickles=(b"another",), kind="python3"))
    assert taken(store(), kernel_id="fourth", kind="shut-in")[1] == {"fig0": b"a figure"}
    assert taken(store(), kernel_id="fifth", kind="python3")[1] == {"fig0": b"another"}
    assert archives_in(tmp_path) == []


@pytest.mark.parametrize("said", ["python3", ""])
def test_an_archive_is_of_the_kind_that_it_was_signed_for(store, left, taken, tmp_path, said):
    store().put(*left(kind="shut-in"))
    (archive,) = archives_in(tmp_path)
    owner = json.loads((archive / OWNER).read_text())
    (archive / OWNER).write_text(json.dumps(owner | {"kind": said}))
    captured, loaded, missing = taken(store(), kind="python3")
    assert (captured, loaded, set(missing)) == ({}, {}, {"the figures", "the plotting settings"})


def test_an_archive_of_an_earlier_version_is_of_any_kind(store, left, taken):
    store().put(*left())
    assert taken(store(), kind="python3")[1] == {"fig0": b"a figure"}
