"""Who may call what: tokens, cookies, authorization, methods, and what counts as activity."""

from __future__ import annotations

import json
import warnings
from urllib.parse import urlencode

import pytest
from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.utils import JupyterServerAuthWarning
from recording_guard import CALLS, KERNEL, RecordingGuard, assert_is_error

from jupyter_mpl_guard.routes import handlers


class DenyAll(Authorizer):
    """Deny every action to every authenticated user."""

    def is_authorized(self, handler, user, action, resource):
        return False


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
async def test_no_call_is_answered_without_a_token(call, guard, method, path, body):
    for headers in ({"Authorization": ""}, {"Authorization": "token wrong"}):
        code, answer = await call(method, path, body, headers=dict(headers))
        assert code == 403
        if method != "HEAD":
            assert_is_error(answer)
    assert guard.calls == []


@pytest.mark.parametrize("jp_server_config", [{"ServerApp": {"authorizer_class": DenyAll}}])
@pytest.mark.parametrize(("method", "path", "body"), CALLS)
async def test_no_call_is_answered_to_a_user_who_may_not(call, guard, method, path, body):
    code, answer = await call(method, path, body)
    assert code == 403
    if method != "HEAD":
        assert "not authorized" in answer["message"]
        assert "kernels" in answer["message"]
    assert guard.calls == []


@pytest.mark.parametrize(("method", "path", "body"), [call for call in CALLS if call[0] not in ("GET", "HEAD")])
async def test_a_cookie_alone_changes_nothing_without_the_xsrf_token(
    call, guard, jp_serverapp, raw_fetch, method, path, body
):
    cookies = await log_in(jp_serverapp, raw_fetch)
    headers = {"Authorization": "", "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    code, answer = await call(method, path, body, headers=dict(headers))
    assert code == 403
    assert "X-XSRFToken" in answer["message"]
    assert guard.calls == []
    code, _ = await call(method, path, body, headers={**headers, "X-XSRFToken": cookies["_xsrf"]})
    assert code in (200, 204)


@pytest.mark.parametrize("path", sorted({path for _, path, _ in CALLS}))
async def test_a_method_that_the_address_does_not_know_is_answered_with_405(guard, jp_fetch, path):
    known = {method for method, other, _ in CALLS if other == path} | {"OPTIONS"}
    for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"} - known:
        response = await jp_fetch(
            "mpl-guard", path, method=method, body=None, raise_error=False, allow_nonstandard_methods=True
        )
        assert response.code == 405, method
        assert set(response.headers["Allow"].split(", ")) == known
        if method != "HEAD":
            assert_is_error(json.loads(response.body))
    assert guard.calls == []


@pytest.mark.parametrize("path", sorted({path for _, path, _ in CALLS}))
async def test_options_names_the_methods_to_everyone(guard, jp_fetch, path):
    response = await jp_fetch("mpl-guard", path, method="OPTIONS", headers={"Authorization": ""})
    assert (response.code, response.body) == (204, b"")
    assert set(response.headers["Allow"].split(", ")) == {
        "OPTIONS",
        *(method for method, other, _ in CALLS if other == path),
    }


async def test_looking_counts_as_no_activity_and_changing_does(call, jp_serverapp):
    settings = jp_serverapp.web_app.settings
    settings["api_last_activity"] = None
    for path in ("kernels", f"kernels/{KERNEL}", f"kernels/{KERNEL}/diagnosis", "kernels/unknown", "spec.yaml"):
        await call("GET", path) if path != "spec.yaml" else await call("HEAD", path)
    assert settings["api_last_activity"] is None
    await call("PATCH", f"kernels/{KERNEL}", {"paused": True})
    assert settings["api_last_activity"] is not None


@pytest.mark.parametrize("jp_server_config", [{"ServerApp": {"allow_unauthenticated_access": False}}])
async def test_a_server_that_demands_access_checks_finds_them_on_every_handler(jp_serverapp, call):
    with warnings.catch_warnings():
        warnings.simplefilter("error", JupyterServerAuthWarning)
        jp_serverapp.web_app.add_handlers(".*$", handlers("/again/", RecordingGuard()))
    code, _ = await call("GET", "kernels")
    assert code == 200


async def log_in(serverapp, raw_fetch):
    """Log in as the login page does, and return the browser's cookies."""
    login = f"{serverapp.base_url}login"
    cookies = read_cookies(await raw_fetch(login))
    form = urlencode({"password": serverapp.identity_provider.token, "_xsrf": cookies["_xsrf"]})
    headers = {"Cookie": f"_xsrf={cookies['_xsrf']}", "Content-Type": "application/x-www-form-urlencoded"}
    response = await raw_fetch(login, method="POST", body=form, headers=headers)
    assert response.code == 302
    cookies.update(read_cookies(response))
    return cookies


def read_cookies(response):
    """Return the cookies that a response sets."""
    return dict(line.partition(";")[0].split("=", 1) for line in response.headers.get_list("Set-Cookie"))
