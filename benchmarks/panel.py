"""How soon the panel shows many figures, in Chromium: ``python benchmarks/panel.py`` prints a table.

The browser's part is ``ui-tests/benchmarks/panel.spec.ts``.
"""

from __future__ import annotations

import argparse
from statistics import median

from report import Result, table

from canvases import measure


def judged(measured: dict[str, list[dict[str, float]]]) -> list[Result]:
    """Compare the figures with the budgets."""

    def row(question: str, count: int, what: str, limit: float, unit: str = " ms") -> Result:
        values = [each[what] for each in measured[str(count)]]
        figure = median(values)
        return Result(question, {"guarded": values}, f"at most {limit:g}{unit}", figure, figure <= limit)

    return [
        row("panel opened to 20 figures listed", 20, "shown", 150),
        row("panel opened to 200 figures listed", 200, "shown", 500),
        row("longest task while 200 are opened", 200, "opening", 50),
        row("pictures asked for, of 200", 200, "asked", 20, ""),
        row("longest task while 200 are scrolled", 200, "longest", 50),
        row("memory for 200 cards", 200, "memory", 10, " MB"),
    ]


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--times", type=int, default=3, help="openings of each kind (3)")
    print(table(judged(measure("panel", arguments.parse_args().times))))


if __name__ == "__main__":
    main()
