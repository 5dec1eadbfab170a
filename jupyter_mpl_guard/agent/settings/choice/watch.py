"""Watch the settings by comparing them at moments between which only one thing has run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ...internals.memory import found_in
from ...storage.settings_record import BACKEND, INLINE, SettingsRecord
from .. import inline
from ..capture import SettingsCapture
from ..environment import StartUp
from .origins import BackendChange, ChosenBy, Origins, says_choice


class SettingsWatch:
    """Track the settings of a kernel and who has set them.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    start : StartUp
        State of the kernel before its first cell.

    Attributes
    ----------
    start : StartUp
        State of the kernel before its first cell.
    """

    def __init__(self, shell: Any, start: StartUp) -> None:
        self.start = start
        self._settings = SettingsCapture(shell, start)
        self._origins = Origins()

    @property
    def chosen(self) -> set[str]:
        """Keys of the settings that cells have chosen."""
        return self._origins.chosen

    @property
    def chosen_backend(self) -> str | None:
        """The backend that cells have chosen, see `Origins`."""
        return self._origins.backend

    @property
    def backend_chosen_by(self) -> ChosenBy:
        """What has chosen it."""
        return self._origins.backend_by

    @property
    def changed_by_import(self) -> BackendChange | None:
        """The last change of the backend, where it was an import that is not meant as a choice."""
        return self._origins.changed_by_import

    def overwritten_by(self, what: str) -> list[str]:
        """Return the rcParams that cells had chosen and that a "magic" or a "file" has changed since."""
        return sorted(key for key, by in self._origins.overwritten.items() if by == what)

    def carry(self, record: SettingsRecord) -> None:
        """Mark settings that were chosen or imported in an earlier incarnation as such in this one as well."""
        self._origins.carry(record.chosen, record.imported, record.chosen_backend)

    def ask_for(self, backend: str) -> None:
        """Record that a request has chosen a backend, by the name that ``%matplotlib`` takes."""
        self._origins.ask_for(backend)

    def capture(self) -> SettingsRecord:
        """Return the settings in force, and what else a restore of them needs."""
        return self._settings.capture(self._origins)

    def pristine(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return snapshots of the rcParams right after the import of Matplotlib and of its defaults."""
        return self._settings.pristine()

    def found(self) -> None:
        """Record the settings in force as set by something other than a cell."""
        self._origins.found(self._settings.all_settings())

    def found_at_import(self, *, importing: bool) -> None:
        """Record the settings right after the import of Matplotlib as not set by a cell, whatever has been set since.

        Parameters
        ----------
        importing : bool
            Whether an import that a cell has asked for still runs: that of Matplotlib, or of a package that needs it.
        """
        origin = dict(self._settings.pristine()[0])
        origin.pop("backend_fallback", None)
        origin[BACKEND] = self.start.backend or origin[BACKEND]
        inline_found = inline.configured(self.start.inline)
        self._origins.found({**origin, **{INLINE + key: value for key, value in inline_found.items()}})
        if importing:
            self._origins.import_begins(None)

    def import_begins(self) -> None:
        """Record the settings before a module runs for the first time, in a cell."""
        self._origins.import_begins(self._settings.all_settings() if _has_matplotlib() else None)

    def import_ends(self) -> None:
        """Record what it has set, now that it has run completely or in part."""
        if _has_matplotlib():
            self._origins.import_ends(self._settings.all_settings())

    def cell_ends(self, code: str) -> bool:
        """Record what has changed as chosen by a cell; return whether there may be something to save.

        Parameters
        ----------
        code : str
            The source of the cell.
        """
        if not (self._settings.changed() or self._origins.asked or says_choice(code)):
            return False
        before = self._origins.backend, set(self._origins.chosen)
        self._origins.cell_ends(self._settings.all_settings(), code)
        return self._settings.changed() or (self._origins.backend, self._origins.chosen) != before

    @contextmanager
    def carrying(self, record: SettingsRecord) -> Iterator[None]:
        """Record what is set in the block as left by an earlier incarnation, and what was set before as chosen."""
        if not self._origins.has_found:  # the guard was paused while Matplotlib was imported
            self.found_at_import(importing=False)
        self._origins.cell_ends(self._settings.all_settings(), "")
        try:
            yield
        finally:
            self.carry(record)
            self.found()


def _has_matplotlib() -> bool:
    return found_in("matplotlib", "rcParams") is not None
