"""Axes that are not a plain rectangle: polar, geographic, three-dimensional and of the user's own making."""

from __future__ import annotations

PROJECTIONS = {
    "polar line": """
r = np.arange(0, 2, 0.01)
fig, ax = plt.subplots(subplot_kw={"projection": "polar"})
line, = ax.plot(2 * np.pi * r, r)
ax.set_rticks([0.5, 1, 1.5, 2])
ax.set_rlabel_position(-22.5)
ax.set_theta_zero_location("N", offset=10)
ax.set_theta_direction(-1)
""",
    "rose": """
rng = np.random.default_rng(30)
ax = plt.subplot(projection="polar")
bars = ax.bar(np.linspace(0, 2 * np.pi, 16, endpoint=False), 10 * rng.random(16), width=0.3, bottom=2,
              color=plt.cm.viridis(rng.random(16)), alpha=0.6)
fig = ax.figure
""",
    "sector": """
fig, ax = plt.subplots(subplot_kw=dict(polar=True))
ax.set_thetamin(30)
ax.set_thetamax(150)
ax.set_rorigin(-1)
theta, r = np.meshgrid(np.linspace(0.6, 2.5, 20), np.linspace(0, 2, 10))
mesh = ax.pcolormesh(theta, r, np.sin(4 * theta) * r)
ax.grid(False)
""",
    "radar projection of a cell": """
from matplotlib.patches import RegularPolygon
from matplotlib.path import Path
from matplotlib.projections import register_projection
from matplotlib.projections.polar import PolarAxes
from matplotlib.spines import Spine
from matplotlib.transforms import Affine2D

angles = np.linspace(0, 2 * np.pi, 5, endpoint=False)


class RadarTransform(PolarAxes.PolarTransform):
    def transform_path_non_affine(self, path):
        if path._interpolation_steps > 1:
            path = path.interpolated(5)
        return Path(self.transform(path.vertices), path.codes)


class RadarAxes(PolarAxes):
    name = "radar"
    PolarTransform = RadarTransform

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.set_theta_zero_location("N")

    def fill(self, *args, closed=True, **kwargs):
        return super().fill(closed=closed, *args, **kwargs)

    def set_varlabels(self, labels):
        self.set_thetagrids(np.degrees(angles), labels)

    def _gen_axes_patch(self):
        return RegularPolygon((0.5, 0.5), 5, radius=0.5, edgecolor="k")

    def _gen_axes_spines(self):
        spine = Spine(self, "circle", Path.unit_regular_polygon(5))
        spine.set_transform(Affine2D().scale(0.5).translate(0.5, 0.5) + self.transAxes)
        return {"polar": spine}


register_projection(RadarAxes)
fig, ax = plt.subplots(subplot_kw=dict(projection="radar"))
ax.plot(angles, [0.9, 0.4, 0.7, 0.8, 0.5])
area, = ax.fill(angles, [0.9, 0.4, 0.7, 0.8, 0.5], alpha=0.25)
ax.set_varlabels(list("ABCDE"))
ax.set_ylim(0, 1)
""",
    "aitoff and mollweide": """
fig = plt.figure(figsize=(6, 6))
top = fig.add_subplot(211, projection="aitoff")
top.grid(True)
bottom = fig.add_subplot(212, projection="mollweide")
longitude = np.linspace(-np.pi, np.pi, 100)
track, = bottom.plot(longitude, np.sin(2 * longitude), "r")
bottom.set_longitude_grid(45)
""",
    "hammer and lambert": """
longitude, latitude = np.meshgrid(np.linspace(-np.pi, np.pi, 40), np.linspace(-np.pi / 2, np.pi / 2, 20))
fig, axs = plt.subplot_mosaic("AB", per_subplot_kw={"A": {"projection": "hammer"}, "B": {"projection": "lambert"}})
mesh = axs["A"].pcolormesh(longitude, latitude, np.cos(3 * latitude) * np.cos(longitude))
axs["B"].scatter(longitude[::4, ::4], latitude[::4, ::4], s=5)
axs["B"].grid(True)
""",
    "surface": """
x, y = np.meshgrid(np.arange(-5, 5, 0.25), np.arange(-5, 5, 0.25))
fig, ax = plt.subplots(subplot_kw={"projection": "3d"})
surface = ax.plot_surface(x, y, np.sin(np.hypot(x, y)), cmap="coolwarm", linewidth=0, antialiased=False)
ax.set_zlim(-1.01, 1.01)
ax.zaxis.set_major_formatter("{x:.02f}")
cbar = fig.colorbar(surface, shrink=0.5, aspect=5)
""",
    "points in space": """
rng = np.random.default_rng(31)
ax = plt.figure().add_subplot(projection="3d")
x, y, z = rng.random((3, 100))
points = ax.scatter(x, y, z, c=z, marker="^", depthshade=True)
line, = ax.plot(np.cos(6 * z), np.sin(6 * z), np.sort(z), label="curve")
ax.view_init(elev=20, azim=-35, roll=10)
ax.set_proj_type("ortho")
ax.legend()
""",
    "wire frame": """
from mpl_toolkits.mplot3d import axes3d

fig = plt.figure()
ax = fig.add_subplot(1, 1, 1, projection="3d")
X, Y, Z = axes3d.get_test_data(0.1)
wires = ax.plot_wireframe(X, Y, Z, rstride=5, cstride=0)
cset = ax.contour(X, Y, Z, zdir="z", offset=-100, cmap="coolwarm")
ax.set(xlabel="X", ylabel="Y", zlabel="Z", zlim=(-100, 100))
""",
    "bars in space": """
fig = plt.figure(figsize=(8, 3))
ax1, ax2 = (fig.add_subplot(1, 2, i, projection="3d") for i in (1, 2))
x, y = (grid.ravel() for grid in np.meshgrid(np.arange(4), np.arange(5)))
bars = ax1.bar3d(x, y, np.zeros_like(x), 0.8, 0.8, x + y, shade=True)
for depth, colour in enumerate("rgb"):
    ax2.bar(np.arange(8), np.arange(8) % 3 + depth, zs=depth, zdir="y", color=colour, alpha=0.7)
ax2.view_init(30, 60)
""",
    "voxels": """
i, j, k = np.indices((6, 6, 6))
cubes = (i < 2) & (j < 2) & (k < 2) | (i >= 4) & (j >= 4) & (k >= 4)
fig = plt.figure()
ax = fig.add_subplot(projection="3d")
voxels = ax.voxels(cubes, facecolors=np.where(cubes & (i < 3), "#FFD65DC0", "#7A88CCC0"), edgecolor="k")
ax.set_box_aspect((2, 1, 1))
""",
    "triangulated surface": """
n_radii, n_angles = 6, 24
radii, angles = np.meshgrid(np.linspace(0.125, 1, n_radii), np.linspace(0, 2 * np.pi, n_angles, endpoint=False))
x = np.append(0, (radii * np.cos(angles)).ravel())
y = np.append(0, (radii * np.sin(angles)).ravel())
ax = plt.figure().add_subplot(projection="3d", computed_zorder=False)
surface = ax.plot_trisurf(x, y, np.sin(-x * y), linewidth=0.2, color="C4")
ax.text(0, 0, 1, "peak", zdir="x")
ax.set_axis_off()
""",
    "arrows in space": """
x, y, z = np.meshgrid(np.arange(-0.8, 1, 0.4), np.arange(-0.8, 1, 0.4), np.arange(-0.8, 1, 0.8))
fig, ax = plt.subplots(subplot_kw=dict(projection="3d"))
arrows = ax.quiver(x, y, z, np.sin(np.pi * x), -np.cos(np.pi * y), np.sin(np.pi * z), length=0.1, normalize=True)
stems = ax.stem([0, 1], [1, 0], [1, 1.5])
ax.set_proj_type("persp", focal_length=0.3)
""",
}
"""Cells by name."""
