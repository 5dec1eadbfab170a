"""Signatures by which a kernel knows what it has written itself."""

import hmac
from hashlib import sha256


def signature(key, kernel_id, *pieces):
    """Return the HMAC, as hexadecimal digits, by which a kernel knows what it has written itself.

    Parameters
    ----------
    key : bytes
        The key of the kernel's connection file: whoever knows it can run code in the kernel anyway.
    kernel_id : str
        Bound in, so that one kernel's diary does not pass for another's.
    *pieces : bytes
        What is signed.
    """
    code = signing(key, kernel_id)
    for piece in pieces:
        code.update(piece)
    return code.hexdigest()


def signing(key, kernel_id):
    """Return the `hmac.HMAC` object of a `signature` that is made piece by piece."""
    return hmac.new(key, b"jupyter-mpl-guard\0" + kernel_id.encode() + b"\0", sha256)


def is_signed(mac, key, kernel_id, *pieces):
    """Tell whether a signature is that of the pieces."""
    return bool(key) and same(mac, signature(key, kernel_id, *pieces))


def same(mac, right):
    """Tell whether a signature that was read is the right one."""
    return isinstance(mac, str) and hmac.compare_digest(mac.encode(), right.encode())
