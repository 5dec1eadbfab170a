"""What restores figures after their kernel was killed: the contenders of `figures`, and the guard as one of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

from live import LIMIT, Client, Server

SAVED = 10.0
"""Seconds that figures have to be saved in after their cell."""


@dataclass
class Saved:
    """What saving cost: the kernel's time and the size on disk."""

    milliseconds: float
    bytes: int


@dataclass
class Back:
    """What restoring cost the kernel after importing Matplotlib, and what the rescuer itself says is missing."""

    milliseconds: float
    missing: list[str] = field(default_factory=list)


class Rescuer(Protocol):
    """One way of restoring figures."""

    name: str
    guarded: bool
    """Whether its server has the guard."""
    kernel: str
    """Name of the kernel that it works in, see `rivals`; "" for the server's own."""
    prologue: str
    """What the user has to run first in every process of the kernel; "" for nothing."""

    async def save(self, server: Server, kernel_id: str, client: Client) -> Saved:
        """Make sure that the figures in a kernel are saved."""

    async def restore(self, server: Server, kernel_id: str, client: Client) -> Back:
        """Restore them in the kernel's next incarnation."""


class Guard:
    """The guard, which saves by itself after a cell and restores by itself after a crash."""

    name, guarded, kernel = "guard", True, ""

    prologue = """
def _watch():
    import sys, time
    from importlib import import_module
    autosave = import_module('_jupyter_mpl_guard.figures.autosave').Autosave
    checkpoint = import_module('_jupyter_mpl_guard.figures.checkpoint').Checkpoint
    look_and_save, save, autosave.taken, saves = autosave._look_and_save, checkpoint.save_groups, [], []
    def counted(self, dirty, *arguments, **options):
        saves.extend(dirty)
        return save(self, dirty, *arguments, **options)
    def timed(*arguments, **options):
        saves.clear()
        started = time.perf_counter()
        look_and_save(*arguments, **options)
        if saves:
            autosave.taken.append(1000 * (time.perf_counter() - started))
    checkpoint.save_groups, autosave._look_and_save = counted, timed
_watch()
del _watch
"""

    async def save(self, server: Server, kernel_id: str, client: Client) -> Saved:
        """Wait until every figure is saved or the time is over: some may not be saved at all."""
        deadline = perf_counter() + SAVED
        while True:
            figures = (await server.call("GET", f"mpl-guard/kernels/{kernel_id}"))["figures"]
            if (figures and all(figure["saved"] for figure in figures)) or perf_counter() > deadline:
                size = sum(figure["bytes"] for figure in figures)
                return Saved(await checkpoint_milliseconds(client), size)
            await asyncio.sleep(0.05)

    async def restore(self, server: Server, kernel_id: str, client: Client) -> Back:
        """Wait for the restore that the crash has started, which imports Matplotlib first, and ask how it went."""
        deadline = perf_counter() + LIMIT
        while (await server.call("GET", f"mpl-guard/kernels/{kernel_id}"))["status"] == "restoring":
            if perf_counter() > deadline:
                raise TimeoutError("The restore did not end.")
            await asyncio.sleep(0.05)
        state = await server.call("POST", "mpl-guard/reinit", {"kernel_id": kernel_id, "timeout": LIMIT - 5})
        last = state["last_restore"] or {"took_ms": float("nan"), "missing": []}
        missing = [f"{part['what']}: {part['why']}" for part in last["missing"]]
        if state["status"] not in ("restored", "partial"):
            missing.append(f"status {state['status']}: {state['message']}")
        return Back(last["took_ms"], missing)


async def checkpoint_milliseconds(client: Client) -> float:
    """Return what the agent's checkpoints took of the kernel's time, from looking for figures to the list of them.

    Its first look, right after the cell that imports Matplotlib, is not among them: it finds no figure.
    """
    autosave = "__import__('sys').modules['_jupyter_mpl_guard.figures.autosave'].Autosave"
    return float(await client.run(f"print(sum({autosave}.taken))"))
