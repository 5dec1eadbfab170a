"""The state of one figure in a plot state."""

from __future__ import annotations

from enum import Enum


class FigureState(str, Enum):
    """How a figure stands, in one word of the plot state."""

    LIVE = "live"
    """Alive, and pyplot holds it open or a canvas shows it, or saving it waits for a moment."""

    SAVED = "saved"
    """Alive under its names only, and saved."""

    UNSAVED = "unsaved"
    """Alive, and cannot be saved as it is."""

    OFFERED = "offered"
    """From before the restart, and may come back."""

    LOST = "lost"
    """From before the restart, and could not be loaded when that was tried last."""
