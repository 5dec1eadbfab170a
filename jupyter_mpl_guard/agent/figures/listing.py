"""The figures of one moment, as the plot state lists them, and which of them a cell may have shown."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .. import messages
from ..internals.pyplot import is_registered, number_of
from ..protocol import MissingKind
from ..protocol.figure_state import FigureState
from ..storage.figures.figure_entry import FigureDescription, FigureEntry, ListedFigure
from .change_listener import id_of, listener_of


@dataclass
class FoundFigures:
    """The figures of one moment and the names that reach them.

    Attributes
    ----------
    figures : list of matplotlib.figure.Figure
        Those of pyplot first, in its order, then the others as their names were bound.
    names : dict
        Name to ``(value, figures)`` for the names that reach a figure, or artists that are in none: those go with the
        first figure that there is.
    loose : list of str
        Names of artists that are in no figure, where there is no figure.
    others : dict
        Name to value for objects of Matplotlib that know no figure (norms, colormaps, transforms): they may be part of
        one all the same.
    buffers : list of str
        Names of backgrounds that were saved for blitting.
    code : bool
        Whether cells have defined functions or classes.
    """

    figures: list[Any] = field(default_factory=list)
    names: dict[str, tuple[Any, list[Any]]] = field(default_factory=dict)
    loose: list[str] = field(default_factory=list)
    others: dict[str, Any] = field(default_factory=dict)
    buffers: list[str] = field(default_factory=list)
    code: bool = False

    def names_of(self, figure: Any) -> list[str]:
        """Return the names that reach a figure, those bound to the figure itself first."""
        reaching = [
            (value is not figure, name)
            for name, (value, figures) in self.names.items()
            if any(each is figure for each in figures)
        ]
        return [name for _, name in sorted(reaching, key=lambda pair: pair[0])]


def describe(figure: Any, found: FoundFigures, names: Container[str]) -> FigureDescription:
    """Return what the plot state says of a figure, apart from how it is saved.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        A figure with a listener.
    found : FoundFigures
        What leads to it.
    names : container of str
        The names to include.
    """
    return FigureDescription(
        id=listener_of(figure).id,
        number=number_of(figure) or 0,
        names=tuple(name for name in found.names_of(figure) if name in names),
        label=str(figure.get_label()).encode("utf-8", "replace").decode(),
        axes=len(figure.axes),
        canvas=getattr(figure.canvas, "model_id", None),
        open=is_registered(figure),
        cell=listener_of(figure).cell,
    )


def describe_all(figures: Iterable[Any], found: FoundFigures, names: Container[str]) -> tuple[FigureDescription, ...]:
    """Return what the plot state says of some figures, see `describe`."""
    return tuple(describe(figure, found, names) for figure in figures)


def listed(found: FoundFigures) -> list[ListedFigure]:
    """Return the figures that were found as the plot state lists them."""
    listing = []
    for figure in found.figures:
        described, group = describe(figure, found, found.names), listener_of(figure).group
        entries = [entry for entry in (group.entries if group is not None else ()) if described.id in entry.ids]
        size = sum(entry.size_of_each for entry in entries)
        saved = any(entry.file is not None and entry.current for entry in entries)
        why = "" if saved or group is None or group.waits else _why_not_saved(entries)
        is_shown = described.open or described.canvas is not None
        state = FigureState.UNSAVED if why else FigureState.SAVED if saved and not is_shown else FigureState.LIVE
        listing.append(ListedFigure(described, size, saved, state, why))
    return listing


def _why_not_saved(entries: Sequence[FigureEntry]) -> str:
    """Return why the present state of a figure is not saved: a group without entries has been forgotten."""
    reasons = (
        missing.why
        for entry in entries
        for missing in entry.missing
        if entry.file is None or missing.kind is MissingKind.LATEST_CHANGES
    )
    return next(reasons, messages.NOT_WANTED if entries else messages.REMOVED)


def drawn(listing: Iterable[ListedFigure], mentioned: frozenset[str], recent: Iterable[Any]) -> list[str | None]:
    """Return the ids of the figures that a cell may have shown, None for one that is not saved.

    Parameters
    ----------
    listing : iterable of ListedFigure
        The figures after the cell, see `listed`.
    mentioned : set of str
        The identifiers in the cell: a figure that it mentions by name is included.
    recent : iterable of matplotlib.figure.Figure or None
        The figures that were made while it ran, see `registry.FigureRegistry.recent`.
    """
    names = {each.described.id: each.described.names for each in listing}
    made = [id_of(figure) for figure in recent]
    shown = [identity for identity, its_names in names.items() if not mentioned.isdisjoint(its_names)]
    return list(dict.fromkeys([*(each if each in names else None for each in made), *shown]))
