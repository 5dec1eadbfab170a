"""Figures as they are at one moment, and which of them have to be saved together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any

from ...internals.artists import stale_callback
from ...internals.pyplot import registered_managers
from ...pickling import process_wide
from ...pickling.namespace import namespace
from ..change_listener import listener_of
from ..listing import FoundFigures
from .save_group import FigureFingerprint, GroupFingerprint, SaveGroup

FIXED = frozenset({ModuleType, bool, bytes, complex, float, int, str, type(None)})
"""Types of values that functions in figures use without depending on what a cell does with them."""


def has_to_be_saved(*, same: bool, changed: bool, due: bool, mentioned: bool, slow: bool) -> bool:
    """Return whether figures that have been saved have to be saved again.

    Parameters
    ----------
    same : bool
        Whether they are the same figures under the same names, and look the same from outside.
    changed : bool
        Whether one of them has been notified of a change.
    due : bool
        Whether they waited for the kernel to be idle, and it is.
    mentioned : bool
        Whether the last cell mentions one of their names: it may have changed them without a notification.
    slow : bool
        Whether a mention is not reason enough, since saving them takes long.
    """
    return not same or changed or due or (mentioned and not slow)


class Snapshot:
    """The figures of one moment, each with a listener, and which of them belong together.

    Parameters
    ----------
    found : listing.FoundFigures
        The figures and what leads to them.

    Attributes
    ----------
    found : listing.FoundFigures
        The same.
    """

    def __init__(self, found: FoundFigures) -> None:
        self.found = found
        places = {id(manager.canvas.figure): place for place, manager in enumerate(registered_managers())}
        self._fingerprints: dict[int, FigureFingerprint] = {}
        self._process_wide = process_wide.fingerprint() if found.figures else ()
        for figure in found.figures:
            self._fingerprints[id(figure)] = self._fingerprint(figure, places.get(id(figure)))

    def _fingerprint(self, figure: Any, place: int | None) -> FigureFingerprint:
        names = tuple((name, id(self.found.names[name][0])) for name in self.found.names_of(figure))
        return FigureFingerprint.of(figure, names, place)

    @property
    def figures(self) -> list[Any]:
        """The figures."""
        return self.found.figures

    def add(self, figure: Any) -> None:
        """Add a figure that is part of another one and that nothing else leads to; it has a listener."""
        if id(figure) not in self._fingerprints:
            self.found.figures.append(figure)
            self._fingerprints[id(figure)] = self._fingerprint(figure, None)

    def together(self) -> list[list[Any]]:
        """Return the lists of figures that have to be saved together."""
        return together(self.figures, (figures for _, figures in self.found.names.values()))

    def fingerprint(self, figures: Iterable[Any], group: SaveGroup) -> GroupFingerprint:
        """Return the fingerprint of the figures of a group."""
        parts = [(name, id(value)) for name, value in self.found.others.items() if id(value) in group.parts]
        names = namespace()
        used: list[tuple[str, int]] = []
        fixed: list[tuple[str, int]] = []
        for name in sorted(group.globals & names.keys()):
            (fixed if type(names[name]) in FIXED else used).append((name, id(names[name])))
        of_each = tuple(self._fingerprints[id(figure)] for figure in figures)
        return GroupFingerprint(of_each, tuple(parts), tuple(used), (*fixed, *self._process_wide))

    def names(self, figures: Sequence[Any]) -> dict[str, Any]:
        """Return name to value for all names that reach one of the figures."""
        return {
            name: value
            for name, (value, reached) in self.found.names.items()
            if any(each is figure for each in reached for figure in figures)
        }

    def outside(self) -> tuple[Any, ...]:
        """Return a value that changes when the plot state has to describe the figures differently."""
        return tuple(
            (listener_of(figure).id, self._fingerprints[id(figure)], len(figure.axes)) for figure in self.figures
        )


def groups_of(figures: Iterable[Any]) -> list[SaveGroup]:
    """Return the groups in which figures have been saved, each once."""
    groups = (getattr(stale_callback(figure), "group", None) for figure in figures)
    return list({id(group): group for group in groups if group is not None}.values())


def together(figures: Sequence[Any], reached: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """Return the lists of figures that have to be saved together.

    Parameters
    ----------
    figures : sequence of matplotlib.figure.Figure
        All of them, each with a listener.
    reached : iterable of sequence
        The figures that one name reaches, for each name: they have to be in one list, and so have those that are part
        of one another.
    """
    leaders = {id(figure): figure for figure in figures}
    by_id = {listener_of(figure).id: figure for figure in figures}

    def leader(figure: Any) -> Any:
        while leaders[id(figure)] is not figure:
            figure = leaders[id(figure)]
        return figure

    def join(one: Any, other: Any) -> None:
        leaders[id(leader(other))] = leader(one)

    for first, *others in reached:
        for other in others:
            join(first, other)
    for figure in figures:
        for identity in listener_of(figure).linked:
            if identity in by_id:
                join(figure, by_id[identity])
    joined: dict[int, list[Any]] = {}
    for figure in figures:
        joined.setdefault(id(leader(figure)), []).append(figure)
    return list(joined.values())
