"""What the source of a cell says about what has to be there before the cell runs."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from ..cells.source import LOOKS_AT_NAMES, RUNS_UNSEEN_CODE, identifiers
from ..storage.packages import MATPLOTLIB

NEEDS_MATPLOTLIB = MATPLOTLIB | {"pyplot", "pylab", "InlineBackend"}
"""Identifiers in a cell for which Matplotlib has to be as it was before the cell starts."""

IMPORTS_PYPLOT = re.compile(
    r"^(?:import[ \t][^\n#]*\bmatplotlib\.pyplot\b|from[ \t]+matplotlib[ \t]+import\b[^\n#]*\bpyplot\b)", re.M
)
"""A line that imports pyplot in any case: everything is restored there, and not before the lines that come first."""


def needs_restore(code: str, aliases: Container[str], names: Iterable[str]) -> bool:
    """Return whether settings and figures have to be back before some code runs.

    Parameters
    ----------
    aliases : container of str
        Names of modules of Matplotlib that come back with the settings.
    names : iterable of str
        Names that come back with figures.
    """
    figure_names = frozenset(names)
    looked_at = LOOKS_AT_NAMES if figure_names or aliases else frozenset()
    if identifiers(code) & (figure_names | looked_at):
        return True
    imports = IMPORTS_PYPLOT.search(code)
    mentioned = identifiers(code if imports is None else code[: imports.start()])
    return bool(mentioned & (NEEDS_MATPLOTLIB | RUNS_UNSEEN_CODE)) or any(name in aliases for name in mentioned)
