"""Ways in which users set Matplotlib up, and a cell that tells what is in force."""

from __future__ import annotations

import json
from typing import Any

from jupyter_mpl_guard.agent.settings.backends import short_name

PYPLOT = "import matplotlib.pyplot as plt\n"

CASES = {
    "plain import": PYPLOT,
    "inline": "%matplotlib inline",
    "widget": "%matplotlib widget\n" + PYPLOT,
    "ipympl": "%matplotlib ipympl\n" + PYPLOT,
    "notebook": "%matplotlib notebook\n" + PYPLOT,
    "agg": "import matplotlib\nmatplotlib.use('agg')\n" + PYPLOT,
    "agg by magic": "%matplotlib agg\n" + PYPLOT,
    "pdf by pyplot": PYPLOT + "plt.switch_backend('pdf')",
    "one rcParam": PYPLOT + "plt.rcParams['figure.dpi'] = 137",
    "rc()": PYPLOT + "plt.rc('lines', linewidth=3.5, linestyle=(0, (5, 2)))",
    "style": PYPLOT + "plt.style.use(['ggplot', 'dark_background'])",
    "styles over a backend": "%matplotlib widget\n" + PYPLOT + "plt.style.use('bmh')",
    "rc_file": "from pathlib import Path\nPath('my.rc').write_text('axes.grid: True\\nfont.size: 13')\n"
    "import matplotlib as mpl\nmpl.rc_file('my.rc')\n" + PYPLOT,
    "matplotlibrc": "from pathlib import Path\n"
    "Path('matplotlibrc').write_text('savefig.dpi: 222\\nimage.cmap: magma')\n" + PYPLOT,
    "defaults over a matplotlibrc": "from pathlib import Path\nPath('matplotlibrc').write_text('figure.dpi: 222')\n"
    + PYPLOT
    + "plt.rcParams['figure.dpi'] = 100",
    "cycler": PYPLOT
    + "from cycler import cycler\n"
    + "plt.rcParams['axes.prop_cycle'] = cycler(color=['r', (0.1, 0.2, 0.3)]) + cycler(lw=[1, 2.5])",
    "cycler of NumPy colours": PYPLOT
    + "from cycler import cycler\n"
    + "plt.rcParams['axes.prop_cycle'] = cycler(color=list(plt.get_cmap('viridis')([0.1, 0.5, 0.9])))",
    "pairs and lists": PYPLOT + "plt.rcParams.update({'axes.formatter.limits': (-2, 3), 'figure.figsize': [3, 4.5],"
    " 'keymap.home': ['h'], 'path.sketch': (1, 100, 2), 'boxplot.whiskers': [5, 95], 'hist.bins': 'fd'})",
    "list changed in place": PYPLOT + "plt.rcParams['font.family'][:] = ['serif', 'sans-serif']",
    "NumPy numbers": PYPLOT
    + "import numpy as np\nplt.rcParams['font.size'] = np.float64(11.5)\nplt.rcParams['axes.linewidth'] = np.int64(3)",
    "not in styles": PYPLOT + "plt.rcParams['figure.max_open_warning'] = 0\nplt.rcParams['timezone'] = 'Europe/Paris'",
    "formats by %config": "%matplotlib inline\n%config InlineBackend.figure_formats = ['svg', 'pdf']",
    "retina": "%matplotlib inline\n%config InlineBackend.figure_format = 'retina'",
    "formats by function": "%matplotlib inline\nfrom matplotlib_inline.backend_inline import set_matplotlib_formats\n"
    "set_matplotlib_formats('svg', 'jpeg', bbox_inches=None, dpi=77)",
    "print_figure_kwargs": "%matplotlib inline\n%config InlineBackend.print_figure_kwargs = {'bbox_inches': None}",
    "close_figures": "%matplotlib inline\n%config InlineBackend.close_figures = False",
    "InlineBackend.rc": "%matplotlib inline\n%config InlineBackend.rc = {'figure.figsize': (2, 2)}\n"
    "%matplotlib agg\n%matplotlib inline",
    "not interactive": PYPLOT + "plt.ioff()",
    "not interactive widget": "%matplotlib widget\n" + PYPLOT + "plt.ioff()",
    "cap and join styles": PYPLOT + "plt.style.use('fivethirtyeight')\nplt.rcParams['lines.dash_joinstyle'] = 'bevel'",
    "tuples": PYPLOT + "plt.rcParams['axes.facecolor'] = (0.9, 0.9, 1)",
    "format before the first figure": "%config InlineBackend.figure_format = 'svg'\n" + PYPLOT,
    "submodules": "import matplotlib.animation, mpl_toolkits.axes_grid1, matplotlib.sankey as _private",
    "aliases": "import matplotlib as mpl, matplotlib.pyplot as p, matplotlib.colors\n"
    "from matplotlib import pyplot, ticker as t\n"
    "import mpl_toolkits.mplot3d as m3",
}
"""The cells that a user runs, by name."""

