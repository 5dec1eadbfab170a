"""The commands of the project: each is listed, and continuous integration types what a person types."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
MAKEFILE = (ROOT / "Makefile").read_text()
WORKFLOW = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
JOBS = yaml.safe_load(WORKFLOW)["jobs"]
COMMANDS = [step["run"] for job in JOBS.values() for step in job["steps"] if "run" in step]


@pytest.fixture(scope="module")
def listed() -> set[str]:
    """Return the targets that `make help` lists."""
    said = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return set(re.findall(r"^make (\S+) +\S", said, re.MULTILINE))


def test_make_help_lists_every_command(listed: set[str]) -> None:
    targets = {target for line in re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE) for target in line.split()}
    assert listed == targets


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_command_that_the_documentation_names_is_there(page: str, listed: set[str]) -> None:
    named = set(re.findall(r"(?:^|`)(?:[A-Z_]+=\S+ )?make ([a-z-]+)", (ROOT / page).read_text(), re.MULTILINE))
    assert named
    assert named <= listed


@pytest.mark.parametrize("command", COMMANDS)
def test_continuous_integration_runs_commands_that_a_person_has(command: str, listed: set[str]) -> None:
    assert re.match(r"make (\S+)", command)[1] in listed  # type: ignore[index]


def test_continuous_integration_checks_all_that_make_test_does() -> None:
    from scripts.suites import SUITES

    run = {command.split()[1] for command in COMMANDS}
    prerequisites = re.search(r"^lint: (.*?) ##", MAKEFILE, re.MULTILINE)[1].split()  # type: ignore[index]
    assert {suite.target for suite in SUITES} <= run | set(prerequisites)


def test_pre_commit_runs_every_linter() -> None:
    [repository] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    entries = " ".join(hook["entry"] for hook in repository["hooks"])
    for linter in ("ruff check", "ruff format --check", "mypy", "lint:check", "jactionlint"):
        assert linter in entries


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    steps:", "    step:", 'unexpected key "step"'),
        ("matrix.versions != ''", "matrix.version != ''", 'property "version" is not defined'),
        ("    timeout-minutes: 20", "    needs: nothing", "does not exist"),
        ("if: failure()", "if: failed()", "undefined function"),
        ("  pull_request:", "  pull_requests:", "unknown"),
        ("permissions:\n  contents: read\n", "", "permissions"),
    ],
    ids=["key", "property", "job", "function", "event", "permissions"],
)
def test_the_linter_of_workflows_refuses_one_that_is_broken(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert old in WORKFLOW
    broken = tmp_path / "ci.yml"
    broken.write_text(WORKFLOW.replace(old, new, 1))
    linter = Path(sys.executable).with_name("jactionlint")
    done = subprocess.run(
        [linter, "--strict-exit", "--shellcheck=", "--pyflakes=", broken], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert said in done.stdout
