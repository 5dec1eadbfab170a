"""The agent's life in one incarnation: it begins, does what the server or a cell asks for, and ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from . import timers, warmup
from .incarnation.cells import Cells
from .incarnation.imports import Imports
from .incarnation.parts import Parts
from .protocol import Outcome, Request
from .safe_hook import untraced
from .storage.diary import DIAGNOSIS

if TYPE_CHECKING:
    from .diagnosis.facts import Facts


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
        self._diagnosing: timers.IdleWork | None = None
        self._parts.reporter.on_incomplete(self._diagnose_soon)

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
        if os.path.lexists(parts.diary.folder):
            from .incarnation.look_back import look_back

            if look_back(parts, same_process=same_process):
                return
        if "matplotlib" in sys.modules:
            parts.save_settings()

    def end(self) -> None:
        """Take all hooks away and drop what is planned; safe to call again."""
        self._parts.end()
        self._imports.end()
        for work in (self._tidying, self._diagnosing):
            if work is not None:
                work.cancel()
        self._cells.end()

    def state(self) -> dict[str, Any]:
        """Return the plot state."""
        return self._parts.reporter.state()

    def respond(self, request: Request) -> None:
        """Do what the server asks for and publish the plot state.

        Parameters
        ----------
        request : protocol.Request
            For a ``begin`` and a ``tell`` there is nothing more to do: the agent is there.
        """
        try:
            self._carry_out(request)
            if request.action == "reinit" or (request.action == "pause" and not request.paused):
                self._cells.save_everything()
            self._parts.reporter.publish()
        except KeyboardInterrupt:
            self._parts.interrupts.keep()
        except BaseException as error:
            self._parts.fail(error)

    def answer_on_figure(self, request: Request) -> Outcome:
        """Do what the server asks for with one figure, and return what came of it."""
        from .requests import on_figure

        figures = self._parts.need_figures()
        try:
            if request.action == "picture":
                from .figures.single.pictures import picture

                return picture(request.figure, figures.live, figures.autosave.pictures())
            scheduler = self._parts.scheduler
            return on_figure(request, figures.live, figures.offers, scheduler, self._after_change_of_figures)
        except KeyboardInterrupt:
            self._parts.interrupts.keep()
            from .messages import INTERRUPTED

            return Outcome.refused(INTERRUPTED)

    def answer(self, question: str) -> dict[str, Any]:
        """Return the answer to one of the `protocol.QUESTIONS`, which changes nothing."""
        from .diagnosis import answers

        with untraced():
            return answers.answer(self, question)

    @property
    def may_act(self) -> bool:
        """Whether a cell that asks for something runs where it can be done."""
        return self._parts.safe_hook.is_in_place

    def respond_in_cell(self, request: Request) -> None:
        """Do what a cell asks for, within it: it is done when the cell goes on. The server is told that it was.

        Parameters
        ----------
        request : protocol.Request
            A ``reinit``, ``close``, ``pause`` or ``forget``.

        Raises
        ------
        KeyboardInterrupt
            When it is done, if an interrupt has come.
        """
        try:
            self._carry_out(request)
            if request.action == "pause":
                self._cells.pause(request.paused)
            if request.action == "reinit":
                self._cells.provide_data()
            if request.action in ("reinit", "close") or (request.action == "pause" and not request.paused):
                self.look_in_cell()
            self._parts.reporter.publish({"asked": request.to_json()})
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._parts.fail(error)

    def look_in_cell(self) -> None:
        """Bring the plot state up to date with what the running cell has done until now, and save what is small."""
        parts = self._parts
        if not self.may_act or parts.safe_hook.is_paused or "matplotlib" not in sys.modules:
            return
        if parts.scheduler is not None and parts.scheduler.under_way:
            return
        try:
            self._cells.look()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            parts.fail(error)

    def facts(self) -> Facts:
        """Return what the checks of the diagnosis look at."""
        from .diagnosis.facts import Facts

        parts = self._parts
        watch = parts.need_watch() if "matplotlib" in sys.modules else None
        return Facts(parts.shell, parts.diary, parts.key, parts.loop is not None, watch, self.state()["figures"])

    def _diagnose_soon(self) -> None:
        """Look for what is wrong when the kernel is idle, for whoever asks while it is busy again."""
        diary = self._parts.diary

        def diagnose() -> None:
            from .diagnosis import answers

            if diary.names():  # else it has been forgotten meanwhile
                diary.write(DIAGNOSIS, answers.kept(self))

        if self._diagnosing is not None:
            self._diagnosing.cancel()
        steps = [lambda: import_module(".diagnosis.answers", __package__), diagnose]
        self._diagnosing = timers.IdleWork(self._parts.loop, steps, self._parts.activity)

    def _carry_out(self, request: Request) -> None:
        from . import requests

        parts = self._parts
        if request.action == "reinit":
            requests.reinit(request, parts.shell, parts.scheduler, parts.data, parts.reporter)
        elif request.action == "pause":
            requests.pause(request, parts.safe_hook, parts.scheduler, parts.data, parts.reporter)
        elif request.action == "forget":
            autosave = parts.figures.autosave if parts.figures is not None else None
            requests.forget(parts.diary, parts.scheduler, autosave, parts.data, parts.reporter)
        elif request.action == "close":
            figures = parts.need_figures()
            requests.on_figure(request, figures.live, figures.offers, parts.scheduler, figures.autosave.report)
        if request.backend is not None:
            self._cells.say(f"%matplotlib {request.backend}")  # as a cell would have said it

    def _after_change_of_figures(self) -> None:
        self._parts.need_figures().autosave.save()
        self._parts.reporter.publish()

    def _idle_work(self) -> list[Callable[[], Any]]:
        """Return what is done when the kernel is idle for the first time."""
        steps, far = list(warmup.tidying()), self._parts.request.far
        if far and far.name:
            from .storage.far import clearing

            steps += clearing(self._parts.diary, far.days, far.limit)
        return steps
