"""Give restored figures their canvases and their places in pyplot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from .. import messages
from ..internals.artists import connect_artists, set_stale_callback, sharing
from ..internals.pyplot import arrange, auto_draw, give_agg_canvas, give_canvas, register, registered_managers
from ..internals.toolbar import set_mouse_mode, set_views
from ..pickling import registrations
from ..pickling.extras import Extras
from ..pickling.loading import Contents
from ..protocol import Missing
from ..storage.figures.figure_entry import FigureDescription, FigureEntry, title_of

if TYPE_CHECKING:
    from .live import LiveFigures


class FigureRestore:
    """Put loaded figures where they were.

    Parameters
    ----------
    live : live.LiveFigures
        Tracks them from then on.
    missing : list of Missing
        Receives what is not restored.
    """

    def __init__(self, live: LiveFigures, missing: list[Missing]) -> None:
        self._live = live
        self._missing = missing
        self._numbers: dict[int | None, int] = {}
        self._placed: dict[str, Any] = {}

    def place(self, entry: FigureEntry, contents: Contents) -> None:
        """Put the figures of an entry where they were, those apart; the globals that they use have to be bound.

        Raises
        ------
        Exception
            Whatever a figure raises that needs what its pickle leaves out.
        """
        parts = [
            (figure, described, extra)
            for figure, described, extra in zip(contents.figures, entry.figures, contents.extras)
            if described.id in entry.ids
        ]
        figures = [figure for figure, _, _ in parts]
        if entry.lossy:
            for figure in figures:
                figure.draw_without_rendering()  # raises where the figure needs what was left out
        self._missing += registrations.provide(contents.needs)
        for figure, described, extra in parts:
            self._settle(figure, described, extra)
            self._placed[described.id] = figure
        self._live.adopt(figures, entry)

    def alive(self, figure: str) -> Any:
        """Return the figure with an id, placed before or here, None where there is none."""
        return self._placed.get(figure) or self._live.find(figure)

    def end(self, order: Sequence[int], held: Sequence[int]) -> None:
        """Put all of pyplot's figures in order, and mark them as saved in their present state.

        Parameters
        ----------
        order : sequence of int
            The numbers that the figures had, the current one last.
        held : sequence of int
            The numbers of the figures that were there before.
        """
        arrange([self._numbers[number] for number in order if number in self._numbers])
        arrange(held)  # what has been plotted since stays current
        self._live.settle()

    def _settle(self, figure: Any, described: FigureDescription, extras: Extras) -> None:
        """Give a loaded figure its canvas, its place in pyplot and what else its pickle leaves out."""
        figure.set_dpi(extras.dpi)
        connect_artists(figure)
        number: Any = extras.number  # None for a canvas that was made by hand
        widgets = extras.widgets
        if described.open:
            number = self._free(number, described)
            manager = give_canvas(figure, number, widgets)
            register(manager, described.label, extras.title)
        elif widgets:  # pyplot lets go of what `plt.show()` has shown when it is not interactive
            give_canvas(figure, number, widgets).set_window_title(extras.title)
        elif extras.canvas == "FigureCanvasAgg":
            give_agg_canvas(figure, number if extras.managed else None)
        if extras.views:
            set_views(figure, extras.views)
        set_mouse_mode(figure, extras.mouse)
        if widgets and widgets.is_canvas_of(figure):
            # Each page that shows it requests its picture; pyplot notifies pages of stale figures at every message.
            figure.stale = False
        elif widgets:
            what = messages.CANVAS.format(title=title_of([described]))
            self._missing.append(Missing(what, messages.NO_CANVAS))
        if extras.draws:  # last: what comes before is not for the user to see
            set_stale_callback(figure, auto_draw())

    def _free(self, number: int | None, described: FigureDescription) -> int:
        """Return the number of a figure, or another one where pyplot has given that to a newer figure."""
        taken = [manager.num for manager in registered_managers()]
        free = number if number is not None and number not in taken else max(taken, default=0) + 1
        if free != number:
            self._missing.append(messages.missing_number(number, title_of([described]), free))
        self._numbers[number] = free
        return free


def with_linked(entry: FigureEntry, figures: Sequence[Any], offered: Iterable[FigureEntry]) -> FigureEntry:
    """Return the entry of some figures of a pickle with those that share axes with them: all or none is alive.

    Parameters
    ----------
    figures : sequence of matplotlib.figure.Figure
        All figures of the pickle.
    offered : iterable of FigureEntry
        The entries that are offered: no other figures are added.
    """
    if not entry.apart:
        return entry
    free = set().union(*(each.ids for each in offered if each.file == entry.file))
    ids = {id(figure): described.id for figure, described in zip(figures, entry.figures)}
    wanted = [figure for figure in figures if ids[id(figure)] in entry.ids]
    linked = {ids[each] for figure in wanted for each in map(id, sharing(figure)) if each in ids} & free
    return entry._replace(apart=tuple(each for each in entry.apart if each not in linked))
