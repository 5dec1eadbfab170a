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


def measure(what: str, times: int) -> dict[str, list[dict[str, float]]]:
    """Run one of the measurements in ``ui-tests/benchmarks`` in the browser, and return its figures."""
    results = HERE / f"{what}.json"
    command = ["jlpm", "playwright", "test", f"{what}.spec.ts", "--config", "benchmarks.config.ts", "--reporter=line"]
    environment = os.environ | {"MPL_GUARD_RESULTS": str(results), "MPL_GUARD_TIMES": str(times)}
    subprocess.run(command, cwd=HERE.parent / "ui-tests", env=environment, check=True)
    measured: dict[str, list[dict[str, float]]] = json.loads(results.read_text())
    return measured


def judged(measured: dict[str, list[dict[str, float]]]) -> list[Result]:
    """Compare the figures with the budgets."""
    most = max(int(name.split()[1]) for name in measured if name.startswith("again"))

    def times(what: str, count: int) -> dict[str, list[float]]:
        return {who: [each[what] for each in measured[f"{who} {count}"]] for who in ("guarded", "again")}

    def beside(question: str, what: str, count: int, budget: str, figure: float, limit: float) -> Result:
        return Result(question, times(what, count), f"at most {limit:g} ms{budget}", figure, figure <= limit)

    one = median(times("shown", 1)["guarded"])
    further = (median(times("shown", most)["guarded"]) - one) / (most - 1)
    drawn = times("drawn", most)
    share = median(drawn["guarded"]) / median(drawn["again"])
    blocked = [each["blocked"] for each in measured["guarded long"]]
    return [
        beside("kernel up to its 1 canvas showing", "shown", 1, "", one, 1500),
        beside(f"to its {most} canvases showing", "shown", most, " each", further, 60),
        Result(f"to {most} pictures anew from the kernel", drawn, "at most 1 x running again", share, share <= 1),
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
    print(table(judged(measure("canvases", arguments.parse_args().times))))


if __name__ == "__main__":
    main()
