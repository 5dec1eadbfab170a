"""The agent's life in one incarnation: it begins, and it ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import timers
from .incarnation.cells import Cells
from .incarnation.imports import Imports
from .incarnation.incarnation import Incarnation
from .incarnation.lazy_data import LazyData
from .incarnation.lazy_diary import LazyDiary
from .incarnation.lazy_figures import LazyFigures
from .incarnation.restores import Restores
from .internals.ipython import message_waits
from .interrupts import Interrupts
from .pickling import search_path  # noqa: F401 - it looks at `sys.path` before the first cell
from .protocol import Begin
from .safe_hook import SafeHook
from .settings.environment import StartUp
from .settings.lazy_settings import LazySettings
from .state.reporter import StateReporter
from .storage.disk.names import Signer, folder_beside, kernel_id_of

if TYPE_CHECKING:
    from .diagnosis.diagnoser import Diagnoser
    from .responder import Responder


class Agent:
    """Watch one kernel, keep its diary, and restore what the last incarnation's diary holds.

    Parameters
    ----------
    shell : ipykernel.zmqshell.ZMQInteractiveShell
        The kernel's shell.
    request : protocol.Begin
        What the server knows of this incarnation.
    """

    def __init__(self, shell: Any, request: Begin) -> None:
        from ipykernel.connect import get_connection_file

        start = StartUp.now(shell)
        connection_file = get_connection_file()
        kernel_id = kernel_id_of(connection_file)
        key: bytes = getattr(shell.kernel.session, "key", b"")
        interrupts = Interrupts(shell)
        safe_hook = SafeHook(self._fail, interrupts.keep)
        loop = timers.KernelLoop(timers.running_loop(), safe_hook, message_waits(shell.kernel))
        diary = LazyDiary(folder_beside(connection_file), loop)
        signer, note = diary.find(request, Signer(kernel_id, kernel_id, key))
        self._reporter = StateReporter(shell.kernel, diary.open, signer)
        self._reporter.incarnation(request.incarnation)
        self._reporter.paused(request.paused, paused=False)
        self._reporter.noted(note)
        self._incarnation = Incarnation(shell, request, safe_hook, interrupts, loop, diary, signer, self._reporter)
        self._request = request
        self._loop = loop
        self._diary = diary
        self._settings = LazySettings(shell, start, self._reporter)
        self._figures = LazyFigures(self._incarnation)
        self._data = LazyData(self._incarnation, start)
        self._restores = Restores(diary)
        self._cells = Cells(self._incarnation, self._settings, self._figures, self._data, self._restores)
        self._imports = Imports(self._incarnation, self._settings, self._figures, self._restores)
        self._tidying: timers.IdleWork | None = None
        self._diagnoser: Diagnoser | None = None
        self._responder: Responder | None = None

    def begin(self, *, same_process: bool = False) -> None:
        """Start watching, and restore what the diary of the last incarnation holds.

        Parameters
        ----------
        same_process : bool
            Whether another version of the agent has already begun in this process.
        """
        self._cells.begin()  # nothing that follows may prevent the watch
        self._imports.begin(same_process=same_process)
        self._tidying = self._loop.idle_work(self._idle_work())
        if self._diary.is_there() and self._look_back(same_process=same_process):
            return
        if "matplotlib" in sys.modules:
            self._settings.save()

    def end(self) -> None:
        """Remove all hooks and cancel what is planned; safe to call again."""
        self._restores.cancel()
        self._figures.end()
        self._data.end()
        if self._diagnoser is not None:
            self._diagnoser.cancel()
        self._imports.end()
        if self._tidying is not None:
            self._tidying.cancel()
        self._cells.end()

    def state(self) -> dict[str, Any]:
        """Return the plot state."""
        return self._reporter.state()

    def need_responder(self) -> Responder:
        """Return the responder to requests of the server and of cells."""
        if self._responder is None:
            from .responder import Responder

            self._responder = Responder(
                self._incarnation,
                self._settings,
                self._figures,
                self._data,
                self._restores,
                self._need_diagnoser(),
                self._cells,
            )
        return self._responder

    def _look_back(self, *, same_process: bool) -> bool:
        from .incarnation.look_back import look_back

        return look_back(
            self._incarnation,
            self._settings,
            self._figures,
            self._data,
            self._restores,
            self._need_diagnoser(),
            same_process=same_process,
        )

    def _need_diagnoser(self) -> Diagnoser:
        if self._diagnoser is None:
            from .diagnosis.diagnoser import Diagnoser

            now = self._incarnation
            self._diagnoser = Diagnoser(
                now.shell, self._diary.open, now.signer.key, self._settings, self._reporter, self._loop
            )
        return self._diagnoser

    def _fail(self, error: BaseException) -> None:
        """Cancel what is planned, and report why."""
        self._restores.cancel()
        self._reporter.failed(error)

    def _idle_work(self) -> list[Callable[[], Any]]:
        """Return the steps to run when the kernel is idle for the first time."""
        steps: list[Callable[[], Any]] = [_tidy]
        kernel = self._request.gateway
        if kernel and kernel.name:
            from .storage.gateway import clearing

            steps += clearing(self._diary.open(), kernel.days, kernel.limit)
        return steps


def _tidy() -> None:
    from . import warmup

    warmup.tidy()
