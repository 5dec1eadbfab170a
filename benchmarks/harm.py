"""Whether the guard harms a kernel: ``python benchmarks/harm.py`` prints a table, with and without it side by side.

What is asked: do cells wait for heavy names, for large figures, for Run All; are interrupts and warnings those of a
kernel without the guard; how much memory does a kernel take that never plots.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from figure_cases import FIGURES, PRELUDE
from live import Server
from measures import Contender, Times, in_turn, stop
from report import Result, difference, table

SETUP = (
    "%matplotlib inline\nimport matplotlib.pyplot as plt, numpy as np\nfig, ax = plt.subplots(); ax.plot([1, 2]); None"
)

HEAVY = {
    "GeoJSON of 300,000 points": (
        "heavy = {'features': [{'geometry': {'type': 'Polygon', 'coordinates': [[[k * .1, k * .2]"
        " for k in range(100)]]}} for _ in range(3000)]}"
    ),
    "1,000 records": "heavy = [{f'field {k}': [k, str(k), {'unit': 'm'}] for k in range(50)} for _ in range(1000)]",
    "a graph of dicts": (
        "heavy = {k: {} for k in range(20000)}\n"
        "for k in heavy:\n    for step in (1, 2, 3): heavy[k][(k * step + 1) % 20000] = {'weight': step}"
    ),
    "a tree of objects": (
        "class Node:\n    def __init__(self, depth):\n        self.depth = depth\n"
        "        self.children = [Node(depth - 1) for _ in range(4)] if depth else []\nheavy = Node(7)"
    ),
    "dataclasses": (
        "from dataclasses import dataclass\n@dataclass\nclass Row:\n    name: str\n    value: float\n    tags: list\n"
        "heavy = [Row(str(k), k / 3, [k]) for k in range(30000)]"
    ),
    "sets in a defaultdict": (
        "from collections import defaultdict\nheavy = defaultdict(set)\n"
        "for k in range(50000): heavy[k % 5000].add(str(k))"
    ),
    "an array of objects": "heavy = np.array([{'k': k} for k in range(50000)] + [None], dtype=object)[:-1]",
    "a table with objects": (
        "import pandas as pd\nheavy = pd.DataFrame({'k': range(30000), 'item': [[k] for k in range(30000)]})"
    ),
    "closures": "def make(k):\n    return lambda: [k] * 3\nheavy = [make(k) for k in range(30000)]",
    "a linked list": "heavy = None\nfor k in range(50000): heavy = (k, heavy)",
}
"""Kind to the cell that binds it."""

WARN = (
    "fig, ax = plt.subplots(); ax.plot([1, 2]); warner.convert(); plt.close(fig)\n"
    "print(sum('mixed' in str(each) for each in warner.shown))"
)

WARNER = (
    "import types, warnings\nwarner = types.ModuleType('warner'); warner.shown = []\n"
    "exec('import warnings\\ndef convert(): warnings.warn(\"mixed types\", UserWarning)', warner.__dict__)\n"
    "warnings.showwarning = lambda message, *rest, **options: warner.shown.append(message)"
)

MEMORY = (
    "print(sum(int(line.split()[1]) for line in open('/proc/self/smaps_rollup') if line.startswith('Private')) / 1024)"
)


async def cell_beside(pair: list[Contender], setup: str, times: int, before: str = "", code: str = "y = 1") -> Times:
    """Time a cell in kernels that are set up, each time right behind another one where one is given."""
    running = {contender.name: await contender.kernel_with(f"{SETUP}\n{setup}") for contender in pair}
    direct = {contender.name: contender.server.connect_directly(running[contender.name][0]) for contender in pair}
    taken: Times = {contender.name: [] for contender in pair}
    for contender in pair:
        for _ in range(3):
            await direct[contender.name].run(code)
    for _ in range(times):
        for contender in pair:
            if before:
                await direct[contender.name].run(before)
            for name, milliseconds in (await in_turn([contender], 1, lambda each: direct[each.name].run(code))).items():
                taken[name] += milliseconds
            if before:
                await asyncio.sleep(1)
    for contender in pair:
        direct[contender.name].close()
        await stop(contender, *running[contender.name])
    return taken


async def run_all(pair: list[Contender], notebooks: list[list[str]]) -> Times:
    """Return the milliseconds of processor time that kernels take from the first to the last cell of notebooks."""
    taken: Times = {contender.name: [] for contender in pair}
    for cells in notebooks:
        for contender in pair:
            kernel_id, client = await contender.kernel_with("import time")
            before = float(await client.run("print(time.process_time())"))
            for code in cells:
                await client.run(code)
            await asyncio.sleep(2)  # what is put off until the kernel is idle counts as well
            taken[contender.name].append(1000 * (float(await client.run("print(time.process_time())")) - before))
            await stop(contender, kernel_id, client)
    return taken


async def interrupts(pair: list[Contender], times: int) -> Times:
    """Return 1 for each interrupt that has ended the cell that waited when it came, and 0 for each that is lost."""
    delivered: Times = {contender.name: [] for contender in pair}
    for contender in pair:
        kernel_id, client = await contender.kernel_with(SETUP + "\nimport time\nax.plot(np.random.rand(200_000)); None")
        for count in range(times):
            first = client.send_cell(f"ax.set_title('{count}'); None")
            second = client.send_cell("time.sleep(5)")
            await client.answer(first)
            await asyncio.sleep(0.02 * count / times)
            await contender.server.call("POST", f"api/kernels/{kernel_id}/interrupt")
            reply, _ = await client.answer(second)
            delivered[contender.name].append(float(reply.get("ename") == "KeyboardInterrupt"))
        await stop(contender, kernel_id, client)
    return delivered


async def printed(pair: list[Contender], setup: str, code: str, times: int) -> Times:
    """Return the numbers that a cell prints in `times` runs."""
    numbers: Times = {contender.name: [] for contender in pair}
    for contender in pair:
        kernel_id, client = await contender.kernel_with(setup)
        for _ in range(times):
            numbers[contender.name].append(float(await client.run(code)))
        await stop(contender, kernel_id, client)
    return numbers


async def memory(pair: list[Contender], times: int) -> Times:
    """Return the MiB that kernels have to themselves in which nothing is plotted."""
    taken: Times = {contender.name: [] for contender in pair}
    for _ in range(times):
        for contender in pair:
            kernel_id, client = await contender.kernel_with("x = 1")
            await asyncio.sleep(3)
            taken[contender.name].append(float(await client.run(MEMORY)))
            await stop(contender, kernel_id, client)
    return taken


async def measure(scale: float) -> list[Result]:
    """Measure everything; `scale` is a factor on the number of repetitions."""

    def times(count: int) -> int:
        return max(3, round(scale * count))

    names = sorted(FIGURES)
    notebooks = [[PRELUDE, *(FIGURES[name] for name in names[start::10])] for start in range(10)]
    async with AsyncExitStack() as stack:
        pair = [
            Contender("guarded", await stack.enter_async_context(Server(guarded=True))),
            Contender("plain", await stack.enter_async_context(Server(guarded=False))),
        ]
        results = [
            difference(f"a trivial cell beside {kind}", await cell_beside(pair, setup, times(40)), 1)
            for kind, setup in HEAVY.items()
        ]
        for size, points, most in (("8 MiB", 500_000, 100), ("100 MiB", 6_500_000, 300)):
            setup = f"other = plt.figure(); dots, = other.gca().plot(np.random.rand({points})); plt.close('all')"
            taken = await cell_beside(pair, setup, times(8), before="dots.set_linewidth(np.random.rand())")
            results.append(difference(f"the next cell after a figure of {size}", taken, most))
        taken = await run_all(pair, notebooks)
        share = median(one / other for one, other in zip(taken["guarded"], taken["plain"], strict=True))
        results.append(Result("Run All, processor time", taken, "at most 1.05 x", share, share <= 1.05))
        taken = await interrupts(pair, times(20))
        lost = sum(taken["plain"]) - sum(taken["guarded"])
        results.append(Result("interrupts delivered (1 is each)", taken, "none lost", lost, lost <= 0))
        taken = await printed(pair, f"{SETUP}\n{WARNER}", WARN, 6)
        more = taken["guarded"][-1] - taken["plain"][-1]
        results.append(Result("warnings shown in 6 cells", taken, "as many", more, more == 0))
        taken = await memory(pair, times(5))
        more = median(taken["guarded"]) - median(taken["plain"])
        results.append(Result("memory without plots, MiB", taken, "at most 1 MiB more", more, more <= 1))
    return results


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--scale", type=float, default=1.0, help="factor on the repetitions (1)")
    print(table(asyncio.run(measure(arguments.parse_args().scale))))


if __name__ == "__main__":
    main()
