"""The hooks around the user's cells: restoring before a cell what it needs, saving after it what it has changed."""

from __future__ import annotations

import atexit
import sys
from typing import Any

from .. import interrupts, timers
from ..internals.ipython import cell_id, expressions_in, is_comm_message, request_content, request_id
from ..settings.lazy_settings import LazySettings
from .incarnation import Incarnation
from .lazy_data import LazyData
from .lazy_figures import LazyFigures
from .restores import Restores


class RunningCells:
    """The cell that runs, and those that it runs itself.

    Attributes
    ----------
    code : str
        Source of the last one that has begun; that of all when the outermost has ended.
    """

    def __init__(self) -> None:
        self.code = ""
        self._info: Any = None  # of the outermost
        self._request = ""
        self._all = ""

    def begins(self, info: Any, request: str) -> bool:
        """Note a cell that is about to run; return whether another one runs it."""
        self.code = getattr(info, "raw_cell", None) or ""
        is_inner = self._info is not None and request == self._request
        if not is_inner:
            self._info, self._request, self._all = info, request, ""
        self._all += self.code + "\n"
        return is_inner

    def ends(self, result: Any) -> bool:
        """Note that a cell has run; return whether it is the outermost."""
        if self._info is not None and self._info is not getattr(result, "info", None):
            return False
        self.code, self._info, self._all = self._all or self.code, None, ""
        return True

    def forget(self) -> None:
        """Forget the source."""
        self.code = ""


class Cells:
    """Follow the cells of one incarnation.

    Parameters
    ----------
    restores : restores.Restores
        What the last incarnation has left.
    """

    def __init__(
        self, incarnation: Incarnation, settings: LazySettings, figures: LazyFigures, data: LazyData, restores: Restores
    ) -> None:
        self._shell = incarnation.shell
        self._loop = incarnation.loop
        self._interrupts = incarnation.interrupts
        self._reporter = incarnation.reporter
        self._settings = settings
        self._figures = figures
        self._data = data
        self._restores = restores
        safe, interrupt_cell = incarnation.safe_hook, self._interrupts.interrupt_cell
        self._hooks = (
            ("pre_execute", safe(self._before_execution, interrupted=interrupts.interrupt_soon)),
            ("pre_run_cell", safe(self.before_cell, interrupted=interrupt_cell)),
            ("post_run_cell", safe(self.after_cell)),
            ("post_execute", safe(self._after_execution)),
        )
        self._at_end = safe(self._data.save_at_end)
        self._warmup: timers.IdleWork | None = None
        self._after_plain = self._loop.timer(self._look_after_plain)
        self._running = RunningCells()
        self._said = ""

    def begin(self) -> None:
        """Register the hooks on cells."""
        for event, hook in self._hooks:
            self._shell.events.register(event, hook)
        atexit.register(self._at_end)

    def end(self) -> None:
        """Unregister the hooks on cells; safe to call again."""
        atexit.unregister(self._at_end)
        self._after_plain.cancel()
        if self._warmup is not None:
            self._warmup.cancel()
        self._interrupts.cell_ends()
        for event, hook in self._hooks:
            try:
                self._shell.events.unregister(event, hook)
            except ValueError:
                pass

    def save_everything(self) -> None:
        """Save what a request may have changed, or what has changed while the agent was paused."""
        if "matplotlib" in sys.modules:
            self._settings.cell_ends(self._said)
            self._settings.save()
        self._figures.save()

    def look(self) -> None:
        """Update the plot state with what the running cell has done until now, and save what is small."""
        if self._restores.under_way or "matplotlib" not in sys.modules:
            return
        if self._settings.cell_ends(self._said + self._running.code):
            self._settings.save()
        self._figures.save_in_cell()

    def provide_data(self) -> None:
        """Bind the offered data that the rest of the running cell may mention."""
        self._data.restore_for(self._running.code)

    def pause(self, paused: bool) -> None:
        """Make up for the hooks that are not called around a cell that has paused or resumed the agent."""
        if paused:
            self._loop.cell_ends()
            self._interrupts.cell_ends()
        else:
            self._running.forget()
            if not request_content(self._shell.kernel).get("silent"):
                self._loop.cell_begins(cell_id(self._shell.kernel))
        self._reporter.write_down()

    def _before_execution(self) -> None:
        """Restore what a silent request needs, which is not a cell."""
        if not (self._restores.under_way or self._data.is_there):
            return
        content = request_content(self._shell.kernel)
        if content.get("silent"):  # else a cell comes next, see `before_cell`
            code = "\n".join([content.get("code", ""), *expressions_in(content)])
            self._restores.restore_for(code)
            self._data.silent_request(code)

    def _after_execution(self) -> None:
        """Note that a callback of a widget may have run."""
        if self._data.is_there and not self._loop.running and is_comm_message(self._shell.kernel):
            self._data.other_code_ran()

    def before_cell(self, info: Any = None) -> None:
        """Restore what a cell needs before it runs."""
        is_inner = self._running.begins(info, request_id(self._shell.kernel))
        code = self._running.code
        self._loop.cell_begins(cell_id(self._shell.kernel))
        self._interrupts.cell_begins()
        self._settings.cell_begins(code)
        self._restores.cell_begins(code)
        self._figures.cell_begins()
        self._restores.restore_for(code)
        self._data.cell_begins(code, is_inner=is_inner)

    def after_cell(self, result: Any = None) -> None:
        """Save what a cell has changed, or schedule saving it."""
        self._loop.cell_ends()
        self._interrupts.cell_ends()
        is_outer = self._running.ends(result)
        code, failed = self._running.code, not getattr(result, "success", False)
        plain = is_outer and self._data.cell_ends(code, failed=failed)
        self._said += "" if plain else code + "\n"
        self._restores.cell_ends()
        if self._restores.under_way:
            return
        if "matplotlib" not in sys.modules:
            self._said = ""
            return
        if self._warmup is None:
            from .. import warmup

            self._warmup = self._loop.idle_work(warmup.steps())
        works_again = self._reporter.works_again()
        is_looked_at = not plain or works_again or self._said or self._figures.uses(code)
        if is_looked_at or not self._after_plain.start(timers.QUIET):
            self._look_at_plots(works_again=works_again, failed=failed)

    def _look_after_plain(self) -> None:
        """Save plots once the kernel is idle, after plain cells."""
        if self._loop.is_busy():
            self._after_plain.start(timers.QUIET)
        else:
            self._running.forget()
            self._look_at_plots()

    def _look_at_plots(self, *, works_again: bool = False, failed: bool = False) -> None:
        """Save settings, and schedule saving figures, as the last cell has left them."""
        self._after_plain.cancel()
        if self._settings.cell_ends(self._said) or works_again:
            self._settings.save()
            self._reporter.publish()
        self._said = ""
        self._figures.cell_ends(self._running.code, failed=failed)
