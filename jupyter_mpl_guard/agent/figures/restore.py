"""Saved figures out of the diary, back into pyplot and under their names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..internals.artists import connect_artists, set_stale_callback
from ..internals.ipython import show_name
from ..internals.pyplot import arrange, auto_draw, give_agg_canvas, give_canvas, register, registered_managers
from ..internals.toolbar import set_mouse_mode, set_views
from ..pickling import registrations
from ..pickling.attempt import load
from ..pickling.extras import Extras
from ..protocol import Missing
from ..storage.figure_entry import FigureDescription, FigureEntry, title_of
from ..storage.figure_list import FigureList, Unusable
from .tracker import FigureTracker

NO_CANVAS = "ipympl is not there to make it"
"""Why a figure has another canvas than it had."""


class FigureRestore:
    """Restore saved figures.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    figure_list : figure_list.FigureList
        Where they are saved.
    tracker : tracker.FigureTracker
        What follows them from then on.

    Attributes
    ----------
    count : int
        How many figures are back.
    missing : list of Missing
        What is not.
    """

    def __init__(self, shell: Any, figure_list: FigureList, tracker: FigureTracker) -> None:
        self._shell, self._list, self._tracker = shell, figure_list, tracker
        self._numbers: dict[int | None, int] = {}
        self.missing: list[Missing] = []
        self.count = 0

    def run(self, entries: Iterable[FigureEntry], order: Sequence[int]) -> None:
        """Restore all figures of some entries, each group as far as it can be.

        Parameters
        ----------
        entries : iterable of FigureEntry
            What is to be restored.
        order : sequence of int
            The numbers that pyplot's figures had, the current one last.
        """
        held = [manager.num for manager in registered_managers()]
        for entry in entries:
            self.missing += entry.missing
            if entry.file is None:
                continue
            try:
                self._restore(entry)
            except Exception as error:
                why = str(error) if isinstance(error, Unusable) else f"{type(error).__name__}: {error}"
                self.missing.append(Missing(entry.title, why or "it could not be loaded"))
        arrange([self._numbers[number] for number in order if number in self._numbers])
        arrange(held)  # what has been plotted since stays current
        self._tracker.settle()

    def _restore(self, entry: FigureEntry) -> None:
        parts = load(self._list.load(entry))
        figures, extras, needs = next(parts), list(map(Extras.from_data, next(parts))), next(parts)
        if entry.lossy:
            for figure in figures:
                figure.draw_without_rendering()  # raises where the figure needs what was left out
        registrations.provide(needs)
        for figure, described, extra in zip(figures, entry.figures, extras):
            self._settle(figure, described, extra)
        self._tracker.adopt(figures, entry)
        self.count += len(figures)
        left = list(entry.names)
        try:
            for name, value in parts:
                left.remove(name)
                self._bind(name, value)
        except Exception as error:
            self._lose(left, error, entry.title)

    def _lose(self, names: Sequence[str], error: Exception, whose: str) -> None:
        """Name the names that were not loaded: the first cannot be, the others were saved behind it."""
        why = f"its value cannot be loaded ({type(error).__name__}: {error})"
        for name in names:
            self.missing.append(Missing(f"the name {name} of {whose}", why))
            why = f"it was saved behind {names[0]}, whose value cannot be loaded"

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
        if widgets and getattr(figure.canvas, "model_id", None) == widgets["canvas"][0]:
            # Each page that shows it asks for its picture; of stale figures pyplot tells pages at every message.
            figure.stale = False
        elif widgets:
            self.missing.append(Missing(f"the interactive canvas of {title_of([described])}", NO_CANVAS))
        if extras.draws:  # last: what comes before is not for the user to see
            set_stale_callback(figure, auto_draw())

    def _free(self, number: int | None, described: FigureDescription) -> int:
        """Return the number of a figure, or another one where pyplot has given that to a newer figure."""
        taken = [manager.num for manager in registered_managers()]
        free = number if number is not None and number not in taken else max(taken, default=0) + 1
        if free != number:
            why = f"a newer figure has it; it is figure {free} now"
            self.missing.append(Missing(f"the number {number} of {title_of([described])}", why))
        self._numbers[number] = free
        return free

    def _bind(self, name: str, value: Any) -> None:
        user_ns = self._shell.user_ns
        if name in user_ns:
            if user_ns[name] is not value:
                self.missing.append(Missing(f"the name {name}", "it is bound to something else now"))
            return
        user_ns[name] = value
        show_name(self._shell, name)
