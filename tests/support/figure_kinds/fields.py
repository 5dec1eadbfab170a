"""Values over a plane: images, meshes, contours and arrows."""

from __future__ import annotations

FIELDS = {
    "image": """
x, y = np.meshgrid(np.linspace(-3, 3, 40), np.linspace(-3, 3, 40))
im = plt.imshow(np.exp(-x ** 2 - y ** 2), interpolation="bilinear", cmap="RdYlGn", origin="lower",
                extent=(-3, 3, -3, 3))
plt.axis("off")
fig = plt.gcf()
""",
    "512 x 512 image": """
rng = np.random.default_rng(20)
fig, ax = plt.subplots()
im = ax.imshow(rng.random((512, 512)), cmap="gray", vmin=0.2, vmax=0.8)
fig.colorbar(im, shrink=0.7, extend="both")
""",
    "coloured image with alpha": """
rows, columns = np.mgrid[:64, :64] / 63
fig, ax = plt.subplots()
ax.set_facecolor("lightgrey")
below = ax.imshow(np.dstack([rows, columns, 1 - rows]))
above = ax.imshow(columns, alpha=rows, cmap="Greys", interpolation="none", extent=(0, 30, 30, 0))
ax.set(xlim=(0, 63), ylim=(63, 0), title="alpha per pixel")
""",
    "matrix": """
matrix = plt.matshow(np.arange(24).reshape(4, 6) % 7, cmap="tab10")
for (row, column), value in np.ndenumerate(matrix.get_array()):
    plt.text(column, row, f"{value}", ha="center", va="center", color="w")
ax = plt.gca()
""",
    "sparsity": """
rng = np.random.default_rng(21)
fig, (left, right) = plt.subplots(1, 2)
matrix = np.where(rng.random((20, 20)) > 0.8, rng.random((20, 20)), 0)
marks = left.spy(matrix, markersize=4, precision=0.1)
picture = right.spy(matrix)
""",
    "mesh": """
x, y = np.meshgrid(np.linspace(-3, 3, 21), np.linspace(-2, 2, 15))
z = (1 - x / 2 + x ** 5 + y ** 3) * np.exp(-x ** 2 - y ** 2)
fig, axs = plt.subplots(1, 2, sharey=True, layout="constrained", figsize=(8, 3))
flat = axs[0].pcolormesh(x + y / 4, y, z, shading="nearest", edgecolors="w", linewidth=0.2, cmap="RdBu")
smooth = axs[1].pcolormesh(x, y, z, shading="gouraud", cmap="RdBu")
cbar = fig.colorbar(smooth, ax=axs, location="bottom", label="height")
""",
    "mesh of uneven cells": """
fig, ax = plt.subplots()
mesh = ax.pcolormesh(np.array([0, 1, 3, 4, 8]), np.array([0.1, 1, 10, 100]), np.arange(12).reshape(3, 4), snap=True)
ax.set_yscale("log")
fig.colorbar(mesh)
""",
    "uneven image": """
from matplotlib.image import NonUniformImage

x, y = np.linspace(-4, 4, 9) ** 3 / 16, np.linspace(-4, 4, 9)
fig, ax = plt.subplots()
im = NonUniformImage(ax, interpolation="nearest", extent=(-4, 4, -4, 4), cmap="Purples")
im.set_data(x, y, np.sqrt(x[np.newaxis, :] ** 2 + y[:, np.newaxis] ** 2))
ax.add_image(im)
ax.set(xlim=(-4, 4), ylim=(-4, 4))
""",
    "contours": """
x, y = np.meshgrid(np.arange(-3, 3, 0.05), np.arange(-2, 2, 0.05))
fig, ax = plt.subplots()
cs = ax.contour(x, y, np.exp(-x ** 2 - y ** 2) - np.exp(-(x - 1) ** 2 - (y - 1) ** 2), 8, colors="k",
                negative_linestyles="dotted")
labels = ax.clabel(cs, inline=True, fontsize=9, fmt=lambda level: f"{level:+.2f}")
""",
    "filled contours": """
x, y = np.meshgrid(np.linspace(0.2, 3, 60), np.linspace(0.2, 3, 60))
z = np.ma.masked_less(np.cos(x) * np.sin(2 * y) + 0.4, -0.4)
fig, ax = plt.subplots()
filled = ax.contourf(x, y, z, levels=[-0.3, 0, 0.3, 0.6, 1], extend="both", hatches=["-", "/", None, "..", "x", "o"],
                     cmap=plt.get_cmap("viridis").with_extremes(under="magenta"), alpha=0.8)
lines = ax.contour(filled, levels=filled.levels[::2], colors="r")
cbar = fig.colorbar(filled)
cbar.add_lines(lines)
""",
    "triangles": """
from matplotlib.tri import Triangulation

rng = np.random.default_rng(22)
x, y = rng.random((2, 120)) * 4 - 2
z = x * np.exp(-x ** 2 - y ** 2)
mesh = Triangulation(x, y)
mesh.set_mask(np.hypot(x[mesh.triangles].mean(axis=1), y[mesh.triangles].mean(axis=1)) < 0.4)
fig, axs = plt.subplots(2, 2, sharex=True, sharey=True)
filled = axs[0, 0].tricontourf(mesh, z, levels=9)
lines = axs[0, 1].tricontour(mesh, z, levels=9)
colours = axs[1, 0].tripcolor(mesh, z, shading="gouraud")
edges = axs[1, 1].triplot(mesh, "k.-", lw=0.4)
""",
    "arrows": """
x, y = np.meshgrid(np.arange(0, 2 * np.pi, 0.4), np.arange(0, 2 * np.pi, 0.4))
fig, ax = plt.subplots()
q = ax.quiver(x, y, np.cos(x), np.sin(y), np.hypot(np.cos(x), np.sin(y)), pivot="mid", units="inches", width=0.022)
key = ax.quiverkey(q, 0.85, 0.95, 1, r"$1 \\frac{m}{s}$", labelpos="E", coordinates="figure")
points = ax.scatter(x, y, color="0.5", s=1)
""",
    "barbs": """
x, y = np.meshgrid(np.linspace(-5, 5, 5), np.linspace(-5, 5, 5))
fig, ax = plt.subplots()
barbs = ax.barbs(x, y, 12 * x, 12 * y, np.hypot(x, y), fill_empty=True, rounding=False, cmap="cool",
                 sizes=dict(emptybarb=0.25, spacing=0.2, height=0.3), flip_barb=x > 0)
""",
    "streams": """
y, x = np.mgrid[-3:3:40j, -3:3:40j]
u, v = -1 - x ** 2 + y, 1 + x - y ** 2
fig = plt.figure(figsize=(6, 5))
ax = fig.add_subplot()
stream = ax.streamplot(x, y, u, v, color=u, linewidth=2 * np.hypot(u, v) / np.hypot(u, v).max(), cmap="autumn",
                       density=0.8)
cbar = fig.colorbar(stream.lines)
""",
    "image on the figure": """
fig = plt.figure(figsize=(4, 3))
logo = fig.figimage(np.arange(40 * 60).reshape(40, 60) / 2400, 20, 30, cmap="hot", alpha=0.7)
ax = fig.add_axes((0.3, 0.3, 0.6, 0.6))
ax.plot([1, 2, 0])
ax.patch.set_alpha(0.5)
""",
}
"""Cells by name."""
