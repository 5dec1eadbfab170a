"""How an agent that has begun answers the server and cells; imported for the first request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import requests
from .messages import INTERRUPTED
from .protocol import (
    Close,
    Export,
    FigureOutcome,
    Forget,
    OnFigure,
    Pause,
    Picture,
    Question,
    Reinit,
    Request,
)
from .protocol.actions import Action

if TYPE_CHECKING:
    from .diagnosis.diagnoser import Diagnoser
    from .incarnation.cells import Cells
    from .incarnation.incarnation import Incarnation
    from .incarnation.lazy_data import LazyData
    from .incarnation.lazy_figures import LazyFigures
    from .incarnation.restores import Restores
    from .settings.lazy_settings import LazySettings


class Responder:
    """Answer requests in one incarnation.

    Parameters
    ----------
    settings : lazy_settings.LazySettings
        The settings of this incarnation.
    restores : restores.Restores
        What the last incarnation has left.
    cells : cells.Cells
        The hooks on cells.
    """

    def __init__(
        self,
        incarnation: Incarnation,
        settings: LazySettings,
        figures: LazyFigures,
        data: LazyData,
        restores: Restores,
        diagnoser: Diagnoser,
        cells: Cells,
    ) -> None:
        self._shell = incarnation.shell
        self._safe_hook = incarnation.safe_hook
        self._diary = incarnation.diary
        self._reporter = incarnation.reporter
        self._settings = settings
        self._figures = figures
        self._data = data
        self._restores = restores
        self._diagnoser = diagnoser
        self._cells = cells

    def state(self) -> dict[str, Any]:
        """Return the plot state."""
        return self._reporter.state()

    def respond(self, request: Request) -> dict[str, Any]:
        """Carry out a request of the server, publish the plot state and return the answer as JSON data.

        Parameters
        ----------
        request : protocol.Request
            For a `protocol.Begin` and a `protocol.GetState` there is nothing more to do: the agent is there.

        Returns
        -------
        dict
            The answer to a question, the outcome of a request that concerns one figure, else the plot state.
        """
        if isinstance(request, Question):
            return self.answer(request)
        if isinstance(request, OnFigure):
            return self._answer_on_figure(request).to_json(self.state())
        try:
            with self._reporter.at_once():
                self._carry_out(request)
                if _may_have_changed(request):
                    self._cells.save_everything()
                self._reporter.publish()
        except KeyboardInterrupt:
            self._safe_hook.interrupted()
        except BaseException as error:
            self._safe_hook.fail(error)
        return self.state()

    def answer(self, question: Question) -> dict[str, Any]:
        """Return the answer to a question, which changes nothing."""
        return self._diagnoser.answer(question)

    @property
    def may_act(self) -> bool:
        """Whether a cell that makes a request runs where it can be carried out."""
        return self._safe_hook.is_in_place

    @property
    def is_paused(self) -> bool:
        """Whether the agent looks at nothing that cells do, and restores nothing."""
        return self._safe_hook.is_paused

    def respond_in_cell(self, request: Action) -> None:
        """Carry out a cell's request before the cell continues, and notify the server of it.

        Parameters
        ----------
        request : actions.Action
            A `protocol.Reinit`, `protocol.Close`, `protocol.Pause` or `protocol.Forget`.

        Raises
        ------
        KeyboardInterrupt
            When it is done, if an interrupt has come.
        """
        try:
            with self._reporter.at_once():
                self._carry_out(request)
                if isinstance(request, Pause):
                    self._cells.pause(request.paused)
                if isinstance(request, Reinit):
                    self._cells.provide_data()
                if _may_have_changed(request) or isinstance(request, Close):
                    self.look_in_cell()
                self._reporter.publish({"asked": request.to_json()})
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._safe_hook.fail(error)

    def look_in_cell(self) -> None:
        """Update the plot state with what the running cell has done until now, and save what is small."""
        if not self.may_act or self._safe_hook.is_paused:
            return
        try:
            self._cells.look()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._safe_hook.fail(error)

    def _carry_out(self, request: Request) -> None:
        if isinstance(request, Reinit):
            requests.reinit(
                request, self._shell, self._settings, self._restores, self._data, self._reporter, self._diagnoser
            )
        elif isinstance(request, Pause):
            requests.pause(request, self._safe_hook, self._restores, self._data, self._reporter)
        elif isinstance(request, Forget):
            requests.forget(self._diary.open(), self._restores, self._figures, self._data, self._reporter)
        elif isinstance(request, Close):
            requests.close(request.figure, self._figures)

    def _answer_on_figure(self, request: OnFigure) -> FigureOutcome:
        """Carry out a request that concerns one figure, and return the outcome."""
        try:
            if isinstance(request, (Picture, Export)):
                return requests.draw(request, self._shell, self._figures, self._restores)
            with self._reporter.at_once():
                outcome = requests.close(request.figure, self._figures)
                if outcome == FigureOutcome():
                    self._figures.save()
                    self._reporter.publish()
            return outcome
        except KeyboardInterrupt:
            self._safe_hook.interrupted()
            return FigureOutcome.refused(INTERRUPTED)


def _may_have_changed(request: Request) -> bool:
    """Return whether settings and figures may have changed when a request has been carried out."""
    return isinstance(request, Reinit) or (isinstance(request, Pause) and not request.paused)
