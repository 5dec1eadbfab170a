"""Diaries that a crash of the server has left behind are archived for their notebooks or removed, others are not."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from archived_plots import a_day_later

from jupyter_mpl_guard.agent.protocol import EMPTY_SETTINGS
from jupyter_mpl_guard.agent.storage import settings_record
from jupyter_mpl_guard.agent.storage.diary import FIGURES, LAST, OUTLIVED, RECORD, STATE, Diary
from jupyter_mpl_guard.agent.storage.disk.alive import ALIVE, hold
from jupyter_mpl_guard.archive.disk.server_lock import PREFIX, ServerLock, clear_up, expired
from jupyter_mpl_guard.archive.orphans import PATIENCE, sweep
from jupyter_mpl_guard.archive.owner import DiaryOwner

GONE = f"{PREFIX}{socket.gethostname()}-gone"


@pytest.fixture
def leave(tmp_path):
    """Write a diary into the runtime folder."""

    def leave(name, *, process=None, connection_file=True, agent=None, age=0.0):
        diary = Diary.beside(tmp_path / f"kernel-{name}.json")
        diary.write(RECORD, {"process": process})
        if connection_file:
            (tmp_path / f"kernel-{name}.json").touch()
        if agent is not None:
            os.close(hold(diary.folder))  # as the system does when the kernel ends
        if agent == "elsewhere":
            there = {"machine": "elsewhere", "boot": "another", "namespace": "", "process": 1, "locked": False}
            diary.write(ALIVE, there)
        for file in Path(diary.folder).iterdir():
            os.utime(file, (time.time() - age,) * 2)
        return name

    return leave


@pytest.fixture
def ended():
    """Return the id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_only_diaries_that_no_kernel_will_read_are_removed(leave, tmp_path):
    old = PATIENCE + 1
    leave("no-connection-file", connection_file=False)
    leave("long-gone", agent="dead", age=old)
    kept = {
        leave("just-died", agent="dead"),
        leave("another-machines", agent="elsewhere", age=old),
        leave("an-earlier-versions", age=old),
    }
    list(sweep([str(tmp_path)], logging.getLogger()))
    a_day_later(tmp_path / "mpl-guard-no-connection-file")
    assert len(list(tmp_path.glob("mpl-guard-*"))) == 5  # what seems to be of no use may be of use in a moment
    for name in ("no-connection-file", "long-gone"):
        a_day_later(tmp_path / f"mpl-guard-{name}")
    list(sweep([str(tmp_path)], logging.getLogger()))
    assert {path.name.removeprefix("mpl-guard-") for path in tmp_path.glob("mpl-guard-*")} == kept
    for path in tmp_path.glob("mpl-guard-*/*"):
        os.utime(path, (time.time() - 8 * 86400,) * 2)
    for _ in range(3):  # silent for days, for a day more, and of no use for a day
        list(sweep([str(tmp_path)], logging.getLogger()))
        a_day_later(tmp_path)
    assert not list(tmp_path.glob("mpl-guard-*"))


def test_a_diary_is_known_by_every_file_that_an_agent_writes(leave, tmp_path):
    leave("whole", process=os.getpid(), connection_file=False)
    diary = Diary(str(tmp_path / "mpl-guard-whole"))
    settings_record.write(diary, settings_record.SettingsRecord(EMPTY_SETTINGS), "whole", b"key")
    diary.write("state.mac", {"mac": ""})  # an earlier version's
    diary.write(STATE, {})
    diary.note(OUTLIVED)
    for name in (RECORD, FIGURES):
        diary.write(LAST + name, {})
    os.close(hold(diary.folder))
    list(sweep([str(tmp_path)], logging.getLogger()))
    a_day_later(tmp_path)
    list(sweep([str(tmp_path)], logging.getLogger()))
    assert not list(tmp_path.iterdir())


def test_a_link_is_left_alone(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "precious").touch()
    (tmp_path / "mpl-guard-x").symlink_to(tmp_path / "elsewhere")
    list(sweep([str(tmp_path)], logging.getLogger()))
    assert (tmp_path / "elsewhere" / "precious").exists()


