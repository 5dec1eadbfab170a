"""The sentences about a plot state that a cell and the command line share."""

from __future__ import annotations

from collections.abc import Iterable

from ..protocol import Status
from ..protocol.check_status import CheckStatus
from ..protocol.figure_state import FigureState

OF_STATUS = {
    Status.UNSUPPORTED: "Plots are kept over restarts in Python kernels only.",
    Status.ABSENT: "Matplotlib is not in use in this kernel.",
    Status.LIVE: "Plotting settings are kept over kernel restarts.",
    Status.RESTORING: "Plotting settings are being restored.",
    Status.RESTORED: "What was there before the restart is back.",
    Status.PARTIAL: "Not everything that was there before, or was asked for, is there.",
    Status.OFFERED: "Figures from before the restart can be restored.",
    Status.PENDING: "The kernel is busy; plotting settings are restored when it is idle.",
    Status.PAUSED: "Keeping plots over restarts is paused for this kernel.",
    Status.ERROR: "Restoring plotting settings failed.",
}
"""What each status means, where the plot state has no message of its own."""

OF_FIGURE = {
    FigureState.LIVE: "live",
    FigureState.SAVED: "saved",
    FigureState.UNSAVED: "not saved",
    FigureState.OFFERED: "from before the restart",
    FigureState.LOST: "lost",
}
"""The words for the states of a figure; the panel says the same."""

ASKED_FOR = "What was asked for is in force."
"""What a restore means that no restart has begun: a backend was chosen, or figures were taken."""

MARKS = {CheckStatus.OK: "ok", CheckStatus.PROBLEM: "PROBLEM", CheckStatus.UNKNOWN: "unknown"}

NO_FIGURES = "There are no figures."

NOTHING_WAITS = "Nothing from before the restart waits to be restored."

NOTHING_TO_DISMISS = "Nothing from before the restart waits to be dismissed."

ALL_WELL = "No problem was found."

FORGOTTEN = (
    "What was saved of this kernel's plots is removed; "
    "unless keeping them is paused, it is saved again when something changes."
)


def comes_with_others(title: str, name: str) -> str:
    """Return that a figure is dismissed and is back all the same if a name comes back that leads to it."""
    return f"If {name} comes back with the other figures that it leads to, {title} does too."


def came_with_others(title: str, name: str) -> str:
    """Return that a figure is back that was not offered any more."""
    return f"As {name} leads to it, {title} is back as well."


def problems_found(count: int) -> str:
    """Return how many problems a diagnosis has found."""
    return f"{count} problem{'s' if count > 1 else ''} found." if count else ALL_WELL


def no_such_figure(word: str, titles: Iterable[str]) -> str:
    """Return that no figure is called by a word, and which there are."""
    return f"No figure is called {word!r}; there are {'; '.join(titles) or 'none'}."


def does_not_wait(word: str, title: str, to_be: str) -> str:
    """Return that a figure is alive in this kernel, and need not be "restored" or "dismissed"."""
    return f"{word} is {title} of this kernel; it does not wait to be {to_be}."


def none_waits(word: str, to_be: str) -> str:
    """Return that there are no figures from before the restart to be "restored" or "dismissed"."""
    return f"No figure {word!r} can be {to_be}: there is none from before the restart."


def none_of_those_waiting(word: str, titles: Iterable[str]) -> str:
    """Return that no figure from before the restart is called by a word, and which there are."""
    return f"No figure from before the restart is called {word!r}; there are {'; '.join(titles)}."
