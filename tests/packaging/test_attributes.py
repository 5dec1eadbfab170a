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
    # Methods that are wrapped: by the server in one place, in a kernel in these.
    "method_wrapping.py": {"setattr"},
    "agent/figures/registry.py": {"set_canvas"},
    "agent/figures/single/registered.py": {"set_epoch", "setattr"},  # put back
    "agent/import_hook.py": {"exec_module", "name"},  # and what one thread is looking for
    "agent/pickling/registrations.py": {"register", "set_epoch"},
    # What others document as an attribute to be written.
    "agent/data/process/libraries.py": {"ast_node_interactivity", "float_precision"},
    "agent/figures/restore.py": {"stale"},
    "agent/figures/single/drawing.py": {"canvas", "dpi", "stale"},
    "agent/interrupts.py": {"daemon"},
    "agent/magic/arguments.py": {"commenters", "whitespace", "whitespace_split"},
    "agent/pickling/namespace.py": {"memo"},
    "agent/pickling/process_wide.py": {"setattr"},
    "agent/pickling/quiet.py": {"stderr", "stdout"},
    "agent/pickling/search_path.py": {"path"},
    "agent/settings/inline.py": {"setattr", "shell"},
    "agent_client/channels.py": {"context", "session"},
    "cli/progress.py": {"daemon"},
    "cli/server.py": {"data"},
    # Objects that are still being made.
    "agent/bootstrap.py": {"bundle", "has_location", "same_process"},
    "agent/data/restore.py": {"cell_contents"},
    "agent/data/tracking/groups.py": {"code"},
    "agent/data/values/arrays.py": {"writeable"},
    "agent/data/values/code.py": {"setattr"},
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
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "setattr":
            yield "setattr"


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
