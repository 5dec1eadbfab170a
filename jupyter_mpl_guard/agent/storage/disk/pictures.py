"""Pictures of figures, beside their pickles: PNG files for display, which are not signed.

The name of a picture is made of the id of its figure, so that whoever knows the figure finds it.
"""

from __future__ import annotations

from hashlib import sha256

SUFFIX = ".png"
"""End of the names of pictures."""

SIGNATURE = b"\x89PNG\r\n\x1a\n"
"""Beginning of every PNG file."""

PICTURE_BYTES = 2 * 2**20
"""Bytes that a picture may have."""

MOST_PICTURES = 256
"""Pictures that a diary may have."""


def name_of(figure_id: str) -> str:
    """Return the name of the picture of a figure."""
    return sha256(figure_id.encode("utf-8", "replace")).hexdigest()[:32] + SUFFIX


def is_picture(data: bytes | None) -> bool:
    """Return whether the bytes of a file are those of a picture that may be shown."""
    return data is not None and data.startswith(SIGNATURE) and len(data) <= PICTURE_BYTES
