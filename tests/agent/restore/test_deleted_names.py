"""Names of offered figures that the user has deleted in the new process: nobody is told any more whose they were."""

from __future__ import annotations

import pytest
from aftermath import AGG, crash
from kernels import CellFailed, Kernel

from jupyter_mpl_guard.agent.figures.groups.mentions import bound_for_certain

FIGURE = "fig, ax = plt.subplots()"

DELETED = {
    "del": ["ax = 3", "del ax"],
    "a figure": ["ax = plt.figure(7)", "del ax"],
    "in one cell": ["ax = 3\ndel ax"],
    "globals": ["ax = [3]", "del globals()['ax']"],
    "pop": ["ax = 3", "x = globals().pop('ax')"],
    "reset_selective": ["ax = 3", "%reset_selective -f ^ax$"],
    "xdel": ["ax = []", "%xdel ax"],
}
"""Cells that bind the name of an offered figure to something else and delete it."""


def names(kernel: Kernel) -> list[list[str]]:
    """Return the names of the offered figures, as the last plot state has them that has been written."""
    return [each["names"] for each in (kernel.saved() or {})["figures"] if each["state"] == "offered"]


@pytest.mark.parametrize("data", ["none", "all"])
@pytest.mark.parametrize("how", DELETED)
async def test_a_name_that_was_bound_and_deleted_belongs_to_no_figure_any_more(start_kernel, how, data):
    async with start_kernel() as kernel:
        await kernel.run(AGG + FIGURE)
        await crash(kernel, "restart", data=data)
        for cell in DELETED[how]:
            await kernel.run(cell)
        with pytest.raises(CellFailed, match="NameError"):
            await kernel.run("ax")
        await kernel.run("%mpl_guard")
        assert names(kernel) == [["fig"]]
        state = await kernel.ask("reinit", figures="all")
        assert await kernel.value("ax.figure is fig") is True
        assert [each["names"] for each in state["figures"] if "fig" in each["names"]] == [["fig", "ax"]]


async def test_a_name_that_no_cell_has_bound_belongs_to_its_figure_still(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + FIGURE)
        await crash(kernel, "restart")
        for cell in ("ax", "del ax", "ax = fig.gca()", "for ax in missing: pass"):
            with pytest.raises(CellFailed, match="NameError"):
                await kernel.run(cell)
        await kernel.run("for each in []: ax = each")
        await kernel.run("def f():\n    ax = 1\n    del ax")
        await kernel.run("fig = 3")
        await kernel.run("%mpl_guard")
        assert names(kernel) == [["fig", "ax"]]


def test_what_a_cell_binds_for_certain():
    assert bound_for_certain("ax = 3; del ax\nimport a.b\nwith c as d: pass") == {"ax", "a"}
    assert bound_for_certain("if c: ax = 3") == bound_for_certain("%matplotlib qt\nax = 3") == set()
