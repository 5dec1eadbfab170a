"""Each check sees the real condition in a real kernel, is silent when all is well, and its remedy removes it."""

from __future__ import annotations

import pytest
from diagnoses import ask, checks, follow, problems
from fork_server import BARE
from samples import some_of

PLOT = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots(); ax.plot([1, 2])\n"

WELL = {
    "nothing imported": "x = 1",
    "plain import": PLOT,
    "inline": "%matplotlib inline\n" + PLOT,
    "widget": "%matplotlib widget\n" + PLOT,
    "style": PLOT + "plt.style.use('ggplot')\nplt.rcParams['font.family'] = ['DejaVu Serif']",
    "agg that is not used": "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt",
    "parameters behind the magic": "%config InlineBackend.rc = {'figure.figsize': (2, 2)}\n%matplotlib inline\n"
    + PLOT
    + "plt.rcParams['figure.figsize'] = (8, 4)",
    "twenty figures": PLOT + "%matplotlib widget\nfor n in range(19): plt.figure()",
    "axes in an array": PLOT + "fig, ax = plt.subplots(2, 2)",
    "an axis that is a number": "import numpy as np, matplotlib.pyplot as plt\nax = 0",
    "a list of fonts, of which one is there": PLOT + "plt.rcParams['font.sans-serif'] = ['Nowhere', 'DejaVu Sans']",
    "another import": "%matplotlib inline\nimport matplotlib.pyplot as plt, wave",
    "mentioned in a comment": "%matplotlib inline\n# %matplotlib widget\n#plt.switch_backend('tkagg')\n" + PLOT,
    "styles are no backends": PLOT + "plt.style.use('bmh')",
}
"""Cells after which there is nothing to say."""


@pytest.mark.parametrize("case", some_of(WELL, 4))
async def test_all_checks_are_silent_when_all_is_well(start_kernel, case):
    async with start_kernel() as kernel:
        await kernel.run(WELL[case])
        assert {name: each for name, each in (await checks(kernel)).items() if each["status"] == "problem"} == {}


BROKEN = {
    ("backend", "a module that is not there"): (
        "import matplotlib\nmatplotlib.use('module://nowhere.at_all')",
        "nowhere",
    ),
    ("display", "asked for and refused"): (
        "import matplotlib.pyplot as plt\ntry: plt.switch_backend('TkAgg')\nexcept ImportError: pass",
        "tk",
    ),
    ("display", "chosen before pyplot"): ("import matplotlib\nmatplotlib.use('TkAgg')", "tk"),
    ("display", "another toolkit"): ("import matplotlib\nmatplotlib.use('wxcairo')", "wx"),
    ("parameters", "in a later cell"): (
        "%config InlineBackend.rc = {'figure.figsize': (2, 2)}\nimport matplotlib.pyplot as plt",
        "plt.rcParams['figure.figsize'] = (8, 4)",
        "%matplotlib inline",
        "figure.figsize",
    ),
    ("parameters", "in the same cell"): (
        "%config InlineBackend.rc = {'figure.figsize': (2, 2)}\nimport matplotlib.pyplot as plt\n"
        "plt.rcParams['figure.figsize'] = (8, 4)\n%matplotlib inline",
        "figure.figsize",
    ),
    ("fonts", "a family"): (PLOT + "plt.rcParams['font.family'] = 'Nowhere Sans'", "Nowhere Sans"),
    ("fonts", "a list"): (PLOT + "plt.rcParams['font.sans-serif'] = ['Nowhere', 'Neither']", "Nowhere, Neither"),
    ("open-figures", "widget"): ("%matplotlib widget\n" + PLOT + "for n in range(20): plt.figure()", "21 figures"),
    ("open-figures", "agg"): (
        "import matplotlib; matplotlib.use('module://matplotlib.backends.backend_agg')\n"
        + PLOT
        + "for n in range(25): plt.figure()",
        "26 figures",
    ),
    ("names", "a number for pyplot"): (PLOT, "plt = 5", "type int"),
    ("names", "a module for pyplot"): (PLOT, "import math as plt", "module math"),
    ("names", "nothing for matplotlib"): ("import matplotlib", "matplotlib = None", "NoneType"),
    ("names", "a number for axes"): (PLOT, "ax = 0", "type int"),
    ("names", "a function for a figure"): (PLOT, "def fig(): pass", "type function"),
}
"""Check, and the way to the condition, to the cells that make it and what the sentence names."""


@pytest.mark.parametrize("case", BROKEN, ids=": ".join)
async def test_a_check_sees_the_condition_and_its_remedy_removes_it(start_kernel, case):
    *cells, named = BROKEN[case]
    async with start_kernel() as kernel:
        assert await problems(kernel) == {}
        for cell in cells:
            await kernel.run(cell)
        found = await checks(kernel)
        assert found[case[0]]["status"] == "problem"
        assert named in found[case[0]]["sentence"]
        if case[0] == "parameters":
            await kernel.run("plt.rcParams['figure.figsize'] = (8, 4)")
        else:
            await follow(kernel, found[case[0]]["remedy"])
        assert (await checks(kernel))[case[0]]["status"] == "ok"


