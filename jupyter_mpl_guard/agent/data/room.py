"""The data of one kernel: what was left comes back or is offered, what there is now is saved, all is reported."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Container
from functools import partial
from typing import TYPE_CHECKING, Any

from ..pickling.limits.budget import Budget, Limits, Moment
from ..protocol import Missing, Request
from ..settings import environment
from ..storage.data.log import DataLog
from ..timers import BREATH, QUIET, Activity, Timer
from .callbacks import Callbacks
from .generators import Generators
from .ground import GroundWatch
from .last_data import LastData
from .names import Choice, mentioned
from .process.library_settings import LibrarySettings
from .report import DataReport
from .tracking.bindings import Bindings
from .tracking.known import Known
from .tracking.tracker import DataTracker
from .values.look import DataLimits

if TYPE_CHECKING:
    from ..safe_hook import SafeHook
    from ..state.reporter import StateReporter


class DataRoom:
    """Save the data of a kernel when it may have changed, and restore what the last incarnation has saved.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    log : log.DataLog
        Where data is saved.
    request : protocol.Request
        The server's, a ``begin``.
    start : environment.StartUp
        How the kernel was before its first cell.
    reporter : reporter.StateReporter
        Is told of the data.
    activity : timers.Activity
        Knows whether a cell is running.
    loop : asyncio.AbstractEventLoop or None
        The kernel's main event loop.
    safe_hook : safe_hook.SafeHook
        Wraps what the loop calls.
    waits : callable
        Returns whether a message waits for the kernel.
    """

    def __init__(
        self,
        shell: Any,
        log: DataLog,
        request: Request,
        start: environment.StartUp,
        reporter: StateReporter,
        activity: Activity,
        loop: asyncio.AbstractEventLoop | None,
        safe_hook: SafeHook,
        waits: Callable[[], bool],
    ) -> None:
        self._log, self._reporter, self._activity, self._waits = log, reporter, activity, waits
        self._limits = DataLimits.of(request.data_limits)
        self._only_plots = request.data == "plots"
        bindings = Bindings(shell, Choice.of(request.never_keep), only=set() if self._only_plots else None)
        self._tracker = DataTracker(Known(log, self._limits, bindings))
        self._report = DataReport(log, self._tracker, reporter)
        self._ground = GroundWatch(shell, start)
        self._generators = Generators()
        self._settings = LibrarySettings(shell)
        self._callbacks = Callbacks()
        self._soon = Timer(loop, safe_hook(self._save_after_cell))
        self._later = Timer(loop, safe_hook(self._save_when_idle))
        self._is_in_cell = self._has_begun = self._has_lost_sight = False
        self._has_failed = False  # to write
        self._last = LastData(shell, log, self._tracker, self._ground, reporter, activity, loop)

    def look_back(self, request: Request, plotted: Container[str], *, same_process: bool) -> list[Missing]:
        """Decide what becomes of what the last incarnation has left, see `last_data.LastData`."""
        missing: list[Missing] = []
        self._write(lambda: missing.extend(self._last.look_back(request, plotted, same_process=same_process)))
        self._generators.expect(self._log.state.generators)
        self._settings.expect(self._log.state.libraries)
        self._report.tell()
        return missing

    # Around cells.

    def restore_for(self, code: str) -> None:
        """Bind what a cell mentions, before it runs."""
        self._last.restore_for(code, is_cell=True)
        self._generators.before_cell(mentioned(code))
        self._settings.before_cell(mentioned(code))

    def silent_request(self, code: str) -> None:
        """Bind what a request mentions that is no cell, and have compared what it may change."""
        self._last.restore_for(code, is_cell=False)
        self._write(partial(self._tracker.doubt_for, mentioned(code)))
        if self._tracker.is_dirty:
            self._later.start(QUIET)

    def provide(self, name: str) -> bool:
        """Bind a name that a restored figure needs; return whether the figure's own value must not be bound."""
        return self._last.provide(name)

    def cell_begins(self, code: str) -> None:
        """Save what is small and has not been saved, and write down what a cell may change before it does."""
        self._has_lost_sight |= self._is_in_cell  # else the end of the last one would have been noted
        self._is_in_cell, self._has_begun = True, False
        self._find_again()
        if self._soon.pending or self._tracker.is_dirty:
            self._soon.cancel()
            self._save(Moment.BEFORE_CELL)
        self._write(partial(self._tracker.cell_begins, mentioned(code)))
        self._has_begun = True

    def cell_ends(self, code: str, *, draws: bool) -> None:
        """Write down what a cell may have changed, and have it saved after the reply."""
        self._has_lost_sight |= self._is_in_cell and not self._has_begun
        self._find_again()
        what = mentioned(code)
        if self._only_plots and draws:
            self._tracker.only_with(what)
        self._ground.cell_ends(code, what)
        self._write(partial(self._tracker.cell_ends, code, what))
        self._write(partial(self._tracker.generators, self._generators.cell_ends(what)))
        self._write(partial(self._tracker.libraries, self._settings.cell_ends(code, what)))
        self._callbacks.cell_ends(what)
        self._is_in_cell = False
        if not self._soon.start(BREATH):
            self._save_after_cell()

    def other_code_ran(self) -> None:
        """Note that a callback may have run outside of a cell: all counts as changed until it has been compared."""
        if self._callbacks.are_there:
            self._write(self._tracker.doubt_all)
            self._later.start(QUIET)

    # Requests.

    def reinit(self, wanted: str) -> None:
        """Take or end an offer of data.

        Parameters
        ----------
        wanted : str
            Which data is to come back, see `protocol.Request`.
        """
        if wanted == "all":
            self._write(self._last.take)
        elif wanted == "none":
            self._write(self._last.dismiss)
        self._report.tell()

    def forget(self) -> None:
        """Take nothing for saved: the diary has been removed."""
        self._last.forget()
        self._log.forget()
        self._tracker.forget()
        self._report.tell()

    def pause(self, *, paused: bool) -> None:
        """Let nothing come back that cells may change unseen, or have everything saved again that they may have."""
        self._soon.cancel()
        self._later.cancel()
        if paused:
            self._last.end()
            self._write(self._tracker.look_away)
        else:
            self._has_lost_sight = True
            self._find_again()
            self._later.start(QUIET)
        self._report.tell()

    def end(self) -> None:
        """Save nothing any more; safe to call again."""
        self._soon.cancel()
        self._later.cancel()
        self._last.end()

    # Saving.

    def _save_after_cell(self) -> None:
        self._save(Moment.AFTER_CELL)
        is_told = self._report.is_current and not self._has_failed
        if self._tracker.is_dirty or self._callbacks.may_have_run or not is_told:
            self._later.start(QUIET)

    def _save_when_idle(self) -> None:
        if self._activity.is_busy():
            self._later.start(QUIET)
            return
        if self._callbacks.may_have_run:
            self._callbacks.look_again()
            self._write(self._tracker.changed)
            self._tracker.doubt()
        self._has_failed = False
        self._save(Moment.IDLE)
        self._report.tell()
        if not self._has_failed:
            self._reporter.try_again()
        self._reporter.publish_data()
        if self._tracker.is_dirty and not self._has_failed:  # there may be room again after the next cell
            self._later.start(QUIET)

    def _save(self, moment: Moment) -> None:
        ground = self._ground.now(idle=moment is Moment.IDLE)
        self._write(partial(self._tracker.ground, ground))
        if self._tracker.is_dirty:
            budget = Budget(moment, Limits(wait=self._limits.wait), self._waits)
            self._write(partial(self._tracker.save, budget))
        if moment is not Moment.BEFORE_CELL:
            self._log.flush()

    def _write(self, write: Callable[[], Any]) -> None:
        try:
            write()
        except OSError as error:
            self._fail(error)
        except BaseException:  # an interrupt, what a signal handler of the user raises
            self._has_lost_sight = True
            self._find_again()
            raise

    def _find_again(self) -> None:
        """Have everything saved again where something has ended a hook: a cell may have changed what nobody noted."""
        if self._has_lost_sight:
            try:
                self._tracker.lose_sight()
            except OSError as error:
                self._fail(error)
            self._has_lost_sight = False

    def _fail(self, error: OSError) -> None:
        self._has_failed = True
        self._reporter.could_not_save(error)
