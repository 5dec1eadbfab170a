"""The end of every restore, however it was started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..diagnosis.diagnoser import Diagnoser
    from ..protocol import RestoreReport
    from ..state.reporter import StateReporter


def end_restore(
    report: RestoreReport, reporter: StateReporter, diagnoser: Diagnoser, expected: dict[str, Any] | None = None
) -> None:
    """Report how a restore has ended, and schedule a diagnosis where something is missing.

    Parameters
    ----------
    report : protocol.RestoreReport
        What it has done.
    reporter : reporter.StateReporter
        Is notified of it.
    diagnoser : diagnoser.Diagnoser
        Looks for the reason.
    expected : dict, optional
        The settings that the first cell that needs them will find in force.
    """
    reporter.restored(report, expected)
    if report.missing:
        diagnoser.diagnose_soon()
