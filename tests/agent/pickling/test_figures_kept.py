"""Figures that cannot be loaded now, names that lead too far, and what is said of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from aftermath import AGG, SETUP, crash, is_saved, reasons, until, untrue
from drawn_cells import WIDGET

HELPER = "def percent(value, position=None): return f'{100 * value:g} %'\n"
PLOT = "fig, ax = plt.subplots(); (line,) = ax.plot([0.1, 0.5])\n"


async def test_modules_of_figures_are_found_where_cells_have_had_them_found(start_kernel):
    for folder, module in {"front": "first_helper", "back": "last_helper", "work": "helper_there"}.items():
        Path(folder).mkdir()
        Path(folder, f"{module}.py").write_text(HELPER)
    Path("back", "random.py").write_text("raise ImportError('not the one that is meant')")
    async with start_kernel() as kernel:
        await kernel.run(
            AGG + "import os, sys; sys.path.insert(0, os.path.abspath('front')); sys.path.append('back')\n"
            "os.chdir('work'); sys.path[-1] = '../back'; import first_helper, last_helper, helper_there\n"
            "one, two, three = (plt.subplots()[1] for _ in range(3))\n"
            "for ax, module in zip((one, two, three), (first_helper, last_helper, helper_there)):\n"
            "    ax.yaxis.set_major_formatter(module.percent)"
        )
        state = await crash(kernel)
        assert (state["status"], reasons(state)) == ("restored", {})
        shown = "all(each.yaxis.get_major_formatter()(0.5) == '50 %' for each in (one, two, three))"
        assert await untrue(kernel, shown, "plt.get_fignums() == [1, 2, 3]") == {}
        path = "__import__('sys').path"
        assert await untrue(kernel, f"not any(each.endswith(('front', 'back', 'work')) for each in {path})") == {}
        assert await kernel.value("__import__('os').getcwd()") == os.getcwd()


async def test_a_figure_that_cannot_be_loaded_stays_until_it_can_or_is_dismissed(start_kernel):
    Path("helpers").mkdir()
    module = Path("helpers", "plothelp.py")
    async with start_kernel() as kernel:
        for end in ("repaired", "dismissed"):
            module.write_text(HELPER)
            await kernel.run(AGG + "import sys; sys.path.append('helpers'); import plothelp\n" + PLOT)
            await kernel.run("ax.yaxis.set_major_formatter(plothelp.percent); other = plt.figure()")
            await kernel.run("0")
            module.unlink()
            for trigger in ("crash", "crash", "restart"):
                state = await crash(kernel, trigger)
                if trigger == "restart":
                    assert state["status"] == "offered"
                    continue
                assert state["status"] == "partial"
                why = reasons(state)["fig"]
                assert "No module named 'plothelp'" in why
                assert "stays saved" in why
                assert "1 figure could not be loaded and stays saved" in state["message"]
                names = {each["names"][0]: (each["saved"], each["open"]) for each in state["figures"]}
                assert names == {"fig": (True, False), "other": (True, True)}
            state = await kernel.ask("reinit", figures="all")
            assert state["status"] == "partial"
            assert "No module named 'plothelp'" in reasons(state)["fig"]
            if end == "dismissed":
                state = await kernel.ask("reinit", figures="none")
                assert [each["names"] for each in state["figures"]] == [["other"]]
                assert "could not be loaded" not in state["message"]
                continue
            module.write_text(HELPER)
            state = await kernel.ask("reinit", figures="all")
            assert (state["status"], reasons(state), state["message"]) == ("restored", {}, "")
            assert await untrue(kernel, "ax.yaxis.get_major_formatter()(0.5) == '50 %' and line in ax.lines") == {}
            await kernel.run("plt.close('all'); del fig, ax, line, other")


LEADING = """
ip = get_ipython(); kernel = ip.kernel; everything = globals(); copy = dict(globals()); here = locals()
class Holder:
    pass
