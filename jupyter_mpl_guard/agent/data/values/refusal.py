"""Why a value is not saved."""

from __future__ import annotations


class NotKept(Exception):
    """Raised when a value is not saved; its text is the reason, as half a sentence.

    Parameters
    ----------
    kind : type, optional
        The class that is not on the list.
    """

    def __init__(self, why: str, kind: type | None = None) -> None:
        super().__init__(why)
        self.kind = kind
