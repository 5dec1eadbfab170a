"""The picklers of figures: a quick one for figures of installed classes only, and a thorough one for all others.

cloudpickle runs Python code for each of a figure's thousand objects, which takes half of the time; most figures hold
nothing that plain pickle could not handle.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from .picklers import reductions
from .picklers.quick import quick_class
from .picklers.thorough import thorough_class
from .sink import Sink


def quick(sink: Sink, task: reductions.PicklingTask) -> Any:
    """Return a pickler that leaves code to plain pickle, which refers to it by its name.

    Parameters
    ----------
    sink : sink.Sink
        Has to refuse what refers to ``__main__``: a function from a cell is pickled by value.
    task : reductions.PicklingTask
        What is pickled.
    """
    return _made(quick_class)(sink, task)


def thorough(sink: Sink, task: reductions.PicklingTask) -> Any:
    """Return a pickler that includes code from cells and leaves out what cannot be pickled.

    Parameters
    ----------
    sink : sink.Sink
        Where the bytes go.
    task : reductions.PicklingTask
        What is pickled.
    """
    return _made(thorough_class)(sink, task)


def prepare(*, thoroughly: bool = False) -> None:
    """Prepare what the first checkpoint needs, so that it takes no longer than the next.

    Parameters
    ----------
    thoroughly : bool
        Whether that includes cloudpickle, which takes 20 ms and which most figures can do without.
    """
    _made(thorough_class if thoroughly else quick_class)


_classes: dict[tuple[Any, ...], type] = {}


def _made(make: Callable[[reductions.ByClass], type]) -> type[Any]:
    """Return a class of picklers; what it does depends on what is imported, so it is made when it is first needed."""
    key = make, "ipywidgets" in sys.modules, "matplotlib.animation" in sys.modules
    if key not in _classes:
        _classes[key] = make(reductions.table())
    return _classes[key]
