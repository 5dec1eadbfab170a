"""Figures after a crash: the same objects in the same relations, under the same names and numbers."""

from __future__ import annotations

from aftermath import AGG, PYPLOTS, SETUP, crash, reasons, untrue

ARTISTS = (
    SETUP + """
fig, axs = plt.subplots(2, 2, sharex=True)
(line,) = axs[0, 1].plot([1, 2, 3], label='a')
im = axs[1, 0].imshow([[1, 2], [3, 4]])
norm, cmap, transform = im.norm, im.cmap, axs[0, 1].transData
cbar = fig.colorbar(im)
legend = axs[0, 1].legend()
bars = axs[1, 1].bar([1, 2], [3, 4])
lines, pair, panel = [line, line], (fig, axs[0, 0]), {'line': line, 'deep': [{'ax': (axs[1, 1],)}]}
axis, rows = axs[0, 0].xaxis, axs[0]
"""
    "hist = axs[0, 0].hist([1, 2, 2], bins=2)\nspine, title = axs[0, 0].spines['left'], axs[0, 0].set_title('t')"
)

OTHERS = """
fig1, ax1 = plt.subplots()
fig2 = plt.figure()
ax2 = fig2.add_subplot(sharex=ax1)
_private, ax3 = plt.subplots()
class Grid:
    def __init__(self):
        self.figure, axes = plt.subplots(1, 2)
        self.axes, self.data = np.array([axes]), {'a': 1}
    def color(self):
        return self.axes.flat[0].lines[0].get_color()
grid = Grid()
grid.axes[0, 0].plot([1, 2], color='teal')
for n in range(1):
    plt.figure()
from types import SimpleNamespace
from functools import partial
from collections import deque
space = SimpleNamespace(f=plt.figure(), x=3)
queue = deque([plt.figure()])
plot_more = ax3.plot
draw_red = partial(ax3.plot, color='red')
from dataclasses import dataclass
@dataclass
class Panel:
    ax: object
    name: str
@dataclass(slots=True)
class Tile:
    ax: object
panels = [Panel(plt.figure().add_subplot(), 'p')]
tile = Tile(plt.figure().add_subplot())
"""

IDENTITIES = [
    "axs[0, 1] is fig.axes[1] and axs.dtype == object and all(ax.figure is fig for ax in axs.flat)",
    "line.axes is axs[0, 1] and line in axs[0, 1].lines and line.figure is fig",
    "axs[0, 0].get_shared_x_axes().joined(axs[0, 0], axs[1, 0])",
    "lines == [line, line] and lines[0] is lines[1] is line",
    "pair[0] is fig and pair[1] is axs[0, 0] and type(pair) is tuple",
    "panel['line'] is line and panel['deep'][0]['ax'][0] is axs[1, 1]",
    "cbar.mappable is im and im.colorbar is cbar and cbar.ax in fig.axes",
    "im.norm is norm and im.cmap is cmap and cbar.norm is norm and transform is axs[0, 1].transData",
    "legend is axs[0, 1].get_legend() and bars in axs[1, 1].containers and bars[0] is axs[1, 1].patches[0]",
    "hist[2] in axs[0, 0].containers and hist[0].tolist() == [1, 2]",
    "spine is axs[0, 0].spines['left'] and title is axs[0, 0].title and axis is axs[0, 0].xaxis",
    "rows[1] is axs[0, 1]",
]

OTHER_IDENTITIES = [
    "ax1.figure is fig1 and ax2.figure is fig2 and ax1.get_shared_x_axes().joined(ax1, ax2)",
    "ax1.set_xlim(3, 7) == (3, 7) and ax2.get_xlim() == (3, 7)",
    "ax3.figure is _private",
    "grid.axes[0, 0] is grid.figure.axes[0] and grid.color() == 'teal' and grid.data == {'a': 1}",
    "space.f.axes == [] and space.x == 3",
    "panels[0].ax in panels[0].ax.figure.axes and panels[0].name == 'p'",
]

KERNEL_DATA = "all"
"""What of the data comes back besides: it agrees with what comes back with figures."""


async def test_objects_have_the_same_relations_as_before(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(ARTISTS)
        assert await untrue(kernel, *IDENTITIES) == {}
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, *IDENTITIES) == {}
        await kernel.run("line.set_color('red'); axs[0, 1].plot([3, 1]); fig.savefig('there.png')")
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, *IDENTITIES, "line.get_color() == 'red'", "len(axs[0, 1].lines) == 2") == {}


async def test_figures_are_found_wherever_a_name_leads_to_them(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(SETUP + OTHERS)
        assert await untrue(kernel, *OTHER_IDENTITIES) == {}
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, *OTHER_IDENTITIES) == {}


async def test_a_name_of_a_part_that_is_no_artist_is_bound_to_that_part(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            SETUP + "from matplotlib.tri import Triangulation\nfig, ax = plt.subplots()\n"
            "triangles = Triangulation([0, 1, 0, 1], [0, 0, 1, 1])\nseen = ax.callbacks\n"
            "mesh = ax.tripcolor(triangles, [1, 2, 3, 4], shading='gouraud')"
        )
        expressions = ["mesh._triangulation is triangles", "ax.callbacks is seen"]
        assert await untrue(kernel, *expressions) == {}
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, *expressions) == {}


