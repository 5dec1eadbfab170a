"""Restore the figures of some entries: load them, bind what they use, place them, and bind their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from time import time
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import messages
from ..figures.restore import FigureRestore, with_linked
from ..internals.pyplot import registered_managers
from ..pickling.loading import Contents
from ..pickling.quiet import quiet
from ..protocol import Missing
from ..settings.kept import kept
from ..storage.figure_list import FigureList
from ..storage.figures.figure_entry import FigureEntry
from ..storage.signed_file import Unusable
from .figure_names import FigureNames

if TYPE_CHECKING:
    from ..data.left_data import LeftData
    from ..figures.live import LiveFigures


class Begun(NamedTuple):
    """Figures of one pickle of which some are back and others are offered still.

    Attributes
    ----------
    contents : loading.Contents
        All of them: a name that leads to figures which come back one after the other leads to these.
    back : set of str
        The ids of those that are back.
    entry : FigureEntry
        The entry of all of them.
    waiting : set of str
        Names that are bound when all figures are back to which they lead.
    """

    contents: Contents
    back: set[str]
    entry: FigureEntry
    waiting: set[str]

    @property
    def awaited(self) -> set[str]:
        """The ids of the figures for which the names wait."""
        return set().union(*map(self.entry.reached, self.waiting)) - self.back


class FigureJob:
    """Restore saved figures, each group as far as possible.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    figure_list : figure_list.FigureList
        Where they are saved.
    live : live.LiveFigures
        Tracks them from then on.
    data : left_data.LeftData or None
        Binds names whose values are saved apart from figures; None where no data has been saved.
    begun : dict of str to Begun
        The pickles of which earlier jobs have restored some figures, by their files.

    Attributes
    ----------
    missing : list of Missing
        What is not restored.
    failed : list of FigureEntry
        What cannot be loaded now, and may be later: a module is not found, or it is of another version.
    unheld : list of FigureEntry
        What nothing would hold: a cell has bound its names to something else, or they cannot be loaded.
    back : set of str
        The ids of the figures that are restored.
    """

    def __init__(
        self,
        shell: Any,
        figure_list: FigureList,
        live: LiveFigures,
        data: LeftData | None,
        begun: dict[str, Begun],
    ) -> None:
        self._shell = shell
        self._list = figure_list
        self._begun = begun
        self.missing: list[Missing] = []
        self.failed: list[FigureEntry] = []
        self.unheld: list[FigureEntry] = []
        self.back: set[str] = set()
        self._figures = FigureRestore(live, self.missing)
        self._names = FigureNames(shell, data, self.missing)

    @property
    def count(self) -> int:
        """Number of figures that are restored."""
        return len(self.back)

    def run(self, entries: Iterable[FigureEntry], order: Sequence[int]) -> None:
        """Restore all figures of some entries.

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
                    before = self._begun.pop(entry.file or "", None) or self._load(entry)
                    if before is not None:
                        self._restore(entry, before)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                why = str(error) if isinstance(error, Unusable) else messages.described(error)
                self.missing.append(messages.missing_figure(entry.title, why or messages.NOT_RESTORED))
        self._bind_waiting()
        self._figures.end(order, held)

    def _load(self, entry: FigureEntry) -> Begun | None:
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
            with kept(self._shell):  # a module that is imported may set some settings; a canvas needs its backend
                contents = Contents(data)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # what is imported for it may raise anything
            failed = entry._replace(
                failed=messages.load_failure(error, entry.matplotlib), failed_at=entry.failed_at or time()
            )
            self.failed.append(failed)
            self.missing.append(messages.missing_until_asked_for(entry.title, failed.failed))
            return None
        self.missing += entry.missing
        return Begun(contents, set(), entry, set())

    def _restore(self, entry: FigureEntry, before: Begun) -> None:
        """Place the figures of an entry between the globals that they use and the names that lead to them."""
        contents = before.contents
        entry = with_linked(entry, contents.figures, self._list.offered)
        others = self._others(before, entry.apart)
        if before.back or others:
            contents.rewind(_instead(others))
        self._names.bind_globals(contents.globals(), entry.title)
        self._figures.place(entry, contents)
        former = [each for each, _ in others.values()]
        bound, waiting = self._names.bind_names(contents.names(), entry, before.back.union(others), former)
        self._names.bind_globals(contents.more_globals(), entry.title)
        lost = entry.lost_without(bound)
        self.back |= entry.ids - lost
        if lost:
            self.unheld.append(entry.about(lost))
        waiting = (before.waiting - bound) | waiting
        if waiting and entry.file is not None:
            back = before.back | (entry.ids - lost)
            self._begun[entry.file] = Begun(contents, back, entry._replace(apart=()), waiting)

    def _bind_waiting(self) -> None:
        """Bind the names whose figures are all back now, from whichever files, and report the others."""
        may_come = set().union(*(each.ids for each in (*self._list.offered, *self.failed, *self.unheld)))
        for file, begun in list(self._begun.items()):
            others = self._others(begun, begun.awaited)
            alive = begun.back.union(others)
            ready = {name for name in begun.waiting if begun.entry.reached(name) <= alive}
            if ready:
                self._bind_again(begun, ready, others)
            begun = begun._replace(waiting=begun.waiting - ready)
            for name in sorted(begun.waiting):
                self._names.report_waiting(name, may_come=not may_come.isdisjoint(begun.entry.reached(name) - alive))
            if may_come.isdisjoint(begun.awaited):
                del self._begun[file]
            else:
                self._begun[file] = begun

    def _bind_again(self, begun: Begun, ready: set[str], others: dict[str, tuple[Any, Any]]) -> None:
        """Bind names that have waited."""
        contents = begun.contents
        names = tuple(name for name in begun.entry.names if name in ready)
        try:
            with quiet():
                contents.rewind(_instead(others))
                self._names.bind_globals(contents.globals(), begun.entry.title)
                former = [each for each, _ in others.values()]
                entry = begun.entry._replace(names=names)
                self._names.bind_names(contents.names(), entry, set(), former)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # what is loaded may raise anything
            self.missing.append(messages.all_failed(", ".join(names), error))

    def _others(self, begun: Begun, ids: Iterable[str]) -> dict[str, tuple[Any, Any]]:
        """Return those of some figures that are back from another file, by id: as they were, and as they are."""
        wanted = set(ids) - begun.back
        pairs = {
            described.id: (figure, self._figures.alive(described.id))
            for figure, described in zip(begun.contents.figures, begun.entry.figures)
            if described.id in wanted
        }
        return {key: pair for key, pair in pairs.items() if pair[1] is not None}


def _instead(others: Mapping[str, tuple[Any, Any]]) -> dict[int, Any]:
    """Return what takes the place of figures and of their axes, where these are the same ones, by identity."""
    instead = {}
    for former, now in others.values():
        instead[id(former)] = now
        if list(map(type, former.axes)) == list(map(type, now.axes)):
            instead.update(zip(map(id, former.axes), now.axes))
    return instead
