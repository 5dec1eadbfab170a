"""Signatures by which a kernel knows what it has written itself."""

from __future__ import annotations

import hmac
import json
from functools import lru_cache
from hashlib import sha256
from typing import Any


def signature(key: bytes, kernel_id: str, *pieces: bytes) -> str:
    """Return the HMAC, as hexadecimal digits, of what a kernel has written.

    Parameters
    ----------
    key : bytes
        The key in the kernel's connection file: whoever knows it can run code in the kernel anyway.
    kernel_id : str
        Signed too, so that the diary of one kernel does not pass for that of another.
    *pieces : bytes
        What is signed.
    """
    code = signing(key, kernel_id)
    for piece in pieces:
        code.update(piece)
    return code.hexdigest()


def signing(key: bytes, kernel_id: str) -> hmac.HMAC:
    """Return the `hmac.HMAC` object of a `signature` that is made piece by piece."""
    return _begun(key, kernel_id).copy()


@lru_cache(maxsize=4)
def _begun(key: bytes, kernel_id: str) -> hmac.HMAC:
    return hmac.new(key, b"jupyter-mpl-guard\0" + kernel_id.encode() + b"\0", sha256)


def is_signed(mac: Any, key: bytes, kernel_id: str, *pieces: bytes) -> bool:
    """Return whether a signature that was read is that of the pieces; without a key it never is."""
    return bool(key) and same(mac, signature(key, kernel_id, *pieces))


def same(mac: Any, right: str) -> bool:
    """Return whether a signature that was read is the right one."""
    return isinstance(mac, str) and hmac.compare_digest(mac.encode("utf-8", "replace"), right.encode())


def text(document: Any) -> bytes:
    """Return JSON data as the bytes that are signed: the same for equal data, in whatever order its keys are."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
