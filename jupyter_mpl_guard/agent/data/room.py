"""The data of one kernel: what was left comes back or is offered, what there is now is saved, all is reported."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from .. import search_path
from ..pickling.limits.budget import Budget, Limits, Moment
from ..protocol import Missing, Request
from ..settings import environment
from ..storage.data_log import DataLog, Unusable
from ..storage.data_state import SavedData
from ..timers import BREATH, QUIET, Activity, IdleWork, Timer
from . import decisions
from .decisions import DataFacts, DataPlan
from .extensions import Extensions
from .imports import bound
from .names import Choice, mentioned
from .restore import DataRestore
from .tracker import DataTracker
from .values.look import DataLimits

if TYPE_CHECKING:
    from ..reporter import StateReporter
    from ..safe_hook import SafeHook

_THREADS = ("Thread", "Timer", "Process", "submit", "run_in_executor", "start_new_thread")
_TASKS = ("create_task", "ensure_future", "call_later", "call_soon", "PeriodicCallback")
_WIDGETS = (
    "observe",
    "on_click",
    "on_submit",
    "on_msg",
    "interact",
    "interactive",
    "interactive_output",
    "link",
    "dlink",
)
_PLOTS = ("on_changed", "on_clicked", "mpl_connect", "FuncAnimation", "add_callback", "on_trait_change")
CALLS_LATER = frozenset((*_THREADS, *_TASKS, *_WIDGETS, *_PLOTS))
"""Names in a cell after which code may run when no cell does."""

RUNNING = "the kernel ended while a cell ran that may have changed it; it is as it was before that cell"


class DataRoom:
    """Save the data of a kernel when it may have changed, and restore what the last incarnation has saved.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    log : data_log.DataLog
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
        self._shell, self._log, self._start, self._reporter = shell, log, start, reporter
        self._activity, self._loop, self._waits = activity, loop, waits
        self._limits = DataLimits(**request.data_limits)  # type: ignore[arg-type]
        self._only_plots = request.data == "plots"
        choice = Choice(request.never_keep) if request.never_keep is not None else Choice()
        self.tracker = DataTracker(shell, log, self._limits, choice)
        self.tracker.only = set() if self._only_plots else None
        self._extensions = Extensions(shell)
        self._soon = Timer(loop, safe_hook(self._save_after_cell))
        self._later = Timer(loop, safe_hook(self._save_when_idle))
        self._restore: DataRestore | None = None
        self._small: IdleWork | None = None
        self._has_doubts = self._has_callbacks = False
        self._threads = threading.active_count()
        self._reported: tuple[int, list[str]] = (-1, [])
        self._trigger = request.trigger

    # At the beginning of an incarnation.

    def look_back(self, request: Request, *, same_process: bool) -> list[Missing]:
        """Decide what becomes of what the last incarnation has left; return what is lost of what was to come back."""
        try:
            last = self._log.read()
        except Unusable as error:
            self._log.discard()
            return [Missing("the data", str(error))] if request.trigger == "crash" else []
        offer = last.offered is not None and bool(last.offered.names)
        left = last if last.names or not (last.held and offer) else (last.offered or last)
        plan = decisions.at_begin(
            DataFacts(
                request.trigger,
                wanted=request.data != "none",
                paused=bool(request.message),
                same_process=same_process,
                fresh=request.restore == "none",
                left=bool(left.names or left.unsaved),
                offer=offer,
            )
        )
        state, missing = SavedData(), []
        if plan is DataPlan.COMES:
            state = SavedData(dict(left.entries), dict(left.imports), ground=left.ground, offered=last.offered)
            missing = self._lost(left)
        elif plan is DataPlan.OFFERED or plan is DataPlan.HELD:
            left.offered = None
            state = SavedData(offered=left, held=plan is DataPlan.HELD)
        elif plan is DataPlan.STILL_OFFERED:
            state = SavedData(offered=last.offered, held=last.held)
        self._log.state = state
        self._write(self._log.replace)
        if plan is DataPlan.COMES:
            self._begin(left, missing)
        self.report()
        return []

    def _lost(self, left: SavedData) -> list[Missing]:
        """Return what does not come back of what was there when the last incarnation ended."""
        lost = [
            Missing(f"the name {name}", each.why) for name, each in left.unsaved.items() if not is_plotted(each.type)
        ]
        running = [*left.entries] if left.running is True else left.running or []
        lost += [Missing(f"the latest changes of {name}", RUNNING) for name in running if name in left.entries]
        return lost

    def _begin(self, left: SavedData, missing: list[Missing]) -> None:
        """Have names come back from now on."""
        self._put_ground(left)
        self._restore = DataRestore(self._shell, self._log, self.tracker, left)
        self._reporter.data_restored(self._trigger, sorted(left.names), missing)
        steps = [partial(self._bring_small, name) for name, each in left.entries.items() if each.inline]
        self._small = IdleWork(self._loop, steps, self._activity) if steps else None

    def _put_ground(self, left: SavedData) -> None:
        environment.restore({**left.ground.environment})
        search_path.put(left.ground.surroundings)
        self._extensions.expect(left.ground.extensions, left.ground.autoreload)

    def _bring_small(self, name: str) -> None:
        """Bind a small value, if it can be loaded with what is imported."""
        if self._restore is not None:
            self._restore.bring_if_ready(name)

    # Around cells.

    def restore_for(self, code: str, *, is_cell: bool = True) -> None:
        """Bind what some code mentions, before it runs."""
        if is_cell:
            self._extensions.before_cell(code)
        if self._restore is None or not self._restore.wanting:
            return
        what, failed = mentioned(code), len(self._restore.missing)
        names = self._restore.wanting if what.everything else self._restore.wanting & what.words
        tried = self._restore.bring(sorted(names), bound(code)) if names else []
        for line in tried if is_cell else ():
            print(line, file=sys.stderr)
        if len(self._restore.missing) > failed:
            self._reporter.data_restored(self._trigger, (), self._restore.missing[failed:])
            self._reporter.publish_data()

    def silent_request(self, code: str) -> None:
        """Bind what a request mentions that is no cell, and have compared what it may change."""
        self.restore_for(code, is_cell=False)
        self._write(partial(self.tracker.doubt_for, mentioned(code)))
        if self.tracker.is_dirty:
            self._later.start(QUIET)

    def provide(self, name: str) -> bool:
        """Bind a name that a restored figure needs; return whether the figure's own value must not be bound."""
        return self._restore is not None and self._restore.provide(name)

    def cell_begins(self, code: str) -> None:
        """Save what is small and has not been saved, and write down what a cell may change before it does."""
        if self._soon.pending or self.tracker.is_dirty:
            self._soon.cancel()
            self._save(Moment.BEFORE_CELL)
        self._write(partial(self.tracker.cell_begins, mentioned(code)))

    def cell_ends(self, code: str, *, draws: bool) -> None:
        """Write down what a cell may have changed, and have it saved after the reply."""
        what = mentioned(code)
        if self._only_plots and draws:
            self.tracker.only_with(what)
        self._extensions.after_cell(code)
        self._write(partial(self.tracker.cell_ends, code, what))
        self._has_callbacks = self._has_callbacks or not CALLS_LATER.isdisjoint(what.words)
        self._has_doubts = self._has_callbacks or threading.active_count() > self._threads
        if not self._soon.start(BREATH):
            self._save_after_cell()

    def other_code_ran(self) -> None:
        """Note that a callback may have run outside of a cell: all counts as changed until it has been compared."""
        if self._has_callbacks:
            self._write(self.tracker.doubt_all)
            self._later.start(QUIET)

    # Requests.

    def reinit(self, wanted: str) -> tuple[list[str], list[Missing]]:
        """Take or end an offer of data; return what came back and what did not.

        Parameters
        ----------
        wanted : str
            Which data is to come back, see `protocol.Request`.
        """
        state = self._log.state
        if wanted == "none":
            if self._restore is not None:
                self._drop_pending()
            state.offered = None
            self._write(self._log.replace)
        if wanted != "all" or state.offered is None:
            self.report()
            return [], []
        left, state.offered, state.held = state.offered, None, False
        names = self.tracker.namespace
        left.entries = {name: each for name, each in left.entries.items() if name not in names}
        left.imports = {name: each for name, each in left.imports.items() if name not in names}
        state.entries.update({name: each for name, each in left.entries.items() if name not in state.names})
        state.imports.update({name: each for name, each in left.imports.items() if name not in state.names})
        state.ground = left.ground
        self._write(self._log.replace)
        missing = self._lost(left)
        self._begin(left, missing)
        self.report()
        return sorted(left.names), missing

    def forget(self) -> None:
        """Take nothing for saved: the diary has been removed."""
        if self._restore is not None:
            self._restore.forget()
        self._log.forget()
        self.tracker.forget()
        self.report()

    def end(self) -> None:
        """Save nothing any more; safe to call again."""
        self._soon.cancel()
        self._later.cancel()
        if self._small is not None:
            self._small.cancel()

    def _drop_pending(self) -> None:
        assert self._restore is not None
        pending = self._restore.pending
        self._restore.forget()
        for name in pending:
            self._log.state.entries.pop(name, None)
            self._log.state.imports.pop(name, None)

    # Saving.

    def _save_after_cell(self) -> None:
        self._save(Moment.AFTER_CELL)
        if self.tracker.is_dirty or self._has_doubts:
            self._later.start(QUIET)

    def _save_when_idle(self) -> None:
        if self._activity.is_busy():
            self._later.start(QUIET)
            return
        if self._has_doubts:
            self._has_doubts = False
            self._write(self.tracker.changed)
            self.tracker.doubt()
        self._save(Moment.IDLE)
        if self.tracker.is_dirty:
            self._later.start(QUIET)

    def _save(self, moment: Moment) -> None:
        self._write(partial(self.tracker.ground, self._ground()))
        if not self.tracker.is_dirty:
            self.report()
            return
        budget = Budget(moment, Limits(wait=self._limits.wait), self._waits)
        self._write(partial(self.tracker.save, budget))
        self.report()
        self._reporter.publish_data()

    def _ground(self) -> Any:
        from ..storage.data_entry import Ground

        before = self._start.variables
        variables = {name: each for name, each in environment.variables().items() if before.get(name) != each}
        return Ground(search_path.additions(), variables, self._extensions.names(), self._extensions.autoreload)

    def _write(self, write: Callable[[], Any]) -> None:
        try:
            write()
        except OSError as error:
            self._reporter.could_not_save(error)

    def report(self) -> None:
        """Report what is saved, what waits and what would not come back, if that has changed."""
        state = self._log.state
        waiting = self.tracker.waiting
        if (self._log.changes, waiting) == self._reported:
            return
        self._reported = self._log.changes, waiting
        unsaved = [
            {"name": name, "type": each.type, "why": each.why}
            for name, each in state.unsaved.items()
            if not is_plotted(each.type)
        ]
        offered = state.offered
        self._reporter.data(
            {
                "saved": len(state.names),
                "bytes": sum(each.size for each in state.distinct()),
                "waiting": [name for name in waiting if name not in state.names],
                "unsaved": unsaved,
                **({"offered": len(offered.names)} if offered is not None and offered.names else {}),
            },
            len(offered.entries) if offered is not None else 0,
            sum(each.size for each in offered.distinct()) if offered is not None else 0,
        )


def is_plotted(kind: str) -> bool:
    """Return whether values of a class, by its full name, are parts of figures, which are saved with these."""
    return "matplotlib." in kind or "mpl_toolkits." in kind
