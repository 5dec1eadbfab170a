"""Figures as the plot state lists them, and which of them a cell may have shown."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

from ..internals.pyplot import number_of, registered_managers
from ..storage.figure_entry import FigureDescription
from .change_listener import id_of, listener_of
from .discovery import Discovery


def describe(figure: Any, found: Discovery, names: Container[str]) -> FigureDescription:
    """Return what the plot state says of a figure, apart from how it is saved.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        A figure with a listener.
    found : discovery.Discovery
        What leads to it.
    names : container of str
        The names that count.
    """
    return FigureDescription(
        id=listener_of(figure).id,
        number=number_of(figure) or 0,
        names=tuple(name for name in found.names_of(figure) if name in names),
        label=str(figure.get_label()).encode("utf-8", "replace").decode(),
        axes=len(figure.axes),
        canvas=getattr(figure.canvas, "model_id", None),
        open=any(each.canvas.figure is figure for each in registered_managers()),
    )


def listed(found: Discovery) -> list[dict[str, Any]]:
    """Return the figures that were found as the plot state has them."""
    listing = []
    for figure in found.figures:
        described, group = describe(figure, found, found.names), listener_of(figure).group
        entries = [
            entry
            for entry in (group.entries if group is not None else ())
            if any(each.id == described.id for each in entry.figures)
        ]
        size = sum(entry.size_of_each for entry in entries)
        saved = any(entry.file is not None and entry.current for entry in entries)
        listing.append({**described.to_json(), "bytes": size, "saved": saved})
    return listing


def drawn(listing: Iterable[Mapping[str, Any]], mentioned: frozenset[str], recent: Iterable[Any]) -> list[str | None]:
    """Return the ids of the figures that a cell may have shown, None for one that is not saved.

    Parameters
    ----------
    listing : iterable of dict
        The figures after the cell, see `listed`.
    mentioned : set of str
        The identifiers in the cell: a figure that it calls by name counts.
    recent : iterable of matplotlib.figure.Figure or None
        The figures that were made while it ran, see `registry.FigureRegistry.recent`.
    """
    names = {each["id"]: each["names"] for each in listing}
    made = [id_of(figure) for figure in recent]
    shown = [identity for identity, its_names in names.items() if not mentioned.isdisjoint(its_names)]
    return list(dict.fromkeys([*(each if each in names else None for each in made), *shown]))
