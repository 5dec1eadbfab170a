"""Figures that one name leads to, which pyplot does not hold: none is lost when others come back or are dismissed."""

from __future__ import annotations

from typing import Any

import pytest
from aftermath import AGG, crash, reasons, untrue
from kernels import Kernel

LIST = AGG + (
    "figs = []\nfor k in range(3):\n    _f = plt.figure(); _f.add_subplot().plot([1, k]); figs.append(_f)\n"
    "    plt.close(_f)\ndel _f"
)
"""Three closed figures that a list alone holds."""

VALUES = "[[int(y) for y in each.axes[0].lines[0].get_ydata()] for each in figs]"

ALL = [[1, 0], [1, 1], [1, 2]]


async def offered(kernel: Kernel, cell: str = LIST) -> list[str]:
    """Run a cell, restart the kernel, and return the ids of the figures that are offered."""
    await kernel.run(cell)
    state = await crash(kernel, "restart")
    return [figure["id"] for figure in state["figures"] if figure["state"] == "offered"]


def states(state: dict[str, Any]) -> list[str]:
    """Return the states of the figures that a plot state lists."""
    return [figure["state"] for figure in state["figures"]]


async def test_one_of_a_list_comes_back_with_the_others(start_kernel):
    async with start_kernel() as kernel:
        ids = await offered(kernel)
        state = await kernel.ask("reinit", figures=ids[1:2])
        assert (await kernel.value(VALUES), reasons(state)) == (ALL, {})
        assert states(state) == ["saved"] * 3
        assert {figure["id"] for figure in state["figures"]} == set(ids)


async def test_the_others_come_back_when_one_of_a_list_was_dismissed(start_kernel):
    async with start_kernel() as kernel:
        ids = await offered(kernel)
        await kernel.ask_about(ids[1], "close")
        state = await kernel.ask("reinit", figures="all")
        assert (await kernel.value(VALUES), reasons(state)) == (ALL, {})
        assert "offered" not in states(state)


@pytest.mark.parametrize("figures", ["all", "one"])
async def test_figures_whose_name_is_bound_to_something_else_stay_offered(start_kernel, figures):
    async with start_kernel() as kernel:
        ids = await offered(kernel)
        await kernel.run("figs = []")
        state = await kernel.ask("reinit", figures="all" if figures == "all" else ids[:1])
        assert reasons(state) == {"the name figs": "it is bound to something else now"}
        assert states(state) == ["offered"] * 3
        await kernel.run("del figs")
        state = await kernel.ask("reinit", figures="all")
        assert (await kernel.value(VALUES), reasons(state)) == (ALL, {})


async def test_a_figure_with_a_name_of_its_own_comes_back_alone(start_kernel):
    async with start_kernel() as kernel:
        ids = await offered(kernel, LIST + "\nfirst = figs[0]")
        state = await kernel.ask("reinit", figures=ids[:1])
        assert await kernel.value("['figs' in globals(), int(first.axes[0].lines[0].get_ydata()[1])]") == [False, 0]
        assert states(state) == ["saved", "offered", "offered"]
        state = await kernel.ask("reinit", figures="all")
        assert await kernel.value(VALUES) == ALL


async def test_a_figure_without_a_name_that_is_a_part_of_another_is_back_with_it(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            AGG
            + "fig, ax = plt.subplots(); ax.plot([1, 2]); other = plt.figure(); near = other.add_subplot(sharex=ax)\n"
            "plt.close(fig); del fig, ax"
        )
        state = await crash(kernel, "restart")
        assert [(figure["names"], figure["state"]) for figure in state["figures"]] == [
            (["other", "near"], "offered"),
            ([], "offered"),
        ]
        state = await kernel.ask("reinit", figures="all")
        assert "offered" not in states(state)
        assert await kernel.value("len(near.get_shared_x_axes().get_siblings(near))") == 2


OPEN = AGG + (
    "one, ax = plt.subplots(); two = plt.figure(); three = plt.figure(); ax.plot([1, 2]); figs = [one, two, three]\n"
    "both = {'ax': ax, 'two': two}; second = two.add_subplot(); canvas = two.canvas"
)
"""Three open figures, names that lead to several of them, and one that leads to a canvas."""


async def restored_one_by_one(kernel: Kernel, ids: list[str]) -> list[dict[str, str]]:
    """Restore figures one after the other, and return what is missing after each."""
    return [reasons(await kernel.ask("reinit", figures=[each])) for each in ids]


