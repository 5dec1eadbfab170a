"""Pages on the websockets of the server under test."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1
from server_kernels import LIMIT

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

    async def sent(self):
        """Wait until the server has read what was sent: it has then answered what came after it."""
        pong = asyncio.get_running_loop().create_future()
        self._websocket.on_pong = lambda data: pong.done() or pong.set_result(data)
        self._websocket.ping(b"read?")
        await asyncio.wait_for(pong, LIMIT)

    async def run(self, code):
        """Run a cell and return what it printed, or the name of its error."""
        return await self.printed(await self.send(code))

    async def printed(self, cell):
        """Return what a cell that was sent prints, or the name of its error."""
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
