"""The agent's life in one incarnation: it begins, and it ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import timers
from .incarnation.cells import Cells
from .incarnation.imports import Imports
from .incarnation.parts import Parts
from .protocol import Request

if TYPE_CHECKING:
    from .responder import Responder


class Agent:
    """Watch one kernel, keep its diary, and restore what the last incarnation's diary holds.

    Parameters
    ----------
    shell : ipykernel.zmqshell.ZMQInteractiveShell
        The kernel's shell.
    """

    def __init__(self, shell: Any) -> None:
        self._parts = Parts(shell)
        self._cells = Cells(self._parts)
        self._imports = Imports(self._parts)
        self._tidying: timers.IdleWork | None = None
        self._responder: Responder | None = None

    def begin(self, request: Request, *, same_process: bool = False) -> None:
        """Start watching, and restore what the diary of the last incarnation holds.

        Parameters
        ----------
        request : protocol.Request
            The server's, a ``begin``.
        same_process : bool
            Whether another version of the agent has already begun in this process.
        """
        parts = self._parts
        parts.reporter.incarnation(request.incarnation)
        parts.reporter.paused(request.message, paused=False)
        parts.find_diary(request)
        self._cells.begin()  # nothing of what follows may cost the user the watch
        self._imports.begin(same_process=same_process)
        self._tidying = timers.IdleWork(parts.loop, self._idle_work(), parts.activity)
        if parts.has_diary():
            from .incarnation.look_back import look_back

            if look_back(parts, same_process=same_process):
                return
        if "matplotlib" in sys.modules:
            parts.save_settings()

    def end(self) -> None:
        """Take all hooks away and drop what is planned; safe to call again."""
        self._parts.end()
        self._imports.end()
        if self._tidying is not None:
            self._tidying.cancel()
        self._cells.end()

    def state(self) -> dict[str, Any]:
        """Return the plot state."""
        return self._parts.reporter.state()

    def need_responder(self) -> Responder:
        """Return what does what the server or a cell asks for."""
        if self._responder is None:
            from .responder import Responder

            self._responder = Responder(self._parts, self._cells)
        return self._responder

    def _idle_work(self) -> list[Callable[[], Any]]:
        """Return what is done when the kernel is idle for the first time."""
        steps: list[Callable[[], Any]] = [_tidy]
        far = self._parts.request.far
        if far and far.name:
            from .storage.far import clearing

            steps += clearing(self._parts.diary, far.days, far.limit)
        return steps


def _tidy() -> None:
    from . import warmup

    warmup.tidy()
