"""The settings of one incarnation; what looks at them is imported when Matplotlib is, or when some have been left."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..state.reporter import StateReporter
from .choice.first_cells import FirstCells
from .environment import StartUp

if TYPE_CHECKING:
    from ..storage.settings_record import SettingsRecord
    from .choice.watch import SettingsWatch


class SettingsRoom:
    """Know who has set what, and have it written down.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    start : environment.StartUp
        How the kernel was before its first cell.
    reporter : reporter.StateReporter
        Writes the settings down.
    """

    def __init__(self, shell: Any, start: StartUp, reporter: StateReporter) -> None:
        self._shell = shell
        self._start = start
        self._reporter = reporter
        self._first_cells = FirstCells()
        self._begins_anew = True
        self._watch: SettingsWatch | None = None

    @property
    def watch(self) -> SettingsWatch:
        """What looks at the settings, made when it is asked for."""
        if self._watch is None:
            from .choice.watch import SettingsWatch

            self._watch = SettingsWatch(self._shell, self._start)
        return self._watch

    def cell_begins(self, code: str) -> None:
        """Note that a cell is about to run."""
        self._first_cells.note(code)

    def cell_ends(self, code: str) -> bool:
        """Take what has changed for the choice of a cell; return whether there may be something to write down."""
        return self.watch.cell_ends(code)

    def save(self) -> None:
        """Write down the settings in force."""
        record = self.watch.capture()
        if self._begins_anew:
            record = replace(record, first_cells=self._first_cells.digests)
        self._reporter.save_settings(record)

    def restored(self) -> None:
        """Note that settings are being restored: the first cells of this incarnation are not all that chooses them."""
        self._begins_anew = False

    def carry(self, record: SettingsRecord) -> None:
        """Take for carried over what another version of the agent has found to be so in this process."""
        if "matplotlib" in sys.modules:
            self.watch.origins.carry(record.chosen, record.imported, record.chosen_backend)

    def begin(self, *, has_run_cells: bool) -> None:
        """Take what is in force for what has come from elsewhere than from a cell.

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
        """Take for set by nobody what is in force right after the import of Matplotlib, see `SettingsWatch`."""
        self.watch.found_at_import(importing=importing)

    def import_begins(self) -> None:
        """Note that a cell imports a module for the first time."""
        if "matplotlib" in sys.modules:
            self.watch.import_begins()

    def import_ends(self) -> None:
        """Note that it has been imported, whole or in part."""
        if "matplotlib" in sys.modules:
            self.watch.import_ends()
