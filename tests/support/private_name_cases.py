"""What the agent relies on of each private name of another library, and what it does where that name is not there.

This file is run in a kernel, in which the agent has travelled. A case is a generator: up to its ``yield`` it checks
that the name is there and does what the agent relies on; it yields a context in which the name is not there, and then
checks that what is done instead raises nothing.
"""

from __future__ import annotations

import collections
import json
import pickle
import sys
import traceback
from contextlib import contextmanager, nullcontext
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import ipympl.backend_nbagg
import ipywidgets
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from _jupyter_mpl_guard.internals import artists, callbacks, ipykernel, ipython, pyplot, registries, tables, toolbar
from _jupyter_mpl_guard.internals import ipympl as canvases
from _jupyter_mpl_guard.internals import ipywidgets as widgets
from IPython import get_ipython
from matplotlib import _pylab_helpers, font_manager, path, scale
from matplotlib.backends import backend_agg
from matplotlib.cbook import CallbackRegistry
from matplotlib.figure import Figure
from matplotlib.tri import Triangulation

cases = {}

shell = get_ipython()


def case(name):
    """Return a decorator for the case of a private name."""
    return partial(cases.setdefault, name)


@contextmanager
def removed(owner, name):
    """Have an object be without one of its own attributes."""
    value = vars(owner)[name]
    delattr(owner, name)
    try:
        yield
    finally:
        setattr(owner, name, value)


@contextmanager
def replaced(owner, name, value):
    """Have an object have another attribute."""
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
    described = json.loads(json.dumps(canvases.describe(figure)))
    for widget in (figure.canvas.toolbar.layout, figure.canvas.toolbar, figure.canvas.layout, figure.canvas):
        widget.close()
    return described


# -- pyplot ------------------------------------------------------------------------------------------------------------


@case("matplotlib._pylab_helpers.Gcf")
def pyplot_keeps_the_managers_of_its_figures():
    figure = plt.figure()
    assert pyplot.registered_managers()[-1].canvas.figure is figure
    yield removed(_pylab_helpers, "Gcf")
    assert pyplot.registered_managers() == []
    pyplot.arrange([figure.number])
    with replaced(plt, "figure", lambda figure: None):  # what is public in Matplotlib 3.11
        pyplot.register(figure.canvas.manager, "label", "title")
    assert figure.get_label() == "label"


@case("matplotlib._pylab_helpers.Gcf.figs")
def pyplots_figures_are_in_a_dict_in_which_they_can_be_moved():
    plt.figure(1), plt.figure(2), plt.figure(3)
    pyplot.arrange([3, 1])
    assert [manager.num for manager in pyplot.registered_managers()] == [2, 3, 1]
    assert plt.gcf().number == 1
    yield removed(_pylab_helpers.Gcf, "figs")
    assert pyplot.registered_managers() == []
    pyplot.arrange([2])


@case("matplotlib._pylab_helpers.Gcf._set_new_active_manager")
def pyplot_registers_a_manager():
    manager = pyplot.give_canvas(Figure(), 41)
    pyplot.register(manager, "", "")
    assert plt.gcf() is manager.canvas.figure
    assert plt.get_fignums() == [41]
    yield removed(_pylab_helpers.Gcf, "_set_new_active_manager")
    figure, taken = Figure(), []
    manager = pyplot.give_canvas(figure, 42)
    with replaced(plt, "figure", taken.append):
        pyplot.register(manager, "", "")
    assert taken == [figure]


@case("matplotlib.figure.Figure.number")
def a_figure_of_pyplot_has_its_number():
    figure = plt.figure(7)
    backend_agg.FigureCanvasAgg(figure)  # without a manager
    assert pyplot.number_of(figure) == 7
    yield nullcontext()
    assert pyplot.number_of(SimpleNamespace()) is None


@case("matplotlib.pyplot._auto_draw_if_interactive")
def pyplot_gives_its_figures_a_callback_that_draws_them():
    with replaced(plt, "_REPL_DISPLAYHOOK", plt._ReplDisplayHook.PLAIN):  # where IPython does not draw them
        figure = plt.figure()
    assert pyplot.auto_draw() is not None
    assert artists.stale_callback(figure) is pyplot.auto_draw()
    yield removed(plt, "_auto_draw_if_interactive")
    assert pyplot.auto_draw() is None


