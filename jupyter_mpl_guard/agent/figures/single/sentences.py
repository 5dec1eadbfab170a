"""The sentences with which requests about one figure are answered."""

from __future__ import annotations

from collections.abc import Iterable

from ...messages import described

TOO_MANY_PIXELS = "The picture would have more than {limit} million pixels; choose a smaller dpi."
EXPORT_TOO_LARGE = "The file would have more than {limit} MiB; choose a smaller dpi, or save it in a cell with savefig."
TOO_LARGE_TO_DRAW = "The figure is too large to be drawn for a picture of it."


def only_names_lead_to_it(names: Iterable[str]) -> str:
    """Return why a figure cannot be closed."""
    reached = ", ".join(names)
    return (
        f"The figure is not open any more; delete the names that lead to it to let it go: {reached or 'none is known'}."
    )


def not_drawn(error: BaseException) -> str:
    """Return the message that drawing a figure has failed."""
    return f"The figure could not be drawn: {described(error)}"


def not_loaded(why: str) -> str:
    """Return the message that a saved figure cannot be loaded."""
    return f"The figure could not be loaded: {why}"


def not_closed(error: BaseException) -> str:
    """Return the message that closing a figure has failed."""
    return f"The figure could not be closed: {described(error)}"
