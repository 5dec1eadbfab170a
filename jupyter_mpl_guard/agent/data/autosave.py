"""When data is saved: before a cell what is small, after it what has changed, the rest when the kernel is idle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING

from ..pickling.limits.budget import Budget, Limits, Moment
from ..storage.data.log import DataLog
from ..timers import BREATH, QUIET, KernelLoop
from .callbacks import Callbacks
from .import_environment import ImportEnvironmentTracker
from .report import DataReport
from .tracking.tracker import DataTracker

if TYPE_CHECKING:
    from ..state.reporter import StateReporter

END_SECONDS = 0.5
"""Seconds that saving may take when the kernel ends."""


class DataAutosave:
    """Schedule saving what may have changed; what could not be written is named, and nothing is considered saved then.

    Parameters
    ----------
    log : log.DataLog
        Where data is saved.
    tracker : tracker.DataTracker
        Knows what may have changed.
    import_environment : import_environment.ImportEnvironmentTracker
        Knows what has to be in force first.
    callbacks : callbacks.Callbacks
        Knows whether code has run between cells.
    report : report.DataReport
        Reports what is saved.
    wait : float
        Seconds that a cell may wait for saving.
    reporter : reporter.StateReporter
        Is notified of what could not be written.
    loop : timers.KernelLoop
        The kernel's event loop.
    """

    def __init__(
        self,
        log: DataLog,
        tracker: DataTracker,
        import_environment: ImportEnvironmentTracker,
        callbacks: Callbacks,
        report: DataReport,
        wait: float,
        reporter: StateReporter,
        loop: KernelLoop,
    ) -> None:
        self._log = log
        self._tracker = tracker
        self._import_environment = import_environment
        self._callbacks = callbacks
        self._report = report
        self._reporter = reporter
        self._wait = wait
        self._loop = loop
        self._soon = loop.timer(self._save_after_cell)
        self._later = loop.timer(self._save_when_idle)
        self._looks_at_all = False  # when the kernel is idle: after some cells only the names in them were looked at
        self._has_missed_changes = False
        self._has_failed = False  # to write

    def save_before_cell(self) -> None:
        """Save what is small and has not been saved."""
        if self._soon.pending or self._tracker.is_dirty:
            self._soon.cancel()
            self._save(Moment.BEFORE_CELL)

    def schedule(self) -> None:
        """Schedule saving what a cell may have changed for after the reply to it."""
        if not self._soon.start(BREATH):
            self._save_after_cell()

    def schedule_after_plain(self) -> None:
        """Schedule saving after a cell that can have changed nothing but names: as a rule, all is saved already."""
        if self._tracker.is_dirty:
            self.schedule()
        else:
            self._log.flush()
        self._looks_at_all = True
        self._later.start(QUIET)

    def schedule_for_idle(self) -> None:
        """Schedule saving what may have changed for when the kernel is idle."""
        self._later.start(QUIET)

    def save_at_end(self) -> None:
        """Save what can be saved quickly of what waits, before the kernel ends: somebody may wait for the next one."""
        if self._soon.pending or self._later.pending or self._tracker.is_dirty:
            self.cancel()
            self._look_again()
            limit = perf_counter() + END_SECONDS
            self._save(Moment.AFTER_CELL, lambda: perf_counter() > limit)

    def cancel(self) -> None:
        """Cancel what has been scheduled; safe to call again."""
        self._soon.cancel()
        self._later.cancel()

    def note_missed_changes(self) -> None:
        """Note that cells may have made changes that no hook has seen, see `look_for_missed_changes`."""
        self._has_missed_changes = True

    def look_for_missed_changes(self) -> None:
        """Mark everything as changed where a hook was ended before it has seen what a cell has changed."""
        if self._has_missed_changes:
            try:
                self._tracker.mark_unknown()
            except OSError as error:
                self._fail(error)
            self._has_missed_changes = False

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Report what cannot be written in a block, in which something is written down."""
        try:
            yield
        except OSError as error:
            self._fail(error)
        except BaseException:  # an interrupt, what a signal handler of the user raises
            self.note_missed_changes()
            self.look_for_missed_changes()
            raise

    def _save_after_cell(self) -> None:
        self._save(Moment.AFTER_CELL)
        is_told = self._report.is_current and not self._has_failed
        if self._tracker.is_dirty or self._callbacks.may_have_run or not is_told:
            self._later.start(QUIET)

    def _save_when_idle(self) -> None:
        if self._loop.is_busy():
            self._later.start(QUIET)
            return
        self._look_again()
        self._has_failed = False
        self._save(Moment.IDLE)
        self._report.notify()
        if not self._has_failed:
            self._reporter.try_again()
        self._reporter.publish_data()
        if self._tracker.is_dirty and not self._has_failed:  # there may be room again after the next cell
            self._later.start(QUIET)

    def _look_again(self) -> None:
        """Find the changes of code after which nothing was looked at."""
        if self._callbacks.may_have_run:
            self._callbacks.look_again()
            with self.writing():
                self._tracker.changed()
            self._tracker.compare_later()
        elif self._looks_at_all:
            with self.writing():
                self._tracker.changed()
        self._looks_at_all = False

    def _save(self, moment: Moment, waits: Callable[[], bool] | None = None) -> None:
        import_environment = self._import_environment.now(idle=moment is Moment.IDLE)
        with self.writing():
            self._tracker.import_environment(import_environment)
        if self._tracker.is_dirty:
            budget = Budget(moment, Limits(wait=self._wait), waits or self._loop.message_waits)
            with self.writing():
                self._tracker.save(budget)
        if moment is not Moment.BEFORE_CELL:
            self._log.flush()

    def _fail(self, error: OSError) -> None:
        self._has_failed = True
        self._reporter.could_not_save(error)