@case("matplotlib.pyplot._get_backend_mod")
def the_backend_in_force_makes_the_manager_of_a_figure():
    figure = Figure()
    assert isinstance(plt._get_backend_mod().FigureCanvas, type)
    assert pyplot.give_canvas(figure, 43).canvas is figure.canvas
    assert type(figure.canvas) is backend_agg.FigureCanvasAgg
    yield removed(plt, "_get_backend_mod")
    other = Figure()
    with replaced(plt, "new_figure_manager", backend_agg.new_figure_manager):  # public; it uses the name as well
        manager = pyplot.give_canvas(other, 44)
    assert (manager.num, manager.canvas.figure) == (44, other)


@case("matplotlib.backends.backend_agg.new_figure_manager_given_figure")
def a_backend_makes_the_manager_of_a_figure_that_is_there():
    figure = Figure()
    pyplot.give_agg_canvas(figure, 45)
    assert (figure.canvas.manager.num, figure.canvas.manager.canvas.figure) == (45, figure)
    yield removed(backend_agg, "new_figure_manager_given_figure")
    pyplot.give_agg_canvas(figure, 46)
    assert (figure.canvas.manager.num, figure.canvas.manager.canvas.figure) == (46, figure)


# -- backends ----------------------------------------------------------------------------------------------------------


@case("matplotlib._c_internal_utils.display_is_valid")
def matplotlib_says_whether_there_is_a_display():
    from matplotlib import _c_internal_utils

    assert pyplot.display_is_valid() in (True, False)
    yield removed(_c_internal_utils, "display_is_valid")
    assert pyplot.display_is_valid() is None


@case("matplotlib.backends._macosx")
def the_backend_for_macos_is_made_of_a_compiled_module():
    spec = find_spec("matplotlib.backends.backend_macosx")
    assert pyplot.macos_toolkit().rpartition(".")[2] in Path(spec.origin).read_text()
    yield nullcontext()
    if sys.platform != "darwin":
        settings = import_module("_jupyter_mpl_guard.settings.backends")
        try:
            settings.enable(shell, "osx")
        except settings.Unavailable:
            return
        raise AssertionError("the backend osx was enabled")


# -- toolbar -----------------------------------------------------------------------------------------------------------


def zoomed():
    """Return a figure whose toolbar remembers a first view and one with other limits."""
    figure = canvas_of_ipympl()
    figure.canvas.toolbar.push_current()
    figure.axes[0].set_xlim(5, 6)
    figure.canvas.toolbar.push_current()
    return figure


@case("matplotlib.backend_bases.NavigationToolbar2._nav_stack")
def a_toolbar_has_a_history_of_views():
    figure = zoomed()
    saved = toolbar.views(figure)
    assert (len(saved[0]), saved[1]) == (2, 1)
    figure.canvas.toolbar._nav_stack.clear()
    toolbar.set_views(figure, saved)
    figure.canvas.toolbar.home()
    assert figure.axes[0].get_xlim() == (0, 1)
    yield removed(figure.canvas.toolbar, "_nav_stack")
    assert toolbar.views(figure) is None
    assert toolbar.navigation(figure) == (-1, 0, None)
    toolbar.set_views(figure, saved)


@case("matplotlib.cbook._Stack._elements")
def a_history_has_a_list_of_views_by_axes():
    figure = zoomed()
    elements = figure.canvas.toolbar._nav_stack._elements
    assert [list(each) for each in elements] == [figure.axes, figure.axes]
    assert toolbar.navigation(figure) == (1, 2, None)
    yield removed(figure.canvas.toolbar._nav_stack, "_elements")
    assert toolbar.views(figure) is None
    assert toolbar.navigation(figure)[1] == 0


@case("matplotlib.cbook._Stack._pos")
def a_history_has_a_place():
    figure = zoomed()
    figure.canvas.toolbar.back()
    saved = toolbar.views(figure)
    assert saved[1] == 0
    figure.canvas.toolbar._nav_stack.clear()
    toolbar.set_views(figure, saved)
    assert toolbar.navigation(figure)[:2] == (0, 2)
    history = SimpleNamespace(_elements=[], push=lambda view: history._elements.append(view))
    yield replaced(figure.canvas.toolbar, "_nav_stack", history)
    with replaced(figure.canvas.toolbar, "set_history_buttons", lambda: None):
        toolbar.set_views(figure, saved)
    assert toolbar.views(figure) == (saved[0], 1)


