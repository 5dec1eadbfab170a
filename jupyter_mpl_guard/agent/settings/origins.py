"""Where each setting has come from: only what cells have chosen is carried over a restart.

Matplotlib's defaults, a ``matplotlibrc``, ``MPLBACKEND``, IPython's configuration, start-up files and the import of a
package set things as well. None of them is a choice: the new process meets the same file, or an edited one, or the same
import, and what it finds there is what counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

SAYS_BACKEND = re.compile(
    r"%(matplotlib|pylab)\b|\buse\s*\(|switch_backend|enable_(matplotlib|gui|pylab)"
    r"|(rcParams|\brc|rc_file|rcdefaults|style)\b|\bimport\s+ipympl|\bload_ext\b|MPLBACKEND"
)
"""What a cell says that chooses a backend in words."""

SHOWS_NOTHING = frozenset({"agg", "cairo", "pdf", "pgf", "ps", "svg", "template"})
"""Backends, by their short names, that draw into files only."""


class Origins:
    """Know which settings cells have chosen, from how the settings were at moments between which only one thing ran.

    Parameters
    ----------
    chosen : iterable of str
        Keys of settings that cells of an earlier incarnation had chosen and that are in force again.

    Attributes
    ----------
    chosen : set of str
        Keys of the settings that cells have chosen.
    """

    def __init__(self, chosen: Iterable[str] = ()) -> None:
        self.chosen = set(chosen)
        self._last: dict[str, Any] = {}
        self._imported: set[str] = set()

    def found(self, settings: Mapping[str, Any]) -> None:
        """Take settings for what has come from elsewhere: a file, the environment, a restore.

        Parameters
        ----------
        settings : mapping of str to object
            Key of each setting to its value, which must compare by ``==`` and must not be changed in place later.
        """
        self._last = dict(settings)

    def set_by_import(self, settings: Mapping[str, Any]) -> None:
        """Take what has changed for the doing of a module that has just been imported."""
        changed = self._changed(settings)
        self.chosen -= changed
        self._imported |= changed
        self._last = dict(settings)

    def set_by_cell(self, settings: Mapping[str, Any]) -> None:
        """Take what has changed for a choice of the cell that is running or has run."""
        changed = self._changed(settings)
        self.chosen |= changed
        self._imported -= changed
        self._last = dict(settings)

    def was_imported(self, key: str) -> bool:
        """Return whether the present value of a setting is the doing of an import."""
        return key in self._imported

    def _changed(self, settings: Mapping[str, Any]) -> set[str]:
        last = self._last
        return {key for key, value in settings.items() if key not in last or not _same(last[key], value)}


def is_chosen_backend(code: str, backend: str | None, *, changed: bool, by_import: bool, was_chosen: bool) -> bool:
    """Return whether the backend in force after a cell counts as the choice of a cell.

    Parameters
    ----------
    code : str
        The source of the cell.
    backend : str or None
        Short name of the backend in force.
    changed : bool
        Whether it is another one than before the cell.
    by_import : bool
        Whether a module that the cell has imported has changed it last.
    was_chosen : bool
        Whether it counted as chosen before the cell.
    """
    if backend is None:
        return False
    if SAYS_BACKEND.search(code):
        return True
    if not changed:
        return was_chosen
    return not by_import and backend not in SHOWS_NOTHING


def _same(one: Any, other: Any) -> bool:
    if one is other:
        return True
    try:
        return bool(one == other)
    except Exception:  # an array has no single truth
        return False
