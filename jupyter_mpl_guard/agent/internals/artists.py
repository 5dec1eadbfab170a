"""Artists: the figure that they are drawn in, how it is notified of their changes, and what is pickled of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any
from weakref import ref

from .memory import name_of
from .names import relies_on


def root_figure(artist: Any) -> Any:
    """Return the figure that an artist is drawn in, not the subfigure; None where it is in none."""
    try:
        figure = artist.figure
        if figure is None and artist.axes is not None:
            figure = artist.axes.figure  # an axis of `mpl_toolkits.axisartist` gets its own when it is drawn
        while figure is not None and getattr(figure, "figure", figure) is not figure:
            figure = figure.figure  # `get_figure(root=True)` says the same since Matplotlib 3.10
        return figure
    except Exception:  # an artist that is half made
        return None


def sharing(figure: Any) -> list[Any]:
    """Return the figures whose axes share a direction with those of a figure, including the figure itself."""
    groups = [group for axes in figure.axes for group in (axes.get_shared_x_axes(), axes.get_shared_y_axes())]
    axes = [other for group in groups for each in figure.axes for other in group.get_siblings(each)]
    return list(filter(None, map(root_figure, axes)))


def logical_dpi(figure: Any) -> float:
    """Return the dots per inch that the user has set, without the screen's scale."""
    return figure.dpi / (getattr(figure.canvas, "device_pixel_ratio", 1) or 1)


@relies_on(
    "matplotlib.artist.Artist.stale_callback",
    since="Matplotlib 1.5",
    lost="a change of a figure is saved after a cell that mentions one of its names, not after any cell",
    instead="nothing is called when the figure changes",
)
def stale_callback(artist: Any) -> Any:
    """Return what is called with an artist and whether it is stale when that changes, None where nothing is."""
    return getattr(artist, "stale_callback", None)


def set_stale_callback(artist: Any, callback: Any) -> None:
    """Set what is called with an artist and whether it is stale when that changes; None for nothing."""
    artist.stale_callback = callback


@relies_on(
    "matplotlib.artist._stale_axes_callback",
    since="Matplotlib 1.5",
    lost="an interactive backend does not draw a restored figure again by itself when an artist in it changes",
    instead="artists in axes stay without a callback",
)
def _callback_in_axes() -> Any:
    from matplotlib import artist

    return getattr(artist, "_stale_axes_callback", None)


@relies_on(
    "matplotlib.figure._stale_figure_callback",
    since="Matplotlib 1.5",
    lost="an interactive backend does not draw a restored figure again by itself when axes or a title of it change",
    instead="artists outside of axes, and axes, stay without a callback",
)
def _callback_in_figure() -> Any:
    from matplotlib import figure

    return getattr(figure, "_stale_figure_callback", None)


def connect_artists(figure: Any) -> None:
    """Connect a loaded figure's artists so that their changes mark it as stale again: pickling drops that."""
    in_axes, in_figure = _callback_in_axes(), _callback_in_figure()
    for each in figure.findobj():
        if each is not figure and stale_callback(each) is None:
            axes = getattr(each, "axes", None)  # a list, of a subfigure
            set_stale_callback(each, in_axes if hasattr(axes, "stale") and axes is not each else in_figure)


@relies_on(
    "matplotlib.figure.Figure._axstack",
    since="Matplotlib 0.98",
    lost="which axes `plt.sca` has chosen is saved with the figure's next change",
    instead="a figure's current axes count as unchanged",
)
def current_axes(figure: Any) -> int | None:
    """Return a value that changes when other axes become the figure's current ones; `Figure.gca` might make some."""
    stack: Any = getattr(figure, "_axstack", None)
    return id(stack.current()) if hasattr(stack, "current") else None


@relies_on(
    "matplotlib.backends._backend_agg.BufferRegion",
    since="Matplotlib 3.6 or before; its module has changed",
    lost="a background that was saved for blitting is not named among what does not come back",
    instead="it counts as an object like any other",
)
def is_saved_background(kind: type) -> bool:
    """Return whether a class is that of backgrounds that were saved for blitting."""
    return name_of(kind) == "BufferRegion"


