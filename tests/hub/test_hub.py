"""Servers of users behind a JupyterHub: each finds what is its own, also when it was stopped, culled or is one of two.

A hub stops a server by an interrupt, at which jupyter_server ends without notifying extensions: what its kernels leave
is put in order by the next one.

`make test-hub` runs it: it needs the environment that `python tests/hub` makes.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from hubs import HUB, LIMIT, PASSWORD, TOKEN, running
from server_notebooks import PLOT, is_new, is_yesterdays

pytestmark = [
    pytest.mark.skipif(not HUB, reason="it needs an environment with a JupyterHub: make test-hub"),
    pytest.mark.xdist_group("hub"),
]


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
