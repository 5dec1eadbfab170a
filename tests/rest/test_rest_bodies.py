"""Bodies that are not what a call takes are answered with what to send instead, and never break the server."""

from __future__ import annotations

import json
import random
import re

import pytest
from damage import damaged
from recording_guard import CALLS, CALLS_WITH_BODY, KERNEL, assert_is_error

FIGURES = (
    '"figures" must be one of "auto", "all", "none", or a list of 1 to 1000 strings that are not empty. '
    "Send a JSON object with"
)


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
        if reason != "%(nonsense)s" or path == "policy":  # elsewhere the missing key is named first
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
        ("POST", "reinit", {"kernel_id": KERNEL, "figures": "some"}, FIGURES),
        ("POST", "reinit", {"kernel_id": KERNEL, "figures": []}, FIGURES),
        ("POST", "reinit", {"kernel_id": KERNEL, "figures": ["a", ""]}, FIGURES),
        ("POST", "reinit", {"kernel_id": KERNEL, "figures": ["a", 1]}, FIGURES),
        ("POST", "reinit", {"kernel_id": KERNEL, "figures": ["a"] * 1001}, FIGURES),
        (
            "POST",
            "reinit",
            {"kernel_id": KERNEL, "figures": ["a\ud800"]},
            '"figures" contains half of a surrogate pair',
        ),
        ("POST", "reinit", {"kernel_id": KERNEL, "figures": None}, '"figures" must be one of'),
        ("POST", "reinit", {"kernel_id": KERNEL, "backend": ""}, '"backend" must be a string of 1 to 128 characters.'),
        ("POST", "reinit", {"kernel_id": KERNEL, "backend": "b" * 129}, '"backend" must be a string of 1 to 128'),
        ("POST", "reinit", {"kernel_id": KERNEL, "backend": None}, '"backend" must be a string'),
        *(
            (
                "POST",
                "reinit",
                {"kernel_id": KERNEL, "backend": backend},
                '"backend" must be a name of letters and digits',
            )
            for backend in (
                "module://tool",
                "widget\n",
                "\nwidget",
                "5",
                "a b",
                "a.b",
                "a_b",
                "ägg",
                "\N{BALLOT BOX}",
                "a٣",
            )
        ),
        ("POST", "reinit", {"kernel_id": KERNEL, "backend": "\udfff"}, '"backend" contains half of a surrogate pair'),
        ("POST", "reinit", {"kernel_id": KERNEL, "timeout": "10"}, '"timeout" must be a number from 0 to 600.'),
        ("POST", "reinit", {"kernel_id": KERNEL, "timeout": True}, '"timeout" must be a number from 0 to 600.'),
        ("POST", "reinit", {"kernel_id": KERNEL, "timeout": -0.001}, '"timeout" must be a number from 0 to 600.'),
        ("POST", "reinit", {"kernel_id": KERNEL, "timeout": 600.5}, '"timeout" must be a number from 0 to 600.'),
        ("POST", "reinit", f'{{"kernel_id": "{KERNEL}", "timeout": 1e999}}', '"timeout" must be a number from 0'),
        ("POST", "reinit", f'{{"kernel_id": "{KERNEL}", "timeout": NaN}}', "The body holds NaN"),
        ("POST", "reinit", f'{{"kernel_id": "x", "kernel_id": "{KERNEL}"}}', 'The body has the key "kernel_id" twice'),
        ("PATCH", f"kernels/{KERNEL}", {}, "The body names nothing to change."),
        ("PATCH", f"kernels/{KERNEL}", {"paused": "true"}, '"paused" must be true or false.'),
        ("PATCH", f"kernels/{KERNEL}", {"paused": 1}, '"paused" must be true or false.'),
        ("PATCH", f"kernels/{KERNEL}", {"paused": None}, '"paused" must be true or false.'),
        ("PATCH", f"kernels/{KERNEL}", {"next_restore": "all"}, '"next_restore" must be one of "auto", "none".'),
        ("PATCH", f"kernels/{KERNEL}", {"paused": True, "status": "live"}, 'The body has the unknown key "status".'),
        *(
            ("POST", f"kernels/{KERNEL}/figures/a/export", body, message)
            for body, message in (
                ({}, 'The body lacks "format".'),
                ({"format": "exe"}, '"format" must be one of "png", "svg", "pdf".'),
                ({"format": "png", "dpi": 0}, '"dpi" must be a number from 1 to 2400.'),
                ({"format": "png", "dpi": 2401}, '"dpi" must be a number from 1 to 2400.'),
                ({"format": "png", "dpi": "100"}, '"dpi" must be a number from 1 to 2400.'),
                ({"format": "png", "transparent": 1}, '"transparent" must be true or false.'),
                ({"format": "png", "fname": "/etc/passwd"}, 'The body has the unknown key "fname".'),
            )
        ),
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
