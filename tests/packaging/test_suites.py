"""What `make test` counts: each runner's report is read as that runner writes it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts import suites
from scripts.suites import Counts, Suite, jest_counts, playwright_counts, pytest_counts, summary

CASES = """
import pytest

tries = {"call": 0, "start": 0, "end": 0}


def fails_at_first(what):
    tries[what] += 1
    assert tries[what] > 1


@pytest.fixture
def start():
    fails_at_first("start")


@pytest.fixture
def end():
    yield
    fails_at_first("end")


@pytest.fixture
def broken_end():
    yield
    raise OSError


def test_that_passes(): ...


@pytest.mark.parametrize("number", [1, 2])
def test_of_numbers(number): ...


def test_that_fails_at_first():
    fails_at_first("call")


def test_whose_fixture_fails_at_first(start): ...


def test_whose_fixture_ends_badly_at_first(end): ...


def test_that_fails():
    raise ValueError


def test_whose_fixture_ends_badly(broken_end): ...


def test_that_fails_and_whose_fixture_ends_badly(broken_end):
    raise ValueError


def test_that_is_skipped():
    pytest.skip("there is no display")
"""


@pytest.fixture(scope="module", params=[(), ("--numprocesses=2",)], ids=["in one process", "in workers"])
def junit(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run a few tests with a second try as `make test-python` does, and return the report."""
    folder = tmp_path_factory.mktemp("cases")
    (folder / "test_cases.py").write_text(CASES)
    report = folder / "pytest.xml"
    command = [sys.executable, "-m", "pytest", "--reruns=1", f"--junitxml={report}", "-c", "/dev/null", "--rootdir=."]
    # Of all plugins that are installed here, these have a part in it.
    command += ["-p", "xdist", "-p", "pytest_rerunfailures"]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    options: dict[str, Any] = {"cwd": folder, "env": environment, "capture_output": True, "text": True}
    done = subprocess.run([*command, *request.param], **options, check=False)
    assert report.exists(), done.stdout + done.stderr
    return report


def test_tests_of_pytest_are_counted_once_whatever_the_number_of_their_tries(junit: Path) -> None:
    counts = pytest_counts(junit)
    assert (counts.passed, counts.failed, counts.skipped) == (6, 3, 1)


def test_a_test_of_pytest_that_passed_in_its_second_try_is_flaky(junit: Path) -> None:
    assert sorted(pytest_counts(junit).flaky) == [
        "test_cases::test_that_fails_at_first",
        "test_cases::test_whose_fixture_ends_badly_at_first",
        "test_cases::test_whose_fixture_fails_at_first",
    ]


def test_a_file_of_tests_that_cannot_be_imported_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "test_broken.py").write_text("import no_such_module")
    report = tmp_path / "pytest.xml"
    command = [sys.executable, "-m", "pytest", "--reruns=1", f"--junitxml={report}", "-c", "/dev/null", "--rootdir=."]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert pytest_counts(report) == Counts(failed=1)


def test_a_flaky_test_of_playwright_has_passed_and_is_named(tmp_path: Path) -> None:
    def spec(title: str, status: str) -> dict[str, object]:
        return {"title": title, "file": "lab/crash.spec.ts", "tests": [{"status": status}]}

    report = tmp_path / "playwright.json"
    report.write_text(
        json.dumps(
            {
                "stats": {"expected": 1, "unexpected": 1, "flaky": 2, "skipped": 1},
                "errors": [],
                "suites": [
                    {
                        "specs": [spec("shows a badge", "expected"), spec("draws on", "flaky")],
                        "suites": [{"specs": [spec("zooms", "flaky"), spec("pans", "unexpected")]}],
                    }
                ],
            }
        )
    )
    assert playwright_counts(report) == Counts(3, 1, 1, ("lab/crash.spec.ts: draws on", "lab/crash.spec.ts: zooms"))


def test_an_error_of_playwright_outside_of_tests_is_a_failure(tmp_path: Path) -> None:
    report = tmp_path / "playwright.json"
    stats = {"expected": 0, "unexpected": 0, "flaky": 0, "skipped": 0}
    report.write_text(json.dumps({"stats": stats, "errors": [{"message": "no server"}], "suites": []}))
    assert playwright_counts(report) == Counts(failed=1)


def test_a_file_that_jest_cannot_compile_is_a_failure(tmp_path: Path) -> None:
    report = tmp_path / "jest.json"
    numbers = {"numPassedTests": 5, "numFailedTests": 1, "numPendingTests": 2, "numRuntimeErrorTestSuites": 1}
    report.write_text(json.dumps(numbers))
    assert jest_counts(report) == Counts(5, 2, 2)


def test_flaky_tests_stand_in_the_last_line_but_one_and_not_in_the_last() -> None:
    lines = summary({"test-python": Counts(4, 1, 2, ("test_x::test_y",)), "test-ui": Counts(3, 0, 0, ("a: b",))})
    assert lines == [
        "test-python: 4 passed, 1 failed, 2 skipped",
        "test-ui: 3 passed, 0 failed, 0 skipped",
        "flaky: test_x::test_y",
        "flaky: a: b",
        "7 passed, 1 failed, 2 flaky",
        "7 passed, 1 failed",
    ]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("suite:\n\t@false", Counts(failed=1)),
        ("suite:\n\t@true", Counts()),
        ("suite:\n\t@cp numbers.json .reports/numbers.json; false", Counts(5, 2, 2)),
    ],
    ids=["fails without a report", "passes without a report", "fails with a report that says so"],
)
def test_a_suite_that_fails_without_saying_so_counts_as_one_failure(
    rules: str, expected: Counts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suites, "ROOT", tmp_path)
    monkeypatch.setattr(suites, "REPORTS", tmp_path / ".reports")
    (tmp_path / ".reports").mkdir()
    (tmp_path / ".reports" / "numbers.json").write_text("of an earlier run")
    (tmp_path / "Makefile").write_text(rules)
    numbers = {"numPassedTests": 5, "numFailedTests": 1, "numPendingTests": 2, "numRuntimeErrorTestSuites": 1}
    (tmp_path / "numbers.json").write_text(json.dumps(numbers))
    assert Suite("suite", "numbers.json", jest_counts).run() == expected


def test_a_suite_beside_the_others_shows_all_at_once_and_counts_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(suites, "ROOT", tmp_path)
    monkeypatch.setattr(suites, "REPORTS", tmp_path / ".reports")
    # Each waits for the other, so that they end only when they run side by side.
    wait = "until [ -e {0} ]; do sleep 0.05; done"
    (tmp_path / "Makefile").write_text(
        f"check:\n\t@touch a; {wait.format('b')}; echo the check says so >&2; false\n"
        f"test:\n\t@touch b; {wait.format('a')}; echo the test says so\n"
    )
    monkeypatch.setattr(suites, "SUITES", (Suite("check", beside=True), Suite("test")))
    assert suites.main() == 1
    shown = capfd.readouterr().out
    assert "the check says so\n" in shown
    assert "the test says so\n" in shown
    assert shown.splitlines()[-4:-2] == ["check: 0 passed, 1 failed, 0 skipped", "test: 0 passed, 0 failed, 0 skipped"]
