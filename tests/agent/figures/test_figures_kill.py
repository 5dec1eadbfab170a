"""Kernels that are killed at random moments while cells plot: the diary is old or new, never garbage."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest
from aftermath import AGG
from fork_server import IMPORTED
from kernels import LIMIT, Kernel
from samples import some_of

from jupyter_mpl_guard.agent.storage.diary import RECORD, STATE
from jupyter_mpl_guard.agent.storage.figure_list import FigureList
from jupyter_mpl_guard.agent.storage.figures.saved_figures import SavedFigures
from jupyter_mpl_guard.agent.storage.sentences import LIST_GONE

KILLS = int(os.environ.get("MPL_GUARD_TEST_KILLS", 40 if os.environ.get("CI") else 60))
"""How many kernels are killed."""

SEEDS = (1, 2, 3, 4)
"""Each is a test of its own, so that they can run at the same time."""

AT_ONCE = 2
"""How many kernels run at the same time."""

SPAN = 0.12
"""Seconds after the start of a cell in which a kernel is killed: one or two cells take about as long."""

CELLS = [
    "f{n}, a{n} = plt.subplots(); l{n}, = a{n}.plot(range({n} + 2))",
    "f{n} = plt.figure(); f0.suptitle('cell {n}'); a0.plot([{n}, 1])",
    "f{n} = plt.figure(); i{n} = f{n}.add_subplot().imshow(np.random.rand(200, 200)); f{n}.colorbar(i{n})",
    "f{n}, x = plt.subplots(2, 2, sharex=True); x[0, 1].plot([1, 2]); both = [f0, f{n}]",
]
"""Cells, of which the one with number n makes figure n + 1."""


async def plot_and_be_killed(number: int, cell: int, moment: float, cells: Sequence[str]) -> list[str]:
    """Start a kernel, plot in it, kill it some seconds after a cell, and return what is wrong with its diary."""
    kernel = Kernel("python3")
    await kernel.start(**{IMPORTED: "numpy,matplotlib.pyplot"})
    try:
        await kernel.begin("manual", limits={"seconds": LIMIT})
        await kernel.run(AGG + cells[0].format(n=0))
        for n, each in enumerate(cells[1:], 1):
            # A cell that has started says that those before it are finished.
            kernel._client.execute(f"open('{number}-{n}', 'w').close()\n" + each.format(n=n))
        async with asyncio.timeout(LIMIT):
            while cell and not Path(f"{number}-{cell}").exists():
                await asyncio.sleep(0.002)
        await asyncio.sleep(moment)
        os.kill(kernel.manager.provisioner.process.pid, signal.SIGKILL)
        async with asyncio.timeout(LIMIT):
            while await kernel.manager.is_alive():
                await asyncio.sleep(0.01)
        started = max((n for n in range(1, len(cells)) if Path(f"{number}-{n}").exists()), default=0)
        return [f"kernel {number} in cell {started}: {each}" for each in faults(kernel, started)]
    finally:
        await kernel.stop()


def faults(kernel: Kernel, started: int) -> list[str]:
    """Return what is wrong with the diary of a kernel that was killed in the cell of this number."""
    kernel_id = Path(kernel.diary.folder).name.removeprefix("mpl-guard-")
    figure_list = FigureList(kernel.diary, kernel_id, kernel.manager.session.key)
    wrong, seen = [], set()
    try:
        for entry in (figure_list.read() or SavedFigures()).groups:
            seen |= {figure.number for figure in entry.figures}
            if len(figure_list.load(entry)) != entry.size:
                wrong.append(f"{entry.file} does not have {entry.size} bytes")
        for name in (STATE, RECORD):
            kernel.diary.read(name)
    except Exception as error:
        if started or str(error) != LIST_GONE:  # what the first cell has plotted may just be on its way to the disk
            wrong.append(repr(error))
    return wrong + [f"figure {number} is lost" for number in range(1, started + 1) if number not in seen]


@pytest.mark.parametrize("seed", some_of(SEEDS, 1))
async def test_a_kernel_that_is_killed_at_any_moment_leaves_a_whole_diary(start_kernel, seed):
    chance, count = random.Random(seed), KILLS // len(SEEDS)
    plans = [
        (number, chance.randrange(len(CELLS) * 3), chance.uniform(0, SPAN), [CELLS[0], *chance.choices(CELLS, k=11)])
        for number in range(count)
    ]
    wrong: list[str] = []

    async def work() -> None:
        while plans:
            wrong.extend(await plot_and_be_killed(*plans.pop()))

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    assert wrong == []
    ended = [max((n for n in range(1, 12) if Path(f"{number}-{n}").exists()), default=0) for number in range(count)]
    assert len(set(ended)) > 3  # the moments were spread over the cells
