"""A parameter is described with its meaning, unit and range, or not at all."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "jupyter_mpl_guard"

MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))

FEWEST_WORDS = 3
"""Words of a description that says something."""

SECTION = re.compile(r"^Parameters\n-+\n(.*?)(?=^\S[^\n]*\n-+$|\Z)", re.M | re.S)

ENTRY = re.compile(r"^(\S[^\n]*)\n((?:[ ][^\n]*\n?|\n)*)", re.M)


def described(code: str) -> Iterator[tuple[str, str]]:
    """Yield each parameter that a docstring lists, and its description."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for section in SECTION.findall(ast.get_docstring(node) or ""):
                yield from ((f"{node.name}: {name}", description) for name, description in ENTRY.findall(section))


@pytest.mark.parametrize("module", MODULES)
def test_what_is_said_about_a_parameter_says_something(module: str) -> None:
    found = described((PACKAGE / module).read_text("utf-8"))
    short = [(name, text.strip()) for name, text in found if len(text.split()) < FEWEST_WORDS]
    assert [each for each in short if not each[1].startswith("See `")] == []  # another docstring says it


def test_parameters_and_their_descriptions_are_found() -> None:
    code = '''
class A:
    """Do it.

    Parameters
    ----------
    a : int
        The number.
    b : float
        Its width in pixels,
        at least 1.

    Attributes
    ----------
    c : int
        One.
    """
    async def f(self, x):
        """Do it.

        Parameters
        ----------
        x : int
            The x.
        """
'''
    found = {name: " ".join(description.split()) for name, description in described(code)}
    assert found == {
        "A: a : int": "The number.",
        "A: b : float": "Its width in pixels, at least 1.",
        "f: x : int": "The x.",
    }
