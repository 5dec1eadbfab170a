"""An end to code of others that runs while objects are pickled and does not return."""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from .budget import Budget, GivenUp

GRACE = 0.1
"""Seconds that it may go on while a message waits."""

STUCK = 5.0
"""Seconds without a byte after which it is ended when none does: it may wait for a lock that only a cell gives back."""

LOOK = 0.05
"""Seconds between two looks."""


class Stuck(BaseException):
    """Code of others did not return."""


@contextmanager
def watched(budget: Budget) -> Iterator[None]:
    """End the block from within, in the main thread, when a message waits or when nothing goes on any more.

    It is ended as an interrupt would end it, also while it waits for a lock.

    Parameters
    ----------
    budget : budget.Budget
        Of what the block does.

    Raises
    ------
    GivenUp
        A message waits.
    Stuck
        None does, and nothing has been pickled for too long.
    """
    dog = _Watchdog(budget)
    before = signal.signal(signal.SIGINT, dog.bite)
    try:
        dog.start()
        yield
    finally:
        _end(dog, before)


def _end(dog: _Watchdog, before: Any) -> None:
    """Put the handler of interrupts back; a bite that comes too late is for nobody, an interrupt is not lost."""
    is_interrupted = False
    while True:
        try:
            dog.end()
            signal.signal(signal.SIGINT, before)
            break
        except (GivenUp, Stuck):
            pass
        except KeyboardInterrupt:
            is_interrupted = True
    if is_interrupted:
        raise KeyboardInterrupt


class _Watchdog:
    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._main = threading.main_thread().ident
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._bites: type[BaseException] | None = None
        self._thread = threading.Thread(target=self._watch, name="mpl-guard-watchdog", daemon=True)

    def start(self) -> None:
        """Watch from now on."""
        self._thread.start()

    def end(self) -> None:
        """Watch no more: nothing is interrupted after this."""
        with self._lock:
            self._done.set()

    def bite(self, number: int, frame: Any) -> None:
        """Raise what ends the code; an interrupt of the user is one."""
        bites, self._bites = self._bites, None
        raise bites if bites is not None else KeyboardInterrupt

    def _watch(self) -> None:
        went_on, checks = monotonic(), self._budget.checks
        waiting_since: float | None = None
        while not self._done.wait(LOOK):
            now = monotonic()
            if self._budget.checks != checks:
                went_on, checks = now, self._budget.checks
            if not self._budget.waits():
                waiting_since = None
            elif waiting_since is None:
                waiting_since = now
            if waiting_since is not None and now - waiting_since >= GRACE - LOOK:
                self._interrupt(GivenUp)
            elif now - went_on > STUCK:
                self._interrupt(Stuck)

    def _interrupt(self, bites: type[BaseException]) -> None:
        with self._lock:
            if self._done.is_set():
                return
            self._bites = bites
            if hasattr(signal, "pthread_kill") and self._main is not None:
                signal.pthread_kill(self._main, signal.SIGINT)
            else:
                _thread.interrupt_main()
