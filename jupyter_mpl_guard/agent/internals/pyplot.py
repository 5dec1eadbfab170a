"""Pyplot's figures and their managers: the one place that touches what Matplotlib keeps private about them.

Each private name is followed by a fall-back that loses a convenience and no figure.
"""

import sys
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from . import ipympl as ipympl_canvases


def registered():
    """Return the managers of the figures that pyplot holds, in its order; the last is the current one."""
    if "matplotlib.pyplot" not in sys.modules:
        return []
    # pyplot.figure(number) would make it the current figure. `figs` by name since Matplotlib 0.98, ordered since 3.1.
    gcf = getattr(sys.modules.get("matplotlib._pylab_helpers"), "Gcf", None)
    return list(getattr(gcf, "figs", {}).values())


def root(artist):
    """Return the figure that an artist is drawn in, not the subfigure; None where it is in none."""
    try:
        figure = artist.figure
        while figure is not None and getattr(figure, "figure", figure) is not figure:
            figure = figure.figure  # `get_figure(root=True)` says the same since Matplotlib 3.10
        return figure
    except Exception:  # an artist that is half made
        return None


def manager_of(figure):
    """Return the manager of a figure's canvas, None for a figure that pyplot never had."""
    return getattr(getattr(figure, "canvas", None), "manager", None)


def number_of(figure):
    """Return the number that pyplot has given a figure, also one that is closed now; None for others."""
    number = getattr(manager_of(figure), "num", getattr(figure, "number", None))
    return None if number is None else int(number)  # numpy's integers are no JSON


def title_of(figure):
    """Return the title of a figure's window, "" where it has none."""
    manager = manager_of(figure)
    return str(manager.get_window_title() or "") if manager is not None else ""


def logical_dpi(figure):
    """Return the dots per inch that the user has set, without the screen's scale."""
    return figure.dpi / (getattr(figure.canvas, "device_pixel_ratio", 1) or 1)


def auto_draw():
    """Return the function that pyplot gives its figures as `stale_callback`, None where there is none."""
    # Private, unchanged since Matplotlib 1.5; without it an interactive figure is redrawn at the end of a cell only.
    return getattr(sys.modules.get("matplotlib.pyplot"), "_auto_draw_if_interactive", None)


def give_canvas(figure, number, widgets=None):
    """Give a figure that was loaded a canvas and a manager, without registering it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure.
    number : int
        Its number.
    widgets : dict, optional
        The canvas that it had, see `canvases.describe`: it gets the same again where that can be made, and else one of
        the backend in force.
    """
    from matplotlib import pyplot

    backend = ipympl_canvases.module_of(widgets)
    if backend is None:
        # What `Figure.__setstate__` itself calls (figure.py); private since Matplotlib 3.6.
        backend, widgets = pyplot._get_backend_mod(), None
    with undisplayed(backend), ipympl_canvases.again(figure, widgets):
        manager = backend.new_figure_manager_given_figure(number, figure)
    if widgets is not None:
        ipympl_canvases.settle(figure, widgets)
    return manager


def register(manager, label, title):
    """Have pyplot hold a figure as its current one, under its label and with the title of its window."""
    from matplotlib._pylab_helpers import Gcf

    if hasattr(Gcf, "_set_new_active_manager"):  # since Matplotlib 3.1: a click makes the figure the current one
        Gcf._set_new_active_manager(manager)
    else:
        Gcf.figs[manager.num] = manager
    if label:
        manager.canvas.figure.set_label(label)
    if title:
        manager.set_window_title(title)


def arrange(numbers):
    """Put pyplot's figures in an order; those that are not named come first, the last one named is current."""
    from matplotlib._pylab_helpers import Gcf

    for number in numbers:
        if number in Gcf.figs:
            Gcf.figs.move_to_end(number)


@contextmanager
def undisplayed(backend):
    """Have a backend without windows make a manager as under `plt.ioff()`: what is restored is no output of a cell."""
    import matplotlib

    # Public since Matplotlib 3.1.
    windows = getattr(getattr(backend, "FigureCanvas", None), "required_interactive_framework", None)
    if windows or not matplotlib.is_interactive():
        yield
        return
    matplotlib.interactive(False)
    try:
        yield
    finally:
        matplotlib.interactive(True)


def views(figure):
    """Return the toolbar's history of views, as data for `set_views`: None where there is none.

    Returns
    -------
    tuple or None
        A list of views, each a list of (axes, limits, positions), and the place in it.
    """
    stack = _history(figure)
    elements = getattr(stack, "_elements", None)
    if not elements:
        return None
    return [[(axes, *view) for axes, view in element.items()] for element in elements], stack._pos


def set_views(figure, saved):
    """Give a figure's toolbar the history that `views` returned."""
    stack = _history(figure)
    if stack is None:
        return
    elements, position = saved
    for element in elements:
        stack.push(WeakKeyDictionary({axes: tuple(view) for axes, *view in element}))
    stack._pos = position
    _toolbar(figure).set_history_buttons()


def mouse_mode(figure):
    """Return what the mouse does since the toolbar was used: ``pan`` or ``zoom``, as its method is called, or None."""
    mode = getattr(_toolbar(figure), "mode", None)  # an enumeration since Matplotlib 3.3
    return {"PAN": "pan", "ZOOM": "zoom"}.get(getattr(mode, "name", ""))


def set_mouse_mode(figure, mode):
    """Use a figure's toolbar, which is as new, as `mouse_mode` says."""
    toolbar = _toolbar(figure)
    if toolbar is not None and mode is not None:
        getattr(toolbar, mode)()


def navigation(figure):
    """Return what changes when one of the toolbar's buttons is used."""
    stack = _history(figure)
    return getattr(stack, "_pos", None), len(getattr(stack, "_elements", ())), mouse_mode(figure)


def _history(figure):
    return getattr(_toolbar(figure), "_nav_stack", None)  # private, since Matplotlib 2.2


def _toolbar(figure):
    return getattr(manager_of(figure), "toolbar", None)


def current_axes(figure):
    """Return what changes when other axes become the figure's current ones."""
    stack = getattr(figure, "_axstack", None)  # private, since 0.98; without it `sca` counts with the next change
    return id(stack.current()) if hasattr(stack, "current") else None


def relink(figure):
    """Let changes of a loaded figure's artists mark the figure as stale again: pickling cuts that (artist.py)."""
    from matplotlib import artist as artists
    from matplotlib import figure as figures

    # Both private, unchanged since Matplotlib 1.5; without them an interactive backend does not redraw by itself.
    in_axes = getattr(artists, "_stale_axes_callback", None)
    in_figure = getattr(figures, "_stale_figure_callback", None)
    for each in figure.findobj():
        if each is not figure and each.stale_callback is None:
            axes = getattr(each, "axes", None)  # a list, of a subfigure
            each.stale_callback = in_axes if hasattr(axes, "stale") and axes is not each else in_figure
