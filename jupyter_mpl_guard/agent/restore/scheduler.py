"""When settings and figures of the last incarnation come back: never in the way of a cell that does not need them."""

import sys
from time import perf_counter

from .. import interrupts
from . import idle, job

PATIENCE = 1.5
"""Seconds without a cell after which figures come back after a restart, where the policy has them: a notebook that runs
all its cells has sent the first one by then."""


class RestoreScheduler:
    """Bring back what the last incarnation has left, at the first good moment.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    watch : settings.Watch
        The watch of this incarnation.
    standing : standing.StateReporter
        Where it is said how things went.
    loop : asyncio.AbstractEventLoop or None
        The kernel's main event loop.
    keep : callable
        Saves the figures.
    finish, revive : callable
        Call the methods of that name, and do not raise.
    """

    def __init__(self, shell, watch, standing, loop, keep, finish, revive):
        self._shell, self._watch, self._standing, self._loop = shell, watch, standing, loop
        self._keep, self._finish, self._revive = keep, finish, revive
        self._recovery = self._later = None
        self._trigger = "manual"
        self._begun = self._running = False
        self._quiet_since = 0.0

    @property
    def under_way(self):
        """Whether the settings are still to come back."""
        return self._recovery is not None

    @property
    def over(self):
        """Whether there was something and all of it has come back that comes by itself."""
        standing = self._standing
        return standing.last_restore is not None and not (self.under_way or standing.figures.planned)

    def is_busy(self):
        """Tell whether a cell is running or has just run."""
        return self._running or perf_counter() - self._quiet_since < idle.QUIET

    def plan(self, last, request, coming):
        """Plan to bring back the settings that the last incarnation has left and, if they are to come, the figures."""
        self._trigger = request.get("trigger", "manual")
        self._standing.status, self._quiet_since = "restoring", perf_counter()
        self._recovery = job.plan(self._shell, self._watch, last, request, self.is_busy, self._finish)
        self._standing.expected = self._recovery.planned
        if coming:
            self._recovery.names, self._recovery.revive = self._standing.figures.names, self._figures
        if "matplotlib" in sys.modules:
            self.finish()

    def drop(self):
        """Bring nothing back that has not come."""
        if self._recovery is not None:
            self._recovery.cancel()
        self._recovery = self._standing.expected = None

    def end(self):
        """Do nothing more; safe to call again."""
        self.drop()
        if self._later is not None:
            self._later.cancel()

    # -- moments -------------------------------------------------------------------------------------------------

    def before_cell(self):
        """Hear that a cell is about to run; `finish_for` has to follow."""
        self._begun = self._running = True
        self.offer()

    def after_cell(self):
        """Hear that a cell has run."""
        self._running, self._quiet_since = False, perf_counter()
        self.finish_for("")

    def at_matplotlib(self):
        """Hear that ``matplotlib`` has been imported."""
        if self._recovery is not None:
            self._recovery.at_matplotlib()

    def finish_for(self, code):
        """Bring the settings back if code needs them, or pyplot is there."""
        if self._recovery is not None and ("matplotlib.pyplot" in sys.modules or self._recovery.is_needed_by(code)):
            self.finish()

    # -- outcomes ------------------------------------------------------------------------------------------------

    def finish(self):
        """Complete the recovery that is under way, if there is one, and say how it ended."""
        under_way = self._recovery
        if under_way is None:
            return
        # A cell that is imported or run by the recovery must not start it again.
        self._recovery = self._standing.expected = None
        with interrupts.undisturbed():
            report = under_way.finish()
        self._standing.conclude(report)
        planned = self._standing.figures.planned
        if planned and (self._begun or self._loop is None):
            self.offer()
        elif planned:
            self._standing.status = "restoring"
            self._later = self._loop.call_later(PATIENCE, self._revive)
        self._standing.save()
        self._keep()
        self._standing.publish()

    def revive(self):
        """Bring the figures back after a restart, now that no cell has come."""
        if self._standing.figures.planned:
            with interrupts.undisturbed():
                count, missing = self._standing.figures.revive()
            report = dict(self._standing.last_restore or {})
            report["restored"] = report["restored"] + (["figures"] if count else [])
            report["missing"] = report["missing"] + missing
            self._standing.conclude(report)
            self._standing.save()
            self._keep()
            self._standing.publish()

    def offer(self):
        """Leave figures that were to come back after a restart to the user: a cell has come first."""
        if self._standing.figures.planned and self._recovery is None:
            self._standing.figures.offer()
            self._standing.conclude(self._standing.last_restore)

    def _figures(self):
        """Bring the figures back after a crash; after a restart a cell may come that is the first of them all."""
        return (0, []) if self._trigger == "restart" else self._standing.figures.revive()