@case("matplotlib.backend_bases.NavigationToolbar2.mode")
def a_toolbar_has_a_mode_with_a_name():
    figure = canvas_of_ipympl()
    assert toolbar.mouse_mode(figure) is None
    for mode in ("pan", "zoom"):
        toolbar.set_mouse_mode(figure, mode)
        assert toolbar.mouse_mode(figure) == mode
    yield removed(figure.canvas.toolbar, "mode")
    assert toolbar.mouse_mode(figure) is None


# -- artists -----------------------------------------------------------------------------------------------------------


@case("matplotlib.artist.Artist.stale_callback")
def a_figure_calls_back_when_it_becomes_stale():
    heard = []
    figure = plt.figure()
    line = figure.add_subplot().plot([1, 2])[0]
    figure.stale = False
    artists.set_stale_callback(figure, lambda *what: heard.append(what))
    line.set_color("red")
    assert (figure, True) in heard
    yield nullcontext()
    assert artists.stale_callback(object()) is None


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


# -- callbacks ---------------------------------------------------------------------------------------------------------


def handler(*arguments):
    """Do nothing."""


@case("matplotlib.cbook.CallbackRegistry.callbacks")
def a_registry_has_its_connections_by_signal_and_number():
    registry = CallbackRegistry()
    number = registry.connect("signal", handler)
    assert list(callbacks.connections(registry)) == [("signal", number, handler)]
    assert callbacks.reduce_without_connections(registry) is None
    state = registry.__reduce_ex__(5)[2]
    callbacks.add_connections(state, {"signal": {number: handler}})
    again = CallbackRegistry()
    again.__setstate__(state)
    assert list(callbacks.connections(again)) == [("signal", number, handler)]
    yield removed(registry, "callbacks")
    assert list(callbacks.connections(registry)) == []
    assert callbacks.reduce_without_connections(registry) is None
    callbacks.number_anew({"_cid_gen": 3}, registry)
    callbacks.add_connections({}, {"signal": {number: handler}})


@case("matplotlib.cbook.CallbackRegistry._pickled_cids")
def a_registry_knows_what_pickling_keeps():
    registry = plt.figure().canvas.callbacks
    kept = set(callbacks.pickled_numbers(registry))
    assert kept
    assert kept <= {number for _, number, _ in callbacks.connections(registry)}
    yield removed(registry, "_pickled_cids")
    assert callbacks.pickled_numbers(registry) == ()


@case("matplotlib.cbook.CallbackRegistry._cid_gen")
def a_registry_that_is_numbered_anew_is_pickled_twice_to_the_same_bytes():
    registry = CallbackRegistry()
    number = registry.connect("signal", handler)
    states = []
    for _ in range(2):
        state = registry.__reduce_ex__(5)[2]
        assert "_cid_gen" in state
        callbacks.number_anew(state, registry)
        states.append(pickle.dumps(state))
    assert states[0] == states[1]
    again = CallbackRegistry()
    again.__setstate__(state)
    assert again.connect("signal", print) > number
    yield nullcontext()
    state = {}
    callbacks.number_anew(state, registry)
    assert state == {}


@case("matplotlib.cbook.CallbackRegistry._func_cid_map")
def a_registry_without_connections_is_pickled_to_a_known_state():
    reduced = callbacks.reduce_without_connections(CallbackRegistry())
    assert (reduced is None) == (matplotlib.__version_info__ < (3, 7))
    make, arguments, state = reduced or CallbackRegistry().__reduce_ex__(5)[:3]
    registry = make(*arguments)
    registry.__setstate__(state)
    registry.connect("signal", handler)
    assert [found for _, _, found in callbacks.connections(registry)] == [handler]
    yield nullcontext()

    class Other(CallbackRegistry):
        def __getstate__(self):
            return {key: value for key, value in super().__getstate__().items() if key != "_func_cid_map"}

    assert callbacks.reduce_without_connections(Other()) is None


@case("matplotlib.widgets.Slider._observers")
def a_slider_knows_its_handlers():
    from matplotlib.widgets import Slider

    slider = Slider(plt.figure().add_subplot(), "slider", 0, 1)
    slider.on_changed(handler)
    [(signal, found)] = callbacks.observers(slider)
    assert signal == "changed"
    assert found is handler or handler in [cell.cell_contents for cell in found.__closure__]
    yield removed(slider, "_observers")
    assert list(callbacks.observers(slider)) == []


