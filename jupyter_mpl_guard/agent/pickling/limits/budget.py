"""How much saving may take at each moment: a waiting cell must not be delayed noticeably."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntEnum
from time import perf_counter, thread_time

from ...storage.figure_list import MIB
from .. import sentences

BEFORE_CELL_BYTES = 4 * 2**20
"""Maximum size in bytes of a pickle that is made while a cell waits."""

BEFORE_CELL_SECONDS = 0.08
"""Processor time in seconds that all of them may take together, or twice as much real time on a busy machine."""

PATIENT = 0.25
"""Processor time in seconds after which saving is given up for a waiting message where it has been given up before:
pages send messages all the time."""

SLOW = 0.1
"""Processor time in seconds above which saving waits for an idle kernel."""

ASK_SECONDS = 0.002
"""Time in seconds between two checks for a waiting message: the system needs some microseconds for each."""

IDLE_SECONDS = 120.0
"""Time in seconds that saving a group may take when the kernel is idle."""


LAST_SECONDS = 3.0
"""Time in seconds that it may take when the kernel ends: servers wait five seconds for that before they kill it."""


class TooSlow(Exception):
    """Raised when a pickle exceeds what the moment allows."""


class GivenUp(BaseException):
    """Raised to put work off for a waiting message. No `Exception`, since it may be raised in code of others."""


class Limits:
    """How much may be saved.

    Parameters
    ----------
    figure : float
        Maximum size of one figure in MiB; 0 saves none.
    kernel : float
        Maximum size of all of a kernel's figures in MiB.
    seconds : float
        Time in seconds that saving a group may take between two cells.
    wait : float
        Processor time in seconds that saving may take while a cell waits.
    """

    def __init__(
        self, figure: float = 256.0, kernel: float = 1024.0, seconds: float = 1.0, wait: float = BEFORE_CELL_SECONDS
    ) -> None:
        self.figure = figure
        self.kernel = kernel
        self.seconds = seconds
        self.wait = wait

    @classmethod
    def of(cls, limits: Mapping[str, float]) -> Limits:
        """Return the limits that a server has set, ignoring those that are not known here."""
        return cls(**{name: limits[name] for name in ("figure", "kernel", "seconds", "wait") if name in limits})

    def bytes(self, count: int, elsewhere: int) -> tuple[float, str]:
        """Return the limit of a pickle in bytes, and the reason for it.

        Parameters
        ----------
        count : int
            Number of figures in the pickle.
        elsewhere : int
            Size of all other pickles in bytes.
        """
        figures, kernel = count * self.figure * MIB, self.kernel * MIB - elsewhere
        if kernel < figures:
            return kernel, sentences.KERNEL_LIMIT.format(limit=self.kernel)
        return figures, sentences.FIGURE_LIMIT.format(limit=self.figure)


class Moment(IntEnum):
    """When something is saved, or the earliest moment at which it may be saved."""

    BEFORE_CELL = 0  # a cell waits: what is known to be small and fast, or not known at all
    AFTER_CELL = 1  # the reply has been sent
    IDLE = 2  # there is time for what is slow, and for code of others


class Budget:
    """How much may be done at one moment.

    Parameters
    ----------
    limits : Limits, optional
        How long saving may take.
    waits : callable
        Returns whether a message waits for the kernel.
    is_last : bool
        Whether the kernel ends: there will be no other moment.

    Attributes
    ----------
    moment, waits, is_last
        The same.
    wait : float
        Processor time in seconds that may be used before a cell.
    checks : int
        Number of calls of `check`.
    """

    def __init__(
        self,
        moment: Moment,
        limits: Limits | None = None,
        waits: Callable[[], bool] = lambda: False,
        *,
        is_last: bool = False,
    ) -> None:
        limits = limits or Limits()
        self.is_last = is_last
        self.moment = moment
        self.waits = waits
        self.wait = limits.wait
        self.checks = 0
        self._seconds = LAST_SECONDS if is_last else IDLE_SECONDS if moment is Moment.IDLE else limits.seconds
        self._began = thread_time()
        self._began_at = perf_counter()
        self._group_began = self._began
        self._group_began_at = self._began_at
        self._patience = self.wait
        self._ask_at = 0.0

    def start(self, *, is_patient: bool = False) -> None:
        """Begin with the next group; the exceptions are those of `check`.

        Parameters
        ----------
        is_patient : bool
            Whether saving it has been given up before.
        """
        self._group_began = thread_time()
        self._group_began_at = perf_counter()
        self.check()
        self._patience = max(PATIENT, self.wait) if is_patient else self.wait

    def spent(self) -> float:
        """Return the seconds of processor time that the group has taken."""
        return thread_time() - self._group_began

    def expect(self, size: int) -> None:
        """Check that a pickle of at least so many bytes is allowed.

        Raises
        ------
        TooSlow
            If it is too large for the moment.
        """
        if self.moment is Moment.BEFORE_CELL and size > BEFORE_CELL_BYTES:
            raise TooSlow

    def check(self) -> None:
        """Check that there is time to go on.

        Raises
        ------
        TooSlow
            If it has taken too long.
        GivenUp
            If a message waits.
        """
        self.checks += 1
        now, processor = perf_counter(), thread_time() - self._began
        if now - self._group_began_at > self._seconds:
            raise TooSlow
        if self.moment is Moment.BEFORE_CELL:
            if processor > self.wait or now - self._began_at > 2 * self.wait:
                raise TooSlow
        elif processor > self._patience and now > self._ask_at:  # what would be done before a cell is done now
            if self.waits():
                raise GivenUp
            self._ask_at = perf_counter() + ASK_SECONDS
