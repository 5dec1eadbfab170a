"""Servers of users behind a JupyterHub: each finds what is its own, also when it was stopped, culled or is one of two.

A hub stops a server by an interrupt, at which jupyter_server ends without notifying extensions: what its kernels leave
is put in order by the next one.

`make test-hub` runs it: it needs the environment that `python tests/hub` makes.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from jupyter_client import BlockingKernelClient
from server_notebooks import PLOT, is_new, is_yesterdays

HUB = os.environ.get("MPL_GUARD_TEST_HUB", "")
"""The environment with a JupyterHub in it, see `__main__.py`."""

pytestmark = [
    pytest.mark.skipif(not HUB, reason="it needs an environment with a JupyterHub: make test-hub"),
    pytest.mark.xdist_group("hub"),
]

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "0123456789abcdef"
PASSWORD = "a password for tests"
LIMIT = 240
"""Seconds after which something that does not happen never will."""

CONFIGURATION = """
c.JupyterHub.bind_url = "http://127.0.0.1:{public}/plots/"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.JupyterHub.db_url = "sqlite:///{home}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{home}/cookie_secret"
c.JupyterHub.allow_named_servers = True
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = "{password}"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{home}/{{username}}"
c.Spawner.cmd = ["{env}/bin/jupyterhub-singleuser"]
c.Spawner.args = ["--allow-root"]
c.Spawner.start_timeout = c.Spawner.http_timeout = {limit}
c.Spawner.environment = {environment}
c.ConfigurableHTTPProxy.command = ["{env}/node_modules/.bin/configurable-http-proxy"]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy}"
c.ConfigurableHTTPProxy.pid_file = "{home}/proxy.pid"
c.JupyterHub.services = [{{"name": "tests", "api_token": "{token}"}}]
c.JupyterHub.load_roles = [
    {{
        "name": "tests",
        "services": ["tests"],
        "scopes": ["admin:users", "admin:servers", "tokens", "list:users", "read:users:activity", "servers"],
    }}
]
"""

SERVER = """
c.ServerApp.jpserver_extensions = {"jupyter_mpl_guard": True}
"""


class Hub:
    """A hub that runs, and its users."""

    def __init__(self, url, home):
        self.url, self.home = url, home

    def api(self, method, path, **body):
        """Call the hub as its administrator."""
        headers = {"Authorization": f"token {TOKEN}"}
        answer = requests.request(
            method, f"{self.url}/hub/api/{path}", json=body or None, headers=headers, timeout=LIMIT
        )
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def server(self, user, name=""):
        """Start a user's server, if it does not run, and return a client of it."""
        if user not in {each["name"] for each in self.api("GET", "users")}:
            self.api("POST", f"users/{user}")
        self.api("POST", f"users/{user}/servers/{name}" if name else f"users/{user}/server")
        until(lambda: self.servers(user).get(name, {}).get("ready"))
        token = self.api("POST", f"users/{user}/tokens", note="tests")["token"]
        return Server(self, user, name, token)

    def servers(self, user):
        """Return a user's servers by name."""
        return self.api("GET", f"users/{user}")["servers"]

    def has_stopped(self, user, name=""):
        """Wait until a user's server has stopped."""
        until(lambda: name not in self.servers(user))