TOGETHER = (
    ("plain import", "one rcParam", "not interactive", "aliases", "submodules"),
    ("inline", "formats by %config", "print_figure_kwargs", "close_figures", "rc()", "pairs and lists"),
    ("widget", "style", "list changed in place", "not in styles"),
    ("ipympl", "tuples", "NumPy numbers", "cycler"),
    ("notebook", "cycler of NumPy colours"),
    ("agg", "cap and join styles"),
    ("agg by magic", "rc_file"),
    ("matplotlibrc", "pdf by pyplot"),
    ("styles over a backend", "not interactive widget"),
    ("defaults over a matplotlibrc",),
    ("retina",),
    ("formats by function",),
    ("format before the first figure",),
    ("InlineBackend.rc",),
)
"""The names of all cases, in groups that do not touch each other's settings."""

PROBE = """
def _probe():
    import json, sys, matplotlib
    from types import ModuleType
    from matplotlib.figure import Figure
    shell = get_ipython()
    printers = {}
    for mime, formatter in shell.display_formatter.formatters.items():
        try:
            printer = formatter.lookup_by_type(Figure)
        except KeyError:
            continue
        keywords = repr(sorted(getattr(printer, 'keywords', {}).items()))
        printers[mime] = [getattr(printer, 'func', printer).__name__, keywords]
    inline = sys.modules.get('matplotlib_inline.config')
    inline = inline.InlineBackend.instance() if inline and inline.InlineBackend.initialized() else None
    rc = {}
    for key, value in dict.items(matplotlib.rcParams):
        if key == 'axes.prop_cycle':
            plain = lambda c: c if isinstance(c, (str, int, float)) else list(map(float, c))
            value = {k: [plain(c) for c in v] for k, v in value.by_key().items()}
        if key in ('axes.facecolor', 'lines.linestyle'):
            value = repr(value)
        rc[key] = json.loads(json.dumps(value, default=str))
    del rc['backend'], rc['backend_fallback']
    print(json.dumps({
        'backend': dict.get(matplotlib.rcParams, 'backend'),
        'interactive': matplotlib.is_interactive(),
        'rc': rc,
        'printers': {mime: printers[mime] for mime in printers if mime.startswith(('image', 'application/pdf'))},
        'close_figures': inline.close_figures if inline else True,
        'inline_rc': json.loads(json.dumps(inline.rc)) if inline else {},
        'aliases': {name: value.__name__ for name, value in shell.user_ns.items()
                    if type(value) is ModuleType and value.__name__.startswith(('matplotlib', 'mpl_toolkits'))},
        'animation': hasattr(matplotlib, 'animation'),
        'flush_hooks': [f.__module__ for f in shell.events.callbacks['post_execute'] if f.__name__ == 'flush_figures'],
    }))
_probe()
"""
"""A cell that prints all that is in force, as JSON."""


def parsed(text: str) -> dict[str, Any]:
    """Parse what the probe printed, backends by their short names."""
    found = json.loads(text)
    found["backend"] = short_name(found["backend"])
    return found


def differences(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return what two answers of the probe do not agree on."""
    one, other = one | one["rc"], other | other["rc"]
    return {
        key: (one.get(key), other.get(key)) for key in one | other if key != "rc" and one.get(key) != other.get(key)
    }
