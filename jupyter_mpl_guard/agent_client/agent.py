"""The agent of one kernel over all its incarnations: what it was asked last, and what it has answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from logging import Logger
from typing import Any

import zmq.asyncio

from .. import messages
from ..agent.protocol import Begin, FigureOutcome, OnFigure, Question, Request, Status
from .client import AgentAbsent, AgentClient, NotIPython
from .request import AgentRequest


class RemoteAgent:
    """Ask the agent of one kernel, one request at a time.

    Parameters
    ----------
    kernel_id : str
        The kernel's id.
    manager : jupyter_client.manager.KernelManager
        The kernel's manager.
    context : zmq.asyncio.Context
        Context of the clients' sockets.
    unsubscribed : callable
        Returns whether a client still misses what the process of a session id publishes.
    on_change : callable
        Is called when a request was sent, and with each answer or error of the present request.
    log : logging.Logger
        Where to log what was sent to the kernel.

    Attributes
    ----------
    is_installed : bool
        Whether the agent was sent into the kernel's present process.
    request : AgentRequest or None
        What it was asked last.
    answer : dict or None
        The plot state that it has answered last, None where the present process has given none.
    error : str
        Why the present process has no agent, a sentence for the user; "" where it has one or is to have one.
    """

    def __init__(
        self,
        kernel_id: str,
        manager: Any,
        context: zmq.asyncio.Context,
        unsubscribed: Callable[[str], bool],
        on_change: Callable[[], None],
        log: Logger,
    ) -> None:
        self.is_installed = False
        self.request: AgentRequest | None = None
        self.answer: dict[str, Any] | None = None
        self.error = ""
        self._kernel_id = kernel_id
        self._manager = manager
        self._context = context
        self._unsubscribed = unsubscribed
        self._on_change = on_change
        self._log = log
        self._unacknowledged: Begin | None = None
        self._asking = asyncio.Lock()

    @property
    def is_asked(self) -> bool:
        """Whether the outcome of a request is still to come."""
        return self.request is not None and self.request.under_way

    @property
    def is_acknowledged(self) -> bool:
        """Whether the last request has been acknowledged, or has failed."""
        return self.request is not None and self.request.acknowledged.done()

    @property
    def is_beginning(self) -> bool:
        """Whether the present process was asked to begin, and has neither acknowledged that nor failed."""
        return self._unacknowledged is not None and not (self.request is not None and self.request.has_begun)

    @property
    def has_gone(self) -> bool:
        """Whether the last request has found no agent: there is a new process, in which one is still to begin."""
        return self.request is not None and self.request.found_no_agent

    @property
    def has_restored(self) -> bool:
        """Whether the last answer is that to a beginning which had something to restore."""
        if self.request is None or not (self.request.begins and self.is_acknowledged) or self.answer is None:
            return False
        return self.answer["status"] == Status.RESTORING or self.answer["last_restore"] is not None

    @property
    def is_impossible(self) -> bool:
        """Whether it has turned out that no agent can live in the kernel."""
        return self.request is not None and isinstance(self.request.error, NotIPython)

    def forget_process(self) -> None:
        """Note that the kernel has a new process, in which there is no agent."""
        self.is_installed = False
        self.answer = None
        self.error = ""
        self._unacknowledged = None

    async def ask(self, action: Request) -> AgentRequest:
        """Send a request in place of the one that is under way.

        A beginning that has not been acknowledged yet is sent again before it: the kernel may not have received it.
        """
        async with self._asking:
            await self.cancel()
            if isinstance(action, Begin):
                self._unacknowledged = action
                self.is_installed = True
            first = self._unacknowledged
            actions = [action] if first is None or first is action else [first, action]
            self._log.debug("mpl-guard: asking the agent of kernel %s: %s", self._kernel_id, actions)
            request = self.request = AgentRequest(self._manager, self._context, actions, self._unsubscribed)
        for future in (request.acknowledged, request.outcome):
            future.add_done_callback(lambda future: self._take(request, future))
        self._on_change()
        return request

    async def ask_about_figure(self, action: OnFigure) -> FigureOutcome:
        """Send a request that concerns one figure, beside any other request; wait while the kernel is busy.

        Raises
        ------
        AgentAbsent, AgentFailed
            There is no agent, or it has failed.
        """
        async with AgentClient(self._manager, self._context) as client:
            outcome, state = await client.ask_about_figure(action.to_json())
        self.observe(state)
        return outcome

    async def answer_to(self, question: Question) -> dict[str, Any]:
        """Send a question, beside the request that is under way, and return the answer.

        Raises
        ------
        AgentAbsent
            There is no agent in the kernel.
        AgentFailed
            It could not answer.
        """
        async with AgentClient(self._manager, self._context) as client:
            return await client.answer_to(question.to_json())

    def observe(self, state: dict[str, Any]) -> None:
        """Keep a plot state that the present process has published to all."""
        if self.answer is not None:
            self.answer = state

    async def cancel(self) -> None:
        """Cancel the request that is under way."""
        request, self.request = self.request, None
        if request is not None:
            await request.close()
            if request.has_begun:
                self._unacknowledged = None

    def _take(self, request: AgentRequest, future: asyncio.Future[dict[str, Any]]) -> None:
        """Keep an answer or an error, unless another request has replaced this one."""
        if future.cancelled() or self.request is not request:
            return
        error = future.exception()
        if error is None:
            self.answer = future.result()
            self.error = ""
        else:
            self._unacknowledged = None  # it was received, and sending it once more would not help
            if not isinstance(error, (AgentAbsent, NotIPython)):
                self.error = messages.not_guarded(error)
                self._log.warning(messages.LOG_NOT_GUARDED, self._kernel_id, error)
        self._on_change()
