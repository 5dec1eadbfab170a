"""What the handlers make of requests, whatever guard is behind them."""

from __future__ import annotations

import json
import random
import re
import warnings
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import pytest
from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.utils import JupyterServerAuthWarning
from plot_states import plot_state
from tornado.httpclient import HTTPRequest

from jupyter_mpl_guard.guard import KernelUnusable, UnknownKernel
from jupyter_mpl_guard.routes import handlers

KERNEL = "6ad0a3b2-6f0f-4a43-9a0c-52f4e4a7d5c1"
BASH = "0f8fad5b-d9cb-469f-a165-70867728950e"

# Every call of the API: method, path below mpl-guard/, a body that is right.
CALLS = [
    ("POST", "reinit", {"kernel_id": KERNEL}),
    ("GET", "kernels", None),
    ("HEAD", "kernels", None),
    ("GET", f"kernels/{KERNEL}", None),
    ("HEAD", f"kernels/{KERNEL}", None),
    ("PATCH", f"kernels/{KERNEL}", {"paused": True}),
    ("DELETE", f"kernels/{KERNEL}", None),
    ("PUT", "policy", {"enabled": True, "figures": "crash"}),
    ("GET", "spec.yaml", None),
    ("HEAD", "spec.yaml", None),
]
CALLS_WITH_BODY = [call for call in CALLS if call[2] is not None]


@dataclass(frozen=True)
class Policy:
    enabled: bool = True
    figures: str = "crash"


class RecordingGuard:
    """A guard over kernels that are only records: it keeps what handlers ask and refuses as the real one does."""

    def __init__(self):
        self.policy = Policy()
        self.kernels = {KERNEL: plot_state(KERNEL), BASH: plot_state(BASH, status="unsupported")}
        self.calls = []

    def states(self):
        return list(self.kernels.values())

    def state(self, kernel_id):
        if kernel_id not in self.kernels:
            raise UnknownKernel(kernel_id)
        return self.kernels[kernel_id]

    async def reinit(self, kernel_id, **options):
        self.calls.append(("reinit", kernel_id, options))
        if self.state(kernel_id)["status"] == "unsupported":
            raise KernelUnusable("This kernel does not run Python, so 100 % of %matplotlib is missing.")
        return self.state(kernel_id)

    async def pause(self, kernel_id, paused):
        self.calls.append(("pause", kernel_id, paused))
        self.state(kernel_id)["status"] = "paused" if paused else "live"
        return self.state(kernel_id)

    async def forget(self, kernel_id):
        self.calls.append(("forget", kernel_id))
        self.state(kernel_id)

    async def set_policy(self, **changes):
        self.calls.append(("set_policy", changes))
        self.policy = replace(self.policy, **changes)
        return self.policy


class DenyAll(Authorizer):
    """Knows its users and lets none of them do anything."""

    def is_authorized(self, handler, user, action, resource):
        return False


@pytest.fixture
def jp_server_config():
    """Leave the guard's own extension out: the handlers come with the recording guard."""
    return {}


@pytest.fixture
def guard(jp_serverapp):
    guard = RecordingGuard()
    jp_serverapp.web_app.add_handlers(".*$", handlers(jp_serverapp.base_url, guard))
    return guard


@pytest.fixture
def call(guard, fetch_json):
    """Make one call below mpl-guard/ and give the status and the answer."""

    async def call(method, path, body=None, **options):
        return await fetch_json(method, "mpl-guard", path, body=body, **options)

    return call


def assert_is_error(answer):
    """Check that an answer is Jupyter's error body with a sentence in it."""
    assert set(answer) == {"message", "reason"}
    assert re.fullmatch(r"\S.*[.]", answer["message"]), answer["message"]


async def test_reinit_hands_over_what_the_body_says_and_nothing_else(call, guard):
    assert await call("POST", "reinit", {"kernel_id": KERNEL}) == (200, plot_state(KERNEL))
    options = {"figures": "all", "backend": "widget", "timeout": 0.5}
    assert await call("POST", "reinit", {"kernel_id": KERNEL, **options}) == (200, plot_state(KERNEL))
    assert guard.calls == [("reinit", KERNEL, {}), ("reinit", KERNEL, options)]


async def test_a_pending_restore_is_answered_with_202(call, guard):
    guard.kernels[KERNEL]["status"] = "pending"
    code, state = await call("POST", "reinit", {"kernel_id": KERNEL})
    assert (code, state["status"]) == (202, "pending")
    assert (await call("GET", f"kernels/{KERNEL}"))[0] == 200


