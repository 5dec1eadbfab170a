"""A notebook's new kernel finds what its last one has left, whatever became of the server meanwhile."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aftermath import until
from jupyter_client import AsyncKernelClient
from jupyter_server.serverapp import ServerApp
from server_notebooks import PLOT, guard_of, is_new, is_yesterdays
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from jupyter_mpl_guard.archive import store as archive_store


@pytest.fixture
def killed(jp_environ, jp_root_dir, jp_runtime_dir, transport, tmp_path):
    """Start a server in its own process with a notebook's kernel that plots, then end the server by a signal.

    After SIGKILL the kernel is killed as well, as with the machine.
    """

    async def killed(path, number=signal.SIGKILL):
        options = ["--ServerApp.jpserver_extensions=jupyter_mpl_guard=True", f"--KernelManager.transport={transport}"]
        options += ["--allow-root", "--no-browser", "--port=0", f"--ServerApp.root_dir={jp_root_dir}"]
        options += ["--IdentityProvider.token=t"]
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
        with (tmp_path / "server.log").open("wb") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "jupyter_server", *options], env=environment, stdout=log, stderr=log
            )
        try:
            (info,) = await until(lambda: list(Path(jp_runtime_dir).glob(f"jpserver-{server.pid}.json")))
            url = await until(lambda: info.read_text() and json.loads(info.read_text())["url"])
            await until(lambda: _is_listening(url))  # the file is written before

            async def post(call, body):
                request = HTTPRequest(f"{url}{call}?token=t", "POST", body=json.dumps(body), request_timeout=60)
                return json.loads((await AsyncHTTPClient().fetch(request)).body)

            session = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
            kernel_id = (await post("api/sessions", session))["kernel"]["id"]
            await post("mpl-guard/reinit", {"kernel_id": kernel_id, "timeout": 60})  # its agent has begun
            client = AsyncKernelClient(connection_file=str(Path(jp_runtime_dir) / f"kernel-{kernel_id}.json"))
            client.load_connection_file()
            client.start_channels(hb=False)
            try:
                pid = {"pid": "__import__('os').getpid()"}
                for cell in (PLOT, "1"):
                    reply = await client.execute(cell, user_expressions=pid, reply=True, timeout=60)
                process = int(reply["content"]["user_expressions"]["pid"]["data"]["text/plain"])
            finally:
                client.stop_channels()
            server.send_signal(number)
            await asyncio.to_thread(server.wait, 60)
        finally:
            server.kill()
            server.wait()
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        await until(lambda: not _is_running(process))

    return killed


async def test_a_server_that_is_started_again_finds_what_it_has_kept(
    plotted, found, kept, jp_serverapp, jp_configurable_serverapp, jp_runtime_dir, jp_create_notebook
):
    session = await plotted()
    await plotted("other.ipynb")
    await _close(jp_serverapp)
    assert not list(Path(jp_runtime_dir).glob("*mpl-guard*"))
    assert len(kept()) == 2
    ServerApp.clear_instance()
    again = jp_configurable_serverapp()
    kernel_id, state = await _first_state(again, session["path"])
    assert is_yesterdays(state)
    assert (state["kernel_id"], len(kept())) == (kernel_id, 1)


async def test_a_server_that_ends_after_its_last_kernel_waits_for_what_that_has_left(
    plotted, kept, fetch_json, jp_serverapp, jp_runtime_dir, monkeypatch
):
    """jupyter_server shuts down no kernels then."""
    session = await plotted()
    transfer = archive_store.transfer
    monkeypatch.setattr(archive_store, "transfer", lambda *args: time.sleep(1) or transfer(*args))
    assert (await fetch_json("DELETE", "api", "sessions", session["id"], request_timeout=60))[0] == 204
    await _close(jp_serverapp)
    assert (len(kept()), list(Path(jp_runtime_dir).glob("*mpl-guard*"))) == (1, [])


async def test_a_server_that_was_killed_has_lost_nothing(
    killed, kept, jp_configurable_serverapp, jp_runtime_dir, jp_create_notebook
):
    jp_create_notebook("day.ipynb")
    await killed("day.ipynb")
    assert (kept(), len(list(Path(jp_runtime_dir).glob("mpl-guard-*")))) == ([], 1)
    again = jp_configurable_serverapp()
    await again.extension_manager.start_all_extensions()
    assert (len(kept()), list(Path(jp_runtime_dir).glob("mpl-guard-*"))) == (1, [])
    _, state = await _first_state(again, "day.ipynb")
    assert is_yesterdays(state)


async def test_a_server_that_is_told_to_end_keeps_everything(killed, kept, jp_runtime_dir, jp_create_notebook):
    jp_create_notebook("day.ipynb")
    await killed("day.ipynb", signal.SIGTERM)
    assert (len(kept()), list(Path(jp_runtime_dir).glob("*mpl-guard*"))) == (1, [])


async def test_diaries_of_a_server_that_lives_are_its_own(
    plotted, kept, run, jp_serverapp, jp_configurable_serverapp, jp_runtime_dir
):
    session = await plotted()
    kernel_id = session["kernel"]["id"]
    ServerApp.clear_instance()
    other = jp_configurable_serverapp()
    await other.extension_manager.start_all_extensions()
    assert [path.name for path in Path(jp_runtime_dir).glob("mpl-guard-*")] == [f"mpl-guard-{kernel_id}"]
    _, state = await _first_state(other, session["path"])
    assert (is_new(state), kept()) == (True, [])
    await _close(other)
    await _close(jp_serverapp)
    assert len(kept()) == 1


async def test_a_notebook_in_another_root_is_another_notebook(
    plotted, ended, kept, jp_serverapp, jp_configurable_serverapp, tmp_path
):
    await ended(await plotted())
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "day.ipynb").write_text("{}")
    ServerApp.clear_instance()
    other = jp_configurable_serverapp(root_dir=tmp_path / "elsewhere")
    _, state = await _first_state(other, "day.ipynb")
    assert (is_new(state), len(kept())) == (True, 1)
    await _close(other)
    # The same file, seen from another root.
    ServerApp.clear_instance()
    above = jp_configurable_serverapp(root_dir=tmp_path)
    _, state = await _first_state(above, "root_dir/day.ipynb")
    assert is_yesterdays(state)
    await _close(above)
    await _close(jp_serverapp)


async def _close(serverapp):
    """Stop a server that the fixtures no longer track."""
    await serverapp._cleanup()
    serverapp.kernel_manager.context.destroy()


async def _first_state(serverapp, path):
    """Start a notebook's kernel in a server that has no address, and return its plot state after the restore."""
    sessions = serverapp.session_manager
    session = await sessions.create_session(path=path, name=path, type="notebook", kernel_name="python3")
    kernel_id = session["kernel"]["id"]
    return kernel_id, await guard_of(serverapp).reinit(kernel_id, timeout=60)


def _is_listening(url):
    try:
        socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)).close()
    except ConnectionRefusedError:
        return False
    return True


def _is_running(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
