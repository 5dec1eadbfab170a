"""Pausing the guard and forgetting what it has kept while a restore is under way or a kernel is starting."""

from __future__ import annotations

import asyncio

import pytest
from aftermath import until
from samples import some_of
from server_kernels import LIMIT, PLOT
from server_notebooks import guard_of

AWAY = [("PATCH", {"paused": True}), ("DELETE", None)]
"""Calls after which nothing comes back any more."""

PRINT = "print(6 * 7)"


@pytest.fixture
def jp_server_config(jp_server_config):
    """Hold cells back for longer than a test waits for anything."""
    return {**jp_server_config, "MplGuardApp": {"hold_timeout": 120.0}}


@pytest.fixture
def crashed(jp_serverapp, kernel, run, kill, page):
    """Crash a kernel that plots, and return its id at a given moment afterwards."""

    async def crashed(moment):
        kernel_id = await kernel()
        await run(kernel_id, PLOT)
        await run(kernel_id, "1")
        async with page(kernel_id, "first") as one:
            kill(kernel_id)
            await one.hear_restart()
        if moment == "the agent is on its way":
            kernels = guard_of(jp_serverapp).kernels
            await until(lambda: kernels.peek(kernel_id).incarnation == 2 and kernels.peek(kernel_id).request_under_way)
        return kernel_id

    return crashed


async def test_no_cell_overtakes_the_restore_of_a_restart_during_which_a_kernel_is_told_to_go_on(
    jp_serverapp, call, slow_kernel, run, restart
):
    kernel_id = await slow_kernel()
    await run(kernel_id, PLOT)
    guarded = guard_of(jp_serverapp).kernels.peek(kernel_id)
    restarting = asyncio.create_task(restart(kernel_id))
    await until(lambda: guarded.incarnation == 2 and guarded._agent.is_beginning)
    assert (await call("PATCH", f"kernels/{kernel_id}", {"paused": False}))[0] == 200
    await restarting
    assert await run(kernel_id, "print(plt.rcParams['lines.linewidth'])") == "7.5\n"


@pytest.mark.parametrize("moment", some_of(["the agent is on its way", "the crash is noticed"], 1))
@pytest.mark.parametrize(("method", "body"), AWAY)
async def test_cells_run_at_once_when_a_restore_is_called_off(call, crashed, page, moment, method, body):
    kernel_id = await crashed(moment)
    assert (await call(method, f"kernels/{kernel_id}", body))[0] in (200, 204)
    async with page(kernel_id, "second") as one:
        assert await one.run(PRINT) == "42\n"


@pytest.mark.parametrize(("method", "body"), AWAY)
async def test_a_restart_is_answered_when_its_restore_is_called_off(
    jp_serverapp, call, slow_kernel, run, restart, page, method, body
):
    kernel_id = await slow_kernel()
    await run(kernel_id, PLOT)
    guarded = guard_of(jp_serverapp).kernels.peek(kernel_id)
    restarting = asyncio.create_task(restart(kernel_id))
    await until(lambda: guarded.incarnation == 2 and guarded._agent.is_beginning)
    assert (await call(method, f"kernels/{kernel_id}", body))[0] in (200, 204)
    await restarting
    async with page(kernel_id, "second") as one:
        assert await one.run(PRINT) == "42\n"
        is_paused = "print(__import__('sys').modules['_jupyter_mpl_guard']._agent._incarnation.safe_hook.is_paused)"
        async with asyncio.timeout(LIMIT):
            while await one.run(is_paused) != f"{body is not None}\n":
                await asyncio.sleep(0.05)
    _, state = await call("GET", f"kernels/{kernel_id}")
    assert state["status"] == ("absent" if body is None else "paused")


async def test_a_kernel_that_is_told_to_go_on_during_a_restore_lets_cells_in_with_its_settings(call, crashed, page):
    kernel_id = await crashed("the agent is on its way")
    assert (await call("PATCH", f"kernels/{kernel_id}", {"paused": False}))[0] == 200
    async with page(kernel_id, "second") as one:
        assert await one.run("print(plt.rcParams['lines.linewidth'])") == "7.5\n"
    _, state = await call("GET", f"kernels/{kernel_id}")
    assert (state["status"], state["last_restore"]["trigger"]) == ("restored", "crash")


