"""The private names of pyplot and its backends."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import matplotlib.pyplot as plt
from _jupyter_mpl_guard.internals import artists, pyplot, registries
from matplotlib import _pylab_helpers
from matplotlib.backends import backend_agg
from matplotlib.figure import Figure

from private_names.cases import case, removed, replaced, shell


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


@case("matplotlib._c_internal_utils.display_is_valid")
def matplotlib_says_whether_there_is_a_display():
    from matplotlib import _c_internal_utils

    assert pyplot.display_is_valid() in (True, False)
    yield removed(_c_internal_utils, "display_is_valid")
    assert pyplot.display_is_valid() is None


@case("matplotlib.backends._macosx")
def the_backend_for_macos_is_made_of_a_compiled_module():
    spec = find_spec("matplotlib.backends.backend_macosx")
    assert registries.macos_toolkit().rpartition(".")[2] in Path(spec.origin).read_text()
    yield nullcontext()
    if sys.platform != "darwin":
        settings = import_module("_jupyter_mpl_guard.settings.backends")
        try:
            settings.enable(shell, "osx")
        except settings.Unavailable:
            return
        raise AssertionError("the backend osx was enabled")
