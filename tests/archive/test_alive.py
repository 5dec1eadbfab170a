"""A living kernel's diary is its own, on whatever machine it lives; a dead one's is found at once."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from aftermath import AGG, until, untrue

from jupyter_mpl_guard.agent.storage.diary import Diary
from jupyter_mpl_guard.agent.storage.disk import alive
from jupyter_mpl_guard.agent.storage.disk.alive import ALIVE, Life, Place, hold, life_of, locks_reach_all
from jupyter_mpl_guard.archive.disk.server_lock import PREFIX, ServerLock, is_of_this_machine
from jupyter_mpl_guard.archive.orphans import DiaryFacts, has_ended

HERE = Place("host id", "boot", "pid:[1]")
CONTAINER = Place("c0ffee id", "boot", "pid:[2]")
RESTARTED = Place("host id", "later boot", "pid:[1]")
ELSEWHERE = Place("another its-id", "its boot", "pid:[1]")

HOLD = (
    "import sys; from jupyter_mpl_guard.agent.storage.disk.alive import hold\n"
    "lock = hold(sys.argv[1]); import os\n"
    "if os.fork() == 0:\n    import time; print('child', os.getpid(), flush=True); time.sleep(60)\nos.wait()"
)


@pytest.fixture
def holder(tmp_path):
    """Yield a diary that is held by a process that has forked, and a function that ends the process."""
    diary = Diary(str(tmp_path / "mpl-guard-k"))
    diary.note("outlived")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, diary.folder], stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        child = int(process.stdout.readline().split()[1])

        def end():
            process.kill()
            process.wait()

        yield diary, end
        end()
        os.kill(child, signal.SIGKILL)


def test_a_lock_ends_with_its_process_and_not_with_a_child_that_outlives_it(holder):
    diary, end = holder
    assert life_of(diary.folder, "k") is Life.ALIVE
    end()
    assert life_of(diary.folder, "k") is Life.DEAD


@pytest.mark.parametrize(
    ("there", "shared", "held", "life"),
    [
        (HERE, True, False, Life.DEAD),
        (HERE, True, True, Life.ALIVE),
        (HERE, True, None, Life.UNKNOWN),
        (CONTAINER, True, False, Life.DEAD),
        (CONTAINER, True, True, Life.ALIVE),
        (RESTARTED, True, False, Life.DEAD),
        (ELSEWHERE, True, False, Life.UNKNOWN),
        (ELSEWHERE, True, True, Life.ALIVE),
        (ELSEWHERE, False, False, Life.DEAD),
        (ELSEWHERE, False, None, Life.UNKNOWN),
    ],
)
def test_a_lock_counts_where_it_is_seen(tmp_path, monkeypatch, there, shared, held, life):
    diary = Diary(str(tmp_path))
    diary.write(ALIVE, {**there._asdict(), "process": 1, "locked": True})
    monkeypatch.setattr(Place, "here", classmethod(lambda cls: HERE))
    monkeypatch.setattr(alive, "_is_held", lambda path: held)
    monkeypatch.setattr(alive, "locks_reach_all", lambda path: not shared)
    assert life_of(diary.folder, "k") is life


@pytest.mark.parametrize(
    ("there", "runs", "life"),
    [
        (HERE, True, Life.ALIVE),
        (HERE, False, Life.DEAD),
        (CONTAINER, False, Life.UNKNOWN),  # its process ids are its own
        (ELSEWHERE, False, Life.UNKNOWN),
        (RESTARTED, True, Life.DEAD),
    ],
)
def test_a_process_id_counts_only_where_it_means_something(tmp_path, monkeypatch, there, runs, life):
    diary = Diary(str(tmp_path))
    diary.write(ALIVE, {**there._asdict(), "process": 1, "locked": False})
    monkeypatch.setattr(Place, "here", classmethod(lambda cls: HERE))
    monkeypatch.setattr(alive, "runs", lambda process, kernel_id: runs)
    assert life_of(diary.folder, "k") is life


def test_where_files_cannot_be_locked_the_file_says_so(tmp_path, monkeypatch):
    def refuse(*args):
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr(alive.fcntl, "lockf", refuse)
    os.close(hold(str(tmp_path)))
    assert json.loads((tmp_path / ALIVE).read_text())["locked"] is False
    assert life_of(str(tmp_path), "no kernel of this process") is Life.DEAD


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"locked": true}', '{"locked": false, "process": Infinity}', "[" * 99_999]
)
def test_whatever_is_in_the_file_is_an_answer(tmp_path, text):
    (tmp_path / ALIVE).write_text(text)
    assert life_of(str(tmp_path), "k") in Life


def test_a_disk_of_this_machine_is_told_from_a_shared_one(tmp_path):
    def mounted(*lines):
        (tmp_path / "mounts").write_text("\n".join(lines))
        return [locks_reach_all(path, str(tmp_path / "mounts")) for path in ("/home/me/run", "/var/a b/c", "/srv/nfs")]

    assert mounted(
        "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw",
        "23 22 0:50 / /home rw shared:2 - nfs4 server:/home rw,vers=4.2,local_lock=none,addr=1.2.3.4",
        "24 22 0:51 / /var/a\\040b rw - lustre mgs:/scratch rw,localflock",
        "25 22 0:52 / /srv/nfs rw - nfs server:/srv rw,local_lock=all",
    ) == [True, False, False]
    assert mounted("22 1 8:1 / / rw - xfs /dev/sda1 rw") == [True] * 3
    assert mounted("nonsense") == [False] * 3


def test_a_diary_is_taken_only_when_it_is_known_that_nobody_writes_it():
    ended = {facts for facts in map(DiaryFacts._make, product(Life, *[(False, True)] * 3)) if has_ended(facts)}
    assert {facts.life for facts in ended} == {Life.DEAD, Life.UNKNOWN, Life.UNSAID}
    assert all(facts.server_ended for facts in ended)
    assert all(facts.is_over for facts in ended if facts.life is Life.UNKNOWN)
    assert all(facts.is_over or facts.is_near for facts in ended if facts.life is Life.UNSAID)
    assert DiaryFacts(Life.DEAD, server_ended=True, is_near=False, is_over=False) in ended


def test_a_server_lock_is_that_of_a_machine_and_its_containers(tmp_path, monkeypatch):
    lock = ServerLock(str(tmp_path))
    assert is_of_this_machine(lock.name)
    monkeypatch.setattr("socket.gethostname", lambda: "made-anew")
    assert is_of_this_machine(lock.name)  # the same system under another name
    assert not is_of_this_machine(f"{PREFIX}elsewhere.0ther800-x")
    assert is_of_this_machine(f"{PREFIX}made-anew.0ther800-x")  # it has been started again
    assert is_of_this_machine(f"{PREFIX}made-anew-x")
    lock.release()


async def test_an_idle_kernel_keeps_its_diary_whatever_another_server_believes(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig, ax = plt.subplots()")
        await kernel.run("1")
        await until(lambda: any(name.endswith(".figures") for name in kernel.diary.names()))
        folder = Path(kernel.diary.folder)
        for path in (*folder.iterdir(), folder):
            os.utime(path, (0, 0))
        assert life_of(kernel.diary.folder, "k") is Life.ALIVE
        await kernel.crash()
        assert life_of(kernel.diary.folder, "k") is Life.DEAD
        await kernel.begin()
        assert await untrue(kernel, "ax.figure is fig") == {}
        assert life_of(kernel.diary.folder, "k") is Life.ALIVE  # the next incarnation's
        await kernel.ask("forget")
        await kernel.run("ax.set_title('again'); ax.figure.canvas.draw()")
        await until(lambda: life_of(kernel.diary.folder, "k") is Life.ALIVE)


def test_what_a_machine_says_of_itself_is_read_once(monkeypatch):
    real, read = alive._text, []
    monkeypatch.setattr(alive, "_text", lambda path: read.append(path) or real(path))
    alive._lasting.cache_clear()
    assert len({Place.here() for _ in range(1000)}) == 1
    assert sorted(read) == ["/etc/machine-id", "/proc/sys/kernel/random/boot_id"]
