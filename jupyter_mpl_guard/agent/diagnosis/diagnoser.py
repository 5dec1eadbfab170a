"""Answer questions about one incarnation, and look for what is wrong before anybody asks."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..safe_hook import untraced
from ..storage.disk.names import DIAGNOSIS
from ..timers import IdleWork, KernelLoop

if TYPE_CHECKING:
    from ..protocol import Question
    from ..settings.lazy_settings import LazySettings
    from ..state.reporter import StateReporter
    from ..storage.diary import Diary
    from .facts import KernelFacts


class Diagnoser:
    """Answer questions, which change nothing.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    diary : callable
        Returns the kernel's diary.
    key : bytes
        The key with which it signs.
    settings : lazy_settings.LazySettings
        The settings of this incarnation.
    reporter : reporter.StateReporter
        Knows the plot state.
    loop : timers.KernelLoop
        The kernel's event loop.
    """

    def __init__(
        self,
        shell: Any,
        diary: Callable[[], Diary],
        key: bytes,
        settings: LazySettings,
        reporter: StateReporter,
        loop: KernelLoop,
    ) -> None:
        self._shell = shell
        self._diary = diary
        self._key = key
        self._settings = settings
        self._reporter = reporter
        self._loop = loop
        self._work: IdleWork | None = None

    def answer(self, question: Question) -> dict[str, Any]:
        """Return the answer to a question, as JSON data."""
        from . import answers

        with untraced():
            state = self._reporter.state()
            return answers.answer(question, self._facts(state), state)

    def diagnose_soon(self) -> None:
        """Schedule writing down what is wrong for when the kernel is idle, to be read while it is busy again."""
        self.cancel()
        steps = [lambda: import_module(".answers", __package__), self._write]
        self._work = self._loop.idle_work(steps)

    def cancel(self) -> None:
        """Cancel what is scheduled; safe to call again."""
        if self._work is not None:
            self._work.cancel()

    def _write(self) -> None:
        """Write down what the checks find without starting another process."""
        from . import answers

        if self._diary().names():  # else it has been forgotten meanwhile
            state = self._reporter.state()
            checks = answers.run_checks(self._facts(state, quick=True))
            self._diary().write(DIAGNOSIS, {"incarnation": state["incarnation"], "checks": checks})

    def _facts(self, state: dict[str, Any], *, quick: bool = False) -> KernelFacts:
        from .facts import KernelFacts

        watch = self._settings.watch if "matplotlib" in sys.modules else None
        figures = state["figures"]
        return KernelFacts(self._shell, self._diary(), self._key, self._loop.is_there, watch, figures, quick=quick)
