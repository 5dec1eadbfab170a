"""The plot state: the one document that the agent, the server and the page all speak."""

VERSION = 1

MIME = "application/vnd.jupyter-mpl-guard.plot-state+json"
"""MIME type of the plot state in the iopub message."""

DISPLAY_ID = "jupyter-mpl-guard"
"""Display id that no output has: clients hand the message on and draw nothing."""

EMPTY_INLINE = {
    "figure_formats": ["png"],
    "close_figures": True,
    "print_figure_kwargs": {"bbox_inches": "tight"},
    "rc": {},
}
"""What the plot state says of an inline backend that nobody has configured or used."""

EMPTY_SETTINGS = {"backend": None, "interactive": False, "rc_params": {}, "inline": EMPTY_INLINE, "aliases": {}}
"""The settings of a kernel that has not imported Matplotlib."""

FINAL = ("absent", "live", "restored", "partial", "offered", "paused", "error")
"""Statuses at which a restore has come to its end."""


UNSUPPORTED = {"status": "unsupported"}
"""What the agent answers in a Python that is not run by ipykernel."""


def compose(kernel_id, incarnation, status, message="", figures=(), last_restore=None, **captured):
    """Return a plot state; keys that are not given are those of a kernel without Matplotlib.

    Parameters
    ----------
    kernel_id : str
        The kernel's id.
    incarnation : int
        Counts the lives of the kernel process from 1.
    status : str
        One of the schema's statuses.
    message : str
        One sentence for a person, "" when there is nothing to say.
    figures : sequence of dict
        The figures as the schema has them.
    last_restore : dict or None
        What the last restore of this incarnation did.
    **captured
        The keys of `EMPTY_SETTINGS`.
    """
    return {
        "version": VERSION,
        "kernel_id": kernel_id,
        "incarnation": incarnation,
        "status": status,
        "message": message,
        **EMPTY_SETTINGS,
        **captured,
        "figures": list(figures),
        "last_restore": last_restore,
    }


def holds_something(state):
    """Tell whether a plot state has anything to bring back."""
    return any(state.get(key) for key in ("backend", "rc_params", "aliases"))
