"""Fingerprints that tell whether bytes have changed, computed at a gigabyte per second."""

from __future__ import annotations

from hashlib import blake2b
from zlib import adler32, crc32

BLOCK = 2**18
"""Bytes that are reduced to two checksums before they are hashed: to hash all of them would take twice the time."""


class BytesFingerprint:
    """The fingerprint of bytes that come in pieces."""

    def __init__(self) -> None:
        self._hash = blake2b(digest_size=24)

    def update(self, piece: memoryview) -> None:
        """Add the next bytes to the fingerprint."""
        if piece.nbytes <= 4096:
            self._hash.update(piece)
            return
        for start in range(0, piece.nbytes, BLOCK):
            block = piece[start : start + BLOCK]
            self._hash.update(b"%d %d %d\0" % (block.nbytes, crc32(block), adler32(block)))

    def digest(self) -> bytes:
        """Return the fingerprint."""
        return self._hash.digest()


class BytesBuffer:
    """Keep bytes that come in pieces as long as they are few.

    Parameters
    ----------
    limit : int
        Bytes that are kept at most.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pieces: list[bytes] | None = []
        self._size = 0

    def take(self, piece: memoryview) -> None:
        """Keep the next bytes, or discard all where that would exceed the limit."""
        self._size += piece.nbytes
        if self._size > self._limit:
            self._pieces = None
        elif self._pieces is not None:
            self._pieces.append(bytes(piece))

    def bytes(self) -> bytes | None:
        """Return all bytes, None where there were too many."""
        return None if self._pieces is None else b"".join(self._pieces)
