"""What an agent that has begun does when the server or a cell asks for it; imported for the first that does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import requests
from .messages import INTERRUPTED
from .protocol import Outcome, Request

if TYPE_CHECKING:
    from .diagnosis.diagnoser import Diagnoser
    from .incarnation.cells import Cells
    from .incarnation.data import Data
    from .incarnation.figures import Figures
    from .incarnation.incarnation import Incarnation
    from .incarnation.restores import Restores


class Responder:
    """Answer for one incarnation.

    Parameters
    ----------
    incarnation : incarnation.Incarnation
        That one.
    figures : figures.Figures
        Its figures.
    data : data.Data
        Its data.
    restores : restores.Restores
        What the last incarnation has left.
    diagnoser : diagnoser.Diagnoser
        Answers questions.
    cells : cells.Cells
        The hooks on cells.
    """

    def __init__(
        self,
        incarnation: Incarnation,
        figures: Figures,
        data: Data,
        restores: Restores,
        diagnoser: Diagnoser,
        cells: Cells,
    ) -> None:
        self._shell = incarnation.shell
        self._safe_hook = incarnation.safe_hook
        self._diary = incarnation.diary
        self._reporter = incarnation.reporter
        self._figures = figures
        self._data = data
        self._restores = restores
        self._diagnoser = diagnoser
        self._cells = cells

    def state(self) -> dict[str, Any]:
        """Return the plot state."""
        return self._reporter.state()

    def respond(self, request: Request) -> None:
        """Do what the server asks for and publish the plot state.

        Parameters
        ----------
        request : protocol.Request
            For a ``begin`` and a ``tell`` there is nothing more to do: the agent is there.
        """
        try:
            with self._reporter.at_once():
                self._carry_out(request)
                if request.action == "reinit" or (request.action == "pause" and not request.paused):
                    self._cells.save_everything()
                self._reporter.publish()
        except KeyboardInterrupt:
            self._safe_hook.interrupted()
        except BaseException as error:
            self._safe_hook.fail(error)

    def answer_on_figure(self, request: Request) -> Outcome:
        """Do what the server asks for with one figure, and return what came of it."""
        try:
            if request.action == "picture":
                return self._figures.picture(request.figure)
            outcome = self._on_figure(request)
            if request.action == "close" and outcome == Outcome():
                with self._reporter.at_once():
                    self._figures.save()
                    self._reporter.publish()
            return outcome
        except KeyboardInterrupt:
            self._safe_hook.interrupted()
            return Outcome.refused(INTERRUPTED)

    def answer(self, question: str) -> dict[str, Any]:
        """Return the answer to one of the `protocol.QUESTIONS`, which changes nothing."""
        return self._diagnoser.answer(question)

    @property
    def may_act(self) -> bool:
        """Whether a cell that asks for something runs where it can be done."""
        return self._safe_hook.is_in_place

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
            with self._reporter.at_once():
                self._carry_out(request)
                if request.action == "pause":
                    self._cells.pause(request.paused)
                if request.action == "reinit":
                    self._cells.provide_data()
                if request.action in ("reinit", "close") or (request.action == "pause" and not request.paused):
                    self.look_in_cell()
                self._reporter.publish({"asked": request.to_json()})
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._safe_hook.fail(error)

    def look_in_cell(self) -> None:
        """Bring the plot state up to date with what the running cell has done until now, and save what is small."""
        if not self.may_act or self._safe_hook.is_paused:
            return
        try:
            self._cells.look()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._safe_hook.fail(error)

    def _carry_out(self, request: Request) -> None:
        if request.action == "reinit":
            if requests.reinit(request, self._shell, self._restores, self._data, self._reporter):
                self._diagnoser.diagnose_soon()
        elif request.action == "pause":
            requests.pause(request, self._safe_hook, self._restores, self._data, self._reporter)
        elif request.action == "forget":
            requests.forget(self._diary.open(), self._restores, self._figures, self._data, self._reporter)
        elif request.action == "close" and self._on_figure(request) == Outcome():
            self._figures.report()
        if request.backend is not None:
            self._cells.say(f"%matplotlib {request.backend}")  # as a cell would have said it

    def _on_figure(self, request: Request) -> Outcome:
        parts = self._figures.need()
        return requests.on_figure(request, parts.live, parts.offers, self._restores)