async def test_a_kernel_that_cannot_be_used_is_answered_with_409_and_the_guards_sentence(call):
    assert await call("POST", "reinit", {"kernel_id": BASH}) == (
        409,
        {"message": "This kernel does not run Python, so 100 % of %matplotlib is missing.", "reason": None},
    )


async def test_states_are_listed_and_shown(call):
    assert await call("GET", "kernels") == (200, [plot_state(KERNEL), plot_state(BASH, status="unsupported")])
    assert await call("GET", f"kernels/{BASH}") == (200, plot_state(BASH, status="unsupported"))


async def test_head_answers_like_get_without_the_body(guard, jp_fetch):
    for path in ("kernels", f"kernels/{KERNEL}", "spec.yaml"):
        full = await jp_fetch("mpl-guard", path)
        head = await jp_fetch("mpl-guard", path, method="HEAD")
        assert (head.code, head.body) == (200, b"")
        assert head.headers["Content-Length"] == str(len(full.body))
        assert head.headers["Content-Type"] == full.headers["Content-Type"]


async def test_a_kernel_is_paused_and_goes_on(call, guard):
    assert await call("PATCH", f"kernels/{KERNEL}", {"paused": True}) == (200, plot_state(KERNEL, status="paused"))
    assert await call("PATCH", f"kernels/{KERNEL}", {"paused": False}) == (200, plot_state(KERNEL))
    assert guard.calls == [("pause", KERNEL, True), ("pause", KERNEL, False)]


async def test_forgetting_answers_with_nothing(call, guard):
    assert await call("DELETE", f"kernels/{KERNEL}") == (204, None)
    assert guard.calls == [("forget", KERNEL)]


async def test_the_policy_changes_only_in_what_the_body_names(call):
    assert await call("PUT", "policy", {"figures": "never"}) == (200, {"enabled": True, "figures": "never"})
    assert await call("PUT", "policy", {"enabled": False}) == (200, {"enabled": False, "figures": "never"})


@pytest.mark.parametrize(
    "kernel_id",
    [
        "00000000-0000-0000-0000-000000000000",
        "..",
        "../../etc/passwd",
        f"{KERNEL}/../{KERNEL}",
        f"{KERNEL}/",
        f"{KERNEL}/restart",
        "100%",
        "a b\n\0",
        "ß∂\U0001f600",
        "x" * 5000,
    ],
)
async def test_an_id_that_no_kernel_has_is_answered_with_404(call, kernel_id):
    answers = [await call("POST", "reinit", {"kernel_id": kernel_id})]
    if kernel_id != f"{KERNEL}/" and ".." not in kernel_id:  # in an address, these name something else
        for method, body in (("GET", None), ("PATCH", {"paused": True}), ("DELETE", None)):
            answers.append(await call(method, f"kernels/{kernel_id}", body))
    for code, answer in answers:
        assert code == 404
        assert_is_error(answer)
        assert len(answer["message"]) < 600


@pytest.mark.parametrize("path", ["%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..", "a/../../b", "%ff%fe", "%00", "%25s%25d"])
async def test_an_address_that_is_no_kernel_id_is_answered_with_404(
    guard, jp_base_url, jp_auth_header, path, raw_fetch
):
    response = await raw_fetch(f"{jp_base_url}mpl-guard/kernels/{path}", headers=jp_auth_header)
    assert response.code == 404
    assert_is_error(json.loads(response.body))


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


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"{", "not JSON"),
        (b"kernel_id=x", "not JSON"),
        (b"{'paused': true}", "not JSON"),
        (b"\xff\xfe{", "not UTF-8"),
        (b'{"kernel_id": "\xe9"}', "not UTF-8"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        ("{}".encode("utf-16"), "not UTF-8"),
        (b"null", "JSON object"),
        (b"true", "JSON object"),
        (b"[]", "JSON object"),
        (b'"text"', "JSON object"),
        (b"1", "JSON object"),
        (b"NaN", "NaN"),
        (b'{"timeout": Infinity}', "Infinity"),
        (b"[" * 200_000, "too deep"),
        (b'{"a":' * 200_000, "too deep"),
        (b'{"timeout": ' + b"9" * 5000 + b"}", "too long"),
        (b'{"%d": 1, "%d": 1}', "twice"),
        (b'{"%(nonsense)s": 1}', "%(nonsense)s"),
        (b'{"' + b"k" * 100_000 + b'": 1}', "unknown key|lacks"),
    ],
)
async def test_a_body_that_is_no_json_object_of_the_call_is_answered_with_400(call, guard, body, reason):
    for method, path, _ in CALLS_WITH_BODY:
        code, answer = await call(method, path, body)
        assert code == 400
        assert_is_error(answer)
        if reason != "%(nonsense)s" or path == "policy":  # elsewhere the first complaint is the missing key
            assert re.search(re.escape(reason) if "%" in reason else reason, answer["message"]), answer["message"]
        assert len(answer["message"]) < 600
    assert guard.calls == []


