"""What the plot state says of each figure beside its size: which cell drew it, how it stands, and why."""

from __future__ import annotations

from typing import Any

import pytest
from aftermath import AGG, crash, until
from drawn_cells import INLINE, run_cell
from kernels import Kernel


def described(state: dict[str, Any] | None, *keys: str) -> dict[str, Any]:
    """Return what a plot state says of its figures, by the first of their names."""
    figures = [] if state is None else state["figures"]
    said = {each["names"][0] if each["names"] else each["number"]: tuple(each[key] for key in keys) for each in figures}
    return {name: values[0] if len(keys) == 1 else values for name, values in said.items()}


async def drawn_by(kernel: Kernel) -> dict[str, Any]:
    """Return which cell has drawn each figure, when that has been looked at."""
    await kernel.run("0")
    return described(kernel.saved(), "cell")


async def test_a_figure_knows_the_cell_that_drew_it_last(start_kernel):
    async with start_kernel() as kernel:
        await run_cell(kernel, "first", AGG + "fig, ax = plt.subplots(); other = plt.figure()")
        await run_cell(kernel, "second", "other.suptitle('changed')")
        await run_cell(kernel, "third", "print(fig, other)")
        assert await drawn_by(kernel) == {"fig": "first", "other": "second"}
        await run_cell(kernel, None, "ax.plot([1, 2])")
        assert await drawn_by(kernel) == {"fig": None, "other": "second"}


async def test_a_cell_that_awaits_something_has_drawn_what_was_saved_meanwhile(start_kernel):
    async with start_kernel() as kernel:
        await run_cell(kernel, "before", AGG + "fig, ax = plt.subplots()")
        await run_cell(kernel, "awaits", "import asyncio; ax.plot([1, 2]); await asyncio.sleep(1.5)")
        assert await drawn_by(kernel) == {"fig": "awaits"}


async def test_what_changes_between_cells_is_no_cells(start_kernel):
    async with start_kernel() as kernel:
        await run_cell(kernel, "draws", AGG + "fig, ax = plt.subplots()")
        await run_cell(
            kernel, "later", "import asyncio; asyncio.get_running_loop().call_later(0.1, ax.set_title, 'later')"
        )
        await kernel.run("await asyncio.sleep(0.3)", silent=True)
        assert await drawn_by(kernel) == {"fig": "draws"}


@pytest.mark.parametrize("name", ["x" * 257, ""])
async def test_what_is_no_id_of_a_cell_is_passed_over(start_kernel, name):
    async with start_kernel() as kernel:
        await run_cell(kernel, name, AGG + "fig = plt.figure()")
        assert await drawn_by(kernel) == {"fig": None}


async def test_the_cell_comes_back_with_the_figure(start_kernel):
    async with start_kernel() as kernel:
        await run_cell(kernel, "draws", AGG + "fig, ax = plt.subplots()")
        state = await crash(kernel)
        assert described(state, "cell", "state") == {"fig": ("draws", "live")}
        state = await crash(kernel, "restart")
        assert described(state, "cell", "state") == {"fig": ("draws", "offered")}
        state = await kernel.ask("reinit", figures="all")
        assert described(state, "cell", "state") == {"fig": ("draws", "live")}


async def test_a_figure_is_live_where_it_is_open_and_saved_where_only_names_lead_to_it(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(INLINE + "fig, ax = plt.subplots()")
        await kernel.run("plt.ioff(); get_ipython().run_line_magic('config', 'InlineBackend.close_figures = False')")
        await kernel.run("second = plt.figure()")
        await until(
            lambda: described(kernel.saved(), "state", "saved") == {"fig": ("saved", True), "second": ("live", True)}
        )
        assert described(kernel.saved(), "why") == {"fig": "", "second": ""}


async def test_a_figure_that_cannot_be_saved_says_why(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await kernel.begin("manual", limits={"figure": 1.0})
        await kernel.run(AGG + "fig, ax = plt.subplots()\nax.imshow(np.zeros((1000, 1000)))")
        why = "it takes more than 1 MiB (MplGuardApp.figure_limit)"
        await until(lambda: described(kernel.saved(), "state", "why") == {"fig": ("unsaved", why)})
        assert described(kernel.saved(), "saved") == {"fig": False}
        await kernel.run("ax.clear()")
        await until(lambda: described(kernel.saved(), "state", "why", "saved") == {"fig": ("live", "", True)})


async def test_where_no_figure_is_to_be_saved_each_says_so(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await kernel.begin("manual", limits={"figure": 0})
        await kernel.run(AGG + "fig = plt.figure()")
        why = "figures are not saved in this kernel (MplGuardApp.figure_limit is 0)"
        await until(lambda: described(kernel.saved(), "state", "why") == {"fig": ("unsaved", why)})


async def test_a_figure_that_cannot_be_loaded_is_lost_and_says_why(start_kernel, tmp_path):
    module = tmp_path / "of_today.py"
    module.write_text("def label(x, position=None): return str(x)\n")
    async with start_kernel() as kernel:
        await run_cell(
            kernel,
            "draws",
            AGG + "import of_today; fig, ax = plt.subplots(); ax.xaxis.set_major_formatter(of_today.label)",
        )
        await kernel.run("0")
        module.unlink()
        state = await crash(kernel)
        assert described(state, "cell", "state", "saved") == {"fig": ("draws", "lost", True)}
        assert "No module named 'of_today'" in described(state, "why")["fig"]
