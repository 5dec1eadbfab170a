"""What turns data into places, colours and labels: units, scales, norms, colormaps, locators and formatters."""

from __future__ import annotations

MAPPINGS = {
    "dates": """
t = np.datetime64("2026-01-15T06:00") + np.arange(0, 300, 6).astype("timedelta64[h]")
fig, ax = plt.subplots()
line, = ax.plot(t, np.arange(50) ** 1.5)
ax.axvline(np.datetime64("2026-01-20"), color="r")
fig.autofmt_xdate(rotation=40)
""",
    "concise dates": """
import datetime
import matplotlib.dates as mdates

fig, axs = plt.subplots(3, 1, layout="constrained", figsize=(6, 6))
base = datetime.datetime(2026, 2, 1, tzinfo=datetime.timezone.utc)
dates = [base + datetime.timedelta(hours=2 * i) for i in range(732)]
y = np.cumsum(np.sin(np.arange(732)))
for nn, ax in enumerate(axs):
    locator = mdates.AutoDateLocator(minticks=3, maxticks=7)
    formatter = mdates.ConciseDateFormatter(locator, show_offset=nn != 1)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(formatter)
    ax.plot(dates, y)
axs[0].set_xlim(base, base + datetime.timedelta(days=3))
axs[2].xaxis.set_minor_locator(mdates.WeekdayLocator(byweekday=mdates.MO))
""",
    "categories": """
plt.plot(["bored", "happy", "bored"], ["dog", "cat", "fish"], "o-")
names = plt.scatter(["happy", "sleepy"], ["cat", "bird"], s=90)
ax = plt.gca()
""",
    "units of a cell": """
from matplotlib import units
from matplotlib.ticker import MultipleLocator


class Length:
    def __init__(self, metres):
        self.metres = metres


class LengthConverter(units.ConversionInterface):
    @staticmethod
    def convert(value, unit, axis):
        factor = {"m": 1.0, "cm": 100.0}[unit]
        return [factor * v.metres for v in value] if np.iterable(value) else factor * value.metres

    @staticmethod
    def axisinfo(unit, axis):
        return units.AxisInfo(majloc=MultipleLocator(50), majfmt=lambda x, pos: f"{x:g} {unit}",
                              label=f"length / {unit}")

    @staticmethod
    def default_units(x, axis):
        return "cm"


units.registry[Length] = LengthConverter()
fig, ax = plt.subplots()
line, = ax.plot([Length(0.4), Length(1.1), Length(1.9)], [1, 3, 2], "o-")
""",
    "functions for a scale": """
x = np.linspace(0.1, 10, 200)
fig, (left, right) = plt.subplots(1, 2)
line, = left.plot(x, x ** 2)
left.set_yscale("function", functions=(lambda v: v ** 0.5, lambda v: v ** 2))
right.plot(x, x)
right.set_xscale("functionlog", functions=(lambda v: v ** 2, lambda v: v ** 0.5), base=2)
""",
    "scale of a cell": """
from matplotlib import scale
from matplotlib.ticker import FixedLocator
from matplotlib.transforms import Transform


class Mercator(Transform):
    input_dims = output_dims = 1

    def transform_non_affine(self, values):
        return np.log(np.abs(np.tan(values) + 1 / np.cos(values)))

    def inverted(self):
        return MercatorBack()


class MercatorBack(Transform):
    input_dims = output_dims = 1

    def transform_non_affine(self, values):
        return np.arctan(np.sinh(values))

    def inverted(self):
        return Mercator()


class MercatorScale(scale.ScaleBase):
    name = "mercator"

    def __init__(self, *args, limit=np.deg2rad(85)):
        super().__init__(None)
        self.limit = limit

    def get_transform(self):
        return Mercator()

    def set_default_locators_and_formatters(self, axis):
        axis.set_major_locator(FixedLocator(np.deg2rad(np.arange(-80, 81, 20))))
        axis.set_major_formatter(lambda value, pos: f"{np.degrees(value):.0f}°")

    def limit_range_for_scale(self, vmin, vmax, minpos):
        return max(vmin, -self.limit), min(vmax, self.limit)


scale.register_scale(MercatorScale)
fig, ax = plt.subplots()
s = np.radians(np.arange(-80, 81))
line, = ax.plot(np.degrees(s), s)
ax.set_yscale("mercator")
ax.grid(True)
""",
    "registered colormap": """
import matplotlib
from matplotlib.colors import LinearSegmentedColormap

colours = LinearSegmentedColormap.from_list("dusk", ["#101030", "#804060", "#ffd090"], N=64)
matplotlib.colormaps.register(colours, name="dusk", force=True)
fig, ax = plt.subplots()
im = ax.imshow(np.arange(100).reshape(10, 10), cmap="dusk")
cbar = fig.colorbar(im)
""",
    "listed colormap with boundaries": """
from matplotlib.colors import BoundaryNorm, ListedColormap

fig, ax = plt.subplots()
cmap = ListedColormap(["red", "green", "blue", "cyan"]).with_extremes(under="yellow", over="0.25", bad="pink")
norm = BoundaryNorm([1, 2, 4, 7, 8], cmap.N)
data = np.ma.masked_equal(np.arange(100).reshape(10, 10) % 11, 5)
mesh = ax.pcolormesh(data, cmap=cmap, norm=norm)
cbar = fig.colorbar(mesh, extend="both", spacing="proportional", ticks=norm.boundaries, drawedges=True)
""",
    "norms": """
from matplotlib import colors

x, y = np.mgrid[-3:3:60j, -2:2:40j]
z = 10 * np.exp(-x ** 2 - y ** 2) - 2 * np.exp(-(x - 1) ** 2 - (y - 1) ** 2)
norms = [colors.TwoSlopeNorm(0, vmin=-1), colors.CenteredNorm(), colors.SymLogNorm(0.03, vmin=-10, vmax=10),
         colors.PowerNorm(0.5, clip=True)]
fig, axs = plt.subplots(2, 2, layout="constrained")
meshes = [ax.pcolormesh(x, y, z, norm=norm, cmap="RdBu_r") for ax, norm in zip(axs.flat, norms)]
cbars = [fig.colorbar(mesh, ax=mesh.axes) for mesh in meshes]
""",
    "norm of two lambdas": """
from matplotlib.colors import FuncNorm

fig, ax = plt.subplots()
norm = FuncNorm((lambda v: np.sqrt(v), lambda v: v ** 2), vmin=0, vmax=20)
im = ax.imshow(np.arange(20).reshape(4, 5), norm=norm)
fig.colorbar(im, ax=ax, format=lambda value, pos: f"<{value:.0f}>")
""",
    "norm of a cell": """
from matplotlib.colors import Normalize


class MidpointNormalize(Normalize):
    def __init__(self, vmin=None, vmax=None, midpoint=None, clip=False):
        self.midpoint = midpoint
        super().__init__(vmin, vmax, clip)

    def __call__(self, value, clip=None):
        return np.ma.masked_array(np.interp(value, [self.vmin, self.midpoint, self.vmax], [0, 0.5, 1]))

    def inverse(self, value):
        return np.interp(value, [0, 0.5, 1], [self.vmin, self.midpoint, self.vmax])


fig, ax = plt.subplots()
im = ax.imshow(np.linspace(-1, 5, 100).reshape(10, 10), norm=MidpointNormalize(-1, 5, 0), cmap="seismic")
cbar = fig.colorbar(im)
""",
    "formatters": """
from matplotlib import ticker

fig, axs = plt.subplots(5, 1, figsize=(6, 5), layout="constrained")
suffix = " apples"
formatters = (lambda x, pos: f"{x * 1e-3:.1f} k{suffix}", "{x:,.0f} km", ticker.FormatStrFormatter("%.2e"),
              ticker.EngFormatter(unit="Hz", places=1), ticker.PercentFormatter(xmax=5000))
for ax, formatter in zip(axs, formatters):
    ax.set(xlim=(0, 4000), ylim=(0, 1), yticks=[])
    ax.xaxis.set_major_formatter(formatter)


@ticker.FuncFormatter
def brackets(value, pos):
    return f"[{value:g}]"


axs[0].xaxis.set_minor_formatter(brackets)
axs[0].xaxis.set_minor_locator(ticker.MultipleLocator(300))
""",
    "locator of a cell": """
from matplotlib.ticker import Locator


class PrimeLocator(Locator):
    def __init__(self, most):
        self.most = most

    def __call__(self):
        return self.tick_values(*self.axis.get_view_interval())

    def tick_values(self, vmin, vmax):
        return [n for n in range(2, self.most) if vmin <= n <= vmax and all(n % d for d in range(2, n))]


fig, ax = plt.subplots()
ax.plot([0, 30], [0, 1])
ax.xaxis.set_major_locator(PrimeLocator(100))
ax.xaxis.grid(True)
""",
    "offsets and scientific notation": """
fig, (top, bottom) = plt.subplots(2, 1)
top.plot(1e6 + np.arange(5), [1e-9, 2e-9, 4e-9, 3e-9, 0])
bottom.plot([0, 1], [12345, 67890])
bottom.ticklabel_format(axis="y", style="sci", scilimits=(3, 3), useMathText=True)
fig.subplots_adjust(hspace=0.5)
""",
}
"""Cells by name."""
