"""Who signs a diary."""

from __future__ import annotations

from typing import NamedTuple


class Signer(NamedTuple):
    """Who signs a diary.

    Attributes
    ----------
    kernel_id : str
        The kernel's id.
    name : str
        For whom it is signed.
    key : bytes
        With what.
    """

    kernel_id: str
    name: str
    key: bytes
