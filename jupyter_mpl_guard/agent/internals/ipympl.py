"""ipympl's canvases: described while they live, and made again under their old ids, so that the page finds them.

A canvas is four widgets: the canvas itself, its toolbar, and a layout of each. An output of a notebook says only the id
of the canvas. Where a widget of that id is there again, with its three companions, the output is alive again in every
page, without a byte of the notebook having changed.
"""

import json
import sys
from contextlib import contextmanager
from functools import cache
from importlib import import_module

PUBLIC_SETTER = frozenset({"_dom_classes", "_current_action"})
"""Traits with private names that a user sets all the same: `DOMWidget.add_class`, the toolbar's Pan and Zoom."""

OTHERS = frozenset({"layout", "toolbar"})
"""Traits that hold another widget."""


def describe(figure):
    """Return what is needed to make the canvas of a figure again, as JSON data.

    Returns
    -------
    dict or None
        ``canvas``, ``canvas_layout``, ``toolbar`` and ``toolbar_layout`` are each a list of the widget's id and of
        those of its traits that are not as they are by default; ``closed`` is whether `Figure.show` would display it.
        None for a figure that has no open canvas of ipympl's.
    """
    if not is_open(figure):
        return None
    canvas = figure.canvas
    # Private, since ipympl 0.6; without it a figure may be displayed once more when it is shown.
    described: dict = {"closed": bool(getattr(canvas, "_closed", True))}
    for name, widget in (("canvas", canvas), ("toolbar", canvas.toolbar)):
        if widget is not None and widget.comm is not None:
            described[name] = [widget.model_id, _traits(widget)]
            described[name + "_layout"] = [widget.layout.model_id, _traits(widget.layout)]
    return described


def is_open(figure):
    """Tell whether a figure has a canvas of ipympl's that pages can show."""
    module = sys.modules.get("ipympl.backend_nbagg")
    return module is not None and isinstance(figure.canvas, module.Canvas) and figure.canvas.comm is not None


def module_of(described):
    """Return the backend's module that makes a described canvas, None where there is none or it is not installed.

    A figure that was made under ``%matplotlib widget`` has its canvas although another backend may be in force now.
    """
    if described is None:
        return None
    from matplotlib import pyplot, rcParams

    chosen = dict.get(rcParams, "backend")
    try:
        module = import_module("ipympl.backend_nbagg")
    except Exception:
        return None
    # Importing ipympl for the first time makes it the backend in force.
    if isinstance(chosen, str) and dict.get(rcParams, "backend") != chosen:
        pyplot.switch_backend(chosen)
    return module


@contextmanager
def again(figure, described):
    """Have the widgets that are made for a figure inside of the block take the place of those that were described.

    `Widget.on_widget_constructed` (ipywidgets, public since 4.0) is called before a widget's comm opens: then the id
    can still be chosen, and the traits go into the same message. It has one slot: whoever has it now is called as well.
    """
    if described is None:
        yield
        return
    module, widgets = (import_module(name) for name in ("ipympl.backend_nbagg", "ipywidgets"))
    layouts = ["canvas_layout", "toolbar_layout"]
    waiting = {module.Canvas: ["canvas"], module.Toolbar: ["toolbar"], widgets.Layout: layouts}
    # Private, since ipywidgets 4; without it another listener is not called for the time of the block.
    before = getattr(widgets.Widget, "_widget_construction_callback", None)

    def constructed(widget):
        if before is not None:
            before(widget)
        names = waiting.get(type(widget))
        if names:
            model_id, traits = described.get(names.pop(0), (None, {}))
            if model_id is not None and not _is_taken(model_id):
                # Private, since ipywidgets 4, and what `Widget(model_id=...)` sets; ipympl's canvas does not take that.
                widget._model_id = model_id
            for name, value in traits.items():
                if widget.has_trait(name):
                    setattr(widget, name, value)
            if isinstance(widget, module.Canvas):
                # The page has it at this size until the first picture comes (private, since ipympl 0.5).
                widget._size = tuple(figure.get_size_inches() * figure.dpi)

    widgets.Widget.on_widget_constructed(constructed)
    try:
        yield
    finally:
        widgets.Widget.on_widget_constructed(before)


def settle(figure, described):
    """Have a canvas that was made again stay, and count as shown where it has been: its outputs are on the page."""
    figure.canvas._closed = described["closed"]
    for widget in _widgets(figure.canvas):
        _keep_registered(widget.comm)


def leave_open(figure):
    """Let a page keep what it shows of a figure when the kernel ends; to be called before pyplot closes its figures.

    A page takes a closed canvas off, and its id out of the output that it was in.
    """
    if is_open(figure):
        for widget in _widgets(figure.canvas):
            widget.comm._closed = True  # private, in `comm` as in ipykernel's own; all that `close` looks at


def _traits(widget):
    """Return the synchronized traits that are not as they are by default and that JSON can hold."""
    changed: dict = {}
    for name, default in _defaults(widget.__class__).items():
        value = getattr(widget, name)
        if value != default:
            try:
                changed[name] = json.loads(json.dumps(value, allow_nan=False))
            except (TypeError, ValueError):
                pass
    return changed


@cache
def _defaults(kind):
    traits = {name: trait for name, trait in kind.class_traits(sync=True).items() if name not in OTHERS}
    return {name: trait.default() for name, trait in traits.items() if name[0] != "_" or name in PUBLIC_SETTER}


def _widgets(canvas):
    owners = [widget for widget in (canvas, canvas.toolbar) if widget is not None]
    return [each for owner in owners for each in (owner, owner.layout) if each.comm is not None]


def _is_taken(comm_id):
    return comm_id in getattr(_comms(), "comms", ())


def _comms():
    """Return who knows the open comms; None where nobody does."""
    from IPython import get_ipython

    return getattr(get_ipython().kernel, "comm_manager", None)


def _keep_registered(comm):
    """Keep the kernel's end of a comm although a page closes its own.

    A page that is being loaded has a connection before it has a widget manager, and JupyterLab answers a comm that
    nobody takes by closing it: the canvas would be deaf for the page that comes to want it a moment later.
    """

    def closed(message):
        if not _is_taken(comm.comm_id) and _comms() is not None:
            comm._closed = False  # see `leave_open`
            _comms().register_comm(comm)

    comm.on_close(closed)
