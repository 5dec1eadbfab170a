"""A figure from before the restart as a file: it is loaded and drawn for that, and the kernel is as it was before."""

from __future__ import annotations

import io
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aftermath import AGG, SETUP, crash, is_saved, reasons, until, untrue
from drawn_cells import WIDGET
from fork_server import BARE
from kernels import Kernel
from PIL import Image

INLINE = "%matplotlib inline\n" + SETUP
"""A backend that closes what it has shown: only names lead to it."""

PLOT = "fig, ax = plt.subplots(figsize=(4, 3), dpi=90); (line,) = ax.plot([1, 5, 2]); fig.suptitle('before')"

AROUND = (
    "[{key: repr(value) for key, value in plt.rcParams.items()}, plt.get_fignums(), plt.isinteractive(), "
    "__import__('locale').setlocale(__import__('locale').LC_NUMERIC), __import__('os').getcwd(), "
    "__import__('sys').path, sorted(plt.matplotlib.colormaps), sorted(map(str, plt.matplotlib.units.registry)), "
    "plt.matplotlib.dates._epoch, sorted(plt.matplotlib.colors.get_named_colors_mapping()), "
    "len(plt.matplotlib.hatch._hatch_types), plt.Figure.get_label.__module__]"
)
"""Expression for what must not change, apart from names."""

NAMES = "sorted(name for name in globals() if not name.startswith('_'))"


async def figure_ids(kernel: Kernel) -> dict[str, str]:
    """Return the ids of the figures in the plot state, by the first name or the number of each."""
    await kernel.run("0")
    state: dict[str, Any] = await until(lambda: is_saved(kernel.saved()) and kernel.saved())
    return {(each["names"] or [str(each["number"])])[0]: each["id"] for each in state["figures"]}


async def exported(kernel: Kernel, figure: str, action: str = "export", **options: Any) -> bytes:
    """Return what the kernel answers with, which has not refused."""
    outcome = await kernel.ask_about(figure, action, **options)
    assert (outcome.found, outcome.refusal) == (True, "")
    return b64decode(outcome.data)


async def value(kernel: Kernel, expression: str) -> Any:
    """Return the value of an expression without incrementing the execution count or leaving a name."""
    return json.loads(await kernel.run(f"print(__import__('json').dumps({expression}))", silent=True))


def pixels(data: bytes) -> Any:
    """Return the pixels of a PNG file."""
    return np.array(Image.open(io.BytesIO(data)).convert("RGBA"))


@pytest.mark.parametrize("backend", [AGG, INLINE, WIDGET])
async def test_an_offered_figure_is_drawn_as_before_the_restart_and_stays_offered(start_kernel, tmp_path, backend):
    async with start_kernel() as kernel:
        await kernel.run(backend + "plt.rcParams.update({'savefig.dpi': 77, 'lines.linewidth': 5})\n" + PLOT)
        (figure,) = (await figure_ids(kernel)).values()
        await kernel.run(f"fig.savefig({str(tmp_path / 'before.png')!r})")
        await crash(kernel, "restart")
        listed, around, names = kernel.saved()["figures"], await value(kernel, AROUND), await value(kernel, NAMES)
        for options in ({}, {"dpi": 200, "transparent": True}):
            data = await exported(kernel, figure, format="png", **options)
            if not options:
                assert np.array_equal(pixels(data), pixels((tmp_path / "before.png").read_bytes()))
        assert pixels(data).shape == (600, 800, 4)
        assert (await exported(kernel, figure, format="svg")).startswith(b"<?xml")
        assert (await exported(kernel, figure, format="pdf")).startswith(b"%PDF")
        assert (await value(kernel, AROUND), await value(kernel, NAMES)) == (around, names)
        state = await kernel.ask("reinit")
        assert (state["status"], state["figures"]) == ("offered", listed)
        state = await kernel.ask("reinit", figures="all")
        assert state["last_restore"]["restored"] == ["figures"]
        assert await untrue(kernel, "line in ax.lines and ax.figure is fig and line.get_ydata()[1] == 5") == {}


