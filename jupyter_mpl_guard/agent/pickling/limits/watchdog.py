"""Interrupt code of others that runs while objects are pickled and does not return."""

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
"""Seconds that it may continue while a message waits."""

STUCK = 5.0
"""Seconds without a byte after which it is interrupted when none does: it may wait for a lock that a cell holds."""

LOOK = 0.05
"""Seconds between two checks."""


class Stuck(BaseException):
    """Raised when code of others does not return."""


@contextmanager
def watched(budget: Budget) -> Iterator[None]:
    """Interrupt the block, in the main thread, when a message waits or when it makes no more progress.

    It is ended as an interrupt would end it, also while it waits for a lock.

    Parameters
    ----------
    budget : budget.Budget
        The budget of the block.

    Raises
    ------
    GivenUp
        If a message waits.
    Stuck
        If none does and nothing has been pickled for too long.
    """
    dog = _Watchdog(budget)
    before = signal.signal(signal.SIGINT, dog.on_interrupt)
    try:
        dog.start()
        yield
    finally:
        _end(dog, before)


def _end(dog: _Watchdog, before: Any) -> None:
    """Restore the handler of interrupts; ignore what the watchdog raises too late, but not the user's interrupt."""
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
        self._reason: type[BaseException] | None = None
        self._thread = threading.Thread(target=self._watch, name="mpl-guard-watchdog", daemon=True)

    def start(self) -> None:
        """Start watching."""
        self._thread.start()

    def end(self) -> None:
        """Stop watching: nothing is interrupted after this."""
        with self._lock:
            self._done.set()

    def on_interrupt(self, number: int, frame: Any) -> None:
        """Raise what ends the code, or `KeyboardInterrupt` for an interrupt of the user."""
        reason, self._reason = self._reason, None
        raise reason if reason is not None else KeyboardInterrupt

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

    def _interrupt(self, reason: type[BaseException]) -> None:
        with self._lock:
            if self._done.is_set():
                return
            self._reason = reason
            if hasattr(signal, "pthread_kill") and self._main is not None:
                signal.pthread_kill(self._main, signal.SIGINT)
            else:
                _thread.interrupt_main()
