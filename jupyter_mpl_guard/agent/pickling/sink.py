"""Where the bytes of a pickle go: passed on until there are too many or it takes too long."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any


class TooLarge(Exception):
    """A pickle went over its limit of bytes."""


class TooSlow(Exception):
    """A pickle went over its limit of seconds."""


class CannotWrite(Exception):
    """A pickle could not be written; the arguments are those of the `OSError`."""


class HoldsCode(Exception):
    """A pickle refers to what a cell has defined."""


class NotPicklable(Exception):
    """Say in a sentence why a figure cannot be pickled."""


class Sink:
    """A file that passes bytes on until there are too many or it takes too long.

    Parameters
    ----------
    *takers : callable
        Are called with each piece of bytes.
    limit : float
        Bytes that it takes.
    seconds : float
        Time that pickling and writing may take, from now on.

    Attributes
    ----------
    refuses_main : bool
        Whether bytes that refer to ``__main__`` are refused.
    """

    def __init__(self, *takers: Callable[[memoryview], Any], limit: float, seconds: float) -> None:
        self._takers, self._limit, self._end = takers, limit, perf_counter() + seconds
        self.size = 0
        self.refuses_main = False

    def write(self, piece: Any) -> int:
        """Take bytes, a memoryview, or a buffer, and return how many bytes it has.

        Code is referred to in bytes that the pickler has put together, never in the memory of an array.

        Raises
        ------
        HoldsCode, TooLarge, TooSlow
            It is not taken.
        CannotWrite
            One of the takers has raised an `OSError`.
        """
        if self.refuses_main and type(piece) is bytes and b"__main__" in piece:
            raise HoldsCode
        taken = memoryview(piece).cast("B")
        self.size += taken.nbytes
        if self.size > self._limit:
            raise TooLarge
        if perf_counter() > self._end:
            raise TooSlow
        try:
            for take in self._takers:
                take(taken)
        except OSError as error:
            raise CannotWrite(*error.args) from error
        return taken.nbytes
