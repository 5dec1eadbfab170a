"""Runs every check and every test suite, and ends with one line of counts.

Each suite is a make target that leaves the report of its own test runner in ``.reports``.  All of them run even
when one fails, so that one run shows everything.  A check that fails, and a suite that ends without a report,
count as one failure each: they must not hide behind a zero.
"""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / ".reports"


@dataclass(frozen=True)
class Counts:
    """How many tests passed, failed and were skipped, as the runner itself counted."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)


def pytest_counts(report: Path) -> Counts:
    """Read the JUnit file of pytest."""
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    total = Counts()
    for suite in suites:
        tests, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        # An error in a fixture's end comes on top of the test's own result.
        total += Counts(max(tests - failed - skipped, 0), failed, skipped)
    return total


def jest_counts(report: Path) -> Counts:
    """Read the JSON result of jest; a file that does not compile holds no tests and counts as one failure."""
    result = json.loads(report.read_text())
    failed = result["numFailedTests"] + result["numRuntimeErrorTestSuites"]
    return Counts(result["numPassedTests"], failed, result["numPendingTests"])


def playwright_counts(report: Path) -> Counts:
    """Read the JSON report of Playwright; one that passed when repeated is listed there as flaky."""
    result = json.loads(report.read_text())
    stats = result["stats"]
    failed = stats["unexpected"] + len(result["errors"])
    return Counts(stats["expected"] + stats["flaky"], failed, stats["skipped"])


@dataclass(frozen=True)
class Suite:
    """One make target, and how its runner's report is read (None: a check without counts)."""

    target: str
    report: str | None = None
    read: Callable[[Path], Counts] | None = None

    def run(self) -> Counts:
        """Run the target and return its counts."""
        report = REPORTS / self.report if self.report else None
        if report:
            report.unlink(missing_ok=True)
        code = subprocess.run(["make", "--no-print-directory", self.target], cwd=ROOT, check=False).returncode
        counts = Counts()
        if report and self.read and report.exists():
            counts = self.read(report)
        if code and not counts.failed:
            counts += Counts(failed=1)
        return counts


SUITES = (
    Suite("lint-python"),
    Suite("lint-ts"),
    Suite("test-python", "pytest.xml", pytest_counts),
    Suite("test-ts", "jest.json", jest_counts),
    Suite("test-ui", "playwright.json", playwright_counts),
)


def main() -> int:
    """Run all suites; the exit code is 1 when anything failed."""
    REPORTS.mkdir(exist_ok=True)
    results = {suite.target: suite.run() for suite in SUITES}
    print("==> the runners' own counts", flush=True)
    for target, counts in results.items():
        print(f"{target}: {counts.passed} passed, {counts.failed} failed, {counts.skipped} skipped")
    total = sum(results.values(), Counts())
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
