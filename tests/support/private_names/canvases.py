"""The private names of ipympl."""

from __future__ import annotations

from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import ipympl.backend_nbagg
from _jupyter_mpl_guard.internals import ipympl as canvases
from _jupyter_mpl_guard.internals import pyplot
from matplotlib.backends import backend_agg

from private_names.cases import canvas_of_ipympl, case, closed, ids, removed, replaced


@case("ipympl._version")
def ipympl_says_which_version_of_the_page_it_wants():
    assert "js_semver" in Path(find_spec(canvases.version_module()).origin).read_text()
    yield nullcontext()


@case("ipympl.backend_nbagg.Canvas")
def a_canvas_of_ipympl_can_be_made_again_under_its_ids():
    figure = canvas_of_ipympl()
    before, described = ids(figure), closed(figure)
    assert not canvases.is_open(figure)
    pyplot.give_canvas(figure, 51, described)
    assert canvases.is_open(figure)
    assert ids(figure) == before
    canvases.leave_open(figure)
    yield removed(ipympl.backend_nbagg, "Canvas")
    assert not canvases.is_open(figure)
    assert canvases.describe(figure) is None
    assert canvases.module_of(described) is None
    pyplot.give_canvas(figure, 51, described)
    canvases.leave_open(figure)
    assert type(figure.canvas) is backend_agg.FigureCanvasAgg


@case("ipympl.backend_nbagg.Toolbar")
def the_toolbar_of_a_canvas_is_a_widget_of_its_own():
    figure = canvas_of_ipympl()
    before, described = ids(figure), closed(figure)
    assert described.toolbar.model_id == before[2]
    yield replaced(canvases, "_toolbar_class", lambda: None)
    pyplot.give_canvas(figure, 52, described)
    kept = [position for position in range(4) if ids(figure)[position] == before[position]]
    assert kept == [0, 1, 3]


@case("ipympl.backend_nbagg.Canvas._closed")
def a_canvas_knows_whether_it_has_been_shown():
    figure = canvas_of_ipympl()
    assert canvases.describe(figure).closed is True
    figure.canvas.manager.show()
    assert canvases.describe(figure).closed is False
    described = closed(figure)
    described = described._replace(closed=False)
    pyplot.give_canvas(figure, 53, described)
    assert canvases.describe(figure).closed is False
    yield removed(ipympl.backend_nbagg.Canvas, "_closed")
    figure = canvas_of_ipympl()
    assert canvases.describe(figure).closed is True
    canvases.settle(figure, described)


@case("ipympl.backend_nbagg.Canvas._size")
def a_canvas_tells_the_page_its_size():
    figure = canvas_of_ipympl()
    described = closed(figure)
    sizes = []
    with replaced(canvases, "_set_size", lambda canvas, figure: sizes.append((canvas._size, set_size(canvas, figure)))):
        pyplot.give_canvas(figure, 54, described)
    assert len(sizes) == 1
    assert tuple(figure.canvas._size) == tuple(figure.get_size_inches() * figure.dpi)
    assert "_size" in type(figure.canvas).class_traits(sync=True)
    yield nullcontext()
    canvases._set_size(SimpleNamespace(has_trait=lambda name: False), figure)


set_size = canvases._set_size


@case("ipympl.backend_nbagg.Toolbar._current_action")
def the_button_that_looks_pressed_is_a_trait_that_travels():
    figure = canvas_of_ipympl()
    figure.canvas.toolbar._current_action = "pan"
    described = closed(figure)
    assert described.toolbar.traits["_current_action"] == "pan"
    pyplot.give_canvas(figure, 55, described)
    assert figure.canvas.toolbar._current_action == "pan"
    yield nullcontext()
    described = closed(figure)
    described.toolbar.traits["_gone"] = "pan"
    pyplot.give_canvas(figure, 56, described)
