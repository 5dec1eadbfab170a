"""A living figure as a file: what `savefig` writes, and a figure that is as it was before."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode
from typing import Any

import pytest
from aftermath import AGG, is_saved, until
from drawn_cells import WIDGET
from kernels import Kernel
from samples import some_of

LAYOUTS = """
fig, axs = plt.subplots(2, 2, layout='constrained')
im = axs[0, 0].imshow(np.arange(100).reshape(10, 10)); cb = fig.colorbar(im, ax=axs[0, 0])
axs[0, 1].plot(np.random.rand(50), label='a line'); axs[0, 1].legend(); axs[1, 0].set_aspect('equal')
axs[1, 1].text(0.5, 0.5, '$\\\\alpha$'); fig.suptitle('never drawn')
"""

TIGHT = "fig, ax = plt.subplots(figsize=(3, 2), layout='tight'); ax.plot([1, 5, 2]); ax.set_xlabel('x' * 30)"

STATE = (
    "[fig.dpi, list(fig.get_size_inches()), id(fig.canvas), fig.stale, [each.stale for each in fig.axes], "
    "[list(each.get_position(which).bounds) for each in fig.axes for which in (True, False)], "
    "[each.get_in_layout() for each in fig.axes], plt.get_fignums(), list(fig.get_facecolor()), "
    "len(get_ipython().user_ns['In'])]"
)
"""Expression for what must not change."""


async def figure_id(kernel: Kernel) -> str:
    """Return the id of the only figure once it is saved: the effects of saving are not tested here."""
    state: dict[str, Any] = await until(lambda: is_saved(kernel.saved()) and kernel.saved())
    return state["figures"][0]["id"]


async def export(kernel: Kernel, identity: str, **options: Any) -> bytes:
    """Return a figure as a file."""
    outcome = await kernel.ask_about(identity, "export", **options)
    assert (outcome.found, outcome.refusal) == (True, "")
    return b64decode(outcome.data)


async def written(kernel: Kernel, tmp_path: Any, **options: Any) -> bytes:
    """Return what `savefig` writes in a cell."""
    path = tmp_path / "saved"
    await kernel.run(f"fig.savefig({str(path)!r}, **{options!r})", silent=True)
    return path.read_bytes()


async def value(kernel: Kernel, expression: str) -> Any:
    """Return the value of an expression without incrementing the execution count."""
    return json.loads(await kernel.run(f"import json; print(json.dumps({expression}))", silent=True))


async def state_of(kernel: Kernel) -> Any:
    """Return what must not change; asking for positions changes it the first time."""
    await value(kernel, STATE)
    return await value(kernel, STATE)


async def last_saved(kernel: Kernel) -> Any:
    """Return what is saved once it stays the same for a second: what cells mention waits for an idle kernel."""
    looks: list[Any] = [None]
    while looks[-1] != kernel.saved():
        looks.append(kernel.saved())
        await asyncio.sleep(1)
    return looks[-1]


@pytest.mark.parametrize("plot", some_of([AGG + LAYOUTS, WIDGET + TIGHT, AGG + TIGHT, WIDGET + LAYOUTS], 2))
async def test_a_png_is_byte_for_byte_what_savefig_writes_and_the_figure_stays_as_it_is(start_kernel, tmp_path, plot):
    options = [{"dpi": 50}, {}, {"dpi": 133.5, "transparent": True}]
    async with start_kernel() as kernel:
        await kernel.run(plot)
        identity = await figure_id(kernel)
        before = await state_of(kernel)
        files = [await export(kernel, identity, format="png", **each) for each in options]
        assert await state_of(kernel) == before
        # A layout moves with each draw: what `savefig` writes first is compared.
        assert files[0] == await written(kernel, tmp_path, format="png", **options[0])
        assert files[0] != files[1] != files[2]
        if "constrained" not in plot and "tight" not in plot:
            assert files[1:] == [await written(kernel, tmp_path, format="png", **each) for each in options[1:]]


async def test_the_settings_of_the_kernel_count(start_kernel, tmp_path):
    async with start_kernel() as kernel:
        settings = "plt.rcParams.update({'savefig.dpi': 77, 'savefig.bbox': 'tight', 'savefig.transparent': True})\n"
        await kernel.run(AGG + settings + "fig, ax = plt.subplots(); ax.plot([1, 2])")
        identity = await figure_id(kernel)
        assert await export(kernel, identity, format="png") == await written(kernel, tmp_path, format="png")
        for kind, beginning in (("svg", b"<?xml"), ("pdf", b"%PDF")):
            ours = await export(kernel, identity, format=kind)
            theirs = await written(kernel, tmp_path, format=kind)
            assert ours.startswith(beginning)
            assert abs(len(ours) - len(theirs)) < 100  # dates and random ids differ


async def test_a_canvas_keeps_its_frame_and_is_not_drawn(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(WIDGET + "fig, ax = plt.subplots(); ax.plot([1, 2]); fig.canvas.draw()")
        await kernel.run("frame, received = np.array(fig.canvas.buffer_rgba()), []")
        await kernel.run("fig.canvas.draw = fig.canvas.set_cursor = fig.canvas.send_event = received.append")
        await kernel.run("fig.canvas.mpl_connect('resize_event', received.append)")
        identity = await figure_id(kernel)
        await kernel.run("0")
        await until(lambda: is_saved(kernel.saved()))
        before, saved = await state_of(kernel), await last_saved(kernel)
        await kernel.run("received.clear()", silent=True)
        for options in ({"format": "png", "dpi": 300}, {"format": "pdf"}, {"format": "svg", "transparent": True}):
            await export(kernel, identity, **options)
        assert await last_saved(kernel) == saved
        received = await value(kernel, "list(set(map(str, received)))")
        # Matplotlib asks the page to draw after each request, while something is new.
        assert set(received) <= {"draw"}
        assert await state_of(kernel) == before
        assert await value(kernel, "np.array_equal(frame, np.array(fig.canvas.buffer_rgba()))") is True


async def test_backgrounds_have_the_colors_that_they_were_given(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            AGG + "fig, ax = plt.subplots(); patches = [fig.patch, ax.patch, ax.inset_axes([0, 0, 1, 1]).patch]"
        )
        await kernel.run("for each in patches: each.set_alpha(0.5)")
        identity = await figure_id(kernel)
        await export(kernel, identity, format="png", transparent=True)
        await kernel.run("for each in patches: each.set_alpha(None)", silent=True)
        assert await value(kernel, "[each.get_facecolor() for each in patches]") == [[1.0] * 4] * 3


async def test_what_cannot_be_drawn_is_refused_with_a_sentence(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig, ax = plt.subplots(figsize=(10, 10))")
        await kernel.run("ax.xaxis.set_major_formatter(lambda x, p: 1 / 0)")
        identity = await figure_id(kernel)
        before = await state_of(kernel)
        outcome = await kernel.ask_about(identity, "export", format="pdf")
        assert outcome.refusal == "The figure could not be drawn: ZeroDivisionError: division by zero"
        outcome = await kernel.ask_about(identity, "export", format="png", dpi=1001)
        assert outcome.refusal == "The picture would have more than 100 million pixels; choose a smaller dpi."
        assert await state_of(kernel) == before
        assert not (await kernel.ask_about("nobody", "export", format="png")).found


async def test_a_file_that_is_too_large_is_refused_with_a_sentence(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig = plt.figure(figsize=(6, 6), dpi=100); noise = np.random.bytes(600**2 * 3)")
        await kernel.run("fig.figimage(np.frombuffer(noise, 'uint8').reshape(600, 600, 3)); del noise")
        figure = await figure_id(kernel)
        assert (await kernel.ask_about(figure, "export", format="png")).data
        module = "__import__('sys').modules['_jupyter_mpl_guard.figures.single.drawing']"
        assert await kernel.value(f"{module}.EXPORT_BYTES") == 32 * 2**20
        await kernel.run(f"{module}.EXPORT_BYTES = 2**20")
        outcome = await kernel.ask_about(figure, "export", format="png")
        assert outcome.refusal == (
            "The file would have more than 1 MiB; choose a smaller dpi, or save it in a cell with savefig."
        )
