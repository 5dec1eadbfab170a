"""Figures left by the last incarnation: planned to come back, offered, taken or dismissed."""

from __future__ import annotations

import sys
from collections.abc import Container, Iterable, Sequence
from contextlib import AbstractContextManager
from time import time
from typing import Any

from .. import messages
from ..pickling import search_path
from ..protocol import Missing
from ..protocol.figure_state import FigureState
from ..storage.figure_list import FigureList
from ..storage.figures.figure_entry import FigureEntry, ListedFigure
from ..storage.signed_file import Unusable
from .deleted_names import DeletedNames

DAYS = 7.0
"""Days for which figures that cannot be loaded are kept."""


class Offers:
    """Track which figures of the last incarnation may still come back.

    Parameters
    ----------
    figure_list : figure_list.FigureList
        The list of saved figures in the kernel's diary. What is offered is part of it, so that it outlives this
        incarnation.
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.

    Attributes
    ----------
    planned : bool
        Whether figures will still come back automatically: until then nothing may replace what is saved.
    lost : list of Missing
        What the last incarnation reported as not being part of any saved figure.
    begun : dict of str to object
        What a restore has to know of the offered figures of a file of which it has restored others, by the file.
    """

    def __init__(self, figure_list: FigureList, shell: Any) -> None:
        self._list = figure_list
        self._deleted = DeletedNames(shell)
        self._left: Sequence[FigureEntry] = ()
        self._offered_before: Sequence[FigureEntry] = ()
        self._order: Sequence[int] = ()
        self.planned = False
        self.lost: list[Missing] = []
        self.begun: dict[str, Any] = {}

    def read(self) -> list[Missing]:
        """Read what the last incarnation has left; return what cannot be read."""
        try:
            last = self._list.read()
        except Unusable as error:
            return [Missing(messages.FIGURES, str(error))]
        if last is not None:
            failed = [each for each in last.offered if each.failed and each not in last.groups]
            failed = [each for each in failed if time() - each.failed_at < 86_400 * DAYS]
            self._left = (*last.groups, *failed)
            self._order = last.order
            self._offered_before = last.offered
            self.lost = list(last.missing)
        return []

    @property
    def left(self) -> bool:
        """Whether the last incarnation has left figures."""
        return bool(self._left)

    @property
    def names_left(self) -> set[str]:
        """The names that reach them: they are saved with the figures."""
        return {name for entry in self._left for name in entry.names}

    @property
    def offered_before(self) -> bool:
        """Whether it left an unanswered offer."""
        return bool(self._offered_before)

    @property
    def count(self) -> int:
        """Number of figures that are offered."""
        return sum(len(entry.left) for entry in self._list.offered)

    @property
    def failed(self) -> int:
        """Number of them that could not be loaded in the last attempt."""
        return sum(len(entry.left) for entry in self._list.offered if entry.failed)

    @property
    def names(self) -> set[str]:
        """Names that come back with what is planned."""
        return self.names_left if self.planned else set()

    def named(self, identifiers: frozenset[str]) -> bool:
        """Return whether one of some identifiers is a name that led to an offered figure."""
        return any(not identifiers.isdisjoint(entry.names) for entry in self._list.offered)

    def cell_ends(self, source: str, identifiers: frozenset[str]) -> None:
        """Note a cell that has run without an error: it may have bound names of offered figures and deleted them."""
        if self.named(identifiers):
            self._deleted.cell_has_run(source)

    def plan(self) -> None:
        """Schedule the figures to come back automatically."""
        self.planned = True

    def offer(self, *, held: bool = False) -> None:
        """Offer the figures to the user.

        Parameters
        ----------
        held : bool
            Whether the offer remains valid in the next incarnation.
        """
        self.planned = False
        self._list.offer(_with_file(self._left), held=held)

    def offer_again(self) -> None:
        """Offer once more what the user was offered in the last incarnation."""
        self._list.offer(self._offered_before)

    def write(self) -> None:
        """Write the list of offers, in case nothing else is ever saved; the offer is valid without it."""
        now = search_path.additions()
        if "matplotlib" in sys.modules:  # else there are no tables yet
            from ..pickling import process_wide

            now = process_wide.surroundings()
        try:
            self._list.write([], [], now=now)
        except (OSError, ValueError):
            pass

    def unsaved(self) -> list[Missing]:
        """Return why figures that cannot be offered have no file."""
        return [missing for entry in self._left if entry.file is None for missing in entry.missing]

    def take(self, only: Container[str] | None = None) -> tuple[Sequence[FigureEntry], Sequence[int]]:
        """Return the entries that come back now and the order of all figures in pyplot; end their offer.

        Parameters
        ----------
        only : container of str, optional
            Ids of the figures that come back, with those without which one of them would be lost; the others stay
            offered, in the next incarnation as well.
        """
        if self.planned:
            self.planned = False
            return self._left, self._order
        entries = self._list.offered
        if only is None:
            self._list.offer(())
            return entries, self._order
        wanted = set().union(*(entry.with_companions(only) for entry in entries))
        self._withdraw(wanted, held=True)
        return [each for each in (entry.about(wanted) for entry in entries) if each.left], self._order

    def give_back(self, entries: Iterable[FigureEntry]) -> None:
        """Offer again the entries that were taken and could not even be tried."""
        self._list.offer([*self._list.offered, *_with_file(entries)])

    def keep(self, entries: Iterable[FigureEntry]) -> None:
        """Offer again the entries that cannot be loaded now."""
        self._list.offer([*self._list.offered, *entries])

    def put_tables(self, *, load: bool = True) -> None:
        """Restore what users have put into tables of Matplotlib, see `process_wide.put_rows`."""
        from ..pickling import process_wide

        process_wide.put_rows(self._list.earlier.tables, load=load)

    def surroundings(self) -> AbstractContextManager[None]:
        """Return a context manager under which modules are found where the last incarnation found them."""
        return search_path.in_force(self._list.earlier)

    def offers(self, figure: str) -> bool:
        """Return whether the figure of some id may still come back."""
        return any(figure in entry.ids for entry in (self._left if self.planned else self._list.offered))

    def entry(self, figure: str) -> FigureEntry | None:
        """Return the saved entry of a figure that may still come back, by its id, None where there is none."""
        entries = _with_file(self._left) if self.planned else self._list.offered
        return next((entry for entry in entries if figure in entry.ids), None)

    def load(self, entry: FigureEntry) -> bytes:
        """Return the bytes of an entry's pickle, see `figure_list.FigureList.load`."""
        return self._list.load(entry)

    def dismiss(self, only: Container[str] | None = None) -> None:
        """End the offer, in the diary as well.

        Parameters
        ----------
        only : container of str, optional
            Ids of the figures for which it ends, all by default.
        """
        self._withdraw(only)
        offered = set().union(*(entry.ids for entry in self._list.offered))
        for file in [file for file, each in self.begun.items() if offered.isdisjoint(each.awaited)]:
            del self.begun[file]
        if "matplotlib.figure" not in sys.modules:  # else the list is written with the figures that are alive
            self.write()

    def forget(self) -> None:
        """Discard everything that is known: the diary has been removed."""
        self._left = ()
        self._offered_before = ()
        self._order = ()
        self.lost = []
        self.planned = False
        self.begun.clear()
        self._list.forget()

    def listing(self) -> list[ListedFigure]:
        """Return the figures that may come back as the plot state lists them, without names that were deleted since."""
        entries = _with_file(self._left) if self.planned else self._list.offered
        deleted = self._deleted.among(name for entry in entries for each in entry.left for name in each.names)
        return [
            ListedFigure(
                each._replace(open=False, names=tuple(name for name in each.names if name not in deleted)),
                entry.size_of_each,
                saved=True,
                state=FigureState.LOST if entry.failed else FigureState.OFFERED,
                why=entry.failed,
            )
            for entry in entries
            for each in entry.left
        ]

    def _withdraw(self, only: Container[str] | None, *, held: bool | None = None) -> None:
        """End the offer of some figures or of all.

        Parameters
        ----------
        only : container of str or None
            Ids of the figures, None for all.
        held : bool, optional
            Whether the rest of it stands in the next incarnation as well; as before where it is not given.
        """
        if self.planned and only is not None:
            self._left = _others(self._left, only)
            return
        self._list.offer(() if only is None else _others(self._list.offered, only), held=held)


def _others(entries: Iterable[FigureEntry], ids: Container[str]) -> list[FigureEntry]:
    """Return the entries without the figures of certain ids."""
    return [each for each in (entry.without(ids) for entry in entries) if each.left]


def _with_file(entries: Iterable[FigureEntry]) -> list[FigureEntry]:
    """Return the entries of figures that have been saved."""
    return [entry for entry in entries if entry.file is not None]
