"""Bars, pies, distributions and clouds of points."""

from __future__ import annotations

STATISTICS = {
    "bars": """
plt.figure()
bars = plt.bar(["a", "b", "c"], [3, 5, 2], color=["tab:red", "tab:blue", "tab:green"], edgecolor="k",
               yerr=[1, 0.5, 0.2])
fig = bars[0].figure
""",
    "horizontal bars": """
people = ("Tom", "Dick", "Harry", "Slim")
fig, ax = plt.subplots(layout="constrained")
ax.barh(np.arange(4), [5, 7, 3, 9], xerr=[0.3, 1, 0.4, 0.2], align="center", log=True)
ax.set_yticks(np.arange(4), labels=people)
ax.invert_yaxis()
ax.set_title("How fast do you want to go today?", loc="left")
""",
    "stacked bars with labels": """
fig, ax = plt.subplots()
bottom, containers = np.zeros(3), []
for sex, count in {"male": np.array([73, 34, 61]), "female": np.array([73, 34, 58])}.items():
    containers.append(ax.bar(["Adelie", "Chinstrap", "Gentoo"], count, 0.6, label=sex, bottom=bottom))
    bottom += count
    texts = ax.bar_label(containers[-1], label_type="center", fmt="%d birds")
totals = ax.bar_label(containers[-1], labels=[f"{total:g}" for total in bottom], padding=3)
ax.legend()
""",
    "grouped bars": """
x = np.arange(3)
fig, ax = plt.subplots(layout="constrained")
for i, (name, heights) in enumerate({"depth": (18, 19, 15), "length": (39, 49, 48)}.items()):
    rects = ax.bar(x + 0.4 * i, heights, 0.4, label=name, hatch="x." [i])
    ax.bar_label(rects, padding=3)
ax.set_xticks(x + 0.2, ("A", "B", "C"))
ax.legend(ncols=2)
""",
    "broken bars": """
fig, ax = plt.subplots()
spans = ax.broken_barh([(110, 30), (150, 10)], (10, 9), facecolors="tab:blue")
ax.broken_barh([(10, 50), (100, 20), (130, 10)], (20, 9), facecolors=("tab:orange", "tab:green", "tab:red"))
""",
    "histogram": """
rng = np.random.default_rng(3)
counts, edges, patches = plt.hist(rng.normal(100, 15, 5000), 50, density=True, facecolor="g", alpha=0.75)
for patch in patches[::2]:
    patch.set_facecolor("orange")
plt.text(60, 0.025, r"$\\mu=100,\\ \\sigma=15$")
""",
    "histograms in one": """
rng = np.random.default_rng(4)
fig, axs = plt.subplots(2, 2)
data = [rng.normal(size=n) for n in (1000, 500, 200)]
for ax, kind in zip(axs.flat, ("bar", "barstacked", "step", "stepfilled")):
    ax.hist(data, 12, histtype=kind, label=["x", "y", "z"], cumulative=kind == "step")
axs[0, 0].legend(prop={"size": 8})
fig.tight_layout()
""",
    "histogram in two dimensions": """
from matplotlib.colors import LogNorm

rng = np.random.default_rng(5)
x = rng.standard_normal(20_000)
h, xedges, yedges, image = plt.hist2d(x, 1.2 * x + rng.standard_normal(20_000) / 3, bins=60, norm=LogNorm())
cbar = plt.colorbar()
""",
    "hexagons": """
rng = np.random.default_rng(6)
x = rng.standard_normal(10_000)
fig, ax = plt.subplots()
hexagons = ax.hexbin(x, 2 + 3 * x + 4 * rng.standard_normal(10_000), gridsize=30, bins="log", cmap="inferno",
                     marginals=True)
cb = fig.colorbar(hexagons, ax=ax, label="counts")
""",
    "box plots": """
rng = np.random.default_rng(7)
fig, ax = plt.subplots()
boxes = ax.boxplot([rng.normal(0, s, 100) for s in (1, 2, 3)], notch=True, patch_artist=True, showmeans=True,
                   whis=(5, 95), bootstrap=None)
for box, colour in zip(boxes["boxes"], ("pink", "lightblue", "lightgreen")):
    box.set_facecolor(colour)
ax.set_xticks([1, 2, 3], labels=["x1", "x2", "x3"])
""",
    "violins": """
rng = np.random.default_rng(8)
fig, ax = plt.subplots()
violins = ax.violinplot([rng.normal(0, s, 100) for s in (1, 2, 3)], showmedians=True, quantiles=[[0.1], [], [0.5, 0.9]],
                        points=60)
for body in violins["bodies"]:
    body.set_alpha(0.6)
""",
    "pie": """
fig, ax = plt.subplots()
wedges, texts, percents = ax.pie([15, 30, 45, 10], explode=(0, 0.1, 0, 0), labels=["Frogs", "Hogs", "Dogs", "Logs"],
                                 autopct=lambda share: f"{share:.1f}%", shadow=True, startangle=90)
percents[0].set_color("w")
""",
    "doughnut": """
fig, ax = plt.subplots(figsize=(6, 3), subplot_kw=dict(aspect="equal"))
wedges, texts = ax.pie([225, 90, 50, 60, 100, 5], wedgeprops=dict(width=0.5, edgecolor="w"), startangle=-40)
for i, wedge in enumerate(wedges):
    angle = np.deg2rad((wedge.theta2 + wedge.theta1) / 2)
    ax.annotate(f"part {i}", (np.cos(angle), np.sin(angle)), (1.35 * np.sign(np.cos(angle)), 1.4 * np.sin(angle)),
                arrowprops=dict(arrowstyle="-"), bbox=dict(boxstyle="square,pad=0.3", fc="w", lw=0.7))
""",
    "scatter with a colour bar": """
rng = np.random.default_rng(9)
x, y, c = rng.random((3, 80))
points = plt.scatter(x, y, c=c, s=300 * c, alpha=0.5, cmap="plasma", edgecolors="face")
cbar = plt.colorbar(points, orientation="horizontal", ticks=[0, 0.5, 1], extend="both")
cbar.ax.set_xticklabels(["low", "middle", "high"])
""",
    "scatter with legends of its elements": """
rng = np.random.default_rng(10)
fig, ax = plt.subplots()
scatter = ax.scatter(rng.random(45), rng.random(45), c=rng.integers(1, 5, 45), s=rng.integers(10, 220, 45))
classes = ax.add_artist(ax.legend(*scatter.legend_elements(), loc="lower left", title="Classes"))
handles, labels = scatter.legend_elements(prop="sizes", alpha=0.6, func=lambda s: s / 10)
sizes = ax.legend(handles, labels, loc="upper right", title="Sizes")
""",
    "scatter with many markers": """
fig, ax = plt.subplots()
rng = np.random.default_rng(11)
for i, marker in enumerate("ov^sP*X"):
    ax.scatter(*rng.random((2, 20)), marker=marker, facecolors="none", edgecolors=f"C{i}", linewidths=1.5, label=marker)
ax.legend(ncol=4, scatterpoints=2)
""",
    "correlations and spectra": """
rng = np.random.default_rng(12)
t = np.arange(0, 10, 0.01)
signal = np.sin(2 * np.pi * 10 * t) * (t > 5) + 0.1 * rng.standard_normal(t.size)
fig, axs = plt.subplot_mosaic([["signal", "xcorr"], ["psd", "specgram"]], figsize=(8, 5))
axs["signal"].plot(t, signal)
lags = axs["xcorr"].xcorr(signal, signal, maxlags=30)
axs["psd"].psd(signal, NFFT=256, Fs=100)
*_, image = axs["specgram"].specgram(signal + 1e-3, NFFT=128, Fs=100, noverlap=64)
""",
}
"""Cells by name."""
