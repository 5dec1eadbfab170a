"""What the handlers make of requests, whatever guard is behind them."""

from __future__ import annotations

import json

import pytest
from plot_states import plot_state
from recording_guard import BASH, KERNEL, PNG, assert_is_error


async def test_reinit_hands_over_what_the_body_says_and_nothing_else(call, guard):
    assert await call("POST", "reinit", {"kernel_id": KERNEL}) == (200, plot_state(KERNEL))
    options = {"figures": "all", "backend": "widget", "timeout": 0.5}
    assert await call("POST", "reinit", {"kernel_id": KERNEL, **options}) == (200, plot_state(KERNEL))
    assert guard.calls == [("reinit", KERNEL, {}), ("reinit", KERNEL, options)]


async def test_reinit_takes_ids_of_figures_and_names_one_that_the_kernel_does_not_have(call, guard):
    assert (await call("POST", "reinit", {"kernel_id": KERNEL, "figures": ["a", "b"]}))[0] == 200
    assert guard.calls == [("reinit", KERNEL, {"figures": ["a", "b"]})]
    code, answer = await call("POST", "reinit", {"kernel_id": KERNEL, "figures": ["a", "100%"]})
    assert (code, answer["reason"]) == (404, None)
    assert answer["message"].startswith('The kernel has no figure with the id "100%"; GET /')
    assert f"/mpl-guard/kernels/{KERNEL} lists" in answer["message"]


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


@pytest.mark.parametrize(("path", "key"), [("diagnosis", "checks"), ("backends", "backends"), ("code", "code")])
async def test_an_idle_kernel_is_asked_and_a_busy_one_is_not(call, guard, path, key):
    code, answer = await call("GET", f"kernels/{KERNEL}/{path}")
    assert (code, set(answer)) == (200, {key})
    assert guard.questions.asked == [(path, KERNEL)]
    guard.kernels[KERNEL]["status"] = "restoring"
    assert await call("GET", f"kernels/{KERNEL}/{path}") == (202, {"message": "The kernel is busy.", "checks": []})
    code, answer = await call("GET", f"kernels/{BASH}/{path}")
    assert code == 409
    assert_is_error(answer)
    code, answer = await call("GET", f"kernels/unknown/{path}")
    assert code == 404
    assert_is_error(answer)
    assert guard.questions.asked == [(path, KERNEL)]
    assert guard.calls == []


async def test_head_answers_like_get_without_the_body(guard, jp_fetch):
    for path in ("kernels", f"kernels/{KERNEL}", f"kernels/{KERNEL}/diagnosis", "spec.yaml"):
        full = await jp_fetch("mpl-guard", path)
        head = await jp_fetch("mpl-guard", path, method="HEAD")
        assert (head.code, head.body) == (200, b"")
        assert head.headers["Content-Length"] == str(len(full.body))
        assert head.headers["Content-Type"] == full.headers["Content-Type"]


async def test_a_kernel_is_paused_and_goes_on(call, guard):
    assert await call("PATCH", f"kernels/{KERNEL}", {"paused": True}) == (200, plot_state(KERNEL, status="paused"))
    assert await call("PATCH", f"kernels/{KERNEL}", {"paused": False}) == (200, plot_state(KERNEL))
    assert guard.calls == [("pause", KERNEL, True), ("pause", KERNEL, False)]


async def test_a_kernel_is_told_what_its_next_incarnation_restores(call, guard):
    assert await call("PATCH", f"kernels/{KERNEL}", {"next_restore": "none"}) == (200, plot_state(KERNEL))
    both = {"paused": True, "next_restore": "auto"}
    assert await call("PATCH", f"kernels/{KERNEL}", both) == (200, plot_state(KERNEL, status="paused"))
    assert guard.calls == [
        ("next_restore", KERNEL, "none"),
        ("next_restore", KERNEL, "auto"),
        ("pause", KERNEL, True),
    ]


async def test_forgetting_answers_with_nothing(call, guard):
    assert await call("DELETE", f"kernels/{KERNEL}") == (204, None)
    assert guard.calls == [("forget", KERNEL)]


async def test_a_figure_is_closed_and_one_that_there_is_not_is_answered_with_404(call, guard):
    assert await call("DELETE", f"kernels/{KERNEL}/figures/a") == (200, plot_state(KERNEL))
    for path in (f"kernels/{KERNEL}/figures/c%25", "kernels/nobody/figures/a", f"kernels/{KERNEL}/figures/"):
        code, answer = await call("DELETE", path)
        assert code == 404
        assert_is_error(answer)
    assert guard.calls[0] == ("close", KERNEL, "a")


async def test_a_picture_is_shown_with_an_entity_tag_and_no_other_type(call, jp_fetch):
    address = ("mpl-guard", "kernels", KERNEL, "figures", "a.png")
    response = await jp_fetch(*address)
    assert (response.code, response.body, response.headers["Content-Type"]) == (200, PNG, "image/png")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private, max-age=0"
    again = await jp_fetch(*address, headers={"If-None-Match": response.headers["Etag"]}, raise_error=False)
    assert (again.code, again.body) == (304, b"")
    code, answer = await call("GET", f"kernels/{KERNEL}/figures/b.png")
    assert (code, answer["message"].startswith("No picture of this figure is kept")) == (404, True)
    assert (await call("GET", f"kernels/{KERNEL}/figures/b.png", params={"draw": "1"}))[0] == 200
    assert (await call("GET", f"kernels/{KERNEL}/figures/b.png", params={"draw": "0"}))[0] == 404
    assert (await call("GET", "kernels/nobody/figures/a.png"))[0] == 404


async def test_an_export_is_answered_with_the_file(call, guard, jp_fetch):
    options = {"format": "svg", "dpi": 72.5, "transparent": True, "timeout": 3}
    response = await jp_fetch(
        "mpl-guard", "kernels", KERNEL, "figures", "a", "export", method="POST", body=json.dumps(options)
    )
    assert (response.code, response.body, response.headers["Content-Type"]) == (200, PNG, "image/svg+xml")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"] == 'attachment; filename="figure.svg"'
    assert guard.calls == [("export", KERNEL, "a", options)]
    code, answer = await call("POST", f"kernels/{KERNEL}/figures/a/export", {"format": "png", "timeout": 0})
    assert (code, answer) == (202, {"message": "The kernel is busy; export the figure when it is idle."})
    code, answer = await call("POST", f"kernels/{KERNEL}/figures/c/export", {"format": "png"})
    assert code == 404
    assert_is_error(answer)


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
