"""Kernels behind a gateway, for a server that runs its own there, and pages on them."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from gateways import TOKEN
from jupyter_server.gateway.gateway_client import GatewayClient
from server_kernels import LIMIT, PLOT

GATEWAYS = os.environ.get("MPL_GUARD_TEST_GATEWAYS", "kernel_gateway").split(",")
"""Which kinds are tested: an Enterprise Gateway brings a hundred packages along, see `make test-gateways`."""

FIGURE = PLOT + "; plt.switch_backend('agg'); fig, ax = plt.subplots()"


@pytest.fixture(params=GATEWAYS)
def gateway(request):
    """Return a gateway of each kind."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def gateway_config(gateway):
    """Return the configuration of a server that runs its kernels behind the gateway."""
    GatewayClient.clear_instance()
    config = {"url": gateway.url, "auth_token": TOKEN, "connect_timeout": 3.0}
    yield {"GatewayClient": config}
    GatewayClient.clear_instance()


class GatewayPage:
    """A page on a kernel behind a gateway, whose connections speak the legacy protocol."""

    def __init__(self, websocket):
        self._websocket = websocket

    async def run(self, code):
        """Run a cell and return what it prints."""
        header = {"msg_id": uuid4().hex, "msg_type": "execute_request", "session": "", "username": "", "version": "5.3"}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": {"code": code, "silent": False}}
        await self._websocket.write_message(json.dumps(message | {"channel": "shell", "buffers": []}))
        printed, has_reply, is_idle = "", False, False
        while not (has_reply and is_idle):
            answer = await self.hear()
            if isinstance(answer, dict) and answer["parent_header"].get("msg_id") == header["msg_id"]:
                printed += answer["content"].get("text", "") or answer["content"].get("ename", "")
                has_reply |= answer["msg_type"] == "execute_reply"
                is_idle |= answer["content"].get("execution_state") == "idle"
        return printed

    async def hear(self):
        """Return the next message, or the bytes of a binary one."""
        data = await asyncio.wait_for(self._websocket.read_message(), LIMIT)
        assert data is not None, "the connection has ended"
        return data if isinstance(data, bytes) else json.loads(data)

    async def hear_restart(self):
        """Wait until the page is told that the kernel's process has died."""
        while "restarting" not in (await self.hear())["content"].get("execution_state", ""):
            pass


@pytest.fixture
def far_page(jp_ws_fetch):
    """Connect to a kernel as a page does."""

    @asynccontextmanager
    async def far_page(kernel_id):
        address = ("api", "kernels", kernel_id, "channels")
        websocket = await jp_ws_fetch(*address, params={"session_id": uuid4().hex})
        try:
            yield GatewayPage(websocket)
        finally:
            websocket.close()

    return far_page


@pytest.fixture
def far_kernel(kernel, fetch_json):
    """Start a kernel behind the gateway; it ends before the gateway does."""

    @asynccontextmanager
    async def far_kernel():
        kernel_id = await kernel()
        try:
            yield kernel_id
        finally:
            await fetch_json("DELETE", "api", "kernels", kernel_id, request_timeout=LIMIT)

    return far_kernel


async def plotted(page):
    """Plot, and return the kernel's process when the figure is saved."""
    assert await page.run(FIGURE) == ""
    await page.run("1")
    return int(await page.run("import os; print(os.getpid())"))


def is_saved(state):
    """Return whether all that was plotted is saved, which on a busy machine waits for an idle kernel."""
    figures = state.get("figures")
    return bool(figures) and all(each["saved"] for each in figures) and not state["data"]["waiting"]


async def state_when(call, kernel_id, wanted):
    """Return a kernel's plot state when it is as wanted."""
    state = {}
    async with asyncio.timeout(LIMIT):
        while not wanted(state):
            state = (await call("GET", f"kernels/{kernel_id}"))[1]
            await asyncio.sleep(0.1)
    return state
