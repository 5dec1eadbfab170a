"""What the REST API answers for real kernels: at work, busy, dead, of another language, and gone."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil

import pytest
from damage import damaged
from server_kernels import LIMIT, PLOT, client_of


async def test_a_kernel_that_has_never_plotted_is_absent(call, kernel):
    kernel_id = await kernel()
    code, state = await call("POST", "reinit", {"kernel_id": kernel_id})
    assert (code, state["status"], state["backend"], state["incarnation"]) == (200, "absent", None, 1)
    assert await call("GET", f"kernels/{kernel_id}") == (200, state)
    assert await call("GET", "kernels") == (200, [state])


async def test_reinit_after_a_restart_answers_with_what_came_back(call, kernel, run, fetch_json):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    code, state = await call("GET", f"kernels/{kernel_id}")
    assert (code, state["status"], state["rc_params"]) == (200, "live", {"lines.linewidth": 7.5})
    code, _ = await fetch_json("POST", "api", "kernels", kernel_id, "restart", request_timeout=LIMIT)
    assert code == 200
    code, state = await call("POST", "reinit", {"kernel_id": kernel_id})
    assert (code, state["status"], state["incarnation"]) == (200, "restored", 2)
    assert state["rc_params"] == {"lines.linewidth": 7.5}
    assert state["last_restore"]["trigger"] == "restart"
    await run(kernel_id, "assert plt.rcParams['lines.linewidth'] == 7.5")


async def test_reinit_can_choose_a_backend(call, kernel, run):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    code, state = await call("POST", "reinit", {"kernel_id": kernel_id, "backend": "agg"})
    assert (code, state["backend"], state["last_restore"]["trigger"]) == (200, "agg", "manual")
    await run(kernel_id, "assert plt.get_backend().lower() == 'agg'")


async def test_a_backend_that_there_is_not_is_named_as_missing(call, kernel, run):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    code, state = await call("POST", "reinit", {"kernel_id": kernel_id, "backend": "nosuchbackend"})
    assert (code, state["status"]) == (200, "partial")
    assert [part["what"] for part in state["last_restore"]["missing"]] == ["backend 'nosuchbackend'"]
    await run(kernel_id, "assert plt.rcParams['lines.linewidth'] == 7.5")


async def test_a_busy_kernel_is_answered_for_at_once_and_restored_later(call, kernel, run, occupied):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    async with occupied(kernel_id):
        code, state = await call("POST", "reinit", {"kernel_id": kernel_id, "backend": "agg", "timeout": 0})
        assert (code, state["status"]) == (202, "pending")
        assert state["message"]
        # What the server knows does not wait for the kernel.
        code, _ = await call("GET", f"kernels/{kernel_id}")
        assert code == 200
        code, _ = await call("GET", "kernels")
        assert code == 200
    code, state = await call("POST", "reinit", {"kernel_id": kernel_id})
    assert (code, state["backend"]) == (200, "agg")


async def test_looking_sends_nothing_to_a_kernel(call, kernel, run, jp_serverapp):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    async with client_of(jp_serverapp, kernel_id) as client:
        await answered_until_idle(client, client.execute("1"))
        await until_saved(call, kernel_id)
        await answered_until_idle(client, client.execute("1"))
        for _ in range(20):
            await call("GET", f"kernels/{kernel_id}")
            await call("GET", "kernels")
        marker = client.execute("2")
        # Whatever a kernel is asked, it tells everyone on iopub, and that is what counts as its activity.
        assert await answered_until_idle(client, marker) == {marker}


async def until_saved(call, kernel_id):
    """Wait until a kernel has said what it has saved of data: it does so when it has been idle for a moment."""
    async with asyncio.timeout(LIMIT):
        while not (await call("GET", f"kernels/{kernel_id}"))[1]["data"]["saved"]:
            await asyncio.sleep(0.05)


async def answered_until_idle(client, asked):
    """Return the ids of the requests that a kernel has worked on when it is done with the one that was asked."""
    answered = set()
    while True:
        message = await client.get_iopub_msg(timeout=LIMIT)
        answered.add(message["parent_header"].get("msg_id"))
        idle = message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
        if idle and message["parent_header"].get("msg_id") == asked:
            return answered


async def test_a_kernel_of_another_language_is_unsupported(call, kernel):
    kernel_id = await kernel("echo")
    code, state = await call("GET", f"kernels/{kernel_id}")
    assert (code, state["status"]) == (200, "unsupported")
    code, answer = await call("POST", "reinit", {"kernel_id": kernel_id})
    assert code == 409
    assert "Python" in answer["message"]


@pytest.mark.parametrize(
    "jp_server_config",
    [{"ServerApp": {"jpserver_extensions": {"jupyter_mpl_guard": True}}, "KernelManager": {"autorestart": False}}],
)
async def test_a_dead_kernel_is_answered_with_409(call, kernel, run, jp_serverapp):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    manager = jp_serverapp.kernel_manager.get_kernel(kernel_id)
    os.kill(manager.provisioner.pid, 9)
    await manager.provisioner.wait()
    code, answer = await call("POST", "reinit", {"kernel_id": kernel_id})
    assert code == 409
    assert "Restart" in answer["message"]
    code, _ = await call("GET", f"kernels/{kernel_id}")
    assert code == 200


async def test_a_kernel_that_has_been_shut_down_is_unknown(call, kernel, fetch_json):
    kernel_id = await kernel()
    code, _ = await fetch_json("DELETE", "api", "kernels", kernel_id, request_timeout=LIMIT)
    assert code == 204
    for method, path, body in (
        ("POST", "reinit", {"kernel_id": kernel_id}),
        ("GET", f"kernels/{kernel_id}", None),
        ("PATCH", f"kernels/{kernel_id}", {"paused": True}),
        ("DELETE", f"kernels/{kernel_id}", None),
    ):
        code, _ = await call(method, path, body)
        assert code == 404, method
    assert await call("GET", "kernels") == (200, [])


async def test_a_paused_kernel_is_left_alone_until_it_goes_on(call, kernel, run, fetch_json):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    code, state = await call("PATCH", f"kernels/{kernel_id}", {"paused": True})
    assert (code, state["status"]) == (200, "paused")
    assert state["message"]
    await run(kernel_id, "plt.rcParams['lines.linewidth'] = 8.5")
    code, _ = await fetch_json("POST", "api", "kernels", kernel_id, "restart", request_timeout=LIMIT)
    assert code == 200
    code, state = await call("POST", "reinit", {"kernel_id": kernel_id})
    assert (code, state["status"]) == (200, "paused")
    await run(kernel_id, "import sys; assert 'matplotlib' not in sys.modules")
    code, state = await call("PATCH", f"kernels/{kernel_id}", {"paused": False})
    assert code == 200
    assert state["status"] != "paused"


async def test_a_forgotten_kernel_comes_back_clean(call, kernel, run, fetch_json):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    assert await call("DELETE", f"kernels/{kernel_id}") == (204, None)
    code, _ = await fetch_json("POST", "api", "kernels", kernel_id, "restart", request_timeout=LIMIT)
    assert code == 200
    code, state = await call("POST", "reinit", {"kernel_id": kernel_id})
    assert (code, state["status"], state["rc_params"]) == (200, "absent", {})
    await run(kernel_id, "import sys; assert 'matplotlib' not in sys.modules")


async def test_what_a_busy_kernel_writes_after_it_was_forgotten_does_not_come_back(
    jp_serverapp, call, kernel, run, restart, jp_runtime_dir, tmp_path
):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    diary = jp_runtime_dir / f"mpl-guard-{kernel_id}"
    shutil.copytree(diary, tmp_path / "diary")
    async with client_of(jp_serverapp, kernel_id) as client:
        client.execute("import time; time.sleep(600)")
        assert await call("DELETE", f"kernels/{kernel_id}") == (204, None)
    shutil.copytree(tmp_path / "diary", diary, dirs_exist_ok=True)  # as it does when a cell has ended
    await restart(kernel_id)
    code, state = await call("POST", "reinit", {"kernel_id": kernel_id})
    assert (code, state["status"], state["rc_params"]) == (200, "absent", {})


async def test_the_policy_switches_all_kernels_off_and_on(call, kernel, run):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    assert await call("PUT", "policy", {"enabled": False}) == (
        200,
        {"enabled": False, "figures": "crash", "data": "all"},
    )
    code, state = await call("GET", f"kernels/{kernel_id}")
    assert (code, state["status"]) == (200, "paused")
    assert await call("PUT", "policy", {"enabled": True, "figures": "never"}) == (
        200,
        {"enabled": True, "figures": "never", "data": "all"},
    )
    code, state = await call("GET", f"kernels/{kernel_id}")
    assert (code, state["status"], state["rc_params"]) == (200, "live", {"lines.linewidth": 7.5})


async def test_a_thousand_random_bodies_never_break_a_server_with_kernels(call, kernel):
    kernel_id = await kernel()
    right = [
        ("POST", "reinit", {"kernel_id": kernel_id, "figures": "auto"}),
        ("PATCH", f"kernels/{kernel_id}", {"paused": False}),
        ("PUT", "policy", {"enabled": True, "figures": "crash"}),
    ]
    chance = random.Random(1122)
    codes = set()
    for number in range(1000):
        method, path, body = right[number % len(right)]
        raw = damaged(chance, json.dumps(body).encode())
        code, answer = await call(method, path, raw)
        assert code < 500, (raw, answer)
        codes.add(code)
    assert codes == {200, 400, 404}
