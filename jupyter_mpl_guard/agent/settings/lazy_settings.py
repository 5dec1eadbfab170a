"""The settings of one incarnation; their watch is imported when Matplotlib is, or when some have been left."""

from __future__ import annotations

import sys
from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from ..state.reporter import StateReporter
from .environment import StartUp

if TYPE_CHECKING:
    from ..storage.settings_record import SettingsRecord
    from .choice.watch import SettingsWatch


COUNT = 2
"""Number of cells that distinguish one beginning from another."""


def digest(code: str) -> str:
    """Return the digest that identifies a cell; its text is not saved."""
    return blake2b(code.strip().encode("utf-8", "replace"), digest_size=16).hexdigest()


class LazySettings:
    """Track who has set what, and save it.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    start : environment.StartUp
        State of the kernel before its first cell.
    reporter : reporter.StateReporter
        Saves the settings.
    """

    def __init__(self, shell: Any, start: StartUp, reporter: StateReporter) -> None:
        self._shell = shell
        self._start = start
        self._reporter = reporter
        self._first_cells: list[str] = []  # their digests
        self._begins_anew = True
        self._watch: SettingsWatch | None = None

    @property
    def watch(self) -> SettingsWatch:
        """The watch of the settings, created on first access."""
        if self._watch is None:
            from .choice.watch import SettingsWatch

            self._watch = SettingsWatch(self._shell, self._start)
        return self._watch

    def cell_begins(self, code: str) -> None:
        """Record a cell that is about to run."""
        if len(self._first_cells) < COUNT:
            self._first_cells.append(digest(code))

    def cell_ends(self, code: str) -> bool:
        """Record what has changed as chosen by a cell; return whether there may be something to save."""
        return self.watch.cell_ends(code)

    def save(self) -> None:
        """Save the settings in force."""
        record = self.watch.capture()
        if self._begins_anew:
            record = replace(record, first_cells=self._first_cells)
        self._reporter.save_settings(record)

    def restored(self) -> None:
        """Record that settings are being restored: not only the first cells of this incarnation choose them."""
        self._begins_anew = False

    def carry(self, record: SettingsRecord) -> None:
        """Mark as carried over what another version of the agent has found to be so in this process."""
        if "matplotlib" in sys.modules:
            self.watch.carry(record)

    def begin(self, *, has_run_cells: bool) -> None:
        """Record the settings in force as set by something other than a cell.

        Parameters
        ----------
        has_run_cells : bool
            Whether cells have run that may have chosen something: only what the import of Matplotlib has set is
            known not to be theirs.
        """
        if "matplotlib" not in sys.modules:
            return
        if has_run_cells:
            self.watch.found_at_import(importing=False)
        else:
            self.watch.found()

    def at_matplotlib(self, *, importing: bool) -> None:
        """Record the settings in force right after the import of Matplotlib as set by nobody, see `SettingsWatch`."""
        self.watch.found_at_import(importing=importing)

    def import_begins(self) -> None:
        """Record the settings before a cell imports a module for the first time."""
        if "matplotlib" in sys.modules:
            self.watch.import_begins()

    def import_ends(self) -> None:
        """Record what it has set, now that it has been imported completely or in part."""
        if "matplotlib" in sys.modules:
            self.watch.import_ends()
