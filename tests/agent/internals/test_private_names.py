"""The agent touches private names of other libraries in `internals` only, and each of them is described there."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyter_mpl_guard.agent
from jupyter_mpl_guard.agent.internals import names

AGENT = Path(jupyter_mpl_guard.agent.__file__).parent
INTERNALS = AGENT / "internals"

ORDINARY = frozenset({"number", "mode", "loaded"})
"""Undocumented names of Matplotlib and IPython that are also ordinary words: as texts, and of what describes a figure,
they are the agent's own."""

OURS = re.compile(r"_jupyter_mpl_guard[\w.]*")
"""Names under which the agent itself is found."""

DOCUMENTED = frozenset({"_metadata", "_thread", "_tkinter", "_value_"})
"""Names that look private and are documented: of modules, of what a member of an enumeration stands for, and of what a
class derived from those of pandas has pickled besides."""

NAMEDTUPLES = frozenset({"_asdict", "_fields", "_field_defaults", "_replace"})
"""Documented methods of named tuples, whose underscore keeps them apart from the names of fields."""

COMPARED = frozenset({"data/values/listed.py"})
"""Lists of classes and modules by name, which are compared with those of a value: nothing in them is touched."""

PRIVATE = re.compile(r"_(?!_)\w*[A-Za-z]\w*")
"""A private name; names with two underscores at both ends are Python's own protocols."""

UNDOCUMENTED = frozenset(each.word for each in names.table().values())
"""Names that `internals` touches, many of which do not look private."""

DICT_METHODS = frozenset({"get", "items", "keys", "values", "__getitem__", "__contains__", "__eq__"})
"""Methods of `dict` by which rcParams could be read past Matplotlib's own."""


def is_private(name: str) -> bool:
    """Return whether a dotted name has a private part."""
    return any(PRIVATE.fullmatch(part) for part in name.split(".")) and not OURS.fullmatch(name)


def defined(tree: ast.Module) -> set[str]:
    """Return the names that a module defines: its functions, classes, variables and its objects' attributes."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and is_self(node.value):
            found.add(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Assign) and any(ast.unparse(each) == "__slots__" for each in node.targets):
            found.update(ast.literal_eval(node.value))
    return found


def is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def is_harmless(node: ast.AST) -> bool:
    """Return whether texts in a node are names that a class gives its own attributes, or ends of names."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in ("startswith", "endswith")
    return isinstance(node, ast.Assign) and any(ast.unparse(each) == "__slots__" for each in node.targets)


def touched(tree: ast.Module, own: set[str]) -> Iterator[tuple[int, str]]:
    """Yield line and name of each private or undocumented name of another library that a module touches.

    Parameters
    ----------
    tree : ast.Module
        The module.
    own : set of str
        The names that the agent defines itself: a private one of them may be touched on ``self``.
    """
    harmless = {id(each) for node in ast.walk(tree) if is_harmless(node) for each in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            ours = (is_self(node.value) and node.attr in own) or node.attr in NAMEDTUPLES | DOCUMENTED
            ours = ours or (node.attr in ORDINARY and ast.unparse(node.value) in ("described", "each", "extras"))
            if (is_private(node.attr) or node.attr in UNDOCUMENTED) and not ours:
                yield node.lineno, node.attr
            elif ast.unparse(node.value) == "dict" and node.attr in DICT_METHODS:
                yield node.lineno, f"dict.{node.attr}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in harmless:
            private = re.fullmatch(r"[\w.]+", node.value) and is_private(node.value)
            private = private and node.value not in NAMEDTUPLES | DOCUMENTED
            if private or node.value in UNDOCUMENTED - ORDINARY:
                yield node.lineno, node.value
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for name in (node.module or "", *(alias.name for alias in node.names)):
                if (is_private(name) and name not in DOCUMENTED) or name in UNDOCUMENTED:
                    yield node.lineno, name
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if is_private(alias.name) and alias.name not in DOCUMENTED:
                    yield node.lineno, alias.name


def modules(folder: Path) -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text()) for path in sorted(folder.rglob("*.py"))}


