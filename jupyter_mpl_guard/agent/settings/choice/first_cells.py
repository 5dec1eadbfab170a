"""The cells with which an incarnation begins: `rerun` knows by them that a notebook is run again."""

from __future__ import annotations

from hashlib import blake2b

COUNT = 2
"""Number of cells that tell one beginning from another."""


def digest(code: str) -> str:
    """Return what a cell is known by; its text is not written down."""
    return blake2b(code.strip().encode("utf-8", "replace"), digest_size=16).hexdigest()


class FirstCells:
    """Remember the cells with which an incarnation begins.

    Attributes
    ----------
    digests : list of str
        Theirs, of `COUNT` at most.
    """

    def __init__(self) -> None:
        self.digests: list[str] = []

    def note(self, code: str) -> None:
        """Note that a cell is about to run."""
        if len(self.digests) < COUNT:
            self.digests.append(digest(code))
