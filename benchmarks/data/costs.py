"""What keeping data costs, and what it gains: ``python benchmarks/data/costs.py`` prints a table.

Kernels with and without the agent run side by side and take turns. Where the clock on the wall is noise, the processor
time of the kernel's process counts, what it does when it is idle included.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "tests" / "support")]

from kernels import Kernel  # noqa: E402
from measures import Times  # noqa: E402
from notebooks import Notebook, corpus  # noqa: E402
from report import Result, at_most, difference, ratio, table  # noqa: E402
from rivals import RIVALS  # noqa: E402
from running import QUIET, guard, kernel_named, milliseconds_of_processor, running, settled  # noqa: E402

from jupyter_mpl_guard.agent.data.values.fingerprint import BytesFingerprint  # noqa: E402

MANY_NAMES = """
import numpy as np
for count in range(1_000):
    globals()[f"name_{count}"] = [{"a": count}, {"b": str(count)}, {count}, [count, None]] + [[k] for k in range(6)]
arrays = [np.ones(2**24) for _ in range(8)]
"""
"""1,000 names with 10,000 objects below them, and 1 GiB of arrays."""

MUCH_DATA = """
import numpy as np, pandas as pd
changed = np.random.default_rng(0).random(4_000_000)
frame = pd.DataFrame(np.random.default_rng(1).random((500_000, 10)))
records = [{f"field {k}": [k, str(k)] for k in range(20)} for _ in range(1_000)]
"""
CHANGE = "changed[::1000] += 1; frame[0] += 1; records[0]['field 0'] = [len(records), str(changed[0])]"

IMPORTS = "import numpy as np, pandas as pd, matplotlib.pyplot as plt"
FRAME = "df = pd.DataFrame(np.random.default_rng(2).random((1_000_000, 13)), columns=[f'c{k}' for k in range(13)])"
"""Of 104 MB."""
DRAW = "fig, ax = plt.subplots(); ax.plot(np.arange(100)); None"
USE = "ax.set_title(f'{df.c3.mean():.6f} {np.pi:.3f}'); print(ax.get_title(), df.shape)"

PEAK = "import tracemalloc; print(tracemalloc.get_traced_memory()[1] - start); tracemalloc.stop()"
LEVEL = "import tracemalloc; tracemalloc.start(); start = tracemalloc.get_traced_memory()[0]"

EMPTY = Notebook("", (), {}, ())


@asynccontextmanager
async def _pair(setup: str, **limits: float) -> AsyncIterator[dict[str, Kernel]]:
    async with running(EMPTY, RIVALS.name, **limits) as guarded, running(EMPTY, RIVALS.name, guarded=False) as plain:
        pair = {"guarded": guarded, "plain": plain}
        for kernel in pair.values():
            await kernel.run(setup)
        await settled(guarded)
        yield pair


async def _in_turn(pair: dict[str, Kernel], times: int, once: Callable[[Kernel], Awaitable[float]]) -> Times:
    taken: Times = {name: [] for name in pair}
    for _ in range(times):
        for name, kernel in pair.items():
            taken[name].append(await once(kernel))
    return taken


async def trivial_cell(times: int) -> Times:
    """Return the milliseconds of processor time that a cell takes, the idle time after twenty of them included."""

    async def once(kernel: Kernel) -> float:
        before = milliseconds_of_processor(kernel)
        for _ in range(20):
            await kernel.run("y = 1")
        await asyncio.sleep(QUIET)
        return (milliseconds_of_processor(kernel) - before) / 20

    async with _pair(MANY_NAMES) as pair:
        await _in_turn(pair, 2, once)
        return await _in_turn(pair, times, once)


async def next_cell(times: int) -> Times:
    """Return the milliseconds from sending a cell to its end, right behind one that changes much data in place."""

    async def once(kernel: Kernel) -> float:
        await kernel.run(CHANGE)
        started = perf_counter()
        await kernel.run("y = 1")
        taken = 1000 * (perf_counter() - started)
        await asyncio.sleep(3 * QUIET)
        return taken

    async with _pair(MUCH_DATA) as pair:
        await _in_turn(pair, 2, once)
        return await _in_turn(pair, times, once)


async def run_all(notebook: Notebook, times: int) -> dict[str, float]:
    """Return the least milliseconds of processor time that a notebook takes, until its kernel is idle."""
    taken: Times = {"guarded": [], "plain": []}
    for _ in range(times):
        for name, single in taken.items():
            async with running(notebook, RIVALS.name, guarded=name == "guarded") as kernel:
                before = milliseconds_of_processor(kernel)
                for cell in notebook.cells:
                    await kernel.run(cell)
                await asyncio.sleep(2 * QUIET)
                single.append(milliseconds_of_processor(kernel) - before)
    return {name: min(single) for name, single in taken.items()}


def fingerprint(times: int) -> Times:
    """Return the milliseconds for the fingerprint of a gigabyte."""
    data = memoryview(os.urandom(2**27))
    taken = []
    for _ in range(times):
        started = perf_counter()
        BytesFingerprint().update(data)
        taken.append(1000 * (perf_counter() - started) * 1e9 / data.nbytes)
    return {"guarded": taken}


async def after_crash(times: int, pause: float) -> Times:
    """Return the milliseconds that a cell takes which uses imports, axes and a frame, in a kernel that starts again.

    Without the guard the imports run again, and the frame is read from a file written before the crash;
    nothing is drawn again.

    Parameters
    ----------
    times : int
        Crashes for each.
    pause : float
        Seconds from the start to the cell: a user takes some to see that a kernel is gone. Where there are none, the
        start of the agent counts as well.
    """
    taken: Times = {"guarded": [], "plain": []}
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "frame.parquet")
        again = f"{IMPORTS}\ndf = pd.read_parquet({file!r})\nfig, ax = plt.subplots()\n{USE}"
        for _ in range(times):
            async with _pair(f"%matplotlib inline\n{IMPORTS}\n{FRAME}\n{DRAW}", value=200) as pair:
                await pair["plain"].run(f"df.to_parquet({file!r})")
                for name, kernel in pair.items():
                    await kernel.crash(at_once=True)
                    started = perf_counter()
                    if name == "guarded":
                        await guard(kernel, "crash", value=200)
                    if pause:
                        await asyncio.sleep(pause)
                        started = perf_counter()
                    await kernel.run(USE if name == "guarded" else again)
                    taken[name].append(1000 * (perf_counter() - started))
    return taken


async def memory(times: int) -> Times:
    """Return the MiB of memory that saving what a cell has changed needs at its peak."""

    async def once(kernel: Kernel) -> float:
        await kernel.run(LEVEL)
        await kernel.run("changed[5] += 1; frame[1] += 0; records[1]['field 1'] = [0]")
        await asyncio.sleep(3 * QUIET)
        return float(await kernel.run(PEAK)) / 2**20

    async with _pair(MUCH_DATA) as pair:
        await _in_turn(pair, 1, once)
        return await _in_turn(pair, times, once)


async def measure(scale: float) -> list[Result]:
    """Measure everything; `scale` is a factor on the number of repetitions."""

    def times(count: int) -> int:
        return max(2, round(scale * count))

    results = [
        difference("a trivial cell with 1 GiB, processor time", await trivial_cell(times(15)), 0.3),
        difference("the next cell after 75 MB have changed", await next_cell(times(15)), 50),
        at_most("fingerprint of 1 GB", fingerprint(times(10)), 1000),
        ratio("a cell with 100 MB, 3 s after a crash", await after_crash(times(5), 3), 0.6),
        ratio("a cell with 100 MB, at once after a crash", await after_crash(times(5), 0), 1.1),
        difference("memory to save 75 MB at its peak, MiB", await memory(times(5)), 16),
    ]
    taken: Times = {"guarded": [], "plain": []}
    shares = []
    for notebook in corpus():
        least = await run_all(notebook, times(2))
        for name, single in taken.items():
            single.append(least[name])
        shares.append(least["guarded"] / least["plain"])
        print(f"Run All of {notebook.name:26}{shares[-1]:6.2f} x", flush=True)
    for question, share, most in (
        ("Run All, processor time, median notebook", median(shares), 1.05),
        ("Run All, processor time, worst notebook", max(shares), 1.15),
    ):
        results.append(Result(question, taken, f"at most {most} x", share, share <= most))
    return results


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--scale", type=float, default=1.0, help="factor on the repetitions (1)")
    options = arguments.parse_args()
    with kernel_named():
        print(table(asyncio.run(measure(options.scale))))


if __name__ == "__main__":
    main()