@pytest.mark.parametrize("last", ["three", "all"])
async def test_a_name_of_several_open_figures_is_back_with_the_last_of_them(start_kernel, last):
    async with start_kernel() as kernel:
        ids = await offered(kernel, OPEN)
        first, second = await restored_one_by_one(kernel, ids[:2])
        assert (len(first), len(second)) == (2, 1)
        assert all("leads to other figures" in why for why in (*first.values(), *second.values()))
        assert await untrue(kernel, "both['ax'] is ax and both['two'] is two", "'figs' not in globals()") == {}
        state = await kernel.ask("reinit", figures=ids[2:] if last == "three" else "all")
        assert (state["status"], reasons(state)) == ("restored", {})
        assert await untrue(kernel, "all(map(lambda a, b: a is b, figs, [one, two, three]))") == {}
        assert (
            await untrue(kernel, "second is two.axes[0] and canvas is two.canvas", "plt.get_fignums() == [1, 2, 3]")
            == {}
        )
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, "figs == [one, two, three] and both['ax'] is ax") == {}


async def test_a_name_of_several_open_figures_that_was_taken_meanwhile_stays(start_kernel):
    async with start_kernel() as kernel:
        ids = await offered(kernel, OPEN)
        await restored_one_by_one(kernel, ids[:2])
        await kernel.run("figs = 3")
        (missing,) = await restored_one_by_one(kernel, ids[2:])
        assert (missing, await kernel.value("figs")) == ({"the name figs": "it is bound to something else now"}, 3)


async def test_a_name_of_open_figures_of_which_one_was_dismissed_stays_away(start_kernel):
    async with start_kernel() as kernel:
        ids = await offered(kernel, OPEN)
        await restored_one_by_one(kernel, ids[:1])
        await kernel.ask_about(ids[1], "close")
        (missing,) = await restored_one_by_one(kernel, ids[2:])
        assert any("leads to other figures" in why for why in missing.values())
        assert await untrue(kernel, "'figs' not in globals()", "plt.get_fignums() == [1, 3]") == {}


APART = "%matplotlib inline\nimport matplotlib.pyplot as plt\n" + (
    "f0, a0 = plt.subplots(); f1, a1 = plt.subplots(); figs = [f0, f1]; axs = {'first': a0, 'second': a1}"
)
"""Two figures, and names that lead to both of them or to their axes."""

TOGETHER = "figs == [f0, f1]", "axs == {'first': a0, 'second': a1}", "f0.axes == [a0]"


async def one_saved_anew(kernel: Kernel, trigger: str) -> dict[str, Any]:
    """Restore one of two figures, change it, so that it is saved in a file of its own, and end the kernel."""
    await offered(kernel, APART)
    await kernel.run("%mpl_guard restore f0")
    await kernel.run("a0.plot([1, 2])")
    return await crash(kernel, trigger)


async def test_a_name_of_figures_in_two_files_is_back_after_a_crash(start_kernel):
    async with start_kernel() as kernel:
        assert reasons(await one_saved_anew(kernel, "crash")) == {}
        assert await untrue(kernel, *TOGETHER, "len(figs[0].axes[0].lines) == 1") == {}
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, *TOGETHER) == {}


@pytest.mark.parametrize("requests", [["all"], ["f0", "f1"], ["f1", "f0"]])
async def test_a_name_of_figures_in_two_files_is_back_with_the_last_of_them(start_kernel, requests):
    async with start_kernel() as kernel:
        state = await one_saved_anew(kernel, "restart")
        ids = {name: each["id"] for each in state["figures"] for name in each["names"][:1]}
        for each in requests:
            state = await kernel.ask("reinit", figures=[ids[each]] if each in ids else each)
        assert reasons(state) == {}
        assert await untrue(kernel, *TOGETHER) == {}


async def test_a_name_of_parts_of_a_figure_that_is_saved_anew_is_named_once_and_not_bound(start_kernel):
    async with start_kernel() as kernel:
        await offered(kernel, APART + "; lines = [a0.plot([1])[0], a1.plot([2])[0]]")
        await kernel.run("%mpl_guard restore f0")
        await kernel.run("a0.clear()")
        why = "it leads to parts of a figure that has been saved without it since; run the cell again that makes it"
        assert reasons(await crash(kernel)) == {"the name lines": why}
        assert await untrue(kernel, *TOGETHER, "'lines' not in globals()") == {}


async def test_one_name_of_several_figures_is_named_once(start_kernel):
    async with start_kernel() as kernel:
        ids = await offered(kernel, OPEN)
        state = await kernel.ask("reinit", figures=ids[:2])
        why = "it leads to other figures as well, which are not back yet; restore those too"
        assert reasons(state) == {"the name figs": why}


async def test_a_figure_in_a_closed_one_of_two_files_is_not_taken_for_the_one_that_is_alive(start_kernel):
    async with start_kernel() as kernel:
        ids = await offered(kernel, LIST + "\nfirst = figs[0]")
        await kernel.ask("reinit", figures=ids[:1])
        await kernel.run("first.axes[0].plot([3, 4])")
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, "figs[0] is first", "len(first.axes[0].lines) == 2", "len(figs) == 3") == {}
