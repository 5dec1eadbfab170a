"""Figures as the plot state lists them, and which of them a cell may have shown."""

from ..internals.artists import stale_callback
from ..internals.pyplot import number_of, registered_managers


def describe(figure, found, names):
    """Return what the plot state says of a figure, apart from how it is saved.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        A marked figure.
    found : sightings.Discovery
        What leads to it.
    names : container of str
        The names that count.
    """
    is_open = any(each.canvas.figure is figure for each in registered_managers())
    return {
        "id": stale_callback(figure).id,
        "number": number_of(figure) or 0,
        "label": str(figure.get_label()).encode("utf-8", "replace").decode(),
        "names": [name for name in found.names_of(figure) if name in names],
        "axes": len(figure.axes),
        "canvas": getattr(figure.canvas, "model_id", None),
        "open": is_open,
    }


def listed(found):
    """Return the figures that were found as the plot state has them."""
    listing = []
    for figure in found.figures:
        described = describe(figure, found, found.names)
        entries = getattr(stale_callback(figure).group, "entries", ())
        mine = [entry for entry in entries if described["id"] in {each["id"] for each in entry["figures"]}]
        described["bytes"] = sum(entry["bytes"] // len(entry["figures"]) for entry in mine)
        described["saved"] = any(entry["file"] is not None and entry["current"] for entry in mine)
        listing.append(described)
    return listing


def drawn(listing, words, recent):
    """Return the ids of the figures that a cell may have shown, None for one that is not kept.

    Parameters
    ----------
    listing : list of dict
        See `listed`, after the cell.
    words : set of str
        The words of the cell: a figure that it calls by name counts.
    recent : list of matplotlib.figure.Figure or None
        The figures that were made while it ran, see `strays.FigureRegistry.recent`.
    """
    kept = {each["id"]: each["names"] for each in listing}
    made = [getattr(stale_callback(figure), "id", None) for figure in recent]
    said = [identity for identity, names in kept.items() if not words.isdisjoint(names)]
    return list(dict.fromkeys([*(each if each in kept else None for each in made), *said]))
