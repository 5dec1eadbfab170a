"""Other extensions of Jupyter beside the guard: the same story with them and without them, and no error in the log.

`make test-neighbours` runs it: it needs the environment that `python tests/neighbours` makes.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import time
from contextlib import asynccontextmanager, closing
from pathlib import Path
from uuid import uuid4

import nbformat
import pytest
import requests
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

ENVIRONMENT = os.environ.get("MPL_GUARD_TEST_NEIGHBOURS", "")
"""The environment with the neighbours in it, see `__main__.py`."""

pytestmark = [
    pytest.mark.skipif(not ENVIRONMENT, reason="it needs an environment with neighbours: make test-neighbours"),
    pytest.mark.xdist_group("neighbours"),
    pytest.mark.timeout(900),
]

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 240
"""Seconds after which something that does not happen never will."""

OWN = {"jupyter_mpl_guard", "jupyter_server_terminals", "jupyterlab", "notebook_shim"}
"""Server extensions that are there without neighbours."""


def neighbours():
    """Return the server extensions of the neighbours."""
    found = set()
    for file in Path(ENVIRONMENT, "etc", "jupyter", "jupyter_server_config.d").glob("*.json"):
        found |= json.loads(file.read_text())["ServerApp"]["jpserver_extensions"].keys()
    return found - OWN


FIGURE = (
    "import matplotlib.pyplot as plt; plt.switch_backend('agg'); plt.rcParams['lines.linewidth'] = 7.5; "
    "fig, ax = plt.subplots()"
)
LOOK = "print(ax.figure is fig, plt.rcParams['lines.linewidth'])"


class Server:
    """A JupyterLab that runs, and what its user does."""

    def __init__(self, url, token, log):
        self.url, self.token, self._log = url, token, log

    async def call(self, method, path, body=None):
        """Call it and return status and answer."""
        headers = {"Authorization": f"token {self.token}"}
        options = {"json": body, "headers": headers, "timeout": LIMIT}
        answer = await asyncio.to_thread(requests.request, method, f"{self.url}/{path}", **options)
        try:
            return answer.status_code, answer.json()
        except requests.exceptions.JSONDecodeError:
            return answer.status_code, answer.text

    async def open(self, path="day.ipynb"):
        """Open a notebook and return the id of its kernel when the agent is in it."""
        document = nbformat.v4.new_notebook()
        assert (await self.call("PUT", f"api/contents/{path}", {"type": "notebook", "content": document}))[0] == 201
        body = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
        code, session = await self.call("POST", "api/sessions", body)
        assert code == 201, session
        kernel_id = session["kernel"]["id"]
        await self.reinit(kernel_id)
        return kernel_id

    async def reinit(self, kernel_id, figures="auto"):
        """Restore what can be restored, and return the plot state."""
        body = {"kernel_id": kernel_id, "figures": figures, "timeout": 60}
        code, state = await self.call("POST", "mpl-guard/reinit", body)
        assert code == 200, state
        return state

    async def state_when(self, kernel_id, wanted):
        """Return a kernel's plot state when it is as wanted."""
        async with asyncio.timeout(LIMIT):
            while True:
                _, state = await self.call("GET", f"mpl-guard/kernels/{kernel_id}")
                if wanted(state):
                    return state
                await asyncio.sleep(0.1)

    @asynccontextmanager
    async def page(self, kernel_id):
        """Connect to a kernel as a page does, and yield what runs a cell and returns what it prints."""
        address = f"{self.url.replace('http', 'ws', 1)}/api/kernels/{kernel_id}/channels?session_id={uuid4().hex}"
        websocket = await websocket_connect(HTTPRequest(address, headers={"Authorization": f"token {self.token}"}))

        async def run(code):
            header = {"msg_id": uuid4().hex, "msg_type": "execute_request", "session": "", "username": ""}
            message = {"header": header | {"version": "5.3"}, "parent_header": {}, "metadata": {}, "buffers": []}
            content = {"code": code, "silent": False}
            await websocket.write_message(json.dumps(message | {"content": content, "channel": "shell"}))
            printed, left = "", {"execute_reply", "idle"}
            while left:
                data = await asyncio.wait_for(websocket.read_message(), LIMIT)
                answer = json.loads(data) if isinstance(data, str) else {"parent_header": {}}
                if answer["parent_header"].get("msg_id") == header["msg_id"]:
                    printed += answer["content"].get("text", "") or answer["content"].get("ename", "")
                    left -= {answer["msg_type"], answer["content"].get("execution_state")}
            return printed

        try:
            yield run
        finally:
            websocket.close()

    def blaming(self):
        """Return the lines of the log that come from the guard, or in which it is to blame."""
        lines = self._log.read_text(errors="replace").splitlines()
        return [line for line in lines if "mpl-guard" in line or "/jupyter_mpl_guard/" in line]


