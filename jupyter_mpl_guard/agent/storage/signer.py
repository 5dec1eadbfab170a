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
        The name for which it is signed.
    key : bytes
        The key that signs it.
    """

    kernel_id: str
    name: str
    key: bytes
