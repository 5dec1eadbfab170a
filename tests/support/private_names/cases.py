"""What a case is, and what several of them need."""

from __future__ import annotations

import json
from contextlib import contextmanager
from functools import partial

import ipympl.backend_nbagg
from _jupyter_mpl_guard.internals import ipympl as canvases
from IPython import get_ipython
from matplotlib.figure import Figure

cases = {}

shell = get_ipython()


def case(name):
    """Return a decorator for the case of a private name."""
    return partial(cases.setdefault, name)


@contextmanager
def removed(owner, name):
    """Remove one of an object's own attributes until the block ends."""
    value = vars(owner)[name]
    delattr(owner, name)
    try:
        yield
    finally:
        setattr(owner, name, value)


@contextmanager
def replaced(owner, name, value):
    """Replace an object's attribute until the block ends."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


def canvas_of_ipympl():
    """Return a figure with axes and a canvas of ipympl, which pyplot does not hold."""
    figure = Figure()
    figure.add_subplot()
    ipympl.backend_nbagg.new_figure_manager_given_figure(50, figure)
    return figure


def ids(figure):
    """Return the ids of the four widgets of a canvas."""
    canvas = figure.canvas
    return [each.model_id for each in (canvas, canvas.layout, canvas.toolbar, canvas.toolbar.layout)]


def closed(figure):
    """Return what is described of a figure's canvas, after closing that."""
    described = canvases.Widgets.from_data(json.loads(json.dumps(canvases.describe(figure).to_data())))
    for widget in (figure.canvas.toolbar.layout, figure.canvas.toolbar, figure.canvas.layout, figure.canvas):
        widget.close()
    return described


def handler(*arguments):
    """Do nothing."""
