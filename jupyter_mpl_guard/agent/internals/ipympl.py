"""ipympl's canvases: described while they live, and made again under their old ids, so that the page finds them.

A canvas is four widgets: the canvas itself, its toolbar, and a layout of each. An output of a notebook has only the id
of the canvas. Where a widget of that id is there again, with its three companions, the output is alive again in every
page, without a byte of the notebook having changed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from .ipywidgets import (
    choose_model_id,
    constructed_widgets,
    is_comm_open,
    keep_registered,
    leave_open_in_pages,
    settable_private_traits,
)
from .names import relies_on
from .registries import parameter

HOLDS_WIDGET = frozenset({"layout", "toolbar"})
"""Traits that hold another widget."""


class Widget(NamedTuple):
    """A widget's id, and those of its traits that differ from their defaults, as JSON data."""

    model_id: str
    traits: dict[str, Any]


class Widgets(NamedTuple):
    """What is needed to recreate the canvas of a figure.

    Attributes
    ----------
    closed : bool
        Whether `Figure.show` would display the canvas.
    canvas, canvas_layout, toolbar, toolbar_layout : Widget or None
        The widgets, None for one that no page can show.
    """

    closed: bool
    canvas: Widget | None = None
    canvas_layout: Widget | None = None
    toolbar: Widget | None = None
    toolbar_layout: Widget | None = None

    def is_canvas_of(self, figure: Any) -> bool:
        """Return whether a figure has the canvas, or has it again."""
        return self.canvas is not None and getattr(figure.canvas, "model_id", None) == self.canvas.model_id

    def to_data(self) -> dict[str, Any]:
        """Return it as JSON data."""
        widgets = {name: list(value) for name, value in self._asdict().items() if isinstance(value, Widget)}
        return {"closed": self.closed, **widgets}

    @classmethod
    def from_data(cls, data: Any) -> Widgets:
        """Return the widgets for what `to_data` returned.

        Raises
        ------
        ValueError
            If the data is not of that form; the text is the name of the part that is not.
        """
        if not isinstance(data, dict) or type(data.get("closed")) is not bool:
            raise ValueError("closed")
        widgets = {name: data[name] for name in cls._fields if name != "closed" and name in data}
        for name, each in widgets.items():
            if not (isinstance(each, list) and list(map(type, each)) == [str, dict]):
                raise ValueError(name)
        return cls(data["closed"], **{name: Widget(*each) for name, each in widgets.items()})


@relies_on(
    "ipympl._version",
    since="ipympl 0.9 or before",
    lost="the diagnosis does not say that ipympl's halves in kernel and page do not fit",
    instead="no version of the page's half counts as wanted",
)
def version_module() -> str:
    """Return the name of the module whose text states which version of its half in the page ipympl needs."""
    return "ipympl._version"


@relies_on(
    "ipympl.backend_nbagg.Canvas",
    since="ipympl 0.9 or before",
    lost="canvases do not come back: figures get one of the backend in force",
    instead="no figure counts as having a canvas of ipympl",
)
def _canvas_class() -> Any:
    return getattr(sys.modules.get("ipympl.backend_nbagg"), "Canvas", None)


@relies_on(
    "ipympl.backend_nbagg.Toolbar",
    since="ipympl 0.9 or before",
    lost="the toolbar of a canvas that is on a page stays dead",
    instead="the toolbar has an id of its own",
)
def _toolbar_class() -> Any:
    return getattr(sys.modules.get("ipympl.backend_nbagg"), "Toolbar", None)


def is_open(figure: Any) -> bool:
    """Return whether a figure has a canvas of ipympl that pages can show."""
    kind = _canvas_class()
    return kind is not None and isinstance(figure.canvas, kind) and figure.canvas.comm is not None


@relies_on(
    "ipympl.backend_nbagg.Canvas._closed",
    since="ipympl 0.6",
    lost="a restored canvas is displayed once more by `Figure.show`",
    instead="the canvas counts as never shown",
)
def _never_shown(canvas: Any) -> bool:
    return bool(getattr(canvas, "_closed", True))


def describe(figure: Any) -> Widgets | None:
    """Return what is needed to recreate the canvas of a figure, None where it is not an open one of ipympl."""
    if not is_open(figure):
        return None
    canvas = figure.canvas
    return Widgets(_never_shown(canvas), *_described(canvas), *_described(canvas.toolbar))