class Server:
    """A user's server, over the hub's proxy with the user's token."""

    def __init__(self, hub, user, name, token):
        self.hub, self.user, self.name, self.token = hub, user, name, token
        self.home = hub.home / user
        self.url = f"{hub.url}/user/{user}" + (f"/{name}" if name else "")

    def call(self, method, path, body=None, token=None):
        """Call it and return status and answer."""
        headers = {"Authorization": f"token {token or self.token}"}
        answer = requests.request(method, f"{self.url}/{path}", json=body, headers=headers, timeout=LIMIT)
        try:
            return answer.status_code, answer.json()
        except requests.exceptions.JSONDecodeError:
            return answer.status_code, answer.text

    def open(self, path="day.ipynb"):
        """Open a notebook and return the id of its kernel."""
        if self.call("GET", f"api/contents/{path}?content=0")[0] == 404:
            document = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
            assert self.call("PUT", f"api/contents/{path}", {"type": "notebook", "content": document})[0] == 201
        body = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
        code, session = self.call("POST", "api/sessions", body)
        assert code == 201, session
        return session["kernel"]["id"]

    def state(self, kernel_id):
        """Return a kernel's plot state when its restore, if there is one, is done."""
        code, state = self.call("POST", "mpl-guard/reinit", {"kernel_id": kernel_id, "timeout": 60})
        assert code == 200, state
        return state

    def plot(self, path="day.ipynb", code=PLOT):
        """Open a notebook, plot in it, and return the id of its kernel when the figure is saved."""
        kernel_id = self.open(path)
        self.state(kernel_id)
        (file,) = self.home.rglob(f"kernel-{kernel_id}.json")
        client = BlockingKernelClient(connection_file=str(file))
        client.load_connection_file()
        client.start_channels(hb=False)
        try:
            for cell in (code, "1"):
                assert client.execute(cell, reply=True, timeout=LIMIT)["content"]["status"] == "ok"
        finally:
            client.stop_channels()
        return kernel_id

    def stop(self):
        """Stop it through the hub."""
        path = f"users/{self.user}/servers/{self.name}" if self.name else f"users/{self.user}/server"
        self.hub.api("DELETE", path)
        self.hub.has_stopped(self.user, self.name)

    def diaries(self):
        """Return the names of the diaries in the user's home."""
        return {each.name for each in self.home.rglob("mpl-guard-*") if "kept" not in each.name}


def until(condition):
    """Wait until a condition is true."""
    limit = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < limit, "that never happens"
        time.sleep(0.1)


def free_port():
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        return free.getsockname()[1]


