"""Cycles of properties, read from their text: Matplotlib before 3.10.8 does that with `eval`."""

from __future__ import annotations

import ast
from typing import Any

LENGTH = 10_000
"""Maximum number of entries of a product of cycles."""


def cycle_of(text: str) -> Any:
    """Return the cycle that a text like ``cycler('color', ['r', 'g']) + cycler('lw', [1, 2])`` describes.

    Returns
    -------
    cycler.Cycler
        Not yet validated: rcParams do that.

    Raises
    ------
    ValueError
        If there is something else in the text than calls of ``cycler`` with data, their sums and products.
    """
    try:
        return _made(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, TypeError, RecursionError, MemoryError) as error:
        raise ValueError(f"{text[:80]!r} does not describe a cycle of properties") from error


def _made(node: ast.expr) -> Any:
    from cycler import cycler

    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mult)):
        left, right = _made(node.left), _made(node.right)
        if isinstance(node.op, ast.Add):
            return left + right
        if len(left) * len(right) <= LENGTH:
            return left * right
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "cycler":
        keywords = {each.arg: ast.literal_eval(each.value) for each in node.keywords if each.arg is not None}
        if len(keywords) == len(node.keywords):  # else there is a ``**`` among them
            return cycler(*map(ast.literal_eval, node.args), **keywords)
    raise ValueError(f"{type(node).__name__} has no place in a cycle of properties")
