"""The one wrapper of everything that others call in the agent: a broken guard behaves like no guard."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from sys import getprofile, getrecursionlimit, gettrace, setprofile, setrecursionlimit, settrace
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from . import interrupts
from .internals.ipython import is_debuggers

_IS_PYTHONS = type(settrace) is BuiltinFunctionType
"""Whether `sys.settrace` is the interpreter's own: a debugger that has replaced it warns its callers."""


ENOUGH = 1_000
"""Recursion depth that hooks may need: Python's own limit."""


class untraced:  # noqa: N801  # it is used as a function would be
    """Suspend this thread's tracer and profiler during a block; a context manager.

    One that was not set from Python stays: it cannot be restored. It is a class since the generator of
    a `contextlib.contextmanager` ends with an exception, after the tracer is back.
    """

    def __enter__(self) -> None:
        trace, profile = gettrace(), getprofile()
        self._trace = trace if _IS_PYTHONS and trace is not None and _can_be_put_back(trace) else None
        self._profile = profile if profile is not None and _can_be_put_back(profile) else None
        if self._trace is not None:
            settrace(None)
        if self._profile is not None:
            setprofile(None)

    def __exit__(self, *exception: object) -> None:
        if self._profile is not None:
            setprofile(self._profile)
        if self._trace is not None:
            settrace(self._trace)


class not_too_shallow:  # noqa: N801  # it is used as a function would be
    """Raise the recursion limit to what hooks need, as a user may have set a lower one; a context manager."""

    def __enter__(self) -> None:
        self._limit = getrecursionlimit()
        if self._limit < ENOUGH:
            setrecursionlimit(ENOUGH)

    def __exit__(self, *exception: object) -> None:
        if self._limit < ENOUGH:
            setrecursionlimit(self._limit)


def _can_be_put_back(tracer: Any) -> bool:
    """Return whether a tracer has been set by `sys.settrace`; debugpy's is one that has, in C."""
    kind = type(tracer)
    return kind is FunctionType or kind is MethodType or is_debuggers(kind)


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

    Attributes
    ----------
    fail, interrupted : callable
        The same.
    """

    def __init__(self, fail: Callable[[BaseException], Any], interrupted: Callable[[], Any]) -> None:
        self.fail = fail
        self.interrupted = interrupted
        self._process = os.getpid()
        self._paused = False

    @property
    def is_paused(self) -> bool:
        """Whether hooks do nothing for now."""
        return self._paused

    @property
    def is_in_place(self) -> bool:
        """Whether this is the main thread of the kernel's own process, and no fork of it."""
        return os.getpid() == self._process and threading.current_thread() is threading.main_thread()

    def pause(self) -> None:
        """Disable hooks from now on."""
        self._paused = True

    def resume(self) -> None:
        """Enable hooks again."""
        self._paused = False

    def __call__(
        self, hook: Callable[..., Any], *, any_thread: bool = False, interrupted: Callable[[], Any] | None = None
    ) -> Callable[..., None]:
        """Return a hook that does not raise.

        Parameters
        ----------
        hook : callable
            The function to wrap. An interrupt ends it, also between cells, where ipykernel ignores interrupts.
        any_thread : bool
            Whether it may run in any thread, while a cell is running: then an interrupt is deferred until it has ended.
        interrupted : callable
            Is called in place of the one that all hooks share.
        """
        deliver = interrupted or (interrupts.interrupt_soon if any_thread else self.interrupted)

        def safe(*arguments: Any) -> None:
            if self._paused or os.getpid() != self._process:
                return
            in_main_thread = threading.current_thread() is threading.main_thread()
            if not (in_main_thread or any_thread):
                return
            with untraced(), not_too_shallow():
                run(arguments, in_main_thread=in_main_thread)

        def run(arguments: Any, *, in_main_thread: bool) -> None:
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
                self.fail(error)

        return safe
