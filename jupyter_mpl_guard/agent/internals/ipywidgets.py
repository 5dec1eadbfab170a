"""Widgets of ipywidgets under ids that are chosen for them, and the comms that connect them with pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Callable

from .names import relies_on


@relies_on(
    "ipykernel.ipkernel.IPythonKernel.comm_manager",
    since="ipykernel 6.7 or before",
    lost="a canvas that a page closes while it loads has to be displayed again",
    instead="no comm counts as open, and none is registered again",
)
def comm_manager() -> Any:
    """Return the manager of the open comms of this kernel, None where there is none."""
    from IPython import get_ipython

    return getattr(getattr(get_ipython(), "kernel", None), "comm_manager", None)


@relies_on(
    "ipywidgets.Widget._widget_construction_callback",
    since="ipywidgets 4",
    lost="another listener of `Widget.on_widget_constructed` is not called any more once a canvas is restored",
    instead="nobody counts as listening",
)
def _construction_callback() -> Any:
    return getattr(import_module("ipywidgets").Widget, "_widget_construction_callback", None)


@contextmanager
def constructed_widgets(callback: Callable[[Any], None]) -> Iterator[None]:
    """Call a function with each widget that is created inside the block, before its comm opens.

    `Widget.on_widget_constructed` (public) has one slot: its present callback is called as well, and is restored.
    """
    widgets, before = import_module("ipywidgets"), _construction_callback()

    def constructed(widget: Any) -> None:
        if before is not None:
            before(widget)
        callback(widget)

    widgets.Widget.on_widget_constructed(constructed)
    try:
        yield
    finally:
        widgets.Widget.on_widget_constructed(before)


@relies_on(
    "ipywidgets.Widget._model_id",
    since="ipywidgets 4; `Widget(model_id=...)` sets it, which ipympl's canvas does not take",
    lost="outputs of earlier incarnations stay dead; the restored canvas has to be displayed by a cell",
    instead="the widget has an id of its own",
)
def choose_model_id(widget: Any, model_id: str) -> None:
    """Give a widget that is being constructed its id."""
    widget._model_id = model_id


@relies_on(
    "ipywidgets.DOMWidget._dom_classes",
    since="ipywidgets 4; `DOMWidget.add_class` sets it",
    lost="a canvas comes back without the CSS classes that were added to it",
    instead="the trait is passed over",
)
def settable_private_traits() -> frozenset[str]:
    """Return the traits of widgets that have private names and that a user sets all the same."""
    return frozenset({"_dom_classes"})


@relies_on(
    "comm.base_comm.CommManager.comms",
    since="ipykernel 6.7 or before; now in comm, since 0.1",
    lost="where a canvas of the same id is alive, the restored one takes its place",
    instead="no comm counts as open",
)
def is_comm_open(comm_id: str) -> bool:
    """Return whether the kernel has an open comm of this id."""
    return comm_id in getattr(comm_manager(), "comms", ())


@relies_on(
    "comm.base_comm.BaseComm._closed",
    since="ipykernel 6.7 or before; now in comm, since 0.1; all that `BaseComm.close` looks at",
    lost="when a kernel ends properly, an open page takes a canvas off its output until it is restored",
    instead="the comm is closed as always",
)
def _mark_closed(comm: Any, closed: bool) -> None:
    comm._closed = closed


def leave_open_in_pages(comm: Any) -> None:
    """Keep a comm from notifying pages when it is closed."""
    _mark_closed(comm, True)


def keep_registered(comm: Any) -> None:
    """Keep the kernel's end of a comm although a page closes its own.

    A page that is being loaded has a connection before it has a widget manager, and JupyterLab answers a comm
    without a handler by closing it: the canvas would get no message of the page that needs it a moment later.
    """

    def closed(message: Any) -> None:
        manager = comm_manager()
        if manager is not None and not is_comm_open(comm.comm_id):
            _mark_closed(comm, False)
            manager.register_comm(comm)

    comm.on_close(closed)
