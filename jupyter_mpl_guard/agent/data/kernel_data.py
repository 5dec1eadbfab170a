"""The data of one kernel: what was left comes back or is offered, what there is now is saved, all is reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..cells.source import mentioned
from ..protocol import Begin, DataChoice, Wanted
from ..settings import environment
from ..timers import IdleWork, KernelLoop
from .autosave import DataAutosave
from .callbacks import Callbacks
from .import_environment import ImportEnvironmentTracker
from .last_data import LastData
from .left_data import LeftData
from .names import NameChoice
from .process.generators import Generators
from .process.library_settings import LibrarySettings
from .report import DataReport
from .tracking.bindings import Bindings
from .tracking.plain_cell import is_plain
from .tracking.running_cell import RunningCell
from .tracking.tracker import DataTracker
from .tracking.tracking_state import TrackingState
from .values.examination import DataLimits

if TYPE_CHECKING:
    from ..state.reporter import StateReporter


class KernelData:
    """Save the data of a kernel when it may have changed, and restore what the last incarnation has saved.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    left : left_data.LeftData
        What becomes of what the last incarnation has left, and the log of data.
    request : protocol.Begin
        What the server knows of the incarnation.
    start : environment.StartUp
        How the kernel was before its first cell.
    reporter : reporter.StateReporter
        Is notified of the data.
    loop : timers.KernelLoop
        The kernel's event loop.
    """

    def __init__(
        self,
        shell: Any,
        left: LeftData,
        request: Begin,
        start: environment.StartUp,
        reporter: StateReporter,
        loop: KernelLoop,
    ) -> None:
        self._log = log = left.log
        limits = DataLimits.of(request.data_limits)
        self._only_plots = request.data is DataChoice.PLOTS
        bindings = Bindings(shell, NameChoice.of(request.never_keep), only=set() if self._only_plots else None)
        self._tracker = DataTracker(TrackingState(log, limits, bindings))
        self._report = DataReport(log, self._tracker, reporter)
        self._import_environment = ImportEnvironmentTracker(shell, start)
        self._generators = Generators()
        self._settings = LibrarySettings(shell)
        self._callbacks = Callbacks()
        self._autosave = DataAutosave(
            log,
            self._tracker,
            self._import_environment,
            self._callbacks,
            self._report,
            limits.wait,
            reporter,
            loop,
        )
        self._shell = shell
        self._cell = RunningCell()
        self._last = LastData(shell, self._tracker, self._import_environment, reporter, left)
        self._loop = loop
        self._small: IdleWork | None = None

    def begin(self) -> None:
        """Start restoring what comes back without being asked for."""
        self._last.begin()
        self._generators.expect(self._log.generators)
        self._settings.expect(self._log.libraries)
        self._restore_small()
        self._report.notify()

    def restore_for(self, code: str) -> None:
        """Bind the names that a cell mentions, before it runs."""
        self._last.restore_for(code, is_cell=True)
        self._generators.before_cell(mentioned(code))
        self._settings.before_cell(mentioned(code))

    def silent_request(self, code: str) -> None:
        """Bind the names that a request other than a cell mentions, and schedule comparing what it may change."""
        self._last.restore_for(code, is_cell=False)
        with self._autosave.writing():
            self._tracker.mark_for(mentioned(code))
        if self._tracker.is_dirty:
            self._autosave.schedule_for_idle()

    def cell_begins(self, code: str) -> None:
        """Save what is small and has not been saved, and write down what a cell may change before it does."""
        if self._cell.is_unfinished:  # else the end of the last one would have been noted
            self._autosave.note_missed_changes()
        self._cell.begins()
        self._autosave.look_for_missed_changes()
        self._autosave.save_before_cell()
        with self._autosave.writing():
            self._tracker.cell_begins(mentioned(code))
        plain = not self._callbacks.are_possible and is_plain(code, self._tracker.namespace, self._shell)
        self._cell.has_begun(code.strip() if plain else None)

    def cell_ends(self, code: str, *, draws: bool, failed: bool = False) -> bool:
        """Write down what a cell may have changed, and schedule saving it for after the reply.

        Parameters
        ----------
        code : str
            All that has run with it.
        draws : bool
            Whether Matplotlib is there.
        failed : bool
            Whether it has raised something.

        Returns
        -------
        bool
            Whether it can have done nothing but bind the names that it mentions, see `plain_cell.is_plain`.
        """
        plain = self._cell.was_plain(code.strip()) and not failed
        self._last.cell_ends(failed=failed)
        if self._cell.is_beginning:
            self._autosave.note_missed_changes()
        self._autosave.look_for_missed_changes()
        what = mentioned(code)
        if self._only_plots and draws:
            self._tracker.only_with(what)
        self._import_environment.cell_ends(code, what)
        with self._autosave.writing():
            self._tracker.cell_ends(code, what, plain=plain)
        states = self._generators.cell_ends(what)
        with self._autosave.writing():
            self._tracker.generators(states)
        settings = self._settings.cell_ends(code, what)
        with self._autosave.writing():
            self._tracker.libraries(settings)
        self._callbacks.cell_ends(what)
        self._cell.has_ended()
        if plain:
            self._autosave.schedule_after_plain()
        else:
            self._autosave.schedule()
        return plain

    def save_at_end(self) -> None:
        """Save what waits, now that the kernel ends."""
        self._end_small()
        self._autosave.save_at_end()

    def other_code_ran(self) -> None:
        """Note that a callback may have run outside of a cell: all is considered changed until compared."""
        self._callbacks.have_run()
        if self._callbacks.are_there:
            with self._autosave.writing():
                self._tracker.mark_all()
            self._autosave.schedule_for_idle()

    def answer_offer(self, wanted: Wanted) -> None:
        """Accept or dismiss an offer of data.

        Parameters
        ----------
        wanted : protocol.Wanted
            Which data is to come back, see `protocol.Begin`.
        """
        if wanted is Wanted.ALL:
            with self._autosave.writing():
                self._last.take()
            self._restore_small()
        elif wanted is Wanted.NONE:
            with self._autosave.writing():
                self._last.dismiss()
        self._report.notify()

    def forget(self) -> None:
        """Mark everything as unsaved: the diary has been removed."""
        self._last.forget()
        self._log.forget(self._import_environment.now())
        self._tracker.forget()
        self._report.notify()

    def pause(self, *, paused: bool) -> None:
        """Mark what cells may change unobserved as outdated, or schedule saving again all they may have changed."""
        self._autosave.cancel()
        if paused:
            self._end_small()
            with self._autosave.writing():
                self._tracker.pause()
        else:
            self._autosave.note_missed_changes()
            self._autosave.look_for_missed_changes()
            self._autosave.schedule_for_idle()
        self._report.notify()

    def end(self) -> None:
        """Stop saving; safe to call again."""
        self._autosave.cancel()
        self._end_small()

    def _restore_small(self) -> None:
        """Schedule restoring what is small, and looking at it, for when the kernel is idle.

        A cell may change what has not been looked at: it would not be known to be what was saved.
        """
        self._end_small()
        if steps := self._last.small():
            self._small = self._loop.idle_work(steps, self._autosave.schedule_for_idle)

    def _end_small(self) -> None:
        if self._small is not None:
            self._small.cancel()