def test_private_names_are_touched_in_internals_only():
    trees = {path: tree for path, tree in modules(AGENT).items() if INTERNALS not in path.parents}
    own = set().union(*map(defined, trees.values()))
    found = [
        f"{path.relative_to(AGENT)}:{line} touches {name}: let a function of agent/internals do that"
        for path, tree in trees.items()
        if path.relative_to(AGENT).as_posix() not in COMPARED
        for line, name in touched(tree, own)
    ]
    assert found == []


def test_the_server_touches_none_outside_of_its_own_list():
    trees = {path: tree for path, tree in modules(AGENT.parent).items() if AGENT not in path.parents}
    own = set().union(*map(defined, trees.values()))
    found = [
        f"{path.name}:{line} touches {name}: let a function of internals.py do that"
        for path, tree in trees.items()
        if path != AGENT.parent / "internals.py"
        for line, name in touched(tree, own)
        if is_private(name)
    ]
    assert found == []


@pytest.mark.parametrize("path", sorted(INTERNALS.glob("*.py")), ids=lambda path: path.name)
def test_what_internals_touch_is_described(path):
    described = {part for each in names.table() for part in each.split(".")}
    if path.name == "names.py":
        described.add("private_names")
    found = {name for _, name in touched(ast.parse(path.read_text()), set())}
    found = {part for name in found for part in name.split(".") if not name.startswith("dict.") or part == "dict"}
    assert found <= described


@pytest.mark.parametrize(
    "code",
    [
        "figure._axstack",
        "figure._axstack.current()",
        "getattr(figure, '_axstack', None)",
        "hasattr(toolbar, '_nav_stack')",
        "setattr(canvas, '_closed', True)",
        "vars(canvas)['_closed']",
        "state.pop('_restore_to_pylab')",
        "canvas._closed = True",
        "del canvas._closed",
        "from matplotlib import _c_internal_utils",
        "from matplotlib._pylab_helpers import anything",
        "from matplotlib.somewhere import Gcf",
        "import matplotlib._enums",
        "import_module('matplotlib._enums')",
        "sys.modules.get('matplotlib._pylab_helpers')",
        "pyplot.Gcf",
        "figure.stale_callback = None",
        "shell.user_ns_hidden",
        "shell.history_manager.input_hist_raw",
        "getattr(manager, 'comms')",
        "dict.get(rcParams, 'backend')",
        "class Ours(Theirs):\n    def method(self):\n        return self._theirs",
    ],
)
def test_a_private_name_elsewhere_is_found(code):
    tree = ast.parse(code)
    assert list(touched(tree, defined(tree)))


@pytest.mark.parametrize(
    "code",
    [
        "figure.axes",
        "value.__reduce_ex__(5); value.__dict__; getattr(kind, '__slots__', ())",
        "if __name__ == '__main__': pass",
        "import _thread; _thread.interrupt_main()",
        "sys.modules.get('_jupyter_mpl_guard'); CLOUDPICKLE = '_jupyter_mpl_guard.cloudpickle'",
        "from ..internals.artists import stale_callback\nstale_callback(figure)",
        "class Ours:\n    __slots__ = ('_mine',)\n    def method(self):\n        self._mine = self._private()\n"
        "    def _private(self):\n        pass",
        "described['number'] = described['mode'] = None",
        "dict.fromkeys('abc'); signal.endswith('_event')",
    ],
)
def test_what_is_ours_or_a_protocol_of_python_is_allowed(code):
    tree = ast.parse(code)
    assert list(touched(tree, defined(tree))) == []


def test_internals_import_the_standard_library_and_each_other_only():
    found = []
    for path, tree in modules(INTERNALS).items():
        for node in tree.body:
            if isinstance(node, ast.Import):
                found += [(path.name, each.name) for each in node.names if not is_standard(each.name)]
            elif isinstance(node, ast.ImportFrom) and not node.level and not is_standard(node.module or ""):
                found.append((path.name, node.module))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.level > 2 or (node.level == 2 and node.module != "protocol")):
                found.append((path.name, ast.unparse(node)))
    assert found == []


def is_standard(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def test_importing_internals_imports_no_library():
    code = "import sys; from jupyter_mpl_guard.agent.internals import names; names.table(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    libraries = {each.name.partition(".")[0] for each in names.table().values()}
    assert libraries.isdisjoint(done.stdout.split())


def test_every_private_name_says_what_is_lost_without_it():
    for each in names.table().values():
        assert re.search(r"\d", each.since), each
        assert all(each), each