@relies_on(
    "matplotlib.image.AxesImage._imcache",
    since="Matplotlib 1.0",
    lost="an image close to the limit of bytes counts as one over it",
    instead="no picture counts as cached",
)
def cached_picture(artist: Any) -> Any:
    """Return the picture that an image has drawn last, which is no part of its pickle; None where there is none."""
    own = getattr(artist, "__dict__", None)
    return own.get("_imcache") if type(own) is dict else None


@relies_on(
    "matplotlib.figure.Figure._restore_to_pylab",
    since="Matplotlib 3.6 or before, a key of the pickled state",
    lost="nothing where Matplotlib does not register what it loads; else restored figures get a second number",
    instead="the state goes as it is",
)
def without_registration(state: dict[str, Any]) -> dict[str, Any]:
    """Return the pickled state of a figure without what registers it with pyplot, under a new number, when loaded."""
    return {key: value for key, value in state.items() if key != "_restore_to_pylab"}


@relies_on(
    "matplotlib.tri.Triangulation._cpp_triangulation",
    since="Matplotlib 1.4",
    lost="a figure whose triangulation has been drawn may not be saved, and the plot state says so",
    instead="the state goes as it is",
)
@relies_on(
    "matplotlib.tri.Triangulation._trifinder",
    since="Matplotlib 1.4",
    lost="a figure whose triangulation has been searched may not be saved, and the plot state says so",
    instead="the state goes as it is",
)
def without_compiled_parts(state: dict[str, Any]) -> dict[str, Any]:
    """Return the pickled state of a triangulation without its objects of C++, which it makes again."""
    return {key: None if key in ("_cpp_triangulation", "_trifinder") else value for key, value in state.items()}


@relies_on(
    "matplotlib.transforms.TransformNode._parents",
    since="Matplotlib 1.2 or before",
    lost="a figure that comes back again and again grows by some kilobytes each time",
    instead="the transforms stay as Matplotlib has loaded them",
)
def let_parents_go(objects: Iterable[Any]) -> None:
    """Make transforms that have been loaded hold their parents, those that depend on them, by weak references alone.

    The callbacks of those that Matplotlib makes for loaded transforms hold a dict that holds the parents, so that no
    transform that has been saved would ever be freed, nor left out when the figure is saved again.

    Parameters
    ----------
    objects : iterable of object
        The transforms, and other objects.
    """
    from matplotlib.transforms import TransformNode

    for node in objects:
        if not issubclass(type(node), TransformNode):
            continue
        weak: dict[int, Any] = {}
        for reference in getattr(node, "_parents", {}).values():
            parent = reference()
            if parent is not None:
                weak[id(parent)] = ref(parent, partial(_remove, weak, id(parent)))
        node._parents = weak


def _remove(parents: dict[int, Any], key: int, _: Any) -> None:
    parents.pop(key, None)


@relies_on(
    "matplotlib.patches.Patch._original_facecolor",
    since="Matplotlib 1.5 or before",
    lost="a background whose alpha is taken away after its figure was exported stays as transparent as it was",
    instead="its color stays as `Figure.savefig` leaves it",
)
@relies_on(
    "matplotlib.patches.Patch._original_edgecolor",
    since="Matplotlib 1.5 or before",
    lost="the same of its edge",
    instead="the same",
)
def colors_as_set(patch: Any) -> dict[str, Any]:
    """Return the colors of a patch as they were set, for `set_colors_back`: those that it returns include its alpha."""
    own = getattr(patch, "__dict__", {})
    return {name: own[name] for name in ("_original_facecolor", "_original_edgecolor") if name in own}


def set_colors_back(patch: Any, colors: dict[str, Any]) -> None:
    """Restore what `colors_as_set` returned; the colors themselves have to be restored already."""
    vars(patch).update(colors)


@relies_on(
    "matplotlib.backends.backend_agg.FigureCanvasAgg.renderer",
    since="Matplotlib 3.6 or before, once something has been drawn; asking for it by `get_renderer` would make one",
    lost="the last frame of a canvas is not kept: its figure is drawn once more for a picture",
    instead="the canvas counts as not drawn",
)
def drawn_by(canvas: Any) -> Any:
    """Return what a canvas has drawn last, as a buffer of RGBA; None where it has drawn nothing."""
    renderer: Any = getattr(canvas, "renderer", None)
    return renderer.buffer_rgba() if hasattr(renderer, "buffer_rgba") else None