async def test_queues_slots_and_bound_methods_lead_to_figures_too(start_kernel):
    expressions = [
        "queue[0].axes == [] and len(queue) == 1",
        "tile.ax in tile.ax.figure.axes",
        "plot_more.__self__ is ax3 and plot_more([1, 2])[0] in ax3.lines",
        "draw_red([1, 2])[0].get_color() == 'red' and draw_red.func.__self__ is ax3",
    ]
    async with start_kernel() as kernel:
        await kernel.run(SETUP + OTHERS)
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, *expressions) == {}


async def test_pyplot_is_as_it_was(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            AGG + "for n in (7, 2, 5):\n    plt.figure(n)\nfig, axs = plt.subplots(1, 2, num='named')\n"
            "fig.set_dpi(61); plt.figure(2).add_subplot(); closed = plt.figure(9); plt.close(9)\nplt.figure(5)\n"
            "canvas, manager = fig.canvas, fig.canvas.manager\nplt.sca(axs[0]); plt.figure(2)"
        )
        before = "[plt._pylab_helpers.Gcf.figs[n].num for n in plt._pylab_helpers.Gcf.figs]"
        order = await kernel.value(before)
        assert order[-1] == 2
        assert reasons(await crash(kernel)) == {}
        assert await kernel.value(before) == order
        assert await kernel.value("[plt.get_fignums(), plt.gcf().number, plt.get_figlabels()]") == [
            [2, 5, 7, 8],
            2,
            ["", "", "", "named"],
        ]
        true = ["plt.figure('named') is fig and fig.number == 8", "plt.gca() is axs[0]", "fig.dpi == 61"]
        true += ["canvas is fig.canvas and canvas.figure is fig and manager is canvas.manager"]
        true += ["type(canvas).__name__ == 'FigureCanvasAgg'", "closed.axes == [] and closed.number == 9"]
        assert await untrue(kernel, *true) == {}
        await kernel.run("plt.figure()")
        assert await kernel.value("plt.gcf().number") == 9


async def test_the_current_axes_are_those_that_were_chosen_last(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig, axs = plt.subplots(1, 3)\nfig2 = plt.figure()")
        await kernel.run("plt.sca(axs[1])")
        await crash(kernel)
        assert await untrue(kernel, "plt.gcf() is fig", "plt.gca() is axs[1]") == {}
        await kernel.run("plt.figure(2)")
        await crash(kernel)
        assert await untrue(kernel, "plt.gcf() is fig2") == {}


async def test_figures_that_inline_has_closed_stay_closed(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(SETUP + "fig, ax = plt.subplots(); ax.plot([1, 2]); plt.figure(); other = plt.figure()")
        assert await kernel.value("plt.get_fignums()") == []
        state = await crash(kernel)
        assert [figure["names"] for figure in state["figures"]] == [["fig", "ax"], ["other"]]
        assert not any(figure["open"] for figure in state["figures"])
        assert await kernel.value("plt.get_fignums()") == []
        await kernel.run("fig")
        shown = [each for each in kernel.messages if each["header"]["msg_type"] == "execute_result"]
        assert "image/png" in shown[0]["content"]["data"]
        await kernel.run("ax.plot([2, 1]); fig.canvas.draw()")
        assert not [each for each in kernel.messages if each["header"]["msg_type"] in ("display_data", "stream")]
        await kernel.run("plt.figure(fig); plt.plot([1, 3])")
        assert len([each for each in kernel.messages if each["header"]["msg_type"] == "display_data"]) == 1
        assert await untrue(kernel, "len(ax.lines) == 3", "plt.get_fignums() == []") == {}


async def test_figures_that_stay_open_under_inline_do_not_show_themselves(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run("%matplotlib inline\n%config InlineBackend.close_figures = False\n" + SETUP)
        await kernel.run("fig, ax = plt.subplots(); ax.plot([1, 2])")
        await crash(kernel)
        await kernel.run("1")
        assert not [each for each in kernel.messages if each["header"]["msg_type"] == "display_data"]
        assert await kernel.value(PYPLOTS) == [[1, "", 1]]
        await kernel.run("ax.plot([3, 4])")
        assert await untrue(kernel, "plt.gcf() is fig and plt.gca() is ax") == {}


async def test_a_second_crash_finds_what_was_added_after_the_first(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig, ax = plt.subplots(); still = plt.figure()")
        await crash(kernel)
        await kernel.run("(line,) = ax.plot([1, 2]); plt.figure().add_subplot()")
        await crash(kernel)
        assert await untrue(kernel, "line in ax.lines and ax.figure is fig", "plt.get_fignums() == [1, 2, 3]") == {}
        await kernel.run("plt.close(3); line.remove(); del line")
        state = await crash(kernel)
        assert reasons(state) == {}
        assert [figure["names"] for figure in state["figures"]] == [["fig", "ax"], ["still"]]
        assert (
            await untrue(kernel, "len(ax.lines) == 0", "'line' not in globals()", "plt.get_fignums() == [1, 2]") == {}
        )
