"""A notebook's new kernel finds what its last one has left, over a real server's sessions."""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import signal
import socket
import stat
import subprocess
import sys
import threading
import uuid
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from jupyter_client import AsyncKernelClient
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from jupyter_mpl_guard import succession

PLOT = (
    "%matplotlib agg\nimport matplotlib.pyplot as plt\nplt.rcParams['figure.dpi'] = 137\n"
    "fig, ax = plt.subplots()\nline, = ax.plot([1, 3, 2])"
)
PICTURE = (
    "import hashlib, io\nbuffer = io.BytesIO()\nfig.savefig(buffer, format='rgba')\n"
    "print(hashlib.sha256(buffer.getvalue()).hexdigest())"
)
DPI = "import matplotlib; print(matplotlib.rcParams['figure.dpi'])"


@pytest.fixture
def opened(jp_serverapp, jp_create_notebook, fetch_json, jp_root_dir):
    """Open a notebook as the page does; give its session."""

    async def opened(path="day.ipynb", kernel="python3", kind="notebook"):
        if kind == "notebook" and not (jp_root_dir / path).exists():
            jp_create_notebook(path)
        folder, _, name = path.rpartition("/")
        # JupyterLab tells the path when the kernel has started.
        placeholder = f"{folder}/{uuid.uuid4()}".strip("/")
        body = {"path": placeholder, "name": name, "type": kind, "kernel": {"name": kernel}}
        code, session = await fetch_json("POST", "api", "sessions", body=body, request_timeout=60)
        assert code == 201
        for change in ({"path": path}, {"name": name}):
            code, session = await fetch_json("PATCH", "api", "sessions", session["id"], body=change)
            assert code == 200
        return session

    return opened


@pytest.fixture
def ended(fetch_json, jp_runtime_dir):
    """Shut a notebook's kernel down as the page does, and wait until its diary is kept or gone."""

    async def ended(session):
        assert (await fetch_json("DELETE", "api", "sessions", session["id"], request_timeout=60))[0] == 204
        await _until(lambda: not (Path(jp_runtime_dir) / f"mpl-guard-{session['kernel']['id']}").exists())

    return ended


@pytest.fixture
def plotted(opened, run):
    """Open a notebook and plot in it; the figure is saved."""

    async def plotted(*args, **kwargs):
        session = await opened(*args, **kwargs)
        await run(session["kernel"]["id"], PLOT)
        await run(session["kernel"]["id"], "1")
        return session

    return plotted


@pytest.fixture
def found(call):
    """Return the plot state of a session's kernel when its restore, if there is one, is done."""

    async def found(session, **request):
        body = {"kernel_id": session["kernel"]["id"], "timeout": 30, **request}
        code, state = await call("POST", "reinit", body)
        assert code == 200
        return state

    return found


@pytest.fixture
def kept(jp_data_dir):
    """List the keepsakes."""
    return lambda: sorted((Path(jp_data_dir) / "mpl-guard").glob("mpl-guard-kept-*"))


@pytest.fixture
def killed(jp_environ, jp_root_dir, jp_runtime_dir, transport, tmp_path):
    """Have a server of its own process start a notebook's kernel that plots, then end the server by a signal.

    After SIGKILL the kernel is killed as well, as with the machine.
    """

    async def killed(path, number=signal.SIGKILL):
        options = ["--ServerApp.jpserver_extensions=jupyter_mpl_guard=True", f"--KernelManager.transport={transport}"]
        options += ["--allow-root", "--no-browser", "--port=0", f"--ServerApp.root_dir={jp_root_dir}"]
        options += ["--IdentityProvider.token=t"]
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
        with (tmp_path / "server.log").open("wb") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "jupyter_server", *options], env=environment, stdout=log, stderr=log
            )
        try:
            (info,) = await _until(lambda: list(Path(jp_runtime_dir).glob(f"jpserver-{server.pid}.json")))
            url = await _until(lambda: info.read_text() and json.loads(info.read_text())["url"])
            await _until(lambda: _is_listening(url))  # the file is written before

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
        await _until(lambda: not _is_running(process))

    return killed


def is_yesterdays(state):
    names = [figure["names"] for figure in state["figures"]]
    return (state["status"], state["rc_params"], names) == ("offered", {"figure.dpi": 137.0}, [["fig", "ax", "line"]])


def is_new(state):
    return (state["status"], state["rc_params"], state["figures"]) == ("absent", {}, [])


