"""What Matplotlib looks up by name, or process-wide, when it draws: it comes back with the figures, or is named."""

from __future__ import annotations

import json
import subprocess
import sys

import matplotlib_tables
from aftermath import AGG, SETUP, crash, reasons, untrue

from jupyter_mpl_guard.agent.internals.tables import TABLES

REGISTERED = """
import locale
from matplotlib import backend_bases, dates, hatch, legend_handler, patches, ticker, units
from matplotlib.markers import MarkerStyle
mpl.colors.get_named_colors_mapping()['mine'] = '#123456'
mpl.colors.get_named_colors_mapping()['b'] = (0.25, 0.5, 0.75)
mpl.color_sequences.register('mine', ['red', (0, 0, 0)])
dates.set_epoch('2020-01-01T00:00:00')
class Dots(hatch.Shapes):
    filled, size = True, 0.4
    def __init__(self, pattern, density):
        self.num_rows = pattern.count('@') * density
        self.shape_vertices, self.shape_codes = mpl.path.Path.unit_circle().vertices, mpl.path.Path.unit_circle().codes
        super().__init__(pattern, density)
hatch._hatch_types.append(Dots)
class Handler(legend_handler.HandlerLine2D):
    pass
mpl.legend.Legend.update_default_handler_map({plt.Line2D: Handler(), mpl.text.Text: Handler()})
class Flag(patches.BoxStyle.Square):
    pass
patches.BoxStyle._style_list['flag'] = Flag
ticker.EngFormatter.ENG_PREFIXES[-6] = 'u'
plt.style.library['mine'] = mpl.RcParams({'lines.linewidth': 7})
unit = 'kg'
def weight(value, position=None):
    return f'{value:g} {unit}'
def home(self, *args):
    self.gone_home = True
backend_bases.NavigationToolbar2.home = home
class Grams:
    def __init__(self, value): self.value = value
def by_call():
    class Local(units.ConversionInterface):
        @staticmethod
        def convert(values, unit, axis): return [each.value for each in values]
    units.registry[Grams] = Local()
by_call()
fig, ax = plt.subplots()
(line,) = ax.plot([1, 2], [Grams(1), Grams(2)], color='mine', label='line')
ax.bar([1], [1], hatch='@', color='b')
ax.yaxis.set_major_formatter(weight)
"""

TRUE = (
    "mpl.colors.to_hex('mine') == '#123456' and mpl.colors.to_rgb('b') == (0.25, 0.5, 0.75)",
    "mpl.color_sequences['mine'] == ['red', (0, 0, 0)]",
    "dates.get_epoch() == '2020-01-01T00:00:00'",
    "type(ax.legend().get_legend_handler_map()[plt.Line2D]).__name__ == 'Handler'",
    "mpl.text.Text in mpl.legend.Legend.get_default_handler_map()",
    "type(ax.text(0, 0, 'text', bbox={'boxstyle': 'flag'}).get_bbox_patch().get_boxstyle()).__name__ == 'Flag'",
    "ticker.EngFormatter()(1e-6) == '1 u'",
    "plt.style.library['mine']['lines.linewidth'] == 7",
    "backend_bases.NavigationToolbar2.home.__name__ == 'home'",
    "len(hatch.get_path('@', 6).vertices) > 0",
    "fig.canvas.draw() is None and list(line.get_ydata(orig=False)) == [1, 2]",
    "ax.yaxis.get_major_formatter()(2) == '2 kg'",
    "exec(\"unit = 'g'\", globals()) is None and ax.yaxis.get_major_formatter()(2) == '2 g'",
    "ax.yaxis.get_major_formatter().func.__globals__ is globals()",
)

IMPORTS = "from matplotlib import backend_bases, dates, hatch, ticker\n"


async def test_what_figures_look_up_by_name_comes_back(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + REGISTERED)
        for _ in range(2):
            state = await crash(kernel)
            await kernel.run(IMPORTS)
            assert (state["status"], reasons(state)) == ("restored", {})
            assert await untrue(kernel, *TRUE) == {}
            await kernel.run("unit = 'kg'; ax.set_title('once more')")
        # A cell that registers it all once more is as right as in a fresh kernel.
        await kernel.run(AGG + REGISTERED)


