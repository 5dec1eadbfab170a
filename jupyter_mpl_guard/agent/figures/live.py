"""The figures that are alive: their registry and tracker, created when Matplotlib is imported and not before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from weakref import ref

    from ..pickling.limits.budget import Moment
    from ..storage.figure_list import FigureList
    from ..storage.figures.figure_entry import Cell, FigureEntry, ListedFigure
    from ..timers import KernelLoop
    from .groups.mentions import Mentions
    from .registry import FigureRegistry
    from .tracker import FigureTracker


class LiveFigures:
    """Make the registry and the tracker of a kernel's figures when they are first needed.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    figure_list : figure_list.FigureList
        Where figures are saved.
    limits : mapping of str to float
        Parameters of `budget.Limits`.
    loop : timers.KernelLoop
        The kernel's event loop.
    """

    def __init__(self, shell: Any, figure_list: FigureList, limits: Mapping[str, float], loop: KernelLoop) -> None:
        self._shell = shell
        self._list = figure_list
        self._limits = limits
        self._loop = loop
        self._registry: FigureRegistry | None = None
        self._tracker: FigureTracker | None = None
        self._changed: Callable[[], Any] = lambda: None

    def on_change(self, changed: Callable[[], Any]) -> None:
        """Register a function to be called without arguments when a figure changes, in whichever thread changes it."""
        self._changed = changed

    def listen(self) -> FigureRegistry:
        """Track all figures from now on; needs ``matplotlib.figure``."""
        if self._registry is None:
            from ..pickling import process_wide
            from .registry import FigureRegistry

            process_wide.remember()
            self._registry = FigureRegistry(lambda: self._changed())
            self._registry.listen()
        return self._registry

    def save(
        self,
        mentions: Mentions,
        cell: Cell | None,
        moment: Moment,
        waits: Callable[[], bool],
        *,
        is_last: bool = False,
    ) -> bool:
        """Save the figures that have changed, see `FigureTracker.save`; needs ``matplotlib.figure``."""
        return self._need_tracker().save(mentions, cell, moment, waits, is_last=is_last)

    def adopt(self, figures: Sequence[Any], entry: FigureEntry) -> None:
        """Mark restored figures as saved in their present state."""
        self._need_tracker().adopt(figures, entry)

    def settle(self) -> None:
        """Mark the present names and registration as those that are saved, after a restore."""
        self._need_tracker().settle()

    @property
    def has_found_all(self) -> bool:
        """Whether there was time to examine all names when figures were saved last."""
        return self._tracker is None or self._tracker.has_found_all

    def take_redrawn(self) -> dict[str, ref[Any]]:
        """Return the figures with a canvas of ipympl that were saved since the last call, by their ids."""
        return self._tracker.take_redrawn() if self._tracker is not None else {}

    def _need_tracker(self) -> FigureTracker:
        if self._tracker is None:
            from ..pickling.limits.budget import Limits
            from .change_listener import ChangeEvents
            from .tracker import FigureTracker
            from .unreachable import UnreachableFigures

            events = ChangeEvents(lambda: self._changed(), self._loop)
            hidden = UnreachableFigures(self._shell, self.listen())
            self._tracker = FigureTracker(self._shell, self._list, Limits.of(self._limits), events, hidden)
        return self._tracker

    def loading(self) -> AbstractContextManager[None]:
        """Return a context manager under which figures are loaded and not drawn, see `FigureRegistry.loading`."""
        return self.listen().loading()

    def ignoring_canvases(self) -> AbstractContextManager[None]:
        """Return a context manager under which a figure may get another canvas, see `FigureRegistry`."""
        return self.listen().ignoring_canvases()

    def uses(self, mentioned: frozenset[str]) -> bool:
        """Return whether functions in the figures, as they were last examined, look up one of some names."""
        return self._tracker is not None and not self._tracker.globals.isdisjoint(mentioned)

    def listing(self) -> list[ListedFigure]:
        """Return the figures as the plot state lists them, as they were last examined."""
        return self._tracker.listing() if self._tracker is not None else []

    def find(self, figure_id: str) -> Any:
        """Return the figure with an id, None where no figure that was found has it."""
        return self._tracker.find(figure_id) if self._tracker is not None else None

    def drawn(self, mentioned: frozenset[str]) -> list[str | None]:
        """Return which figures the last cell may have shown, see `listing.drawn`.

        To be called once for each cell: it covers what was drawn since the last call.

        Parameters
        ----------
        mentioned : set of str
            The identifiers in the cell.
        """
        from . import listing

        recent = self._registry.recent() if self._registry is not None else []
        return listing.drawn(self._tracker.listing(), mentioned, recent) if self._tracker is not None else []

    def forget(self) -> None:
        """Mark all figures as unsaved: the diary has been removed."""
        if self._tracker is not None:
            self._tracker.forget()

    def release(self) -> None:
        """Restore Matplotlib and its figures as they were; safe to call again."""
        if self._tracker is not None:
            self._tracker.release()
        if self._registry is not None:
            self._registry.end()
