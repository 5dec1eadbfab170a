"""What many kernels, archives and orphans cost a server: ``python benchmarks/many.py`` prints it and what was promised.

The server's half is real, files and threads too; the kernels are simulated: they have files and a manager, and answer
what an agent answers. Each measurement runs in a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import socket
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from jupyter_mpl_guard.agent.protocol import EMPTY_SETTINGS, Reinit, Status, compose
from jupyter_mpl_guard.agent.storage import settings_record
from jupyter_mpl_guard.agent.storage.diary import Diary
from jupyter_mpl_guard.agent.storage.settings_record import SettingsRecord
from jupyter_mpl_guard.agent_client import request
from jupyter_mpl_guard.archive.archiver import Archiver
from jupyter_mpl_guard.archive.disk.places import DiaryPlaces
from jupyter_mpl_guard.archive.disk.server_lock import PREFIX
from jupyter_mpl_guard.archive.kernel_files import KernelFiles
from jupyter_mpl_guard.archive.notebooks import Start
from jupyter_mpl_guard.archive.owner import DiaryOwner
from jupyter_mpl_guard.archive.store import ArchiveStore
from jupyter_mpl_guard.guard.kernels import GuardedKernels
from jupyter_mpl_guard.guard.policy import DataPolicy, FigureLimits, Policy

LOG = logging.getLogger("many")
GONE = f"{PREFIX}{socket.gethostname()}-gone"
SETTINGS = {**EMPTY_SETTINGS, "backend": "agg", "rc_params": {"figure.dpi": 137.0}}
FIGURE = {"id": "f", "number": 1, "label": "", "names": ["fig", "ax"], "axes": 1, "bytes": 84057, "saved": True}
FIGURES = [{**FIGURE, "canvas": None, "open": True, "cell": None}] * 3
IDLE_SECONDS = 10.0


class Agent:
    """The agent of a simulated kernel, as the server's client of it; one of three has figures."""

    def __init__(self, manager: Any, context: Any) -> None:
        self._id = manager.kernel_id

    async def __aenter__(self) -> Agent:
        return self

    async def __aexit__(self, *exception: object) -> None:
        pass

    async def ask(self, data: dict[str, Any], *, install: bool = False) -> dict[str, Any]:
        """Return the plot state."""
        figures = FIGURES if int(self._id) % 3 == 0 else []
        return compose(self._id, 1, Status.LIVE, "", [dict(each) for each in figures], **SETTINGS)

    async def wait_until_subscribed(self, unsubscribed: Any) -> None:
        """Return at once: no page listens."""


class Kernels:
    """A server's kernel manager with simulated kernels."""

    def __init__(self, runtime: Path) -> None:
        self._runtime, self._kernels = runtime, dict[str, Any]()

    def add(self, kernel_id: str) -> None:
        """Start a kernel."""

        async def spec(name: str) -> Any:
            return SimpleNamespace(language="python", env={})

        file = self._runtime / f"kernel-{kernel_id}.json"
        file.touch()
        self._kernels[kernel_id] = SimpleNamespace(
            kernel_id=kernel_id,
            connection_file=str(file),
            kernel_name="python3",
            kernel_spec=SimpleNamespace(env={}),
            kernel_spec_manager=SimpleNamespace(get_kernel_spec=spec),
            session=SimpleNamespace(key=b"key"),
            autorestart=True,
        )

    def __contains__(self, kernel_id: object) -> bool:
        return kernel_id in self._kernels

    def list_kernel_ids(self) -> list[str]:
        """Return the ids."""
        return list(self._kernels)

    def get_kernel(self, kernel_id: str) -> Any:
        """Return a kernel."""
        return self._kernels[kernel_id]

    def add_restart_callback(self, kernel_id: str, callback: Any, event: str) -> None:
        """Ignore the callback: no kernel crashes."""


def archiver_in(home: Path) -> tuple[Archiver, ArchiveStore]:
    """Return an archiver and its store, as a server has them."""
    store = ArchiveStore(str(home / "kept"), days=7.0, limit=1024.0, log=LOG)
    sessions = SimpleNamespace()
    contents = AsyncLargeFileManager(root_dir=str(home))
    runtime = str(home / "runtime")
    archiver = Archiver(
        store, sessions, contents, runtime_dir=runtime, patience=10.0, only_machine=False, days=7.0, log=LOG
    )
    return archiver, store


