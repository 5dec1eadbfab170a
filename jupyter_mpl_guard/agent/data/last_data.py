"""Restoring the data of the last incarnation: without being asked for after a crash, or when it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Container
from functools import partial
from typing import TYPE_CHECKING, Any

from .. import messages
from ..cells.source import mentioned
from ..pickling import search_path
from ..protocol import Missing, Trigger
from ..storage.data.state import SavedData
from ..storage.sentences import NOT_ON_DISK
from . import sentences
from .import_environment import ImportEnvironmentTracker
from .imports import bound
from .restore import DataRestore
from .tracking.tracker import DataTracker

if TYPE_CHECKING:
    from ..state.reporter import StateReporter
    from .left_data import LeftData


class LastData:
    """Restore what the last incarnation has saved of data.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    tracker : tracker.DataTracker
        What follows it from then on.
    import_environment : import_environment.ImportEnvironmentTracker
        What has to be in force first.
    reporter : reporter.StateReporter
        Is notified of what comes back.
    left : left_data.LeftData
        What becomes of it.
    """

    def __init__(
        self,
        shell: Any,
        tracker: DataTracker,
        import_environment: ImportEnvironmentTracker,
        reporter: StateReporter,
        left: LeftData,
    ) -> None:
        self._shell = shell
        self._log = left.log
        self._tracker = tracker
        self._import_environment = import_environment
        self._reporter = reporter
        self._left = left
        self._restore: DataRestore | None = None
        self._trigger = left.trigger
        self._tried: list[str] = []

    def begin(self) -> None:
        """Start restoring what comes back without being asked for."""
        if self._left.comes is not None:
            self._begin(self._left.comes)

    def take(self) -> None:
        """Accept the offer: its names come back from now on; what is bound already stays as it is.

        Raises
        ------
        OSError
            The log cannot be written.
        """
        left = self._log.take_offer(self._tracker.namespace)
        if left is None:
            return
        self._trigger = Trigger.MANUAL
        self._begin(left)
        self._log.replace()

    def dismiss(self) -> None:
        """End the offer, and stop restoring data.

        Raises
        ------
        OSError
            The log cannot be written.
        """
        self._log.end_offer(self._restore.pending if self._restore is not None else ())
        self.forget()
        self._log.replace()

    def forget(self) -> None:
        """Forget all names that are still to come."""
        if self._restore is not None:
            self._restore.forget()

    def small(self) -> list[Callable[[], object]]:
        """Return pieces of work that bind what is small and needs nothing else: it comes back in an idle kernel."""
        restore = self._restore
        return [] if restore is None else [partial(restore.restore_if_ready, name) for name in restore.small]

    def restore_for(self, code: str, *, is_cell: bool) -> None:
        """Bind the names that some code mentions, before it runs."""
        import_environment, restore = self._import_environment, self._restore
        if is_cell:
            import_environment.extensions_for(code)
        if restore is None or not (restore.wanting or (is_cell and import_environment.expects_magics)):
            return
        what, failed = mentioned(code), len(restore.missing)
        with search_path.in_force(import_environment.found_in):
            tried = import_environment.magics_for(code, restore) if is_cell else []
            names = restore.wanting if what.everything else restore.wanting & what.identifiers
            tried += restore.restore(sorted(names), bound(code)) if names else []
        self._tried += tried if is_cell else []
        if len(restore.missing) > failed:
            self._reporter.data_restored(self._trigger, (), restore.missing[failed:])
            self._reporter.publish_data()

    def cell_ends(self, *, failed: bool) -> None:
        """Write below the error of a cell what was tried for it; nothing is written for a cell that has not failed."""
        for line in self._tried if failed else ():
            sys.stderr.write(line + "\n")
        self._tried = []

    def _begin(self, left: SavedData) -> None:
        """Start restoring names."""
        self._import_environment.put(left.import_environment)
        self._restore = DataRestore(self._shell, self._log, self._tracker, left)
        self._left.restored_by(self._restore)
        lost = _lost(left, self._left.plotted, was_cut=self._log.was_cut)
        self._reporter.data_restored(self._trigger, sorted(left.names), lost)


def _lost(left: SavedData, plotted: Container[str], *, was_cut: bool) -> list[Missing]:
    """Return what does not come back of what was there when the last incarnation ended.

    Parameters
    ----------
    left : SavedData
        What it has left.
    plotted : container of str
        Names that were saved with figures.
    was_cut : bool
        As `log.DataLog` has it.
    """
    lost = left.missing(plotted)
    running = [*left.entries] if left.running is True else left.running or []
    lost += [sentences.missing_value_changes(name, sentences.RUNNING) for name in running if name in left.entries]
    return [*lost, messages.missing_changes(messages.DATA, NOT_ON_DISK)] if was_cut else lost
