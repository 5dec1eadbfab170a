"""Notebooks of a server under test: opened, plotted in and shut down as a page does."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from aftermath import until

PLOT = (
    "%matplotlib agg\nimport matplotlib.pyplot as plt\nplt.rcParams['figure.dpi'] = 137\n"
    "fig, ax = plt.subplots()\nline, = ax.plot([1, 3, 2])"
)
"""What notebooks plot."""


@pytest.fixture
def opened(jp_serverapp, jp_create_notebook, fetch_json, jp_root_dir):
    """Open a notebook as the page does, and return its session."""

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
        await until(lambda: not (Path(jp_runtime_dir) / f"mpl-guard-{session['kernel']['id']}").exists())

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
    """List the archives."""
    return lambda: sorted((Path(jp_data_dir) / "mpl-guard").glob("mpl-guard-kept-*"))


def is_yesterdays(state):
    """Return whether a plot state has what `PLOT` left, and offers its figure."""
    names = [figure["names"] for figure in state["figures"]]
    return (state["status"], state["rc_params"], names) == ("offered", {"figure.dpi": 137.0}, [["fig", "ax", "line"]])


def is_new(state):
    """Return whether a kernel has found nothing."""
    return (state["status"], state["rc_params"], state["figures"]) == ("absent", {}, [])


def guard_of(serverapp):
    """Return a server's guard."""
    (app,) = serverapp.extension_manager.extension_apps["jupyter_mpl_guard"]
    return app.guard