holder = Holder(); holder.fig = fig; holder.names = globals(); holder.shell = ip; holder.run = ip.run_cell
ax.names, ax.run = globals(), ip.run_cell
def title(value, position): return f'{here is globals()}'
ax.xaxis.set_major_formatter(title)
"""


async def test_names_of_the_namespace_and_of_the_shell_are_no_part_of_a_figure(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + PLOT)
        await kernel.run("copied = dict(globals(), **locals()); inspector = get_ipython(); ns = globals()")
        for _ in range(2):
            state = await crash(kernel)
            assert (state["status"], reasons(state)) == ("restored", {})
            assert [each["names"] for each in state["figures"]] == [["fig", "ax", "line"]]
            assert await untrue(kernel, "'copied' not in globals() and line in ax.lines and plt.gcf() is fig") == {}
        await kernel.run(LEADING)
        named = reasons(await crash(kernel))
        true = ["line in ax.lines and ax.figure is fig and holder.fig is fig", "ax.names is globals() is holder.names"]
        true += ["ax.xaxis.get_major_formatter()(1) == 'True'", "here is globals()", "'copy' not in globals()"]
        assert await untrue(kernel, *true) == {}
        assert all("fig" in what or "ax" in what or "holder" in what for what in named)


BROKEN = """
class Bad:
    def __init__(self, *held): self.held = held
    def __setstate__(self, state): raise ValueError('never')
class Good(Bad):
    def __setstate__(self, state): self.__dict__ = state
shared = Good()
bad, good = Bad(fig, shared), Good(fig, [1])
behind = Good(fig, shared)
later = {'figure': fig}
"""


async def test_a_name_that_cannot_be_loaded_costs_only_what_holds_a_part_of_it(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + PLOT + BROKEN)
        named = reasons(await crash(kernel))
        assert list(named) == ["the name bad of fig", "the name behind of fig"], named
        assert "never" in named["the name bad of fig"]
        assert "it holds a part of bad" in named["the name behind of fig"]
        true = ["good.held[0] is fig and good.held[1] == [1]", "later['figure'] is fig and line in ax.lines"]
        assert await untrue(kernel, *true) == {}


async def test_something_huge_costs_the_name_that_holds_it(start_kernel):
    limits = {"figure": 2}
    async with start_kernel(agent=False) as kernel:
        await kernel.begin("manual", limits=limits)
        await kernel.run(
            AGG + PLOT + "class Explorer:\n    pass\nex = Explorer(); ex.fig, ex.cube = fig, np.random.rand(10**6)\n"
            "data = np.random.rand(10**6)\nax.format_coord = lambda x, y: str(len(data))"
        )
        named = reasons(await crash(kernel, limits=limits))
        assert await untrue(kernel, "line in ax.lines", "'ex' not in globals() and 'data' not in globals()") == {}
        assert len(named) == 2
        assert all("too large to be saved with the figure" in why for why in named.values())


async def test_taking_an_offer_does_not_erase_what_is_still_missing(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "from matplotlib import patheffects\n" + PLOT)
        await kernel.run("plt.rcParams['path.effects'] = [patheffects.withStroke(linewidth=4)]; plt.close('all')")
        before = reasons(await crash(kernel, "restart"))
        assert list(before) == ["rcParams['path.effects']"]
        state = await kernel.ask("reinit", figures="all")
        assert (state["status"], reasons(state)) == ("partial", before)
        assert state["last_restore"]["restored"] == ["figures"]
        assert kernel.saved() == state
        await crash(kernel, "restart")
        await kernel.run(
            SETUP + "from matplotlib import patheffects\nplt.rcParams['path.effects'] = [patheffects.Normal()]"
        )
        state = await kernel.ask("reinit", figures="all")
        assert (state["status"], reasons(state)) == ("restored", {})


async def test_figures_that_are_made_between_cells_or_while_one_awaits_are_saved(start_kernel):
    def saved():
        return [each["label"] for each in (kernel.saved() or {"figures": ()})["figures"] if each["saved"]]

    async with start_kernel() as kernel:
        await kernel.run(
            AGG + PLOT + "import asyncio\ndef make():\n    global late\n    late, _ = plt.subplots(num='late')\n"
            "asyncio.get_running_loop().call_later(0.5, make); None"
        )
        await until(lambda: saved() == ["", "late"])
        kernel._client.execute(
            "import os; task = asyncio.get_running_loop().call_later(0.5, lambda: plt.figure('task'))\n"
            "while not os.path.exists('enough'): await asyncio.sleep(0.01)\nax.mentioned_only = 'in the cell'"
        )
        await until(lambda: saved() == ["", "late", "task"])
        Path("enough").touch()
        await crash(kernel)
        true = ["plt.get_figlabels() == ['', 'late', 'task']", "ax.mentioned_only == 'in the cell'"]
        assert await untrue(kernel, *true, "late.axes != []") == {}


LIBRARY = """
calls = []
def reclip(axes): calls.append(axes)
def clicked(event): calls.append(event.name)
class Map:
    @staticmethod
    def moved(axes): calls.append('moved')
