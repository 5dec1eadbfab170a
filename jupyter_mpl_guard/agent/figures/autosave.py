"""When the figures of one kernel are saved: soon after a cell, before the next one, and between cells."""

from __future__ import annotations

import atexit
import sys
import threading
from typing import TYPE_CHECKING

from ..pickling.limits.budget import Moment
from ..storage.figures.figure_entry import Cell
from ..timers import AGAIN, BREATH, PAUSE, QUIET, SOON, KernelLoop
from .groups.mentions import Mentions

if TYPE_CHECKING:
    from ..state.reporter import StateReporter
    from ..storage.diary import Diary
    from .live import LiveFigures
    from .offers import Offers
    from .single.pictures import Pictures


class Autosave:
    """Save the figures of a kernel when they may have changed.

    Parameters
    ----------
    live : live.LiveFigures
        The figures that are alive.
    offers : offers.Offers
        Those that may come back: they are part of the report, and nothing is saved while they are planned to.
    reporter : reporter.StateReporter
        Receives the figures and what could not be saved.
    loop : timers.KernelLoop
        The kernel's event loop.
    diary : diary.Diary
        Where pictures of figures are kept.
    """

    def __init__(
        self,
        live: LiveFigures,
        offers: Offers,
        reporter: StateReporter,
        loop: KernelLoop,
        diary: Diary,
    ) -> None:
        self._live = live
        self._offers = offers
        self._reporter = reporter
        self._loop = loop
        self._diary = diary
        self._pictures: Pictures | None = None
        self._frames = loop.timer(self._keep_frames)
        self._soon = loop.timer(self.save)
        self._later = loop.timer(self._save_between_cells)
        self._idle = loop.timer(self._save_when_idle)
        self._at_end = loop.safe(self._save_at_end)
        self._waits_for_idle = False
        self._is_ready = False
        self._mentions = Mentions()
        self._cell: Cell | None = None
        live.on_change(self._after_change)

    @property
    def pending(self) -> bool:
        """Whether something may have changed that has not been looked at."""
        return self._soon.pending or self._later.pending or self._idle.pending

    def schedule(self, source: str, identifiers: frozenset[str], *, failed: bool = False) -> None:
        """Schedule saving for when all replies to the present request have been sent.

        Parameters
        ----------
        source : str
            That of the cell that has run.
        identifiers : set of str
            The identifiers in it: what it may have changed without notifying a figure.
        failed : bool
            Whether it has raised something.
        """
        if not failed:
            self._offers.cell_ends(source, identifiers)
        self._mentions = self._mentions.and_of(source, identifiers)
        self._cell = Cell(self._loop.cell)
        if not self._soon.start(SOON):
            self.save()

    def save(self) -> None:
        """Save what has changed and report it, for the last cell."""
        self._save(Moment.AFTER_CELL)

    def save_before_cell(self) -> None:
        """Save as much as does not delay the next cell noticeably; the rest is reported until there is time."""
        self._save(Moment.BEFORE_CELL)

    def save_in_cell(self) -> None:
        """Save within a cell, which has not ended: what it has drawn so far is not reported."""
        self._save(Moment.BEFORE_CELL, in_cell=True)

    def report(self) -> None:
        """Report which figures there are and which may come back."""
        listed = self._live.listing() + self._offers.listing()
        self._reporter.figures(listed, self._offers.count, self._offers.failed)

    def forget(self) -> None:
        """Mark everything as unsaved: the diary has been removed."""
        self._offers.forget()
        self._live.forget()
        if self._pictures is not None:
            self._pictures.forget()
        self.report()

    def end(self) -> None:
        """Stop saving; safe to call again."""
        self._soon.cancel()
        self._later.cancel()
        self._idle.cancel()
        self._frames.cancel()
        atexit.unregister(self._at_end)
        self._live.release()

    def _after_change(self) -> None:
        """Schedule saving after a figure has changed, in whichever thread, in a cell or between cells."""
        if threading.current_thread() is threading.main_thread():
            self._later.start(PAUSE)
        else:
            self._later.start_from_thread(PAUSE)

    def _save_between_cells(self) -> None:
        # What a cell has drawn that is still running, because it awaits something, is reported when it has ended.
        self._save(Moment.AFTER_CELL, in_cell=self._loop.running)

    def _save_when_idle(self) -> None:
        if self._loop.is_busy():
            self._wait_for_idle()
        else:
            self._waits_for_idle = False
            self._save(Moment.IDLE)

    def _wait_for_idle(self, seconds: float = QUIET) -> None:
        self._waits_for_idle = True  # also where there is no event loop: what waits is saved when the kernel ends
        self._idle.start(seconds)
        # What is registered last runs first: before pyplot closes its figures, and before canvases are left open.
        atexit.unregister(self._at_end)
        atexit.register(self._at_end)

    def _save_at_end(self) -> None:
        """Save what has waited for an idle kernel, now that the kernel ends."""
        if self._waits_for_idle and not self._offers.planned:
            self._live.save(self._mentions, None, Moment.AFTER_CELL, lambda: False, is_last=True)

    def _save(self, moment: Moment, *, in_cell: bool = False) -> None:
        self._soon.cancel()
        self._later.cancel()  # what has changed until now is looked at now
        mentions, cell = self._mentions, self._cell
        if cell is None and self._loop.running and (in_cell or moment is not Moment.BEFORE_CELL):
            cell = Cell(self._loop.cell)
        try:
            self._look_and_save(mentions, cell, moment)
            self._reporter.try_again()
        except (OSError, ValueError) as error:
            self._reporter.could_not_save(error)
        except KeyboardInterrupt:
            self._later.start(PAUSE)
            raise
        drawn = [] if in_cell else self._live.drawn(mentions.identifiers)
        if not in_cell:
            self._mentions = Mentions()
            self._cell = None
        self.report()
        self._reporter.publish_figures(cell.id if cell is not None else None, drawn)

    def _look_and_save(self, mentions: Mentions, cell: Cell | None, moment: Moment) -> None:
        if "matplotlib.figure" not in sys.modules or self._offers.planned:
            return
        self._get_ready(moment)
        if self._live.save(mentions, cell, moment, self._loop.message_waits):
            is_first = moment is not Moment.IDLE
            self._wait_for_idle(QUIET if is_first else AGAIN if self._live.has_found_all else BREATH)
        redrawn = self._live.take_redrawn()
        if redrawn:
            self.pictures().add(redrawn)
        if self._pictures is not None and self._pictures.pending:
            self._frames.start(QUIET)

    def pictures(self) -> Pictures:
        """Return the store of pictures, created when there is one to keep."""
        if self._pictures is None:
            from .single.pictures import Pictures

            self._pictures = Pictures(self._diary, self._loop.message_waits)
        return self._pictures

    def _keep_frames(self) -> None:
        """Save what canvases have drawn of saved figures, one at a time, in an idle kernel."""
        wait = QUIET if self._loop.is_busy() else self.pictures().keep_next()
        if wait is not None:
            self._frames.start(wait)

    def _get_ready(self, moment: Moment) -> None:
        """Prepare what only some figures need before there is one; it takes long, so the kernel has to be idle."""
        if self._is_ready:
            return
        if moment is Moment.IDLE:
            from ..pickling import pickler

            self._is_ready = True
            pickler.prepare(thoroughly=True)
        else:
            self._wait_for_idle()
