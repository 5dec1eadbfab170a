"""How much saving may take, as the moment has it: a cell that waits must not notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntEnum
from time import perf_counter, thread_time

from ... import messages
from ...storage.figure_list import MIB

BEFORE_CELL_BYTES = 4 * 2**20
"""How many bytes a pickle may have that is made while a cell waits."""

BEFORE_CELL_SECONDS = 0.08
"""Processor time that all of them may take together; on a machine that has other things to do, twice the time."""

PATIENT = 0.25
"""Processor time after which saving is given up for a message that waits where it has been given up before: pages send
messages all the time."""

SLOW = 0.1
"""Processor time from which on saving waits for an idle kernel."""

ASK_SECONDS = 0.002
"""Time between two questions whether a message waits: the system needs some microseconds to answer one."""

IDLE_SECONDS = 120.0
"""Time that saving a group may take when the kernel is idle."""


LAST_SECONDS = 3.0
"""Time that it may take when the kernel ends: servers wait five seconds for that before they kill it."""


class TooSlow(Exception):
    """A pickle went over what the moment allows."""


class GivenUp(BaseException):
    """A message waits, so the work is put off. No `Exception`, since it may be raised in code of others."""


class Limits:
    """How much may be saved.

    Parameters
    ----------
    figure : float
        MiB of one figure; 0 saves none.
    kernel : float
        MiB of all of a kernel's figures.
    seconds : float
        Time that saving a group may take between two cells.
    wait : float
        Processor time that saving may take while a cell waits.
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
        """Return the limits that a server has set; it may know of some that are not known here."""
        return cls(**{name: limits[name] for name in ("figure", "kernel", "seconds", "wait") if name in limits})

    def bytes(self, count: int, elsewhere: int) -> tuple[float, str]:
        """Return the limit of a pickle, and why there is nothing beyond it.

        Parameters
        ----------
        count : int
            How many figures are in the pickle.
        elsewhere : int
            Bytes of all other pickles.
        """
        figures, kernel = count * self.figure * MIB, self.kernel * MIB - elsewhere
        if kernel < figures:
            return kernel, messages.KERNEL_LIMIT.format(limit=self.kernel)
        return figures, messages.FIGURE_LIMIT.format(limit=self.figure)


class Moment(IntEnum):
    """When something is saved, and when it may be saved at the earliest."""

    BEFORE_CELL = 0  # a cell waits: what is known to be small and fast, or not known at all
    AFTER_CELL = 1  # the reply has been sent
    IDLE = 2  # there is time for what is slow, and for code of others


class Budget:
    """How much may be done at one moment.

    Parameters
    ----------
    moment : Moment
        The moment.
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
        Processor time that may be used before a cell.
    checks : int
        How often `check` has been called.
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
        """Note that a pickle will have so many bytes at least.

        Raises
        ------
        TooSlow
            It is too large for the moment.
        """
        if self.moment is Moment.BEFORE_CELL and size > BEFORE_CELL_BYTES:
            raise TooSlow

    def check(self) -> None:
        """Return if there is time to go on.

        Raises
        ------
        TooSlow
            It has taken too long.
        GivenUp
            A message waits.
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
