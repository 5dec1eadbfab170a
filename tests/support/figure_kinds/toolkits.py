"""Axes of the toolkits that come with Matplotlib, three-dimensional ones apart."""

from __future__ import annotations

TOOLKITS = {
    "image grid": """
from mpl_toolkits.axes_grid1 import ImageGrid

fig = plt.figure(figsize=(5, 5))
grid = ImageGrid(fig, 111, nrows_ncols=(2, 2), axes_pad=0.1, cbar_mode="single", cbar_location="right")
for i, ax in enumerate(grid):
    im = ax.imshow(np.arange(100).reshape(10, 10) * (i + 1), vmax=400)
cbar = grid.cbar_axes[0].colorbar(im)
""",
    "divided axes": """
from mpl_toolkits.axes_grid1 import make_axes_locatable

rng = np.random.default_rng(40)
x, y = rng.standard_normal((2, 500))
fig, ax = plt.subplots()
ax.scatter(x, y, s=4)
ax.set_aspect(1.0)
divider = make_axes_locatable(ax)
ax_histx = divider.append_axes("top", 1.0, pad=0.1, sharex=ax)
ax_histy = divider.append_axes("right", 1.0, pad=0.1, sharey=ax)
ax_histx.hist(x, bins=20)
ax_histy.hist(y, bins=20, orientation="horizontal")
ax_histx.xaxis.set_tick_params(labelbottom=False)
""",
    "anchored insets": """
from mpl_toolkits.axes_grid1.anchored_artists import AnchoredSizeBar
from mpl_toolkits.axes_grid1.inset_locator import inset_axes, mark_inset, zoomed_inset_axes

fig, ax = plt.subplots()
ax.plot(np.arange(100), np.sin(np.arange(100) / 10))
small = inset_axes(ax, width="30%", height=0.8, loc="upper right")
zoom = zoomed_inset_axes(ax, 4, loc="lower left")
zoom.plot(np.arange(100), np.sin(np.arange(100) / 10))
zoom.set(xlim=(40, 48), ylim=(-0.9, -0.6), xticks=[], yticks=[])
marks = mark_inset(ax, zoom, loc1=2, loc2=4, fc="none", ec="0.5")
bar = ax.add_artist(AnchoredSizeBar(ax.transData, 10, "10", loc="upper left"))
""",
    "parasite axes": """
from mpl_toolkits import axisartist
from mpl_toolkits.axes_grid1 import host_subplot

host = host_subplot(111, axes_class=axisartist.Axes)
plt.subplots_adjust(right=0.75)
par1, par2 = host.twinx(), host.twinx()
par2.axis["right"] = par2.new_fixed_axis(loc="right", offset=(60, 0))
par1.axis["right"].toggle(all=True)
p1, = host.plot([0, 1, 2], [0, 1, 2], label="density")
p2, = par1.plot([0, 1, 2], [0, 3, 2], label="temperature")
p3, = par2.plot([0, 1, 2], [50, 30, 15], label="velocity")
host.legend()
host.axis["left"].label.set_color(p1.get_color())
""",
    "curved axes": """
from mpl_toolkits.axisartist import Axes
from mpl_toolkits.axisartist.grid_finder import MaxNLocator
from mpl_toolkits.axisartist.grid_helper_curvelinear import GridHelperCurveLinear


def forward(x, y):
    x, y = np.asarray(x), np.asarray(y)
    return x, y - x


def backward(x, y):
    x, y = np.asarray(x), np.asarray(y)
    return x, y + x


fig = plt.figure()
helper = GridHelperCurveLinear((forward, backward), grid_locator1=MaxNLocator(nbins=6))
ax = fig.add_subplot(axes_class=Axes, grid_helper=helper)
ax.plot([3, 6], [5, 10])
ax.set_aspect(1)
ax.set(xlim=(0, 10), ylim=(0, 10))
ax.axis["t"] = slanted = ax.new_floating_axis(0, 3)
ax.grid(True, zorder=0)
""",
}
"""Cells by name."""
