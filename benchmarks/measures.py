"""What is measured: one coroutine for each question, which returns milliseconds for each contender."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from live import Client, Server

from jupyter_mpl_guard.agent_client.bundle import SENT, agent_parcel, compiled_parcel

SETUP = (
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.style.use('ggplot')\nplt.rcParams['figure.dpi'] = 110\n"
)
TRIVIAL = "1"
PLOT = "plt.plot([1, 3, 2]);"


@dataclass
class Contender:
    """One way of working: a server, the kernel it starts, and what the user has to run first."""

    name: str
    server: Server
    kernel: str = ""
    prologue: str = ""

    async def kernel_with(self, setup: str) -> tuple[str, Client]:
        """Start a kernel, run the prologue and the set-up in it and return its id and a client."""
        kernel_id = await self.server.start_kernel(self.kernel)
        client = await self.server.connect(kernel_id)
        for code in filter(None, (self.prologue, setup)):
            await client.run(code)
        return kernel_id, client


Times = dict[str, list[float]]
Contenders = list[Contender]


async def in_turn(contenders: Contenders, times: int, once: Callable[[Contender], Awaitable[None]]) -> Times:
    """Time something repeatedly for each contender, A B A B, so that a drift of the machine hits all alike."""
    taken: Times = {contender.name: [] for contender in contenders}
    for _ in range(times):
        for contender in contenders:
            started = perf_counter()
            await once(contender)
            taken[contender.name].append(1000 * (perf_counter() - started))
    return taken


async def cell(contenders: Contenders, code: str, times: int) -> Times:
    """Time a cell in a kernel that is set up and has plotted: from sending it to reply and idle."""
    running, direct = {}, {}
    for contender in contenders:
        kernel_id, client = await contender.kernel_with(SETUP + PLOT)
        running[contender.name] = kernel_id, client
        direct[contender.name] = contender.server.connect_directly(kernel_id)
        for _ in range(5):
            await direct[contender.name].run(code)

    async def once(contender: Contender) -> None:
        await direct[contender.name].run(code)

    taken = await in_turn(contenders, times, once)
    for contender in contenders:
        direct[contender.name].close()
        await stop(contender, *running[contender.name])
    return taken


async def restart_to_trivial_cell(contenders: Contenders, times: int) -> Times:
    """Time from the restart request to the output of a trivial cell that is sent when the restart has answered.

    Every restart ends a kernel that has plotted: one that has loaded Matplotlib takes longer to end.
    """
    running = {contender.name: await contender.kernel_with(SETUP + PLOT) for contender in contenders}
    taken: Times = {contender.name: [] for contender in contenders}
    for _ in range(times):
        for contender in contenders:
            kernel_id, client = running[contender.name]
            await asyncio.sleep(1)  # what the last restart still has to do is not this one's
            started = perf_counter()
            await contender.server.call("POST", f"api/kernels/{kernel_id}/restart")
            try:
                await client.run(TRIVIAL, limit=10)
                taken[contender.name].append(1000 * (perf_counter() - started))
            except asyncio.TimeoutError:  # happens to a plain server: the output goes to the old connection
                print(f"{contender.name}: a cell's output after a restart was lost; not counted")
                client.close()
                client = await contender.server.connect(kernel_id)
                running[contender.name] = kernel_id, client
            await client.run(SETUP + PLOT)
    for contender in contenders:
        await stop(contender, *running[contender.name])
    return taken


async def first_plot_after_restart(contenders: Contenders, times: int, again: dict[str, str]) -> Times:
    """Time a plotting cell that is sent 3 s after the restart has answered.

    Parameters
    ----------
    contenders : list of Contender
        Who takes part.
    times : int
        Restarts for each.
    again : dict
        Contender to the lines that its user has to run again in that cell.
    """
    running = {contender.name: await contender.kernel_with(SETUP + PLOT) for contender in contenders}
    taken: Times = {contender.name: [] for contender in contenders}
    for _ in range(times):
        for contender in contenders:
            kernel_id, client = running[contender.name]
            await contender.server.call("POST", f"api/kernels/{kernel_id}/restart")
            await asyncio.sleep(3)
            started = perf_counter()
            await client.run(again[contender.name] + PLOT)
            taken[contender.name].append(1000 * (perf_counter() - started))
    for contender in contenders:
        await stop(contender, *running[contender.name])
    return taken


async def kernel_start(contenders: Contenders, times: int) -> Times:
    """Time from the request for a new kernel to the output of its first cell."""
    running: dict[str, tuple[str, Client]] = {}

    async def once(contender: Contender) -> None:
        running[contender.name] = await contender.kernel_with(TRIVIAL)

    taken: Times = {contender.name: [] for contender in contenders}
    for _ in range(times):
        for contender in contenders:
            for name, milliseconds in (await in_turn([contender], 1, once)).items():
                taken[name] += milliseconds
            await stop(contender, *running[contender.name])
    return taken


AGENT_START = """
import gc, json, sys, time
parcel = json.load(open({path!r}))
gc.collect()
begin = time.process_time()
exec(parcel["source"], {{"__name__": {sent!r}, "_jupyter_mpl_guard_parcel": parcel["parcel"]}})
sys.modules["_jupyter_mpl_guard"].answer({{"action": "begin"}})
print(1000 * (time.process_time() - begin))
"""


async def agent_start(contender: Contender, times: int, *, compiled: bool) -> Times:
    """Return the milliseconds of processor time that it takes a kernel to start the agent, whatever else is running.

    Parameters
    ----------
    contender : Contender
        Who starts kernels that have no agent.
    times : int
        How many.
    compiled : bool
        Whether modules come compiled, as they do for the server's own Python.
    """
    taken: Times = {contender.name: []}
    with TemporaryDirectory() as folder:
        path = Path(folder, "parcel.json")
        path.write_text(json.dumps((compiled_parcel if compiled else agent_parcel)()))
        for _ in range(times):
            kernel_id, client = await contender.kernel_with("")
            taken[contender.name].append(float(await client.run(AGENT_START.format(path=str(path), sent=SENT))))
            await stop(contender, kernel_id, client)
    return taken


async def stop(contender: Contender, kernel_id: str, client: Client) -> None:
    """Close a client and shut its kernel down."""
    client.close()
    await contender.server.call("DELETE", f"api/kernels/{kernel_id}")
