"""Examples of plot states, as small and as full as they get."""

from __future__ import annotations


def plot_state(kernel_id="6ad0a3b2-6f0f-4a43-9a0c-52f4e4a7d5c1", **changes):
    """Give the state of a kernel that plots inline with Matplotlib's defaults, with some keys changed."""
    return {
        "version": 1,
        "kernel_id": kernel_id,
        "incarnation": 1,
        "status": "live",
        "message": "",
        "backend": "inline",
        "interactive": True,
        "rc_params": {},
        "inline": {"figure_formats": ["png"], "close_figures": True, "print_figure_kwargs": {}, "rc": {}},
        "aliases": {"plt": "matplotlib.pyplot"},
        "figures": [],
        "last_restore": None,
        **changes,
    }
