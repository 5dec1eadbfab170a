"""Figures and artists that are not saved because no name leads to them openly: each is named, and nothing else is."""

from __future__ import annotations

from aftermath import AGG, SETUP, crash, reasons, untrue

HIDDEN = {
    "a closure": "def make():\n    fig = mpl.figure.Figure()\n    return lambda: fig\nhidden = make()",
    "a default": "def hidden(fig=mpl.figure.Figure()): return fig",
    "a class": "class hidden:\n    ax = mpl.figure.Figure().add_subplot()",
    "an object's class": "class Plots:\n    fig = mpl.figure.Figure()\nhidden = Plots(); del Plots",
    "deep inside of an object": (
        "from types import SimpleNamespace as Space\nhidden = Space(fig=mpl.figure.Figure())\n"
        "for n in range(9):\n    hidden = Space(inner=hidden)\ndel n"
    ),
    "beyond a thousand items": "hidden = [*range(1500), mpl.figure.Figure()]",
    "a dict's thousandth": "hidden = {n: None for n in range(1500)}; hidden['f'] = [mpl.figure.Figure()]",
    "a generator": "def make(fig):\n    yield fig\nhidden = make(mpl.figure.Figure()); next(hidden); del make",
    "a closed figure": "fig, ax = plt.subplots(); plt.close(fig)\nclass hidden: axes = [ax]\ndel fig, ax",
    "a callable": "import functools\nhidden = functools.partial(lambda ax: ax, key=[[[[[[[mpl.figure.Figure()]]]]]]])",
}
"""Where a figure is to the cell that hides it there."""

HOLDS = "a figure that only the name hidden leads to"


async def test_a_figure_that_is_only_hidden_is_named(start_kernel):
    named = {}
    async with start_kernel() as kernel:
        for where, cell in HIDDEN.items():
            await kernel.run(SETUP + "import matplotlib.figure\n" + cell)
            named[where] = reasons(await crash(kernel))
    assert {where: list(each) for where, each in named.items()} == {where: [HOLDS] for where in HIDDEN}
    assert all("name of its own" in each[HOLDS] for each in named.values())


async def test_it_is_named_no_more_once_it_is_found_or_gone(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig, ax = plt.subplots(); plt.close(fig)\nclass Plots: shown = fig\ndel fig, ax")
        assert list(reasons(await crash(kernel))) == ["a figure that only the name Plots leads to"]
        await kernel.run("import gc; gc.disable()\nfig, ax = plt.subplots(); plt.close(fig)\nclass Plots: shown = fig")
        await kernel.run("del fig, ax")
        await kernel.run("fig = Plots.shown; ax = fig.axes[0]")
        assert reasons(await crash(kernel)) == {}
        assert await kernel.value("fig.axes[0] is ax") is True
        await kernel.run("import gc; gc.disable()\nclass Plots: shown = fig\nplt.close(fig); del fig, ax")
        await kernel.run("del Plots")
        await kernel.run("line, = plt.figure().add_subplot().plot([1, 2])")
        assert reasons(await crash(kernel)) == {}


async def test_garbage_and_what_only_ipython_keeps_is_not_named(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run("import gc; gc.disable()\n" + SETUP + "fig, ax = plt.subplots()")
        await kernel.run("plt.plot([1, 2])")  # shown, closed, and in Out
        await kernel.run("plt.subplots()[0]")
        await kernel.run("for n in range(3):\n    fig, ax = plt.subplots(); plt.close(fig)")
        await kernel.run("unnamed = plt.figure; fig.suptitle('there')")
        state = await crash(kernel)
        assert reasons(state) == {}
        assert [figure["names"] for figure in state["figures"]] == [["fig", "ax"]]


async def test_artists_that_are_in_no_figure_come_back_with_the_first_one(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            SETUP
            + "from matplotlib.lines import Line2D\nfig, ax = plt.subplots()\nline, gone = ax.plot([1], [2], [3], [4])"
            "\nhandles = [Line2D([], [], color='r'), Line2D([], [])]\nax.legend(handles, ['a', 'b']); gone.remove()\n"
            "mixed = [line, Line2D([], [])]\nother = plt.figure()"
        )
        await kernel.run("handles[1].set_color('green')")
        state = await crash(kernel)
        assert reasons(state) == {}
        assert {each["names"][0]: "handles" in each["names"] for each in state["figures"]} == {
            "fig": True,
            "other": False,
        }
        assert not await untrue(
            kernel,
            "mixed[0] is line and list(gone.get_xdata()) == [3]",
            "[each.get_color() for each in handles] == ['r', 'green']",
            "(ax.add_line(handles[0]), fig.canvas.draw(), handles[0].figure is fig)[-1]",
        )


async def test_an_axis_that_has_not_been_drawn_comes_back_with_the_figure_of_its_axes(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            SETUP + "from mpl_toolkits.axisartist import Axes\nfirst = plt.figure(); fig = plt.figure()\n"
            "ax = fig.add_subplot(axes_class=Axes); ax.axis['t'] = slanted = ax.new_floating_axis(0, 0.3)"
        )
        state = await crash(kernel)
        assert reasons(state) == {}
        assert [each["names"] for each in state["figures"]] == [["first"], ["fig", "ax", "slanted"]]
        assert not await untrue(kernel, "slanted.axes is ax and ax.figure is fig and ax.axis['t'] is slanted")


async def test_artists_are_named_where_there_is_no_figure(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(SETUP + "from matplotlib.lines import Line2D\nhandles = [Line2D([], [], color='r')]")
        assert list(reasons(await crash(kernel))) == ["the name handles"]


async def test_it_is_named_when_an_offer_is_taken(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig, ax = plt.subplots()\nclass hidden: fig = mpl.figure.Figure()")
        await crash(kernel, "restart")
        state = await kernel.ask("reinit", figures="all")
        assert list(reasons(state)) == [HOLDS]


async def test_matplotlib_is_as_it_was_without_the_agent(start_kernel):
    async with start_kernel(agent=False) as kernel:
        expression = (
            "[f'{each.__module__}.{each.__qualname__}', str(__import__('inspect').signature(each)), bool(each.__doc__)]"
        )
        await kernel.run(SETUP)
        before = await kernel.value(f"[{expression} for each in [mpl.figure.Figure.set_canvas]]")
        await kernel.begin("manual")
        await kernel.run("fig = plt.figure()")
        await kernel.run("import sys; sys.modules['_jupyter_mpl_guard'].uninstall()")
        assert await kernel.value(f"[{expression} for each in [mpl.figure.Figure.set_canvas]]") == before
        assert await kernel.value("fig.canvas is not None") is True
