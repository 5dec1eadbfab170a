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
        A restore is held against the latter.
    draw : float
        Drawing all figures once with Agg.
    checkpoint, restore : float
        Saving and bringing back.
    bytes : int
        Size of what was saved.
    missing : list of str
        What the rescuer itself says is missing.
    """

    cases: list[Case]
    imports: float = nan
    cells: float = nan
    draw: float = nan
    checkpoint: float = nan
    restore: float = nan
    bytes: int = 0
    missing: list[str] = field(default_factory=list)


def compare(name: str, expressions: Sequence[str], before: dict[str, Any], after: dict[str, Any]) -> Case:
    """Hold what was seen of a case after the crash against what was seen before: see `figure_probe.look`."""
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
    """Return one line for each rescuer."""
    lines = [
        f"{'':12}{'figures':>8}{'restored':>10}{'identical':>11}"
        f"{'save/draw':>16}{'restore/cells':>16}{'KiB':>16}   (median and 90th percentile)"
    ]
    for name, mine in lives.items():
        cases = [case for life in mine for case in life.cases]
        lines.append(
            f"{name:12}{len(cases):8}"
            f"{sum(case.restored for case in cases) / len(cases):10.1%}"
            f"{sum(case.identical for case in cases) / len(cases):11.1%}"
            + _spread([life.checkpoint / life.draw for life in mine], ".2f")
            + _spread([life.restore / life.cells for life in mine], ".2f")
            + _spread([life.bytes / 1024 for life in mine if life.bytes], ".0f")
        )
    return "\n".join(lines)


def _spread(values: Sequence[float], form: str) -> str:
    known = sorted(value for value in values if isfinite(value))
    if not known:
        return f"{'-':>16}"
    return f"{median(known):8{form}}{known[round(0.9 * (len(known) - 1))]:8{form}}"
