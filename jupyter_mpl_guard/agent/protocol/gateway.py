"""The part of a request for a kernel behind a gateway."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from .checks import checked, numbers

KERNEL_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*")
"""Ids of kernels: they are part of the name of a folder."""


class GatewayKernel(NamedTuple):
    """What the agent of a kernel behind a gateway needs to know, because no server can see its diary.

    Attributes
    ----------
    kernel_id : str
        The kernel's id; the name of its connection file may say something else there.
    name, key : str
        Name and key with which it signs, "" where it uses its own.
    former : str
        Id of an ended kernel that has signed in the same way, "" where there is none.
    folder : str
        Folder of the diary where the kernel's environment names none, "" for that of the connection file.
    days, limit : float
        Days for which, and MiB up to which, what ended kernels have left is kept.
    """

    kernel_id: str
    name: str = ""
    key: str = ""
    former: str = ""
    folder: str = ""
    days: float = 7.0
    limit: float = 1024.0

    def __repr__(self) -> str:
        """Return what a log may show: the key is a secret."""
        return f"{type(self).__name__}({self.kernel_id!r})"

    @classmethod
    def from_json(cls, data: Any) -> GatewayKernel:
        """Return what a server has sent.

        Raises
        ------
        ValueError
            A value is not of the type that its key has.
        """
        data = checked("gateway", data, dict)
        kernel_id, name, key, former, folder = (checked(each, data.get(each, ""), str) for each in cls._fields[:5])
        if not KERNEL_ID.fullmatch(kernel_id):
            raise ValueError(f"'kernel_id' of a request has to be an id, not {kernel_id!r}")
        left = numbers("gateway", {each: data[each] for each in cls._fields[5:] if each in data})
        return cls(kernel_id, name, key, former, folder, **left)
