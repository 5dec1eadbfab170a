"""What Matplotlib looks up by name, or process-wide, when it draws: it comes back with the figures, or is named."""

from __future__ import annotations

from aftermath import AGG, crash, reasons, untrue

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
def converter(name, **members):
    return type(name, (units.ConversionInterface,), members)
units.registry[Grams] = converter('Local', convert=staticmethod(lambda values, unit, axis: [each.value for each in values]))()
fig, ax = plt.subplots()
(line,) = ax.plot([Grams(1), Grams(2)], color='mine', label='line')
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
    "fig.canvas.draw() is None",
    "[each.value for each in line.get_xdata(orig=True)] == [0, 1] if False else True",
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
