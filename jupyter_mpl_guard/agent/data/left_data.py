"""What the last incarnation has left of data: it comes back, is offered, or is left alone.

Where nothing comes back by itself this is all that a kernel imports for data before its first cell.
"""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING

from .. import messages
from ..protocol import Begin, DataChoice, Missing, NextRestore, Trigger
from ..storage.data.log import DataLog
from ..storage.data.state import SavedData
from ..storage.disk.alive import Place
from ..storage.signed_file import Unusable
from . import decisions
from .decisions import DataFacts, DataPlan
from .report import DataReport

if TYPE_CHECKING:
    from ..state.reporter import StateReporter
    from ..storage.diary import Diary
    from ..storage.disk.names import Signer
    from .restore import DataRestore


class LeftData:
    """Decide, when an incarnation begins, what becomes of the data of the last one.

    Parameters
    ----------
    kept_in : diary.Diary
        Where it is saved.
    signer : names.Signer
        Whose signatures hold.
    reporter : reporter.StateReporter
        Is notified of what is on offer.

    Attributes
    ----------
    log : log.DataLog
        The log of data.
    comes : SavedData or None
        What comes back without being asked for.
    trigger : protocol.Trigger
        How the last incarnation has ended.
    plotted : container of str
        Names that were saved with figures: whether they come back is reported with these.
    """

    def __init__(self, kept_in: Diary, signer: Signer, reporter: StateReporter) -> None:
        self.log = DataLog(kept_in, signer.name, signer.key, Place.here())
        self._reporter = reporter
        self._restore: DataRestore | None = None
        self.comes: SavedData | None = None
        self.trigger = Trigger.MANUAL
        self.plotted: Container[str] = ()

    def look_back(self, request: Begin, plotted: Container[str], *, same_process: bool) -> list[Missing]:
        """Decide what becomes of the data; return what is lost of what was to come back.

        Parameters
        ----------
        request : protocol.Begin
            What the server knows of the incarnation.
        plotted : container of str
            Names that were saved with figures: whether they come back is reported with these.
        same_process : bool
            Whether another version of the agent has already begun in this process.
        """
        self.trigger, self.plotted = request.trigger, plotted
        try:
            last = self.log.read()
        except Unusable as error:
            self.log.discard()
            return [Missing(messages.DATA, str(error))] if request.trigger is Trigger.CRASH else []
        is_offer = last.offered is not None and bool(last.offered.names)
        left = last.offered if last.offered is not None and not last.names and last.held else last
        plan = decisions.at_begin(
            DataFacts(
                request.trigger,
                wanted=request.data is not DataChoice.NONE,
                paused=bool(request.paused),
                same_process=same_process,
                fresh=request.restore is NextRestore.NONE,
                left=bool(left.names or left.unsaved),
                offer=is_offer,
            )
        )
        self.log.start_with(_saved_under(plan, left, last))
        if plan is DataPlan.COMES:
            self.comes = left
        try:
            self.log.replace()
        except OSError as error:
            self._reporter.could_not_save(error)
        if self.comes is None:
            DataReport(self.log, None, self._reporter).notify()
        return []

    def restored_by(self, restore: DataRestore) -> None:
        """Set what restores the data from now on."""
        self._restore = restore

    def provide(self, name: str) -> bool:
        """Bind a name that a restored figure needs; return whether the figure's own value must not be bound."""
        return self._restore is not None and self._restore.provide(name)


def _saved_under(plan: DataPlan, left: SavedData, last: SavedData) -> SavedData:
    """Return what is saved when an incarnation begins.

    Parameters
    ----------
    plan : decisions.DataPlan
        What becomes of the data.
    left : SavedData
        The data: what the last incarnation had, or what it held back while it was paused.
    last : SavedData
        All that the last incarnation has saved.
    """
    if plan is DataPlan.COMES:
        return SavedData(
            dict(left.entries),
            dict(left.imports),
            import_environment=left.import_environment,
            generators=left.generators,
            libraries=left.libraries,
            offered=last.offered,
        )
    if plan is DataPlan.OFFERED or plan is DataPlan.HELD:
        left.take_offer()
        return SavedData(offered=left, held=plan is DataPlan.HELD)
    if plan is DataPlan.STILL_OFFERED:
        return SavedData(offered=last.offered, held=last.held)
    return SavedData()
