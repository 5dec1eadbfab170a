"""What is in figures after a crash: kinds of axes, what cells have defined and registered, and how they react."""

from __future__ import annotations

from pathlib import Path

from aftermath import AGG, SETUP, crash, reasons, untrue
from matplotlib import get_data_path

KINDS = """
fig, ax = plt.subplots(dpi=70, figsize=(4, 3), layout='constrained')
fig.set_dpi(61); fig.set_size_inches(5, 2)
twin, inset = ax.twinx(), ax.inset_axes([.5, .5, .3, .3])
second = ax.secondary_xaxis('top', functions=(lambda x: 2 * x, lambda x: x / 2))
split = plt.figure()
left, right = split.subfigures(1, 2)
inner = right.subfigures(2, 1)[1]
deep = inner.subplots()
space = plt.figure().add_subplot(projection='3d')
space.view_init(20, -35, 10); space.plot([1, 2], [1, 2], [1, 2])
polar = plt.subplot(111, projection='polar')
plt.figure(); geo = plt.subplot(111, projection='mollweide')
"""

KINDS_ARE = [
    "fig.dpi == 61 and tuple(fig.get_size_inches()) == (5, 2) and fig.bbox.width == 305",
    "type(fig.get_layout_engine()).__name__ == 'ConstrainedLayoutEngine'",
    "twin.get_shared_x_axes().joined(ax, twin) and twin in fig.axes and inset in ax.child_axes",
    "second in ax.child_axes and second.figure is fig and second._functions[0](4) == 8",
    "left is split.subfigs[0] and right.figure is split and deep.figure is inner and inner in right.subfigs",
    "(space.elev, space.azim, space.roll, space.name) == (20, -35, 10, '3d')",
    "polar.name == 'polar' and geo.name == 'mollweide' and polar.figure is space.figure",
]

CELLS = """
from matplotlib.lines import Line2D
from matplotlib.colors import Normalize, ListedColormap
from matplotlib.figure import Figure
from matplotlib.scale import LinearScale, register_scale
from matplotlib.projections import register_projection
from matplotlib import units, font_manager as fonts
from collections import OrderedDict
SCALE = 7
class Own(Line2D):
    def twice(self):
        return 2 * SCALE
class Half(Normalize):
    def __call__(self, value, clip=None):
        return super().__call__(value, clip) / 2
class Marked(Figure):
    mark = 'draft'
class Mine(LinearScale):
    name = 'mine'
class Radar(plt.Axes):
    name = 'radar'
class Metres:
    def __init__(self, n): self.n = n
class Converter(units.ConversionInterface):
    @staticmethod
    def convert(value, unit, axis):
        return [v.n for v in value] if np.iterable(value) else value.n if isinstance(value, Metres) else value
    @staticmethod
    def axisinfo(unit, axis): return units.AxisInfo(label='metres')
    @staticmethod
    def default_units(value, axis): return 'm'
class Frames(OrderedDict):  # as the axes of WCSAxes have them: it is not made without arguments
    def __init__(self, owner):
        super().__init__()
        self.owner = owner
def shout(self): return self.get_text().upper()
def ticks(value, position): return f'{value * SCALE:g}!'
mpl.colormaps.register(ListedColormap(['r', 'g'], name='dusk'))
register_scale(Mine); register_projection(Radar)
units.registry[Metres] = Converter()
fonts.fontManager.addfont('Fancy.ttf')
fig = plt.figure(FigureClass=Marked)
ax, radar, metres = fig.add_subplot(131), fig.add_subplot(132, projection='radar'), fig.add_subplot(133)
own = ax.add_line(Own([1, 2], [1, 2]))
im = ax.imshow([[1, 2]], norm=Half(0, 2), cmap='dusk')
ax.yaxis.set_major_formatter(lambda value, position: ticks(value, position))
radar.set_yscale('mine'); metres.plot([1, 2], [Metres(3), Metres(4)])
ax.set_title('a title', fontfamily='Fancy'); ax.set_xlabel('later', fontname='Fancy')
ax.frames = Frames(ax); ax.frames['spine'] = own
ax.title.loud = shout.__get__(ax.title)  # as UltraPlot does
"""

