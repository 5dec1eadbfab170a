"""Count how often a user's cell runs before the settings are back after a restart.

Three clients restart a real server's kernel and send a cell that uses the alias ``plt`` and a changed rcParam:

- ``open websocket`` sends it on its open websocket the moment the restart answers;
- ``JupyterLab`` opens a new websocket, asks for kernel_info and sends it after the reply;
- ``50 ms`` sends it on its open websocket 50 ms into the restart, before that has answered.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter

from live import Client, Server

SETTINGS = "import matplotlib.pyplot as plt; plt.rcParams['figure.dpi'] = 137"
CELL = """
import os
try:
    print(os.getpid(), plt.rcParams['figure.dpi'])
except NameError:
    print(os.getpid(), 'nothing')
"""
LOST = 12.0
"""Seconds after which a cell that has not answered was lost with the old kernel."""


async def open_websocket(server: Server, kernel_id: str, client: Client) -> tuple[Client, str]:
    """Send the cell the moment the restart answers."""
    await server.call("POST", f"api/kernels/{kernel_id}/restart")
    return client, client.send_cell(CELL)


async def jupyterlab(server: Server, kernel_id: str, client: Client) -> tuple[Client, str]:
    """Connect anew as JupyterLab does, then send the cell."""
    await server.call("POST", f"api/kernels/{kernel_id}/restart")
    client.close()
    client = await server.connect(kernel_id)
    await client.answer(client.send("kernel_info_request", {}), "kernel_info_reply")
    return client, client.send_cell(CELL)


async def fifty_milliseconds(server: Server, kernel_id: str, client: Client) -> tuple[Client, str]:
    """Send the cell while the restart is under way."""
    restart = asyncio.create_task(server.call("POST", f"api/kernels/{kernel_id}/restart"))
    await asyncio.sleep(0.05)
    cell = client.send_cell(CELL)
    await restart
    return client, cell


CLIENTS = {"open websocket": open_websocket, "JupyterLab": jupyterlab, "50 ms": fifty_milliseconds}


async def count(restart: object, times: int, guarded: bool) -> Counter[str]:
    """Restart a kernel repeatedly and count what the cell that follows sees."""
    seen: Counter[str] = Counter()
    async with Server(guarded=guarded) as server:
        kernel_id = await server.start_kernel()
        client = await server.connect(kernel_id)
        process = (await client.run(SETTINGS + "\nimport os; print(os.getpid())")).strip()
        for _ in range(times):
            client, cell = await restart(server, kernel_id, client)
            try:
                _, text = await asyncio.wait_for(client.answer(cell), LOST)
                ran_in, dpi = text.split()
                seen["old kernel" if ran_in == process else "settings back" if dpi == "137.0" else "too early"] += 1
            except asyncio.TimeoutError:
                seen["lost"] += 1
                client.close()
                client = await server.connect(kernel_id)
            process = (await client.run("import os; print(os.getpid())")).strip()
            if not guarded:
                await client.run(SETTINGS)
        client.close()
    return seen


async def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--restarts", type=int, default=200, help="restarts for each client (200)")
    arguments.add_argument("--unguarded", action="store_true", help="count without the guard, to compare")
    arguments.add_argument("--client", choices=CLIENTS, help="only this client")
    options = arguments.parse_args()
    columns = ("settings back", "too early", "old kernel", "lost")
    print(f"{'client':16}", *(f"{column:>14}" for column in columns))
    for name, restart in CLIENTS.items():
        if options.client not in (None, name):
            continue
        seen = await count(restart, options.restarts, not options.unguarded)
        print(f"{name:16}", *(f"{seen[column]:14}" for column in columns), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
