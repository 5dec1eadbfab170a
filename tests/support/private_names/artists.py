"""The private names of artists and what is pickled of them."""

from __future__ import annotations

import pickle
from contextlib import nullcontext
from functools import partial

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from _jupyter_mpl_guard.internals import artists
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D, Bbox, TransformedBbox, TransformNode
from matplotlib.tri import Triangulation

from private_names.cases import case, removed


@case("matplotlib.artist.Artist.stale_callback")
def a_figure_calls_back_when_it_becomes_stale():
    calls = []
    figure = plt.figure()
    line = figure.add_subplot().plot([1, 2])[0]
    figure.stale = False
    artists.set_stale_callback(figure, lambda *what: calls.append(what))
    line.set_color("red")
    assert (figure, True) in calls
    yield nullcontext()
    assert artists.stale_callback(object()) is None


@case("matplotlib.transforms.TransformNode._parents")
def loaded_transforms_keep_no_parents_alive():
    inner, unit = Affine2D(), Bbox.unit()
    inner, unit, outer = pickle.loads(pickle.dumps((inner, unit, TransformedBbox(unit, inner))))
    artists.let_parents_go([inner, unit, outer, "not a transform"])
    assert outer.x0 == 0
    inner.translate(1, 0)
    assert outer.x0 == 1
    del outer
    assert inner._parents == unit._parents == {}
    yield nullcontext()
    artists.let_parents_go([TransformNode.__new__(TransformNode)])


@case("matplotlib.patches.Patch._original_facecolor")
@case("matplotlib.patches.Patch._original_edgecolor")
def a_patch_has_the_colors_that_it_was_given():
    patch = Rectangle((0, 0), 1, 1, facecolor="white", edgecolor="red", alpha=0.5)
    colors = artists.colors_as_set(patch)
    patch.set(facecolor=patch.get_facecolor(), edgecolor=patch.get_edgecolor())
    artists.set_colors_back(patch, colors)
    patch.set_alpha(None)
    assert (patch.get_facecolor(), patch.get_edgecolor()) == ((1, 1, 1, 1), (1, 0, 0, 1))
    yield nullcontext()
    assert artists.colors_as_set(object()) == {}


def loaded():
    """Return a figure that has been pickled, with a line and a title, and these two."""
    figure = Figure()
    line, title = figure.add_subplot().plot([1, 2])[0], figure.suptitle("title")
    figure, line, title = pickle.loads(pickle.dumps((figure, line, title)))
    assert artists.stale_callback(line) is artists.stale_callback(title) is None
    figure.findobj()  # makes what Matplotlib makes when it is asked for
    return figure, line, title


@case("matplotlib.artist._stale_axes_callback")
def a_change_in_axes_makes_their_figure_stale():
    figure, line, _ = loaded()
    artists.connect_artists(figure)
    figure.stale = False
    line.set_color("red")
    assert figure.stale
    figure, line, _ = loaded()
    yield removed(matplotlib.artist, "_stale_axes_callback")
    artists.connect_artists(figure)
    assert artists.stale_callback(line) is None


@case("matplotlib.figure._stale_figure_callback")
def a_change_outside_of_axes_makes_the_figure_stale():
    figure, _, title = loaded()
    artists.connect_artists(figure)
    figure.stale = False
    title.set_color("red")
    assert figure.stale
    figure, _, title = loaded()
    yield removed(matplotlib.figure, "_stale_figure_callback")
    artists.connect_artists(figure)
    assert artists.stale_callback(title) is None


@case("matplotlib.figure.Figure._axstack")
def a_figure_knows_its_current_axes_without_making_any():
    figure = Figure()
    assert artists.current_axes(figure) == id(None)
    first, second = figure.subplots(1, 2)
    assert artists.current_axes(figure) == id(second)
    figure.sca(first)
    assert artists.current_axes(figure) == id(first)
    yield removed(figure, "_axstack")
    assert artists.current_axes(figure) is None


@case("matplotlib.backends._backend_agg.BufferRegion")
def a_background_that_is_saved_for_blitting_is_of_a_class_of_its_own():
    figure = plt.figure()
    assert artists.is_saved_background(type(figure.canvas.copy_from_bbox(figure.bbox)))
    yield nullcontext()
    assert not artists.is_saved_background(object)


@case("matplotlib.image.AxesImage._imcache")
def an_image_keeps_the_picture_that_it_has_drawn():
    figure = Figure()
    image = figure.add_subplot().imshow(np.zeros((2, 2)))
    image._imcache = np.zeros((3, 3))
    assert artists.cached_picture(image) is image._imcache
    assert image.__getstate__()["_imcache"] is None
    yield removed(image, "_imcache")
    assert artists.cached_picture(image) is None


@case("matplotlib.figure.Figure._restore_to_pylab")
def the_state_of_a_figure_of_pyplot_says_that_it_is_one():
    make, arguments, state, *_ = plt.figure().__reduce_ex__(5)
    assert state["_restore_to_pylab"] is True
    figure = make(*arguments)
    before = plt.get_fignums()
    figure.__setstate__(artists.without_registration(state))
    assert plt.get_fignums() == before
    yield nullcontext()
    assert artists.without_registration({"axes": []}) == {"axes": []}


def triangulation(attribute, fill):
    """Check that a triangulation keeps an object of C++, can do without it and makes it again."""
    triangles = Triangulation([0, 1, 0], [0, 0, 1])
    fill(triangles)
    make, arguments, state, *_ = triangles.__reduce_ex__(5)
    assert state[attribute] is not None
    again = make(*arguments)
    vars(again).update(pickle.loads(pickle.dumps(artists.without_compiled_parts(state))))
    fill(again)
    assert getattr(again, attribute) is not None
    yield nullcontext()
    assert artists.without_compiled_parts({"x": [1]}) == {"x": [1]}


case("matplotlib.tri.Triangulation._cpp_triangulation")(
    partial(triangulation, "_cpp_triangulation", Triangulation.get_cpp_triangulation)
)
case("matplotlib.tri.Triangulation._trifinder")(partial(triangulation, "_trifinder", Triangulation.get_trifinder))


@case("matplotlib.backends.backend_agg.FigureCanvasAgg.renderer")
def a_canvas_has_what_it_has_drawn():
    figure = Figure(figsize=(2, 1), dpi=10)
    canvas = FigureCanvasAgg(figure)
    assert artists.drawn_by(canvas) is None
    canvas.draw()
    assert memoryview(artists.drawn_by(canvas)).shape == (10, 20, 4)
    yield removed(canvas, "renderer")
    assert artists.drawn_by(canvas) is None
