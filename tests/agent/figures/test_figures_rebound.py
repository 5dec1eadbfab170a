"""Figures whose names are bound to others: nothing is pickled again for that, and no name comes back that has ended."""

from __future__ import annotations

import pytest
from aftermath import AGG, crash, reasons, until, untrue

from jupyter_mpl_guard.agent.cells.source import identifiers
from jupyter_mpl_guard.agent.figures.groups.mentions import Mentions

FIRST = "fig, ax = plt.subplots(); first, = ax.plot([1, 2], label='first')"
SECOND = "fig, ax = plt.subplots(); second, = ax.plot([3, 4]); ax.set_title('second')"

ONLY_REBIND = [
    "fig = 1",
    "fig, ax = plt.subplots()",
    "fig, (ax, *more) = make()\nfig.suptitle('of another')",
    "fig: object = 1",
    "import fig",
    "from somewhere import thing as fig",
    "def fig(): return 1",
    "class fig: pass",
    "for fig in range(3): print(fig)",
    "with open('f') as fig: fig.read()",
    "if late:\n    fig = 1\nelse:\n    fig = 2",
    "del fig",
    "x.fig = 1; fig = 2",
    "'fig'; fig = 1  # fig",
    "[fig.savefig('f') for fig in figs if fig]; fig = 1",
    "{key: fig for key, (fig, *rest) in figs.items()}; fig = 1",
    "close = lambda fig, *more: fig.clear(); fig = 1",
    "def close(fig=None, /, *, now=1): return [fig for each in now]\nfig = 1",
]
"""Cells in which ``fig`` ends without having been used."""

USES = [
    "fig.mine = 5; fig = 1",
    "fig = fig.axes",
    "fig.attribute = fig = 1",
    "fig[0] = 1; fig = 2",
    "fig += 1",
    "if late: fig = 1\nfig.mine = 5",
    "for each in fig.axes: fig = each",
    "for each in []: fig = 1\nfig.mine = 5",
    "with suppress(Exception): fig = 1\nfig.mine = 5",
    "def change(): fig.mine = 5\nchange(); fig = 1",
    "try: fig = 1\nexcept Exception: fig.mine = 5",
    "[each.set(0) for each in fig.axes]; fig = 1",
    "[fig for fig in fig.axes]; fig = 1",
    "[each for axes in figs for each in fig.axes]; fig = 1",
    "[0 for axes[fig] in figs]; fig = 1",
    "[x for x in xs if [fig for x in fig.axes]]; fig = 1",
    "close = lambda figure=fig: figure; fig = 1",
    "def close(figure=fig): return 1\nfig = 1",
    "@fig.register\ndef close(fig): return fig\nfig = 1",
    "close = lambda figure=(lambda fig: 1): fig.clear(); fig = 1",
    "def close(other: fig) -> int: return 1\nfig = 1",
    "def close(other): return lambda fig: fig.axes, fig\nfig = 1",
    "fig: object; fig.mine = 5; fig = 1",
    "exec('fig.mine = 5'); fig = 1",
    "globals()['fig'].mine = 5; fig = 1",
    "%run file.py\nfig = 1",
    "!ls\nfig = 1",
    "change()",
    "fig",
]
"""Cells that may have used what ``fig`` stood for, or that do not say how it ended."""


def mentions(*sources):
    found = Mentions()
    for source in sources:
        found = found.and_of(source, identifiers(source))
    return found


@pytest.mark.parametrize("source", ONLY_REBIND)
def test_a_cell_that_only_binds_a_name_has_not_used_its_value(source):
    assert mentions(source).uses().only_rebind({"fig"})


@pytest.mark.parametrize("source", USES)
def test_a_cell_that_may_have_used_a_value_is_known(source):
    assert not mentions(source).uses().only_rebind({"fig"})


def test_cells_are_taken_together():
    assert mentions("fig = 1", "x = 2").uses().only_rebind({"fig"})
    assert not mentions("fig.mine = 5", "fig = 1").uses().only_rebind({"fig"})
    assert not mentions("fig = 1").uses().only_rebind({"fig", "ax"})
    assert mentions().uses().only_rebind(set())


@pytest.mark.parametrize(
    ("source", "used"),
    [("fig.mine = 5", True), ("data.fig = 5", False), ("plot(fig=5)", False), ("'fig'", False), ("eval('fig')", True)],
)
def test_a_name_is_used_where_it_is_a_name(source, used):
    assert mentions(source).uses().use({"fig"}) == used


async def test_a_figure_that_loses_names_is_not_pickled_again(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG)
        await kernel.run(FIRST)
        await kernel.run("0")
        (before,) = kernel.groups()
        await kernel.run(SECOND)
        await kernel.run("0")
        first, second = kernel.groups()
        assert (first["file"], first["mac"]) == (before["file"], before["mac"])
        assert (before["names"], first["names"]) == (["fig", "ax", "first"], ["first"])
        assert [each["names"] for each in first["figures"]] == [["first"]]
        assert second["names"] == ["fig", "ax", "second"]
        assert reasons(await crash(kernel)) == {}
        assert (
            await untrue(
                kernel,
                "first.get_label() == 'first' and second in ax.lines and ax.get_title() == 'second'",
                "first.figure is plt.figure(1) and fig is plt.figure(2)",
            )
            == {}
        )


async def test_a_name_that_is_bound_to_no_figure_is_not_bound_to_one_after_a_crash(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG)
        await kernel.run(FIRST + "; axes = [ax]")
        await kernel.run("fig, axes = 'text', 3; del ax")
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, "first.figure is plt.figure(1)") == {}
        others = await kernel.value("[str(globals().get(name, '')) for name in ('fig', 'axes', 'ax')]")
        assert set(others[:2]) <= {"", "text", "3"}
        assert others[2] == ""


async def test_a_figure_is_saved_again_where_a_cell_has_used_a_name_before_it_ended(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG)
        await kernel.run(FIRST)
        await kernel.run("0")
        await kernel.run("fig.mine = 5; fig = None")
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, "first.figure.mine == 5 and ax.figure is first.figure") == {}


async def test_a_name_that_comes_back_to_a_figure_is_saved(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG)
        for cell in (FIRST, SECOND, "fig = first.figure", "0"):
            await kernel.run(cell)
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, "fig is first.figure and ax is second.axes and fig is not ax.figure") == {}


async def test_a_figure_is_not_saved_again_because_a_cell_uses_a_module_that_its_functions_use(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "scale, offsets = 2, [1]")
        await kernel.run(FIRST + "\nax.xaxis.set_major_formatter(lambda x, pos: f'{np.sqrt(x) * scale + offsets[0]}')")
        await kernel.run("0")
        await until(lambda: all(each["current"] for each in kernel.groups()))
        (before,) = kernel.groups()
        await kernel.run("x = np.arange(3) * scale")
        await kernel.run("0")
        assert [each["file"] for each in kernel.groups()] == [before["file"]]
        await kernel.run("offsets[0] = 5")
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, "first.axes.xaxis.get_major_formatter()(4) == '9.0'") == {}
