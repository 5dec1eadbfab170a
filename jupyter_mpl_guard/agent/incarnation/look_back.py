"""Looking back, when an incarnation begins, at what the last one has left in the diary."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .. import messages
from ..protocol import Missing
from ..restore.job import RestoreJob
from ..storage import allowed, settings_record
from ..storage.disk.names import DATA, OUTLIVED

if TYPE_CHECKING:
    from .parts import Parts


def look_back(parts: Parts, *, same_process: bool) -> bool:
    """Plan to restore what the last incarnation has left; return whether there is anything to restore or to say.

    Parameters
    ----------
    parts : parts.Parts
        Those of the incarnation that begins; they get a scheduler.
    same_process : bool
        Whether another version of the agent has already begun in this process.
    """
    parts.diary.begin()
    request, last = parts.request, settings_record.read(parts.diary, parts.signs_as, parts.key)
    figures = parts.need_figures()
    record = settings_record.SettingsRecord()
    missing: list[Missing] = []
    if same_process:
        parts.reporter.incarnation(max(request.incarnation, last.incarnation))
        figures.offers.read()
        if "matplotlib" in sys.modules:
            origins = parts.need_watch().origins
            origins.carry(last.record.chosen, last.record.imported, last.record.chosen_backend)
    else:
        parts.reporter.incarnation(max(request.incarnation, last.incarnation + 1))
        _clear_up(parts)
        record, refused = allowed.in_this_kernel(last.record.carried_over(request.trigger))
        missing = [*last.missing, *figures.offers.read(), *_not_on_disk(parts), *refused]
    data = parts.need_data() if parts.diary.holds(DATA) else None
    if data is not None:
        missing += data.look_back(request, figures.offers.names_left, same_process=same_process)
    job = RestoreJob(parts.shell, parts.need_watch, record, figures.offers, figures.figure_list, figures.live, data)
    return parts.schedule(job).begin(request, missing, same_process=same_process)


def _clear_up(parts: Parts) -> None:
    """Remove what holds for the last incarnation only, and what it has died over."""
    parts.diary.discard(OUTLIVED)
    for name in parts.diary.names():
        if name.startswith("draft."):
            parts.diary.discard(name)


def _not_on_disk(parts: Parts) -> list[Missing]:
    why = parts.diary.unsaved()
    return [messages.missing_changes(messages.PLOTS_AND_SETTINGS, why)] if why else []