async def test_what_a_figure_needs_is_there_while_it_is_drawn_and_gone_afterwards(start_kernel):
    needs = """
import locale, matplotlib.hatch, matplotlib.dates as mdates, datetime
factor = 1000
class Dots(matplotlib.hatch.SmallCircles):
    pass
matplotlib.hatch._hatch_types.append(Dots)
mpl.colors.get_named_colors_mapping()['house'] = '#123456'
mdates.set_epoch('2000-01-01')
plt.colormaps.register(mpl.colors.ListedColormap(['#010203', '#fefefe'], name='mine'))
fig, (ax, ax2) = plt.subplots(2)
ax.plot([datetime.datetime(2020, 1, 1), datetime.datetime(2020, 1, 9)], [1, 2], color='house')
ax.yaxis.set_major_formatter(lambda y, _: f'{factor * y:g} units')
ax2.imshow([[1, 2]], cmap='mine')
"""
    async with start_kernel() as kernel:
        await kernel.run(AGG + needs)
        figure = (await figure_ids(kernel))["fig"]
        before = await exported(kernel, figure, format="png")
        await crash(kernel, "restart", restore="none")
        await kernel.run(SETUP + "import matplotlib.dates, matplotlib.hatch, matplotlib.units")
        around, names = await value(kernel, AROUND), await value(kernel, NAMES)
        assert "factor" not in names
        assert "house" not in around[-3]
        assert np.array_equal(pixels(await exported(kernel, figure, format="png")), pixels(before))
        assert (await value(kernel, AROUND), await value(kernel, NAMES)) == (around, names)
        await kernel.run("factor = 2; matplotlib.dates.set_epoch('1990-01-01')")  # names that are bound count
        other = await exported(kernel, figure, format="png")
        assert not np.array_equal(pixels(other), pixels(before))
        assert await kernel.value("[factor, matplotlib.dates.get_epoch()]") == [2, "1990-01-01"]


async def test_one_of_several_figures_in_a_file_is_drawn_alone(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "one, other = plt.figure(figsize=(2, 1), dpi=50), plt.figure(figsize=(1, 2), dpi=50)")
        await kernel.run("both = [one, other]")
        ids = await figure_ids(kernel)
        await crash(kernel, "restart")
        assert pixels(await exported(kernel, ids["one"], format="png")).shape == (50, 100, 4)
        assert pixels(await exported(kernel, ids["other"], format="png")).shape == (100, 50, 4)
        await kernel.ask("reinit", figures=[ids["one"]])
        assert pixels(await exported(kernel, ids["other"], format="png")).shape == (100, 50, 4)
        await kernel.ask_about(ids["other"], "close")
        assert not (await kernel.ask_about(ids["other"], "export", format="png")).found


async def test_settings_that_wait_for_a_cell_come_back_before_and_the_figure_is_drawn_with_them(start_kernel):
    async with start_kernel(**BARE) as kernel:
        settings = "plt.rcParams.update({'savefig.dpi': 50, 'savefig.facecolor': '#102030'})\n"
        await kernel.run("%matplotlib inline\n" + SETUP + settings + "%config InlineBackend.figure_formats = ['svg']")
        await kernel.run("fig = plt.figure(figsize=(2, 1))")
        figure = (await figure_ids(kernel))["fig"]
        await kernel.run("0")
        await kernel.crash()
        await kernel.begin("restart")
        assert await value(kernel, "'matplot' 'lib' in __import__('sys').modules") is False
        data = pixels(await exported(kernel, figure, format="png"))
        assert (data.shape, tuple(data[0, 0])) == ((50, 100, 4), (0x10, 0x20, 0x30, 255))
        state = await kernel.ask("tell")
        assert (state["status"], state["backend"], state["rc_params"]["savefig.dpi"]) == ("offered", "inline", 50)
        assert reasons(state) == {}
        await kernel.run("plt.plot([1, 2]); plt.show()")
        assert kernel.shown() == {"image/svg+xml"}
        assert await kernel.value("plt.rcParams['savefig.dpi']") == 50
        await kernel.run("0")
        assert kernel.saved()["rc_params"] == state["rc_params"]


