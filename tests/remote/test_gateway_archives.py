"""What kernels behind a gateway leave, for the next kernel of their notebook."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from far_kernels import plotted
from jupyter_server.serverapp import ServerApp
from server_kernels import LIMIT
from server_notebooks import guard_of

from jupyter_mpl_guard.agent.storage.disk.alive import Place


@pytest.fixture
def jp_server_config(jp_server_config, gateway_config):
    """Configure the server to run its kernels behind the gateway."""
    return {**jp_server_config, **gateway_config}


@pytest.fixture
def far_notebook(opened, fetch_json):
    """Open a notebook whose kernel lives behind the gateway; it ends with the block, as a page ends it."""

    @asynccontextmanager
    async def far_notebook(path="day.ipynb"):
        session = await opened(path)
        try:
            yield session["kernel"]["id"]
        finally:
            await fetch_json("DELETE", "api", "sessions", session["id"], request_timeout=LIMIT)

    return far_notebook


def is_offered(state):
    """Return whether a plot state has the settings of `PLOT` and offers its figure."""
    return (state["status"], state["rc_params"], len(state["figures"])) == ("offered", {"lines.linewidth": 7.5}, 1)


async def test_a_notebooks_next_kernel_on_the_same_gateway_finds_settings_and_offer(
    call, far_notebook, far_page, gateway, fetch_json
):
    before = gateway.diaries()
    async with far_notebook() as first, far_page(first) as page:
        await plotted(page)
    async with far_notebook("other.ipynb") as other, far_page(other) as page:
        assert await page.run("import matplotlib.pyplot as plt; print(plt.rcParams['lines.linewidth'])") == "1.5\n"
    assert (await fetch_json("PATCH", "api", "contents", "day.ipynb", body={"path": "renamed.ipynb"}))[0] == 200
    async with far_notebook("renamed.ipynb") as second:
        _, state = await call("POST", "reinit", {"kernel_id": second, "timeout": 30})
        assert is_offered(state), state
        assert state["message"].endswith("from the notebook's last kernel can be restored.")
        _, state = await call("POST", "reinit", {"kernel_id": second, "figures": "all", "timeout": 30})
        assert (state["status"], state["last_restore"]["missing"]) == ("restored", [])
        async with far_page(second) as page:
            assert await page.run("print(ax.figure is fig)") == "True\n"
        names = {each.name for each in gateway.diaries() if each not in before}
        assert f"mpl-guard-{second}" in names
        assert f"mpl-guard-{first}" not in names
        assert (await call("DELETE", f"kernels/{second}"))[0] == 204
    async with far_notebook("renamed.ipynb") as third:
        _, state = await call("POST", "reinit", {"kernel_id": third, "timeout": 30})
        assert (state["status"], state["figures"]) == ("absent", [])


async def test_what_a_kernel_that_was_killed_or_busy_has_left_is_taken_over_too(
    call, far_notebook, far_page, gateway, fetch_json
):
    async with far_notebook() as first, far_page(first) as page:
        await plotted(page)
        header = {"msg_id": uuid4().hex, "msg_type": "execute_request", "session": "", "username": "", "version": "5.3"}
        message = {"header": header, "parent_header": {}, "metadata": {}, "channel": "shell", "buffers": []}
        code = {"code": "import time; time.sleep(600)", "silent": False}
        await page._websocket.write_message(json.dumps({**message, "content": code}))
        while (await page.hear())["content"].get("execution_state") != "busy":
            pass
    async with far_notebook() as second:
        _, state = await call("POST", "reinit", {"kernel_id": second, "timeout": 30})
        assert is_offered(state), state


async def test_the_next_server_finds_it_as_well(
    call, opened, far_page, gateway, jp_serverapp, jp_configurable_serverapp, jp_data_dir
):
    session = await opened()
    async with far_page(session["kernel"]["id"]) as page:
        await plotted(page)
    (archive,) = (jp_data_dir / "mpl-guard").glob("mpl-guard-kept-*")
    said = json.loads((archive / "notebook.json").read_text())
    assert (said["kernel_id"], said["key"]) == (session["kernel"]["id"], "")
    await jp_serverapp._cleanup()
    ServerApp.clear_instance()
    again = jp_configurable_serverapp()
    manager = again.session_manager
    model = await manager.create_session("day.ipynb", "day.ipynb", "notebook", "python3")
    state = await guard_of(again).reinit(model["kernel"]["id"], timeout=30)
    assert is_offered(state), state
    await again._cleanup()


async def test_what_nobody_takes_over_goes(call, far_kernel, far_page, gateway):
    for name, days in (("old", 8), ("new", 1)):
        folder = gateway.runtime / f"mpl-guard-{name}"
        folder.mkdir(0o700)
        (folder / "for-somebody").touch()
        (folder / "alive.json").write_text(json.dumps({**Place.here()._asdict(), "process": 1, "locked": True}))
        (folder / "ended").touch()
        then = time.time() - 86400 * days
        os.utime(folder / "ended", (then, then))
    async with far_kernel():
        async with asyncio.timeout(LIMIT):
            while (gateway.runtime / "mpl-guard-old").exists():
                await asyncio.sleep(0.1)
    assert (gateway.runtime / "mpl-guard-new").exists()
    shutil.rmtree(gateway.runtime / "mpl-guard-new")
