"""Attributes are written by their owner: others have methods for that. Methods of others are wrapped in one place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "jupyter_mpl_guard"
MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
MODULES = [module for module in MODULES if "internals" not in module]

OWN = {"self", "cls"}

ALLOWED = {
    # Methods of other libraries are wrapped in one place, but for that of a loader: it is restored before the module
    # runs, and its frame is hidden from tracebacks. The name is what one thread is looking for.
    "agent/method_wrapping.py": {"delattr", "setattr"},
    "agent/import_hook.py": {"exec_module", "name"},
    # What others document as an attribute to be written.
    "agent/data/process/libraries.py": {"ast_node_interactivity", "float_precision"},
    "agent/figures/restore.py": {"stale"},
    "agent/figures/single/drawing.py": {"canvas", "dpi", "stale"},
    "agent/interrupts.py": {"daemon"},
    "agent/magic/arguments.py": {"commenters", "whitespace", "whitespace_split"},
    "agent/pickling/namespace.py": {"memo"},
    "agent/pickling/quiet.py": {"stderr", "stdout"},
    "agent/pickling/search_path.py": {"path"},
    "agent/settings/inline.py": {"setattr", "shell"},
    "agent_client/channels.py": {"context", "session"},
    "cli/progress.py": {"daemon"},
    "cli/server.py": {"data"},
    # Objects that are still being made.
    "agent/bootstrap.py": {"bundle", "cached", "has_location", "same_process"},
    "agent/data/restore.py": {"cell_contents"},
    "agent/data/tracking/groups.py": {"code"},
    "agent/data/values/arrays.py": {"writeable"},
    # And classes from cells, without an ``__init_subclass__`` while one that derives from them is made.
    "agent/data/values/code.py": {"delattr", "setattr"},
    "agent/storage/data/state.py": {"offered"},
    "agent/storage/settings_record.py": {"incarnation", "missing", "record"},
}
"""Module to the attributes that it writes in what is not its own; those with two underscores at both ends aside."""


def written(code: str) -> Iterator[str]:
    """Yield the names of attributes that some code writes in objects that are not its own."""
    for node in ast.walk(ast.parse(code)):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)) else ():
            for each in target.elts if isinstance(target, ast.Tuple) else [target]:
                if isinstance(each, ast.Attribute) and getattr(each.value, "id", None) not in OWN:
                    yield each.attr
        if isinstance(node, ast.Delete):
            yield from ("delattr" for each in node.targets if isinstance(each, ast.Attribute))
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", "")).strip("_")
            yield from {name} & {"delattr", "setattr"}


@pytest.mark.parametrize("module", MODULES)
def test_attributes_of_others_are_written_only_where_that_is_listed(module: str) -> None:
    names = {name for name in written((PACKAGE / module).read_text("utf-8")) if not name.startswith("__")}
    assert names == ALLOWED.get(module, set())


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("kernel.phase = 1", {"phase"}),
        ("self.phase, kernel.phase = 1, 2", {"phase"}),
        ("kernel.held += 1", {"held"}),
        ("setattr(manager, 'restart', f)", {"setattr"}),
        ("type.__setattr__(Manager, 'restart', f)", {"setattr"}),
        ("del manager.restart", {"delattr"}),
        ("delattr(manager, 'restart')", {"delattr"}),
        ("self.phase = kernel.phase", set()),
    ],
)
def test_what_is_written_in_others_is_found(code: str, found: set[str]) -> None:
    assert set(written(code)) == found


def packed(code: str) -> Iterator[str]:
    """Yield the lines on which the making of an object sets several of its attributes."""
    makers = [node for node in ast.walk(ast.parse(code)) if getattr(node, "name", "") == "__init__"]
    for node in (each for maker in makers for each in ast.walk(maker) if isinstance(each, ast.Assign)):
        targets = [part for target in node.targets for part in getattr(target, "elts", [target])]
        if len([each for each in targets if isinstance(each, ast.Attribute)]) > 1:
            yield ast.unparse(node)


@pytest.mark.parametrize("module", MODULES)
def test_each_attribute_has_a_line_where_it_is_made(module: str) -> None:
    assert list(packed((PACKAGE / module).read_text("utf-8"))) == []


def test_attributes_on_one_line_are_found() -> None:
    making = "class A:\n    def __init__(self):\n        "
    assert list(packed(making + "self.a, self.b = 1, 2")) == ["self.a, self.b = (1, 2)"]
    assert list(packed(making + "self.a = self.b = 1")) == ["self.a = self.b = 1"]
    assert list(packed(making + "self.a = 1")) == []
