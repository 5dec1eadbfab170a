"""Examples of plot states, as small and as full as they get."""

from __future__ import annotations


def plot_state(kernel_id="6ad0a3b2-6f0f-4a43-9a0c-52f4e4a7d5c1", **changes):
    """Return the state of a kernel that plots inline with Matplotlib's defaults, with some keys changed."""
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


def full_plot_state():
    """Return a state in which every key has something to say: ipympl, a style, a figure, an imperfect restore."""
    return plot_state(
        incarnation=3,
        status="partial",
        message="1 setting did not come back.",
        backend="widget",
        rc_params={
            "figure.dpi": 150,
            "figure.figsize": [8.0, 4.5],
            "axes.grid": True,
            "savefig.dpi": "figure",
            "text.hinting_factor": None,
        },
        inline={
            "figure_formats": ["svg"],
            "close_figures": False,
            "print_figure_kwargs": {"bbox_inches": None, "metadata": {"Date": None}},
            "rc": {"figure.facecolor": "white"},
        },
        aliases={"plt": "matplotlib.pyplot", "mpl": "matplotlib"},
        figures=[
            {
                "id": "1",
                "number": 1,
                "label": "spectrum",
                "names": ["fig", "ax"],
                "axes": 1,
                "bytes": 84057,
                "saved": True,
                "canvas": "2f1c7a",
                "open": True,
            }
        ],
        last_restore={
            "trigger": "crash",
            "at": "2026-11-22T08:15:30.250000+00:00",
            "took_ms": 12.3,
            "restored": ["backend", "rc_params", "inline", "aliases"],
            "missing": [{"what": "path.effects", "why": "Path effects are objects, which cannot be written as data."}],
        },
    )