# -- registries --------------------------------------------------------------------------------------------------------


@case("matplotlib.RcParams.dict")
def the_parameters_can_be_read_as_a_dict():
    rc = matplotlib.rcParams
    assert registries.parameter(rc, "lines.linewidth") == rc["lines.linewidth"]
    assert registries.parameter(rc, "backend") == "agg"
    assert set(dict(registries.parameters(rc))) == set(rc)
    assert registries.equal_parameters(dict(registries.parameters(rc)), rc)
    assert not registries.equal_parameters({}, rc)
    assert registries.has_parameter(rc, "lines.linewidth")
    yield nullcontext()
    rc = collections.UserDict({"lines.linewidth": 2, "backend": "agg"})
    assert registries.parameter(rc, "lines.linewidth") == 2
    assert registries.parameter(rc, "backend") is None
    assert list(registries.parameters(rc)) == [("lines.linewidth", 2)]
    assert registries.equal_parameters({"lines.linewidth": 2}, rc)


@case("matplotlib.rcParamsOrig")
def matplotlib_remembers_the_parameters_of_its_import():
    assert set(registries.original_parameters()) == set(matplotlib.rcParams)
    assert registries.original_parameters() is not matplotlib.rcParams
    yield removed(matplotlib, "rcParamsOrig")
    assert registries.original_parameters() is matplotlib.rcParamsDefault


@case("matplotlib.cm.ColormapRegistry._builtin_cmaps")
def matplotlib_knows_its_own_colormaps():
    matplotlib.colormaps.register(matplotlib.colormaps["viridis"], name="mine")
    assert "viridis" in registries.builtin_colormaps()
    assert "mine" not in registries.builtin_colormaps()
    yield removed(matplotlib.colormaps, "_builtin_cmaps")
    assert registries.builtin_colormaps() == ()


@case("matplotlib.scale._scale_mapping")
def matplotlib_has_its_scales_by_name():
    class Mine(scale.LinearScale):
        name = "mine"

    scale.register_scale(Mine)
    assert registries.scales()["log"] is scale.LogScale
    assert registries.scales()["mine"] is Mine
    yield removed(scale, "_scale_mapping")
    assert registries.scales() == {}


@case("matplotlib.path.Path._interpolation_steps")
def bars_on_a_polar_plot_bend_the_one_unit_rectangle():
    plt.figure().add_subplot(projection="polar").bar([1], [1])
    assert registries.unit_rectangle_steps() > 1
    registries.set_unit_rectangle_steps(1)
    assert registries.unit_rectangle_steps() == 1
    yield removed(path.Path.unit_rectangle(), "_interpolation_steps")
    assert registries.unit_rectangle_steps() == 1
    registries.set_unit_rectangle_steps(100)
    assert registries.unit_rectangle_steps() == 1


@case("matplotlib.font_manager.FontManager.ttflist")
def the_font_manager_has_a_list_of_fonts():
    assert "DejaVu Sans" in {font.name for font in registries.fonts()}
    assert all(Path(font.fname).is_absolute() for font in registries.fonts())
    yield removed(font_manager.fontManager, "ttflist")
    assert registries.fonts() == []


def folders(name):
    """Check that the font manager has a list of folders."""
    listed = [str(folder) for folder in getattr(font_manager, name)]
    found = registries.system_font_folders()
    assert listed
    assert len(found) >= len(listed) + 2
    assert matplotlib.get_data_path() in found
    yield removed(font_manager, name)
    assert matplotlib.get_data_path() in registries.system_font_folders()


case("matplotlib.font_manager.X11FontDirectories")(partial(folders, "X11FontDirectories"))
case("matplotlib.font_manager.OSXFontDirectories")(partial(folders, "OSXFontDirectories"))
case("matplotlib.font_manager.MSUserFontDirectories")(partial(folders, "MSUserFontDirectories"))


# -- pickled states ----------------------------------------------------------------------------------------------------


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