def _described(widget: Any) -> tuple[Widget | None, Widget | None]:
    """Return a widget and its layout."""
    if widget is None or widget.comm is None:
        return None, None
    return Widget(widget.model_id, _traits(widget)), Widget(widget.layout.model_id, _traits(widget.layout))


def module_of(described: Widgets | None) -> Any:
    """Return the backend's module that makes a described canvas, None where there is none or it is not installed.

    A figure that was made under ``%matplotlib widget`` has its canvas although another backend may be in force now.
    """
    if described is None:
        return None
    from matplotlib import pyplot, rcParams

    chosen = parameter(rcParams, "backend")
    try:
        module = import_module("ipympl.backend_nbagg")
    except Exception:
        return None
    # Importing ipympl for the first time makes it the backend in force.
    if isinstance(chosen, str) and parameter(rcParams, "backend") != chosen:
        pyplot.switch_backend(chosen)
    return module if _canvas_class() is not None else None


@contextmanager
def again(figure: Any, described: Widgets | None) -> Iterator[None]:
    """Make the widgets that are created for a figure inside the block replace those that were described.

    Before a widget's comm opens, its id can still be chosen, and its traits go into the same message.
    """
    if described is None:
        yield
        return
    waiting = {
        _canvas_class(): [described.canvas],
        _toolbar_class(): [described.toolbar],
        import_module("ipywidgets").Layout: [described.canvas_layout, described.toolbar_layout],
    }

    def constructed(widget: Any) -> None:
        before = waiting.get(type(widget))
        if before:
            again = before.pop(0)
            if again is not None:
                _give_identity(widget, again)
            if isinstance(widget, _canvas_class()):
                _set_size(widget, figure)

    with constructed_widgets(constructed):
        yield


def _give_identity(widget: Any, again: Widget) -> None:
    """Give a widget that is being constructed the id and traits of one that was described."""
    if not is_comm_open(again.model_id):
        choose_model_id(widget, again.model_id)
    for name, value in again.traits.items():
        if widget.has_trait(name):
            setattr(widget, name, value)


@relies_on(
    "ipympl.backend_nbagg.Canvas._size",
    since="ipympl 0.5",
    lost="a restored canvas is of no size on a page until its first picture comes",
    instead="the canvas finds its size out by itself",
)
def _set_size(canvas: Any, figure: Any) -> None:
    if canvas.has_trait("_size"):
        canvas._size = tuple(figure.get_size_inches() * figure.dpi)


def settle(figure: Any, described: Widgets) -> None:
    """Keep a recreated canvas registered, and mark it as shown where it has been: its outputs are on the page."""
    figure.canvas._closed = described.closed
    for widget in _widgets(figure.canvas):
        keep_registered(widget.comm)


def leave_open(figure: Any) -> None:
    """Keep what pages show of a figure when the kernel ends; to be called before pyplot closes its figures.

    A page removes a closed canvas, and its id from the output that it was in.
    """
    if is_open(figure):
        for widget in _widgets(figure.canvas):
            leave_open_in_pages(widget.comm)


def _traits(widget: Any) -> dict[str, Any]:
    """Return the synchronized traits that differ from their defaults and that JSON can hold."""
    changed: dict[str, Any] = {}
    for name, default in _defaults(widget.__class__).items():
        value = getattr(widget, name)
        if value != default:
            try:
                changed[name] = json.loads(json.dumps(value, allow_nan=False))
            except (TypeError, ValueError):
                pass
    return changed


@cache
def _defaults(kind: Any) -> dict[str, Any]:
    traits = {name: trait for name, trait in kind.class_traits(sync=True).items() if name not in HOLDS_WIDGET}
    settable = settable_private_traits() | _settable_private_traits()
    return {name: trait.default() for name, trait in traits.items() if name[0] != "_" or name in settable}


@relies_on(
    "ipympl.backend_nbagg.Toolbar._current_action",
    since="ipympl 0.9 or before; the page sets it when Pan or Zoom is clicked",
    lost="the button Pan or Zoom of a restored canvas does not look pressed",
    instead="the trait is passed over",
)
def _settable_private_traits() -> frozenset[str]:
    return frozenset({"_current_action"})


def _widgets(canvas: Any) -> list[Any]:
    owners = [widget for widget in (canvas, canvas.toolbar) if widget is not None]
    return [each for owner in owners for each in (owner, owner.layout) if each.comm is not None]
