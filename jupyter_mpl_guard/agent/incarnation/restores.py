"""Restore what the last incarnation has left; where it has left nothing, nothing is imported or done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..storage.disk.names import OUTLIVED
from .lazy_diary import LazyDiary

if TYPE_CHECKING:
    from ..protocol import Missing, Wanted
    from ..restore.scheduler import RestoreScheduler


class Restores:
    """Forward the events that concern the restore of one incarnation to its scheduler, if there is one.

    Parameters
    ----------
    diary : lazy_diary.LazyDiary
        The kernel's diary.
    """

    def __init__(self, diary: LazyDiary) -> None:
        self._diary = diary
        self._scheduler: RestoreScheduler | None = None
        self._outlived = False

    def plan(self, scheduler: RestoreScheduler) -> None:
        """Set the scheduler that restores what was left."""
        self._scheduler = scheduler

    @property
    def under_way(self) -> bool:
        """Whether the settings are still to come back."""
        return self._scheduler is not None and self._scheduler.under_way

    def cell_begins(self, code: str) -> None:
        """Stop automatic restores, which are left to the user or to his cells: a cell has come first."""
        if self._scheduler is not None:
            self._scheduler.cell_begins(code)

    def restore_for(self, code: str) -> None:
        """Restore what is planned if some code needs it, or pyplot is there."""
        if self._scheduler is not None:
            self._scheduler.restore_for(code)

    def cell_ends(self) -> None:
        """Restore what is planned if pyplot is there, and note the first cell that has outlived the restore."""
        if self._scheduler is not None:
            self._scheduler.restore_for("")
            if self._scheduler.over and not self._outlived:
                self._outlived = True
                self._diary.open().note(OUTLIVED)

    def at_matplotlib(self) -> None:
        """Set the rcParams: ``matplotlib`` has been imported."""
        if self._scheduler is not None:
            self._scheduler.at_matplotlib()

    def at_pyplot(self) -> None:
        """Restore what is planned: ``matplotlib.pyplot`` has been imported."""
        if self._scheduler is not None:
            self._scheduler.at_pyplot()

    def restore(self) -> None:
        """Restore what is planned."""
        if self._scheduler is not None:
            self._scheduler.restore()

    def answer_offer(self, wanted: Wanted | tuple[str, ...]) -> tuple[list[str], list[Missing]]:
        """Accept or end an offer of figures, see `RestoreScheduler.answer_offer`."""
        return ([], []) if self._scheduler is None else self._scheduler.answer_offer(wanted)

    def cancel(self) -> None:
        """Cancel what is not restored yet; safe to call again."""
        if self._scheduler is not None:
            self._scheduler.cancel()