@pytest.mark.parametrize(
    "calls", some_of([[*AWAY[:1], ("PATCH", {"paused": False})], AWAY[1:], [("PATCH", {"paused": False})]], 1)
)
async def test_a_kernel_that_is_starting_gets_its_agent_whatever_it_is_told_meanwhile(call, kernel, run, calls):
    kernel_id = await kernel()
    for method, body in calls:
        assert (await call(method, f"kernels/{kernel_id}", body))[0] in (200, 204)
    await run(kernel_id, PLOT)
    _, state = await call("POST", "reinit", {"kernel_id": kernel_id, "timeout": 30})
    assert (state["status"], state["incarnation"], state["rc_params"]) == ("live", 1, {"lines.linewidth": 7.5})


async def test_a_kernel_that_is_paused_while_it_starts_is_left_alone(call, kernel, run):
    kernel_id = await kernel()
    _, state = await call("PATCH", f"kernels/{kernel_id}", {"paused": True})
    assert state["status"] == "paused"
    await run(kernel_id, PLOT)
    _, state = await call("GET", f"kernels/{kernel_id}")
    assert (state["status"], state["rc_params"]) == ("paused", {})


async def test_a_busy_kernel_that_was_restarted_while_it_was_paused_is_guarded_when_it_goes_on(
    call, kernel, run, restart, occupied
):
    kernel_id = await kernel()
    await call("PATCH", f"kernels/{kernel_id}", {"paused": True})
    await restart(kernel_id)
    async with occupied(kernel_id):
        await call("PATCH", f"kernels/{kernel_id}", {"paused": False})
    await run(kernel_id, PLOT)
    _, state = await call("POST", "reinit", {"kernel_id": kernel_id, "timeout": 30})
    assert (state["status"], state["rc_params"]) == ("live", {"lines.linewidth": 7.5})


@pytest.mark.parametrize(("method", "body"), AWAY)
async def test_cells_run_at_once_when_the_restore_of_an_opened_notebook_is_called_off(
    plotted, ended, opened, call, page, method, body
):
    await ended(await plotted())
    kernel_id = (await opened())["kernel"]["id"]
    assert (await call(method, f"kernels/{kernel_id}", body))[0] in (200, 204)
    async with page(kernel_id) as one:
        assert await one.run(PRINT) == "42\n"


async def test_the_agent_that_cannot_be_sent_after_a_restart_does_not_fail_the_restart(
    jp_serverapp, kernel, restart, run, monkeypatch, caplog
):
    kernel_id = await kernel()
    guarded = guard_of(jp_serverapp).kernels.peek(kernel_id)

    async def fail():
        raise RuntimeError("nothing works")

    await run(kernel_id, "1")
    with monkeypatch.context() as patch:
        patch.setattr(guarded, "new_incarnation", fail)
        await restart(kernel_id)
    assert "could not be started" in caplog.text
    assert await run(kernel_id, PRINT) == "42\n"


async def test_a_kernel_that_is_paused_has_no_figure_of_an_unknown_id_either(call, kernel, run):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    assert (await call("PATCH", f"kernels/{kernel_id}", {"paused": True}))[1]["status"] == "paused"
    code, state = await call("POST", "reinit", {"kernel_id": kernel_id, "figures": ["none of these"]})
    assert (code, "none of these" in state["message"]) == (404, True)
    assert (await call("POST", "reinit", {"kernel_id": kernel_id}))[0] == 200


async def test_what_waited_while_a_kernel_was_paused_comes_back_when_it_goes_on(call, kernel, run, restart):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    await restart(kernel_id)
    assert (await call("PATCH", f"kernels/{kernel_id}", {"paused": True}))[0] == 200
    await run(kernel_id, "import matplotlib.pyplot as mine\nmine.rcParams['font.size'] = 33")
    assert (await call("PATCH", f"kernels/{kernel_id}", {"paused": False}))[0] == 200
    assert await run(kernel_id, "print(plt.rcParams['lines.linewidth'], plt.rcParams['font.size'])") == "7.5 33.0\n"
