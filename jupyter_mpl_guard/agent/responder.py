"""What an agent that has begun does when the server or a cell asks for it; imported for the first that does."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from . import requests
from .messages import INTERRUPTED
from .protocol import Outcome, Request

if TYPE_CHECKING:
    from .incarnation.cells import Cells
    from .incarnation.parts import Parts


class Responder:
    """Answer for one incarnation.

    Parameters
    ----------
    parts : parts.Parts
        What the agent consists of.
    cells : cells.Cells
        Its hooks on cells.
    """

    def __init__(self, parts: Parts, cells: Cells) -> None:
        self._parts = parts
        self._cells = cells

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
        figures = self._parts.need_figures()
        try:
            if request.action == "picture":
                from .figures.single.pictures import picture

                return picture(request.figure, figures.live, figures.autosave.pictures())
            scheduler = self._parts.scheduler
            return requests.on_figure(request, figures.live, figures.offers, scheduler, self._after_change_of_figures)
        except KeyboardInterrupt:
            self._parts.interrupts.keep()
            return Outcome.refused(INTERRUPTED)

    def answer(self, question: str) -> dict[str, Any]:
        """Return the answer to one of the `protocol.QUESTIONS`, which changes nothing."""
        return self._parts.need_diagnoser().answer(question)

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

    def _carry_out(self, request: Request) -> None:
        parts = self._parts
        if request.action == "reinit":
            if requests.reinit(request, parts.shell, parts.scheduler, parts.data, parts.reporter):
                parts.need_diagnoser().diagnose_soon()
        elif request.action == "pause":
            requests.pause(request, parts.safe_hook, parts.scheduler, parts.data, parts.reporter)
        elif request.action == "forget":
            self._cells.catch_up()  # else what waits would be taken for new, and saved
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
