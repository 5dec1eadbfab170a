"""The check of the diary, on disks that are full, folders that are not the user's, and kernels without a key."""

from __future__ import annotations

import os
import stat
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from diagnoses import checks, problems

from jupyter_mpl_guard.agent.diagnosis import diary
from jupyter_mpl_guard.agent.storage.diary import Diary

CELL = "import matplotlib.pyplot as plt; fig = plt.figure()"


@pytest.fixture
def small_disk(tmp_path, monkeypatch):
    """Make kernels keep their files on a disk of 1 MiB; yield it, and a function that resizes it."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(*options):
        command = ["mount", "-t", "tmpfs", "-o", *options, "none", str(folder)]
        return subprocess.run(command, capture_output=True).returncode == 0

    if not mount("size=1m,mode=0700"):
        pytest.skip("only root can mount a disk")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))  # connection files are made there
    yield folder, lambda size: mount(f"remount,size={size}")
    subprocess.run(["umount", "-l", str(folder)], check=True)


async def test_a_full_disk_is_named_and_room_mends_it(start_kernel, small_disk):
    folder, resize = small_disk
    async with start_kernel() as kernel:
        assert "has only 0 MiB left" in (await checks(kernel))["diary"]["sentence"]
        await kernel.run(CELL)
        with (folder / "filling").open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"x" * 4096):
                pass
        found = (await checks(kernel))["diary"]
        assert found["status"] == "problem"
        assert "the disk is full" in found["sentence"]
        assert found["remedy"].startswith("Free 32 MiB")
        assert resize("64m")
        assert await problems(kernel) == {}


async def test_a_folder_of_somebody_else_is_named_and_moving_it_mends_that(start_kernel, tmp_path):
    async with start_kernel() as kernel:
        folder = Path(kernel.diary.folder)
        folder.symlink_to(tmp_path)
        found = (await checks(kernel))["diary"]
        assert found["status"] == "problem"
        assert found["remedy"] == f"Rename {folder}."
        folder.rename(tmp_path / "another")
        assert await problems(kernel) == {}
        await kernel.run(CELL)
        assert await problems(kernel) == {}


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="root may write everywhere")
async def test_a_folder_that_cannot_be_written_is_named_and_the_remedy_opens_it(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(CELL)
        Path(kernel.diary.folder).chmod(0o500)
        found = (await checks(kernel))["diary"]
        assert found["status"] == "problem"
        await kernel.run(found["remedy"].split("`")[1])
        assert await problems(kernel) == {}


async def test_a_kernel_without_a_key_is_named(start_kernel):
    async with start_kernel(agent=False) as kernel:
        key, kernel.manager.session.key = kernel.manager.session.key, b""
        kernel.manager.write_connection_file()
        await kernel.crash()
        await kernel.begin("manual")
        assert "no key" in (await checks(kernel))["diary"]["sentence"]
        kernel.manager.session.key = key
        kernel.manager.write_connection_file()
        await kernel.crash()
        await kernel.begin("manual")
        assert await problems(kernel) == {}


async def test_nothing_is_left_behind_by_the_check(start_kernel, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    async with start_kernel() as kernel:
        await kernel.run("1")
        before = sorted(tmp_path.iterdir())
        await checks(kernel)
        assert sorted(tmp_path.iterdir()) == before
        await kernel.run(CELL)
        await checks(kernel)
        assert [name for name in kernel.diary.names() if name.startswith("draft.")] == []


def test_a_file_system_without_permissions_is_named(tmp_path, monkeypatch):
    # One that gives every file the same mode, as vfat does, cannot be mounted everywhere: its answer is made up.
    facts = SimpleNamespace(diary=Diary(str(tmp_path / "diary")), key=b"key")
    assert diary.can_be_written(facts).status == "ok"
    real = os.fstat

    def fstat(descriptor):
        status = list(real(descriptor))
        status[0] = stat.S_IFREG | 0o755
        return os.stat_result(status)

    monkeypatch.setattr(diary.os, "fstat", fstat)
    found = diary.can_be_written(facts)
    assert found.status == "problem"
    assert "without permissions" in found.sentence
    assert "JUPYTER_RUNTIME_DIR" in found.remedy