@pytest.fixture
def swept(tmp_path):
    """Sweep, and return which diaries were archived under which notebook and key, and which are still there."""

    def swept():
        put = []
        list(sweep([str(tmp_path)], logging.getLogger(), lambda diary, key, owner: put.append((owner.notebook, key))))
        return put, {path.name.removeprefix("mpl-guard-") for path in tmp_path.glob("mpl-guard-*")}

    return swept


def test_what_a_killed_server_has_left_is_archived_for_its_notebooks_at_once(leave, ended, tmp_path, swept):
    lock = ServerLock(str(tmp_path))
    leave("mine", process=ended)
    (tmp_path / "kernel-mine.json").write_text(json.dumps({"key": "secret"}))
    DiaryOwner("/day.ipynb", "mine", lock.name).write(Diary(str(tmp_path / "mpl-guard-mine")))
    # Shut down already: the connection file is gone, so the owner has the key.
    leave("ending", process=ended, connection_file=False)
    DiaryOwner("/end.ipynb", "ending", lock.name, key="its own").write(Diary(str(tmp_path / "mpl-guard-ending")))
    assert swept() == ([], {"mine", "ending"})
    os.close(lock._descriptor)  # as the system does when the server is killed
    put, _ = swept()
    assert sorted(put) == [("/day.ipynb", b"secret"), ("/end.ipynb", b"its own")]
    assert not list(tmp_path.glob("*.server-*"))


def test_a_server_on_another_machine_is_believed_gone_only_after_a_while(leave, ended, tmp_path, swept):
    for name, days in (("young", 6.9), ("old", 7.1)):
        leave(name, process=ended, age=days * 86400)
        (tmp_path / f"kernel-{name}.json").write_text(json.dumps({"key": "k"}))
        DiaryOwner(f"/{name}.ipynb", name, "mpl-guard.server-elsewhere-x").write(
            Diary(str(tmp_path / f"mpl-guard-{name}"))
        )
    assert swept()[0] == []
    a_day_later(tmp_path)
    assert swept()[0] == [("/old.ipynb", b"k")]


def test_an_owner_is_of_use_for_its_own_diary_and_only_with_a_key(leave, ended, tmp_path, swept):
    for name, owner in (
        ("copied", DiaryOwner("/day.ipynb", "mine", GONE)),
        ("keyless", DiaryOwner("/b", "keyless", GONE)),
    ):
        leave(name, process=ended, connection_file=name == "copied")
        owner.write(Diary(str(tmp_path / f"mpl-guard-{name}")))
    leave("damaged", process=ended, connection_file=False)
    (tmp_path / "mpl-guard-damaged" / "notebook.json").write_text('{"notebook": 1, "kernel_id": "damaged"}')
    assert swept()[0] == []
    a_day_later(tmp_path)
    assert swept() == ([], set())


def test_a_kernel_that_has_outlived_its_server_keeps_its_diary(leave, tmp_path, swept):
    # A process with the kernel's id in its command line, and another that only has a dead kernel's process id.
    with subprocess.Popen([sys.executable, "-c", "input()", "kernel-alive.json"], stdin=subprocess.PIPE) as process:
        for name in ("alive", "recycled"):
            leave(name, process=process.pid)
            (tmp_path / f"kernel-{name}.json").write_text(json.dumps({"key": "k"}))
            DiaryOwner(f"/{name}.ipynb", name, GONE).write(Diary(str(tmp_path / f"mpl-guard-{name}")))
        put, _ = swept()
        process.communicate(b"\n")
    assert put == [("/recycled.ipynb", b"k")]


def test_a_server_lock_ends_with_its_server_and_only_then(tmp_path):
    code = "import sys; from jupyter_mpl_guard.archive.disk.server_lock import ServerLock\n"
    code += "lock = ServerLock(sys.argv[1]); print(lock.name); input()"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True) as server:
        name = server.stdout.readline().strip()
        with expired(str(tmp_path), name) as ended:
            assert not ended
        server.kill()
    with expired(str(tmp_path), name) as ended, expired(str(tmp_path), name) as ended_for_another:
        assert (ended, ended_for_another) == (True, False)
    clear_up(str(tmp_path))
    assert not list(tmp_path.iterdir())
    with expired(str(tmp_path), name) as ended:
        assert ended
