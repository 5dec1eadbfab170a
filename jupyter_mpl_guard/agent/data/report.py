"""What the plot state says of data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..storage.data.entry import Unsaved
from ..storage.data.log import DataLog

if TYPE_CHECKING:
    from ..state.reporter import StateReporter
    from .tracking.tracker import DataTracker


class DataReport:
    """Report what is saved, what waits, what is on offer and what would not come back.

    Parameters
    ----------
    log : log.DataLog
        What is saved.
    tracker : tracker.DataTracker or None
        Knows what waits; None where nothing is saved yet.
    reporter : reporter.StateReporter
        Receives the report.
    """

    def __init__(self, log: DataLog, tracker: DataTracker | None, reporter: StateReporter) -> None:
        self._log = log
        self._tracker = tracker
        self._reporter = reporter
        self._last: tuple[int, list[str], dict[str, Unsaved]] = (-1, [], {})

    @property
    def is_current(self) -> bool:
        """Whether there is nothing new to report."""
        return self._last == self._news()

    def notify(self) -> None:
        """Notify the reporter if something is new."""
        news = self._news()
        if news == self._last:
            return
        self._last = news
        _, waiting, unsaved = news
        state = self._log.state
        offered = state.offered
        self._reporter.data(
            {
                "saved": len(state.entries) + len(state.imports),
                "bytes": state.size,
                "waiting": [name for name in waiting if not self._log.holds(name)],
                "unsaved": [{"name": name, "type": each.type, "why": each.why} for name, each in unsaved.items()],
                **({"offered": len(offered.names)} if offered is not None and offered.names else {}),
            },
            len(offered.entries) if offered is not None else 0,
            offered.size if offered is not None else 0,
        )

    def _news(self) -> tuple[int, list[str], dict[str, Unsaved]]:
        """Return what the report depends on: the log, what waits, and what is saved nowhere, with no figure either."""
        saved = self._log.state
        waiting = [] if self._tracker is None else self._tracker.waiting
        return self._log.changes, waiting, saved.nowhere(self._reporter.plotted_names)
