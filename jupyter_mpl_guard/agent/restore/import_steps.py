"""The import of Matplotlib in small pieces, while the kernel is idle before a restore."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

STEPS = (
    "numpy",
    "numpy.ma",
    "PIL.Image",
    "pyparsing",
    "cycler",
    "kiwisolver",
    "contourpy",
    "dateutil.rrule",
    "matplotlib",
    "matplotlib.cm",
    "matplotlib.text",
    "matplotlib.image",
    "matplotlib.axes",
    "matplotlib.projections",
    "matplotlib.figure",
    "matplotlib.pyplot",
)
"""What ``import matplotlib.pyplot`` imports anyway, cut into pieces of 10-100 ms between which a cell can run."""

WIDGET_STEPS = ("ipywidgets",)
"""The same for ipympl, without ipympl itself: importing that chooses the backend."""


def steps(*, with_widgets: bool) -> list[Callable[[], Any]]:
    """Return pieces of work of 10-100 ms that import Matplotlib, with what ipympl needs or without."""
    return [partial(import_module, step) for step in (*STEPS, *(WIDGET_STEPS if with_widgets else ()))]
