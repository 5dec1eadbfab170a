"""Pictures that are kept beside figures: the last frame of a canvas, and what was asked for."""

from __future__ import annotations

import io
import stat
from base64 import b64decode
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aftermath import AGG, crash, is_saved, until
from drawn_cells import WIDGET
from kernels import Kernel
from PIL import Image

from jupyter_mpl_guard.agent.figures.single import frame
from jupyter_mpl_guard.agent.storage.disk.pictures import name_of


def path_of(kernel: Kernel) -> Path:
    """Return the path of the picture of the figure `fig`, whether or not it exists."""
    (figure,) = [each for each in kernel.saved()["figures"] if "fig" in each["names"]]
    return Path(kernel.diary.folder, name_of(figure["id"]))


def pixels(data: bytes) -> Any:
    """Return the pixels of a PNG file."""
    return np.array(Image.open(io.BytesIO(data)).convert("RGBA"))


async def is_shown(kernel: Kernel, path: Path) -> bool:
    """Return whether a picture is what the canvas has drawn."""
    code = (
        f"from PIL import Image; kept = np.array(Image.open({str(path)!r}).convert('RGBA'))\n"
        "print(np.array_equal(kept, np.array(fig.canvas.buffer_rgba())))"
    )
    return await kernel.run(code, silent=True) == "True\n"


async def test_the_last_frame_of_a_canvas_is_kept_and_outlives_the_kernel_with_the_figure(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(WIDGET + "fig, ax = plt.subplots(figsize=(3, 2)); ax.plot([1, 2]); fig.canvas.draw()")
        await until(lambda: is_saved(kernel.saved()) and path_of(kernel).exists())
        first = path_of(kernel).read_bytes()
        assert await is_shown(kernel, path_of(kernel))
        assert stat.S_IMODE(path_of(kernel).stat().st_mode) == 0o600
        await kernel.run("ax.plot([2, 1]); fig.canvas.draw()")
        await until(lambda: path_of(kernel).read_bytes() != first)
        last = path_of(kernel).read_bytes()
        assert await is_shown(kernel, path_of(kernel))
        for trigger in ("crash", "restart"):
            await crash(kernel, trigger)
            assert path_of(kernel).read_bytes() == last
        await kernel.ask("reinit", figures="none")
        await kernel.run("0")
        assert [name for name in kernel.diary.names() if name.endswith(".png")] == []


async def test_nothing_is_done_for_pictures_where_there_is_no_canvas_and_nobody_asks(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig, ax = plt.subplots(); fig.canvas.draw()")
        await until(lambda: is_saved(kernel.saved()))
        await kernel.run("await __import__('asyncio').sleep(0.5)", silent=True)
        loaded = "[name for name in __import__('sys').modules if name.startswith('_jupyter_mpl_guard.figures.single')]"
        assert await kernel.value(loaded) == []
        assert not path_of(kernel).exists()


async def test_a_picture_is_drawn_for_who_asks_and_is_kept_until_the_figure_changes(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig, ax = plt.subplots(figsize=(8, 4)); ax.plot([1, 2])")
        await until(lambda: is_saved(kernel.saved()))
        figure = kernel.saved()["figures"][0]["id"]
        outcome = await kernel.ask_about(figure, "picture")
        assert (outcome.found, outcome.refusal) == (True, "")
        assert path_of(kernel).read_bytes() == b64decode(outcome.data)
        assert pixels(b64decode(outcome.data)).shape == (240, 480, 4)
        await kernel.run("plt.figure()")
        await kernel.run("0")
        assert path_of(kernel).exists()
        await kernel.run("ax.plot([2, 1])")
        await kernel.run("0")
        assert not path_of(kernel).exists()
        assert not (await kernel.ask_about("nobody", "picture")).found


async def test_a_picture_of_a_large_figure_is_not_drawn(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig, ax = plt.subplots(); ax.plot(np.arange(3e6))")
        await until(lambda: is_saved(kernel.saved()))
        outcome = await kernel.ask_about(kernel.saved()["figures"][0]["id"], "picture")
        assert outcome.refusal == "The figure is too large to be drawn for a picture of it."


@pytest.mark.parametrize("shape", [(1, 1, 4), (31, 7, 4), (480, 640, 4)])
def test_a_frame_becomes_a_png_file_with_the_same_pixels(shape):
    pixel = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    assert np.array_equal(pixels(frame.png(pixel, lambda: False, budget=60)), pixel)


def test_a_frame_is_given_up_when_a_message_waits_or_time_is_over():
    pixel = np.zeros((480, 640, 4), np.uint8)
    with pytest.raises(frame.FrameAbandoned):
        frame.png(pixel, lambda: True, budget=60)
    with pytest.raises(frame.FrameAbandoned):
        frame.png(pixel, lambda: False, budget=-1)


def test_a_frame_of_too_many_pixels_loses_rows_and_columns():
    pixel = np.zeros((3000, 4000, 4), np.uint8)
    assert frame.smaller(pixel).shape == (1000, 1334, 4)
    assert frame.smaller(pixel[:300, :400], 2).shape == (150, 200, 4)
