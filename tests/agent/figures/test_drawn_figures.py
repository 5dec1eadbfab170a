"""What the agent says of a cell: which figures it may have shown, so that a page knows later which images are stale."""

from __future__ import annotations

from typing import Any

from aftermath import crash
from drawn_cells import INLINE, drawings


def listed(state: dict[str, Any]) -> dict[str, str]:
    """Return the ids of a plot state's figures by the first of their names."""
    return {figure["names"][0]: figure["id"] for figure in state["figures"]}


async def test_a_cell_has_shown_the_figures_that_it_made_and_those_that_it_names(start_kernel):
    async with start_kernel() as kernel:
        said = await drawings(
            kernel,
            INLINE + "fig, ax = plt.subplots(); other = plt.figure()",
            "axes = fig.add_subplot()",
            "fig",
            "print('nothing of a figure')",
            "last = plt.figure()",
        )
        ids = listed(await kernel.restored())
    assert said == {
        "cell 0": [ids["fig"], ids["other"]],
        "cell 1": [ids["fig"]],
        "cell 2": [ids["fig"]],
        "cell 4": [ids["last"]],
    }


async def test_a_figure_that_nothing_leads_to_is_one_that_is_not_kept(start_kernel):
    async with start_kernel() as kernel:
        said = await drawings(
            kernel,
            INLINE + "plt.plot([1, 2]);",
            "import gc; gc.disable()\nplt.plot([1, 2])",
            "fig, ax = plt.subplots()",
            "fig, ax = plt.subplots()",
        )
        (kept,) = listed(await kernel.restored()).values()
    assert said["cell 0"] == said["cell 1"] == [None]
    assert said["cell 2"] != said["cell 3"] == [kept]


async def test_a_figure_that_comes_back_is_the_same_as_before(start_kernel):
    async with start_kernel() as kernel:
        said = await drawings(kernel, INLINE + "fig, ax = plt.subplots()")
        state = await crash(kernel)
        assert said["cell 0"] == [listed(state)["fig"]]
        # What the restore made is not the next cell's.
        later = await drawings(kernel, "plt.plot([1, 2]);")
    assert later == {"cell 0": [None]}


async def test_nothing_is_said_where_the_client_tells_no_cell(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(INLINE + "plt.plot([1, 2]);")
        said = await drawings(kernel, "0", "fig = plt.figure()")
    assert [*said] == ["cell 1"]
