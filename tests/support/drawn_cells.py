"""What is published of the figures that cells draw, with the ids of the cells."""

from __future__ import annotations

import asyncio

from aftermath import SETUP
from kernels import LIMIT, Kernel

INLINE = "%matplotlib inline\n" + SETUP
"""Figures are closed at the end of their cell."""

WIDGET = "%matplotlib widget\n" + SETUP
"""Figures have canvases of ipympl."""


async def drawings(kernel: Kernel, *cells: str) -> dict[str, list[str | None]]:
    """Run cells as JupyterLab does, with their ids; return what is published of each, up to the last."""
    client = kernel._client
    for place, code in enumerate(cells):
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        client.shell_channel.send(
            client.session.msg("execute_request", content, metadata={"cellId": f"cell {place}"}),
        )
    said: dict[str, list[str | None]] = {}
    async with asyncio.timeout(LIMIT):
        while f"cell {len(cells) - 1}" not in said:
            message = await client.get_iopub_msg()
            drawn = (message["content"].get("metadata") or {}).get("drawn")
            if drawn:
                said[drawn["cell"]] = drawn["figures"]
    return said


async def run_cell(kernel: Kernel, cell: str | None, code: str) -> None:
    """Run a cell as JupyterLab does, with its id, or as a client does that sends none."""
    client = kernel._client
    content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
    request = client.session.msg("execute_request", content, metadata={} if cell is None else {"cellId": cell})
    client.shell_channel.send(request)
    async with asyncio.timeout(LIMIT):
        while True:
            reply = await client.get_shell_msg()
            if reply["parent_header"].get("msg_id") == request["header"]["msg_id"]:
                assert reply["content"]["status"] == "ok", reply["content"]
                return