CELLS_ARE = [
    "ax.frames.owner is ax and list(ax.frames.items()) == [('spine', own)] and type(ax.frames).__name__ == 'Frames'",
    "ax.title.loud() == 'A TITLE' and ax.title.loud.__self__ is ax.title",
    "own.twice() == 14 and own in ax.lines and ax.yaxis.get_major_formatter()(2, 0) == '14!'",
    "im.norm(2) == .5 and im.get_cmap().name == 'dusk'",
    "type(fig).__name__ == 'Marked' and fig.mark == 'draft' and type(radar).__name__ == 'Radar'",
    "list(metres.lines[0].get_ydata(orig=False)) == [3, 4] and metres.yaxis.label.get_text() == 'metres'",
    "plt.figure().add_subplot(projection='radar').name == 'radar'",
    "ax.imshow([[3]], cmap='dusk').get_cmap()(0) == (1, 0, 0, 1)",
    "metres.set_yscale('mine') is None and type(metres.yaxis._scale).__name__ == 'Mine'",
    "metres.plot([1, 2], [type(metres.lines[0].get_ydata()[0])(5)] * 2)[0].get_ydata(orig=False)[0] == 5",
    "mpl.font_manager.findfont('Fancy', fallback_to_default=False).endswith('Fancy.ttf')",
    "fig.canvas.draw() is None",
]


def make_font(path):
    """Write a font whose family no machine has."""
    from fontTools.ttLib import TTFont

    font = TTFont(Path(get_data_path(), "fonts", "ttf", "DejaVuSerif.ttf"))
    for record in font["name"].names:
        record.string = "Fancy"
    font.save(path)


async def test_axes_of_all_kinds_come_back(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + KINDS)
        assert await untrue(kernel, *KINDS_ARE) == {}
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, *KINDS_ARE) == {}


async def test_what_cells_have_defined_and_registered_can_be_used_again(start_kernel):
    make_font("Fancy.ttf")
    async with start_kernel() as kernel:
        await kernel.run(AGG + CELLS)
        assert await untrue(kernel, *CELLS_ARE[:4]) == {}
        await kernel.run("plt.figure(2).clear(); plt.close(2)")
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, *CELLS_ARE) == {}


async def test_a_registered_colormap_is_not_changed_by_a_figure_that_uses_a_copy(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            SETUP + "from matplotlib.colors import ListedColormap\n"
            "mpl.colormaps.register(ListedColormap(['r', 'g'], name='dusk'))\n"
            "cmap = mpl.colormaps['dusk']; cmap.set_bad('blue'); im = plt.imshow([[1, 2]], cmap=cmap)"
        )
        await crash(kernel)
        true = [
            "im.cmap.get_bad().tolist() == [0, 0, 1, 1]",
            "mpl.colormaps['dusk'].get_bad().tolist() == [0, 0, 0, 0]",
        ]
        assert await untrue(kernel, *true) == {}


async def test_a_figure_reacts_as_before(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            AGG + "fig, axs = plt.subplots(1, 2, sharex=True); ax = axs[0]; (line,) = ax.plot([1, 2])\n"
            "im = axs[1].imshow([[1, 2]]); cbar = fig.colorbar(im); text = ax.text(0, 0, 't')\n"
            "other = plt.figure().add_subplot(); ax.callbacks.connect('ylim_changed', lambda *a: None)\n"
            "twin = ax.twinx(); patch = ax.add_patch(plt.Rectangle((0, 0), 1, 1))"
        )
        await crash(kernel)
        changes = ["line.set_color('r')", "text.set_text('u')", "patch.set_width(2)", "ax.title.set_text('v')"]
        changes += ["ax.spines['left'].set_color('g')", "im.set_data([[3, 4]])", "twin.set_ylim(0, 2)"]
        changes += ["cbar.set_label('w')", "ax.xaxis.label.set_color('b')", "fig.suptitle('s')"]
        true = [f"(fig.canvas.draw(), fig.stale, {change}, fig.stale)[1::2] == (False, True)" for change in changes]
        true += ["(im.set_clim(0, 9), cbar.vmin, cbar.vmax) == (None, 0, 9)"]
        true += [
            "(ax.set_xlim(2, 3), axs[1].get_xlim() == (2, 3))[1]",
            "(ax.set_xlim(4, 5), twin.get_xlim())[1] == (4, 5)",
        ]
        assert await untrue(kernel, *true) == {}


async def test_home_and_back_work_on_a_figure_that_was_zoomed(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            "%matplotlib widget\n" + SETUP + "fig, ax = plt.subplots(); ax.plot([1, 2]); ax.set_xlim(0, 1)\n"
            "toolbar = fig.canvas.toolbar; toolbar.push_current()\n"
            "ax.set_xlim(.2, .8); toolbar.push_current()\nax.set_xlim(.4, .6); toolbar.push_current()"
        )
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, "toolbar is fig.canvas.toolbar", "type(fig.canvas).__name__ == 'Canvas'") == {}
        for step, limits in [("back", [0.2, 0.8]), ("home", [0, 1]), ("back", [0.2, 0.8])]:
            await kernel.run(f"fig.canvas.toolbar.{step}()")
            assert await kernel.value("ax.get_xlim()") == limits
        assert reasons(await crash(kernel)) == {}
        await kernel.run("fig.canvas.toolbar.forward()")
        assert await kernel.value("ax.get_xlim()") == [0, 1]
