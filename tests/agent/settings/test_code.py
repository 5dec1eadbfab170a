"""The lines of "Copy as code" make the same plot state in a fresh kernel, whatever is set."""

from __future__ import annotations

import ast
import itertools
import json
import random

import pytest
from aftermath import outputs
from hypothesis import given
from hypothesis import strategies as st
from samples import some_of
from settings_cases import CASES, TOGETHER

from jupyter_mpl_guard.agent.protocol import EMPTY_SETTINGS
from jupyter_mpl_guard.agent.settings import backends
from jupyter_mpl_guard.agent.settings.code import MAGIC, lines_for, own_colormap
from jupyter_mpl_guard.agent.storage import settings_record

PYPLOT_STATE = {**EMPTY_SETTINGS, "backend": "inline", "aliases": {"plt": "matplotlib.pyplot"}}


def settings_of(kernel):
    state = kernel.saved() or EMPTY_SETTINGS
    return {key: state[key] for key in EMPTY_SETTINGS}


def code_of(kernel):
    """Return the lines for what a kernel has written down."""
    key, kernel_id = kernel.manager.session.key, settings_record.diary.kernel_id_of(kernel.manager.connection_file)
    record = settings_record.read(kernel.diary, kernel_id, key).record
    return lines_for(kernel.saved() or EMPTY_SETTINGS, record.chosen)


async def run_again(start_kernel, name, cells, **environment):
    """Run cells in a kernel and the lines for it in another one, silently; return both states and the lines."""
    async with start_kernel(name, **environment) as kernel:
        for cell in cells:
            await kernel.run(cell)
        wanted, code = settings_of(kernel), code_of(kernel)
    async with start_kernel(name, **environment) as kernel:
        await kernel.run(code or "pass")
        assert outputs(kernel) == [], code
        return settings_of(kernel), wanted, code


@pytest.mark.parametrize("cases", some_of(TOGETHER, 4), ids=", ".join)
async def test_a_fresh_kernel_gets_the_same_settings(start_kernel, cases):
    found, wanted, code = await run_again(start_kernel, "python3", [CASES[case] for case in cases])
    assert found == wanted, code


@pytest.mark.thorough
@pytest.mark.parametrize("cases", TOGETHER, ids=", ".join)
async def test_a_fresh_kernel_with_the_oldest_versions_gets_the_same_settings(start_kernel, oldest_kernel, cases):
    found, wanted, code = await run_again(start_kernel, oldest_kernel, [CASES[case] for case in cases])
    assert found == wanted, code


EVERY_LINE = {
    "interactive": [True, False],
    "backend": ["inline", "agg", "widget"],
    "aliases": [{"plt": "matplotlib.pyplot", "mpl": "matplotlib", "t": "matplotlib.ticker"}, {"mpl": "matplotlib"}, {}],
}
"""Values that make the lines differ; with the choices and the styles below, each kind of line is there."""


async def test_no_line_shows_anything(start_kernel, tmp_path):
    font = str(tmp_path / "my font.ttf")
    parameters = {"figure.dpi": 77, "axes.prop_cycle": "cycler('color', ['r', 'g'])"}
    inline = {"figure_formats": ["svg"], "close_figures": False, "print_figure_kwargs": {"dpi": 30}, "rc": {}}
    async with start_kernel() as kernel:
        await kernel.run(
            f"import matplotlib.font_manager as fm, shutil; shutil.copy(fm.findfont('DejaVu Sans'), {font!r})"
        )
        for values in itertools.product(*EVERY_LINE.values()):
            state = {**dict(zip(EVERY_LINE, values, strict=True)), "rc_params": parameters, "inline": inline}
            code = lines_for(state, ["interactive", f"font file {font}", "lines.linewidth"], {"ggplot": {}})
            for cell in [code, *code.replace("{\n", "{").replace(",\n", ",").splitlines()]:
                await kernel.run(cell)
                assert outputs(kernel) == [], cell


NEITHER_PYPLOT_NOR_MATPLOTLIB = {
    "pdf": "from matplotlib import use, rc; use('pdf'); rc('lines', linewidth=3)",
    "off": "from matplotlib import rc, interactive as switch; switch(True); rc('lines', linewidth=3)",
    "star": "%matplotlib widget\nfrom matplotlib.pyplot import *\nioff(); rc('font', size=20)",
    "function": "from matplotlib import colors as c\nfrom matplotlib.pyplot import style\nstyle.use('ggplot')",
    "figures": "import matplotlib.pyplot as plt\nfig = plt.figure()\nplt.ioff()",
    "off before": "import matplotlib.pyplot as plt\nplt.ioff()",
    "another": "import matplotlib.pyplot as wolf, matplotlib as plt, matplotlib.colors as _lambda; wolf.ion()",
    "no formats": "%matplotlib inline\n%config InlineBackend.figure_formats = []",
    "arguments of pictures": "%matplotlib inline\n%config InlineBackend.print_figure_kwargs = {'dpi': 30, 'metadata': "
    "{'Title': 'a \"b\" \\\\ \\'c\\'?'}, 'bbox_inches': None, 'transparent': True}",
    "nothing": "x = 1",
}