async def test_a_backend_that_shows_nothing_is_named_once_cells_plot(start_kernel):
    async with start_kernel(MPLBACKEND="agg") as kernel:
        await kernel.run("import matplotlib.pyplot as plt")
        assert "shows-nothing" not in await problems(kernel)
        await kernel.run(PLOT)
        remedy = (await problems(kernel))["shows-nothing"]
        await follow(kernel, remedy)
        await kernel.run("fig, ax = plt.subplots()")
        assert kernel.shown() == {"image/png"}
        assert await problems(kernel) == {}


async def test_a_variable_that_overrides_the_backend_asked_for_is_named(start_kernel):
    async with start_kernel(MPLBACKEND="agg") as kernel:
        await kernel.run("import matplotlib\nmatplotlib.use('TkAgg', force=False)\nimport matplotlib.pyplot")
        await kernel.run(
            "matplotlib.use('TkAgg', force=False)\nmatplotlib.use('agg')\nmatplotlib.use('TkAgg', force=False)"
        )
        found = await checks(kernel)
        assert found["override"]["status"] == "problem"
        assert "MPLBACKEND" in found["override"]["sentence"]
        await follow(kernel, found["override"]["remedy"])
        assert await problems(kernel) == {}


async def test_a_file_that_overwrites_parameters_is_named(start_kernel, tmp_path):
    (tmp_path / "matplotlibrc").write_text("figure.dpi: 222")
    async with start_kernel() as kernel:
        await kernel.run(PLOT + "plt.rcParams['figure.dpi'] = 50")
        assert await problems(kernel) == {}
        await kernel.run("plt.matplotlib.rc_file_defaults()")
        found = await checks(kernel)
        assert (found["override"]["status"], "figure.dpi" in found["override"]["sentence"]) == ("problem", True)
        await kernel.run("plt.rcParams['figure.dpi'] = 50")
        assert await problems(kernel) == {}


async def test_an_import_that_changes_the_backend_is_named(start_kernel, tmp_path):
    (tmp_path / "flips.py").write_text("import matplotlib\nmatplotlib.use('svg')")
    async with start_kernel() as kernel:
        await kernel.run("%matplotlib inline\nimport matplotlib.pyplot as plt")
        await kernel.run("import flips")
        found = await checks(kernel)
        assert found["backend-import"]["sentence"].startswith("flips has changed the backend from inline to svg")
        await follow(kernel, found["backend-import"]["remedy"])
        assert await problems(kernel) == {}


async def test_the_import_that_chooses_ipympl_is_a_choice(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run("import matplotlib.pyplot as plt")
        await kernel.run("import ipympl")
        assert await problems(kernel) == {}


@pytest.mark.parametrize("name", ["random.py", "matplotlib.py", "numpy/__init__.py"])
async def test_a_file_that_hides_a_module_is_named(start_kernel, tmp_path, name):
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("secret = 1")
    (tmp_path / "test.py").write_text("")
    (tmp_path / "mine.py").write_text("")
    async with start_kernel() as kernel:
        found = await checks(kernel)
        path = str(tmp_path / name.partition("/")[0])
        assert found["files"]["remedy"] == f"Rename {path}, then restart the kernel."
        if name != "random.py":
            assert found["matplotlib"]["status"] == "problem"
            assert found["matplotlib"]["remedy"] == found["files"]["remedy"]
        (tmp_path / name.partition("/")[0]).rename(tmp_path / "another_name")
        await kernel.crash()
        await kernel.begin()
        assert await problems(kernel) == {}
        assert await kernel.value("'secret' in dir(__import__('random'))") is False


async def test_the_checks_import_nothing_and_leave_no_name(start_kernel):
    async with start_kernel(**BARE) as kernel:
        await kernel.run("x = 1")
        names = "sorted(n for n in __import__('sys').modules if n.split('.')[0] in "
        names += "('matplotlib', 'numpy', 'ipympl', 'ipywidgets', 'tkinter', 'PIL'))"
        before = await kernel.value(names), await kernel.value("sorted(n for n in dir() if n[0] != '_')")
        await checks(kernel)
        assert (await kernel.value(names), await kernel.value("sorted(n for n in dir() if n[0] != '_')")) == before
        assert before[0] == []
        await ask(kernel, "backends")
        await ask(kernel, "code")
        await kernel.run("try: get_ipython().run_line_magic('matplotlib', 'nonsense')\nexcept BaseException: pass")
        before = await kernel.value(names), await kernel.value("sorted(n for n in dir() if n[0] != '_')")
        await checks(kernel)
        assert (await kernel.value(names), await kernel.value("sorted(n for n in dir() if n[0] != '_')")) == before
        await kernel.run("%matplotlib inline\nimport matplotlib.pyplot as plt, json")
        before = await kernel.value(names), await kernel.value("sorted(n for n in dir() if n[0] != '_')")
        await checks(kernel)
        assert (await kernel.value(names), await kernel.value("sorted(n for n in dir() if n[0] != '_')")) == before


async def test_no_code_of_the_user_is_called(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PLOT)
        await kernel.run(
            "called = []\nclass Odd:\n    def __getattribute__(self, name):\n        called.append(name)\n"
            "        raise SystemExit\n"
            "    def __eq__(self, other):\n        called.append('eq')\n        raise SystemExit\n"
            "    def __bool__(self):\n        called.append('bool')\n        raise SystemExit\n"
            "plt = ax = fig = mpl = Odd()"
        )
        await kernel.run("called.clear()")
        found = await checks(kernel)
        assert found["names"]["status"] == "problem"
        assert await kernel.value("called") == []
