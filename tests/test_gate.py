"""Messages of pages over the server's websockets while a kernel restarts."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1
from server_kernels import LIMIT
from settings_cases import CASES

PROTOCOL = "v1.kernel.websocket.jupyter.org"
"""What pages speak; the server asks the open websocket for it again with each message."""


class Page:
    """One page's connection to a kernel.

    Parameters
    ----------
    websocket : tornado.websocket.WebSocketClientConnection
        Of the kernel's channels.
    """

    def __init__(self, websocket) -> None:
        self._websocket = websocket

    async def send(self, code):
        """Send a cell and return its message id."""
        header = {"msg_id": uuid4().hex, "msg_type": "execute_request", "session": "", "username": "", "version": "5.3"}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": {"code": code, "silent": False}}
        binary = serialize_msg_to_ws_v1(message, "shell", pack=lambda part: json.dumps(part).encode())
        await self._websocket.write_message(binary, binary=True)
        return header["msg_id"]

    async def run(self, code):
        """Run a cell and return what it printed, or the name of its error."""
        cell = await self.send(code)
        printed, state = "", "busy"
        while state != "idle":  # one line of output may come in several messages
            parent, content = await self._hear()
            if parent.get("msg_id") == cell:
                printed += content.get("text", "") or content.get("ename", "")
                state = content.get("execution_state", state)
        return printed

    async def hear_restart(self):
        """Wait until the server says that it restarts the kernel."""
        while "restarting" not in (await self._hear())[1].get("execution_state", ""):
            pass

    async def _hear(self):
        """Return the next message's parent header and content."""
        message = await asyncio.wait_for(self._websocket.read_message(), LIMIT)
        _, (_, parent, _, content, *_) = deserialize_msg_from_ws_v1(message)
        return json.loads(parent), json.loads(content)


@pytest.fixture
def page(jp_ws_fetch):
    """Connect to a kernel as a page does, under a session id that outlives the connection."""

    @asynccontextmanager
    async def page(kernel_id, session="page"):
        address = ("api", "kernels", kernel_id, "channels")
        websocket = await jp_ws_fetch(*address, params={"session_id": session}, subprotocols=[PROTOCOL])
        try:
            yield Page(websocket)
        finally:
            websocket.close()

    return page


async def test_a_cell_that_is_sent_during_a_restart_sees_the_settings(call, kernel, run, restart, page):
    kernel_id = await kernel()
    await run(kernel_id, CASES["one rcParam"])
    async with page(kernel_id) as one:
        under_way = asyncio.create_task(restart(kernel_id))
        while (await call("GET", f"kernels/{kernel_id}"))[1]["status"] != "restoring":
            await asyncio.sleep(0)
        assert await one.run("print(plt.rcParams['figure.dpi'])") == "137.0\n"
        await under_way


async def test_what_a_page_told_a_dead_kernel_does_not_reach_the_next_one(
    jp_serverapp, call, kernel, run, kill, page, tmp_path
):
    """Else the socket that still has it takes the place of the page's new one, and no cell of that page ever runs."""
    kernel_id = await kernel()
    await run(kernel_id, CASES["one rcParam"])
    late = tmp_path / "late"
    async with page(kernel_id, "other"):
        async with page(kernel_id) as one:
            await one.run("")
            kill(kernel_id)
            while await jp_serverapp.kernel_manager.get_kernel(kernel_id).is_alive():
                await asyncio.sleep(0.01)
            await one.send(f"open({str(late)!r}, 'w')")
            await one.hear_restart()
        async with page(kernel_id) as again:
            assert await again.run("print(plt.rcParams['figure.dpi'])") == "137.0\n"
    await call("POST", "reinit", {"kernel_id": kernel_id})
    assert not late.exists()


async def test_a_page_may_leave_during_a_restart(call, kernel, run, kill, page, caplog):
    kernel_id = await kernel()
    await run(kernel_id, CASES["one rcParam"])
    async with page(kernel_id) as one:
        await one.run("")
        kill(kernel_id)
        await one.hear_restart()
        await one.send("print(1)")
    await call("POST", "reinit", {"kernel_id": kernel_id})
    assert await run(kernel_id, "print(plt.rcParams['figure.dpi'])") == "137.0\n"
    assert [each.getMessage() for each in caplog.records if each.name == "asyncio" and each.exc_info] == []
