"""A restart cleans: only what cells have chosen is carried over, and a notebook that is run again begins afresh."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from aftermath import outputs
from kernels import PYPLOT, CellFailed

BACKEND = "print(plt.get_backend())"


async def restart(kernel, trigger="restart", **request):
    await kernel.crash()
    return await kernel.begin(trigger, **request)


async def test_what_an_import_sets_is_no_choice_but_comes_back_after_a_crash(start_kernel):
    Path("flips.py").write_text(
        "import matplotlib as m\nm.use('agg')\nm.rcParams['lines.linewidth'] = 9\nm.rcParams['font.size'] = 8\n"
    )
    async with start_kernel() as kernel:
        await kernel.run("import flips")  # which imports Matplotlib
        await kernel.run(PYPLOT + "plt.rcParams['font.size'] = 17")
        assert kernel.saved()["backend"] == "agg"
        await restart(kernel)
        assert await kernel.run("print(plt.rcParams['font.size'], plt.rcParams['lines.linewidth'])") == "17.0 1.5\n"
        assert await kernel.run(BACKEND) == "module://matplotlib_inline.backend_inline\n"
        await kernel.run("import flips; plt.rcParams['figure.dpi'] = 137")
        await restart(kernel, "crash")
        code = "print(*(plt.rcParams[key] for key in ('font.size', 'lines.linewidth', 'figure.dpi')))"
        assert await kernel.run(code) == "8.0 9.0 137.0\n"
        assert await kernel.run(BACKEND) == "module://matplotlib_inline.backend_inline\n"


async def test_a_backend_keeps_its_name_and_a_silent_one_is_carried_over_only_in_words(start_kernel):
    Path("flips.py").write_text("import matplotlib\nmatplotlib.use('agg')\n")
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.plot([1, 2])")
        await restart(kernel)
        assert await kernel.run(BACKEND) == "module://matplotlib_inline.backend_inline\n"
        await kernel.run("%matplotlib widget")
        await kernel.run("import flips")
        await restart(kernel)
        assert await kernel.run(BACKEND) in ("widget\n", "module://ipympl.backend_nbagg\n")
        await kernel.run("plt.switch_backend('agg')")
        await restart(kernel)
        assert await kernel.run(BACKEND) == "agg\n"
        await kernel.run("%matplotlib inline")
        name = await kernel.run(BACKEND)
        await restart(kernel)
        assert await kernel.run(BACKEND) == name


VAIN = {
    "before pyplot": "import matplotlib; matplotlib.use('TkAgg'); import matplotlib.pyplot as plt; plt.plot([1, 2])",
    "alone": "import matplotlib; matplotlib.use('TkAgg')",
    "a module that is not there": "import matplotlib; matplotlib.use('module://nosuch')",
    "as a parameter": "import matplotlib; matplotlib.rcParams['backend'] = 'TkAgg'",
}
"""Cells that choose a backend which cannot work here, and so load none."""


@pytest.mark.parametrize("trigger", ["restart", "crash"])
@pytest.mark.parametrize("cell", VAIN)
async def test_plots_show_after_a_backend_was_chosen_in_vain(start_kernel, monkeypatch, cell, trigger):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    async with start_kernel() as kernel:
        with suppress(CellFailed):
            await kernel.run(VAIN[cell])
        await restart(kernel, trigger)
        await kernel.run(PYPLOT + "line, = plt.plot([1, 2])")
        assert "image/png" in outputs(kernel)[-1]["data"]
        assert await kernel.run("print(plt.isinteractive())") == "True\n"


@pytest.mark.parametrize("trigger", ["restart", "crash"])
@pytest.mark.parametrize("vain", ["%matplotlib qt", "plt.switch_backend('TkAgg')", "plt.switch_backend('module://no')"])
async def test_a_backend_that_works_stays_where_another_one_was_chosen_in_vain(start_kernel, vain, trigger):
    async with start_kernel() as kernel:
        await kernel.run("%matplotlib agg\n" + PYPLOT)
        with pytest.raises(CellFailed):
            await kernel.run(vain)
        assert kernel.saved()["backend"] == "agg"
        await restart(kernel, trigger)
        assert await kernel.run(BACKEND) == "agg\n"
        assert (await kernel.restored())["status"] == "restored"


async def test_interactive_mode_that_a_cell_has_switched_off_in_words_stays_off(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.ioff()")  # which changes nothing: no backend is loaded yet
        await restart(kernel)
        assert await kernel.run("print(plt.isinteractive())") == "False\n"


async def test_an_edited_configuration_takes_effect(start_kernel, tmp_path):
    profile = tmp_path / "ipython" / "profile_default"
    (profile / "startup").mkdir(parents=True)
    config, start_up = profile / "ipython_kernel_config.py", profile / "startup" / "00.py"
    config.write_text("c.InlineBackend.figure_formats = {'svg'}\nc.InlineBackend.rc = {'figure.dpi': 50}\n")
    start_up.write_text("import matplotlib as mpl; mpl.rcParams['font.size'] = 14")
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.plot([1, 2]); plt.rcParams['lines.linewidth'] = 4")
        assert kernel.shown() == {"image/svg+xml"}
        config.write_text("c.InlineBackend.figure_formats = {'png'}\n")
        start_up.write_text("")
        await restart(kernel)
        code = "print(*(plt.rcParams[key] for key in ('lines.linewidth', 'font.size', 'figure.dpi'))); plt.plot([1])"
        assert await kernel.run(code) == "4.0 10.0 100.0\n"
        assert kernel.shown() == {"image/png"}
        assert await kernel.value("'mpl' in globals()") is False
        await kernel.run("%config InlineBackend.figure_formats = ['svg']")
        config.write_text("c.InlineBackend.figure_formats = {'jpeg'}\n")
        await restart(kernel)
        await kernel.run("plt.plot([1])")
        assert kernel.shown() == {"image/svg+xml"}


CELLS = [
    "import matplotlib.pyplot as plt",
    "plt.plot([1, 2, 3]); print(len(plt.gca().lines), plt.rcParams['font.size'])",
    "plt.plot([3, 2, 1]); print(len(plt.gca().lines), plt.rcParams['font.size'])",
    "%matplotlib widget\nplt.rcParams['font.size'] = 17\nfig, ax = plt.subplots()",
]


@pytest.mark.parametrize("request_", [{}, {"restore": "none"}], ids=["any client", "JupyterLab"])
async def test_a_notebook_that_is_run_again_gives_the_same(start_kernel, request_):
    async with start_kernel() as kernel:
        runs = []
        for _ in range(3):
            run = []
            for code in CELLS[:3]:
                run.append((await kernel.run(code), kernel.shown()))
            await kernel.run(CELLS[3])
            await kernel.run("0")
            runs.append(run)
            state = await restart(kernel, **request_)
        assert runs[1] == runs[0]
        assert runs[2] == runs[0]
        assert [sorted(figure["names"]) for figure in state["figures"]] == [["ax", "fig"]]
        assert state["status"] == "offered"


async def test_single_cells_that_are_run_again_find_what_was_chosen(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(CELLS[0])
        await kernel.run(CELLS[1])
        await kernel.run("plt.rcParams['font.size'] = 17")
        await restart(kernel)
        await kernel.run(CELLS[0])
        assert await kernel.run("print(plt.rcParams['font.size'])") == "17.0\n"  # another one than the second cell
        await restart(kernel)
        assert await kernel.run("print(plt.rcParams['font.size'])") == "17.0\n"  # what had begun with a restore
        await restart(kernel)
        assert await kernel.run("print(plt.rcParams['font.size'])") == "17.0\n"


async def test_an_import_that_fails_shows_its_own_lines_only(start_kernel):
    Path("broken.py").write_text("import also_broken")
    Path("also_broken.py").write_text("1 / 0")
    async with start_kernel() as kernel:
        code = "import traceback\ntry:\n    import broken\nexcept ZeroDivisionError:\n    print(traceback.format_exc())"
        text = await kernel.run(code)
        frames = [line.split(", ")[2] for line in text.splitlines() if line.startswith("  File")]
        assert frames == ["in <module>"] * 3
        assert "mpl_guard" not in text
