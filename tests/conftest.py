"""What all tests stand on: a Jupyter server with the guard in it, cut off from the user's own set-up."""

from __future__ import annotations

import json

import pytest

pytest_plugins = [
    "pytest_jupyter.jupyter_server",
    "environments",
    "fork_server",
    "archived_plots",
    "kernels",
    "server_kernels",
    "server_notebooks",
    "saved_before",
    "server_pages",
    "gateways",
    "far_kernels",
    "canned_server",
]

# Variables by which the machine's own set-up would reach the server under test or its kernels.
_FOREIGN_VARIABLES = (
    "IPYTHONDIR",
    "JUPYTER_CONFIG_PATH",
    "JUPYTER_PATH",
    "JUPYTER_TOKEN",
    "MATPLOTLIBRC",
    "MPLBACKEND",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
)


@pytest.fixture(scope="session", autouse=True)
def matplotlib_cache(tmp_path_factory):
    """Build Matplotlib's font list once for the whole run, though each test has a home of its own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in _FOREIGN_VARIABLES:
            patch.delenv(name, raising=False)
        patch.setenv("MPLCONFIGDIR", str(tmp_path_factory.mktemp("matplotlib")))
        yield


@pytest.fixture
def contexts(jp_asyncio_loop):
    """Close the sockets of a test's servers when these have ended.

    One that is left open would stop a later test, wherever the garbage collector finds its kernel manager: the manager
    waits in ``__del__`` for the end of sockets that it cannot find any more, as their weak references are gone then.
    """
    found = []
    yield found

    async def close():
        for context in found:
            context.destroy(linger=0)

    jp_asyncio_loop.run_until_complete(close())


@pytest.fixture
def jp_configurable_serverapp(jp_configurable_serverapp, contexts):
    """Record the sockets of a server."""

    def configurable_serverapp(*args, **kwargs):
        app = jp_configurable_serverapp(*args, **kwargs)
        guards = app.extension_manager.extension_apps.get("jupyter_mpl_guard", ())
        contexts.extend([app.kernel_manager.context, *(each._kernels._context for each in guards)])
        return app

    return configurable_serverapp


@pytest.fixture(autouse=True)
def jp_server_cleanup(contexts, jp_server_cleanup):
    """End the server before its sockets are closed."""


@pytest.fixture
def jp_environ(jp_environ, monkeypatch):
    """Share the server's isolation with kernels, but not its import path, which they would use as their own."""
    monkeypatch.delenv("PYTHONPATH", raising=False)


@pytest.fixture
def jp_server_config(transport):
    """Enable the guard; a server that cannot load it must not start.

    Its restarter looks for dead kernels more often than every three seconds, and does not give up after five.
    """
    return {
        "KernelManager": {"transport": transport},
        "KernelRestarter": {"time_to_dead": 0.3, "restart_limit": 50},
        "ServerApp": {
            "jpserver_extensions": {"jupyter_mpl_guard": True},
            "reraise_server_extension_failures": True,
        },
    }


@pytest.fixture
def fetch_json(jp_fetch):
    """Call the server and return the status and the JSON, or picture, that it answered with, whatever the status."""

    async def fetch(method, *parts, body=None, **options):
        raw = body if body is None or isinstance(body, (bytes, str)) else json.dumps(body)
        response = await jp_fetch(
            *parts, method=method, body=raw, raise_error=False, allow_nonstandard_methods=True, **options
        )
        if response.headers.get("Content-Type", "").startswith("image/"):
            return response.code, response.body
        return response.code, json.loads(response.body) if response.body else None

    return fetch