@pytest.mark.parametrize(
    ("method", "path", "body", "message"),
    [
        ("POST", "reinit", {}, 'The body lacks "kernel_id".'),
        ("POST", "reinit", {"kernel_id": None}, '"kernel_id" must be a string that is not empty.'),
        ("POST", "reinit", {"kernel_id": ""}, '"kernel_id" must be a string that is not empty.'),
        ("POST", "reinit", {"kernel_id": [KERNEL]}, '"kernel_id" must be a string that is not empty.'),
        ("POST", "reinit", {"kernel_id": "\ud800"}, '"kernel_id" contains half of a surrogate pair'),
        ("POST", "reinit", {"kernel_id": KERNEL, "extra": 1}, 'The body has the unknown key "extra".'),
        ("POST", "reinit", {"kernel_id": KERNEL, "figures": "some"}, '"figures" must be one of "auto", "all", "none".'),
        ("POST", "reinit", {"kernel_id": KERNEL, "figures": None}, '"figures" must be one of'),
        ("POST", "reinit", {"kernel_id": KERNEL, "backend": ""}, '"backend" must be a string of 1 to 128 characters.'),
        ("POST", "reinit", {"kernel_id": KERNEL, "backend": "b" * 129}, '"backend" must be a string of 1 to 128'),
        ("POST", "reinit", {"kernel_id": KERNEL, "backend": None}, '"backend" must be a string'),
        ("POST", "reinit", {"kernel_id": KERNEL, "backend": "\udfff"}, '"backend" contains half of a surrogate pair'),
        ("POST", "reinit", {"kernel_id": KERNEL, "timeout": "10"}, '"timeout" must be a number from 0 to 600.'),
        ("POST", "reinit", {"kernel_id": KERNEL, "timeout": True}, '"timeout" must be a number from 0 to 600.'),
        ("POST", "reinit", {"kernel_id": KERNEL, "timeout": -0.001}, '"timeout" must be a number from 0 to 600.'),
        ("POST", "reinit", {"kernel_id": KERNEL, "timeout": 600.5}, '"timeout" must be a number from 0 to 600.'),
        ("POST", "reinit", f'{{"kernel_id": "{KERNEL}", "timeout": 1e999}}', '"timeout" must be a number from 0'),
        ("POST", "reinit", f'{{"kernel_id": "{KERNEL}", "timeout": NaN}}', "The body holds NaN"),
        ("POST", "reinit", f'{{"kernel_id": "x", "kernel_id": "{KERNEL}"}}', 'The body has the key "kernel_id" twice'),
        ("PATCH", f"kernels/{KERNEL}", {}, 'The body lacks "paused".'),
        ("PATCH", f"kernels/{KERNEL}", {"paused": "true"}, '"paused" must be true or false.'),
        ("PATCH", f"kernels/{KERNEL}", {"paused": 1}, '"paused" must be true or false.'),
        ("PATCH", f"kernels/{KERNEL}", {"paused": None}, '"paused" must be true or false.'),
        ("PATCH", f"kernels/{KERNEL}", {"paused": True, "status": "live"}, 'The body has the unknown key "status".'),
        ("PUT", "policy", {}, "The body names nothing to change."),
        ("PUT", "policy", {"enabled": 0}, '"enabled" must be true or false.'),
        ("PUT", "policy", {"figures": "auto"}, '"figures" must be one of "crash", "always", "never".'),
        ("PUT", "policy", {"enabled": True, "figures": []}, '"figures" must be one of "crash", "always", "never".'),
        ("PUT", "policy", {"figure": "crash"}, 'The body has the unknown key "figure".'),
    ],
)
async def test_a_body_of_another_shape_is_answered_with_400_and_what_to_send(call, guard, method, path, body, message):
    code, answer = await call(method, path, body)
    assert code == 400
    assert answer["message"].startswith(message), answer["message"]
    assert_is_error(answer)
    assert guard.calls == []


