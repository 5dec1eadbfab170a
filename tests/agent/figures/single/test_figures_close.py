"""A single figure is closed as pyplot closes it or, where it is from before the restart, dismissed."""

from __future__ import annotations

from typing import Any

from aftermath import AGG, SETUP, crash, until, untrue
from drawn_cells import WIDGET
from kernels import Kernel

from jupyter_mpl_guard.agent.protocol import FigureOutcome


def figures(kernel: Kernel) -> dict[str, tuple[str, str]]:
    """Return id and state of the figures in a kernel's diary, by the first of their names."""
    listed = (kernel.saved() or {"figures": []})["figures"]
    return {"".join(each["names"][:1]): (each["id"], each["state"]) for each in listed}


def id_of(kernel: Kernel, name: str) -> str:
    """Return the id of the figure of a name."""
    return figures(kernel)[name][0]


async def test_a_figure_is_closed_and_names_that_lead_to_it_stay(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig, ax = plt.subplots(); other = plt.figure(); plt.figure()")
        await kernel.run("closed = []; fig.canvas.mpl_connect('close_event', lambda event: closed.append(1 / 0))")
        assert await kernel.ask_about(id_of(kernel, "fig"), "close") == FigureOutcome()
        assert figures(kernel)["fig"][1] == "saved"
        assert await untrue(kernel, "plt.get_fignums() == [2, 3]", "ax.figure is fig") == {}
        outcome = await kernel.ask_about(id_of(kernel, "fig"), "close")
        assert outcome.refusal == (
            "The figure is not open any more; delete the names that lead to it to let it go: fig, ax."
        )
        await kernel.run("plt.close(other); del other")
        await kernel.run("0")
        assert await kernel.ask_about(id_of(kernel, ""), "close") == FigureOutcome()
        assert list(figures(kernel)) == ["fig"]
        assert not (await kernel.ask_about("nobody", "close")).found


async def test_a_canvas_is_closed_in_pages(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(WIDGET + "fig, ax = plt.subplots(); shown, _ = plt.subplots(); comm = fig.canvas.comm")
        # What `plt.show()` has shown is not pyplot's any more where pyplot is not interactive.
        await kernel.run("from matplotlib._pylab_helpers import Gcf; Gcf.figs.popitem()")
        await kernel.run("0")
        for name in ("fig", "shown"):
            assert figures(kernel)[name][1] == "live"
            assert await kernel.ask_about(id_of(kernel, name), "close") == FigureOutcome()
            assert figures(kernel)[name][1] == "saved"
        assert await untrue(kernel, "plt.get_fignums() == []", "fig.canvas.comm is None is shown.canvas.comm") == {}


async def test_one_figure_of_an_offer_is_dismissed_and_its_file_goes(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig, ax = plt.subplots(); other = plt.figure()")
        state = await crash(kernel, "restart")
        names = {each["names"][0]: each["id"] for each in state["figures"]}
        assert await kernel.ask_about(names["fig"], "close") == FigureOutcome()
        assert figures(kernel) == {"other": (names["other"], "offered")}
        assert not (await kernel.ask_about(names["fig"], "close")).found
        await kernel.run("1")
        await until(lambda: len([name for name in kernel.diary.names() if name.endswith(".figures")]) == 1)
        state = await kernel.ask("reinit", figures="all")
        assert [each["names"] for each in state["figures"]] == [["other"]]


async def test_the_last_figure_of_an_offer_is_dismissed_before_anything_is_plotted(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(SETUP + "fig, ax = plt.subplots()")
        (figure,) = (await offered(kernel))["figures"]
        assert await kernel.ask_about(figure["id"], "close") == FigureOutcome()
        assert kernel.saved()["figures"] == []
        assert "'matplotlib'" not in await kernel.run("import sys; print([*sys.modules])", silent=True)
        assert (await offered(kernel))["figures"] == []


async def offered(kernel: Kernel) -> dict[str, Any]:
    """Restart a kernel and return what is offered, without a restore."""
    await kernel.run("0")  # before it starts, the figures of the cell before it are on disk or named as waiting
    await kernel.crash()
    return await kernel.begin("restart")
