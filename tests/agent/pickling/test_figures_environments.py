"""Figures in kernels of other environments: the oldest versions, and without cloudpickle."""

from __future__ import annotations

import pytest
from aftermath import crash, untrue
from samples import some_of

CELL = """
import matplotlib.pyplot as plt
import numpy as np
class Wavy(plt.Line2D):
    def crests(self): return 3
fig, axs = plt.subplots(2, 2, sharex=True)
line = axs[0, 1].add_line(Wavy([1, 2], [1, 3]))
axs[0, 0].xaxis.set_major_formatter(lambda x, position: f"<{x:g}>")
image = axs[1, 0].imshow(np.eye(3))
bar = fig.colorbar(image)
space = plt.figure(7).add_subplot(projection="3d")
surface = space.plot_surface(*np.meshgrid([1, 2], [3, 4]), np.eye(2))
fig.set_dpi(77)
"""
TRUE = (
    "axs[0, 1] is fig.axes[1] and axs[0, 0].figure is fig",
    "line in axs[0, 1].lines and line.crests() == 3",
    "axs[0, 0].xaxis.get_major_formatter()(2, 0) == '<2>'",
    "axs[0, 0].get_shared_x_axes().joined(axs[0, 0], axs[1, 1])",
    "bar.mappable is image and surface in space.collections",
    "image.set_clim(0, 5) is None and bar.vmax == 5",
    "axs[1, 1].callbacks.connect('xlim_changed', print) >= 0",
)


@pytest.mark.parametrize("backend", some_of(["widget", "inline"], 1))
@pytest.mark.parametrize("kernel_fixture", ["oldest_kernel", "foreign_kernel"])
async def test_figures_survive_in_kernels_of_other_environments(start_kernel, request, kernel_fixture, backend):
    async with start_kernel(request.getfixturevalue(kernel_fixture)) as kernel:
        assert await kernel.value("__import__('importlib.util').util.find_spec('cloudpickle') is None") is True
        await kernel.run(f"%matplotlib {backend}\n" + CELL)
        before = await kernel.value("[plt.get_fignums(), fig.dpi]")
        state = await crash(kernel)
        assert (state["status"], state["last_restore"]["missing"]) == ("restored", [])
        assert await kernel.value("[plt.get_fignums(), fig.dpi]") == before
        assert await untrue(kernel, *TRUE) == {}
        await kernel.run("fig.canvas.draw(); line.set_color('r'); assert fig.stale")
