"""Diaries that a crash of the server has left behind are removed, others are not."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time

import pytest

from jupyter_mpl_guard.agent.diary import RECORD, Diary
from jupyter_mpl_guard.leftovers import PATIENCE, sweep


@pytest.fixture
def leave(tmp_path):
    """Leave a diary in the runtime folder."""

    def leave(name, *, process, connection_file=True, age=0.0):
        diary = Diary.beside(tmp_path / f"kernel-{name}.json")
        diary.write(RECORD, {"process": process})
        if connection_file:
            (tmp_path / f"kernel-{name}.json").touch()
        os.utime(diary.folder, (time.time() - age,) * 2)
        return name

    return leave


@pytest.fixture
def ended():
    """Give the id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_only_diaries_that_no_kernel_will_read_are_removed(leave, ended, tmp_path):
    old = PATIENCE + 1
    leave("no-connection-file", process=os.getpid(), connection_file=False)
    leave("long-gone", process=ended, age=old)
    kept = {
        leave("just-died", process=ended),
        leave("alive", process=os.getpid(), age=old),
        leave("unreadable", process="x", age=old),
    }
    sweep(str(tmp_path), logging.getLogger())
    assert {path.name.removeprefix("mpl-guard-") for path in tmp_path.glob("mpl-guard-*")} == kept


def test_a_link_is_left_alone(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "precious").touch()
    (tmp_path / "mpl-guard-x").symlink_to(tmp_path / "elsewhere")
    sweep(str(tmp_path), logging.getLogger())
    assert (tmp_path / "elsewhere" / "precious").exists()
