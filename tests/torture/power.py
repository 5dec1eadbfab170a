"""Cut the power of a machine: copy the disk under a file system that is being written, and read the copy."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from story import NOTEBOOK, Machine, kernel

from jupyter_mpl_guard.archive.disk.server_lock import ServerLock

MIB = 32


class CannotMount(Exception):
    """Raised with the reason when there is no disk to be cut off."""


def run(*command: str) -> None:
    """Run a command.

    Raises
    ------
    CannotMount
        If it fails.
    """
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotMount(f"{command[0]}: {getattr(error, 'stderr', '') or error}".strip()) from error


@contextmanager
def mounted(image: Path, on: Path) -> Iterator[Path]:
    """Mount an image on a loop device."""
    on.mkdir(exist_ok=True)
    run("mount", "-o", "loop", str(image), str(on))
    try:
        yield on
    finally:
        run("umount", str(on))


def cuts(count: int, chance: random.Random, seconds: float) -> Iterator[tuple[str, bool]]:
    """Write to an ext4 with default options, copy its disk at random moments, and read the copies.

    Raises
    ------
    CannotMount
        If the machine has no loop devices for this user.
    """
    place = Path(tempfile.mkdtemp(prefix="torture-power-"))
    try:
        image = place / "disk.img"
        with image.open("wb") as file:
            file.truncate(MIB * 2**20)
        run("mkfs.ext4", "-q", str(image))
        with mounted(image, place / "disk") as disk:
            child = writer(disk, place / "saved")
            try:
                time.sleep(1)
                for number in range(count):
                    time.sleep(chance.uniform(0, 2 * seconds))
                    before = known(place / "saved")
                    copy = place / f"copy{number}.img"
                    # A copy takes a while, and a cut does not: nothing may be written into what is still to be copied.
                    os.kill(child, signal.SIGSTOP)
                    os.waitid(os.P_PID, child, os.WSTOPPED)
                    run("cp", "--sparse=always", str(image), str(copy))
                    os.kill(child, signal.SIGCONT)
                    with mounted(copy, place / "copy") as woken:
                        found = Machine(woken).find()
                    copy.unlink()
                    yield f"cut {number}: on the disk {before}, {found}", min(found) >= before
            finally:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def known(path: Path) -> int:
    """Return the generation known to be on the disk: that of the last kernel that has been archived."""
    return int(path.read_text() or -1) if path.exists() else -1


def writer(disk: Path, told: Path) -> int:
    """Start a process that plots and restarts without end; it notes elsewhere what must be on the disk by now."""
    child = os.fork()
    if child == 0:
        try:
            machine, generation = Machine(disk), 0
            while True:
                lock = ServerLock(str(machine.runtime))
                generation = kernel(machine, machine.store(), lock, NOTEBOOK, lambda each: None, generation)
                lock.release()
                draft = told.with_suffix(".new")
                draft.write_text(str(generation))
                draft.rename(told)
                time.sleep(0.02)
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    return child
