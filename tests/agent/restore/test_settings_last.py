"""Settings have the last word: what figures import when they come back does not undo what the user has chosen."""

from __future__ import annotations

from pathlib import Path

from aftermath import SETUP, crash, reasons, untrue

HERE = "import sys; sys.path.insert(0, '')\n"

RESTYLER = """
import matplotlib as mpl, matplotlib.pyplot as plt
from matplotlib_inline.backend_inline import set_matplotlib_formats
mpl.rcParams.update({'lines.linewidth': 9, 'figure.facecolor': 'yellow', 'image.cmap': 'magma'})
set_matplotlib_formats('svg')
plt.ioff()
mpl.use('agg')
def text(value, position=None): return f'<{value:g}>'
"""

CHOICES = (
    "from matplotlib_inline.backend_inline import set_matplotlib_formats\n"
    "set_matplotlib_formats('png'); plt.ion()\n"
    "plt.rcParams['lines.linewidth'] = 1.25; plt.rcParams['figure.facecolor'] = 'white'\n"
)

CHOSEN = (
    "plt.rcParams['lines.linewidth'] == 1.25",
    "plt.rcParams['figure.facecolor'] == 'white'",
    "plt.isinteractive()",
    "'image/svg+xml' not in get_ipython().display_formatter.format(fig)[0]",
    "ax.yaxis.get_major_formatter()(2) == '<2>'",
)

COLORMAP = (
    "mpl.colormaps.register(mpl.colors.ListedColormap(['red', 'blue'], name='mine'))\n"
    "plt.rcParams['image.cmap'] = 'mine'\nfig, ax = plt.subplots(); image = ax.imshow(np.eye(4))"
)


async def test_a_module_that_a_figure_imports_undoes_no_setting(start_kernel):
    Path("restyler.py").write_text(RESTYLER)
    async with start_kernel() as kernel:
        for backend in ("inline", "widget"):
            await kernel.run(HERE + SETUP + f"import restyler\n%matplotlib {backend}\n" + CHOICES)
            await kernel.run("fig, ax = plt.subplots(); ax.yaxis.set_major_formatter(restyler.text)")
            name = await kernel.value("plt.get_backend()")
            state = await crash(kernel)
            assert reasons(state) == {}
            assert await kernel.value("plt.get_backend()") == name
            assert await untrue(kernel, *CHOSEN) == {}


async def test_a_default_colormap_that_a_figure_registers_is_accepted(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(SETUP + "plt.switch_backend('agg')\n" + COLORMAP)
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, "plt.rcParams['image.cmap'] == 'mine'") == {}


async def test_it_is_accepted_too_when_the_figure_comes_back_later(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(SETUP + "plt.switch_backend('agg')\n" + COLORMAP)
        state = await crash(kernel, "restart")
        assert "rcParams['image.cmap']" in reasons(state)
        state = await kernel.ask("reinit", figures="all")
        assert reasons(state) == {}
        assert await untrue(kernel, "plt.rcParams['image.cmap'] == 'mine'") == {}
