"""Detection of changes of a figure: it reports them itself, or one of its properties differs from before."""

from __future__ import annotations

from collections.abc import Callable
from inspect import currentframe
from typing import Any, NamedTuple
from uuid import uuid4

from ..internals.artists import set_stale_callback, stale_callback
from ..storage.figures.figure_entry import Cell
from ..timers import KernelLoop
from .groups.save_group import SaveGroup

WRITING = frozenset({"savefig", "print_figure"})
"""Methods of Matplotlib that write a figure to a file or a picture."""


class ChangeEvents(NamedTuple):
    """Where the changes of figures are reported.

    Attributes
    ----------
    notify : callable
        Called without arguments when a figure changes for the first time since it was saved.
    loop : timers.KernelLoop
        Knows whether a cell is running.
    """

    notify: Callable[[], Any]
    loop: KernelLoop


class ChangeListener:
    """State of one figure. It is the figure's stale callback, so it is notified of changes and dies with it.

    Parameters
    ----------
    before : callable or None
        The stale callback that the figure had.
    events : ChangeEvents
        Where changes are reported.
    identity : str, optional
        The figure's id, where it had one in an earlier incarnation.

    Attributes
    ----------
    id : str
        Identifies the figure, over restarts too.
    changed : bool
        Whether an artist has changed since the figure was saved last.
    cell : str or None
        Id of the cell that has drawn the figure last, where a client has sent it.
    group : SaveGroup or None
        The group in which it was last saved.
    linked : set of str
        Ids of figures that are part of this one: they share axes.
    """

    __slots__ = ("_events", "_is_drawn_anew", "before", "cell", "changed", "group", "id", "linked")

    def __init__(
        self, before: Callable[[Any, bool], Any] | None, events: ChangeEvents, identity: str | None = None
    ) -> None:
        self.before = before
        self._events = events
        self.id = identity or uuid4().hex
        self.changed = True
        self.cell: str | None = None
        self._is_drawn_anew = True  # since somebody has asked; `changed` is also set where something else went wrong
        self.group: SaveGroup | None = None
        self.linked: set[str] = set()

    def join(self, group: SaveGroup) -> None:
        """Set the group in which the figure is saved from now on."""
        self.group = group

    def settle(self) -> None:
        """Mark the figure as saved in its present state: the next change is noticed."""
        self.changed = False

    def drawn_by(self, cell: Cell | None) -> None:
        """Record which cell has drawn what is new in the figure, None where that was not a cell."""
        if self._is_drawn_anew and cell is not None:
            self.cell = cell.id
        self._is_drawn_anew = False

    def count_as_changed(self) -> None:
        """Mark the figure as changed, although it has not, so that it is saved again."""
        self.changed = True

    def link(self, identity: str) -> None:
        """Record that another figure is part of this one."""
        self.linked.add(identity)
        self.changed = True

    def __call__(self, figure: Any, value: bool) -> None:
        """Record the change and call the stale callback that the listener replaces."""
        if value:
            # What a canvas does for its page between cells is not drawn by the cell that has run last.
            if not self._is_drawn_anew and self._events.loop.running:
                self._is_drawn_anew = not _is_written()
            if not self.changed:
                self.changed = True
                self._events.notify()
        if self.before is not None:
            self.before(figure, value)


def _is_written() -> bool:
    """Return whether the caller is called while Matplotlib writes a figure: what it sets for that, it puts back.

    Neither the figure nor its canvas shows that while its resolution and its transparency are set.
    """
    frame = currentframe()
    while frame is not None:
        if frame.f_code.co_name in WRITING and str(frame.f_globals.get("__name__")).startswith("matplotlib."):
            return True
        frame = frame.f_back
    return False


def listen(figure: Any, events: ChangeEvents, identity: str | None = None) -> ChangeListener:
    """Return the listener of a figure, created where it has none; the parameters are those of `ChangeListener`."""
    listener = stale_callback(figure)
    if not isinstance(listener, ChangeListener):
        listener = ChangeListener(listener, events, identity)
        set_stale_callback(figure, listener)
    return listener


def listener_of(figure: Any) -> ChangeListener:
    """Return the listener of a figure that has one."""
    listener = stale_callback(figure)
    assert isinstance(listener, ChangeListener)
    return listener


def id_of(figure: Any) -> str | None:
    """Return the id of a figure, None where it has no listener."""
    listener = stale_callback(figure)
    return listener.id if isinstance(listener, ChangeListener) else None


def release(figure: Any) -> None:
    """Remove the listener of a figure, if it has one."""
    listener = stale_callback(figure)
    if isinstance(listener, ChangeListener):
        set_stale_callback(figure, listener.before)