# -- ipywidgets, comm --------------------------------------------------------------------------------------------------


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
    _, traits = canvases.describe(figure)["canvas"]
    assert traits["_dom_classes"] == ["mine"]
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
    ipykernel.comm_manager().unregister_comm(comm)
    comm.handle_close({"content": {}})
    assert widgets.is_comm_open(comm.comm_id)
    widgets.leave_open_in_pages(comm)
    comm.close()
    assert widgets.is_comm_open(comm.comm_id)  # closing it would have unregistered it
    yield nullcontext()
    widgets.leave_open_in_pages(SimpleNamespace())


# -- tables ------------------------------------------------------------------------------------------------------------


def a_table_is_a_dict_or_a_list(table):
    import_module(table.module)
    found = tables.entries(table)
    if found is None and not hasattr(matplotlib, "color_sequences"):
        yield nullcontext()
        return
    assert len(tables.values(found)) == len(tables.items(found)) == len(found) > 0
    yield removed(*tables.owner_of(table))
    assert tables.entries(table) is None


for _table in tables.TABLES:
    if tables.PRIVATE.search(_table.name):
        cases[_table.name] = partial(a_table_is_a_dict_or_a_list, _table)


@case("matplotlib.dates._epoch")
def dates_know_their_epoch():
    from matplotlib import dates

    dates.date2num(np.datetime64("2020-01-01"))
    assert tables.epoch() == dates.get_epoch()
    yield removed(dates, "_epoch")
    assert tables.epoch() is None


def cyclers_of(name):
    axes = Figure().add_subplot()
    axes.set_prop_cycle(color=["r", "g", "b"])
    axes.plot([1, 2])
    each = getattr(axes, name)
    if not hasattr(each, "prop_cycler"):
        assert tables.property_cycles(axes) == []
        axes.set_prop_cycle(color=["g", "b", "r"])
    else:
        cycles = tables.property_cycles(axes)
        assert [one["color"] for one in cycles[0]] == ["g", "b", "r"]
        tables.set_property_cycles(axes, cycles)
    assert axes.plot([1, 2])[0].get_color() == "g"
    yield removed(axes, name)
    assert len(tables.property_cycles(axes)) < 2


cases["matplotlib.axes.Axes._get_lines"] = partial(cyclers_of, "_get_lines")
cases["matplotlib.axes.Axes._get_patches_for_fill"] = partial(cyclers_of, "_get_patches_for_fill")


@case("matplotlib.axes._base._process_plot_var_args.prop_cycler")
def old_versions_have_an_iterator_over_properties():
    yield nullcontext()
    assert tables.property_cycles(SimpleNamespace(_get_lines=SimpleNamespace())) == []
    tables.set_property_cycles(SimpleNamespace(_get_lines=SimpleNamespace()), [[{"color": "r"}]])


# -- ipympl ------------------------------------------------------------------------------------------------------------


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
    assert described["toolbar"][0] == before[2]
    yield replaced(canvases, "_toolbar_class", lambda: None)
    pyplot.give_canvas(figure, 52, described)
    kept = [position for position in range(4) if ids(figure)[position] == before[position]]
    assert kept == [0, 1, 3]


@case("ipympl.backend_nbagg.Canvas._closed")
def a_canvas_knows_whether_it_has_been_shown():
    figure = canvas_of_ipympl()
    assert canvases.describe(figure)["closed"] is True
    figure.canvas.manager.show()
    assert canvases.describe(figure)["closed"] is False
    described = closed(figure)
    described["closed"] = False
    pyplot.give_canvas(figure, 53, described)
    assert canvases.describe(figure)["closed"] is False
    yield removed(ipympl.backend_nbagg.Canvas, "_closed")
    figure = canvas_of_ipympl()
    assert canvases.describe(figure)["closed"] is True
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
    assert described["toolbar"][1]["_current_action"] == "pan"
    pyplot.give_canvas(figure, 55, described)
    assert figure.canvas.toolbar._current_action == "pan"
    yield nullcontext()
    described = closed(figure)
    described["toolbar"][1]["_gone"] = "pan"
    pyplot.give_canvas(figure, 56, described)


# -- IPython, ipykernel ------------------------------------------------------------------------------------------------


