"""How figures and axes are made, placed, shared and sized."""

from __future__ import annotations

LAYOUTS = {
    "twin axes": """
t = np.arange(0.01, 10, 0.01)
fig, ax1 = plt.subplots()
rising, = ax1.plot(t, np.exp(t), "r", label="exp")
ax1.set_ylabel("exp", color="r")
ax2 = ax1.twinx()
wave, = ax2.plot(t, np.sin(2 * np.pi * t), "b", label="sin")
ax2.spines["right"].set_position(("axes", 1.05))
ax3 = ax1.twiny()
ax3.set_xlim(100, 0)
ax1.legend(handles=[rising, wave])
""",
    "secondary axes": """
fig, ax = plt.subplots(layout="constrained")
ax.plot(np.arange(0, 360), np.sin(np.radians(np.arange(0, 360))))
secax = ax.secondary_xaxis("top", functions=(np.deg2rad, np.rad2deg))
secax.set_xlabel("angle [rad]")


def celsius_to_fahrenheit(x):
    return x * 1.8 + 32


def fahrenheit_to_celsius(x):
    return (x - 32) / 1.8


secay = ax.secondary_yaxis(1.1, functions=(celsius_to_fahrenheit, fahrenheit_to_celsius))
offset = ax.secondary_yaxis("right", functions=(lambda x: 10 * x, lambda x: x / 10))
""",
    "inset": """
z = np.add.outer(np.sin(np.arange(60) / 5), np.cos(np.arange(80) / 7))
fig, ax = plt.subplots()
im = ax.imshow(z, origin="lower")
inset = ax.inset_axes([0.55, 0.55, 0.42, 0.42], xlim=(10, 25), ylim=(5, 20), xticklabels=[], yticklabels=[])
inset.imshow(z, origin="lower")
inset.set(xlim=(10, 25), ylim=(5, 20))
box = ax.indicate_inset_zoom(inset, edgecolor="black")
ax.indicate_inset([40, 10, 20, 10], edgecolor="w")
""",
    "broken axis": """
fig, (ax1, ax2) = plt.subplots(2, 1, sharex=True, height_ratios=[1, 3])
fig.subplots_adjust(hspace=0.05)
points = np.array([0.015, 0.133, 0.159, 0.152, 0.155, 0.988, 0.089, 0.179, 0.098, 0.188])
for ax in (ax1, ax2):
    ax.plot(points)
ax1.set_ylim(0.78, 1.0)
ax2.set_ylim(0, 0.22)
ax1.spines.bottom.set_visible(False)
ax2.spines.top.set_visible(False)
ax1.tick_params(labeltop=False, bottom=False)
slash = dict(marker=[(-1, -0.5), (1, 0.5)], markersize=12, linestyle="none", color="k", mec="k", clip_on=False)
ax1.plot([0, 1], [0, 0], transform=ax1.transAxes, **slash)
ax2.plot([0, 1], [1, 1], transform=ax2.transAxes, **slash)
""",
    "shared axes": """
fig, axs = plt.subplots(2, 3, sharex="col", sharey="row")
for i, ax in enumerate(axs.flat):
    ax.plot(np.arange(5) * (i + 1), np.arange(5) ** (i % 3))
    ax.label_outer()
axs[0, 0].set_xlim(-1, 9)
axs[1, 2].invert_yaxis()
""",
    "axes shared by two figures": """
fig1, ax1 = plt.subplots()
ax1.plot([0, 1, 2], [2, 0, 1])
fig2 = plt.figure(figsize=(4, 4))
ax2 = fig2.add_subplot(sharex=ax1)
ax2.plot([0, 1, 2], [1, 3, 2], "k")
ax1.set_xlim(0.5, 1.5)
""",
    "subfigures": """
fig = plt.figure(layout="constrained", figsize=(8, 4))
left, right = subfigs = fig.subfigures(1, 2, wspace=0.07, width_ratios=[1.5, 1])
left.set_facecolor("0.85")
axsLeft = left.subplots(1, 2, sharey=True)
mesh = axsLeft[0].pcolormesh(np.arange(16).reshape(4, 4))
left.colorbar(mesh, shrink=0.6, ax=axsLeft, location="bottom")
left.suptitle("left")
inner = right.subfigures(2, 1)
ax = inner[1].add_subplot()
ax.plot([1, 2, 1])
inner[0].text(0.5, 0.5, "upper right", ha="center")
""",
    "grid specification": """
from matplotlib.gridspec import GridSpec

fig = plt.figure()
gs = GridSpec(3, 3, figure=fig, wspace=0.4, hspace=0.6, width_ratios=[1, 2, 1])
ax1 = fig.add_subplot(gs[0, :])
ax2 = fig.add_subplot(gs[1, :-1])
ax3 = fig.add_subplot(gs[1:, -1])
nested = gs[2, :2].subgridspec(1, 2)
ax4, ax5 = nested.subplots()
for i, ax in enumerate(fig.axes):
    ax.text(0.5, 0.5, f"ax{i + 1}", va="center", ha="center")
    ax.tick_params(labelbottom=False, labelleft=False)
""",
    "mosaic": """
fig, axd = plt.subplot_mosaic('''
AAB
C.B
CDD
''', gridspec_kw={"wspace": 0.5, "hspace": 0.5})
for name, ax in axd.items():
    ax.plot([ord(name), 70, 60])
    ax.set_title(name)
line = axd["A"].lines[0]
""",
    "constrained layout": """
fig, axs = plt.subplots(2, 2, layout="constrained")
for ax in axs.flat:
    mesh = ax.pcolormesh(np.arange(100).reshape(10, 10))
    ax.set_ylabel("a long label\\nof two lines")
cbar = fig.colorbar(mesh, ax=axs[:, 1], shrink=0.6)
fig.suptitle("title")
fig.supxlabel("x")
fig.supylabel("y")
fig.get_layout_engine().set(w_pad=4 / 72, h_pad=4 / 72)
""",
    "tight layout": """
plt.figure()
ax1 = plt.subplot(221)
ax2 = plt.subplot(223)
ax3 = plt.subplot(122)
for ax in (ax1, ax2, ax3):
    ax.set(xlabel="x-label", ylabel="y-label", title="Title")
plt.tight_layout(pad=0.4, w_pad=0.5, h_pad=1.0)
""",
    "compressed layout": """
fig, axs = plt.subplots(2, 2, layout="compressed", sharex=True, sharey=True)
for ax in axs.flat:
    im = ax.imshow(np.arange(24).reshape(4, 6), vmin=0, vmax=30)
fig.colorbar(im, ax=axs)
""",
    "64 axes": """
fig, axs = plt.subplots(8, 8, figsize=(10, 10), sharex=True, sharey=True)
for (row, column), ax in np.ndenumerate(axs):
    ax.plot(np.sin(np.linspace(0, row + 1, 30)) * np.cos(np.linspace(0, column + 1, 30)), color=plt.cm.tab20(column))
""",
    "several figures": """
figs = [plt.figure(i, figsize=(3, 2)) for i in (3, 7, 5)]
for i, each in enumerate(figs):
    each.gca().plot(np.arange(4) ** i)
plt.figure(7)
plt.title("the current one")
""",
    "figures by name": """
plots = {}
for name in ("train", "test"):
    fig, ax = plt.subplots(num=name)
    ax.semilogy(np.exp(-np.arange(20) / len(name)))
    plots[name] = {"figure": fig, "axes": ax}
""",
    "figure without pyplot": """
from matplotlib.figure import Figure

fig = Figure(figsize=(4, 3), dpi=80, facecolor="lightyellow", edgecolor="k", linewidth=4)
ax = fig.subplots()
ax.plot([1, 2])
""",
    "closed figure": """
fig, ax = plt.subplots()
ax.plot([3, 1, 2])
plt.close(fig)
""",
    "nested containers": """
fig, ax = plt.subplots()
panel = {"axes": ax, "lines": [ax.plot([1, 2, i])[0] for i in range(3)], "text": (ax.set_title("t"), ax.xaxis.label)}
""",
    "dpi set afterwards": """
fig, ax = plt.subplots()
ax.plot([1, 3, 2], lw=5)
fig.set_dpi(61)
""",
    "size set afterwards": """
fig, ax = plt.subplots(dpi=70)
ax.bar([1, 2], [2, 1])
fig.set_size_inches(8.5, 2.25)
fig.subplots_adjust(left=0.05, right=0.98)
fig.patch.set_facecolor("#eeeeff")
""",
    "figure class of a cell": """
from matplotlib.figure import Figure


class Watermarked(Figure):
    def __init__(self, *args, watermark=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.watermark = watermark
        if watermark is not None:
            self.text(0.5, 0.5, watermark, ha="center", va="center", rotation=30, fontsize=40, color="gray", alpha=0.5)


fig = plt.figure(FigureClass=Watermarked, watermark="draft")
plt.plot([1, 4, 2])
ax = plt.gca()
""",
    "axes class of a cell": """
from matplotlib.axes import Axes


class Padded(Axes):
    def autoscale_view(self, *args, **kwargs):
        super().autoscale_view(*args, **kwargs)
        self.views = getattr(self, "views", 0) + 1


fig = plt.figure()
ax = fig.add_subplot(axes_class=Padded)
ax.plot([1, 4, 2])
""",
}
"""Cells by name."""
