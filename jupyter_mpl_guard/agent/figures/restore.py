"""Restore saved figures from the diary into pyplot and under their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from time import time
from typing import Any

from .. import messages
from ..internals.artists import connect_artists, set_stale_callback, sharing
from ..internals.ipython import show_name
from ..internals.pyplot import arrange, auto_draw, give_agg_canvas, give_canvas, register, registered_managers
from ..internals.toolbar import set_mouse_mode, set_views
from ..pickling import registrations
from ..pickling.extras import Extras
from ..pickling.loading import BehindAnother, Contents, Pair
from ..pickling.quiet import quiet
from ..protocol import Missing
from ..storage.figure_list import FigureList
from ..storage.figures.figure_entry import FigureDescription, FigureEntry, title_of
from ..storage.signed_file import Unusable
from .tracker import FigureTracker


class FigureRestore:
    """Restore saved figures.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    figure_list : figure_list.FigureList
        Where they are saved.
    tracker : tracker.FigureTracker
        Tracks them from then on.
    kept : callable
        Returns a context manager that keeps the settings when modules are imported: a canvas needs its backend.
    provide : callable or None
        Binds a global name where its value is saved apart from figures; returns whether nothing else may be bound. None
        where no value is.

    Attributes
    ----------
    missing : list of Missing
        What is not restored.
    failed : list of FigureEntry
        What cannot be loaded now, and may be later: a module is not found, or it is of another version.
    back : set of str
        The ids of the figures that are restored.
    """

    def __init__(
        self,
        shell: Any,
        figure_list: FigureList,
        tracker: FigureTracker,
        kept: Callable[[], AbstractContextManager[Any]],
        provide: Callable[[str], bool] | None,
    ) -> None:
        self._shell = shell
        self._list = figure_list
        self._tracker = tracker
        self._kept = kept
        self._provide = provide
        self._numbers: dict[int | None, int] = {}
        self.missing: list[Missing] = []
        self.failed: list[FigureEntry] = []
        self.back: set[str] = set()

    @property
    def count(self) -> int:
        """Number of figures that are restored."""
        return len(self.back)

    def run(self, entries: Iterable[FigureEntry], order: Sequence[int]) -> None:
        """Restore all figures of some entries, each group as far as possible.

        Parameters
        ----------
        entries : iterable of FigureEntry
            The entries to restore.
        order : sequence of int
            The numbers that pyplot's figures had, the current one last.
        """
        held = [manager.num for manager in registered_managers()]
        for entry in entries:
            try:
                with quiet():  # what is imported and drawn is code of others, and no cell has called it
                    contents = self._load(entry)
                    if contents is not None:
                        self._restore(entry, contents)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                why = str(error) if isinstance(error, Unusable) else messages.described(error)
                self.missing.append(messages.missing_figure(entry.title, why or messages.NOT_RESTORED))
        arrange([self._numbers[number] for number in order if number in self._numbers])
        arrange(held)  # what has been plotted since stays current
        self._tracker.settle()

    def _load(self, entry: FigureEntry) -> Contents | None:
        """Return what an entry's file holds, None where there is none or where it cannot be loaded now.

        Raises
        ------
        Unusable
            If it is not what was written.
        """
        if entry.file is None:
            self.missing += entry.missing
            return None
        data = self._list.load(entry)
        try:
            with self._kept():
                contents = Contents(data)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # what is imported for it may raise anything
            failed = entry._replace(failed=_reason(entry, error), failed_at=entry.failed_at or time())
            self.failed.append(failed)
            self.missing.append(messages.missing_until_asked_for(entry.title, failed.failed))
            return None
        self.missing += entry.missing
        return contents

    def _restore(self, entry: FigureEntry, contents: Contents) -> None:
        entry = self._with_linked(entry, contents.figures)
        parts = [
            (figure, described, extra)
            for figure, described, extra in zip(contents.figures, entry.figures, contents.extras)
            if described.id in entry.ids
        ]
        figures = [figure for figure, _, _ in parts]
        for pair in contents.globals():
            self._bind_global(pair, entry.title)
        if entry.lossy:
            for figure in figures:
                figure.draw_without_rendering()  # raises where the figure needs what was left out
        self.missing += registrations.provide(contents.needs)
        for figure, described, extra in parts:
            self._settle(figure, described, extra)
        self._tracker.adopt(figures, entry)
        self.back |= entry.ids
        for pair in contents.names():
            self._bind_of(entry, pair)
        for pair in contents.more_globals():
            self._bind_global(pair, entry.title)

    def _with_linked(self, entry: FigureEntry, figures: Sequence[Any]) -> FigureEntry:
        """Return the entry of some figures of a pickle with those that share axes with them: all or none is alive."""
        if not entry.apart:
            return entry
        offered = set().union(*(each.ids for each in self._list.offered if each.file == entry.file))
        ids = {id(figure): described.id for figure, described in zip(figures, entry.figures)}
        wanted = [figure for figure in figures if ids[id(figure)] in entry.ids]
        linked = {ids[each] for figure in wanted for each in map(id, sharing(figure)) if each in ids} & offered
        return entry._replace(apart=tuple(each for each in entry.apart if each not in linked))

    def _bind_of(self, entry: FigureEntry, pair: Pair) -> None:
        """Bind a name of an entry's figures, unless it leads to a figure that does not come back with them."""
        reached = {each.id for each in entry.figures if pair.name in each.names}
        if reached and reached.isdisjoint(entry.ids):
            return
        if not reached <= entry.ids:
            self.missing.append(messages.missing_name(pair.name, messages.LEADS_TO_OTHERS, entry.title))
        elif pair.error is None:
            self._bind(pair.name, pair.value)
        else:
            self.missing.append(messages.missing_name(pair.name, _unloaded(pair.error), entry.title))

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
            self.missing.append(Missing(what, messages.NO_CANVAS))
        if extras.draws:  # last: what comes before is not for the user to see
            set_stale_callback(figure, auto_draw())

    def _free(self, number: int | None, described: FigureDescription) -> int:
        """Return the number of a figure, or another one where pyplot has given that to a newer figure."""
        taken = [manager.num for manager in registered_managers()]
        free = number if number is not None and number not in taken else max(taken, default=0) + 1
        if free != number:
            self.missing.append(messages.missing_number(number, title_of([described]), free))
        self._numbers[number] = free
        return free

    def _bind(self, name: str, value: Any) -> None:
        user_ns = self._shell.user_ns
        if name in user_ns:
            if user_ns[name] is not value:
                self.missing.append(messages.taken_name(name))
            return
        user_ns[name] = value
        show_name(self._shell, name)

    def _bind_global(self, pair: Pair, whose: str) -> None:
        """Bind a global name that a function of a figure uses, unless the user has bound it: theirs is kept."""
        if not pair.name or pair.name in self._shell.user_ns:
            return
        if self._provide is not None and self._provide(pair.name):
            return
        if pair.error is None:
            self._bind(pair.name, pair.value)
        else:
            self.missing.append(messages.missing_global(pair.name, _unloaded(pair.error), whose))


def _unloaded(error: BaseException) -> str:
    """Return why a name is not bound."""
    if isinstance(error, BehindAnother):
        return str(error)
    return messages.VALUE_NOT_LOADED.format(error=messages.described(error))


def _reason(entry: FigureEntry, error: BaseException) -> str:
    """Return why figures cannot be loaded, with both versions where another Matplotlib has saved them."""
    import matplotlib

    reason = messages.described(error)
    if entry.matplotlib in ("", matplotlib.__version__):
        return reason
    return messages.OTHER_VERSION.format(error=reason, saved=entry.matplotlib, now=matplotlib.__version__)
