"""Ways of bringing figures back after their kernel was killed, one class for each: contenders of `figures`."""

from __future__ import annotations

import asyncio
import json
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
    """What bringing back cost the kernel after importing Matplotlib, and what the rescuer itself says is missing."""

    milliseconds: float
    missing: list[str] = field(default_factory=list)


class Rescuer(Protocol):
    """One way of bringing figures back."""

    name: str
    guarded: bool
    """Whether its server has the guard."""

    async def save(self, server: Server, kernel_id: str, client: Client) -> Saved:
        """See to it that the figures in a kernel are saved."""

    async def bring_back(self, server: Server, kernel_id: str, client: Client) -> Back:
        """Bring them back into the kernel's next incarnation."""


class Guard:
    """The guard, which saves by itself after a cell and restores by itself after a crash."""

    name, guarded = "guard", True

    async def save(self, server: Server, kernel_id: str, client: Client) -> Saved:
        """Wait until every figure is saved or the time is over: some may not be saved at all."""
        deadline = perf_counter() + SAVED
        while True:
            figures = (await server.call("GET", f"mpl-guard/kernels/{kernel_id}"))["figures"]
            if (figures and all(figure["saved"] for figure in figures)) or perf_counter() > deadline:
                size = sum(figure["bytes"] for figure in figures)
                return Saved(await checkpoint_milliseconds(client), size)
            await asyncio.sleep(0.05)

    async def bring_back(self, server: Server, kernel_id: str, client: Client) -> Back:
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
    """Return what the agent's last checkpoint took of the kernel's time.

    TODO: ask ``sys.modules['_jupyter_mpl_guard']`` when the agent tells; until then it is not known.
    """
    return float("nan")


class Pickle:
    """One cloudpickle of all names that lead to figures: what a careful user can do by hand after a cell."""

    name, guarded = "cloudpickle", False

    _SAVE = """
def _save():
    import cloudpickle, json, time
    names = get_ipython().user_ns
    started = time.perf_counter()
    pickle = cloudpickle.dumps({name: names[name] for name in __import__('_figure_probe').plot_names(names)})
    with open(FILE, 'wb') as file:
        file.write(pickle)
    print(json.dumps([1000 * (time.perf_counter() - started), len(pickle)]))
_save()
"""
    _LOAD = """
def _load():
    import cloudpickle, pickle, time, matplotlib.pyplot
    started = time.perf_counter()
    with open(FILE, 'rb') as file:
        get_ipython().user_ns.update(pickle.load(file))
    print(1000 * (time.perf_counter() - started))
_load()
"""

    async def save(self, server: Server, kernel_id: str, client: Client) -> Saved:
        """Pickle into a file in the server's folder."""
        milliseconds, size = json.loads(await client.run(self._SAVE.replace("FILE", repr(kernel_id + ".pickle"))))
        return Saved(milliseconds, size)

    async def bring_back(self, server: Server, kernel_id: str, client: Client) -> Back:
        """Load the file and bind the names."""
        return Back(float(await client.run(self._LOAD.replace("FILE", repr(kernel_id + ".pickle")))))


RESCUERS: dict[str, Rescuer] = {rescuer.name: rescuer for rescuer in (Guard(), Pickle())}
"""Name to rescuer."""
