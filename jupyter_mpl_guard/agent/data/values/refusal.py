"""Why a value is not saved."""

from __future__ import annotations


class NotKept(Exception):
    """Say in half a sentence why a value is not saved.

    Parameters
    ----------
    why : str
        The reason.
    kind : type, optional
        The class that is not on the list.
    """

    def __init__(self, why: str, kind: type | None = None) -> None:
        super().__init__(why)
        self.kind = kind
