"""All moments at which the agent acts between two cells.

They are in one module because they have one reason: a cell never waits for the agent.

Four waits do not use the event loop and are where they are needed. `interrupts.interrupt_soon` and
`pickling.limits.watchdog` act while the main thread is at work, and so need a thread of their own; `storage.disk.flush`
waits in its thread, so that a burst is flushed once; what `restore.rerun` allows after a restart is a deadline
that is checked when a cell comes, and nothing happens when it passes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

from .safe_hook import untraced

SOON = 0.005
"""Seconds after a cell until its figures are saved: reply and idle status have been sent by then. The start of the
next cell does not wait for that moment but saves them itself."""

PAUSE = 1.0
"""Seconds after a change between cells until it is saved: a drag of the mouse is many changes."""

QUIET = 0.3
"""Seconds without a cell after which the kernel is considered idle."""

PATIENCE = 1.5
"""Seconds without a cell after which figures are restored after a restart that the user asked for, where the policy
restores them: a notebook that runs all its cells has sent the first one by then."""

AGAIN = 0.05
"""Seconds until work that was given up for a message is retried, unless the message was a cell."""

BREATH = 0.001
"""Seconds between two pieces of work in an idle kernel. Not zero: the event loop has to look at its sockets in between,
where a cell may wait, and to handle what it has read."""

TURNS = 5
"""Turns of the event loop in which a message is read and handled."""

TRIES = 3
"""How often a late callback waits for that."""


def running_loop() -> asyncio.AbstractEventLoop | None:
    """Return the event loop that runs in this thread, None where there is none."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


class KernelLoop:
    """The kernel's event loop as the agent uses it: it acts there between cells, and only while no message waits.

    Parameters
    ----------
    loop : asyncio.AbstractEventLoop or None
        The kernel's main event loop; without one nothing is ever called.
    safe_hook : safe_hook.SafeHook
        Wraps what the loop calls.
    message_waits : callable
        Returns whether a message waits for the kernel.

    Attributes
    ----------
    message_waits : callable
        The same.
    running : bool
        Whether a cell is running.
    cell : str or None
        The id of the cell that runs or has run last, where its client has told it.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop | None,
        safe_hook: Callable[[Callable[..., Any]], Callable[..., Any]],
        message_waits: Callable[[], bool],
    ) -> None:
        self._loop = loop
        self._safe_hook = safe_hook
        self._quiet_since = perf_counter()
        self.message_waits = message_waits
        self.running = False
        self.cell: str | None = None

    @property
    def is_there(self) -> bool:
        """Whether the kernel has an event loop."""
        return self._loop is not None

    def cell_begins(self, cell: str | None = None) -> None:
        """Note that a cell is about to run, and its id."""
        self.running = True
        self.cell = cell

    def cell_ends(self) -> None:
        """Note that a cell has run."""
        self.running = False
        self._quiet_since = perf_counter()

    def is_busy(self) -> bool:
        """Return whether a cell is running or has just run."""
        return self.running or perf_counter() - self._quiet_since < QUIET

    def safe(self, hook: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that does the same and does not raise."""
        return self._safe_hook(hook)

    def timer(self, callback: Callable[[], Any]) -> Timer:
        """Return a timer that calls a function back, which may raise what it likes."""
        return Timer(self._loop, self._safe_hook(callback))

    def idle_work(self, steps: Iterable[Callable[[], Any]], done: Callable[[], Any] = lambda: None) -> IdleWork:
        """Schedule steps to run one by one while the kernel is idle, see `IdleWork`."""
        return IdleWork(self._loop, steps, self.is_busy, self._safe_hook(done))

    def from_thread(self, callback: Callable[[], Any]) -> Callable[[], None]:
        """Return a function that any thread may call to make the loop call another one, if it still runs."""
        safe = self._safe_hook(callback)

        def call() -> None:
            if self._loop is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(safe)

        return call


class Timer:
    """Call back once, some time after it has been started.

    Parameters
    ----------
    loop : asyncio.AbstractEventLoop or None
        The kernel's main event loop; without one the timer cannot be started.
    callback : callable
        Is called without arguments and must not raise.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop | None, callback: Callable[[], Any]) -> None:
        self._loop = loop
        self._callback = callback
        self._handle: asyncio.Handle | None = None
        self._due = 0.0

    @property
    def pending(self) -> bool:
        """Whether the callback is still to come."""
        return self._handle is not None

    def start(self, seconds: float) -> bool:
        """Schedule the callback in some seconds, unless it is pending; return whether there is a loop for it."""
        if self._loop is None or self._loop.is_closed():
            return False
        if self._handle is None:
            self._due = self._loop.time() + seconds
            self._handle = self._loop.call_at(self._due, self._fire)
        return True

    def start_from_thread(self, seconds: float) -> None:
        """Do the same from any thread but the one in which the loop runs."""
        if self._handle is None and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.start, seconds)

    def cancel(self) -> None:
        """Cancel the callback; safe to call again."""
        if self._handle is not None:
            self._handle.cancel()
        self._handle = None

    def _fire(self) -> None:
        # A message that has been read in the same turn of the loop waits where it cannot be seen: it goes first.
        assert self._loop
        self._handle = self._loop.call_later(BREATH, self._call, self._due + 3 * BREATH)

    def _call(self, latest: float = 1e99, turns: int = 0, tries: int = TRIES) -> None:
        now = self._loop.time() if self._loop else 0.0
        if now > latest and tries:  # the same is true of what came while the loop was busy
            turns, tries = TURNS, tries - 1
        if turns and self._loop:
            self._handle = self._loop.call_soon(self._call, now + 2 * BREATH, turns - 1, tries)
            return
        self._handle = None
        with untraced():
            self._callback()


class IdleWork:
    """Run steps one by one while the kernel is idle, then call back.

    Parameters
    ----------
    loop : asyncio.AbstractEventLoop or None
        The kernel's main event loop; without one nothing is done.
    steps : iterable of callable
        The steps, each of 100 ms at most; one that fails is skipped.
    is_busy : callable
        Returns whether a cell is running or has just run.
    done : callable
        Is called without arguments after the last step and must not raise.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop | None,
        steps: Iterable[Callable[[], Any]],
        is_busy: Callable[[], bool],
        done: Callable[[], Any] = lambda: None,
    ) -> None:
        self._steps = list(steps)
        self._is_busy = is_busy
        self._done = done
        self._timer = Timer(loop, self._step)
        self._timer.start(QUIET)

    def cancel(self) -> None:
        """Cancel the remaining steps; safe to call again."""
        self._timer.cancel()

    def _step(self) -> None:
        if self._is_busy():
            self._timer.start(QUIET)
            return
        if not self._steps:
            self._done()
            return
        try:
            self._steps.pop(0)()
        except BaseException:  # what is imported here may raise anything, and nothing may reach the event loop
            pass
        self._timer.start(BREATH)
