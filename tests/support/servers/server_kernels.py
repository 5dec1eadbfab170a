"""Real kernels behind the server under test: what tests of the server start, run, keep busy and ask about."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from jsonschema import Draft202012Validator

from jupyter_mpl_guard.schemas import plot_state

LIMIT = 60
"""Seconds after which a kernel that does not answer has hung."""

PLOT = "import matplotlib.pyplot as plt; plt.rcParams['lines.linewidth'] = 7.5"

SLOW = """
trap 'touch "$2"; exit' INT
sleep 1
trap - INT
exec "$0" -m ipykernel_launcher -f "$1"
"""
"""A shell's script that starts a kernel a second later, and notes an interrupt before that."""


@pytest.fixture
def call(fetch_json):
    """Make one call below mpl-guard/; plot states in the answer must be as the schema has them."""
    validator = Draft202012Validator(plot_state(), format_checker=Draft202012Validator.FORMAT_CHECKER)

    async def call(method, path, body=None):
        if path == "reinit" and isinstance(body, dict):
            body = {"timeout": LIMIT - 10, **body}  # a busy machine does not make the kernel busy
        code, answer = await fetch_json(method, "mpl-guard", path, body=body, request_timeout=LIMIT)
        if code < 300 and path != "policy" and not path.endswith(("/diagnosis", "/backends", "/code")):
            for state in answer if isinstance(answer, list) else [answer] if answer else []:
                validator.validate(state)
        return code, answer

    return call


@pytest.fixture
def kernel(jp_serverapp, fetch_json):
    """Start a kernel over REST and return its id."""

    async def start(name="python3"):
        code, model = await fetch_json("POST", "api", "kernels", body={"name": name}, request_timeout=LIMIT)
        assert code == 201
        return model["id"]

    return start


@pytest.fixture
def slow_kernel(jp_data_dir, kernel, tmp_path):
    """Start a kernel whose processes listen a second after their start; the file tells that one was stopped before."""
    argv = ["/bin/sh", "-c", SLOW, sys.executable, "{connection_file}", str(tmp_path / "interrupted")]
    spec = jp_data_dir / "kernels" / "slow" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": argv, "display_name": "Slow", "language": "python"}))
    return lambda: kernel("slow")


@pytest.fixture
def restart(fetch_json):
    """Restart a kernel over REST."""

    async def restart(kernel_id):
        code, _ = await fetch_json("POST", "api", "kernels", kernel_id, "restart", request_timeout=LIMIT)
        assert code == 200

    return restart


@pytest.fixture
def kill(jp_serverapp):
    """Kill a kernel's process from outside."""

    def kill(kernel_id):
        os.kill(jp_serverapp.kernel_manager.get_kernel(kernel_id).provisioner.pid, signal.SIGKILL)

    return kill


@pytest.fixture
def run(jp_serverapp):
    """Run a cell in a kernel, and return what it printed when it is done."""

    async def run(kernel_id, code):
        printed = []

        def note(message):
            if message["header"]["msg_type"] == "stream":
                printed.append(message["content"]["text"])

        async with client_of(jp_serverapp, kernel_id) as client:
            reply = await client.execute_interactive(code, allow_stdin=False, output_hook=note, timeout=LIMIT)
            assert reply["content"]["status"] == "ok", reply["content"]
        return "".join(printed)

    return run


@pytest.fixture
def occupied(jp_serverapp, tmp_path):
    """Keep a kernel busy with a cell that ends when the block does."""

    @asynccontextmanager
    async def occupied(kernel_id):
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        async with client_of(jp_serverapp, kernel_id) as client:
            cell = asyncio.create_task(client.execute(f"open({str(pipe)!r}).read()", reply=True, timeout=LIMIT))
            # Opening a pipe for writing succeeds as soon as the cell reads from it.
            writer = await asyncio.to_thread(os.open, pipe, os.O_WRONLY)
            try:
                yield
            finally:
                os.close(writer)
                assert (await cell)["content"]["status"] == "ok"

    return occupied


@asynccontextmanager
async def client_of(serverapp, kernel_id):
    client = serverapp.kernel_manager.get_kernel(kernel_id).client()
    # All clients of a manager have its session id, and so one socket identity: the kernel would answer the newest.
    client.session.session = uuid4().hex
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=LIMIT)
        yield client
    finally:
        client.stop_channels()
