"""Rooms are built on those below them, and none is so full that one has to search in it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "jupyter_mpl_guard"
MODULES = sorted(PACKAGE.rglob("*.py"))
CODE = ("*.py", "*.ts", "*.tsx")
FOLDERS = sorted(
    {
        path.parent
        for folder in ("jupyter_mpl_guard", "tests", "benchmarks", "scripts", "ui-tests/tests", "ui-tests/benchmarks")
        for kind in CODE
        for path in (ROOT / folder).rglob(kind)
    }
)

ORDER = """
    __init__ | app cli | routes | figure_routes question_routes | base_handler
    | guard | archive agent_client server_checks | schemas | messages internals | method_wrapping
    | agent.__main__ | agent.__init__ | agent.magic | agent.lifecycle | agent.responder
    | agent.requests | agent.incarnation | agent.restore | agent.data agent.diagnosis | agent.figures agent.settings
    | agent.pickling | agent.state | agent.timers agent.warmup agent.cells | agent.safe_hook
    | agent.storage agent.internals agent.interrupts agent.import_hook | agent.messages
    | agent.method_wrapping | agent.protocol agent.bootstrap
"""
"""Rooms and modules from top to bottom; those on one level know nothing of each other."""

LEVELS = {room: level for level, rooms in enumerate(ORDER.split("|")) for room in rooms.split()}
BORDER = {"agent.method_wrapping", "agent.protocol", "agent.storage"}
"""What the server may import of the agent."""

EXCEPTIONS = {
    ("guard", "agent.settings"),  # only `code`, which is a function of a plot state, see below
    ("cli", "agent.state"),  # what a cell and the command line say alike, which is a function of a plot state, too
    ("agent.__main__", "agent_client"),  # prints what the server sends, so it is no part of the agent
}


def room(module):
    parts = module.split(".")[1:] or ["__init__"]
    return ".".join((parts if len(parts) > 1 else [*parts, "__init__"])[:2]) if parts[0] == "agent" else parts[0]


def imports(path):
    """Return the full names of what a module imports, wherever in it."""
    package = ("jupyter_mpl_guard", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            yield from (".".join(filter(None, (*base, node.module, alias.name))) for alias in node.names)


def against_the_order(here, names):
    """Return the rooms from which a room imports, though they are on its level or above it, or beyond the border."""
    there = {room(name) for name in names if name.startswith("jupyter_mpl_guard.")} - {here}
    there -= {other for origin, other in EXCEPTIONS if origin == here}
    crosses_border = not here.startswith("agent.")
    beyond = {other for other in there - BORDER if crosses_border and other.startswith("agent.")}
    return {other for other in there if LEVELS[other] <= LEVELS[here]} | beyond


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_arrows_between_rooms_point_down(path):
    here = room(".".join(("jupyter_mpl_guard", *path.relative_to(PACKAGE).with_suffix("").parts)))
    assert against_the_order(here, imports(path)) == set()


@pytest.mark.parametrize(
    ("module", "line", "found"),
    [
        ("archive/store.py", "from ..guard.guard import Guard", {"guard"}),
        ("archive/store.py", "from .. import guard", {"guard"}),
        ("archive/store.py", "from ..agent_client.client import AgentClient", {"agent_client"}),
        ("guard/guard.py", "from ..archive.store import ArchiveStore", set()),
        ("guard/guard.py", "def late():\n    from ..agent.figures.registry import FigureRegistry", {"agent.figures"}),
        ("guard/guard.py", "from ..agent.storage.diary import Diary", set()),
        ("agent/storage/diary.py", "from ..figures.registry import FigureRegistry", {"agent.figures"}),
        ("agent/storage/diary.py", "from .. import lifecycle", {"agent.lifecycle"}),
        ("agent/storage/diary.py", "import jupyter_mpl_guard.archive.store", {"archive"}),
        ("agent/figures/registry.py", "from ..storage.diary import Diary", set()),
    ],
)
def test_an_arrow_that_is_turned_round_is_found(module, line, found, tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    path = tmp_path / module
    path.parent.mkdir(parents=True)
    path.write_text(line)
    here = room(".".join(("jupyter_mpl_guard", *Path(module).with_suffix("").parts)))
    assert against_the_order(here, imports(path)) == found


def test_no_module_imports_itself_through_others():
    """Not even for annotations."""
    modules = {name_of(path): path for path in MODULES}
    graph = {name: {each for each in needed(path, modules) if each != name} for name, path in modules.items()}
    while ends := [name for name, needs in graph.items() if not needs & graph.keys()]:
        for name in ends:
            del graph[name]
    assert graph == {}


def name_of(path):
    return ".".join(("jupyter_mpl_guard", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")


def needed(path, modules):
    """Return which modules of the package a module imports, wherever in it."""
    package = ("jupyter_mpl_guard", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            for alias in node.names:
                name = ".".join(filter(None, (*base, node.module, alias.name)))
                yield name if name in modules else name.rpartition(".")[0]


def test_each_public_class_has_a_name_of_its_own():
    trees = [ast.parse(path.read_text("utf-8")) for path in MODULES]
    names = Counter(node.name for tree in trees for node in tree.body if isinstance(node, ast.ClassDef))
    assert [name for name, count in names.items() if count > 1 and not name.startswith("_")] == []


def test_of_the_settings_the_server_imports_only_what_writes_them_as_code():
    crossing = {
        name
        for path in MODULES
        if "agent" not in path.parts
        for name in imports(path)
        if name.startswith("jupyter_mpl_guard.agent.settings")
    }
    assert {name.rpartition(".")[0] for name in crossing} == {"jupyter_mpl_guard.agent.settings.code"}


def test_of_the_rest_the_command_line_imports_only_what_it_says_like_a_cell():
    crossing = {
        name
        for path in MODULES
        if "cli" in path.parts
        for name in imports(path)
        if name.startswith("jupyter_mpl_guard.") and not name.startswith("jupyter_mpl_guard.cli")
    }
    allowed = ("agent.protocol", "agent.state.naming", "agent.state.sentences", "agent.state.summary")
    assert [each for each in crossing if not each.removeprefix("jupyter_mpl_guard.").startswith(allowed)] == []


def test_what_the_server_imports_of_the_agent_brings_no_more_of_it_along():
    code = (
        "import sys, jupyter_mpl_guard.agent.protocol, jupyter_mpl_guard.agent.storage.figure_list;"
        "print(*(name for name in sys.modules if name.startswith('jupyter_mpl_guard.')))"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    rooms = {room(name) for name in run.stdout.split()}
    assert rooms - BORDER == {"agent.__init__", "agent.messages"}


@pytest.mark.parametrize("path", sorted((PACKAGE / "agent" / "storage").rglob("*.py")), ids=lambda path: path.name)
def test_storage_works_without_matplotlib_and_ipython(path):
    assert [name for name in imports(path) if name.split(".")[0] in ("matplotlib", "IPython", "ipykernel")] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_no_folder_holds_more_than_a_dozen_modules(folder):
    assert len([path for kind in CODE for path in folder.glob(kind) if path.name != "__init__.py"]) <= 12
