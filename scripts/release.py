"""Check, build and verify a release, and say what is left to type; nothing is tagged and nothing is uploaded.

``make release`` calls this.  Every check is carried out even when an earlier one has failed, so that one run names
all there is to do.  With ``--dry-run`` what is not ready is named and then ignored: the distributions are built and
verified all the same.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Entry:
    """One section of the changelog: ``## <version> (<date>)`` and the text below it."""

    version: str
    date: str
    text: str


def changelog_entries(text: str) -> list[Entry]:
    """Return the sections of the changelog as they follow each other, which is the newest first."""
    _, *parts = re.split(r"^## +(\S+)(?: +\((.*)\))? *$", text, flags=re.MULTILINE)
    # Each heading is followed by its two groups and by the text up to the next one.
    return [Entry(version, date or "", below.strip()) for version, date, below in zip(*[iter(parts)] * 3, strict=True)]


def version_problems(version: str, tags: Iterable[str]) -> list[str]:
    """Return what is wrong with the version: it must be newer than every tag of the form ``v<version>``."""
    try:
        new = Version(version)
    except InvalidVersion:
        return [f"package.json has the version {version!r}, which is none: write for example 1.2.3 or 1.2.3-rc.1."]
    released = [tag for tag in tags if (old := _parsed(tag.removeprefix("v"))) and old >= new]
    if not released:
        return []
    newest = max(released, key=lambda tag: Version(tag.removeprefix("v")))
    return [f"package.json has the version {version}, but {newest} is tagged already: choose a newer one."]


def changelog_problems(text: str, version: str, today: datetime.date) -> list[str]:
    """Return what is wrong with the changelog: its first section must be that of the version, dated and not empty."""
    entries = changelog_entries(text)
    if not entries or entries[0].version != version:
        found = f"begins with {entries[0].version}" if entries else "has no section"
        return [f"CHANGELOG.md {found}: write a section `## {version} ({today})` at its top."]
    newest, *older = entries
    problems = []
    if not _is_past(newest.date, today):
        problems.append(f"CHANGELOG.md dates {version} {newest.date!r}: write the day of the release, such as {today}.")
    if not newest.text:
        problems.append(f"CHANGELOG.md says nothing about {version}: write what has changed for users.")
    new = _parsed(version)
    for entry in older:
        old = _parsed(entry.version)
        if new and old and old >= new:
            problems.append(f"CHANGELOG.md has {entry.version} below {version}: the version must be the newer one.")
    return problems


def tree_problems(status: str) -> list[str]:
    """Return what is wrong with the tree, given what ``git status --porcelain`` prints: it must be clean."""
    changed = [line[3:] for line in status.splitlines()]
    if not changed:
        return []
    shown = ", ".join(changed[:5]) + (f" and {len(changed) - 5} more" if len(changed) > 5 else "")
    return [f"The tree has changes that are not committed: {shown}. Commit or remove them."]


def _parsed(version: str) -> Version | None:
    """Return the version, or None when the text is none."""
    try:
        return Version(version)
    except InvalidVersion:
        return None


def _is_past(date: str, today: datetime.date) -> bool:
    """Return whether the text is the date of a day that is not yet to come."""
    try:
        return datetime.date.fromisoformat(date) <= today
    except ValueError:
        return False


def build_and_verify() -> None:
    """Build the page anew and both distributions from it, and install these where there is no Node.

    Raises
    ------
    subprocess.CalledProcessError
        When a step fails; it has said why.
    """
    # A page that `jlpm watch` has built is a development build, and make takes it for up to date.
    subprocess.run(["make", "clean"], cwd=ROOT, check=True)
    subprocess.run(["make", "dist"], cwd=ROOT, check=True)
    print("==> installing the distributions into bare environments (minutes: each gets a JupyterLab)", flush=True)
    subprocess.run(
        [sys.executable, "-m", "pytest", "--numprocesses=0", "-v", "-m", "packaging", "tests/packaging"],
        cwd=ROOT,
        env=os.environ | {"MPL_GUARD_DISTRIBUTIONS": str(ROOT / "dist")},
        check=True,
    )


def next_steps(version: str) -> str:
    """Return what a person types after the checks to publish the version."""
    return f"""\
Ready. What is left to type, once `make test` has passed:

    git tag --annotate v{version} --message "jupyter-mpl-guard {version}"
    git push origin v{version}
    .venv/bin/python -m pip install twine
    .venv/bin/twine upload dist/*"""


def main(
    arguments: list[str] | None = None, root: Path = ROOT, carry_out: Callable[[], None] = build_and_verify
) -> int:
    """Carry out the checklist; the exit code is 0 when the release is ready, or the dry run has built and verified it.

    Parameters
    ----------
    arguments
        Command line; by default that of the process.
    root
        Folder of the clone whose version, changelog and tree are checked.
    carry_out
        Builds and verifies the distributions, and raises ``subprocess.CalledProcessError`` when that fails.
    """
    parser = argparse.ArgumentParser(prog="make release", description="Check, build and verify a release.")
    parser.add_argument("--dry-run", action="store_true", help="build and verify though the tree is not to be released")
    dry_run = parser.parse_args(arguments).dry_run

    version = json.loads((root / "package.json").read_text())["version"]
    checks = {
        "version": version_problems(version, _git(root, "tag", "--list", "v*").split()),
        "changelog": changelog_problems((root / "CHANGELOG.md").read_text(), version, datetime.date.today()),
        "clean tree": tree_problems(_git(root, "status", "--porcelain")),
    }
    print(f"==> checking the release of {version}", flush=True)
    for check, problems in checks.items():
        for problem in problems or ["ok"]:
            print(f"{check}: {problem}", flush=True)
    ready = not any(checks.values())
    if not ready and not dry_run:
        print("Nothing was built. `make release RELEASE_ARGS=--dry-run` builds and verifies all the same.")
        return 1
    try:
        carry_out()
    except subprocess.CalledProcessError:
        print("The distributions are not fit for a release: the step above says why.")
        return 1
    if dry_run:
        print("The dry run is over: the distributions in dist/ are built and verified, and are not to be uploaded.")
    else:
        print(next_steps(version))
    return 0


def _git(root: Path, *command: str) -> str:
    return subprocess.run(["git", *command], cwd=root, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
