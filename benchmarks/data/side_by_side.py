"""The guard beside Kishu and dill on the same notebooks: ``python benchmarks/data/side_by_side.py`` prints a table.

Each notebook's kernel is killed when half of the cells have run and the kernel has been idle. A cell that follows goes
on when it shows what it always shows.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from statistics import mean
from typing import NamedTuple

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "tests" / "support")]

from keepers import Dill, Guard, Keeper, Kishu  # noqa: E402
from kernels import CellFailed  # noqa: E402
from kills import reference  # noqa: E402
from notebooks import Notebook, corpus  # noqa: E402
from rivals import RIVALS  # noqa: E402
from running import QUIET, Output, folder_of, kernel_named, milliseconds_of_processor, outputs, running  # noqa: E402

KEEPERS = (Keeper, Guard, Dill, Kishu)


class Kept(NamedTuple):
    """The outcome for one notebook.

    Attributes
    ----------
    following, going_on : int
        Cells behind the kill, and those of them that go on.
    milliseconds : float
        Processor time of a cell before it.
    bytes : int
        Size on disk.
    back : float
        Milliseconds that restoring took.
    """

    following: int
    going_on: int
    milliseconds: float
    bytes: int
    back: float


async def kept(notebook: Notebook, keeper: Keeper, expected: list[list[Output]]) -> Kept:
    """Kill a notebook's kernel half-way and see what a keeper restores."""
    half = len(notebook.cells) // 2
    async with running(notebook, RIVALS.name, guarded=False) as kernel:
        await keeper.begin(kernel)
        before = milliseconds_of_processor(kernel)
        for cell in notebook.cells[:half]:
            await outputs(kernel, cell)
            await keeper.after_cell(kernel)
        await asyncio.sleep(QUIET)
        cost = (milliseconds_of_processor(kernel) - before) / half
        size = await keeper.bytes(kernel, folder_of(kernel))
        await kernel.crash(at_once=True)
        try:
            back = await keeper.restore(kernel)
        except CellFailed as error:
            print(f"{notebook.name}: {keeper.name} restores nothing: {error!s:.200}", flush=True)
            back = float("nan")
        shown = [await outputs(kernel, cell) for cell in notebook.cells[half:]]
    going_on = sum(one == other for one, other in zip(shown, expected[half:], strict=True))
    return Kept(len(shown), going_on, cost, size, back)


async def compare(notebooks: list[Notebook]) -> None:
    """Run notebooks with all keepers, and print a line for each keeper."""
    results: dict[str, list[Kept]] = {kind.name: [] for kind in KEEPERS}
    for notebook in notebooks:
        expected = await reference(notebook, RIVALS.name)
        for kind in KEEPERS:
            results[kind.name].append(await kept(notebook, kind(), expected))
        print(f"{notebook.name}: {', '.join(f'{name} {of[-1].going_on}' for name, of in results.items())}", flush=True)
    print(f"{'':10}{'cells go on':>20}{'ms of processor a cell':>26}{'KiB':>12}{'ms to restore':>20}")
    for name, of in results.items():
        following, going_on = sum(each.following for each in of), sum(each.going_on for each in of)
        share = f"{going_on} of {following} ({going_on / following:.0%})"
        cost, kib = mean(each.milliseconds for each in of), mean(each.bytes for each in of) / 1024
        print(f"{name:10}{share:>20}{cost:26.1f}{kib:12.0f}{mean(each.back for each in of):20.0f}")


def main() -> None:
    """Compare and print."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--sample", type=int, default=1, help="only every n-th notebook (1)")
    options = arguments.parse_args()
    with kernel_named():
        asyncio.run(compare(corpus()[:: options.sample]))


if __name__ == "__main__":
    main()
