"""Figures after a restart that the user asked for: offered, taken or dismissed; and the policies."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aftermath import AGG, SETUP, crash, reasons, saved_figures, until, untrue

FIGURE = "fig, ax = plt.subplots(num='mine'); (line,) = ax.plot([1, 2])"

KERNEL_DATA = "all"
"""What of the data comes back besides: it agrees with what comes back with figures."""


async def test_after_a_restart_figures_are_offered_and_taken_when_asked_for(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + FIGURE)
        state = await crash(kernel, "restart")
        assert (state["status"], state["backend"]) == ("offered", "agg")
        assert "1 figure from before the restart" in state["message"]
        offered = [(each["label"], each["names"], each["saved"], each["open"]) for each in state["figures"]]
        assert offered == [("mine", ["fig", "ax", "line"], True, False)]
        assert await untrue(kernel, "not {'fig', 'ax', 'line'} & set(globals())", "plt.get_fignums() == []") == {}
        await kernel.run("new, ax2 = plt.subplots(); again = plt.figure()")
        await kernel.run("1")
        assert kernel.saved()["status"] == "offered"
        state = await kernel.ask("reinit", figures="all")
        assert (state["status"], state["last_restore"]["restored"]) == ("partial", ["figures"])
        assert reasons(state) == {"the number 1 of fig": "a newer figure has it; it is figure 3 now"}
        assert await untrue(kernel, "plt.gcf() is again", "fig.number == 3", "plt.figure('mine') is fig") == {}
        assert await untrue(kernel, "line in ax.lines and ax.figure is fig and new.number == 1") == {}
        assert (await kernel.ask("reinit", figures="all"))["last_restore"] == state["last_restore"]
        await crash(kernel)
        assert await untrue(kernel, "plt.get_fignums() == [1, 2, 3]", "fig.number == 3 and new.number == 1") == {}


async def test_a_name_that_is_bound_to_something_else_stays_and_stays_over_the_next_crash(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + FIGURE)
        await crash(kernel, "restart")
        await kernel.run("ax = 'mine'")
        state = await kernel.ask("reinit", figures="all")
        assert reasons(state) == {"the name ax": "it is bound to something else now"}
        assert await untrue(kernel, "ax == 'mine'", "line.axes.figure is fig") == {}
        assert [each["names"] for each in state["figures"]] == [["fig", "line"]]
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, "ax == 'mine'", "line.axes.figure is fig") == {}


async def test_an_offer_that_is_dismissed_is_gone(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + FIGURE)
        await crash(kernel, "restart")
        state = await kernel.ask("reinit", figures="none")
        assert (state["status"], state["figures"]) == ("restored", [])
        state = await kernel.ask("reinit", figures="all")
        assert (state["status"], state["figures"]) == ("restored", [])
        await kernel.run("1")
        # They stay until it is on the disk that nobody wants them any more.
        await until(lambda: not [name for name in kernel.diary.names() if name.endswith(".figures")])
        state = await crash(kernel)
        assert (state["status"], state["figures"]) == ("restored", [])


@pytest.mark.parametrize("trigger", ["crash", "restart"])
async def test_an_offer_ends_with_the_next_incarnation(start_kernel, trigger):
    async with start_kernel() as kernel:
        await kernel.run(AGG + FIGURE)
        await crash(kernel, "restart")
        await kernel.run("other = plt.figure()")
        state = await crash(kernel, trigger)
        assert [each["names"] for each in state["figures"]] == [["other"]]
        assert await kernel.value("plt.get_fignums()") == ([1] if trigger == "crash" else [])
        assert [each["names"] for each in saved_figures(kernel)] == ([["other"]] if trigger == "crash" else [])
        await kernel.ask("reinit", figures="all")
        assert await untrue(kernel, "'fig' not in globals()", "plt.get_fignums() == [1]", "other.number == 1") == {}


async def test_an_offer_outlives_a_crash_of_a_kernel_that_has_plotted_nothing(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + FIGURE)
        await crash(kernel, "restart")
        for _ in range(2):
            state = await crash(kernel, "crash")
            assert state["status"] == "offered"
            assert [each["names"] for each in state["figures"]] == [["fig", "ax", "line"]]
        await kernel.ask("reinit", figures="all")
        assert await untrue(kernel, "plt.gcf() is fig and line in ax.lines") == {}
        await crash(kernel, "restart")
        state = await crash(kernel, "restart")
        assert (state["status"], state["figures"], saved_figures(kernel)) == ("restored", [], [])


async def test_the_policies(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + FIGURE)
        await kernel.run("0")
        await kernel.crash()
        await kernel.begin("restart", figures="always")
        # A notebook that runs all its cells would send the first one first.
        await until(lambda: kernel.saved()["status"] == "restored")
        assert "figures" in kernel.saved()["last_restore"]["restored"]
        assert await untrue(kernel, "plt.gcf() is fig") == {}
        state = await crash(kernel, "crash", figures="never")
        assert state["status"] == "offered"
        assert await kernel.value("plt.get_fignums()") == []
        await kernel.ask("reinit", figures="all")
        state = await crash(kernel, "crash", figures="crash")
        assert state["status"] == "restored"
        state = await crash(kernel, "manual", figures="crash")
        assert state["status"] == "offered"


async def test_restart_and_run_all_never_finds_an_old_figure(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + FIGURE)
        await kernel.run("0")
        for cell in (AGG + "found = plt.get_fignums(); fig = plt.figure()", "found = 'fig' in globals()"):
            await kernel.crash()
            await kernel.begin("restart", figures="always")
            await kernel.run(cell)
            assert await kernel.value("found") in ([], False)
            state = await kernel.restored()
            assert state["status"] == "offered"
        assert "2 figures" in state["message"] or "1 figure" in state["message"]


async def test_a_cell_right_after_a_crash_finds_the_figures(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + FIGURE)
        for cell in ("found = line.axes is ax", "found = plt.get_fignums() == [1]", "found = 'fig' in vars()"):
            await kernel.run("0")
            await kernel.crash()
            await kernel.begin()
            await kernel.run(cell)
            assert await kernel.value("found")


async def test_a_paused_kernel_restores_nothing_and_keeps_everything(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + FIGURE)
        for _ in range(2):
            state = await crash(kernel, paused="It crashed twice.")
            assert (state["status"], state["message"]) == ("paused", "It crashed twice.")
            assert await untrue(kernel, "'fig' not in globals()", "plt.get_fignums() == []") == {}
        state = await kernel.ask("reinit", figures="all")
        assert "figures" in state["last_restore"]["restored"]
        assert await untrue(kernel, "line in ax.lines", "plt.gcf() is fig") == {}


async def test_a_forgotten_diary_brings_nothing_back(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + FIGURE)
        await kernel.run("0")
        await kernel.ask("forget")
        for _ in range(2):
            await kernel.run("0")  # nothing has changed that would be worth a diary
        assert not Path(kernel.diary.folder).exists()
        await kernel.run("other = plt.figure()")
        state = await crash(kernel)
        # What is open counts again as soon as anything is saved: never a silent loss.
        assert await untrue(kernel, "plt.gcf() is other") == {}
        assert "fig" in {each["what"] for each in state["last_restore"]["missing"]} or not await untrue(
            kernel, "line in ax.lines"
        )


async def test_offered_figures_count_for_the_limit_of_the_kernel(start_kernel):
    limits = {"kernel": 4}
    async with start_kernel(agent=False) as kernel:
        await kernel.begin("manual", limits=limits)
        await kernel.run(SETUP + "fig, ax = plt.subplots(); im = ax.imshow(np.random.rand(500, 500))")
        await crash(kernel, "restart", limits=limits)
        await kernel.run(SETUP + "new, ax2 = plt.subplots(); im2 = ax2.imshow(np.random.rand(500, 500))")
        await kernel.run("0")
        sizes = [Path(kernel.diary.folder, name).stat().st_size for name in kernel.diary.names()]
        assert sum(sizes) < 4 * 2**20
        assert kernel.saved()["status"] == "offered"


async def test_ten_cells_sent_at_once_lose_nothing_when_the_last_kills(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG)
        client = kernel._client
        for n in range(1, 10):
            client.execute(f"f{n}, a{n} = plt.subplots(); l{n}, = a{n}.plot([0, {n}]); a1.set_title('{n}')")
        client.execute("import os, signal; last = plt.figure(); os.kill(os.getpid(), signal.SIGKILL)")
        async with asyncio.timeout(60):
            while await kernel.manager.is_alive():
                await asyncio.sleep(0.05)
        await kernel.crash()
        await kernel.begin()
        assert reasons(await kernel.restored()) == {}
        true = [f"l{n} in a{n}.lines and a{n}.figure is f{n} and f{n}.number == {n}" for n in range(1, 10)]
        assert await untrue(kernel, *true, "plt.get_fignums() == list(range(1, 10))", "a1.get_title() == '9'") == {}