async def test_settings_come_back_and_figures_are_offered_when_a_notebook_gets_a_new_kernel(
    plotted, opened, ended, found, run, call, kept, jp_runtime_dir
):
    first = await plotted()
    picture = await run(first["kernel"]["id"], PICTURE)
    await ended(first)
    (keepsake,) = kept()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in keepsake.parent.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (keepsake, keepsake.parent)} == {0o700}
    assert not list(Path(jp_runtime_dir).glob("mpl-guard-*"))

    second = await opened()
    kernel_id = second["kernel"]["id"]
    state = await found(second)
    assert is_yesterdays(state)
    assert (state["kernel_id"], state["incarnation"], state["last_restore"]["trigger"]) == (kernel_id, 1, "restart")
    assert state["message"] == "Plotting settings are back; 1 figure from the notebook's last kernel can be restored."
    assert (state["last_restore"]["missing"], kept()) == ([], [])
    diary = Path(jp_runtime_dir) / f"mpl-guard-{kernel_id}"
    assert {stat.S_IMODE(path.stat().st_mode) for path in diary.iterdir()} == {0o600}
    assert stat.S_IMODE(diary.stat().st_mode) == 0o700
    assert await run(kernel_id, "print('fig' in dir(), plt.get_fignums())") == "False []\n"
    state = await found(second, figures="all")
    assert (state["status"], state["last_restore"]["missing"]) == ("restored", [])
    assert await run(kernel_id, "print(line in ax.lines, ax.figure is fig, plt.gcf() is fig)") == "True True True\n"
    assert await run(kernel_id, PICTURE) == picture
    await ended(second)
    assert is_yesterdays(await found(await opened()))


async def test_figures_that_were_altered_meanwhile_are_named_and_never_loaded(
    plotted, opened, ended, found, run, kept, tmp_path
):
    await ended(await plotted())
    (file,) = kept()[0].glob("*.figures")
    trace = f"cos\nmkdir\n(V{tmp_path}/trace\ntR.".encode()
    pickle.loads(trace)
    (tmp_path / "trace").rmdir()
    file.write_bytes(trace)
    second = await opened()
    state = await found(second, figures="all")
    assert (state["status"], state["rc_params"], state["figures"]) == ("partial", {"figure.dpi": 137.0}, [])
    missing = [{"what": "fig", "why": "its file has been changed since it was saved"}]
    assert state["last_restore"]["missing"] == missing
    assert await run(second["kernel"]["id"], "print('fig' in dir())") == "False\n"
    assert not (tmp_path / "trace").exists()


async def test_an_offer_outlives_a_kernel_in_which_nothing_was_plotted_but_not_its_dismissal(
    plotted, opened, ended, found
):
    await ended(await plotted())
    await ended(await opened())
    third = await opened()
    assert is_yesterdays(await found(third))
    await found(third, figures="none")
    await ended(third)
    state = await found(await opened())
    assert (state["status"], state["rc_params"], state["figures"]) == ("restored", {"figure.dpi": 137.0}, [])


async def test_the_first_cell_finds_the_settings_however_soon_the_notebook_is_opened_again(
    plotted, opened, fetch_json, run
):
    first = await plotted()
    await fetch_json("DELETE", "api", "sessions", first["id"], request_timeout=60)
    assert await run((await opened())["kernel"]["id"], DPI) == "137.0\n"


async def test_a_kernel_whose_notebook_is_never_told_gets_its_agent(fetch_json, run, found, kept, monkeypatch):
    monkeypatch.setattr(succession, "TOLD_SECONDS", 0.5)
    body = {"path": str(uuid.uuid4()), "name": "", "type": "notebook", "kernel": {"name": "python3"}}
    _, session = await fetch_json("POST", "api", "sessions", body=body, request_timeout=60)
    await found(session)
    await run(session["kernel"]["id"], PLOT)
    state = await found(session)
    assert (state["status"], state["rc_params"], len(state["figures"])) == ("live", {"figure.dpi": 137.0}, 1)
    await fetch_json("DELETE", "api", "sessions", session["id"], request_timeout=60)
    assert kept() == []


