"""Pictures of figures, kept beside what is saved of them: last frames of canvases, and requested pictures."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from weakref import ref

from ...protocol import Export, FigureOutcome, Picture
from ...storage.disk.pictures import MOST_PICTURES, PICTURE_BYTES, SUFFIX, name_of
from ...timers import AGAIN, BREATH, QUIET
from . import sentences
from .drawing import drawable, export
from .frame import FrameAbandoned, frame_of, png, smaller
from .offered import NotLoaded, OfferedFigures

if TYPE_CHECKING:
    from ...storage.diary import Diary
    from ..live import LiveFigures

TRIES = 5
"""Number of tries for a canvas whose page has not requested what is new, with the delay doubled each time."""

LARGEST_SCALE = 4
"""Largest factor of downscaling: at least one in so many rows and columns is kept."""

DRAWN_PIXELS = 480
"""Maximum length in pixels of the longer side of a picture that is drawn on request."""

DRAWN_BYTES = 16 * 2**20
"""Maximum saved size in bytes of a figure for which that is done: larger ones take long to draw."""


class Pictures:
    """Keep pictures in a kernel's diary.

    Parameters
    ----------
    waits : callable
        Returns whether a message waits for the kernel.
    """

    def __init__(self, diary: Diary, waits: Callable[[], bool]) -> None:
        self._diary = diary
        self._waits = waits
        self._scales: dict[str, int] = {}
        self._tries: dict[str, int] = {}
        self._changed: dict[str, ref[Any]] = {}

    @property
    def pending(self) -> bool:
        """Whether frames are still to be kept."""
        return bool(self._changed)

    def add(self, redrawn: Mapping[str, ref[Any]]) -> None:
        """Note figures whose canvases may show something else than their pictures, by their ids."""
        self._changed.update(redrawn)

    def forget(self) -> None:
        """Keep no frame of what was noted: the diary has been removed."""
        self._changed.clear()

    def keep_next(self) -> float | None:
        """Save the frame of one canvas; return the seconds until the next one is due, None where nothing is left."""
        for figure_id in list(self._changed):
            figure = self._changed[figure_id]()
            wait = None if figure is None else self._keep(figure_id, figure)
            if wait is not None:
                return wait
            del self._changed[figure_id]
            self._tries.pop(figure_id, None)
            return BREATH if self._changed else None
        return None

    def _keep(self, figure_id: str, figure: Any) -> float | None:
        """Save the frame of a canvas; return the seconds until the next try, None where that is not necessary."""
        frame, tries = frame_of(figure), self._tries.get(figure_id, 0)
        if (frame is None or figure.stale) and tries < TRIES:
            self._tries[figure_id] = tries + 1
            return QUIET * 2**tries
        scale = self._scales.get(figure_id, 1)
        if frame is None or scale > LARGEST_SCALE:
            return None
        try:
            data = png(smaller(frame, scale), self._waits)
        except FrameAbandoned:
            if not self._waits():
                self._scales[figure_id] = scale + 1
            return AGAIN
        if len(data) > PICTURE_BYTES:
            self._scales[figure_id] = scale + 1
            return AGAIN
        self.write(figure_id, data)
        return None

    def write(self, figure_id: str, data: bytes) -> None:
        """Write a picture into the diary, unless that cannot be written or has too many."""
        name, names = name_of(figure_id), self._diary.names()
        if not names or (name not in names and sum(each.endswith(SUFFIX) for each in names) >= MOST_PICTURES):
            return
        try:
            with self._diary.draft() as draft:
                draft.write(data)
                draft.keep(name)
        except OSError:
            pass


def draw(
    request: Picture | Export, live: LiveFigures, offered: OfferedFigures, pictures: Callable[[], Pictures]
) -> FigureOutcome:
    """Return what `picture` or `drawing.export` does, as a request says.

    Parameters
    ----------
    pictures : callable
        Returns where pictures are kept.
    """
    if isinstance(request, Export):
        return export(request, live, offered)
    return picture(request.figure, live, offered, pictures())


def picture(figure_id: str, live: LiveFigures, offered: OfferedFigures, pictures: Pictures) -> FigureOutcome:
    """Return and keep a picture of a figure: the frame of its canvas if it is alive, else a small drawing.

    Parameters
    ----------
    live : live.LiveFigures
        The figures that are alive.
    offered : offered.OfferedFigures
        Those that are offered.
    pictures : Pictures
        Where it is kept.
    """
    sizes = [each.size for each in live.listing() if each.described.id == figure_id] or [offered.size(figure_id) or 0]
    if any(size > DRAWN_BYTES for size in sizes):
        return FigureOutcome.refused(sentences.TOO_LARGE_TO_DRAW)
    try:
        data = _drawn(figure_id, live, offered)
    except KeyboardInterrupt:
        raise
    except NotLoaded as error:
        return FigureOutcome.refused(str(error))
    except BaseException as error:  # what is drawn may be code of others
        return FigureOutcome.refused(sentences.not_drawn(error))
    if data is None:
        return FigureOutcome.unknown()
    if len(data) > PICTURE_BYTES:
        return FigureOutcome.refused(sentences.TOO_LARGE_TO_DRAW)
    pictures.write(figure_id, data)
    return FigureOutcome(data=b64encode(data).decode("ascii"))


def _drawn(figure_id: str, live: LiveFigures, offered: OfferedFigures) -> bytes | None:
    """Return what a figure's canvas has drawn if that is up to date, else a small drawing; None without a figure."""
    figure = live.find(figure_id)
    frame = None if figure is None else frame_of(figure)
    if frame is not None and not figure.stale:
        return png(smaller(frame), lambda: False, budget=float("inf"))
    file = io.BytesIO()
    with drawable(figure_id, live, offered) as figure:
        if figure is None:
            return None
        figure.savefig(file, format="png", dpi=min(figure.dpi, DRAWN_PIXELS / max(figure.get_size_inches())))
    return file.getvalue()
