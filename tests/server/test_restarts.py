"""Every kind of restart, on a real server without a page and with a client that stays connected."""

from __future__ import annotations

import asyncio

import pytest
from samples import some_of
from server_kernels import client_of
from settings_cases import CASES, PROBE, differences, parsed

SAMPLES = (
    ("widget", "style", "not interactive", "aliases"),
    ("agg", "cycler", "formats by function", "close_figures"),
)
"""One case of each kind of setting, several in one kernel; all of them come back over each trigger."""

IDLE = 2
"""Seconds after which what the last cell has left is saved, also on a machine that has other things to do."""


@pytest.fixture
def triggers(jp_serverapp, restart, kill):
    """Map a name to a coroutine function that ends a kernel's incarnation, the trigger, and how often it does so."""

    async def rest(kernel_id):
        await restart(kernel_id)

    async def rest_with_a_client(kernel_id):
        async with client_of(jp_serverapp, kernel_id):
            await restart(kernel_id)

    async def twice(kernel_id):
        await restart(kernel_id)
        await restart(kernel_id)

    async def twice_at_once(kernel_id):
        await asyncio.gather(restart(kernel_id), restart(kernel_id))

    async def cell_that_kills(kernel_id):
        async with client_of(jp_serverapp, kernel_id) as client:
            client.execute("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
            while await jp_serverapp.kernel_manager.get_kernel(kernel_id).is_alive():
                await asyncio.sleep(0.01)

    async def killed_while_idle(kernel_id):
        await asyncio.sleep(IDLE)
        kill(kernel_id)

    return {
        "REST": (rest, "restart", 1),
        "cell that kills": (cell_that_kills, "crash", 1),
        "REST with a client connected": (rest_with_a_client, "restart", 1),
        "killed while idle": (killed_while_idle, "crash", 1),  # not after the other crash: the second one pauses
        "twice": (twice, "restart", 2),
        "twice at once": (twice_at_once, "restart", 2),
    }


@pytest.mark.parametrize("cases", some_of(SAMPLES, 1), ids=", ".join)
async def test_settings_survive_every_kind_of_restart(triggers, call, kernel, run, cases):
    kernel_id = await kernel()
    for case in cases:
        await run(kernel_id, CASES[case])
    before = parsed(await run(kernel_id, PROBE))
    incarnation = 1
    for name, (end, cause, times) in triggers.items():
        await end(kernel_id)
        incarnation += times
        code, state = await call("POST", "reinit", {"kernel_id": kernel_id})
        assert (code, state["status"], state["incarnation"]) == (200, "restored", incarnation), (name, state)
        assert state["last_restore"]["trigger"] == cause, name
        after = parsed(await run(kernel_id, PROBE))
        assert len(after["flush_hooks"]) <= 1
        after["flush_hooks"] = before["flush_hooks"]
        if not before["printers"]:
            after["printers"] = {}
        assert differences(after, before) == {}, name


async def test_of_two_restarts_at_once_the_second_begins_when_there_is_a_kernel_to_shut_down(
    triggers, call, slow_kernel, run, tmp_path
):
    kernel_id = await slow_kernel()
    await run(kernel_id, CASES["one rcParam"])
    await triggers["twice at once"][0](kernel_id)
    _, state = await call("POST", "reinit", {"kernel_id": kernel_id})
    assert (state["status"], state["incarnation"], state["rc_params"]) == ("restored", 3, {"figure.dpi": 137.0})
    assert not (tmp_path / "interrupted").exists()


async def test_a_restart_is_a_restart_also_where_its_process_dies_before_the_agent_begins(
    call, slow_kernel, run, kill, restart, jp_serverapp
):
    kernel_id = await slow_kernel()
    await run(kernel_id, CASES["one rcParam"] + "; data = [1]")
    process = jp_serverapp.kernel_manager.get_kernel(kernel_id).provisioner
    last = process.pid
    restarting = asyncio.create_task(restart(kernel_id))
    while process.pid in (last, None):
        await asyncio.sleep(0.01)
    kill(kernel_id)
    await restarting
    _, state = await call("POST", "reinit", {"kernel_id": kernel_id})
    assert (state["incarnation"], state["rc_params"]) == (3, {"figure.dpi": 137.0})
    assert state["status"] in ("offered", "restored")  # the data, where it was saved in time
    assert state["last_restore"]["trigger"] == "restart"
    assert await run(kernel_id, "print('data' in dir())") == "False\n"


async def test_two_crashes_right_after_a_restore_pause_the_kernel_and_its_settings_still_come(
    triggers, call, kernel, run
):
    kernel_id = await kernel()
    await run(kernel_id, CASES["one rcParam"])
    kill = triggers["killed while idle"][0]
    statuses = []
    for _ in range(3):
        await kill(kernel_id)
        statuses.append((await call("POST", "reinit", {"kernel_id": kernel_id}))[1]["status"])
    assert statuses == ["restored", "restored", "paused"]
    assert await run(kernel_id, "print(plt.rcParams['figure.dpi'])") == "137.0\n"
    _, state = await call("PATCH", f"kernels/{kernel_id}", {"paused": False})
    assert (state["status"], state["message"]) == ("restored", "")


async def test_crashes_after_cells_that_have_ended_never_pause_the_kernel(triggers, call, kernel, run):
    kernel_id = await kernel()
    await run(kernel_id, CASES["one rcParam"])
    statuses = []
    for _ in range(5):
        await triggers["killed while idle"][0](kernel_id)
        statuses.append((await call("POST", "reinit", {"kernel_id": kernel_id}))[1]["status"])
        await run(kernel_id, "1")
    assert statuses == ["restored"] * 5
    statuses = []
    for _ in range(3):  # the cell before the first is the last to end
        await triggers["killed while idle"][0](kernel_id)
        statuses.append((await call("POST", "reinit", {"kernel_id": kernel_id}))[1]["status"])
    assert statuses == ["restored", "restored", "paused"]


async def test_a_paused_kernel_starts_clean_and_resuming_brings_its_settings(triggers, call, kernel, run):
    kernel_id = await kernel()
    await run(kernel_id, CASES["one rcParam"])
    _, state = await call("PATCH", f"kernels/{kernel_id}", {"paused": True})
    assert state["status"] == "paused"
    await triggers["REST"][0](kernel_id)
    _, state = await call("POST", "reinit", {"kernel_id": kernel_id})
    assert state["status"] == "paused"
    assert await run(kernel_id, "print('plt' in dir())") == "False\n"
    await call("PATCH", f"kernels/{kernel_id}", {"paused": False})
    _, state = await call("POST", "reinit", {"kernel_id": kernel_id})
    assert (state["status"], state["rc_params"]) == ("restored", {"figure.dpi": 137.0})


async def test_a_kernel_of_a_guard_that_is_switched_off_is_left_alone(triggers, call, kernel, run):
    kernel_id = await kernel()
    await run(kernel_id, CASES["one rcParam"])
    assert (await call("PUT", "policy", {"enabled": False}))[0] == 200
    await triggers["REST"][0](kernel_id)
    assert await run(kernel_id, "import sys; print('_jupyter_mpl_guard' in sys.modules)") == "False\n"
    assert (await call("GET", f"kernels/{kernel_id}"))[1]["status"] == "paused"
    await call("PUT", "policy", {"enabled": True})
    _, state = await call("POST", "reinit", {"kernel_id": kernel_id})
    assert state["rc_params"] == {"figure.dpi": 137.0}


async def test_a_forgotten_kernel_starts_clean(triggers, call, kernel, run):
    kernel_id = await kernel()
    await run(kernel_id, CASES["one rcParam"])
    assert (await call("DELETE", f"kernels/{kernel_id}"))[0] == 204
    await run(kernel_id, "1")
    await triggers["REST"][0](kernel_id)
    _, state = await call("POST", "reinit", {"kernel_id": kernel_id})
    assert (state["status"], state["rc_params"]) == ("absent", {})


async def test_a_kernel_that_dies_during_the_restore_is_restored_in_its_next_life(triggers, call, kernel, run):
    kernel_id = await kernel()
    await run(kernel_id, CASES["widget"])
    await triggers["REST"][0](kernel_id)  # acknowledged, Matplotlib not imported yet
    await triggers["killed while idle"][0](kernel_id)
    code, state = await call("POST", "reinit", {"kernel_id": kernel_id, "timeout": 30})
    assert (code, state["status"], state["incarnation"], state["backend"]) == (200, "restored", 3, "widget")


async def test_nothing_of_the_restore_is_seen_in_the_kernel(triggers, call, kernel, run):
    kernel_id = await kernel()
    await run(kernel_id, CASES["one rcParam"])
    await triggers["REST"][0](kernel_id)
    await call("POST", "reinit", {"kernel_id": kernel_id})
    cell = "print(len(In), [name for name in dir() if not name.startswith('_')], get_ipython().execution_count)"
    assert await run(kernel_id, cell) == "2 ['In', 'Out', 'exit', 'get_ipython', 'open', 'plt', 'quit'] 2\n"


async def test_the_kernel_is_not_asked_while_nobody_does_anything(call, kernel, run, jp_serverapp):
    kernel_id = await kernel()
    await run(kernel_id, CASES["one rcParam"])
    manager = jp_serverapp.kernel_manager.get_kernel(kernel_id)
    before = None
    while before != manager.last_activity:  # what the server has still to hear of the cell: what an idle kernel says
        before = manager.last_activity
        await asyncio.sleep(IDLE)
    for _ in range(3):
        await call("GET", "kernels")
        await call("GET", f"kernels/{kernel_id}")
    assert manager.last_activity == before


async def test_resuming_during_a_deferred_restore_brings_the_settings(triggers, call, kernel, run):
    kernel_id = await kernel()
    await run(kernel_id, CASES["one rcParam"])
    await triggers["REST"][0](kernel_id)
    await call("PATCH", f"kernels/{kernel_id}", {"paused": True})
    await asyncio.sleep(1)  # the moment at leisure passes unused
    await call("PATCH", f"kernels/{kernel_id}", {"paused": False})
    code, state = await call("POST", "reinit", {"kernel_id": kernel_id})
    assert (code, state["status"], state["rc_params"]) == (200, "restored", {"figure.dpi": 137.0})
