"""Arrays that do not hold their values themselves: views of others, and those that show a file.

Pickles refer to the functions of this module by their names.
"""

from __future__ import annotations

import os
from typing import Any

from ...internals.memory import found_in
from .. import sentences
from .refusal import NotKept


def is_memmap(kind: type) -> bool:
    """Return whether a class is that of arrays of memory-mapped files."""
    return kind is found_in("numpy", "memmap")


def reduce_mapped(array: Any) -> Any:
    """Return the reduction of an array that shows a file: it will show the same file.

    Raises
    ------
    NotKept
        What it shows is not in the file, or it is only a part of what has been mapped.
    """
    from numpy import memmap

    state = vars(array)
    name, mode, offset = state.get("filename"), state.get("mode"), state.get("offset")
    if name is None or mode not in ("r", "r+", "w+") or type(array.base) is memmap:
        raise NotKept(sentences.NOT_AS_IN_FILE)
    shape, order = array.shape, "C" if array.flags.c_contiguous else "F"
    return mapped, (os.path.abspath(name), array.dtype, "r" if mode == "r" else "r+", offset, shape, order)


def mapped(name: str, dtype: Any, mode: Any, offset: int, shape: Any, order: Any) -> Any:
    """Return an array that shows the present content of a file, as it would in the kernel that has ended."""
    from numpy import memmap

    return memmap(name, dtype=dtype, mode=mode, offset=offset, shape=shape, order=order)


def reduce_view(array: Any, owner: Any) -> Any:
    """Return the reduction of an array that is a view of another one, None where it cannot be remade from that."""
    from numpy import ndarray

    if type(owner) is not ndarray or array.dtype.hasobject or owner.dtype.hasobject:
        return None
    if not (owner.flags.c_contiguous or owner.flags.f_contiguous):
        return None
    offset = array.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
    return view, (owner, array.shape, array.dtype, offset, array.strides, array.flags.writeable)


def view(owner: Any, shape: Any, dtype: Any, offset: int, strides: Any, writeable: bool) -> Any:
    """Return a view of a part of another array."""
    from numpy import ndarray

    made = ndarray(shape, dtype, owner, offset, strides)
    if not writeable:
        made.flags.writeable = False
    return made
