"""How soon canvases are alive again after a crash, in Chromium: ``python benchmarks/canvases.py`` prints a table.

The browser's part is ``ui-tests/benchmarks/canvases.spec.ts``. Beside the guard stands what a user would do without it:
run all cells again as soon as the kernel is there.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from pathlib import Path
from statistics import median

from report import Result, table

HERE = Path(__file__).parent
RESULTS = HERE / "canvases.json"


def measure(times: int) -> dict[str, list[dict[str, float]]]:
    """Have the browser measure, and return its figures in milliseconds."""
    command = ["jlpm", "playwright", "test", "--config", "benchmarks.config.ts", "--reporter=line"]
    environment = os.environ | {"MPL_GUARD_RESULTS": str(RESULTS), "MPL_GUARD_TIMES": str(times)}
    subprocess.run(command, cwd=HERE.parent / "ui-tests", env=environment, check=True)
    measured: dict[str, list[dict[str, float]]] = json.loads(RESULTS.read_text())
    return measured


def judged(measured: dict[str, list[dict[str, float]]]) -> list[Result]:
    """Hold the figures against the budgets."""

    def shown(name: str) -> list[float]:
        return [each["shown"] for each in measured[name]]

    def beside(question: str, count: int, budget: str, figure: float, most: float) -> Result:
        times = {"guarded": shown(f"guarded {count}"), "again": shown(f"again {count}")}
        return Result(question, times, f"at most {most:g} ms{budget}", figure, figure <= most)

    one, most = median(shown("guarded 1")), max(int(name.split()[1]) for name in measured if name.startswith("again"))
    further = (median(shown(f"guarded {most}")) - one) / (most - 1)
    blocked = [each["blocked"] for each in measured["guarded long"]]
    return [
        beside("kernel up to its 1 canvas showing", 1, "", one, 1500),
        beside(f"to its {most} canvases showing", most, " each", further, 60),
        Result(
            f"page blocked: 200 cells, {most} canvases",
            {"guarded": blocked},
            "at most 200 ms",
            median(blocked),
            median(blocked) <= 200,
        ),
    ]


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--times", type=int, default=5, help="crashes of each kind (5)")
    print(table(judged(measure(arguments.parse_args().times))))


if __name__ == "__main__":
    main()
