"""The internals of the agent that the measurements use exist: these are not run with each change."""

from __future__ import annotations

import asyncio
from pathlib import Path

from kernels import LIMIT, PYPLOT

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


async def test_what_saving_figures_costs_is_measured(start_kernel, monkeypatch):
    for folder in (BENCHMARKS, BENCHMARKS / "figures"):
        monkeypatch.syspath_prepend(folder)
    from rescuers import Guard, checkpoint_milliseconds

    async with start_kernel() as kernel:
        await kernel.run(Guard.prologue)
        await kernel.run(PYPLOT + "fig, ax = plt.subplots()")
        async with asyncio.timeout(LIMIT):
            while not await checkpoint_milliseconds(kernel):  # the figure is saved after its cell
                await asyncio.sleep(0.05)
