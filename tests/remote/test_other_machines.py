"""Containers and machines that share a home: namespaces play them, where this user may make some."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from archived_plots import DPI, KEY

from jupyter_mpl_guard.agent.storage.diary import Diary
from jupyter_mpl_guard.agent.storage.disk.alive import hold
from jupyter_mpl_guard.archive.disk.server_lock import ServerLock
from jupyter_mpl_guard.archive.owner import DiaryOwner

WHOLE = (DPI, {"fig0": b"a figure"}, {})

LIVE = """
import logging, sys, time
from dataclasses import replace
from jupyter_mpl_guard.agent.storage.diary import Diary
from jupyter_mpl_guard.agent.storage.disk.alive import hold
from jupyter_mpl_guard.archive.disk.server_lock import ServerLock
from jupyter_mpl_guard.archive.owner import DiaryOwner
from jupyter_mpl_guard.archive.store import ArchiveStore
runtime, kept, folder = sys.argv[1:]
server, agent, owner = ServerLock(runtime), hold(folder), DiaryOwner.of(Diary(folder))
store = ArchiveStore(kept, days=7.0, limit=64.0, log=logging.getLogger())
store.sealed(replace(owner, server_lock=server.name), owner.key.encode("latin-1")).write(Diary(folder))
print("lives", flush=True)
time.sleep(600)
"""
"""A server and the agent of its kernel, which has saved something."""

START = """
import logging, sys
from jupyter_mpl_guard.archive.orphans import sweep
from jupyter_mpl_guard.archive.store import ArchiveStore
runtime, kept = sys.argv[1:]
store = ArchiveStore(kept, days=7.0, limit=64.0, log=logging.getLogger())
list(sweep([runtime], logging.getLogger(), store.put_orphan))
"""
"""What a server does at its start."""


@pytest.fixture(params=["another container", "another machine"])
def elsewhere(request, tmp_path):
    """Return the command that runs a program under a host name in another container, or on another machine."""
    as_root = ["--user", "--map-root-user"] if os.getuid() else []
    is_machine = request.param == "another machine"
    unshare = ["unshare", *as_root, "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--uts", "sh", "-c"]

    def elsewhere(host, *command):
        boot = tmp_path / host
        boot.write_text(f"{host} has been started\n")
        lie = f"mount --bind '{boot}' /proc/sys/kernel/random/boot_id && " if is_machine else ""
        return [*unshare, f'hostname {host} && {lie}exec "$@"', "sh", *command]

    try:
        subprocess.run(elsewhere("elsewhere", "true"), check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"this user can make no namespaces: {getattr(error, 'stderr', error)}")
    return elsewhere


def python(program, *args):
    """Return the command that runs a Python program."""
    return [sys.executable, "-c", program, *map(str, args)]


ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}


@pytest.fixture
def started(elsewhere, runtime, tmp_path):
    """Start a server elsewhere, and wait until it has cleared up."""

    def started():
        command = elsewhere("made-anew", *python(START, runtime, tmp_path / "kept"))
        subprocess.run(command, check=True, env=ENVIRONMENT, timeout=60)

    return started


@contextmanager
def living(command):
    """Run a server and a kernel until the block ends, then kill them with all their processes."""
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "lives\n"
        yield
        process.kill()
        process.stdout.read()  # until all of them have ended


@pytest.fixture
def saved(left, store):
    """Write what a notebook's kernel saves while it lives."""
    diary, key, owner = left()
    store().sealed(owner, key).write(diary)
    return Path(diary.folder)


@pytest.mark.parametrize("hours", [2, *(pytest.param(hours, marks=pytest.mark.thorough) for hours in (0, 24 * 30))])
def test_a_kernel_that_lives_keeps_its_diary_whatever_starts_elsewhere(saved, started, runtime, tmp_path, hours):
    with living(python(LIVE, runtime, tmp_path / "kept", saved)):
        for path in (*saved.iterdir(), saved):
            os.utime(path, (time.time() - 3600 * hours,) * 2)
        before = set(saved.iterdir())
        started()
        assert set(saved.iterdir()) >= before


def test_a_kernel_that_has_outlived_its_server_keeps_its_diary_from_all(saved, started):
    agent = hold(str(saved))
    started()
    assert saved.exists()
    os.close(agent)


def test_a_kernel_whose_agent_has_said_nothing_yet_is_its_servers(saved, started, runtime, store):
    server, diary = ServerLock(str(runtime)), Diary(str(saved))
    store().sealed(replace(DiaryOwner.of(diary), server_lock=server.name), KEY).write(diary)
    started()
    assert saved.exists()
    server.release()


def test_a_container_made_anew_finds_what_the_killed_one_has_left(
    saved, elsewhere, started, runtime, store, taken, tmp_path
):
    with living(elsewhere("first", *python(LIVE, runtime, tmp_path / "kept", saved))):
        started()
        assert saved.exists()
    started()
    assert not saved.exists()
    assert taken(store()) == WHOLE
