"""Each room has a folder of tests of the same name, and what has another name says why."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE, TESTS = ROOT / "jupyter_mpl_guard", ROOT / "tests"

TESTED_ELSEWHERE = {
    "agent/incarnation": "joins the other rooms, so the tests in `agent/` itself and those of its neighbours run it",
    "agent_client": "needs a kernel with a guard: `server/`, `remote/waiting`; what it sends is in `agent/bootstrap`",
    "guard": "is tested on a real server in `server/`, with the modules beside it",
}
"""Room to the reason why it has no folder of tests."""

NO_ROOM = {
    "hub": "servers of users behind a JupyterHub",
    "neighbours": "other extensions of Jupyter",
    "packaging": "the project itself: distributions, documentation, order of rooms",
    "remote": "kernels behind gateways, on other machines, in folders of one's choice",
    "rest": "the handlers of `routes.py` and its neighbours, in front of a guard that only records",
    "server": "the guard, its REST API and its connections on a real server",
    "server/internals": "`internals.py`, in all supported versions of Jupyter",
    "torture": "machines that die, disks that fill, clocks that turn back",
}
"""Folder of tests to what is tested there, which is no room."""


def rooms(package: Path) -> set[str]:
    """Return the rooms of the package, and of the agent in it, as paths."""
    folders = [each.parent for pattern in ("*/__init__.py", "agent/*/__init__.py") for each in package.glob(pattern)]
    return {each.relative_to(package).as_posix() for each in folders} - {"agent"}


def folders_of_tests(tests: Path) -> set[str]:
    """Return the folders in which there are tests, as paths."""
    return {each.parent.relative_to(tests).as_posix() for each in tests.rglob("test_*.py")} - {"agent"}


def without_tests(package: Path, tests: Path) -> set[str]:
    """Return the rooms for which there is no folder of tests."""
    found = folders_of_tests(tests)
    return {each for each in rooms(package) if not any(f"{folder}/".startswith(f"{each}/") for folder in found)}


def without_room(package: Path, tests: Path) -> set[str]:
    """Return the folders of tests that are named after no folder of the package."""
    return {each for each in folders_of_tests(tests) if not (package / each / "__init__.py").exists()}


def test_each_room_has_a_folder_of_tests() -> None:
    assert without_tests(PACKAGE, TESTS) == set(TESTED_ELSEWHERE)


def test_each_folder_of_tests_is_named_after_a_room() -> None:
    assert without_room(PACKAGE, TESTS) == set(NO_ROOM)


@pytest.mark.parametrize(
    ("tested", "expected"),
    [
        (("cli/test_a.py", "agent/data/test_b.py"), (set(), set())),
        (("cli/test_a.py", "agent/data/values/test_b.py"), (set(), {"agent/data/values"})),
        (("cli/test_a.py", "agent/test_b.py"), ({"agent/data"}, set())),
        (("shell/test_a.py", "agent/data/test_b.py"), ({"cli"}, {"shell"})),
    ],
)
def test_a_room_without_tests_and_tests_without_a_room_are_found(
    tested: tuple[str, ...], expected: tuple[set[str], set[str]], tmp_path: Path
) -> None:
    for name in ("package/cli/__init__.py", "package/agent/__init__.py", "package/agent/data/__init__.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    for name in tested:
        (tmp_path / "tests" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tests" / name).touch()
    package, tests = tmp_path / "package", tmp_path / "tests"
    assert (without_tests(package, tests), without_room(package, tests)) == expected
