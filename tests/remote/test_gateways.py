"""Kernels behind a Jupyter Kernel Gateway and a Jupyter Enterprise Gateway that ask for a token."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import time
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from gateways import TOKEN
from jupyter_server.gateway.gateway_client import GatewayClient
from jupyter_server.serverapp import ServerApp
from server_kernels import LIMIT, PLOT
from server_notebooks import guard_of

from jupyter_mpl_guard import internals
from jupyter_mpl_guard.agent.storage.disk.alive import Place

GATEWAYS = os.environ.get("MPL_GUARD_TEST_GATEWAYS", "kernel_gateway").split(",")
"""Which kinds are tested: an Enterprise Gateway brings a hundred packages along, see `make test-gateways`."""

FIGURE = PLOT + "; plt.switch_backend('agg'); fig, ax = plt.subplots()"


@pytest.fixture(params=GATEWAYS)
def gateway(request):
    """Return a gateway of each kind."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def jp_server_config(jp_server_config, gateway):
    """Configure the server to run its kernels behind the gateway."""
    GatewayClient.clear_instance()
    config = {"url": gateway.url, "auth_token": TOKEN, "connect_timeout": 3.0}
    yield {**jp_server_config, "GatewayClient": config}
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


def is_restored(state):
    """Return whether a restore has ended."""
    return state["last_restore"] is not None and state["status"] != "restoring"


async def state_when(call, kernel_id, wanted):
    """Return a kernel's plot state when it is as wanted."""
    state = {}
    async with asyncio.timeout(LIMIT):
        while not wanted(state):
            state = (await call("GET", f"kernels/{kernel_id}"))[1]
            await asyncio.sleep(0.1)
    return state


async def test_a_kernel_behind_a_gateway_is_guarded_over_its_restart(call, far_kernel, far_page, restart):
    async with far_kernel() as kernel_id:
        async with far_page(kernel_id) as page:
            await plotted(page)
        _, state = await call("GET", f"kernels/{kernel_id}")  # as a page does that is loaded again
        assert (state["status"], state["rc_params"], len(state["figures"])) == ("live", {"lines.linewidth": 7.5}, 1)
        await restart(kernel_id)
        async with far_page(kernel_id) as page:
            printed = await page.run("import matplotlib.pyplot as plt; print(plt.rcParams['lines.linewidth'])")
        assert printed == "7.5\n"
        _, state = await call("POST", "reinit", {"kernel_id": kernel_id, "figures": "all", "timeout": 30})
        assert (state["status"], state["incarnation"], len(state["figures"])) == ("restored", 2, 1), state
        async with far_page(kernel_id) as page:
            assert await page.run("print(ax.figure is fig)") == "True\n"


async def test_after_a_crash_that_a_page_hears_of_everything_is_back(call, far_kernel, far_page):
    async with far_kernel() as kernel_id, far_page(kernel_id) as page:
        os.kill(await plotted(page), signal.SIGKILL)
        await page.hear_restart()
        assert await page.run("print(ax.figure is fig, plt.rcParams['lines.linewidth'])") == "True 7.5\n"
        _, state = await call("GET", f"kernels/{kernel_id}")
        assert (state["incarnation"], len(state["figures"]), state["last_restore"]["trigger"]) == (2, 1, "crash")


async def test_after_a_crash_that_nobody_has_heard_of_a_page_that_connects_finds_everything(
    call, far_kernel, far_page, fetch_json
):
    async with far_kernel() as kernel_id:
        async with far_page(kernel_id) as page:
            process = await plotted(page)
        await state_when(call, kernel_id, is_saved)
        before = (await fetch_json("GET", "api", "kernels"))[1]
        os.kill(process, signal.SIGKILL)
        async with asyncio.timeout(LIMIT):
            while (await fetch_json("GET", "api", "kernels"))[1] == before:
                await asyncio.sleep(0.1)
        async with far_page(kernel_id) as page:
            assert await page.run("print(ax.figure is fig, plt.rcParams['lines.linewidth'])") == "True 7.5\n"


async def test_after_a_crash_that_nobody_has_heard_of_the_state_is_true(call, far_kernel, far_page):
    async with far_kernel() as kernel_id:
        async with far_page(kernel_id) as page:
            process = await plotted(page)
        await state_when(call, kernel_id, is_saved)
        os.kill(process, signal.SIGKILL)
        state = await state_when(call, kernel_id, lambda state: state.get("incarnation") == 2 and is_restored(state))
        assert (state["status"], len(state["figures"])) == ("restored", 1)


async def test_who_looks_keeps_no_kernel_from_being_culled(call, far_kernel, far_page, fetch_json):
    async with far_kernel() as kernel_id:
        async with far_page(kernel_id) as page:
            await plotted(page)
            async with asyncio.timeout(LIMIT):  # what it has saved of data it says when it has been idle for a moment
                while not (await call("GET", f"kernels/{kernel_id}"))[1]["data"]["saved"]:
                    await asyncio.sleep(0.05)
        (seen,) = (await fetch_json("GET", "api", "kernels"))[1]
        for _ in range(3):
            await call("GET", f"kernels/{kernel_id}")
        assert (await fetch_json("GET", "api", "kernels"))[1] == [seen]
        assert seen["connections"] == 0


async def test_a_gateway_that_hangs_does_not_stop_the_server(call, far_kernel, far_page, gateway, fetch_json):
    async with far_kernel() as kernel_id:
        with gateway.hanging():
            asked = asyncio.create_task(call("POST", "reinit", {"kernel_id": kernel_id, "timeout": 20}))
            seen = asyncio.create_task(call("GET", f"kernels/{kernel_id}"))
            longest = 0.0  # seconds
            for _ in range(40):
                before = time.monotonic()
                await fetch_json("GET", "api")  # which does not ask the gateway
                longest = max(longest, time.monotonic() - before)
                await asyncio.sleep(0.05)
            assert longest < 1.5
            await seen
        assert (await asked)[0] == 200


async def test_a_refusal_of_the_gateway_is_one_clear_sentence(call, far_kernel, monkeypatch):
    made = internals.gateway_request

    def without_token(*args):
        request = made(*args)
        request.headers = {}
        return request

    monkeypatch.setattr(internals, "gateway_request", without_token)
    async with far_kernel() as kernel_id:
        state = await state_when(call, kernel_id, lambda state: state.get("status") == "error")
        said = r"Plotting settings are not guarded in this kernel \(HTTPClientError: HTTP 40[13]: [A-Za-z ]+\)\."
        assert re.fullmatch(said, state["message"])


async def test_a_kernel_that_ends_leaves_nothing_on_the_gateway(far_kernel, far_page, gateway):
    before = gateway.diaries()
    async with far_kernel() as kernel_id, far_page(kernel_id) as page:
        await plotted(page)
        assert len(gateway.diaries()) == len(before) + 1
    assert gateway.diaries() == before


async def test_what_widgets_send_passes_both_ways(far_kernel, far_page):
    # jupyter_server's connection to a gateway ends on the first binary message.
    async with far_kernel() as kernel_id, far_page(kernel_id) as page:
        code = "from comm import create_comm; create_comm(target_name='t').send({}, buffers=[b'\\xff' * 8]); print(1)"
        assert await page.run(code) == "1\n"
        assert await page.run("print(2)") == "2\n"


# What kernels leave, for the next kernel of their notebook.


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
