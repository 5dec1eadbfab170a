"""Kernels behind a gateway: another Jupyter server, which speaks the same protocol, plays the gateway."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from aftermath import until
from jupyter_server.gateway.gateway_client import GatewayClient
from server_kernels import LIMIT, PLOT


@pytest.fixture
def gateway(jp_environ, jp_runtime_dir, transport, tmp_path):
    """Start a server without the guard, and return its address."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    options = ["--ServerApp.jpserver_extensions=jupyter_mpl_guard=False", f"--KernelManager.transport={transport}"]
    options += ["--allow-root", "--no-browser", f"--port={port}", "--ServerApp.port_retries=0"]
    options += ["--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"]
    runtime = Path(jp_runtime_dir) / "gateway"
    runtime.mkdir(mode=0o700)
    with (tmp_path / "gateway.log").open("wb") as log:
        command = [sys.executable, "-m", "jupyter_server", *options]
        environment = os.environ | {"JUPYTER_RUNTIME_DIR": str(runtime)}
        with subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=log, stderr=log) as server:
            try:
                yield f"http://127.0.0.1:{port}", server
            finally:
                server.terminate()


@pytest.fixture
def jp_server_config(jp_server_config, gateway):
    """Let the server's kernels live behind the gateway."""
    GatewayClient.clear_instance()
    yield {**jp_server_config, "GatewayClient": {"url": gateway[0]}}
    GatewayClient.clear_instance()


async def wait_for(url, server):
    """Wait until a server answers at its address."""

    def is_listening():
        assert server.poll() is None
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) == 0

    await until(is_listening)


async def execute(websocket, code):
    """Run a cell over a connection that speaks the legacy protocol, as those to a gateway do; return what it prints."""
    header = {"msg_id": uuid4().hex, "msg_type": "execute_request", "session": "", "username": "", "version": "5.3"}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": {"code": code, "silent": False}}
    await websocket.write_message(json.dumps(message | {"channel": "shell", "buffers": []}))
    printed, has_reply, is_idle = "", False, False
    async with asyncio.timeout(LIMIT):
        while not (has_reply and is_idle):
            answer = json.loads(await websocket.read_message())
            if answer["parent_header"].get("msg_id") == header["msg_id"]:
                printed += answer["content"].get("text", "")
                has_reply |= answer["msg_type"] == "execute_reply"
                is_idle |= answer["content"].get("execution_state") == "idle"
    return printed


async def test_a_kernel_behind_a_gateway_answers_cells_and_is_guarded(gateway, call, kernel, jp_ws_fetch, fetch_json):
    await wait_for(*gateway)
    kernel_id = await kernel()
    websocket = await jp_ws_fetch("api", "kernels", kernel_id, "channels", params={"session_id": "page"})
    try:
        assert await execute(websocket, PLOT + "; print(6 * 7)") == "42\n"
    finally:
        websocket.close()
    _, state = await call("POST", "reinit", {"kernel_id": kernel_id, "timeout": 30})
    assert (state["status"], state["rc_params"]) == ("live", {"lines.linewidth": 7.5})
    # The gateway ends before the server does.
    assert (await fetch_json("DELETE", "api", "kernels", kernel_id, request_timeout=LIMIT))[0] == 204
