"""Run every check and every test suite, and end with one line of counts.

Each suite is a make target that leaves the report of its own test runner in ``.reports``.  All of them run even
when one fails, so that one run shows everything; what only computes runs beside what mostly waits.  A check that
fails, and a suite that ends without a report, count as one failure each: they must not hide behind a zero.

A test that passed only when it was tried again has passed, and is *flaky* besides: it is counted and named, so that
it is mended before people get used to it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / ".reports"


@dataclass(frozen=True)
class Counts:
    """How many tests passed, failed and were skipped, and which of those that passed were flaky."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    flaky: tuple[str, ...] = ()

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.flaky + other.flaky,
        )

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed"


def pytest_counts(report: Path) -> Counts:
    """Read the JUnit file of pytest.

    pytest-rerunfailures does not mark a test that it has tried again: the file has one element for each try, all with
    the same names, and only the last try has an outcome.  The totals of the file count the tries.  So the elements are
    grouped by test here.
    """
    tries: dict[tuple[str, str], list[ElementTree.Element]] = defaultdict(list)
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        tries[case.get("classname", ""), case.get("name", "")].append(case)
    total = Counts()
    for names, cases in tries.items():
        outcomes = {outcome.tag for case in cases for outcome in case}
        if outcomes & {"failure", "error"}:
            total += Counts(failed=1)
        elif "skipped" in outcomes:
            total += Counts(skipped=1)
        else:
            total += Counts(passed=1, flaky=("::".join(names),) if len(cases) > 1 else ())
    return total


def jest_counts(report: Path) -> Counts:
    """Read the JSON result of jest, which tries nothing again; a file that does not compile counts as one failure."""
    result = json.loads(report.read_text())
    failed = result["numFailedTests"] + result["numRuntimeErrorTestSuites"]
    return Counts(result["numPassedTests"], failed, result["numPendingTests"])


def playwright_counts(report: Path) -> Counts:
    """Read the JSON report of Playwright."""
    result = json.loads(report.read_text())
    stats = result["stats"]
    failed = stats["unexpected"] + len(result["errors"])
    return Counts(stats["expected"] + stats["flaky"], failed, stats["skipped"], tuple(_flaky_specs(result)))


def _flaky_specs(suite: dict[str, Any]) -> Iterator[str]:
    """Yield the tests below a suite of Playwright's report that passed only when they were tried again."""
    for spec in suite.get("specs", ()):
        for test in spec["tests"]:
            if test["status"] == "flaky":
                yield f"{spec['file']}: {spec['title']}"
    for inner in suite.get("suites", ()):
        yield from _flaky_specs(inner)


@dataclass(frozen=True)
class Suite:
    """One make target, and how its runner's report is read (None: a check without counts).

    One that runs *beside* the others prints nothing before it ends.
    """

    target: str
    report: str | None = None
    read: Callable[[Path], Counts] | None = None
    beside: bool = False

    def run(self) -> Counts:
        """Run the target and return its counts."""
        report = REPORTS / self.report if self.report else None
        if report:
            report.unlink(missing_ok=True)
        done = subprocess.run(
            ["make", "--no-print-directory", self.target],
            cwd=ROOT,
            check=False,
            stdout=subprocess.PIPE if self.beside else None,
            stderr=subprocess.STDOUT if self.beside else None,
            text=True,
        )
        if self.beside:
            print(f"\n{done.stdout}", end="", flush=True)
        counts = Counts()
        if report and self.read and report.exists():
            counts = self.read(report)
        if done.returncode and not counts.failed:
            counts += Counts(failed=1)
        return counts


SUITES = (
    Suite("lint-python", beside=True),
    Suite("lint-ts", beside=True),
    Suite("lint-workflows", beside=True),
    Suite("test-python", "pytest.xml", pytest_counts),
    Suite("test-ts", "jest.json", jest_counts, beside=True),
    Suite("test-ui", "playwright.json", playwright_counts),
)


def summary(results: dict[str, Counts]) -> list[str]:
    """Return the closing lines of a run: each suite's counts, the flaky tests, and the sums.

    The last line is for programs and keeps its form; the one before it has the number of flaky tests besides.
    """
    total = sum(results.values(), Counts())
    return [
        *(f"{target}: {counts}, {counts.skipped} skipped" for target, counts in results.items()),
        *(f"flaky: {test}" for test in total.flaky),
        f"{total}, {len(total.flaky)} flaky",
        f"{total}",
    ]


def main() -> int:
    """Run all suites; the exit code is 1 when anything failed."""
    REPORTS.mkdir(exist_ok=True)
    with ThreadPoolExecutor(1) as executor:
        running = {suite.target: executor.submit(suite.run) for suite in SUITES if suite.beside}
        counted = {suite.target: suite.run() for suite in SUITES if not suite.beside}
    results = {suite.target: counted.get(suite.target) or running[suite.target].result() for suite in SUITES}
    print("==> the runners' own counts", flush=True)
    print(*summary(results), sep="\n")
    return 1 if any(counts.failed for counts in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