async def test_a_cell_waits_for_the_hand_over(plotted, opened, ended, jp_serverapp, jp_ws_fetch, monkeypatch):
    await ended(await plotted())
    sent, store = threading.Event(), _guard(jp_serverapp)._succession._keepsakes
    take = store.take
    monkeypatch.setattr(store, "take", lambda *args: sent.wait(60) and take(*args))
    kernel_id = (await opened())["kernel"]["id"]
    websocket = await jp_ws_fetch("api", "kernels", kernel_id, "channels")
    header = {"msg_id": "cell", "msg_type": "execute_request", "session": "s", "username": "", "version": "5.3"}
    content = {"code": DPI, "silent": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    await websocket.write_message(json.dumps(message))
    # The server has read the message when it has answered what was sent after it.
    pong = asyncio.get_running_loop().create_future()
    monkeypatch.setattr(websocket, "on_pong", lambda data: pong.done() or pong.set_result(data))
    websocket.ping(b"read?")
    await asyncio.wait_for(pong, 60)
    sent.set()
    printed, state = "", "busy"
    while state != "idle":
        answer = json.loads(await asyncio.wait_for(websocket.read_message(), 60))
        if answer["parent_header"].get("msg_id") == "cell":
            printed += answer["content"].get("text", "") or answer["content"].get("ename", "")
            state = answer["content"].get("execution_state", state)
    websocket.close()
    assert printed == "137.0\n"


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


async def test_what_is_kept_follows_an_open_notebook(plotted, opened, ended, found, fetch_json, jp_root_dir):
    session = await plotted()
    (jp_root_dir / "day.ipynb").rename(jp_root_dir / "moved.ipynb")  # by whatever means: the session says so
    code, _ = await fetch_json("PATCH", "api", "sessions", session["id"], body={"path": "moved.ipynb"})
    assert code == 200
    await ended(session)
    assert is_new(await found(await opened("day.ipynb")))
    assert is_yesterdays(await found(await opened("moved.ipynb")))


async def test_what_is_kept_follows_files_and_folders_that_are_renamed(
    plotted, opened, ended, found, fetch_json, jp_root_dir
):
    (jp_root_dir / "work").mkdir()
    closed, still_open = await plotted("work/day.ipynb"), await plotted("work/open.ipynb")
    await ended(closed)

    async def rename(old, new):
        code, _ = await fetch_json("PATCH", "api", "contents", *old.split("/"), body={"path": new})
        assert code == 200

    await rename("work/day.ipynb", "work/night.ipynb")
    await rename("work", "play")
    await ended(still_open)
    assert is_yesterdays(await found(await opened("play/night.ipynb")))
    assert is_yesterdays(await found(await opened("play/open.ipynb")))
    (jp_root_dir / "work").mkdir()
    assert is_new(await found(await opened("work/day.ipynb")))


async def test_what_is_kept_of_a_notebook_goes_with_it(plotted, opened, ended, found, fetch_json, kept, jp_root_dir):
    await ended(await plotted())
    still_open = await plotted("open.ipynb")
    assert (await fetch_json("DELETE", "api", "contents", "day.ipynb"))[0] == 204
    await _until(lambda: kept() == [])
    assert (await fetch_json("DELETE", "api", "contents", "open.ipynb"))[0] == 204
    await ended(still_open)
    assert kept() == []
    assert is_new(await found(await opened("open.ipynb")))


async def test_forgetting_a_kernels_plots_forgets_those_of_its_notebook(plotted, opened, ended, found, call, kept, run):
    session = await plotted()
    kernel_id = session["kernel"]["id"]
    assert (await call("DELETE", f"kernels/{kernel_id}"))[0] == 204
    await ended(session)
    assert kept() == []
    second = await plotted()
    assert (await call("DELETE", f"kernels/{second['kernel']['id']}"))[0] == 204
    await run(second["kernel"]["id"], "plt.rcParams['figure.dpi'] = 99; plt.close('all'); del fig, ax, line")
    await run(second["kernel"]["id"], "1")
    await ended(second)  # what comes after counts again
    state = await found(await opened())
    assert (state["rc_params"], state["figures"]) == ({"figure.dpi": 99.0}, [])


async def test_a_kernel_that_is_changed_hands_over_to_the_one_in_its_place(
    plotted, found, fetch_json, jp_runtime_dir, kept
):
    session = await plotted()
    body = {"kernel": {"name": "python3"}}
    code, changed = await fetch_json("PATCH", "api", "sessions", session["id"], body=body, request_timeout=60)
    assert (code, changed["kernel"]["id"] != session["kernel"]["id"]) == (200, True)
    assert is_yesterdays(await found(changed))
    assert kept() == []
    assert [path.name for path in Path(jp_runtime_dir).glob("mpl-guard-*")] == [f"mpl-guard-{changed['kernel']['id']}"]


async def test_what_is_kept_waits_for_a_kernel_that_runs_python(plotted, found, fetch_json, kept):
    session = await plotted()

    async def change(name):
        body = {"kernel": {"name": name}}
        code, model = await fetch_json("PATCH", "api", "sessions", session["id"], body=body, request_timeout=60)
        assert (code, model["kernel"]["name"]) == (200, name)
        return model

    await change("echo")
    await _until(lambda: len(kept()) == 1)
    assert is_yesterdays(await found(await change("python3")))


async def test_what_a_culled_kernel_has_left_is_kept(plotted, opened, found, jp_serverapp, kept):
    session = await plotted()
    kernels = jp_serverapp.kernel_manager
    kernels.cull_idle_timeout = 60
    async with asyncio.timeout(60):
        while session["kernel"]["id"] in kernels:  # what the agent still has to say is activity, too
            kernels.get_kernel(session["kernel"]["id"]).last_activity -= timedelta(hours=1)
            await kernels.cull_kernels()
    await _until(lambda: len(kept()) == 1)
    assert is_yesterdays(await found(await opened()))


async def test_a_kernel_that_its_restarter_has_given_up_hands_over(plotted, opened, found, jp_serverapp):
    session = await plotted()
    kernels = jp_serverapp.kernel_manager
    manager = kernels.get_kernel(session["kernel"]["id"])
    manager._restarter.restart_limit, manager._restarter.time_to_dead = 0, 0.1
    os.kill(manager.provisioner.pid, signal.SIGKILL)
    await _until(lambda: session["kernel"]["id"] not in kernels)
    assert is_yesterdays(await found(await opened()))


async def test_kernels_without_a_notebook_leave_nothing(plotted, kernel, run, ended, fetch_json, kept, jp_runtime_dir):
    bare = await kernel()
    await run(bare, PLOT)
    await run(bare, "1")
    await fetch_json("DELETE", "api", "kernels", bare, request_timeout=60)
    await ended(await plotted("console-1-0a1b", kind="console"))
    await _until(lambda: not list(Path(jp_runtime_dir).glob("mpl-guard-*")))
    assert kept() == []


async def test_the_guard_keeps_and_hands_over_nothing_while_it_is_off(
    plotted, opened, ended, found, call, kept, jp_runtime_dir
):
    await ended(await plotted())
    await call("PUT", "policy", {"enabled": False})
    second = await opened()
    _, state = await call("GET", f"kernels/{second['kernel']['id']}")
    assert (state["status"], state["figures"], len(kept())) == ("paused", [], 1)
    await ended(second)
    assert len(kept()) == 1
    await call("PUT", "policy", {"enabled": True})
    third = await opened()
    assert is_yesterdays(await found(third))
    await call("PATCH", f"kernels/{third['kernel']['id']}", {"paused": True})
    await ended(third)
    assert (kept(), list(Path(jp_runtime_dir).glob("mpl-guard-*"))) == ([], [])


async def test_figures_come_back_by_themselves_where_the_policy_is_always(plotted, opened, ended, call, run, found):
    await ended(await plotted())
    await call("PUT", "policy", {"figures": "always"})
    second = await opened()
    state = await found(second)
    assert (state["status"], state["last_restore"]["restored"][-1]) == ("restored", "figures")
    assert await run(second["kernel"]["id"], "print(line in ax.lines)") == "True\n"


async def test_the_first_of_two_new_kernels_takes_it(plotted, opened, ended, found, fetch_json):
    await ended(await plotted())
    first = await opened()
    assert is_yesterdays(await found(first))
    _, session = await fetch_json("GET", "api", "sessions", first["id"])
    assert session["kernel"]["id"] == first["kernel"]["id"]
    # A console for the notebook with a kernel of its own: the session of the path is there already.
    body = {"path": "day.ipynb", "name": "", "type": "console", "kernel": {"name": "python3"}}
    _, console = await fetch_json("POST", "api", "sessions", body=body, request_timeout=60)
    assert console["kernel"]["id"] == first["kernel"]["id"]


async def _close(serverapp):
    """End a server that the fixtures do not know of any more."""
    await serverapp._cleanup()
    serverapp.kernel_manager.context.destroy()


async def _first_state(serverapp, path):
    """Start a notebook's kernel in a server that has no address, and return its plot state after the restore."""
    sessions = serverapp.session_manager
    session = await sessions.create_session(path=path, name=path, type="notebook", kernel_name="python3")
    kernel_id = session["kernel"]["id"]
    return kernel_id, await _guard(serverapp).reinit(kernel_id, timeout=60)


def _guard(serverapp):
    (app,) = serverapp.extension_manager.extension_apps["jupyter_mpl_guard"]
    return app.guard


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


async def _until(condition):
    async with asyncio.timeout(60):
        while not (value := condition()):
            await asyncio.sleep(0.02)
    return value
