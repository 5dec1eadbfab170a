"""End a story, or make it fail, at each of its system calls."""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from story import LOG, NOTEBOOK, Found, Machine, kernel, sweep

from jupyter_mpl_guard.agent.storage.disk import alive
from jupyter_mpl_guard.agent.storage.disk.alive import Place
from jupyter_mpl_guard.archive.disk import server_lock
from jupyter_mpl_guard.archive.disk.server_lock import ServerLock

CALLS = (
    "open",
    "replace",
    "rename",
    "unlink",
    "link",
    "mkdir",
    "rmdir",
    "fsync",
    "scandir",
    "listdir",
    "lstat",
    "utime",
)
"""System calls by which files are made, moved and removed."""

KERNELS = 2
"""How many kernels of the notebook follow one another in a story."""


@contextmanager
def place() -> Iterator[Path]:
    """Make a folder in memory, where flushing takes no time."""
    parent = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="torture-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def replace_call(at: int, act: Callable[[], Any], *, times: int = 1) -> None:
    """Call `act` before the system call with this number, and before some that follow it."""
    count = 0

    def wrap(real: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            count += 1
            if at <= count < at + times:
                act()
            return real(*args, **kwargs)

        return call

    for name in CALLS:
        setattr(os, name, wrap(getattr(os, name)))


def in_child(run: Callable[[Callable[[int], None]], None], delay: float | None = None) -> tuple[int, bool]:
    """Run something in a child process; return what it has saved last, and whether it came to its end.

    Parameters
    ----------
    run : callable
        Takes a function to call with each generation that is saved.
    delay : float, optional
        Seconds after which the process is killed.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            run(lambda generation: os.write(writer, generation.to_bytes(4, "big")))
            os.write(writer, (2**31).to_bytes(4, "big"))
        except BaseException as error:
            print("the story failed:", repr(error), file=sys.stderr, flush=True)
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    os.close(writer)
    if delay is not None:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reader, "rb") as pipe:
        told = [int.from_bytes(pipe.read(4), "big") for _ in iter(lambda: pipe.peek(4), b"")]
    os.waitpid(child, 0)
    is_whole = bool(told) and told[-1] == 2**31
    return max([-1, *(each for each in told if each != 2**31)]), is_whole


def tell_story(folder: Path, saved: Callable[[int], None], notebook: str = NOTEBOOK, kernels: int = KERNELS) -> None:
    """Run some kernels of a notebook one after another, each under a server that may be a new one."""
    machine, generation = Machine(folder), 0
    for _ in range(kernels):
        lock = ServerLock(str(machine.runtime))
        generation = kernel(machine, machine.store(), lock, notebook, saved, generation)
        lock.release()


def kept(found: Found, saved: int) -> bool:
    """Return whether what was saved last is there, or what was about to be."""
    return saved < 0 or (saved <= found.settings <= saved + 1 and saved <= found.figures <= saved + 1)


def kills_at_each_step(step: int = 1) -> Iterator[tuple[str, bool]]:
    """Kill a process at each of its system calls."""
    at, is_whole = 1 - step, False
    while not is_whole:
        at += step

        def run(saved: Callable[[int], None], at: int = at) -> None:
            replace_call(at, lambda: os.kill(os.getpid(), signal.SIGKILL))
            tell_story(folder, saved)

        with place() as folder:
            saved, is_whole = in_child(run)
            found = Machine(folder).find()
            yield f"killed at call {at}: saved {saved}, {found}", kept(found, saved)


def kills_at_random(count: int, chance: random.Random) -> Iterator[tuple[str, bool]]:
    """Kill a process at random moments between its system calls."""
    for _ in range(count):
        delay = chance.uniform(0, 0.08)
        with place() as folder:
            saved, _ = in_child(lambda saved, folder=folder: tell_story(folder, saved, kernels=9), delay)
            found = Machine(folder).find()
            yield f"killed after {delay:.3f} s: saved {saved}, {found}", kept(found, saved)


def errors_at_each_step(number: int, times: int, step: int = 1) -> Iterator[tuple[str, bool]]:
    """Make each system call fail, alone or with those that follow it."""
    at, is_over = 1 - step, False
    while not is_over:
        at += step
        with place() as folder:
            met = folder / "met"

            def run(saved: Callable[[int], None], at: int = at, met: Path = met, folder: Path = folder) -> None:
                def fail() -> None:
                    met.touch()
                    raise OSError(number, os.strerror(number))

                replace_call(at, fail, times=times)
                tell_story(folder, saved)

            saved, _ = in_child(run)
            is_over = not met.exists()
            found = Machine(folder).find()
            yield f"{os.strerror(number)} x {times} at call {at}: saved {saved}, {found}", kept(found, saved)


def two_servers(count: int) -> Iterator[tuple[str, bool]]:
    """Run two servers in the same folders at the same time, each with a notebook of its own."""
    yield from _pairs(count, "two servers", lambda number: None)


def two_machines(count: int) -> Iterator[tuple[str, bool]]:
    """Do the same on two machines whose shared file system locks for each of them apart."""
    yield from _pairs(count, "two machines", _live_on_machine)


def _pairs(count: int, what: str, begin: Callable[[int], None]) -> Iterator[tuple[str, bool]]:
    for turn in range(count):
        with place() as folder:
            books = [f"/work/{n}.ipynb" for n in range(2)]
            children = []
            for number, notebook in enumerate(books):
                child = os.fork()
                if child == 0:
                    try:
                        begin(number)
                        tell_story(folder, lambda generation: None, notebook)
                    finally:
                        os.kill(os.getpid(), signal.SIGKILL)
                children.append(child)
            for child in children:
                os.waitpid(child, 0)
            found = [Machine(folder).find(notebook) for notebook in books]
            yield f"{what}, {turn}: {found}", all(kept(each, 3 * KERNELS) for each in found)


def _live_on_machine(number: int) -> None:
    """Make this process behave as on a machine of its own: it sees the files of the others, and none of their locks."""
    alive.locks_reach_all = server_lock.locks_reach_all = lambda *args: False  # type: ignore[assignment]
    if number:
        place = Place(f"machine {number}", f"boot {number}", "pid:[1]")
        Place.here = classmethod(lambda cls: place)  # type: ignore[method-assign,assignment]
        socket.gethostname = lambda: place.machine
        fcntl.flock = fcntl.lockf = lambda *args: None  # type: ignore[assignment]


def clocks(count: int, chance: random.Random) -> Iterator[tuple[str, bool]]:
    """Start servers whose clock is wrong for once."""
    real = time.time
    for _ in range(count):
        with place() as folder:
            days = chance.choice([10, 30, 400, -10])
            saved = in_child(lambda saved, folder=folder: tell_story(folder, saved))[0]
            machine = Machine(folder)
            time.time = lambda days=days: real() + days * 86400
            try:
                for _ in range(chance.randrange(1, 4)):
                    lock = ServerLock(str(machine.runtime))
                    list(sweep([str(machine.runtime)], LOG, machine.store().put_orphan))
                    machine.store().expire()
                    lock.release()
            finally:
                time.time = real
            found = machine.find()
            yield f"clock {days:+} days: saved {saved}, {found}", kept(found, saved)