async def kernels(home: Path, count: int) -> list[str]:
    """Measure what kernels under guard cost a server that does nothing."""
    request.AgentClient = Agent  # type: ignore[assignment,misc]
    archiver, _ = archiver_in(home)
    manager = Kernels(home / "runtime")
    guarded = GuardedKernels(
        manager,
        policy=Policy(),
        hold_timeout=10.0,
        limits=FigureLimits(),
        data_limits=DataPolicy(),
        archiver=archiver,
        places=DiaryPlaces("", None, LOG),
        log=LOG,
    )

    async def start(numbers: range) -> None:
        for number in numbers:
            manager.add(str(number))
            await guarded.started(str(number))
            await (await guarded.get(str(number))).ask(Reinit())
        await asyncio.sleep(0.2)

    await start(range(10))  # what is made once is made
    await asyncio.to_thread(int)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    own = _weight_of(manager, count)
    started = time.perf_counter()
    await start(range(10, count + 10))
    took = time.perf_counter() - started
    gc.collect()
    each = (tracemalloc.get_traced_memory()[0] - before - own) / count / 1000
    tracemalloc.stop()
    used = time.process_time()
    await asyncio.sleep(IDLE_SECONDS)
    busy = 100 * (time.process_time() - used) / IDLE_SECONDS
    assert all(guarded.peek(kernel_id).state()["status"] == "live" for kernel_id in guarded.ids())
    return [
        line(f"memory of each of {count:,} kernels, kB", each, 20),
        line(f"processor time of a server with {count:,} idle kernels, %", busy, 0.5),
        line(f"start of {count:,} kernels, ms each (traced)", 1000 * took / count),
    ]


def _weight_of(manager: Kernels, count: int) -> int:
    """Return the bytes that the simulated kernels themselves take."""
    before = tracemalloc.get_traced_memory()[0]
    for number in range(count):
        manager.add(f"weight-{number}")
    weight = tracemalloc.get_traced_memory()[0] - before
    for number in range(count):
        del manager._kernels[f"weight-{number}"]
    return weight


async def archives(home: Path, count: int) -> list[str]:
    """Measure what archives cost the start of a server, and a notebook that is opened at once."""
    _, store = archiver_in(home)
    store.prepare()
    for number in range(count):
        owner = DiaryOwner(f"{home}/{number}.ipynb", str(number), archived_at=time.time(), kind="python3")
        owner.write(Diary(str(home / "kept" / f"mpl-guard-kept-{number:016x}")))
    lines = []
    for what, most in (("first", None), ("next", 0.2)):
        archiver, _ = archiver_in(home)
        used, started = time.process_time(), time.perf_counter()
        await archiver.start()
        took, busy = time.perf_counter() - started, time.process_time() - used
        await archiver.close()
        lines += [
            line(f"{what} start with {count:,} archives, s of the processor", busy, most),
            line(f"{what} start with {count:,} archives, s", took),
        ]
    return lines


async def orphans(home: Path, count: int) -> list[str]:
    """Measure how long the first cell of a notebook waits when a killed server has left diaries."""
    _, store = archiver_in(home)
    store.prepare()
    for number in range(count):
        diary = Diary(str(home / "runtime" / f"mpl-guard-old{number}"))
        settings_record.write(diary, SettingsRecord(settings=SETTINGS), f"old{number}", b"old")
        store.seal(diary, DiaryOwner(f"{home}/{number}.ipynb", f"old{number}", GONE, kind="python3"), b"old")
    archiver, _ = archiver_in(home)
    start = asyncio.create_task(archiver.start())
    await asyncio.sleep(0.2)  # the sweep is under way
    file = home / "runtime" / "kernel-new.json"
    file.touch()
    archiver._notebooks.assign_first("new", Start("session", f"{count - 1}.ipynb"))
    files = KernelFiles("new", Diary.beside(str(file)), str(file), b"new", "python3", os.getpid())
    started = time.perf_counter()
    assert await archiver.restore_into("new", files, lambda: True)
    waited = time.perf_counter() - started
    await start
    swept = time.perf_counter() - started
    await archiver.close()
    return [
        line(f"first cell behind {count:,} orphans, s", waited, 2.0),
        line(f"sweep of {count:,} orphans in the background, s", swept),
    ]


def line(question: str, figure: float, most: float | None = None) -> str:
    """Return a line of the table."""
    verdict = "" if most is None else f"at most {most:g}: {'kept' if figure <= most else 'NOT KEPT'}"
    return f"{question:64}{figure:10.3f}  {verdict}"


MEASUREMENTS: dict[str, Callable[[Path, int], Coroutine[Any, Any, list[str]]]] = {
    "kernels": kernels,
    "archives": archives,
    "orphans": orphans,
}


def main() -> None:
    """Run all measurements, or one of them in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kernels", type=int, nargs="*", default=[1000])
    parser.add_argument("--archives", type=int, nargs="*", default=[10_000])
    parser.add_argument("--orphans", type=int, nargs="*", default=[300, 1000])
    parser.add_argument("--one", nargs=2, metavar=("WHAT", "COUNT"), help="only this one, in this process")
    options = parser.parse_args()
    if options.one:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            (home / "runtime").mkdir()
            print(*asyncio.run(MEASUREMENTS[options.one[0]](home, int(options.one[1]))), sep="\n", flush=True)
        return
    for what in MEASUREMENTS:
        for count in getattr(options, what):
            subprocess.run([sys.executable, __file__, "--one", what, str(count)], check=True)


if __name__ == "__main__":
    main()
