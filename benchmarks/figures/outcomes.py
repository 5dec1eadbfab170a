"""What came back after a crash, and the table of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite, nan
from statistics import median
from typing import Any


@dataclass
class Case:
    """How one case's figures and names came back, and why not as they were."""

    name: str
    restored: bool
    identical: bool
    why: list[str]


@dataclass
class Life:
    """What happened to one kernel; times in milliseconds for all its cases together, nan where not known.

    Attributes
    ----------
    imports, cells : float
        Running the cell that imports Matplotlib, and those that draw, without what is shown when they have ended.
        A restore is compared with the latter.
    draw, redraw : float
        Drawing all figures with Agg: the first time, in the kernel itself, and once more. A checkpoint, which is made
        when it is needed first, is compared with the former.
    checkpoint, restore : float
        Saving and restoring.
    bytes : int
        Size of what was saved.
    missing : list of str
        What the rescuer itself says is missing.
    """

    cases: list[Case]
    imports: float = nan
    cells: float = nan
    draw: float = nan
    redraw: float = nan
    checkpoint: float = nan
    restore: float = nan
    bytes: int = 0
    missing: list[str] = field(default_factory=list)


def compare(name: str, expressions: Sequence[str], before: dict[str, Any], after: dict[str, Any]) -> Case:
    """Compare what was seen of a case after the crash with what was seen before: see `figure_probe.look`."""
    lost = [
        f"{key} is {after['names'].get(key, 'gone')}, was {kind}"
        for key, kind in before["names"].items()
        if after["names"].get(key) != kind
    ]
    values = zip(expressions, before["identities"], after["identities"], strict=True)
    lost += [f"{expression}: {now}, was {then}" for expression, then, now in values if now != then]
    if before["open"] != after["open"]:
        lost.append(f"pyplot's figures are {after['open']}, were {before['open']}")
    gone = [f"the figure of {key} is gone" for key in before["figures"] if key not in after["figures"]]
    other = [
        f"{key} looks different"
        for key, figure in before["figures"].items()
        if key in after["figures"] and after["figures"][key]["digests"] != figure["digests"]
    ]
    return Case(name, not lost + gone, not gone + other, lost + gone + other)


def table(lives: dict[str, list[Life]]) -> str:
    """Return one line for each rescuer, and the first of what was lost by those that have lost anything."""
    lines = [
        f"{'':16}{'figures':>8}{'restored':>10}{'identical':>11}"
        f"{'save/draw':>16}{'save/redraw':>16}{'restore/cells':>16}{'KiB':>16}   (median and 90th percentile)"
    ]
    for name, mine in lives.items():
        restored, identical = shares(mine)
        lines.append(
            f"{name:16}{sum(len(life.cases) for life in mine):8}{restored:10.1%}{identical:11.1%}"
            + _columns(save_per_draw(mine), ".2f")
            + _columns(save_per_redraw(mine), ".2f")
            + _columns(restore_per_cells(mine), ".2f")
            + _columns(spread([life.bytes / 1024 for life in mine if life.bytes]), ".0f")
        )
    for name, mine in lives.items():
        lost = [f"{case.name} ({case.why[0]:.120})" for life in mine for case in life.cases if not case.restored]
        if lost:
            lines.append(f"{name} did not restore {len(lost)}: " + "; ".join(lost[:3]) + ("; ..." if lost[3:] else ""))
        told = [f"{life.cases[0].name} ({life.missing[0]:.120})" for life in mine if life.missing]
        if told:
            lines.append(f"{name} tells of {len(told)} that something is missing: {told[0]}")
    return "\n".join(lines)


def shares(lives: Sequence[Life]) -> tuple[float, float]:
    """Return the shares of the cases that were restored, and that look identical."""
    cases = [case for life in lives for case in life.cases]
    return sum(case.restored for case in cases) / len(cases), sum(case.identical for case in cases) / len(cases)


def save_per_draw(lives: Sequence[Life]) -> tuple[float, float] | None:
    """Return the `spread` of what saving takes, in times of drawing the figure first."""
    return spread([life.checkpoint / life.draw for life in lives])


def save_per_redraw(lives: Sequence[Life]) -> tuple[float, float] | None:
    """Return the `spread` of what saving takes, in times of drawing the figure once more."""
    return spread([life.checkpoint / life.redraw for life in lives])


def restore_per_cells(lives: Sequence[Life]) -> tuple[float, float] | None:
    """Return the `spread` of what restoring takes, in times of running the cells again."""
    return spread([life.restore / life.cells for life in lives])


def spread(values: Sequence[float]) -> tuple[float, float] | None:
    """Return the median and the 90th percentile of those that are known, None if there are none."""
    known = sorted(value for value in values if isfinite(value))
    return (median(known), known[round(0.9 * (len(known) - 1))]) if known else None


def _columns(both: tuple[float, float] | None, form: str) -> str:
    return f"{both[0]:8{form}}{both[1]:8{form}}" if both else f"{'-':>16}"