@case("IPython.core.interactiveshell.InteractiveShell.user_ns_hidden")
def the_shell_knows_what_is_not_the_users():
    assert {"In", "Out"} <= set(ipython.hidden_names(shell))
    shell.push({"pushed": 1}, interactive=False)
    assert ipython.hidden_names(shell)["pushed"] == 1
    ipython.show_name(shell, "pushed")
    assert "pushed" not in ipython.hidden_names(shell)
    yield nullcontext()
    assert ipython.hidden_names(SimpleNamespace()) == {}
    ipython.show_name(SimpleNamespace(), "pushed")


@case("IPython.core.history.HistoryManager.input_hist_raw")
def the_shell_knows_what_has_been_typed():
    assert ipython.inputs(shell)[0] == ""
    assert ipython.inputs(shell)[-1].startswith("# run the cases")
    yield nullcontext()
    assert ipython.inputs(SimpleNamespace(history_manager=SimpleNamespace())) == []


@case("IPython.core.interactiveshell.InteractiveShell.configurables")
def the_magic_command_config_finds_what_is_added():
    from traitlets.config import Configurable

    class Mine(Configurable):
        pass

    mine = Mine()
    ipython.add_configurable(shell, mine)
    ipython.add_configurable(shell, mine)
    assert [each for each in shell.configurables if each is mine] == [mine]
    shell.configurables.remove(mine)
    yield nullcontext()
    ipython.add_configurable(SimpleNamespace(), mine)


@case("IPython.core.pylabtools.retina_figure")
def a_retina_picture_is_made_by_a_function_of_that_name():
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    printers = shell.display_formatter.formatters["image/png"]
    set_matplotlib_formats("retina", facecolor="red")
    printer = printers.lookup_by_type(Figure)
    assert ipython.is_retina(printer)
    assert ipython.print_options(printer)["facecolor"] == "red"
    set_matplotlib_formats("png")
    printer = printers.lookup_by_type(Figure)
    assert not ipython.is_retina(printer)
    assert not {"fmt", "base64"} & set(ipython.print_options(printer))
    yield nullcontext()
    assert not ipython.is_retina(handler)
    assert ipython.print_options(handler) is None


@case("ipykernel.kernelbase.Kernel.iopub_socket")
def a_kernel_can_send_messages_to_all_its_clients():
    assert ipykernel.can_publish(shell.kernel)
    ipykernel.publish(shell.kernel, "stream", {"name": "stdout", "text": "published\n"})
    yield nullcontext()
    assert not ipykernel.can_publish(None)
    assert not ipykernel.can_publish(SimpleNamespace())


@case("ipykernel.kernelbase.Kernel.get_parent")
def a_kernel_knows_the_request_that_it_carries_out():
    assert ipykernel.request_content(shell.kernel)["code"].startswith("# run the cases")
    yield nullcontext()
    older = SimpleNamespace(session=shell.kernel.session, iopub_socket=shell.kernel.iopub_socket)
    assert ipykernel.request_content(older) == {}
    ipykernel.publish(older, "stream", {"name": "stdout", "text": "published\n"})


@case("ipykernel.ipkernel.IPythonKernel.comm_manager")
def a_kernel_has_a_manager_of_comms():
    comm = ipywidgets.Layout().comm
    ipykernel.comm_manager().unregister_comm(comm)
    assert not widgets.is_comm_open(comm.comm_id)
    ipykernel.comm_manager().register_comm(comm)
    assert widgets.is_comm_open(comm.comm_id)
    yield removed(shell.kernel, "comm_manager")
    assert ipykernel.comm_manager() is None
    assert not widgets.is_comm_open(comm.comm_id)
    widgets.keep_registered(comm)
    comm.handle_close({"content": {}})


# -- running them ------------------------------------------------------------------------------------------------------


def outcome(make):
    """Return what is wrong with a name that is there, and with doing without it; "" each for nothing."""
    outcomes = ["it was not tried"] * 2
    checks = make()
    try:
        plt.switch_backend("agg")
        plt.close("all")
        context = next(checks)
        outcomes[0] = ""
        with context:
            next(checks, None)
        outcomes[1] = ""
    except Exception as error:
        line = traceback.extract_tb(error.__traceback__)[-1]
        outcomes[outcomes[0] == ""] = f"{type(error).__name__}: {error} in {line.name}, {line.filename}:{line.lineno}"
    return outcomes


def outcomes():
    """Return name to `outcome` of all cases."""
    np.random.default_rng(0)
    return {name: outcome(make) for name, make in cases.items()}
