"""Checks of what is installed, in environments of their own that the remedies change."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap

import pytest
from aftermath import crash
from diagnoses import ask, checks, follow, problems
from environments import make_environment, old_python
from kernels import CellFailed

from jupyter_mpl_guard.agent.diagnosis import sentences


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """Make an environment for one test and return the name of its kernel; its packages come from a cache."""

    def make(*requirements, python=sys.executable):
        folder = tmp_path / "environment"
        make_environment(folder, ("ipykernel", *requirements), python)
        spec = tmp_path / "jupyter" / "kernels" / "changing" / "kernel.json"
        spec.parent.mkdir(parents=True)
        argv = [str(folder / "bin" / "python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec.write_text(json.dumps({"argv": argv, "display_name": "", "language": "python", "env": {"PYTHONPATH": ""}}))
        monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
        return "changing"

    return make


@pytest.mark.timeout(1200)  # pip installs what a user would
@pytest.mark.thorough
async def test_a_kernel_without_matplotlib_says_how_to_install_it(start_kernel, environment):
    async with start_kernel(environment()) as kernel:
        found = await checks(kernel)
        assert found["matplotlib"]["status"] == "problem"
        assert "not installed" in found["matplotlib"]["sentence"]
        unusable = (await ask(kernel, "backends"))["backends"]
        assert not any(each["usable"] for each in unusable)
        await follow(kernel, found["matplotlib"]["remedy"])
        await kernel.crash()
        await kernel.begin()
        assert await problems(kernel) == {}
        await kernel.run("import matplotlib.pyplot as plt; fig = plt.figure()")
        assert await problems(kernel) == {}
        with pytest.raises(CellFailed):
            await kernel.run("%matplotlib widget")
        remedy = (await problems(kernel))["ipympl"]
        await follow(kernel, remedy)
        await kernel.crash()
        await kernel.begin()
        await kernel.run("%matplotlib widget\nimport matplotlib.pyplot as plt; fig = plt.figure()")
        assert await problems(kernel) == {}


@pytest.mark.timeout(1200)  # pip installs what a user would
@pytest.mark.thorough
async def test_an_old_matplotlib_is_named_and_the_remedy_replaces_it(start_kernel, environment):
    name = environment("matplotlib==3.5.*", "numpy<2", "pip", python=old_python())
    async with start_kernel(name) as kernel:
        found = await checks(kernel)
        assert found["versions"]["status"] == "problem"
        assert "matplotlib 3.5" in found["versions"]["sentence"]
        await follow(kernel, found["versions"]["remedy"])
        await kernel.crash()
        await kernel.begin()
        assert await problems(kernel) == {}


@pytest.mark.timeout(1200)  # pip installs what a user would
@pytest.mark.thorough
async def test_a_matplotlib_that_cannot_be_imported_is_named_with_the_reason(start_kernel, environment, tmp_path):
    name = environment("matplotlib", "pip")
    (cycler,) = (tmp_path / "environment").glob("lib/python*/site-packages/cycler")
    shutil.rmtree(cycler)
    async with start_kernel(name) as kernel:
        found = (await checks(kernel))["matplotlib"]
        assert found["status"] == "problem"
        assert "No module named 'cycler'" in found["sentence"]
        assert "matplotlib" not in await kernel.value("list(__import__('sys').modules)")
        (info,) = cycler.parent.glob("cycler-*.dist-info")
        shutil.rmtree(info)  # pip would take it for installed
        await follow(kernel, found["remedy"])
        await kernel.crash()
        await kernel.begin()
        assert await problems(kernel) == {}


async def test_a_variable_that_keeps_matplotlib_from_being_imported_is_named(start_kernel):
    async with start_kernel(MPLBACKEND="nonsense") as kernel:
        found = (await checks(kernel))["matplotlib"]
        assert found["status"] == "problem"
        assert "nonsense" in found["sentence"]
        await follow(kernel, found["remedy"])
        await kernel.run("import matplotlib.pyplot as plt; fig = plt.figure()")
        assert await problems(kernel) == {}


async def test_backends_are_listed_with_the_reason_why_some_do_not_work(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run("import matplotlib\nmatplotlib.use('module://matplotlib.backends.backend_svg')")
        backends = {each["name"]: each for each in (await ask(kernel, "backends"))["backends"]}
        usable = {name for name, each in backends.items() if each["usable"]}
        assert usable == {"inline", "widget", "agg", "module://matplotlib.backends.backend_svg"}
        assert all(bool(each["why"]) != each["usable"] for each in backends.values())
        assert "display" in backends["tk"]["why"]
        assert "toolkit" in backends["qt"]["why"]


async def test_it_is_said_who_has_chosen_the_backend(start_kernel):
    async with start_kernel() as kernel:
        assert (await ask(kernel, "backends"))["origin"] == ""
        await kernel.run("import matplotlib.pyplot as plt")
        assert (await ask(kernel, "backends"))["origin"] == sentences.CHOSEN_BY_KERNEL
        await kernel.run("%matplotlib widget")
        assert (await ask(kernel, "backends"))["origin"] == sentences.CHOSEN_BY_CELL
        await kernel.ask("reinit", backend="svg")
        assert (await ask(kernel, "backends"))["origin"] == sentences.CHOSEN_ON_REQUEST
        await kernel.run("plt.figure()")
        assert (await ask(kernel, "backends"))["origin"] == sentences.CHOSEN_ON_REQUEST
        await kernel.ask("reinit", backend="tk")
        assert (await ask(kernel, "backends"))["origin"] == sentences.CHOSEN_ON_REQUEST
        await crash(kernel)
        await kernel.run("plt.figure()")
        assert (await ask(kernel, "backends"))["origin"] == sentences.CHOSEN_BEFORE
        await kernel.run("%matplotlib svg")
        assert (await ask(kernel, "backends"))["origin"] == sentences.CHOSEN_BY_CELL


@pytest.mark.parametrize(
    ("environment", "code", "origin"),
    [
        ({"MPLBACKEND": "svg"}, "", sentences.CHOSEN_BY_VARIABLE),
        ({}, "import chooser", sentences.CHOSEN_BY_IMPORT.format(module="chooser")),
    ],
)
async def test_what_else_has_chosen_the_backend_is_named(start_kernel, tmp_path, environment, code, origin):
    (tmp_path / "chooser.py").write_text("import matplotlib\nmatplotlib.use('pdf')\n")
    async with start_kernel(PYTHONPATH=str(tmp_path), **environment) as kernel:
        await kernel.run("import matplotlib.pyplot as plt")
        await kernel.run(code)
        assert (await ask(kernel, "backends"))["origin"] == origin


async def test_the_defaults_of_what_differs_are_named(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            "import matplotlib.pyplot as plt\nplt.rcParams.update({'figure.dpi': 77, 'axes.prop_cycle':"
            " plt.cycler(color=['red']), 'font.family': ['serif']})"
        )
        defaults = (await ask(kernel, "backends"))["defaults"]
        assert {key: defaults[key] for key in ("figure.dpi", "font.family")} == {
            "figure.dpi": 100.0,
            "font.family": ["sans-serif"],
        }
        assert defaults["axes.prop_cycle"].startswith("cycler('color', [(")
        assert "lines.linewidth" not in defaults


async def test_code_names_the_style_that_explains_the_settings(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            "import matplotlib.pyplot as plt\nplt.style.use('ggplot')\nplt.rcParams['figure.dpi'] = 77\n"
            "fig = plt.figure()"
        )
        assert (await ask(kernel, "code"))["code"] == textwrap.dedent(
            """\
            %matplotlib inline
            import matplotlib.pyplot as plt
            plt.style.use("ggplot")
            plt.rcParams.update({
                "figure.dpi": 77.0,
            })
            """
        )


@pytest.mark.thorough
@pytest.mark.parametrize("style", ["bmh", "dark_background", "seaborn-v0_8-talk", "tableau-colorblind10"])
async def test_code_that_names_styles_makes_the_same_state(start_kernel, style):
    keys = ("backend", "interactive", "rc_params", "inline", "aliases")
    async with start_kernel() as kernel:
        await kernel.run(f"%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.style.use(['ggplot', {style!r}])")
        code = (await ask(kernel, "code"))["code"]
        assert "style.use" in code
        wanted = kernel.saved()
    async with start_kernel() as kernel:
        await kernel.run(code)
        assert {key: kernel.saved()[key] for key in keys} == {key: wanted[key] for key in keys}
