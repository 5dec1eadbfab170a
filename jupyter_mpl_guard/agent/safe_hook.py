"""The one wrapper of everything that others call in the agent: a guard that is broken looks like no guard."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from typing import Any

from . import interrupts


class SafeHook:
    """Wrap hooks of the agent so that nothing that goes wrong in them reaches the user's cells or the event loop.

    Hooks do nothing in a forked child, outside of the main thread or while the agent is paused: a diary has one
    writer.

    Parameters
    ----------
    fail : callable
        Is called with what a hook has raised; the user's classes may raise what is no `Exception`.
    interrupted : callable
        Is called without arguments when an interrupt has ended a hook.
    """

    def __init__(self, fail: Callable[[BaseException], Any], interrupted: Callable[[], Any]) -> None:
        self._fail, self._interrupted = fail, interrupted
        self._process, self._paused = os.getpid(), False

    def pause(self) -> None:
        """Let hooks do nothing from now on."""
        self._paused = True

    def resume(self) -> None:
        """Let hooks do their work again."""
        self._paused = False

    def __call__(
        self, hook: Callable[..., Any], *, any_thread: bool = False, interrupted: Callable[[], Any] | None = None
    ) -> Callable[..., None]:
        """Return a hook that does not raise.

        Parameters
        ----------
        hook : callable
            What is wrapped. An interrupt ends it, also between cells, where ipykernel ignores interrupts.
        any_thread : bool
            Whether it may run in any thread, while a cell is running: then an interrupt is put off until it has ended.
        interrupted : callable
            Is called in place of the one that all hooks share.
        """
        deliver = interrupted or (interrupts.interrupt_soon if any_thread else self._interrupted)

        def safe(*arguments: Any) -> None:
            if self._paused or os.getpid() != self._process:
                return
            in_main_thread = threading.current_thread() is threading.main_thread()
            if not (in_main_thread or any_thread):
                return
            try:
                if not in_main_thread:
                    hook(*arguments)
                elif any_thread:
                    with interrupts.deferred():
                        hook(*arguments)
                elif signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
                    with interrupts.raised():
                        hook(*arguments)
                else:
                    hook(*arguments)
            except KeyboardInterrupt:
                deliver()
            except BaseException as error:
                self._fail(error)

        return safe
