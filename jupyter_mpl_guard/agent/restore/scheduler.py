"""When settings and figures of the last incarnation come back: never in the way of a cell that does not need them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from .. import interrupts
from ..protocol import EMPTY_INLINE, Begin, Missing, NextRestore, RestoreReport, Trigger, Wanted
from ..storage.settings_record import SettingsRecord
from ..timers import PATIENCE, QUIET, IdleWork, KernelLoop
from . import decisions
from .beginning import decide, plan_figures
from .decisions import FigurePlan, OfferAction, RestorePhase
from .ending import end_restore
from .rerun import Rerun
from .still_missing import unset

if TYPE_CHECKING:
    from ..diagnosis.diagnoser import Diagnoser
    from ..figures.autosave import Autosave
    from ..figures.offers import Offers
    from ..settings.lazy_settings import LazySettings
    from ..state.reporter import StateReporter
    from .job import RestoreJob


class RestoreScheduler:
    """Restore what the last incarnation has left at the first good moment.

    That is the first of: a cell needs it, a cell imports pyplot, the kernel is idle.

    Parameters
    ----------
    job : job.RestoreJob
        What is to be done then.
    offers : offers.Offers
        The figures that the last incarnation has left.
    autosave : autosave.Autosave
        Saves and reports the figures afterwards.
    settings : lazy_settings.LazySettings
        The settings of this incarnation.
    reporter : reporter.StateReporter
        Is notified of the outcome.
    diagnoser : diagnoser.Diagnoser
        Looks for the reason of what is missing.
    loop : timers.KernelLoop
        The kernel's event loop.
    """

    def __init__(
        self,
        job: RestoreJob,
        offers: Offers,
        autosave: Autosave,
        settings: LazySettings,
        reporter: StateReporter,
        diagnoser: Diagnoser,
        loop: KernelLoop,
    ) -> None:
        self._job = job
        self._offers = offers
        self._autosave = autosave
        self._settings = settings
        self._reporter = reporter
        self._diagnoser = diagnoser
        self._loop = loop
        self._patience = loop.timer(self._restore_figures)
        self._imports: IdleWork | None = None
        self._phase = RestorePhase.NOTHING
        self._trigger = Trigger.MANUAL
        self._plan = FigurePlan.NOTHING
        self._missing: list[Missing] = []
        self._report: RestoreReport | None = None
        self._a_cell_has_come = False
        self._rerun = Rerun([], loop.timer(self._give_up_rerun))
        self._publish_soon = loop.timer(reporter.publish)

    @property
    def under_way(self) -> bool:
        """Whether the settings are still to come back."""
        return self._phase.is_to_come

    @property
    def over(self) -> bool:
        """Whether there was something to say or to restore, and all that comes back without a cell is back."""
        return self._phase in (RestorePhase.DONE, RestorePhase.FOR_A_CELL)

    def begin(self, request: Begin, missing: list[Missing], *, same_process: bool) -> bool:
        """Decide what is to be restored and plan it; return whether there is anything to restore or to say.

        Parameters
        ----------
        missing : list of Missing
            What could not be read or had not been saved.
        same_process : bool
            Whether another version of the agent has worked in this process before.
        """
        decision = decide(request, self._job, self._offers, same_process=same_process)
        self._trigger = request.trigger
        self._plan = decision.figures
        not_saved = plan_figures(self._plan, self._offers)
        self._missing = missing + not_saved + (self._offers.lost if decision.names_lost else [])
        self._autosave.report()
        if request.restore is NextRestore.NONE:
            self._reporter.save_settings(SettingsRecord.nothing())
        if decision.settings or self._offers.planned:
            self._phase = RestorePhase.PLANNED if self._offers.planned else RestorePhase.FOR_A_CELL
            if request.trigger is Trigger.RESTART:
                self._rerun = Rerun(self._job.first_cells, self._loop.timer(self._give_up_rerun))
            self._reporter.restoring(self._job.settings)
            if "matplotlib" in sys.modules:
                self.restore()
            elif self._offers.planned:
                self._job.set_environment()
                self._imports = self._loop.idle_work(self._job.imports(), self.restore)
            else:
                self._announce()
        elif self._missing:
            self._phase = RestorePhase.DONE
            self._report_outcome(RestoreReport.now(self._trigger, [], self._missing))
        return self._phase is not RestorePhase.NOTHING

    def cancel(self) -> None:
        """Cancel restoring what is not back; safe to call again."""
        if self._imports is not None:
            self._imports.cancel()
        self._patience.cancel()
        self._rerun.cancel()
        self._publish_soon.cancel()
        self._phase = RestorePhase.NOTHING

    def cell_begins(self, code: str) -> None:
        """Offer the figures that still wait, or leave all to cells that are run again: a cell has come first.

        Parameters
        ----------
        code : str
            The source of the cell.
        """
        self._a_cell_has_come = True
        if self._phase is RestorePhase.WAITING:
            self._stop_waiting()
        elif self._phase.is_to_come and self._rerun.cell_begins(code):
            self._leave_to_cells()

    def at_matplotlib(self) -> None:
        """Set the rcParams: ``matplotlib`` has been imported."""
        if self._phase.is_to_come and not self._rerun.is_awaited():
            self._job.at_matplotlib()

    def restore_for(self, code: str) -> None:
        """Restore what is planned if some code needs it, or pyplot is there."""
        if not self._phase.is_to_come:
            return
        if self._rerun.is_awaited():
            if not self._loop.running:
                self._rerun.cell_ends()
        elif "matplotlib.pyplot" in sys.modules or self._job.is_needed_by(code):
            self.restore()

    def at_pyplot(self) -> None:
        """Restore what is planned: ``matplotlib.pyplot`` has been imported."""
        if not self._rerun.is_awaited():
            self.restore()

    def restore(self) -> None:
        """Restore what is planned, if something is, and report it.

        Raises
        ------
        KeyboardInterrupt
            When that has ended, if an interrupt has come.
        """
        if not self._phase.is_to_come:
            return
        if self._imports is not None:
            self._imports.cancel()
        self._publish_soon.cancel()
        with interrupts.deferred():
            self._settings.restored()
            self._phase = RestorePhase.RUNNING  # what the restore imports or runs must not start it again
            try:
                with_figures = self._plan is FigurePlan.WITH_SETTINGS
                self._report = self._job.run(self._trigger, self._missing, with_figures=with_figures)
                self._report_outcome(self._report)
            finally:
                self._phase = RestorePhase.DONE
            if self._offers.planned and self._plan is FigurePlan.UNLESS_A_CELL_COMES and not self._a_cell_has_come:
                self._wait()
            elif self._offers.planned:
                self._offers.offer()
            self._save_and_publish()

    def answer_offer(self, wanted: Wanted | tuple[str, ...]) -> tuple[list[str], list[Missing]]:
        """Accept or dismiss an offer of figures, as a request says.

        Parameters
        ----------
        wanted : protocol.Wanted or tuple of str
            Which figures are to come back.

        Returns
        -------
        restored : list of str
            Keys of the plot state that have come back out of an offer.
        missing : list of Missing
            What has not.
        """
        action = decisions.on_reinit(wanted, self._phase)
        if action is OfferAction.DISMISS:
            self._offers.dismiss()
        elif action is OfferAction.OFFER and self._phase is RestorePhase.WAITING:
            self._stop_waiting()
        elif action is OfferAction.OFFER:
            self._offers.offer()
        takes = action in (OfferAction.TAKE, OfferAction.TAKE_SOME)
        if self._imports is not None or takes:
            self.restore()
        if not takes:
            return [], []
        if action is OfferAction.TAKE:
            self._restore_figures()
        elif self._phase is RestorePhase.WAITING:
            self._stop_waiting()
        only = None if isinstance(wanted, Wanted) else wanted
        if not (self._offers.count if only is None else any(map(self._offers.offers, only))):
            return [], []
        self._phase = RestorePhase.DONE
        with interrupts.deferred():
            return self._job.figures(only)

    def _announce(self) -> None:
        """Report what the first cell that needs it will find: nothing is imported before a cell asks for it.

        A page may have asked the server before the agent has answered it: it is notified of this a moment later.
        """
        settings = [key for key, value in self._job.settings.items() if value not in (None, {}, EMPTY_INLINE)]
        missing = self._missing + self._job.unsaved
        self._report_outcome(RestoreReport.now(self._trigger, settings, missing), self._job.settings)
        self._publish_soon.start(QUIET)

    def _leave_to_cells(self) -> None:
        """Restore nothing automatically: the notebook is run again from its first cell."""
        self.cancel()
        self._offers.offer()
        self._reporter.not_restored()
        self._autosave.report()
        self._reporter.save_settings(SettingsRecord.nothing())

    def _give_up_rerun(self) -> None:
        """Restore what the cells that have run would have found, for those that come."""
        self._rerun.give_up()
        self.restore_for("")

    def _wait(self) -> None:
        """Wait in case a cell comes before the figures."""
        if self._patience.start(PATIENCE):
            self._phase = RestorePhase.WAITING
            self._reporter.restoring()
        else:
            self._offers.offer()

    def _stop_waiting(self) -> None:
        self._patience.cancel()
        self._phase = RestorePhase.DONE
        self._offers.offer()
        self._autosave.report()
        if self._report is not None:
            self._report_outcome(self._report)

    def _restore_figures(self) -> None:
        """Restore the figures after a restart, now that no cell has come."""
        if self._phase is not RestorePhase.WAITING or self._report is None:
            return
        self._patience.cancel()
        with interrupts.deferred():
            self._phase = RestorePhase.RUNNING
            try:
                report = self._report.and_then(*self._job.figures())
                self._report = report._replace(missing=tuple(unset(report.missing)))
                self._report_outcome(self._report)
            finally:
                self._phase = RestorePhase.DONE
            self._save_and_publish()

    def _report_outcome(self, report: RestoreReport, expected: dict[str, Any] | None = None) -> None:
        end_restore(report, self._reporter, self._diagnoser, expected)

    def _save_and_publish(self) -> None:
        with self._reporter.at_once():
            self._settings.save()
            self._autosave.save()
            self._reporter.publish()
