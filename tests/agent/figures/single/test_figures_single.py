"""Single figures out of an offer: only those that are named come back, or are dismissed."""

from __future__ import annotations

from typing import Any

from aftermath import AGG, crash, reasons, saved_figures, untrue

THREE = AGG + "fig, ax = plt.subplots(num=1); other, axes = plt.subplots(num=2); last = plt.figure(3)"
LIST = AGG + "figs = [plt.figure(n) for n in (1, 2, 3)]\nfirst, second, third = figs"


def ids(state: dict[str, Any]) -> dict[int, str]:
    """Return the ids of a plot state's figures by their numbers."""
    return {figure["number"]: figure["id"] for figure in state["figures"]}


def states(state: dict[str, Any]) -> dict[int, str]:
    """Return how a plot state's figures stand, by their numbers."""
    return {figure["number"]: figure["state"] for figure in state["figures"]}


async def test_only_the_figures_that_are_named_come_back_and_the_others_stay_offered(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(THREE)
        known = ids(await crash(kernel, "restart"))
        state = await kernel.ask("reinit", figures=[known[2]])
        assert (state["status"], states(state)) == ("offered", {1: "offered", 2: "live", 3: "offered"})
        assert state["last_restore"]["restored"] == ["figures"]
        assert ids(state) == known
        assert await untrue(kernel, "plt.get_fignums() == [2]", "axes.figure is other", "'fig' not in globals()") == {}
        # To ask for it again, or for one that there is not, changes nothing.
        again = await kernel.ask("reinit", figures=[known[2], "nobody"])
        assert (again["last_restore"], states(again)) == (state["last_restore"], states(state))
        state = await kernel.ask("reinit", figures="all")
        assert (state["status"], states(state)) == ("restored", {1: "live", 2: "live", 3: "live"})
        assert await untrue(kernel, "plt.get_fignums() == [1, 2, 3]", "ax.figure is fig", "plt.figure(3) is last") == {}


async def test_what_stays_offered_after_some_came_back_outlives_the_next_incarnation(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(THREE)
        known = ids(await crash(kernel, "restart"))
        await kernel.ask("reinit", figures=[known[1]])
        state = await crash(kernel, "restart")
        assert states(state) == {1: "offered", 2: "offered", 3: "offered"}
        assert ids(state) == known
        await kernel.ask("reinit", figures=[known[3]])
        assert ids(await crash(kernel)) == known
        assert await untrue(kernel, "plt.get_fignums() == [1, 2, 3]") == {}


async def test_a_figure_that_was_saved_with_others_comes_back_on_its_own(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(LIST)
        known = ids(await crash(kernel, "restart"))
        assert len({each["file"] for each in groups(kernel)}) == 1
        state = await kernel.ask("reinit", figures=[known[2]])
        assert states(state) == {1: "offered", 2: "live", 3: "offered"}
        others = "it leads to other figures as well, which are not back yet; restore those too"
        assert reasons(state) == {"the name figs": others}
        assert await untrue(kernel, "plt.gcf() is second", "not {'figs', 'first', 'third'} & {*globals()}") == {}
        await kernel.run("second.suptitle('changed')")
        state = await kernel.ask("reinit", figures=[known[1], known[3]])
        assert (states(state), ids(state)) == ({1: "live", 2: "live", 3: "live"}, known)
        assert await untrue(kernel, "plt.get_fignums() == [1, 2, 3]", "plt.figure(1) is first") == {}
        state = await crash(kernel)
        assert (states(state), ids(state)) == ({1: "live", 2: "live", 3: "live"}, known)
        assert await untrue(kernel, "plt.figure(2) is second", "second.get_suptitle() == 'changed'") == {}


def groups(kernel: Any) -> list[dict[str, Any]]:
    """Return the entries of the figures that wait in a kernel's diary."""
    return kernel.diary.read("figures.json")["figures"]["offered"]


async def test_figures_that_share_axes_come_back_together(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "one, ax = plt.subplots(num=1); two = plt.figure(2); two.add_subplot(sharex=ax)")
        known = ids(await crash(kernel, "restart"))
        state = await kernel.ask("reinit", figures=[known[2]])
        assert (state["status"], states(state), ids(state)) == ("restored", {1: "live", 2: "live"}, known)
        assert await untrue(kernel, "ax in two.axes[0].get_shared_x_axes().get_siblings(two.axes[0])") == {}


async def test_a_figure_that_could_not_be_loaded_is_tried_again_on_its_own(start_kernel, tmp_path):
    module = tmp_path / "of_today.py"
    text = "def label(x, position=None): return str(x)\n"
    module.write_text(text)
    async with start_kernel() as kernel:
        await kernel.run(THREE + "\nimport of_today; ax.xaxis.set_major_formatter(of_today.label)")
        await kernel.run("0")
        module.unlink()
        known = ids(await crash(kernel, "restart"))
        state = await kernel.ask("reinit", figures=[known[1]])
        assert states(state) == {1: "lost", 2: "offered", 3: "offered"}
        module.write_text(text)
        state = await kernel.ask("reinit", figures=[known[1]])
        assert (states(state), reasons(state)) == ({1: "live", 2: "offered", 3: "offered"}, {})
        assert [each["number"] for each in saved_figures(kernel)] == [1]
