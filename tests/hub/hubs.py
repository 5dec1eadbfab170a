"""A JupyterHub that runs, and the servers of its users."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from contextlib import closing, contextmanager
from pathlib import Path

import requests
from jupyter_client import BlockingKernelClient
from server_notebooks import PLOT

HUB = os.environ.get("MPL_GUARD_TEST_HUB", "")
"""The environment with a JupyterHub in it, see `__main__.py`."""

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
