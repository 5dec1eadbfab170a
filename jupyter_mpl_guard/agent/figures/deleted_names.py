"""Which names of offered figures the user has deleted: a cell of this process had bound them, and they are gone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .groups.mentions import bound_for_certain


class DeletedNames:
    """Find those among some names that were bound in this process and are not any more, whatever has deleted them.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        Whose names they are.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._had: set[str] = set()
        self._sources: list[str] = []

    def cell_has_run(self, source: str) -> None:
        """Note a cell that has run without an error: it may have bound a name and deleted it."""
        self._sources.append(source)

    def among(self, names: Iterable[str]) -> set[str]:
        """Return those among some names; to be called between each two cells that mention one of them."""
        names, user_ns = set(names), self._shell.user_ns
        while self._sources:
            self._had |= bound_for_certain(self._sources.pop()) & names
        self._had |= {name for name in names if name in user_ns}
        return {name for name in names & self._had if name not in user_ns}
