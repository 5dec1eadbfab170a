"""Draw one figure on request: all is as before afterwards, and no page or cell is notified."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ...internals.artists import colors_as_set, set_colors_back, set_stale_callback, stale_callback
from ...pickling.quiet import quiet
from ...protocol import Export, FigureOutcome
from . import sentences
from .offered import NotLoaded, OfferedFigures

if TYPE_CHECKING:
    from ..live import LiveFigures

EXPORT_BYTES = 32 * 2**20
"""Maximum size of an export in bytes: it is sent in one message, in base64."""

MARGINS = ("left", "bottom", "right", "top", "wspace", "hspace")
"""What a tight layout changes for all axes."""

EXPORT_PIXELS = 10**8
"""Maximum number of pixels of a picture: each takes four bytes of memory."""


def export(request: Export, live: LiveFigures, offered: OfferedFigures) -> FigureOutcome:
    """Return what `Figure.savefig` writes of a figure that is alive or offered.

    Parameters
    ----------
    request : protocol.Export
        Its id, and the arguments.
    live : live.LiveFigures
        The figures that are alive.
    offered : offered.OfferedFigures
        Those that are offered.
    """
    file = io.BytesIO()
    try:
        with drawable(request.figure, live, offered) as figure:
            if figure is None:
                return FigureOutcome.unknown()
            if request.format == "png" and _pixels(figure, request.dpi) > EXPORT_PIXELS:
                return FigureOutcome.refused(sentences.TOO_MANY_PIXELS.format(limit=EXPORT_PIXELS // 10**6))
            figure.savefig(file, format=request.format, **request.options)
    except KeyboardInterrupt:
        raise
    except NotLoaded as error:
        return FigureOutcome.refused(str(error))
    except BaseException as error:  # what is drawn may be code of others
        return FigureOutcome.refused(sentences.not_drawn(error))
    data = file.getbuffer()
    if len(data) > EXPORT_BYTES:
        return FigureOutcome.refused(sentences.EXPORT_TOO_LARGE.format(limit=EXPORT_BYTES // 2**20))
    return FigureOutcome(data=b64encode(data).decode("ascii"))


@contextmanager
def drawable(figure_id: str, live: LiveFigures, offered: OfferedFigures) -> Iterator[Any]:
    """Yield a figure that is alive or offered, None where there is none; drawing it in the block leaves no trace.

    Raises
    ------
    NotLoaded
        It is offered, and cannot be loaded.
    """
    figure = live.find(figure_id)
    if figure is None:
        with offered.loaded_figure(figure_id) as figure:
            yield figure
    else:
        with quiet(), untouched(figure, live):
            yield figure


def _pixels(figure: Any, dpi: float | None) -> float:
    from matplotlib import rcParams

    if dpi is None:
        dpi = rcParams["savefig.dpi"] if rcParams["savefig.dpi"] != "figure" else figure.dpi
    width, height = figure.get_size_inches()
    return float(width * height * dpi**2)


@contextmanager
def untouched(figure: Any, live: LiveFigures) -> Iterator[None]:
    """Restore a figure when the block ends, and suppress notifications of what is drawn in it.

    Its canvas keeps the frame that a page shows: another one is drawn on. A layout that moves with each draw is
    restored, so that what is drawn next is what would have been drawn without this.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas, callback, dpi = figure.canvas, stale_callback(figure), figure.dpi
    set_stale_callback(figure, None)
    try:
        before = _State(figure)
        try:
            with live.ignoring_canvases():
                if isinstance(canvas, FigureCanvasAgg):  # one of another kind is not drawn on, or draws otherwise
                    FigureCanvasAgg(figure)
                yield
        finally:
            if figure.dpi != dpi:
                figure.dpi = dpi
            figure.canvas = canvas  # `set_canvas` does no more than this
            before.put_back(figure)
    finally:
        set_stale_callback(figure, callback)


class _State:
    """What drawing a figure changes in it."""

    def __init__(self, figure: Any) -> None:
        tops = [(artist, artist.stale) for artist in (figure, *figure.axes)]  # a look at all others changes that
        artists = figure.findobj()
        self._stale = [*((artist, artist.stale) for artist in artists), *tops]
        patches = filter(None, (getattr(artist, "patch", None) for artist in artists))
        self._colors = [(patch, colors_as_set(patch)) for patch in patches]
        self._margins = {name: getattr(figure.subplotpars, name) for name in MARGINS}
        self._places = [(axes, _places(axes), axes.get_in_layout()) for axes in figure.axes]

    def put_back(self, figure: Any) -> None:
        """Restore it without notifying anybody."""
        figure.subplotpars.update(**self._margins)
        for axes, places, in_layout in self._places:
            if _places(axes) != places:
                for which, place in places.items():
                    axes.set_position(place, which=which)
                axes.set_in_layout(in_layout)
        for patch, colors in self._colors:
            set_colors_back(patch, colors)
        for artist, value in self._stale:
            _set_stale(artist, value)


def _places(axes: Any) -> dict[str, tuple[float, ...]]:
    return {which: axes.get_position(original=which == "original").bounds for which in ("original", "active")}


def _set_stale(artist: Any, value: bool) -> None:
    """Set whether an artist is stale without calling its stale callback."""
    if artist.stale != value:
        callback = stale_callback(artist)
        set_stale_callback(artist, None)
        artist.stale = value
        set_stale_callback(artist, callback)
