"""Restore the figures of some entries: load them, bind what they use, place them, and bind their names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    """

    contents: Contents
    back: set[str]


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
        return Begun(contents, set())

    def _restore(self, entry: FigureEntry, before: Begun) -> None:
        """Place the figures of an entry between the globals that they use and the names that lead to them."""
        contents = before.contents
        if before.back:
            contents.rewind()
        entry = with_linked(entry, contents.figures, self._list.offered)
        self._names.bind_globals(contents.globals(), entry.title)
        self._figures.place(entry, contents)
        bound = self._names.bind_names(contents.names(), entry, before.back)
        self._names.bind_globals(contents.more_globals(), entry.title)
        lost = entry.lost_without(bound)
        self.back |= entry.ids - lost
        if lost:
            self.unheld.append(entry.about(lost))
        back = before.back | (entry.ids - lost)
        offered = set().union(*(each.ids for each in self._list.offered if each.file == entry.file))
        if entry.file is not None and entry.shares_name(back, offered):
            self._begun[entry.file] = Begun(contents, back)
