"""Shapes and collections of them, and artists of the user's own making."""

from __future__ import annotations

SHAPES = {
    "hatches": """
from matplotlib.patches import Ellipse, Polygon

fig, ax = plt.subplots()
bars = ax.bar(range(1, 5), range(1, 5), color="w", edgecolor="black", hatch=["--", "+", "x", "\\\\\\\\"])
ellipse = ax.add_patch(Ellipse((4, 4.5), 2, 0.8, angle=20, fill=False, hatch="*", ec="b"))
ax.add_patch(Polygon([(0, 3), (1, 5), (2, 4)], hatch="oo", fc="y"))
""",
    "clip paths": """
from matplotlib.patches import Circle, PathPatch
from matplotlib.textpath import TextPath

fig, ax = plt.subplots()
circle = Circle((0.3, 0.5), 0.25, transform=ax.transAxes, fc="none", ec="k")
ax.add_patch(circle)
im = ax.imshow(np.arange(2500).reshape(50, 50), extent=(0, 1, 0, 1), clip_path=circle, clip_on=True, aspect="auto")
letters = PathPatch(TextPath((0.55, 0.4), "Abc", size=0.2), fc="none", transform=ax.transData)
ax.add_patch(letters)
striped = ax.imshow(np.arange(50)[None, :] % 4, extent=(0.5, 1, 0.3, 0.7), cmap="prism", aspect="auto")
striped.set_clip_path(letters)
ax.set(xlim=(0, 1), ylim=(0, 1))
""",
    "collection of patches": """
from matplotlib.collections import PatchCollection
from matplotlib.patches import Arc, Circle, FancyArrowPatch, FancyBboxPatch, Rectangle, Wedge

rng = np.random.default_rng(50)
fig, ax = plt.subplots()
shapes = [Circle(rng.random(2), 0.1 * rng.random()) for _ in range(4)]
shapes += [Wedge(rng.random(2), 0.1, *np.sort(360 * rng.random(2)), width=0.05) for _ in range(4)]
shapes += [Rectangle(rng.random(2), 0.1, 0.2, angle=30, rotation_point="center")]
patches = ax.add_collection(PatchCollection(shapes, alpha=0.4, cmap="hsv"))
patches.set_array(100 * rng.random(len(shapes)))
fig.colorbar(patches, ax=ax)
fancy = ax.add_patch(FancyBboxPatch((0.2, 0.4), 0.3, 0.2, boxstyle="sawtooth,pad=0.05", fc="w", ec="k"))
ax.add_patch(FancyArrowPatch((0.1, 0.1), (0.9, 0.8), arrowstyle="simple,tail_width=0.5", mutation_scale=25,
                             connectionstyle="arc3,rad=-0.4"))
ax.add_patch(Arc((0.7, 0.5), 0.4, 0.6, theta1=30, theta2=200))
""",
    "coloured line": """
from matplotlib.collections import LineCollection

x = np.linspace(0, 3 * np.pi, 300)
points = np.array([x, np.sin(x)]).T.reshape(-1, 1, 2)
fig, ax = plt.subplots()
lc = LineCollection(np.concatenate([points[:-1], points[1:]], axis=1), cmap="viridis", norm=plt.Normalize(-1, 1))
lc.set_array(np.cos(x[:-1]))
lc.set_linewidth(np.linspace(1, 6, 299))
line = ax.add_collection(lc)
cbar = fig.colorbar(line, ax=ax)
ax.set(xlim=(x.min(), x.max()), ylim=(-1.1, 1.1))
""",
    "polygons and ellipses": """
from matplotlib.collections import EllipseCollection, PolyCollection, RegularPolyCollection

rng = np.random.default_rng(51)
fig, ax = plt.subplots()
polygons = ax.add_collection(PolyCollection(rng.random((12, 3, 2)), facecolors=plt.cm.tab20(np.arange(12)), alpha=0.6))
polygons.set_urls([f"#{i}" for i in range(12)])
stars = RegularPolyCollection(5, sizes=(200,), offsets=rng.random((6, 2)), offset_transform=ax.transData, fc="k")
ax.add_collection(stars)
ax.add_collection(EllipseCollection([0.1] * 5, [0.05] * 5, np.arange(5) * 30, units="xy", offsets=rng.random((5, 2)),
                                    offset_transform=ax.transData, facecolors="none", edgecolors="r"))
""",
    "sankey": """
from matplotlib.sankey import Sankey

fig = plt.figure(figsize=(7, 4))
ax = fig.add_subplot(1, 1, 1, xticks=[], yticks=[], title="Flows")
sankey = Sankey(ax=ax, scale=0.01, offset=0.2, head_angle=120, format="%.0f", unit="%")
sankey.add(flows=[25, 0, 60, -10, -20, -5, -15, -35], labels=["", "", "", "1st", "2nd", "3rd", "4th", "5th"],
           orientations=[-1, 1, 0, 1, 1, 1, 0, -1], pathlengths=[0.25] * 8, patchlabel="widget")
diagrams = sankey.finish()
ax.set_aspect("equal", adjustable="box")
diagrams[0].texts[-1].set_color("r")
""",
    "artist of a cell": """
from matplotlib.artist import Artist
from matplotlib.lines import Line2D


class Star(Artist):
    def __init__(self, x, y, size):
        super().__init__()
        self.x, self.y, self.size = x, y, size

    def draw(self, renderer):
        angle = np.linspace(0, 4 * np.pi, 6)
        x, y = self.x + self.size * np.sin(angle), self.y + self.size * np.cos(angle)
        Line2D(x, y, transform=self.axes.transData).draw(renderer)


class Labelled(Line2D):
    def draw(self, renderer):
        self.set_linewidth(3)
        super().draw(renderer)


fig, ax = plt.subplots()
star = ax.add_artist(Star(0.5, 0.5, 0.3))
line = ax.add_line(Labelled([0, 1], [0, 1], color="r"))
""",
    "lines between axes": """
from matplotlib.patches import ConnectionPatch

fig, (left, right) = plt.subplots(1, 2)
left.plot([0, 1], [0, 1])
right.plot([1, 0], [0, 1])
link = fig.add_artist(ConnectionPatch((0.5, 0.5), (0.2, 0.8), "data", "data", axesA=left, axesB=right, color="r"))
frame = fig.add_artist(plt.Rectangle((0.02, 0.02), 0.96, 0.96, fill=False, transform=fig.transFigure, lw=2))
""",
    "filter of a cell": """
def faded(image, dpi):
    image = image.copy()
    image[..., :3] = 0.5 + image[..., :3] / 2
    return image, 0, 0


fig, ax = plt.subplots()
line, = ax.plot([0, 1, 0], lw=10)
line.set_agg_filter(faded)
""",
}
"""Cells by name."""
