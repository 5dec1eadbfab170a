"""What a cell asks its agent for with `%mpl_guard` is the same as if a client had asked the server."""

from __future__ import annotations

import pytest
from aftermath import until
from server_kernels import PLOT
from server_notebooks import guard_of


@pytest.fixture
def paused(jp_serverapp):
    """Return why the guard has paused a kernel, as its plot state says it."""
    return lambda kernel_id: guard_of(jp_serverapp).kernels.peek(kernel_id).pause


async def test_a_kernel_that_a_cell_has_paused_is_paused_for_the_server_too(call, kernel, page, restart, run, paused):
    kernel_id = await kernel()
    async with page(kernel_id) as one:
        await one.run(PLOT)
        await one.run("%mpl_guard pause")
        await until(lambda: paused(kernel_id))
    code, state = await call("GET", f"kernels/{kernel_id}")
    assert (code, state["status"]) == (200, "paused")
    await restart(kernel_id)
    assert await run(kernel_id, "print('mpl_guard' in get_ipython().magics_manager.lsmagic()['line'])") == "False\n"
    code, state = await call("PATCH", f"kernels/{kernel_id}", {"paused": False})
    assert state["status"] != "paused"


async def test_a_kernel_that_a_client_has_paused_goes_on_when_a_cell_says_so(call, kernel, page, restart, run, paused):
    kernel_id = await kernel()
    async with page(kernel_id) as one:
        await one.run(PLOT)
        assert (await call("PATCH", f"kernels/{kernel_id}", {"paused": True}))[1]["status"] == "paused"
        await one.run("%mpl_guard resume")
        await until(lambda: not paused(kernel_id))
        await one.run("plt.rcParams['lines.linewidth'] = 3.5")
        state = (await call("GET", f"kernels/{kernel_id}"))[1]
        assert (state["status"], state["rc_params"]) == ("live", {"lines.linewidth": 3.5})
    await restart(kernel_id)
    assert await run(kernel_id, "print(plt.rcParams['lines.linewidth'])") == "3.5\n"


async def test_where_no_page_listens_the_diary_says_that_a_cell_has_paused_the_kernel(call, kernel, run):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    await run(kernel_id, "%mpl_guard pause")
    assert (await call("GET", f"kernels/{kernel_id}"))[1]["status"] == "paused"
    await run(kernel_id, "%mpl_guard resume")
    assert (await call("GET", f"kernels/{kernel_id}"))[1]["status"] == "live"


async def test_what_a_cell_forgets_does_not_come_back(call, kernel, page, restart, run):
    kernel_id = await kernel()
    async with page(kernel_id) as one:
        await one.run(PLOT)
        await one.run("%mpl_guard forget")
    await restart(kernel_id)
    assert await run(kernel_id, "import matplotlib; print(matplotlib.rcParams['lines.linewidth'])") == "1.5\n"


@pytest.mark.parametrize("asked", ["pause", {"action": "pause"}, {"action": "pause", "paused": 1}, {"action": "tell"}])
async def test_what_is_no_request_is_passed_over(jp_serverapp, kernel, asked, paused):
    kernel_id = await kernel()
    guard = guard_of(jp_serverapp)
    guard.follow(guard.kernels.peek(kernel_id), asked)
    assert paused(kernel_id) is None
