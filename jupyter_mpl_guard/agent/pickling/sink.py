"""Where the bytes of a pickle go: passed on until there are too many or it takes too long."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .limits.budget import Budget

HELD = 4 * 2**20
"""Bytes that are kept in memory until it is known that all of them will be accepted."""

PIECE = 2**20
"""Bytes that are passed on at once: a message may come meanwhile."""


class TooLarge(Exception):
    """Raised when a pickle exceeds its limit of bytes."""


class CannotWrite(Exception):
    """Raised when a pickle cannot be written; the arguments are those of the `OSError`."""


class HoldsCode(Exception):
    """Raised when a pickle refers to what a cell has defined."""


class NotPicklable(Exception):
    """Raised with a sentence that states why a figure cannot be pickled."""


class Sink:
    """A file that passes bytes on until there are too many or it takes too long.

    Nothing is passed on before `HELD` bytes, or all, have been written: then what is still to come is weighed.

    Parameters
    ----------
    *takers : callable
        Called with each piece of bytes.
    limit : float
        Maximum number of bytes.
    budget : budget.Budget
        How long pickling and writing may take.
    weigh : callable
        Returns a lower bound of the number of bytes.

    Attributes
    ----------
    size : int
        Number of bytes that have been written.
    """

    def __init__(
        self,
        *takers: Callable[[memoryview], Any],
        limit: float,
        budget: Budget,
        weigh: Callable[[], int] = lambda: 0,
    ) -> None:
        self._takers = takers
        self._limit = limit
        self._budget = budget
        self._weigh = weigh
        self._held: list[memoryview] | None = []
        self.size = 0
        self._refuses_main = False

    def refuse_main(self) -> None:
        """Refuse bytes that refer to ``__main__``, see `HoldsCode`."""
        self._refuses_main = True

    def expect(self, size: int) -> None:
        """Check that so many more bytes are allowed.

        Raises
        ------
        TooLarge, TooSlow
            If there is no room for them.
        """
        if self.size + size > self._limit:
            raise TooLarge
        self._budget.expect(self.size + size)

    def write(self, piece: Any) -> int:
        """Write bytes, a memoryview, or a buffer, and return how many bytes it has.

        References to code are in bytes that the pickler has put together, never in the memory of an array.

        Raises
        ------
        HoldsCode, TooLarge, TooSlow, GivenUp
            If it is not accepted.
        CannotWrite
            If one of the takers has raised an `OSError`.
        """
        if self._refuses_main and type(piece) is bytes and b"__main__" in piece:
            raise HoldsCode
        taken = memoryview(piece).cast("B")
        self.size += taken.nbytes
        if self.size > self._limit:
            raise TooLarge
        self._budget.expect(self.size)
        self._budget.check()
        if self._held is None:
            self._pass_on(taken)
        else:
            self._held.append(taken)
            if self.size > HELD:
                if self._weigh() > self._limit:
                    raise TooLarge
                self.finish()
        return taken.nbytes

    def finish(self) -> None:
        """Pass on what is still in memory; the exceptions are those of `write`."""
        held, self._held = self._held or [], None
        for piece in held:
            self._pass_on(piece)

    def _pass_on(self, taken: memoryview) -> None:
        try:
            for start in range(0, taken.nbytes, PIECE):
                if start:
                    self._budget.check()
                for take in self._takers:
                    take(taken[start : start + PIECE])
        except OSError as error:
            raise CannotWrite(*error.args) from error