@pytest.mark.thorough
@pytest.mark.parametrize("case", NEITHER_PYPLOT_NOR_MATPLOTLIB)
async def test_settings_without_the_usual_names_are_made_by_the_lines(start_kernel, case):
    found, wanted, code = await run_again(start_kernel, "python3", [NEITHER_PYPLOT_NOR_MATPLOTLIB[case]])
    assert found == wanted, code


async def test_what_a_file_overrides_is_written_out(start_kernel, tmp_path):
    (tmp_path / "matplotlibrc").write_text("figure.dpi: 222\nfont.size: 20")
    profile = tmp_path / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_kernel_config.py").write_text("c.InlineBackend.figure_formats = {'svg'}")
    cell = "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.rcParams['figure.dpi'] = 100\n"
    cell += "%config InlineBackend.figure_formats = ['png']"
    found, wanted, code = await run_again(start_kernel, "python3", [cell])
    assert wanted["rc_params"] == {"font.size": 20.0}
    assert wanted["inline"]["figure_formats"] == ["png"]
    assert found == wanted, code


def test_a_colormap_that_is_not_matplotlibs_own_is_to_be_registered_first():
    state = {**PYPLOT_STATE, "rc_params": {"image.cmap": "mine"}}
    assert [own_colormap(each) for each in (state["rc_params"], {"image.cmap": "magma"}, {})] == ["mine", "", ""]
    lines = lines_for(state, colormap="mine").splitlines()
    remark = "# The colormap 'mine' is none of Matplotlib's own: register it before it is used."
    assert lines.index(remark) < lines.index('    "image.cmap": "mine",')


async def test_fonts_that_cells_have_added_are_added(start_kernel, tmp_path):
    cell = (
        "import matplotlib.pyplot as plt, matplotlib.font_manager as fm, shutil\n"
        f"path = shutil.copy(fm.findfont('DejaVu Sans'), {str(tmp_path / 'my font.ttf')!r})\n"
        "fm.fontManager.addfont(path)"
    )
    async with start_kernel() as kernel:
        await kernel.run(cell)
        code = code_of(kernel)
    async with start_kernel() as kernel:
        await kernel.run(code)
        expression = "[e.fname for e in fontManager.ttflist if 'my font' in e.fname]"
        assert await kernel.value(expression) == [str(tmp_path / "my font.ttf")]


VALUES = [
    *(True, False, None, 0, 1, 2, 7, 0.25, 1.5, 12.0, 300, "auto", "none", "tight", "red", "C3", "#12345678", "0.5"),
    *("serif", "monospace", "bold", "italic", "large", "x-small", "log", "linear", "both", "in", "inout", "center"),
    *("left", "right", "top", "bottom", "upper left", "--", "-.", ":", "o", "butt", "round", "miter", "bevel", "svg"),
    *(
        "pdf",
        "magma",
        "nearest",
        "path",
        "a b",
        "it's",
        'say "it"',
        "back\\slash",
        "ünïcode \N{GRINNING FACE}",
        "$x^2$",
    ),
    *("line\nbreak", "?", "%d", "{0}", "stix", "baseline", "full", "minor", "major", "fd", "sturges", "%H:%M"),
    *([], [1, 2], [0.1, 0.9], [3.0, 4.5], ["a", "b"], ["red", "blue"], (0.2, 0.7), (0.1, 0.2, 0.3), (1, 100, 2)),
    *((0, (5, 2)), (0.1, 0.2, 0.3, 0.4), "cycler('color', ['r', 'g']) + cycler('lw', [1, 2.5])", "Europe/Paris"),
    *("cycler('linestyle', ['-', '--']) * cycler('color', ['C0', (0.1, 0.2, 0.3)])", "tk", float("inf"), "best"),
    *("round_numbers", "mpl2005", "lower", "rm", 42, "pdflatex", "landscape", "xkcd:sky blue"),
    *("latex+dvipng", "azel", "window", "a4", "lualatex", "xelatex", "sphere", "tab"),
]
"""Values of all kinds, of which each parameter takes some."""

SET_ALL = """
import matplotlib.pyplot as plt, random, warnings
def _set(values, seed):
    chance = random.Random(seed)
    unset = []
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        for key in sorted(dict.keys(plt.rcParams)):
            if key in ('backend', 'backend_fallback', 'interactive'):
                continue
            fitting = []
            for value in values:
                try:
                    made = plt.matplotlib.RcParams({key: value})
                except Exception:
                    continue
                fitting.append(value)
            if fitting:
                plt.rcParams[key] = chance.choice(fitting)
            else:
                unset.append(key)
    return unset
"""


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in (1, 2))])
async def test_every_parameter_comes_out_as_it_was_with_any_value(start_kernel, seed):
    await each_parameter_comes_out(start_kernel, "python3", seed)


