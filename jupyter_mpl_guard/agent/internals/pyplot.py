"""Pyplot: the figures that it holds, their managers and canvases, the backends that make those, and what shows them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Callable

from . import ipympl
from .names import relies_on


@relies_on(
    "matplotlib._pylab_helpers.Gcf",
    since="Matplotlib 0.98",
    lost="figures that only pyplot holds are not saved; restored figures come back in another order",
    instead="pyplot counts as holding no figure; `pyplot.figure` registers a restored one (Matplotlib 3.11)",
)
def _gcf() -> Any:
    return getattr(sys.modules.get("matplotlib._pylab_helpers"), "Gcf", None)


@relies_on(
    "matplotlib._pylab_helpers.Gcf.figs",
    since="Matplotlib 0.98, ordered since 3.1",
    lost="figures that only pyplot holds are not saved; restored figures come back in another order",
    instead="pyplot counts as holding no figure",
)
def _figures() -> Any:
    return getattr(_gcf(), "figs", {})


@relies_on(
    "matplotlib._pylab_helpers.Gcf._set_new_active_manager",
    since="Matplotlib 3.1",
    lost="restored figures are there under their names only, where `pyplot.figure` does not take them either",
    instead="`pyplot.figure` registers the figure (Matplotlib 3.11)",
)
def _activate(manager: Any) -> None:
    activate = getattr(_gcf(), "_set_new_active_manager", None)
    if activate is not None:
        activate(manager)
        return
    from matplotlib import pyplot

    try:
        pyplot.figure(manager.canvas.figure)
    except Exception:
        pass  # the figure is there all the same, though pyplot does not know it


def registered_managers() -> list[Any]:
    """Return the managers of the figures that pyplot holds, in its order; the last is the current one.

    ``pyplot.figure(number)`` cannot be used for that: it would make each the current one.
    """
    if "matplotlib.pyplot" not in sys.modules:
        return []
    return list(_figures().values())


def is_registered(figure: Any) -> bool:
    """Return whether pyplot holds a figure."""
    return any(manager.canvas.figure is figure for manager in registered_managers())


def register(manager: Any, label: str, title: str) -> None:
    """Register a figure with pyplot as its current one.

    Parameters
    ----------
    manager : matplotlib.backend_bases.FigureManagerBase
        The figure's manager.
    label : str
        The figure's label, "" for none.
    title : str
        The title of its window, "" to leave it as it is.
    """
    _activate(manager)
    if label:
        manager.canvas.figure.set_label(label)
    if title:
        manager.set_window_title(title)


def arrange(numbers: Iterable[int]) -> None:
    """Reorder pyplot's figures.

    Parameters
    ----------
    numbers : iterable of int
        Their order: those that are not among them come first; the last one becomes the current one.
    """
    figures = _figures()
    for number in numbers:
        if number in figures:
            figures.move_to_end(number)


@contextmanager
def figures_stay() -> Iterator[None]:
    """Keep pyplot's figures open although a backend is chosen, which closes them before Matplotlib 3.10."""
    figures = _figures()
    held = dict(figures)
    figures.clear()
    try:
        yield
    finally:
        opened = dict(figures)
        figures.clear()
        figures.update({**held, **opened})


def manager_of(figure: Any) -> Any:
    """Return the manager of a figure's canvas, None for a figure that pyplot never had."""
    return getattr(getattr(figure, "canvas", None), "manager", None)


@relies_on(
    "matplotlib.figure.Figure.number",
    since="Matplotlib 3.6 or before, where it is not documented",
    lost="a closed figure without a manager is listed without its number",
    instead="the manager's number",
)
def number_of(figure: Any) -> int | None:
    """Return the number that pyplot has given a figure, also one that is closed now; None for others."""
    number = getattr(manager_of(figure), "num", getattr(figure, "number", None))
    return None if number is None else int(number)  # numpy's integers are no JSON


def title_of(figure: Any) -> str:
    """Return the title of a figure's window, "" where it has none."""
    manager = manager_of(figure)
    return str(manager.get_window_title() or "") if manager is not None else ""


@relies_on(
    "matplotlib.pyplot._auto_draw_if_interactive",
    since="Matplotlib 1.5",
    lost="a restored figure in interactive mode is drawn again at the end of a cell only",
    instead="none is given to restored figures",
)
def auto_draw() -> Callable[[Any, bool], None] | None:
    """Return the function that pyplot gives its figures as their stale callback, None where there is none."""
    return getattr(sys.modules.get("matplotlib.pyplot"), "_auto_draw_if_interactive", None)


