"""What `make release` checks before it builds, and what it does with the outcome."""

from __future__ import annotations

import datetime
import json
import subprocess
from pathlib import Path

import pytest

from scripts.release import changelog_entries, changelog_problems, main, tree_problems, version_problems

TODAY = datetime.date(2026, 3, 4)
CHANGELOG = """# Changelog

## 0.2.0 (2026-03-04)

- News.

## 0.1.0 (2026-01-02)

- First.
"""


@pytest.mark.parametrize(
    ("version", "tags", "said"),
    [
        ("0.2.0", ["v0.1.0", "v0.1.9"], None),
        ("0.10.0", ["v0.9.0"], None),
        ("0.1.0", [], None),
        ("0.2.0", ["v0.2.0-rc.1"], None),
        ("0.2.0", ["vampire"], None),
        ("0.2.0", ["v0.1.0", "v0.2.0"], "v0.2.0 is tagged already"),
        ("0.2.0-rc.1", ["v0.2.0"], "v0.2.0 is tagged already"),
        ("0.2.0", ["v0.9.0", "v0.10.0"], "v0.10.0 is tagged already"),
        ("two", [], "'two', which is none"),
    ],
)
def test_a_version_must_be_newer_than_every_tag(version: str, tags: list[str], said: str | None) -> None:
    problems = version_problems(version, tags)
    assert len(problems) == (said is not None)
    assert said is None or said in problems[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", []),
        ("2026-03-04", "2026-02-28", []),
        ("2026-03-04", "2026-03-05", ["dates 0.2.0 '2026-03-05'"]),
        ("2026-03-04", "unreleased", ["dates 0.2.0 'unreleased'"]),
        (" (2026-03-04)", "", ["dates 0.2.0 ''"]),
        ("- News.", "", ["says nothing about 0.2.0"]),
        ("## 0.2.0 (2026-03-04)\n\n- News.\n", "", ["begins with 0.1.0"]),
        ("## 0.1.0", "## 0.2.0", ["has 0.2.0 below 0.2.0"]),
        ("## 0.1.0", "## 0.3.0", ["has 0.3.0 below 0.2.0"]),
        ("## 0.1.0", "## Earlier", []),
    ],
)
def test_the_changelog_must_begin_with_a_dated_section_of_the_version(old: str, new: str, said: list[str]) -> None:
    problems = changelog_problems(CHANGELOG.replace(old, new, 1), "0.2.0", TODAY)
    assert len(problems) == len(said)
    assert all(part in problem for part, problem in zip(said, problems, strict=True))


def test_a_changelog_without_a_section_is_told_what_to_write() -> None:
    [problem] = changelog_problems("# Changelog\n", "0.2.0", TODAY)
    assert "has no section: write a section `## 0.2.0 (2026-03-04)`" in problem


def test_the_changelog_of_this_project_is_understood() -> None:
    root = Path(__file__).resolve().parent.parent.parent
    newest = changelog_entries((root / "CHANGELOG.md").read_text())[0]
    assert newest.version == json.loads((root / "package.json").read_text())["version"]
    assert newest.text


def test_a_tree_with_changes_is_told_which() -> None:
    assert tree_problems("") == []
    assert tree_problems(" M README.md\n?? notes.txt\n")[0].startswith(
        "The tree has changes that are not committed: README.md, notes.txt."
    )
    assert "and 2 more" in tree_problems("".join(f"?? {number}\n" for number in range(7)))[0]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Make a repository that is ready to be released."""
    (tmp_path / "package.json").write_text(json.dumps({"version": "0.2.0"}))
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    author = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (["init", "--quiet"], ["add", "."], [*author, "commit", "--quiet", "-m", "x"], ["tag", "v0.1.0"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


def test_a_clone_that_is_ready_is_built_and_told_how_to_tag_and_upload(
    clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built: list[bool] = []
    assert main([], clone, lambda: built.append(True)) == 0
    said = capsys.readouterr().out
    assert built
    assert "version: ok\nchangelog: ok\nclean tree: ok\n" in said
    assert "git tag --annotate v0.2.0" in said
    assert "twine upload dist/*" in said


def test_all_that_is_not_ready_is_named_at_once_and_nothing_is_built(
    clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (clone / "CHANGELOG.md").write_text("# Changelog\n\n## 0.2.0 (unreleased)\n")
    subprocess.run(["git", "tag", "v0.2.0"], cwd=clone, check=True)
    built: list[bool] = []
    assert main([], clone, lambda: built.append(True)) == 1
    said = capsys.readouterr().out
    assert not built
    for part in ("v0.2.0 is tagged", "'unreleased'", "says nothing about 0.2.0", "committed: CHANGELOG.md"):
        assert part in said
    assert "git tag" not in said


def test_a_dry_run_builds_what_is_not_ready_and_names_what_is_missing(
    clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (clone / "notes.txt").touch()
    built: list[bool] = []
    assert main(["--dry-run"], clone, lambda: built.append(True)) == 0
    said = capsys.readouterr().out
    assert built
    assert "committed: notes.txt" in said
    assert "twine" not in said


def test_distributions_that_are_not_fit_are_not_to_be_uploaded(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise subprocess.CalledProcessError(1, ["make", "dist"])

    assert main([], clone, fail) == 1
    said = capsys.readouterr().out
    assert "not fit for a release" in said
    assert "twine" not in said