@contextmanager
def running(home):
    """Run a hub with everything that it writes in one folder."""
    (home / "config").mkdir()
    (home / "config" / "jupyter_server_config.py").write_text(SERVER)
    path = f"{HUB}/bin:{os.environ['PATH']}"
    environment = {"PATH": path, "PYTHONPATH": str(ROOT), "JUPYTER_CONFIG_DIR": str(home / "config")}
    environment |= {"JUPYTERHUB_SINGLEUSER_APP": "jupyter_server.serverapp.ServerApp", "JUPYTER_PREFER_ENV_PATH": "1"}
    public, hub, proxy = free_port(), free_port(), free_port()
    places = {"public": public, "hub": hub, "proxy": proxy, "home": home, "env": HUB, "environment": environment}
    text = CONFIGURATION.format(**places, token=TOKEN, password=PASSWORD, limit=LIMIT)
    (home / "jupyterhub_config.py").write_text(text)
    foreign = ("JUPYTER", "PYTHONPATH", "MPLBACKEND", "XDG")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    command = [f"{HUB}/bin/jupyterhub", "-f", str(home / "jupyterhub_config.py")]
    with (home / "hub.log").open("wb") as log:
        process = subprocess.Popen(command, env=inherited | {"PATH": path}, cwd=home, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{public}/plots"
    try:
        until(lambda: process.poll() is not None or _answers(url))
        assert process.poll() is None, (home / "hub.log").read_text()
        yield Hub(url, home)
    finally:
        process.terminate()
        process.wait(LIMIT)


def _answers(url):
    try:
        return requests.get(f"{url}/hub/api", timeout=5).ok
    except requests.ConnectionError:
        return False


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """Run a hub for the tests of this module."""
    with running(tmp_path_factory.mktemp("hub")) as hub:
        yield hub


def test_two_users_find_what_is_their_own_the_next_day(hub):
    anna, berta = hub.server("anna"), hub.server("berta")
    kernel_id = anna.plot()
    berta.plot(code=PLOT.replace("137", "99"))
    code, _ = anna.call("GET", "mpl-guard/kernels", token=berta.token)
    assert code in (403, 404)
    assert anna.call("GET", f"mpl-guard/kernels/{kernel_id}")[1]["rc_params"] == {"figure.dpi": 137.0}
    assert [each["rc_params"] for each in berta.call("GET", "mpl-guard/kernels")[1]] == [{"figure.dpi": 99.0}]
    anna.stop()
    berta.stop()
    anna, berta = hub.server("anna"), hub.server("berta")
    assert is_yesterdays(anna.state(anna.open()))
    assert berta.state(berta.open())["rc_params"] == {"figure.dpi": 99.0}
    anna.stop()
    berta.stop()


def test_a_server_that_was_culled_has_left_everything(hub):
    clara = hub.server("clara")
    clara.plot()
    command = [f"{HUB}/bin/jupyterhub-idle-culler", "--timeout=1", "--cull-every=2", f"--url={hub.url}/hub/api"]
    with subprocess.Popen(command, env=os.environ | {"JUPYTERHUB_API_TOKEN": TOKEN}) as culler:
        try:
            hub.has_stopped("clara")
        finally:
            culler.terminate()
    clara = hub.server("clara")
    assert is_yesterdays(clara.state(clara.open()))
    clara.stop()


def test_two_servers_of_one_user_at_once_leave_each_others_kernels_alone(hub):
    first = hub.server("doris")
    kernel_id = first.plot()
    second = hub.server("doris", "second")
    other = second.plot("other.ipynb")
    assert is_new(second.state(second.open("day.ipynb")))  # it is open in the first one
    assert first.diaries() >= {f"mpl-guard-{kernel_id}", f"mpl-guard-{other}"}
    assert first.state(kernel_id)["rc_params"] == {"figure.dpi": 137.0}
    first.stop()
    assert f"mpl-guard-{other}" in second.diaries()
    third = hub.server("doris", "third")
    assert is_yesterdays(third.state(third.open("day.ipynb")))
    second.stop()
    third.stop()
    first = hub.server("doris")
    assert is_yesterdays(first.state(first.open("other.ipynb")))
    first.stop()


def test_a_server_whose_process_is_killed_has_lost_nothing(hub):
    emma = hub.server("emma")
    kernel_id = emma.plot()
    (info,) = emma.home.rglob("jpserver-*.json")
    for pid in _tree(json.loads(info.read_text())["pid"]):
        os.kill(pid, 9)
    emma.stop()
    assert f"mpl-guard-{kernel_id}" in emma.diaries()
    emma = hub.server("emma")
    assert is_yesterdays(emma.state(emma.open()))
    emma.stop()


def test_a_browser_with_a_cookie_has_to_bring_the_xsrf_token(hub):
    server = hub.server("frida")
    kernel_id = server.plot()
    with requests.Session() as browser:
        login = f"{hub.url}/hub/login"
        browser.get(login, timeout=LIMIT)
        xsrf = next(each.value for each in browser.cookies if each.name == "_xsrf")
        form = {"username": "frida", "password": PASSWORD, "_xsrf": xsrf}
        assert browser.post(login, data=form, timeout=LIMIT).ok
        assert browser.get(f"{server.url}/view/day.ipynb", timeout=LIMIT).ok  # the hub says who it is
        assert browser.get(f"{server.url}/api/status", timeout=LIMIT).ok
        seen = browser.get(f"{server.url}/mpl-guard/kernels/{kernel_id}", timeout=LIMIT)
        assert seen.json()["rc_params"] == {"figure.dpi": 137.0}
        body = {"kernel_id": kernel_id}
        refused = browser.post(f"{server.url}/mpl-guard/reinit", json=body, timeout=LIMIT)
        assert refused.status_code == 403
        path = urlsplit(server.url).path
        xsrf = next(each.value for each in browser.cookies if each.name == "_xsrf" and each.path.startswith(path))
        headers = {"X-XSRFToken": xsrf}
        assert browser.post(f"{server.url}/mpl-guard/reinit", json=body, headers=headers, timeout=LIMIT).ok
    assert requests.get(f"{server.url}/mpl-guard/kernels", timeout=LIMIT, allow_redirects=False).status_code in (
        302,
        403,
    )
    server.stop()


def _tree(pid):
    """Return the ids of a process and of all that it has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in _tree(int(child)))]
