"""Data of an incarnation whose first cells have saved nothing yet, with and without an offer of the last one."""

from __future__ import annotations

from typing import Any

from aftermath import crash, until
from kernels import Kernel

MODULES = "sorted(name for name in __import__('sys').modules if name.startswith('_jupyter_mpl_guard.data.'))"
"""Expression for the modules of the agent that save and restore data."""


async def until_saved(kernel: Kernel, count: int) -> dict[str, Any]:
    """Wait until so many names of data are saved, and return what the plot state says of data."""
    state = await until(lambda: (kernel.saved() or {}).get("data", {}).get("saved") == count and kernel.saved())
    return state["data"]


async def test_what_cells_bind_while_the_agent_is_paused_is_saved_when_it_goes_on(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await kernel.begin("manual", data="all")
        await kernel.ask("pause", paused=True, message="")
        await kernel.run("x = [1]")
        await kernel.ask("pause", paused=False, message="")
        await until_saved(kernel, 1)
        await crash(kernel, data="all")
        assert await kernel.value("x") == [1]


async def test_to_offer_data_imports_nothing_that_restores_it(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await kernel.begin("manual", data="all")
        await kernel.run("x = [1]; y = x")
        await until_saved(kernel, 2)
        state = await crash(kernel, "restart", data="all")
        assert state["data"]["offered"] == 2
        assert await kernel.value(MODULES) == [
            f"_jupyter_mpl_guard.data.{name}" for name in ("decisions", "left_data", "report")
        ]
        await kernel.run("x = 5")
        assert (await until_saved(kernel, 2))["offered"] == 2  # with `json`, which asking for a value has imported
        state = await kernel.ask("reinit", figures="none", data="all")
        assert "offered" not in state["data"]
        assert await kernel.value("[x, y]") == [5, [1]]


async def test_an_offer_is_dismissed_and_forgotten_before_the_first_cell(start_kernel):
    for request in ({"action": "reinit", "data": "none"}, {"action": "forget"}):
        async with start_kernel(agent=False) as kernel:
            await kernel.begin("manual", data="all")
            await kernel.run("x = [1]")
            await until_saved(kernel, 1)
            await crash(kernel, "restart", data="all")
            state = await kernel.ask(request.pop("action"), **request)
            assert "offered" not in state["data"]
            state = await kernel.ask("reinit", data="all")
            assert await kernel.value("'x' in globals()") is False
