"""Looking back, when an incarnation begins, at what the last one has left in the diary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import messages
from ..protocol import Missing
from ..restore.job import RestoreJob
from ..restore.scheduler import RestoreScheduler
from ..storage import allowed, settings_record
from ..storage.disk.names import DATA, OUTLIVED

if TYPE_CHECKING:
    from ..diagnosis.diagnoser import Diagnoser
    from ..settings.lazy_settings import LazySettings
    from ..storage.kernel_diary import KernelDiary
    from .incarnation import Incarnation
    from .lazy_data import LazyData
    from .lazy_figures import LazyFigures
    from .restores import Restores


def look_back(
    incarnation: Incarnation,
    settings: LazySettings,
    figures: LazyFigures,
    data: LazyData,
    restores: Restores,
    diagnoser: Diagnoser,
    *,
    same_process: bool,
) -> bool:
    """Plan to restore what the last incarnation has left; return whether there is anything to restore or to report.

    Parameters
    ----------
    incarnation : incarnation.Incarnation
        The one that begins.
    restores : restores.Restores
        Gets a scheduler.
    diagnoser : diagnoser.Diagnoser
        Looks for the reason of what does not come back.
    same_process : bool
        Whether another version of the agent has already begun in this process.
    """
    request, signer, reporter = incarnation.request, incarnation.signer, incarnation.reporter
    diary = incarnation.diary.open()
    diary.begin()
    last = settings_record.read(diary, signer.name, signer.key)
    figure_list, offers, live, autosave = figures.need()
    record = settings_record.SettingsRecord()
    missing: list[Missing] = []
    if same_process:
        reporter.incarnation(max(request.incarnation, last.incarnation))
        offers.read()
        settings.carry(last.record)
    else:
        reporter.incarnation(max(request.incarnation, last.incarnation + 1))
        _clear_up(diary)
        record, refused = allowed.in_this_kernel(last.record.carried_over(request.trigger))
        missing = [*last.missing, *offers.read(), *_not_on_disk(diary), *refused]
    if diary.holds(DATA):
        missing += data.look_back(offers.names_left, same_process=same_process)
    job = RestoreJob(incarnation.shell, settings, record, offers, figure_list, live, data.left)
    scheduler = RestoreScheduler(job, offers, autosave, settings, reporter, diagnoser, incarnation.loop)
    restores.plan(scheduler)
    return scheduler.begin(request, missing, same_process=same_process)


def _clear_up(diary: KernelDiary) -> None:
    """Remove what applies to the last incarnation only, and the drafts that it was writing when it died."""
    diary.discard(OUTLIVED)
    for name in diary.names():
        if name.startswith("draft."):
            diary.discard(name)


def _not_on_disk(diary: KernelDiary) -> list[Missing]:
    why = diary.unsaved()
    return [messages.missing_changes(messages.PLOTS_AND_SETTINGS, why)] if why else []
