"""The plot state: what the agent reports about a kernel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

VERSION = 1

MIME = "application/vnd.jupyter-mpl-guard.plot-state+json"
"""MIME type of the plot state in the iopub message."""

DISPLAY_ID = "jupyter-mpl-guard"
"""Display id that no output has: clients pass the message on and draw nothing."""

TOPIC = b"jupyter-mpl-guard"
"""Topic under which the agent publishes on iopub: a subscriber to it alone receives nothing else of the kernel."""

EMPTY_INLINE = {
    "figure_formats": ["png"],
    "close_figures": True,
    "print_figure_kwargs": {"bbox_inches": "tight"},
    "rc": {},
}
"""Configuration of an inline backend that has been neither configured nor used."""

EMPTY_SETTINGS = {"backend": None, "interactive": False, "rc_params": {}, "inline": EMPTY_INLINE, "aliases": {}}
"""Settings of a kernel that has not imported Matplotlib."""


class Status(str, Enum):
    """The status of a plot state; the schema says what each means."""

    UNSUPPORTED = "unsupported"
    ABSENT = "absent"
    LIVE = "live"
    RESTORING = "restoring"
    RESTORED = "restored"
    PARTIAL = "partial"
    OFFERED = "offered"
    PENDING = "pending"
    PAUSED = "paused"
    ERROR = "error"


FINAL = tuple(each for each in Status if each not in (Status.UNSUPPORTED, Status.RESTORING, Status.PENDING))
"""Statuses with which a restore ends."""

UNSUPPORTED = {"status": Status.UNSUPPORTED.value}
"""Answer of the agent in a Python that is not run by ipykernel."""

PAUSED_BY_USER = (
    "Plotting settings and figures are not kept for this kernel: it was paused. Resume it to have them kept."
)
"""Message of a plot state whose kernel the user has paused, over HTTP or in a cell."""

NO_DATA: dict[str, Any] = {"saved": 0, "bytes": 0, "waiting": [], "unsaved": []}
"""The plot state's entry for data where there is none."""


def compose(
    kernel_id: str,
    incarnation: int,
    status: Status,
    message: str = "",
    figures: Iterable[Mapping[str, Any]] = (),
    last_restore: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] = NO_DATA,
    **captured: Any,
) -> dict[str, Any]:
    """Return a plot state; keys that are not given are those of a kernel without Matplotlib.

    Parameters
    ----------
    kernel_id : str
        The kernel's id.
    incarnation : int
        Counts the lives of the kernel process from 1.
    message : str
        One sentence for a person, "" when there is nothing to say.
    figures : iterable of mapping
        The figures as the schema has them.
    last_restore : mapping or None
        What the last restore of this incarnation did, see `report.RestoreReport.to_json`.
    data : mapping
        The data as the schema has it.
    **captured
        The keys of `EMPTY_SETTINGS`.
    """
    return {
        "version": VERSION,
        "kernel_id": kernel_id,
        "incarnation": incarnation,
        "status": status.value,
        "message": message,
        **EMPTY_SETTINGS,
        **captured,
        "figures": list(figures),
        "data": dict(data),
        "last_restore": last_restore,
    }


def holds_something(state: Mapping[str, Any]) -> bool:
    """Return whether a plot state has any settings to restore."""
    return any(state.get(key) for key in ("backend", "rc_params", "aliases"))
