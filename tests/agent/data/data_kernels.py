"""Kernels whose data is saved: cells run, the process ends, and the next one is told to restore."""

from __future__ import annotations

import asyncio

from kernels import LIMIT

AGAIN = "run the cell again that makes it"
"""The advice given about a name that is no longer bound."""


async def settle(kernel):
    """Wait until the kernel has been idle and nothing waits to be saved."""
    await asyncio.sleep(0.5)
    async with asyncio.timeout(LIMIT):
        while not (state := kernel.saved()) or not state["data"]["saved"] or state["data"]["waiting"]:
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.3)


async def run(kernel, *cells):
    """Install the agent, run cells and wait until the kernel has been idle."""
    await kernel.begin("manual", data="all")
    for cell in cells:
        await kernel.run(cell)
    await settle(kernel)


async def crash(kernel, **request):
    await kernel.crash()
    return await kernel.begin("crash", data="all", **request)
