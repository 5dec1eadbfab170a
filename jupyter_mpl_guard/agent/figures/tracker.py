"""The figures of one incarnation: which have changed since they were saved, and what is reported of them."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Sequence
from typing import Any
from weakref import ref

from .. import messages
from ..internals import ipympl as ipympl_canvases
from ..internals.pyplot import registered_managers
from ..pickling import pickler, process_wide
from ..pickling.limits.budget import Budget, Limits, Moment
from ..protocol import Missing
from ..storage.figure_list import FigureList
from ..storage.figures.figure_entry import Cell, FigureEntry, ListedFigure
from . import listing
from .change_listener import ChangeEvents, id_of, listen, listener_of, release
from .checkpoint import Checkpoint
from .discovery import Search
from .groups.mentions import Mentions, Uses
from .groups.save_group import GroupFingerprint, SaveGroup
from .groups.snapshot import Snapshot, groups_of, has_to_be_saved
from .listing import FoundFigures
from .unreachable import UnreachableFigures


class FigureTracker:
    """Track the figures of a kernel and save those that have changed.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    figure_list : figure_list.FigureList
        Where they are saved.
    limits : budget.Limits
        How much may be saved.
    events : change_listener.ChangeEvents
        Where changes of figures are reported, in whichever thread they change.
    unreachable : unreachable.UnreachableFigures
        Determines which names lead to figures that are not found.

    Attributes
    ----------
    globals : frozenset of str
        Names that functions in the figures look up.
    """

    def __init__(
        self,
        shell: Any,
        figure_list: FigureList,
        limits: Limits,
        events: ChangeEvents,
        unreachable: UnreachableFigures,
    ) -> None:
        self._search = Search(shell)
        self._list = figure_list
        self._events = events
        self._unreachable = unreachable
        self._checkpoint = Checkpoint(figure_list, limits, events)
        self._limits = limits
        self._now = Snapshot(FoundFigures())
        self._dirty: list[list[Any]] = []
        self._missing: list[Missing] = []
        self._known: list[ref[Any]] = []
        self._listed: list[ListedFigure] = []
        self._outside: tuple[Any, ...] = ()
        self._is_exit_prepared = False
        self.globals: frozenset[str] = frozenset()
        self._redrawn: dict[str, ref[Any]] = {}
        pickler.prepare()

    def save(
        self,
        mentions: Mentions,
        cell: Cell | None,
        moment: Moment,
        waits: Callable[[], bool],
        *,
        is_last: bool = False,
    ) -> bool:
        """Find the figures and save those that have changed; return whether something waits for an idle kernel.

        Parameters
        ----------
        mentions : mentions.Mentions
            What the cells say that have run: not every change makes a figure stale, so one whose names are mentioned is
            compared with what is saved.
        cell : Cell or None
            The cell that has drawn what is new since the last time, None for none.
        moment : budget.Moment
            The present moment: a waiting cell must not be delayed noticeably.
        waits : callable
            Returns whether a message waits for the kernel.
        is_last : bool
            Whether the kernel ends.

        Raises
        ------
        OSError, ValueError
            If the list of figures cannot be written.
        """
        if not self._look(mentions, cell, idle=is_last or moment is Moment.IDLE):
            self._let_figures_go()
            return False
        try:
            dirty, self._dirty = self._dirty, []
            for figure in (each for group in dirty for each in group if ipympl_canvases.is_open(each)):
                self._redrawn[listener_of(figure).id] = ref(figure)
            self._checkpoint.save_groups(dirty, self._now, Budget(moment, self._limits, waits, is_last=is_last))
            order = [int(manager.num) for manager in registered_managers()]
            self._list.write(self._entries(), order, self._missing, process_wide.surroundings())
            return any(group.waits for group in self._groups()) or not self._search.is_complete
        finally:
            self._let_figures_go()

    def take_redrawn(self) -> dict[str, ref[Any]]:
        """Return the figures with a canvas of ipympl that were saved since the last call, by their ids."""
        redrawn, self._redrawn = self._redrawn, {}
        return redrawn

    @property
    def has_found_all(self) -> bool:
        """Whether there was time to examine all names."""
        return self._search.is_complete

    def listing(self) -> list[ListedFigure]:
        """Return the figures as the plot state lists them, as they were last examined."""
        return self._listed

    def find(self, figure_id: str) -> Any:
        """Return the figure with an id, None where no figure that was found has it."""
        return next((figure for figure in self._alive() if id_of(figure) == figure_id), None)

    def adopt(self, figures: Sequence[Any], entry: FigureEntry) -> None:
        """Mark restored figures as saved in their present state."""
        # What was missing is not part of them any more.
        group = SaveGroup(entries=[entry._replace(missing=(), lossy=False)])
        for figure, described in zip(figures, entry.left):
            listener = listen(figure, self._events, described.id)
            listener.drawn_by(Cell(described.cell))
            listener.join(group)
            listener.settle()

    def settle(self) -> None:
        """Mark the present names and registration as those that are saved, after a restore."""
        self._look(Mentions(), None, idle=False)
        for figures in self._dirty:
            group = listener_of(figures[0]).group
            if group is not None and group.fingerprint is None and all(entry.current for entry in group.entries):
                group.remember(GroupFingerprint(self._now.fingerprint(figures, group).figures))
                for figure in figures:
                    listener_of(figure).settle()
        self._let_figures_go()

    def forget(self) -> None:
        """Mark all figures as unsaved; all are saved again when one has changed."""
        for group in self._groups():
            group.forget()
        self._redrawn.clear()
        self._listed = [each.forgotten(messages.REMOVED) for each in self._listed]

    def release(self) -> None:
        """Remove the listeners."""
        for figure in self._alive():
            release(figure)
        atexit.unregister(self._leave_open)

    def _look(self, mentions: Mentions, cell: Cell | None, *, idle: bool) -> bool:
        """Find the figures and keep them alive; return whether they, or what is said of them, may have to be saved."""
        found = self._search(mentions.identifiers, idle=idle)
        for figure in found.figures:
            listen(figure, self._events)
        self._add_linked(found)
        for figure in found.figures:
            listener_of(figure).drawn_by(cell)
        process_wide.look()
        self._now = now = Snapshot(found)
        self._missing = self._not_saved(found)
        self._prepare_exit()
        forgotten: list[list[Any]] = []
        self._dirty = []
        groups = now.together()
        uses = mentions.uses() if groups else Uses(set(), set())
        for figures in groups:
            if self._is_changed(figures, uses, idle=idle):
                self._dirty.append(figures)
            elif not _group_of(figures).entries:
                forgotten.append(figures)
        self._dirty += forgotten if self._dirty else []
        outside = now.outside()
        listed_anew, self._outside = outside != self._outside, outside
        is_cut = not self._search.is_complete
        waits = any(group.waits for group in self._groups())
        is_new = bool(self._dirty) or listed_anew or is_cut or waits
        return is_new or self._list.lacks(self._entries(), self._missing, process_wide.surroundings())

    def _is_changed(self, figures: Sequence[Any], uses: Uses, *, idle: bool) -> bool:
        listeners = [listener_of(figure) for figure in figures]
        group = listeners[0].group
        if group is None:
            return True
        now = self._now.fingerprint(figures, group)
        is_mentioned = uses.use(now.names)
        lost = group.names_lost(now)
        is_same = group.fingerprint == now or (bool(lost) and uses.only_rebind(lost - self._now.found.names.keys()))
        changed = has_to_be_saved(
            same=is_same and all(each.group is group for each in listeners),
            changed=any(each.changed for each in listeners),
            due=idle and group.waits,
            mentioned=is_mentioned,
            slow=group.moment is Moment.IDLE,
        )
        if is_mentioned and not changed:
            group.wait()
        if lost and not changed:
            found = self._now.found
            group.lose(lost, listing.describe_all(figures, found, self._now.names(figures)), now)
        return changed

    def _not_saved(self, found: FoundFigures) -> list[Missing]:
        """Return what names lead to and is in no group of figures."""
        why = dict.fromkeys(found.loose, messages.NO_FIGURE)
        why.update((name, messages.BACKGROUND) for name in found.buffers)
        missing = [messages.missing_name(name, each) for name, each in why.items()]
        return missing + [messages.missing_figure_of(name) for name in self._unreachable(found.figures)]

    def _let_figures_go(self) -> None:
        """Keep only weak references to figures: ``del`` in a cell has to free them."""
        self.globals = frozenset().union(*(group.globals for group in self._groups()))
        self._listed = listing.listed(self._now.found)
        self._known = [ref(figure) for figure in self._now.figures]
        self._now = Snapshot(FoundFigures())
        self._dirty = []

    def _add_linked(self, found: FoundFigures) -> None:
        """Add the figures that are part of others and that neither pyplot nor a name leads to."""
        listeners = [listener_of(figure) for figure in found.figures]
        linked = set().union(*(each.linked for each in listeners)) - {each.id for each in listeners}
        if linked:
            found.figures.extend(figure for figure in self._alive() if id_of(figure) in linked)

    def _groups(self) -> list[SaveGroup]:
        return groups_of(self._now.figures or self._alive())

    def _entries(self) -> list[FigureEntry]:
        return [entry for group in self._groups() for entry in group.entries]

    def _alive(self) -> list[Any]:
        return [figure for figure in (reference() for reference in self._known) if figure is not None]

    def _prepare_exit(self) -> None:
        """Register the exit handler that leaves canvases open when the kernel ends."""
        if not self._is_exit_prepared and any(map(ipympl_canvases.is_open, self._now.figures)):
            self._is_exit_prepared = True
            # What is registered last runs first: before what pyplot registered when it was imported.
            atexit.register(self._leave_open)

    def _leave_open(self) -> None:
        for figure in self._alive():
            ipympl_canvases.leave_open(figure)


def _group_of(figures: Sequence[Any]) -> SaveGroup:
    group = listener_of(figures[0]).group
    assert group is not None
    return group
