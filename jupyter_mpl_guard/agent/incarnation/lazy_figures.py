"""The figures of one incarnation; what saves them is imported when Matplotlib is, or when some have been left."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from .incarnation import Incarnation

if TYPE_CHECKING:
    from ..figures.autosave import Autosave
    from ..figures.live import LiveFigures
    from ..figures.offers import Offers
    from ..storage.figure_list import FigureList


class FigureParts(NamedTuple):
    """The parts that deal with figures: files, those of the last incarnation, those of this one, and saving."""

    figure_list: FigureList
    offers: Offers
    live: LiveFigures
    autosave: Autosave


class LazyFigures:
    """Save figures when cells may have changed them."""

    def __init__(self, incarnation: Incarnation) -> None:
        self._shell = incarnation.shell
        self._loop = incarnation.loop
        self._diary = incarnation.diary
        self._signer = incarnation.signer
        self._limits = incarnation.request.limits
        self._reporter = incarnation.reporter
        self._parts: FigureParts | None = None

    def need(self) -> FigureParts:
        """Return the parts that deal with figures, made when they are first needed."""
        if self._parts is None:
            from ..figures.autosave import Autosave
            from ..figures.live import LiveFigures
            from ..figures.offers import Offers
            from ..storage.figure_list import FigureList

            diary = self._diary.open()
            figure_list = FigureList(diary, self._signer.name, self._signer.key)
            diary.when_on_disk(figure_list.clear)
            offers = Offers(figure_list, self._shell)
            live = LiveFigures(self._shell, figure_list, self._limits, self._loop)
            autosave = Autosave(live, offers, self._reporter, self._loop, diary)
            self._parts = FigureParts(figure_list, offers, live, autosave)
        return self._parts

    def listen(self) -> None:
        """Track all figures from now on; needs ``matplotlib.figure``."""
        self.need().live.listen()

    def cell_begins(self) -> None:
        """Save as much of what is pending as does not noticeably delay the next cell."""
        if self._parts is not None and self._parts.autosave.pending:
            self._parts.autosave.save_before_cell()

    def cell_ends(self, code: str, *, failed: bool = False) -> None:
        """Schedule saving what a cell may have changed.

        Parameters
        ----------
        code : str
            Its source, "" for several that have changed only names.
        failed : bool
            Whether it raised something.
        """
        if self._may_be_there():
            from ..cells.source import identifiers, without_magic

            source = without_magic(code)
            self.need().autosave.schedule(source, identifiers(source), failed=failed)

    def uses(self, code: str) -> bool:
        """Return whether a cell mentions a name that is offered or that figures look up."""
        if self._parts is None:
            return False
        from ..cells.source import identifiers

        words = identifiers(code)
        return self._parts.live.uses(words) or self._parts.offers.named(words)

    def save_in_cell(self) -> None:
        """Save what is small within a running cell."""
        if self._may_be_there():
            self.need().autosave.save_in_cell()

    def save(self) -> None:
        """Save what has changed and report it."""
        if self._may_be_there():  # or an offer may have ended
            self.need().autosave.save()

    def catch_up(self) -> None:
        """Save at once what waits for a moment after the last cell."""
        if self._parts is not None and self._parts.autosave.pending:
            self._parts.autosave.save()

    def forget(self) -> None:
        """Mark everything as unsaved: the diary has been removed."""
        if self._parts is not None:
            self._parts.autosave.forget()

    def end(self) -> None:
        """Stop saving; safe to call again."""
        if self._parts is not None:
            self._parts.autosave.end()

    def _may_be_there(self) -> bool:
        return self._parts is not None or "matplotlib.figure" in sys.modules
