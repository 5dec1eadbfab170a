"""The hooks around the user's cells: restoring before a cell what it needs, saving after it what it has changed."""

from __future__ import annotations

import atexit
import sys
from typing import TYPE_CHECKING, Any

from .. import interrupts, timers
from ..internals.ipython import binds_names, cell_id, expressions_in, is_comm_message, request_content, request_id
from ..storage.disk.names import OUTLIVED

if TYPE_CHECKING:
    from .parts import Parts


class Cells:
    """Follow the cells of one incarnation.

    Parameters
    ----------
    parts : parts.Parts
        Those of the incarnation.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        safe, interrupt_cell = parts.safe_hook, parts.interrupts.interrupt_cell
        self._hooks = (
            ("pre_execute", safe(self._before_execution, interrupted=interrupts.interrupt_soon)),
            ("pre_run_cell", safe(self.before_cell, interrupted=interrupt_cell)),
            ("post_run_cell", safe(self.after_cell)),
            ("post_execute", safe(self._after_execution)),
        )
        self._at_end = safe(self._save_at_end)
        self._warmup: timers.IdleWork | None = None
        self._data_soon = timers.Timer(parts.loop, safe(self._need_data))
        self._after_plain = timers.Timer(parts.loop, safe(self._look_after_plain))
        self._first_codes: list[tuple[str, bool]] = []  # before data was looked at
        self._outlived = False
        self._code = ""
        self._said = ""
        self._info: Any = None  # of the cell that runs, if it may run others
        self._request = ""
        self._inner = ""

    def begin(self) -> None:
        """Hear of cells from now on."""
        for event, hook in self._hooks:
            self._parts.shell.events.register(event, hook)
        atexit.register(self._at_end)

    def end(self) -> None:
        """Hear of cells no more; safe to call again."""
        atexit.unregister(self._at_end)
        self._data_soon.cancel()
        self._after_plain.cancel()
        if self._warmup is not None:
            self._warmup.cancel()
        self._parts.interrupts.cell_ends()
        for event, hook in self._hooks:
            try:
                self._parts.shell.events.unregister(event, hook)
            except ValueError:
                pass

    def say(self, code: str) -> None:
        """Take something for said by a cell."""
        self._said += code

    def save_everything(self) -> None:
        """Save what a request may have changed, or what has changed while the agent was paused."""
        self._parts.save_everything(self._said)

    def look(self) -> None:
        """Bring the plot state up to date with what the running cell has done until now, and save what is small."""
        parts = self._parts
        if parts.need_watch().cell_ends(self._said + self._code):
            parts.save_settings()
        if parts.figures is not None or "matplotlib.figure" in sys.modules:
            parts.need_figures().autosave.save_in_cell()

    def provide_data(self) -> None:
        """Bind what the rest of the running cell may mention of what has been on offer."""
        if self._parts.data is not None:
            self._parts.data.restore_for(self._code)

    def pause(self, paused: bool) -> None:
        """Make up for the hooks that are not called around a cell that has paused the agent, or had it go on."""
        parts = self._parts
        if paused:
            parts.activity.cell_ends()
            parts.interrupts.cell_ends()
        else:
            self._code = ""
            if not request_content(parts.shell.kernel).get("silent"):
                parts.activity.cell_begins(cell_id(parts.shell.kernel))
        parts.reporter.write_down()

    def _before_execution(self) -> None:
        """Restore for a silent request, which is no cell."""
        scheduler, data = self._parts.scheduler, self._parts.data
        if (scheduler is None or not scheduler.under_way) and data is None:
            return
        content = request_content(self._parts.shell.kernel)
        if content.get("silent"):  # else a cell comes next, see `before_cell`
            code = "\n".join([content.get("code", ""), *expressions_in(content)])
            if scheduler is not None:
                scheduler.restore_for(code)
            if data is not None:
                data.silent_request(code)

    def _after_execution(self) -> None:
        """Note that a callback of a widget may have run."""
        parts = self._parts
        if parts.data is not None and not parts.activity.running and is_comm_message(parts.shell.kernel):
            parts.data.other_code_ran()

    def before_cell(self, info: Any = None) -> None:
        """Restore what a cell needs before it runs."""
        parts = self._parts
        self._code = getattr(info, "raw_cell", None) or ""
        request = request_id(parts.shell.kernel)
        is_inner = self._info is not None and request == self._request
        if is_inner:
            self._inner += self._code + "\n"
        else:
            self._info, self._request, self._inner = info, request, self._code + "\n"
        parts.activity.cell_begins(cell_id(parts.shell.kernel))
        parts.interrupts.cell_begins()
        parts.first_cells.note(self._code)
        if parts.scheduler is not None:
            parts.scheduler.cell_begins(self._code)
        if parts.figures is not None and parts.figures.autosave.pending:
            parts.figures.autosave.save_before_cell()
        if parts.scheduler is not None:
            parts.scheduler.restore_for(self._code)
        self._catch_up_with_data()
        if parts.data is not None:
            parts.data.restore_for(self._code)
            if not is_inner:
                parts.data.cell_begins(self._code)

    def after_cell(self, result: Any = None) -> None:
        """Have saved what a cell has changed."""
        parts = self._parts
        parts.activity.cell_ends()
        parts.interrupts.cell_ends()
        if self._info is None or self._info is getattr(result, "info", None):  # else a cell has run another one
            self._code, self._info, self._inner = self._inner or self._code, None, ""
            plain = self._have_data_saved(failed=not getattr(result, "success", False))
        else:
            plain = False
        self._said += "" if plain else self._code + "\n"
        if parts.scheduler is not None:
            parts.scheduler.restore_for("")
            if parts.scheduler.over and not self._outlived:
                self._outlived = True
                parts.diary.note(OUTLIVED)
            if parts.scheduler.under_way:
                return
        if "matplotlib" not in sys.modules:
            self._said = ""
            return
        if self._warmup is None:
            from .. import warmup

            self._warmup = timers.IdleWork(parts.loop, warmup.steps(), parts.activity)
        works_again = parts.reporter.works_again()
        is_looked_at = not plain or works_again or self._said or self._is_used_by_figures()
        if is_looked_at or not self._after_plain.start(timers.QUIET):
            self._look_at_plots(works_again=works_again)

    def _is_used_by_figures(self) -> bool:
        """Return whether the last cell mentions a name that functions in figures look up when they draw."""
        figures = self._parts.figures
        if figures is None:
            return False
        from ..restore.cell_needs import identifiers

        return figures.autosave.uses(identifiers(self._code))

    def _look_after_plain(self) -> None:
        """Do for cells after which nothing was looked at what the end of another one does."""
        if self._parts.activity.is_busy():
            self._after_plain.start(timers.QUIET)
        else:
            self._code = ""
            self._look_at_plots()

    def _look_at_plots(self, *, works_again: bool = False) -> None:
        """Have settings and figures saved as the last cell has left them."""
        parts = self._parts
        self._after_plain.cancel()
        if works_again or parts.need_watch().cell_ends(self._said):
            parts.save_settings()
            parts.reporter.publish()
        self._said = ""
        if parts.figures is not None or "matplotlib.figure" in sys.modules:
            from ..restore.cell_needs import identifiers, without_magic

            parts.need_figures().autosave.schedule(identifiers(without_magic(self._code)))

    def _have_data_saved(self, *, failed: bool) -> bool:
        """Have what the cell has left saved; what does that is made after the reply to the first cell.

        Return whether it is known to have done nothing but bind the names that it mentions.
        """
        parts = self._parts
        if parts.request.data == "none" or (parts.data is None and self._code.startswith("%%script")):
            return False
        code = "\n".join([self._code, *expressions_in(request_content(parts.shell.kernel))])
        draws = "matplotlib.figure" in sys.modules
        if parts.data is not None:
            return parts.data.cell_ends(code, draws=draws, failed=failed)
        if self._first_codes or binds_names(parts.shell) or "%load_ext" in self._code:
            self._first_codes.append((code, draws))
            if not self._data_soon.start(timers.SOON):
                self._need_data()
        return False

    def catch_up(self) -> None:
        """Do at once what waits for a moment after the last cell."""
        self._catch_up_with_data()
        figures = self._parts.figures
        if figures is not None and figures.autosave.pending:
            figures.autosave.save()

    def _catch_up_with_data(self) -> None:
        if self._first_codes:  # an interrupt may have ended the timer: a server sends one before it ends a kernel
            self._data_soon.cancel()
            self._need_data()

    def _save_at_end(self) -> None:
        """Have saved what waits, now that the kernel ends."""
        self._catch_up_with_data()
        if self._parts.data is not None:
            self._parts.data.save_at_end()

    def _need_data(self) -> None:
        data = self._parts.need_data()
        codes, self._first_codes = self._first_codes, []
        for code, draws in codes:
            data.cell_ends(code, draws=draws)
