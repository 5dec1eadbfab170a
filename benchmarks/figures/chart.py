"""What came back after a crash, as a plot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from outcomes import Life, restore_per_cells, save_per_draw, shares

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GUARD, OTHERS = "#0072B2", "#767676"
"""Colours that also differ in lightness."""


def plot(lives: dict[str, list[Life]], path: Path) -> None:
    """Draw a row for each rescuer: how much came back, and what saving and restoring it took."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    labels = [f"{name}\n{sum(len(life.cases) for life in mine)} figures" for name, mine in lives.items()]
    colours = [GUARD if name.startswith("guard") else OTHERS for name in lives]
    figure, axs = pyplot.subplots(1, 4, figsize=(12, 1.3 + 0.55 * len(lives)), sharey=True, layout="constrained")
    for ax, title, values in zip(
        axs, ("restored", "look identical"), zip(*map(shares, lives.values()), strict=True), strict=False
    ):
        _bars(ax, values, colours)
        ax.set_title(title, fontsize=10, loc="left")
    _dots(axs[2], [save_per_draw(mine) for mine in lives.values()], colours)
    axs[2].set_title("time to save / to draw first", fontsize=10, loc="left")
    _dots(axs[3], [restore_per_cells(mine) for mine in lives.values()], colours)
    axs[3].set_title("time to restore / to run again", fontsize=10, loc="left")
    axs[0].set_yticks(range(len(labels)), labels)
    axs[0].set_ylim(len(labels) - 0.5, -0.5)
    for ax in axs:
        ax.spines[["top", "right"]].set_visible(False)
        ax.tick_params(axis="y", length=0)
    figure.supxlabel(
        "Times: the dot is the median, the line ends at the 90th percentile, less is better; at the dotted line saving "
        "takes as long as drawing the figure first, and restoring as long as running its cell again.",
        fontsize=8,
    )
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


def _bars(ax: Axes, values: Sequence[float], colours: Sequence[str]) -> None:
    """Draw shares as bars with their percentage."""
    bars = ax.barh(range(len(values)), [100 * value for value in values], height=0.55, color=colours)
    percentages = [f"{value:.0%}" if value in (0, 1) else f"{value:.1%}" for value in values]
    ax.bar_label(bars, percentages, padding=3, fontsize=9)
    ax.set_xlim(0, 125)
    ax.set_xticks([0, 50, 100], ["0 %", "50 %", "100 %"])


def _dots(ax: Axes, spreads: Sequence[tuple[float, float] | None], colours: Sequence[str]) -> None:
    """Draw median and 90th percentile on a scale of powers of ten, with a mark where both times are the same."""
    ax.set_xscale("log")
    ax.axvline(1, color="black", linewidth=0.8, linestyle=":")
    known = [1.0]
    for row, (both, colour) in enumerate(zip(spreads, colours, strict=True)):
        if both is None:
            ax.annotate("not known", (1, row), xytext=(4, 0), textcoords="offset points", va="center", fontsize=9)
            continue
        known += both
        ax.plot(both, [row, row], color=colour, linewidth=2, solid_capstyle="butt")
        ax.plot(both[0], row, "o", color=colour, markersize=8)
        ax.annotate(
            f"{both[0]:.2g}", (both[0], row), xytext=(0, 7), textcoords="offset points", ha="center", fontsize=9
        )
    ax.set_xlim(min(known) / 2, max(known) * 2)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:g} x")
    ax.grid(axis="x", color="#dddddd", linewidth=0.6)
    ax.set_axisbelow(True)
