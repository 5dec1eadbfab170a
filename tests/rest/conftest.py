"""The handlers on a real server, with a guard behind them that only records."""

from __future__ import annotations

import pytest
from recording_guard import RecordingGuard
from tornado.httpclient import HTTPRequest

from jupyter_mpl_guard.routes import handlers


@pytest.fixture
def jp_server_config():
    """Do not load the guard's own extension: the handlers come with the recording guard."""
    return {}


@pytest.fixture
def guard(jp_serverapp):
    guard = RecordingGuard()
    jp_serverapp.web_app.add_handlers(".*$", handlers(jp_serverapp.base_url, guard))
    return guard


@pytest.fixture
def call(guard, fetch_json):
    """Make one call below mpl-guard/ and return the status and the answer."""

    async def call(method, path, body=None, **options):
        return await fetch_json(method, "mpl-guard", path, body=body, **options)

    return call


@pytest.fixture
def raw_fetch(http_server_client):
    """Fetch an address as it is written, without escaping it again."""

    async def fetch(address, **options):
        request = HTTPRequest(
            http_server_client.get_url(address), follow_redirects=False, allow_nonstandard_methods=True, **options
        )
        return await super(type(http_server_client), http_server_client).fetch(request, raise_error=False)

    return fetch
