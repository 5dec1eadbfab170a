"""The toolbar of a figure: the history of its views and what the mouse does."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from .names import relies_on
from .pyplot import manager_of

Views = tuple[list[list[tuple[Any, ...]]], int]
"""A list of views, each a list of (axes, limits, positions), and the place in it."""


def _toolbar(figure: Any) -> Any:
    return getattr(manager_of(figure), "toolbar", None)


@relies_on(
    "matplotlib.backend_bases.NavigationToolbar2._nav_stack",
    since="Matplotlib 2.2",
    lost="Home, Back and Forward do nothing on a restored figure until it is zoomed again",
    instead="no history is saved or restored",
)
def _history(figure: Any) -> Any:
    return getattr(_toolbar(figure), "_nav_stack", None)


@relies_on(
    "matplotlib.cbook._Stack._elements",
    since="Matplotlib 3.6 or before, where the class is called `Stack`",
    lost="Home, Back and Forward do nothing on a restored figure until it is zoomed again",
    instead="no history is saved",
)
def _elements(history: Any) -> Any:
    return getattr(history, "_elements", ())


@relies_on(
    "matplotlib.cbook._Stack._pos",
    since="Matplotlib 3.6 or before, where the class is called `Stack`",
    lost="Back and Forward of a restored figure begin at the last view",
    instead="the place of the last view",
)
def _place(history: Any) -> int:
    return getattr(history, "_pos", len(_elements(history)) - 1)


def _move_to(history: Any, place: int) -> None:
    if hasattr(history, "_pos"):
        history._pos = place


def views(figure: Any) -> Views | None:
    """Return the history of views of a figure's toolbar, for `set_views`; None where there is none."""
    history = _history(figure)
    elements = _elements(history)
    if not elements:
        return None
    return [[(axes, *view) for axes, view in element.items()] for element in elements], _place(history)


def set_views(figure: Any, saved: Views) -> None:
    """Give a figure's toolbar the history that `views` returned."""
    history = _history(figure)
    if history is None:
        return
    elements, place = saved
    for element in elements:
        history.push(WeakKeyDictionary({axes: tuple(view) for axes, *view in element}))
    _move_to(history, place)
    _toolbar(figure).set_history_buttons()


@relies_on(
    "matplotlib.backend_bases.NavigationToolbar2.mode",
    since="Matplotlib 3.6 or before, an enumeration since 3.3",
    lost="Pan or Zoom, when they were switched on, are off on a restored figure",
    instead="the mouse counts as doing nothing",
)
def mouse_mode(figure: Any) -> str | None:
    """Return what the mouse does since the toolbar was used: ``pan`` or ``zoom``, as its method is called, or None."""
    mode = getattr(_toolbar(figure), "mode", None)
    return {"PAN": "pan", "ZOOM": "zoom"}.get(getattr(mode, "name", ""))


def set_mouse_mode(figure: Any, mode: str | None) -> None:
    """Set the mouse mode of a figure's new toolbar to what `mouse_mode` returned."""
    toolbar = _toolbar(figure)
    if toolbar is not None and mode is not None:
        getattr(toolbar, mode)()


def navigation(figure: Any) -> tuple[int, int, str | None]:
    """Return a value that changes when one of the toolbar's buttons is used."""
    history = _history(figure)
    return _place(history), len(_elements(history)), mouse_mode(figure)
