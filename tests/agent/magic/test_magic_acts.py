"""What `%mpl_guard` does within a cell: it is done when the cell goes on, and is the same as if a client had asked."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest
from aftermath import AGG, crash, reasons, until
from drawn_cells import INLINE, drawings, run_cell
from kernels import LIMIT, CellFailed, Kernel
from magics import errors, shown, texts
from samples import some_of

TWO = "fig, ax = plt.subplots(num='mine'); line, = ax.plot([1, 2]); other, axes = plt.subplots()"


def states(kernel: Kernel) -> dict[str, str]:
    """Return how each figure stands, by the first of its names, as it is written down."""
    saved: Any = kernel.saved()
    return {each["names"][0]: each["state"] for each in saved["figures"]}


async def offered(kernel: Kernel, code: str = AGG + TWO) -> dict[str, Any]:
    """Plot in a kernel and restart it, so that its figures are offered; return its plot state."""
    await kernel.run(code)
    state = await crash(kernel, "restart")
    assert state["status"] == "offered"
    return state


async def test_what_it_restores_is_there_in_the_same_cell(start_kernel):
    async with start_kernel() as kernel:
        await offered(kernel)
        assert (
            await kernel.run("%mpl_guard restore\nprint(line.get_ydata(), ax.figure is fig, plt.get_fignums())")
            == "[1 2] True [1, 2]\n"
        )
        assert texts(kernel) == ["Restored: figure 1 (fig, ax, line); figure 2 (other, axes)."]
        await kernel.run("0")
        saved: Any = kernel.saved()
        assert saved["status"] == "restored"
        assert states(kernel) == {"fig": "live", "other": "live"}


@pytest.mark.parametrize("word", some_of(["fig, line", "1", "ax", "mine", "'mine'"], 2))
async def test_it_restores_one_figure_and_leaves_the_others_offered(start_kernel, word):
    async with start_kernel() as kernel:
        await offered(kernel)
        assert await kernel.run(f"%mpl_guard restore {word}\nprint(plt.get_fignums())") == "[1]\n"
        assert texts(kernel) == ["Restored: figure 1 (fig, ax, line)."]
        await kernel.run("0")
        assert states(kernel) == {"fig": "live", "other": "offered"}
        assert await kernel.run("%mpl_guard restore other\nprint(plt.get_fignums())") == "[1, 2]\n"


async def test_a_name_that_is_none_is_refused_with_those_that_there_are(start_kernel):
    async with start_kernel() as kernel:
        await offered(kernel)
        assert await errors(kernel, "%mpl_guard restore az") == (
            "UsageError: No figure from before the restart is called 'az'; "
            'there are figure 1 (fig, ax, line, "mine"); figure 2 (other, axes).\n'
        )
        await kernel.run("%mpl_guard restore ax")
        assert await errors(kernel, "%mpl_guard restore ax") == (
            'UsageError: ax is figure 1 (fig, ax, line, "mine") of this kernel; it does not wait to be restored.\n'
        )


async def test_names_of_what_is_offered_are_completed(start_kernel):
    async with start_kernel() as kernel:
        await offered(kernel, AGG + TWO + "; labelled = plt.figure(num='with spaces')")
        words = (await kernel.complete("%mpl_guard restore "))["matches"]
        assert sorted(words) == ["1", "2", "3", "ax", "axes", "fig", "labelled", "line", "mine", "other"]
        assert (await kernel.complete("%mpl_guard restore fig ot"))["matches"] == ["other"]
        assert (await kernel.complete("%mpl_guard status ot"))["matches"] == []


async def test_an_offer_is_dismissed(start_kernel):
    async with start_kernel() as kernel:
        await offered(kernel)
        assert await shown(kernel, "dismiss other") == "Dismissed: figure 2 (other, axes)."
        await kernel.run("0")
        assert states(kernel) == {"fig": "offered"}
        assert await shown(kernel, "dismiss") == "Dismissed: figure 1 (fig, ax, line)."
        await kernel.run("0")
        assert states(kernel) == {}
        assert await shown(kernel, "dismiss") == "Nothing from before the restart waits to be dismissed."


async def test_a_dismissed_figure_that_comes_back_in_a_list_is_announced(start_kernel):
    async with start_kernel() as kernel:
        await offered(kernel, f"{INLINE}\nfigs = [plt.figure(i) for i in (1, 2, 3)]")
        assert await shown(kernel, "dismiss 2") == (
            "Dismissed: figure 2 (figs).\n"
            "If figs comes back with the other figures that it leads to, figure 2 (figs) does too."
        )
        assert await shown(kernel, "restore") == (
            "Restored: figure 1 (figs); figure 3 (figs).\nAs figs leads to it, figure 2 (figs) is back as well."
        )
        assert await kernel.value("len(figs)") == 3


async def test_a_paused_kernel_restores_and_dismisses_nothing_and_says_so(start_kernel):
    async with start_kernel() as kernel:
        await offered(kernel)
        paused = (await shown(kernel, "pause")).splitlines()[0]
        for line in ("restore", "restore ax", "dismiss"):
            assert await shown(kernel, line) == paused
        assert await kernel.run("print(plt.get_fignums(), 'ax' in dir())") == "[] False\n"
        assert await shown(kernel, "dismiss other") == "Dismissed: figure 2 (other, axes)."
        await kernel.run("%mpl_guard resume")
        assert await shown(kernel, "restore") == "Restored: figure 1 (fig, ax, line)."
        assert await shown(kernel, "pause") == await shown(kernel)
        assert await shown(kernel, "restore") == "Nothing from before the restart waits to be restored."


async def test_a_crash_later_in_the_cell_costs_nothing_of_what_it_has_restored(start_kernel):
    async with start_kernel() as kernel:
        await offered(kernel)
        await kernel.run("third = plt.figure(3)")
        await kernel.run("0")
        kernel._client.execute("%mpl_guard restore\nimport os, signal; os.kill(os.getpid(), signal.SIGKILL)")
        async with asyncio.timeout(LIMIT):
            while await kernel.manager.is_alive():
                await asyncio.sleep(0.05)
        await kernel.crash()
        await kernel.begin("crash")
        await kernel.restored()
        assert await kernel.value("plt.get_fignums()") == [1, 2, 3]


async def test_the_cell_that_restores_a_figure_has_not_drawn_it(start_kernel):
    async with start_kernel() as kernel:
        await run_cell(kernel, "drew", AGG + "fig, ax = plt.subplots()")
        await crash(kernel, "restart")
        said = await drawings(kernel, "%mpl_guard restore fig", "new = plt.figure()")
        assert "cell 0" not in said
        await kernel.run("0")
        saved: Any = kernel.saved()
        assert {each["names"][0]: each["cell"] for each in saved["figures"]} == {"fig": "drew", "new": "cell 1"}


async def test_a_cell_that_draws_and_asks_has_drawn(start_kernel):
    async with start_kernel() as kernel:
        await run_cell(kernel, "draws", AGG + "fig, ax = plt.subplots()\n%mpl_guard figures")
        await kernel.run("0")
        saved: Any = kernel.saved()
        assert [each["cell"] for each in saved["figures"]] == ["draws"]


async def test_figures_of_the_inline_backend_come_back_without_being_shown_again(start_kernel):
    async with start_kernel() as kernel:
        await offered(kernel, INLINE + TWO)
        assert await kernel.run("%mpl_guard restore\nprint(line.get_ydata())") == "[1 2]\n"
        assert kernel.shown() == set()
        await kernel.run("ax.set_title('on')\nfig")
        assert kernel.shown() == {"image/png"}


async def test_the_plot_state_is_published_when_it_is_done_and_not_when_the_cell_ends(start_kernel):
    async with start_kernel() as kernel:
        await offered(kernel)
        await kernel.run("%mpl_guard restore\nprint('after')")
        kinds = [each["header"]["msg_type"] for each in kernel.messages]
        assert "update_display_data" in kinds[: kinds.index("stream")]


async def test_settings_that_wait_for_their_first_cell_come_with_the_figures(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + TWO + "; plt.rcParams['lines.linewidth'] = 7.5")
        await kernel.run("0")
        await kernel.crash()
        await kernel.begin("restart")
        assert await kernel.run("%mpl_guard restore\nprint(plt.rcParams['lines.linewidth'], line)") == (
            "7.5 Line2D(_child0)\n"
        )


async def test_an_interrupt_that_comes_meanwhile_ends_the_cell_when_it_is_done(start_kernel):
    interrupt = (
        "import sys, os, signal\njob = sys.modules['_jupyter_mpl_guard.restore.job'].RestoreJob\n"
        "def figures(self, only=None, original=job.figures):\n    os.kill(os.getpid(), signal.SIGINT)\n"
        "    return original(self, only)\njob.figures = figures"
    )
    async with start_kernel() as kernel:
        await offered(kernel)
        await kernel.run(interrupt)
        with pytest.raises(CellFailed, match="KeyboardInterrupt"):
            await kernel.run("%mpl_guard restore\nprint('never')")
        assert await kernel.run("print(line.get_ydata())") == "[1 2]\n"


async def test_a_paused_kernel_keeps_nothing_until_it_is_resumed(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig = plt.figure()")
        await kernel.run("0")
        assert await kernel.run("%mpl_guard pause\nother = plt.figure()") == ""
        await kernel.run("plt.rcParams['lines.linewidth'] = 7.5")
        saved: Any = kernel.saved()
        assert (saved["status"], states(kernel), saved["rc_params"]) == ("paused", {"fig": "live"}, {})
        assert "it was paused" in await shown(kernel)
        await kernel.run("%mpl_guard resume\nthird = plt.figure()")
        await kernel.run("0")
        saved = kernel.saved()
        assert (saved["status"], saved["rc_params"]) == ("live", {"lines.linewidth": 7.5})
        assert states(kernel) == {"fig": "live", "other": "live", "third": "live"}
        state = await crash(kernel)
        assert [each["names"] for each in state["figures"]] == [["fig"], ["other"], ["third"]]


async def test_a_cell_that_has_paused_the_kernel_is_over_when_it_has_ended(start_kernel):
    running = "__import__('sys').modules['_jupyter_mpl_guard']._agent._incarnation.loop.running"
    async with start_kernel() as kernel:
        await kernel.run(AGG)
        await kernel.run("%mpl_guard pause")
        await kernel.ask("pause", paused=False, message="")
        await kernel.run(f"import json; json.dump({running}, open('running', 'w'))", silent=True)
        assert json.loads(Path("running").read_text()) is False


async def test_what_is_forgotten_does_not_come_back_and_what_changes_later_does(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig, ax = plt.subplots()")
        await kernel.run("0")
        assert "is removed" in await shown(kernel, "forget")
        assert not os.path.lexists(kernel.diary.folder)
        await kernel.run("ax.plot([1, 2])")
        state = await crash(kernel)
        assert [each["names"] for each in state["figures"]] == [["fig", "ax"]]


async def test_data_that_is_offered_comes_with_all_figures_and_is_there_in_the_same_cell(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await kernel.begin("manual", data="all")
        await kernel.run(AGG + "fig = plt.figure(); x = [1, 2]; unmentioned = [3]")
        await until(lambda: (saved := kernel.saved()) and saved["data"]["saved"] and not saved["data"]["waiting"])
        await kernel.crash()
        await kernel.begin("restart", data="all")
        assert await kernel.run("%mpl_guard restore fig\nprint('x' in globals())") == "False\n"
        assert await kernel.run("%mpl_guard restore\nprint(x)") == "[1, 2]\n"
        (said,) = texts(kernel)
        assert said.splitlines()[0].startswith("Restored: ")
        assert said.splitlines()[0].endswith(" of data.")
        assert await kernel.run("print(unmentioned)") == "[3]\n"


async def test_figures_that_are_forgotten_are_said_not_to_be_saved(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig, ax = plt.subplots()")
        await kernel.run("0")
        state = await kernel.ask("forget")
        (figure,) = state["figures"]
        assert (figure["state"], figure["bytes"]) == ("unsaved", 0)
        assert "removed on request" in figure["why"]
        await kernel.run("x = 1")
        (figure,) = (await kernel.ask("tell"))["figures"]
        assert figure["state"] == "unsaved"
        await kernel.run("ax.plot([1, 2])")
        await kernel.run("0")
        (figure,) = (await kernel.ask("tell"))["figures"]
        assert (figure["state"], figure["why"]) == ("live", "")


async def test_figures_that_are_forgotten_are_not_promised_to_be_saved_by_a_paused_kernel(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig, ax = plt.subplots()")
        await kernel.run("0")
        await kernel.ask("pause", paused=True, message="")
        await kernel.run("%mpl_guard forget")
        (said,) = texts(kernel)
        assert "unless keeping them is paused, it is saved again" in said
        await kernel.run("ax.plot([1, 2])")
        await kernel.run("0")
        (figure,) = (await kernel.ask("tell"))["figures"]
        assert figure["state"] == "unsaved"
        assert "unless keeping plots is paused, it is saved again" in figure["why"]
        assert not os.path.lexists(kernel.diary.folder)


async def test_a_pause_after_forgetting_writes_nothing(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await kernel.begin("manual", data="all")
        await kernel.run(AGG + "plt.rcParams['lines.linewidth'] = 3\nx = 1")
        await until(lambda: (saved := kernel.saved()) and saved["data"]["saved"] and not saved["data"]["waiting"])
        await kernel.ask("forget")
        await kernel.ask("pause", paused=True, message="")
        assert not os.path.lexists(kernel.diary.folder)
        await kernel.crash()
        await kernel.begin("restart")
        assert reasons({"last_restore": {"missing": [], **((await kernel.restored())["last_restore"] or {})}}) == {}
