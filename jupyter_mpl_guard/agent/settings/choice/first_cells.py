"""The first cells of an incarnation: `rerun` recognizes by them that a notebook is run again."""

from __future__ import annotations

from hashlib import blake2b

COUNT = 2
"""Number of cells that distinguish one beginning from another."""


def digest(code: str) -> str:
    """Return the digest that identifies a cell; its text is not saved."""
    return blake2b(code.strip().encode("utf-8", "replace"), digest_size=16).hexdigest()


class FirstCells:
    """Record the first cells of an incarnation.

    Attributes
    ----------
    digests : list of str
        Their digests, at most `COUNT`.
    """

    def __init__(self) -> None:
        self.digests: list[str] = []

    def note(self, code: str) -> None:
        """Record a cell that is about to run."""
        if len(self.digests) < COUNT:
            self.digests.append(digest(code))
