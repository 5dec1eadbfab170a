"""The story that the demo notebook tells is true on a real server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import uuid4

import nbformat
import pytest

LIMIT = 60
DEMO = Path(__file__).resolve().parents[2] / "examples" / "demo.ipynb"


def demo_cells() -> list[str]:
    return [cell.source for cell in nbformat.read(DEMO, as_version=4).cells if cell.cell_type == "code"]


def test_the_demo_is_kept_without_outputs():
    notebook = nbformat.read(DEMO, as_version=4)
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")] == []


@pytest.fixture
def restarted(jp_serverapp):
    """Return an event that is set when a kernel of the server has been started again, by whatever cause."""
    has_restarted = asyncio.Event()

    async def hear(logger, schema_id, data):
        if data["action"] == "restart" and data["status"] == "success":
            has_restarted.set()

    event = "https://events.jupyter.org/jupyter_server/kernel_actions/v1"
    jp_serverapp.event_logger.add_listener(schema_id=event, listener=hear)
    yield has_restarted
    jp_serverapp.event_logger.remove_listener(listener=hear)


def client_of(manager):
    """Connect to the kernel where it is now: its ports may have changed with the restart."""
    client = manager.client()
    # All clients of a manager have its session, and so one identity: the kernel would answer only the newest.
    client.session.session = uuid4().hex
    client.start_channels()
    return client


async def run_cells(manager, cells):
    """Run cells as a notebook does and return what they printed."""
    printed = []

    def output(message):
        assert message["msg_type"] != "error", message["content"]
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])

    client = client_of(manager)
    try:
        await client.wait_for_ready(timeout=LIMIT)
        for cell in cells:
            await client.execute_interactive(cell, timeout=LIMIT, output_hook=output)
    finally:
        client.stop_channels()
    return "".join(printed)


@pytest.mark.parametrize("end", ["the demo's own crash", "a restart"])
async def test_one_goes_on_plotting_after(end, jp_serverapp, fetch_json, restarted):
    cells = demo_cells()
    [crash] = [number for number, cell in enumerate(cells) if "os.kill" in cell]
    [settings] = [cell for cell in cells if "print(" in cell]
    _, model = await fetch_json("POST", "api", "kernels", body={"name": "python3"}, request_timeout=LIMIT)
    manager = jp_serverapp.kernel_manager.get_kernel(model["id"])

    before = await run_cells(manager, [*cells[:crash], settings])
    if end == "a restart":
        await fetch_json("POST", "api", "kernels", model["id"], "restart", body={}, request_timeout=LIMIT)
    else:
        client = client_of(manager)
        try:
            client.execute(cells[crash])
            # The channels stay open until the cell has done its work: closing them may drop what was not sent yet.
            await asyncio.wait_for(restarted.wait(), LIMIT)
        finally:
            client.stop_channels()
    await asyncio.wait_for(restarted.wait(), LIMIT)
    request = {"kernel_id": model["id"], "timeout": LIMIT}
    code, state = await fetch_json("POST", "mpl-guard", "reinit", body=request, request_timeout=LIMIT)
    assert state["last_restore"]["trigger"] == ("restart" if end == "a restart" else "crash")
    if end == "a restart":  # the click on the badge
        assert state["status"] == "offered"
        request["figures"] = "all"
        code, state = await fetch_json("POST", "mpl-guard", "reinit", body=request, request_timeout=LIMIT)
    assert (code, state["status"], state["last_restore"]["missing"]) == (200, "restored", [])
    after = await run_cells(manager, cells[crash + 1 :])

    assert "widget" in before or "ipympl" in before
    assert after == before
