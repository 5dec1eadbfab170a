"""The frame that a canvas has drawn already, as a PNG file: nothing is drawn for it, and it takes a moment only."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from struct import pack
from time import thread_time
from typing import Any

from ...internals.artists import drawn_by
from ...storage.disk.pictures import SIGNATURE

BUDGET = 0.015
"""Maximum processor time for making a file, in seconds."""

ROWS = 32
"""Number of rows of a picture between two checks for a waiting message."""

PIXELS = 2 * 2**20
"""Maximum number of pixels of a picture; a larger frame loses rows and columns."""


class FrameAbandoned(Exception):
    """Raised when a message waits or when it would take too long."""


def frame_of(figure: Any) -> Any:
    """Return the pixels that a figure's canvas has drawn last, None where it has drawn none: an array of RGBA."""
    import numpy as np

    drawn = drawn_by(figure.canvas)
    if drawn is None:
        return None
    frame = np.asarray(drawn)
    return frame if frame.ndim == 3 and frame.shape[2] == 4 and frame.dtype == np.uint8 else None


def smaller(frame: Any, scale: int = 1) -> Any:
    """Return every `scale`-th row and column of a frame, and fewer where these have too many pixels."""
    while (frame.shape[0] // scale) * (frame.shape[1] // scale) > PIXELS:
        scale += 1
    return frame[::scale, ::scale]


def png(frame: Any, waits: Callable[[], bool], budget: float = BUDGET) -> bytes:
    """Return a frame as a PNG file.

    Parameters
    ----------
    frame : numpy.ndarray
        RGBA, 8 bits each, in the shape (height, width, 4).
    waits : callable
        Returns whether a message waits for the kernel.
    budget : float
        Maximum processor time in seconds.

    Raises
    ------
    FrameAbandoned
        If a message waits or time has run out.
    """
    import numpy as np

    end = thread_time() + budget
    height, width = frame.shape[:2]
    # Level 1 and runs only: flat areas cost nothing, and noise takes a third of the time.
    code, pieces = zlib.compressobj(1, strategy=zlib.Z_RLE), []
    for first in range(0, height, ROWS):
        rows = frame[first : first + ROWS]
        lines = np.zeros((len(rows), 1 + 4 * width), np.uint8)  # each line begins with 0: it is not filtered
        lines[:, 1:] = rows.reshape(len(rows), -1)
        pieces.append(code.compress(lines.data))
        if waits() or thread_time() > end:
            raise FrameAbandoned
    pieces.append(code.flush())
    header = pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"".join([SIGNATURE, _chunk(b"IHDR", header), _chunk(b"IDAT", b"".join(pieces)), _chunk(b"IEND", b"")])


def _chunk(kind: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(data, zlib.crc32(kind)))