@asynccontextmanager
async def running(home, *, alone):
    """Start a JupyterLab with the guard, alone or among all neighbours."""
    extensions = {"jupyter_mpl_guard": True} | ({} if not alone else dict.fromkeys(neighbours(), False))
    (home / "config").mkdir(parents=True)
    (home / "notebooks").mkdir()
    (home / "config" / "jupyter_server_config.py").write_text(f"c.ServerApp.jpserver_extensions = {extensions!r}\n")
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    token = uuid4().hex
    command = [f"{ENVIRONMENT}/bin/jupyter", "lab", "--no-browser", "--allow-root", "--ServerApp.port_retries=0"]
    command += [f"--ServerApp.port={port}", f"--IdentityProvider.token={token}"]
    command += [f"--ServerApp.root_dir={home / 'notebooks'}", "--KernelRestarter.time_to_dead=0.3"]
    foreign = ("JUPYTER", "PYTHONPATH", "MPLBACKEND", "XDG")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    environ |= {"HOME": str(home), "PATH": f"{ENVIRONMENT}/bin:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    environ |= {"JUPYTER_CONFIG_DIR": str(home / "config"), "JUPYTER_PREFER_ENV_PATH": "1"}
    log = home / "server.log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, env=environ, cwd=home, stdout=file, stderr=file)
    server = Server(f"http://127.0.0.1:{port}", token, log)
    try:
        limit = time.monotonic() + LIMIT
        while not _listens(port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < limit, "the server does not listen"
            await asyncio.sleep(0.2)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _listens(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


async def story(server):
    """Plot, crash, go on, restart and take the offer; return what was seen."""
    seen = []

    def note(state):
        seen.append((state["status"], state["rc_params"], len(state["figures"]), state["message"]))

    kernel_id = await server.open()
    async with server.page(kernel_id) as run:
        seen += [await run(FIGURE), await run("1")]
        note(await server.state_when(kernel_id, lambda state: state["status"] == "live" and state["figures"]))
        await run("import os, threading; threading.Timer(0.5, os._exit, [1]).start()")
    await server.state_when(kernel_id, lambda state: state["incarnation"] == 2)
    note(await server.reinit(kernel_id))
    async with server.page(kernel_id) as run:
        seen += [await run(LOOK), await run("ax.set_title('on')")]
    assert (await server.call("POST", f"api/kernels/{kernel_id}/restart"))[0] == 200
    async with server.page(kernel_id) as run:
        seen.append(await run("print(plt.rcParams['lines.linewidth'])"))
        note(await server.reinit(kernel_id))
        note(await server.reinit(kernel_id, "all"))
        seen.append(await run(LOOK + "; print(ax.get_title())"))
    return seen


@asynccontextmanager
async def crowded(home):
    """Start a server with all neighbours; in the end its log says nothing of the guard."""
    async with running(home, alone=False) as server:
        yield server
    assert server.blaming() == []


@pytest.mark.parametrize("name", ["ai", "lsp", "resource_usage", "scheduler", "nbmodel", "ydoc", "voila"])
def test_a_neighbour_is_there(name):
    assert any(name in each for each in neighbours())


async def test_a_story_with_neighbours_is_the_same_as_without(tmp_path):
    async with running(tmp_path / "alone", alone=True) as server:
        seen = await story(server)
    assert seen[-1] == "True 7.5\non\n"
    async with crowded(tmp_path / "crowded") as server:
        assert await story(server) == seen


async def test_a_cell_that_the_server_runs_sees_the_settings_after_a_restart(tmp_path):
    # As jupyter-server-nbmodel runs cells, for pages that may be closed.
    async with crowded(tmp_path / "crowded") as server:
        kernel_id = await server.open()
        assert await executed(server, kernel_id, FIGURE) == ""
        assert (await server.call("POST", f"api/kernels/{kernel_id}/restart"))[0] == 200
        assert await executed(server, kernel_id, "print(plt.rcParams['lines.linewidth'])") == "7.5\n"


async def executed(server, kernel_id, code):
    """Run a cell through the server, and return what it prints."""
    status, answer = await server.call("POST", f"api/kernels/{kernel_id}/execute", {"code": code})
    assert status == 202, answer
    async with asyncio.timeout(LIMIT):
        while True:
            status, result = await server.call("GET", f"api/kernels/{kernel_id}/requests/{answer['request_id']}")
            assert status in (200, 202), result
            if status == 200:
                outputs = result["outputs"]
                outputs = json.loads(outputs) if isinstance(outputs, str) else outputs
                return "".join(each.get("text", "") for each in outputs)
            await asyncio.sleep(0.2)


async def test_voila_shows_a_notebook_with_a_plot(tmp_path):
    async with crowded(tmp_path / "crowded") as server:
        cell = nbformat.v4.new_code_cell("import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show(); print('end')")
        kernelspec = {"name": "python3", "display_name": ""}
        document = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernelspec})
        body = {"type": "notebook", "content": document}
        assert (await server.call("PUT", "api/contents/plot.ipynb", body))[0] == 201
        status, page = await server.call("GET", "voila/render/plot.ipynb")
        assert status == 200, page
        assert "image/png" in page


def test_papermill_runs_a_notebook_with_a_plot(tmp_path):
    cell = nbformat.v4.new_code_cell("import matplotlib.pyplot as plt; fig, ax = plt.subplots()")
    document = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": ""}})
    nbformat.write(document, tmp_path / "in.ipynb")
    command = [f"{ENVIRONMENT}/bin/papermill", "in.ipynb", "out.ipynb"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    (out,) = nbformat.read(tmp_path / "out.ipynb", 4).cells[-1].outputs
    assert "image/png" in out["data"]
