"""Lines, what marks them and what is filled between them."""

from __future__ import annotations

LINES = {
    "pyplot line": """
x = np.linspace(0, 2 * np.pi, 200)
line, = plt.plot(x, np.sin(x), "r--", lw=2)
plt.title("One period")
plt.xlabel("angle")
plt.grid(True)
fig = plt.gcf()
""",
    "only the line has a name": """
line, = plt.plot([0, 1, 2, 3], [3, 1, 4, 1], marker="o")
""",
    "figure under two names": """
fig = figure = plt.figure("measurement", figsize=(5, 3))
ax = axes = fig.add_subplot(111)
first, second = ax.plot(np.arange(10), np.arange(10) ** 2, "b-", np.arange(10), np.arange(10) * 8, "g^:")
""",
    "line styles": """
fig, ax = plt.subplots()
styles = ["-", "--", "-.", ":", (0, (1, 1)), (0, (5, 1, 1, 1)), (3, (10, 2))]
lines = [ax.plot([0, 1], [i, i + 0.5], ls=style, lw=1 + i / 2, dash_capstyle="round")[0]
         for i, style in enumerate(styles)]
ax.margins(0.1)
""",
    "markers": """
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.markers import MarkerStyle
from matplotlib.transforms import Affine2D

fig, ax = plt.subplots()
for i, marker in enumerate(Line2D.filled_markers):
    ax.plot(i % 5, i // 5, marker=marker, ms=15, fillstyle="left", mfc="tab:blue", markerfacecoloralt="w", mec="k")
star = Path.unit_regular_star(6)
own, = ax.plot([5], [1], marker=star, ms=25)
turned, = ax.plot([5], [2], marker=MarkerStyle("d", transform=Affine2D().rotate_deg(30)), ms=20)
math, = ax.plot([5], [0], marker=r"$\\clubsuit$", ms=20)
""",
    "markevery and drawstyle": """
x = np.linspace(0, 10, 60)
fig, (top, bottom) = plt.subplots(2, 1, sharex=True)
every, = top.plot(x, np.cos(x), "o-", markevery=(3, 7))
steps, = bottom.plot(x, np.cos(x), drawstyle="steps-mid", marker="x", markevery=0.1, solid_joinstyle="bevel")
""",
    "colour cycle": """
from cycler import cycler

fig, ax = plt.subplots()
ax.set_prop_cycle(cycler(color=["c", "m", "y", "k"]) + cycler(lw=[1, 2, 3, 4]))
x = np.linspace(0, 2 * np.pi)
lines = ax.plot(x, np.sin(x[:, None] + np.arange(3) / 2))
""",
    "gaps": """
x = np.linspace(0, 4, 81)
y = np.sin(3 * x)
y[20:25] = np.nan
fig, ax = plt.subplots()
ax.plot(x, y, ".-", label="nan")
masked, = ax.plot(x, np.ma.masked_where(np.abs(y) > 0.7, y) - 1, label="masked")
ax.legend()
""",
    "logarithmic": """
x = np.logspace(-2, 3, 50)
plt.loglog(x, x ** 1.5, "s-", base=10)
plt.loglog(x, 3 / x)
plt.grid(which="both", alpha=0.3)
fig, ax = plt.gcf(), plt.gca()
""",
    "symlog": """
fig, ax = plt.subplots()
x = np.linspace(-50, 50, 401)
line = ax.plot(x, x ** 3)[0]
ax.set_yscale("symlog", linthresh=10, linscale=0.5, subs=[2, 5])
ax.set_xscale("asinh")
""",
    "logit": """
p = np.linspace(0.001, 0.999, 300)
fig = plt.figure()
ax = fig.add_axes([0.15, 0.1, 0.8, 0.8])
ax.plot(np.log(p / (1 - p)), p)
ax.set_yscale("logit", one_half="1/2", use_overline=True)
ax.minorticks_on()
""",
    "fill between": """
x = np.arange(0.0, 2, 0.01)
y1, y2 = np.sin(2 * np.pi * x), 0.8 * np.sin(4 * np.pi * x)
fig, ax = plt.subplots()
ax.plot(x, y1, x, y2, color="k")
more = ax.fill_between(x, y1, y2, where=y2 >= y1, facecolor="C2", interpolate=True, label="more")
less = ax.fill_between(x, y1, y2, where=y2 <= y1, facecolor="C3", interpolate=True, hatch="//", label="less")
band = ax.fill_betweenx([-1, 1], 0.2, 0.4, alpha=0.3)
ax.legend(loc="lower left")
""",
    "stack": """
x = np.arange(12)
fig, ax = plt.subplots()
layers = ax.stackplot(x, np.abs(np.sin(x)), np.abs(np.cos(x)), x / 12, baseline="wiggle", labels=list("abc"))
ax.legend(loc="upper left")
""",
    "filled polygons": """
angle = np.linspace(0, 2 * np.pi, 100)
fig, ax = plt.subplots()
heart, other = ax.fill(np.sin(angle) ** 3, np.cos(angle) - np.cos(2 * angle) / 3, "r",
                       2 + 0.5 * np.cos(angle), 0.5 * np.sin(angle), "b", alpha=0.5)
ax.set_aspect("equal")
""",
    "stem": """
x = np.linspace(0.1, 2 * np.pi, 21)
stems = plt.stem(x, np.exp(np.sin(x)), linefmt="grey", markerfmt="D", bottom=1.1)
stems.markerline.set_markerfacecolor("none")
fig = plt.gcf()
""",
    "steps and stairs": """
fig, axs = plt.subplots(1, 2, figsize=(7, 3))
x = np.arange(14)
for where in ("pre", "mid", "post"):
    axs[0].step(x, np.sin(x / 2) + len(where), where=where, label=where)
axs[0].legend(title="where:")
stairs = axs[1].stairs([1, 4, 2, 3], [0, 1, 3, 4, 6], baseline=0.5, fill=True, hatch="//")
""",
    "events": """
rng = np.random.default_rng(1)
fig, ax = plt.subplots()
events = ax.eventplot([rng.gamma(4, size=40) for _ in range(6)], colors=[f"C{i}" for i in range(6)],
                      lineoffsets=[0, 1, 2, 4, 5, 6], linelengths=0.8, orientation="vertical")
""",
    "error bars": """
fig, ax = plt.subplots()
x = np.arange(0.5, 5, 0.5)
bars = ax.errorbar(x, np.exp(-x), xerr=0.1, yerr=[0.05 + 0 * x, 0.1 * np.exp(-x) + 0.02], fmt="o", capsize=4,
                   ecolor="0.5", errorevery=(0, 2), label="measured")
limits = ax.errorbar(x, 1 + np.exp(-x), yerr=0.1, uplims=True, lolims=[True, False] * 4 + [True], ls=":")
ax.legend()
""",
    "spans and infinite lines": """
fig, ax = plt.subplots()
ax.axhspan(0.25, 0.75, facecolor="0.8")
span = ax.axvspan(0.4, 0.6, ymin=0.2, alpha=0.4, color="C1")
across = ax.axhline(0.5, color="k", ls="--")
slope = ax.axline((0, 0), slope=0.7, color="C3")
ax.axvline(0.9, 0.1, 0.9)
sticks = ax.vlines([0.1, 0.2, 0.3], 0, [0.3, 0.6, 0.9], colors=["r", "g", "b"])
ax.hlines([0.1, 0.2], 0.5, 1, linestyles="dashdot")
""",
    "100 000 points, rasterized": """
rng = np.random.default_rng(2)
fig, ax = plt.subplots()
walk, = ax.plot(rng.standard_normal(100_000).cumsum(), lw=0.5, rasterized=True)
ax.set_rasterization_zorder(0)
""",
    "1 000 000 points": """
t = np.linspace(0, 100, 1_000_000)
line, = plt.plot(t, np.sin(t) + 0.1 * np.sin(200 * t))
ax = plt.gca()
""",
}
"""Cells by name."""
