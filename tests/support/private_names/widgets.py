"""The private names of ipywidgets and comm."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace

import ipywidgets
from _jupyter_mpl_guard.internals import ipympl as canvases
from _jupyter_mpl_guard.internals import ipywidgets as widgets

from private_names.cases import canvas_of_ipympl, case, removed, replaced


@case("ipywidgets.Widget._widget_construction_callback")
def whoever_listens_for_new_widgets_is_known():
    before, others, ours = widgets._construction_callback(), [], []
    ipywidgets.Widget.on_widget_constructed(others.append)
    try:
        with widgets.constructed_widgets(ours.append):
            layout = ipywidgets.Layout()
        assert (others, ours) == ([layout], [layout])
        ipywidgets.Layout()
        assert (len(others), len(ours)) == (2, 1)
    finally:
        ipywidgets.Widget.on_widget_constructed(before)
    yield removed(ipywidgets.Widget, "_widget_construction_callback")
    with widgets.constructed_widgets(ours.append):
        ipywidgets.Layout()
    assert len(ours) == 2


@case("ipywidgets.Widget._model_id")
def a_widget_takes_an_id_before_its_comm_opens():
    with widgets.constructed_widgets(lambda widget: widgets.choose_model_id(widget, "chosen")):
        layout = ipywidgets.Layout()
    assert (layout.model_id, layout.comm.comm_id) == ("chosen", "chosen")
    assert widgets.is_comm_open("chosen")
    layout.close()
    assert not widgets.is_comm_open("chosen")
    yield nullcontext()
    widgets.choose_model_id(SimpleNamespace(), "chosen")


@case("ipywidgets.DOMWidget._dom_classes")
def the_classes_of_a_widget_are_a_trait_that_travels():
    figure = canvas_of_ipympl()
    figure.canvas.add_class("mine")
    assert canvases.describe(figure).canvas.traits["_dom_classes"] == ["mine"]
    yield nullcontext()
    assert canvases._traits(ipywidgets.Layout(width="3px")) == {"width": "3px"}  # which has no such trait


@case("comm.base_comm.CommManager.comms")
def the_open_comms_are_known_by_id():
    layout = ipywidgets.Layout()
    assert widgets.is_comm_open(layout.comm.comm_id)
    assert not widgets.is_comm_open("other")
    yield replaced(widgets, "comm_manager", SimpleNamespace)
    assert not widgets.is_comm_open(layout.comm.comm_id)


@case("comm.base_comm.BaseComm._closed")
def a_comm_that_counts_as_closed_says_nothing_when_it_is_closed():
    layout = ipywidgets.Layout()
    comm = layout.comm
    assert comm._closed is False
    widgets.keep_registered(comm)
    widgets.comm_manager().unregister_comm(comm)
    comm.handle_close({"content": {}})
    assert widgets.is_comm_open(comm.comm_id)
    widgets.leave_open_in_pages(comm)
    comm.close()
    assert widgets.is_comm_open(comm.comm_id)  # closing it would have unregistered it
    yield nullcontext()
    widgets.leave_open_in_pages(SimpleNamespace())