async def test_what_has_been_put_into_a_table_after_the_figure_was_saved_comes_back_too(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "import matplotlib.hatch\nfig, ax = plt.subplots(); ax.bar([1], [1], color='b')")
        await kernel.run(
            "mpl.colors.get_named_colors_mapping()['b'] = '#010203'\nclass Late(mpl.hatch.HatchPatternBase):\n"
            "    def __init__(self, hatch, density): self.num_vertices = 0\nmpl.hatch._hatch_types.append(Late)"
        )
        await kernel.run("unit = 'kg'; ax.yaxis.set_major_formatter(lambda value, position: f'{value:g} {unit}')")
        await kernel.run("unit = 'g'")
        assert reasons(await crash(kernel)) == {}
        true = ["mpl.colors.to_hex('b') == '#010203'", "mpl.hatch._hatch_types[-1].__name__ == 'Late'"]
        assert await untrue(kernel, *true, "unit == 'g' and ax.yaxis.get_major_formatter()(1) == '1 g'") == {}


async def test_colors_that_cells_have_named_are_there_after_a_restart_before_parameters_need_them(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            AGG + "mpl.colors.get_named_colors_mapping().update(mine='#123456', b=(0, 0, 0.5))\n"
            "plt.rcParams['axes.facecolor'] = 'mine'; mpl.colormaps.register(mpl.colormaps['gray'], name='own')"
        )
        for _ in range(2):
            state = await crash(kernel, "restart")
            assert (state["status"], reasons(state)) == ("restored", {})
            await kernel.run(SETUP)
            true = ["mpl.colors.to_hex('mine') == '#123456' and plt.rcParams['axes.facecolor'] == 'mine'"]
            assert await untrue(kernel, *true, "mpl.colors.to_rgb('b') == (0, 0, 0.5)") == {}
        # What cells have said of it since is what counts.
        await kernel.crash()
        await kernel.begin("restart")
        await kernel.run("import matplotlib.colors; matplotlib.colors.get_named_colors_mapping()['mine'] = '#ff0000'")
        await kernel.restored()
        assert await kernel.value("matplotlib.colors.to_hex('mine')") == "#ff0000"


async def test_a_colormap_that_a_figure_has_brought_back_can_be_registered_by_its_cell(start_kernel):
    register = "mpl.colormaps.register(mpl.colormaps['gray'], name='own')\n"
    async with start_kernel() as kernel:
        await kernel.run(AGG + register + "fig, ax = plt.subplots(); image = ax.imshow(np.eye(2), cmap='own')")
        await crash(kernel)
        await kernel.run(SETUP + "assert 'own' in mpl.colormaps\n" + register)
        assert await untrue(kernel, "'register' not in vars(mpl.colormaps)", "mpl.colormaps['own'].name == 'own'") == {}


async def test_what_ends_with_its_kernel_is_named(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            "%matplotlib inline\n" + SETUP + "shown = get_ipython().display_formatter.formatters['text/html']\n"
            "shown.for_type(plt.Figure, lambda figure: '<b>figure</b>'); plt.figure()"
        )
        state = await crash(kernel, "restart")
        assert "function of this kernel" in reasons(state)["the figure printer for text/html"]


async def test_properties_go_on_where_they_were(start_kernel, oldest_kernel):
    async with start_kernel(oldest_kernel) as kernel:
        await kernel.run(
            AGG + "fig, ax = plt.subplots(); ax.set_prop_cycle(color=['r', 'g', 'b'], lw=[1, 2, 3]); ax.plot([1, 2])\n"
            "ax.fill([1, 2, 3], [1, 2, 1])"
        )
        for color in "gbr":
            state = await crash(kernel)
            assert (state["status"], reasons(state)) == ("restored", {})
            assert await kernel.value("ax.plot([2, 1])[0].get_color()") == color
        assert await untrue(kernel, "ax.fill([1, 2, 3], [1, 2, 1])[0].get_facecolor()[1] == 0.5") == {}


def test_each_table_of_matplotlib_is_carried_over_or_decided_against():
    known = [each.name for each in TABLES]
    command = [sys.executable, matplotlib_tables.__file__, *known]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == []
