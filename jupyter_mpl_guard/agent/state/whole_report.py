"""The report of a restore, with what comes back of data: not needed where there is nothing to restore."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .. import messages
from ..protocol import Missing, MissingKind, RestoreReport, Trigger


def with_data(
    report: RestoreReport | None, trigger: Trigger, names: Iterable[str], missing: Sequence[Missing]
) -> RestoreReport:
    """Return a report on data, with more of it.

    Parameters
    ----------
    report : protocol.RestoreReport or None
        What was said until now, None where there was nothing.
    trigger : protocol.Trigger
        How the last incarnation has ended.
    names : iterable of str
        Names that come back, each at the latest when a cell mentions it.
    missing : sequence of Missing
        What does not come back.
    """
    report = report or RestoreReport.now(trigger, [], [])
    failed = {each.key for each in missing if each.kind is MissingKind.NAME}
    known = [name for name in (*report.names, *names) if name not in failed]
    return report._replace(names=tuple(dict.fromkeys(known)), missing=(*report.missing, *missing))


def whole(report: RestoreReport | None, data: RestoreReport | None) -> RestoreReport | None:
    """Return the report of a restore with what a report on data says, and with what to do about what is missing.

    Parameters
    ----------
    report : protocol.RestoreReport or None
        That on settings and figures, None where none of them were restored.
    data : protocol.RestoreReport or None
        That on data, None where there is none.
    """
    restored = ("data",) if data is not None and data.names else ()
    if report is None:
        report = data and data._replace(restored=restored)
    elif data is not None:
        report = report.and_then([], data.missing)._replace(restored=(*restored, *report.restored), names=data.names)
    return report and report._replace(missing=messages.with_remedies(report.missing))