"""


@pytest.mark.parametrize("plot", [AGG, WIDGET])
async def test_a_figure_that_comes_back_again_and_again_does_not_grow(start_kernel, plot):
    sizes = []
    async with start_kernel() as kernel:
        await kernel.run(plot + PLOT + "ax.set_title('0')")
        for count in range(1, 4):
            await crash(kernel)
            await kernel.run(f"ax.set_title({count}); fig.canvas.draw()")
            await kernel.run("0")
            saved = await until(lambda: is_saved(kernel.saved()) and kernel.saved())
            sizes.append(saved["figures"][0]["bytes"])
    assert abs(sizes[-1] - sizes[-2]) < 100, sizes


async def test_handlers_of_installed_libraries_stay_connected(start_kernel):
    Path("site").mkdir()
    Path("site", "mapping.py").write_text(LIBRARY)
    Path("mine.py").write_text("def mine(axes): pass\n")
    async with start_kernel(PYTHONPATH=str(Path("site").absolute())) as kernel:
        await kernel.run(
            AGG + PLOT + "import mapping, mine\nax.callbacks.connect('xlim_changed', mapping.reclip)\n"
            "ax.callbacks.connect('xlim_changed', mapping.Map.moved); ax.callbacks.connect('ylim_changed', mine.mine)\n"
            "fig.canvas.mpl_connect('button_press_event', mapping.clicked)\n"
            "ax.callbacks.connect('xlim_changed', lambda axes: None)"
        )
        for _ in range(2):
            state = await crash(kernel)
            await kernel.run(
                "import mapping; mapping.calls.clear(); ax.set_xlim(3, 4)\n"
                "from matplotlib.backend_bases import MouseEvent\n"
                "fig.canvas.callbacks.process('button_press_event', MouseEvent('press', fig.canvas, 0, 0))"
            )
            assert await untrue(kernel, "mapping.calls == [ax, 'moved', 'press']") == {}
            if "the ylim_changed handler mine of fig" in reasons(state):
                assert set(reasons(state)) == {
                    "the ylim_changed handler mine of fig",
                    "the xlim_changed handler <lambda> of fig",
                }
            else:
                assert reasons(state) == {}


async def test_a_kernel_without_a_key_says_that_nothing_is_saved(start_kernel):
    async with start_kernel(agent=False) as kernel:
        kernel.manager.session.key = b""
        kernel.manager.write_connection_file()
        await kernel.crash()
        assert (await kernel.begin("manual"))["message"] == ""
        await kernel.run(AGG + PLOT)
        await kernel.run("0")
        state = await kernel.restored()
        assert state["status"] == "live"
        assert "Session.key is empty" in state["message"]
        assert [each["saved"] for each in state["figures"]] == [False]