@pytest.mark.thorough
async def test_every_parameter_of_the_oldest_version_comes_out_as_it_was(start_kernel, oldest_kernel):
    await each_parameter_comes_out(start_kernel, oldest_kernel, 0)


async def each_parameter_comes_out(start_kernel, kernel_name, seed):
    async with start_kernel(kernel_name) as kernel:
        await kernel.run(SET_ALL)
        values = repr(VALUES).replace("inf", "float('inf')")
        assert json.loads(await kernel.run(f"import json\nprint(json.dumps(_set({values}, {seed})))")) == []
        wanted, code = settings_of(kernel), code_of(kernel)
    assert len(wanted["rc_params"]) >= 240
    async with start_kernel(kernel_name) as kernel:
        await kernel.run("import warnings\nwarnings.simplefilter('ignore')\n" + code)
        found = settings_of(kernel)
    differing = {key for key, value in wanted["rc_params"].items() if found["rc_params"].get(key) != value}
    assert differing == set()
    assert {**found, "aliases": {}} == {**wanted, "aliases": {}}


def test_every_format_and_option_of_pictures_is_written_as_data():
    chance = random.Random(3)
    for _ in range(200):
        inline = {
            "figure_formats": sorted(chance.sample(["png", "retina", "jpeg", "svg", "pdf"], chance.randrange(1, 5))),
            "close_figures": chance.random() < 0.5,
            "print_figure_kwargs": {"dpi": chance.randrange(300), "bbox_inches": chance.choice([None, "tight"])},
            "rc": {"figure.figsize": [chance.random(), 2]},
        }
        code = lines_for({**PYPLOT_STATE, "interactive": True, "inline": inline})
        cfg = type("Cfg", (), {"InlineBackend": type("InlineBackend", (), {})})
        for line in code.splitlines():
            if line.startswith("%config"):
                exec("cfg." + line.removeprefix("%config "), {"cfg": cfg})
        assert {key: getattr(cfg.InlineBackend, key) for key in inline if hasattr(cfg.InlineBackend, key)}.items() <= (
            inline.items()
        )


TEXT = st.text(max_size=30)


@given(
    backend=TEXT.filter(bool),
    interactive=st.booleans(),
    aliases=st.dictionaries(TEXT, TEXT, max_size=4),
    parameters=st.dictionaries(TEXT | st.just("axes.prop_cycle"), TEXT | st.integers() | st.lists(TEXT), max_size=4),
    chosen=st.lists(TEXT, max_size=4),
    rc=st.dictionaries(TEXT, TEXT, max_size=4),
)
def test_nothing_in_a_state_becomes_code(backend, interactive, aliases, parameters, chosen, rc):
    state = {"backend": backend, "interactive": interactive, "aliases": aliases, "rc_params": parameters}
    state["inline"] = {"rc": rc, "figure_formats": [backend]}
    code = lines_for(state, chosen)
    python = "\n".join(
        line if not line.startswith("%") else f"magic({line.partition('=')[2].strip() or repr(line)})"
        for line in code.split("\n")
    )
    tree = ast.parse(python)
    kinds = {type(node).__name__ for node in ast.walk(tree)}
    assert kinds <= {
        *("Module", "Expr", "Call", "Attribute", "Name", "Load", "Constant", "Dict", "List", "Import", "ImportFrom"),
        *("alias", "Subscript", "UnaryOp", "USub"),
    }
    called = {
        node.func.attr if hasattr(node.func, "attr") else node.func.id
        for node in ast.walk(tree)
        if type(node).__name__ == "Call"
    }
    assert called <= {"magic", "use", "switch_backend", "update", "ion", "ioff", "interactive", "addfont"}


def test_styles_are_named_in_place_of_what_they_set():
    styles = {"bmh": {"axes.grid": True, "lines.linewidth": 2.0, "font.size": 11.0}, "mine": {"font.size": 13.0}}
    state = {**PYPLOT_STATE, "rc_params": {"axes.grid": True, "figure.dpi": 150, "font.size": 13.0}}
    assert lines_for(state, styles=styles) == (
        "import matplotlib.pyplot as plt\n"
        'plt.style.use(["bmh", "mine"])\n'
        "plt.rcParams.update({\n"
        '    "figure.dpi": 150,\n'
        '    "lines.linewidth": plt.rcParamsDefault["lines.linewidth"],\n'
        "})\n"
    )


def test_nothing_is_written_for_a_kernel_without_matplotlib():
    assert lines_for(EMPTY_SETTINGS) == ""


def test_the_magic_chooses_what_ipython_has_to_enable():
    assert MAGIC == backends.IPYTHON