@relies_on(
    "matplotlib.pyplot._get_backend_mod",
    since="Matplotlib 3.6",
    lost="in interactive mode a backend without windows may show a restored figure once more",
    instead="`pyplot.new_figure_manager` makes the manager",
)
def give_canvas(figure: Any, number: int, widgets: ipympl.Widgets | None = None) -> Any:
    """Give a figure that was loaded a canvas and a manager, without registering it, and return the manager.

    Parameters
    ----------
    widgets : ipympl.Widgets, optional
        The canvas that it had, see `ipympl.describe`: it gets the same again where that can be made, and else one of
        the backend in force.
    """
    from matplotlib import pyplot

    backend = ipympl.module_of(widgets)
    if backend is None:
        widgets = None
        backend = getattr(pyplot, "_get_backend_mod", lambda: None)()
    with undisplayed(backend), ipympl.again(figure, widgets):
        manager = _new_manager(backend, number, figure)
    if widgets is not None:
        ipympl.settle(figure, widgets)
    return manager


def give_agg_canvas(figure: Any, number: int | None = None) -> None:
    """Give a figure a canvas without a window, and with a number also a manager.

    Closed figures, those of the inline backend for instance, can then be drawn and be made the current one again.
    """
    backend: Any = import_module("matplotlib.backends.backend_agg")
    if number is None:
        backend.FigureCanvasAgg(figure)
    else:
        _new_manager(backend, number, figure)


@relies_on(
    "matplotlib.backends.backend_agg.new_figure_manager_given_figure",
    since="Matplotlib 3.6 or before",
    lost="nothing: `new_figure_manager` makes the same manager of the figure, by a detour",
    instead="`new_figure_manager` of the backend, or of pyplot where the backend is not known",
)
def _new_manager(backend: Any, number: int, figure: Any) -> Any:
    make = getattr(backend, "new_figure_manager_given_figure", None)
    if make is not None:
        return make(number, figure)
    if backend is None:
        from matplotlib import pyplot

        return pyplot.new_figure_manager(number, FigureClass=lambda: figure)
    return backend.new_figure_manager(number, FigureClass=lambda: figure)


@contextmanager
def undisplayed(backend: Any) -> Iterator[None]:
    """Switch interactive mode off for a backend without windows: what is restored is not the output of a cell.

    A backend with windows (`FigureCanvasBase.required_interactive_framework`) shows its figures itself.
    """
    import matplotlib

    windows = getattr(getattr(backend, "FigureCanvas", None), "required_interactive_framework", None)
    if windows or not matplotlib.is_interactive():
        yield
        return
    matplotlib.interactive(False)
    try:
        yield
    finally:
        matplotlib.interactive(True)


@relies_on(
    "matplotlib._c_internal_utils.display_is_valid",
    since="Matplotlib 3.3",
    lost="a backend with windows is tried although the display that is named does not answer",
    instead="the caller looks whether the environment names a display",
)
def display_is_valid() -> bool | None:
    """Return whether windows can be opened, None where Matplotlib cannot say.

    It is the only way to ask without a toolkit, some of which abort the process.
    """
    try:
        from matplotlib import _c_internal_utils

        return bool(_c_internal_utils.display_is_valid())
    except Exception:
        return None


@relies_on(
    "IPython.core.interactiveshell.InteractiveShell.configurables",
    since="IPython 8.0 or before",
    lost="``%config`` does not list InlineBackend after a restore; what was set is in force all the same",
    instead="nothing is added",
)
def add_configurable(shell: Any, configurable: Any) -> None:
    """Register an object with ``%config``, unless it is already."""
    known = getattr(shell, "configurables", None)
    if known is not None and configurable not in known:
        known.append(configurable)


@relies_on(
    "IPython.core.pylabtools.retina_figure",
    since="IPython 8.0 or before; what shows figures is a `functools.partial` of it or of `print_figure` since 7.31",
    lost="figures are shown as ordinary PNG after a restart where they were shown as retina",
    instead="the format counts as ordinary",
)
def is_retina(printer: Any) -> bool:
    """Return whether a function that shows figures gives pictures of twice the resolution."""
    return getattr(getattr(printer, "func", None), "__name__", "") == "retina_figure"


def print_options(printer: Any) -> dict[str, Any] | None:
    """Return the options with which a function of IPython shows figures, None for any other function."""
    keywords = getattr(printer, "keywords", None)
    if keywords is None:
        return None
    return {key: value for key, value in keywords.items() if key not in ("fmt", "base64")}


@relies_on(
    "ipykernel.kernelbase.Kernel.eventloop",
    since="ipykernel 6.0 or before",
    lost="a diagnosis does not know whether the windows of a backend react",
    instead="they are said not to",
)
def runs_windows(kernel: Any) -> bool:
    """Return whether the kernel runs the event loop of a window toolkit."""
    return getattr(kernel, "eventloop", None) is not None
