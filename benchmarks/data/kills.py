"""End the kernel of a notebook in the middle of it, and see which cells go on as if nothing had been."""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import NamedTuple

from kernels import LIMIT, Kernel
from notebooks import Notebook
from running import QUIET, Output, guard, outputs, running, settled


class Manner(Enum):
    """When the kernel is killed."""

    BETWEEN = "between cells"
    IN_CELL = "in a cell"
    BURST = "in a burst"


class Outcome(NamedTuple):
    """The outcome of one kill.

    Attributes
    ----------
    following : int
        Cells that follow.
    failed : list of str
        What differed in those that did not go on, one sentence for each.
    """

    following: int
    failed: list[str]


async def reference(notebook: Notebook, kernel_name: str, wait: float = 0.0) -> list[list[Output]]:
    """Return the outputs of all cells of a notebook in a kernel that is not killed.

    Raises
    ------
    RuntimeError
        If a cell fails.
    """
    async with running(notebook, kernel_name, wait) as kernel:
        expected = [await outputs(kernel, cell) for cell in notebook.cells]
    for cell, shown in zip(notebook.cells, expected, strict=True):
        if errors := [each for each in shown if each[0].endswith("Error")]:
            raise RuntimeError(f"{notebook.name}: {cell!r} fails anyhow: {errors}")
    return expected


async def outcome(
    notebook: Notebook, kernel_name: str, share: float, manner: Manner, expected: list[list[Output]], wait: float = 0.0
) -> Outcome:
    """Kill a kernel when a share of the cells have run, and run those that follow."""
    count = max(round(share * len(notebook.cells)), 1)
    before, after = notebook.cells[:count], notebook.cells[count:]
    async with running(notebook, kernel_name, wait) as kernel:
        dying = after[0] + "\n__import__('time').sleep(60)"
        if manner is Manner.BURST:
            await _burst(kernel, before, dying)
        else:
            for cell in before:
                await outputs(kernel, cell)
            await settled(kernel)
        if manner is Manner.IN_CELL:
            kernel._client.execute(dying)
        if manner is not Manner.BETWEEN:
            await asyncio.sleep(QUIET)
        await kernel.crash(at_once=True)
        await guard(kernel, "crash", wait)
        failed = []
        for cell, wanted in zip(after, expected[count:], strict=True):
            found = await outputs(kernel, cell)
            if found != wanted:
                failed.append(f"{cell!r}: {_first_difference(found, wanted)}")
        return Outcome(len(after), failed)


async def _burst(kernel: Kernel, cells: tuple[str, ...], dying: str) -> None:
    """Send all cells at once, with one that does not end, and wait for the reply to the last that does."""
    last = [kernel._client.execute(cell, stop_on_error=False) for cell in cells][-1]
    kernel._client.execute(dying)
    async with asyncio.timeout(LIMIT):
        while (await kernel._client.get_shell_msg())["parent_header"].get("msg_id") != last:
            pass


def _first_difference(found: list[Output], wanted: list[Output]) -> str:
    for one, other in zip(found, wanted, strict=False):
        if one != other:
            return f"{one[0]} {one[1][:200]!r} in place of {other[0]} {other[1][:200]!r}"
    return f"{len(found)} outputs in place of {len(wanted)}: {(found or wanted)[-1]!r:.200}"