async def test_in_a_paused_kernel_settings_that_wait_come_back_before_as_well(start_kernel):
    async with start_kernel(**BARE) as kernel:
        await kernel.run(AGG + "plt.rcParams['lines.linewidth'] = 5\n" + PLOT)
        figure = (await figure_ids(kernel))["fig"]
        await kernel.crash()
        await kernel.begin("restart")
        await kernel.ask("pause", paused=True, message="Paused.")
        assert pixels(await exported(kernel, figure, format="png", dpi=100)).shape == (300, 400, 4)
        assert await value(kernel, "[plt.rcParams['lines.linewidth'], plt.get_backend().lower()]") == [5, "agg"]
        await kernel.ask("pause", paused=False)
        await kernel.run("0")
        assert await value(kernel, "[plt.rcParams['lines.linewidth'], plt.get_backend().lower()]") == [5, "agg"]
        assert (kernel.saved()["status"], kernel.saved()["backend"]) == ("offered", "agg")


async def test_a_figure_that_cannot_be_loaded_or_drawn_is_refused_with_a_sentence_and_stays_offered(
    start_kernel, tmp_path
):
    module = tmp_path / "of_mine.py"
    module.write_text("class Label(str):\n    pass\nprint('imported')\n")
    async with start_kernel() as kernel:
        await kernel.run(AGG + "import of_mine\nfig, ax = plt.subplots(); fig.mine = of_mine.Label('x')")
        await kernel.run("bad, ax2 = plt.subplots(); ax2.xaxis.set_major_formatter(lambda x, p: 1 / 0)")
        ids = await figure_ids(kernel)
        module.unlink()
        state = await crash(kernel, "restart")
        for folder in tmp_path.glob("__pycache__"):
            assert not list(folder.glob("of_mine*.py"))
        outcome = await kernel.ask_about(ids["fig"], "export", format="pdf")
        assert outcome.refusal == "The figure could not be loaded: ModuleNotFoundError: No module named 'of_mine'"
        outcome = await kernel.ask_about(ids["bad"], "export", format="pdf")
        assert outcome.refusal == "The figure could not be drawn: ZeroDivisionError: division by zero"
        outcome = await kernel.ask_about(ids["bad"], "export", format="png", dpi=2400)
        assert outcome.refusal == "The picture would have more than 100 million pixels; choose a smaller dpi."
        assert (await kernel.ask("reinit"))["figures"] == state["figures"]
        module.write_text("class Label(str):\n    pass\nprint('imported')\n")
        await kernel.run("import importlib; importlib.invalidate_caches()")
        assert await exported(kernel, ids["fig"], format="svg")
        assert await kernel.run("0") == ""
        assert (await kernel.ask("reinit", figures="all"))["last_restore"]["restored"] == ["figures"]


async def test_a_file_whose_signature_does_not_hold_is_not_loaded(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + PLOT)
        figure = (await figure_ids(kernel))["fig"]
        await crash(kernel, "restart")
        (name,) = [name for name in kernel.diary.names() if name.endswith(".figures")]
        path = Path(kernel.diary.folder, name)
        path.write_bytes(path.read_bytes()[:-1] + b"!")
        outcome = await kernel.ask_about(figure, "export", format="png")
        assert outcome.refusal == "The figure could not be loaded: its file has been changed since it was saved"
        assert kernel.saved()["status"] == "offered"


async def test_nothing_of_a_figure_is_left_in_the_kernel(start_kernel):
    count = "sum(type(each).__name__ == 'Figure' for each in __import__('gc').get_objects())"
    async with start_kernel() as kernel:
        await kernel.run(AGG + PLOT)
        figure = (await figure_ids(kernel))["fig"]
        await crash(kernel, "restart")
        await exported(kernel, figure, format="png")
        await kernel.run("__import__('gc').collect()", silent=True)
        assert await value(kernel, count) == 0
        await kernel.run("plt.plot([1, 2])")
        assert [each["number"] for each in kernel.saved()["figures"] if each["state"] != "offered"] in ([], [1])


async def test_a_picture_is_drawn_for_who_asks_and_kept_with_the_offer(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(INLINE + "fig, ax = plt.subplots(figsize=(8, 4)); ax.plot([1, 2])")
        figure = (await figure_ids(kernel))["fig"]
        await crash(kernel, "restart")
        drawn = await exported(kernel, figure, "picture")
        assert pixels(drawn).shape == (240, 480, 4)
        (name,) = [name for name in kernel.diary.names() if name.endswith(".png")]
        assert Path(kernel.diary.folder, name).read_bytes() == drawn
        assert kernel.saved()["status"] == "offered"
        await kernel.run("plt.figure()")
        await until(lambda: is_saved(kernel.saved()))
        assert name in kernel.diary.names()