async def test_limits_of_the_timeout_are_within_it(call, guard):
    for timeout in (0, 600, 1e-300, 599.999):
        code, _ = await call("POST", "reinit", {"kernel_id": KERNEL, "timeout": timeout})
        assert code == 200
    assert [options["timeout"] for _, _, options in guard.calls] == [0, 600, 1e-300, 599.999]


async def test_a_thousand_random_bodies_never_break_the_server(call, guard):
    chance = random.Random(20261122)
    codes = set()
    for number in range(1000):
        method, path, right = CALLS_WITH_BODY[number % len(CALLS_WITH_BODY)]
        body = damaged(chance, json.dumps(right).encode())
        code, answer = await call(method, path, body)
        assert code < 500, body
        codes.add(code)
        if code == 400:
            assert_is_error(answer)
    # The bodies reach the bounds from both sides: some are refused, some are right, some name another kernel.
    assert codes == {200, 400, 404}


async def test_a_form_or_a_broken_query_never_breaks_the_server(guard, raw_fetch, jp_base_url, jp_auth_header):
    body = json.dumps({"kernel_id": KERNEL})
    for content_type in ("application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x"):
        response = await raw_fetch(
            f"{jp_base_url}mpl-guard/reinit",
            method="POST",
            body=body,
            headers={**jp_auth_header, "Content-Type": content_type},
        )
        assert response.code in (200, 400)
    for query in ("token=%ff", "_xsrf=%ff", "no_track_activity=%ff", "%ff=%ff", "=&&==", "a" * 3000):
        for method, path, right in CALLS:
            response = await raw_fetch(
                f"{jp_base_url}mpl-guard/{path}?{query}",
                method=method,
                body=right and json.dumps(right),
                headers=jp_auth_header,
            )
            # A token in the address counts before the one in the header.
            assert response.code in ((403,) if query.startswith("token") else (200, 204)), (method, path, query)


async def test_looking_counts_as_no_activity_and_changing_does(call, jp_serverapp):
    settings = jp_serverapp.web_app.settings
    settings["api_last_activity"] = None
    for path in ("kernels", f"kernels/{KERNEL}", "kernels/unknown", "spec.yaml"):
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


@pytest.fixture
def raw_fetch(http_server_client):
    """Fetch an address as it is written, without escaping it again."""

    async def fetch(address, **options):
        request = HTTPRequest(
            http_server_client.get_url(address), follow_redirects=False, allow_nonstandard_methods=True, **options
        )
        return await super(type(http_server_client), http_server_client).fetch(request, raise_error=False)

    return fetch


async def log_in(serverapp, raw_fetch):
    """Log in as the login page does, and give the browser's cookies."""
    login = f"{serverapp.base_url}login"
    cookies = read_cookies(await raw_fetch(login))
    form = urlencode({"password": serverapp.identity_provider.token, "_xsrf": cookies["_xsrf"]})
    headers = {"Cookie": f"_xsrf={cookies['_xsrf']}", "Content-Type": "application/x-www-form-urlencoded"}
    response = await raw_fetch(login, method="POST", body=form, headers=headers)
    assert response.code == 302
    cookies.update(read_cookies(response))
    return cookies


def read_cookies(response):
    """Give the cookies that a response sets."""
    return dict(line.partition(";")[0].split("=", 1) for line in response.headers.get_list("Set-Cookie"))


def damaged(chance, body):
    """Change a right body in a random place, cut it, fill it with noise, or leave it as it is."""
    kind = chance.randrange(5)
    if kind == 0:
        return chance.randbytes(chance.randrange(200))
    if kind == 1:
        place = chance.randrange(len(body))
        return body[:place] + chance.randbytes(1) + body[place + 1 :]
    if kind == 2:
        return body[: chance.randrange(len(body))]
    if kind == 3:
        values = ["true", "null", "-1", "1e400", "[]", "{}", '"\\ud800"', '"\\u0000"', '"x"', "9" * 400, '"%s"']
        key = chance.choice(["kernel_id", "paused", "enabled", "figures", "timeout", "backend", ""])
        return json.dumps({key: "HERE"}).replace('"HERE"', chance.choice(values)).encode()
    return body
