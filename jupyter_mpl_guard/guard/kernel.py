"""One kernel under guard: its incarnations, what its agent is asked, and its plot state as the server sees it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from logging import Logger
from typing import Any

import zmq.asyncio

from ..agent.protocol import FigureOutcome, NextRestore, OnFigure, Question, Request
from ..agent_client.agent import RemoteAgent
from ..agent_client.request import AgentRequest
from ..archive.disk.places import DiaryPlace
from ..archive.kernel_files import KernelFiles
from ..schemas import is_plot_state
from .gate import Gate
from .pause import PauseReason
from .phase import GatedKernel, KernelPhase
from .policy import DiaryOrigin, FirstRequests
from .shown_state import ServerView, shown_state, version_of, written_state


class GuardedKernel(GatedKernel):
    """One kernel under guard.

    Parameters
    ----------
    kernel_id, manager, pause, gate, hold_timeout
        See `GatedKernel`.
    context : zmq.asyncio.Context
        Context of the clients' sockets.
    first_requests : FirstRequests
        Says what an agent is asked for at a beginning.
    place : DiaryPlace
        Where its diary is.
    log : logging.Logger
        Where to log what was sent to the kernel.

    Attributes
    ----------
    incarnation : int
        How many incarnations the server has seen.
    next_restore : NextRestore
        What its next incarnation restores by itself.
    """

    def __init__(
        self,
        kernel_id: str,
        manager: Any,
        *,
        pause: PauseReason | None,
        context: zmq.asyncio.Context,
        gate: Gate,
        first_requests: FirstRequests,
        place: DiaryPlace,
        hold_timeout: float,
        log: Logger,
    ) -> None:
        files = KernelFiles.of(kernel_id, manager, place.folder or "")
        super().__init__(kernel_id, manager, files, pause=pause, gate=gate, hold_timeout=hold_timeout)
        self.incarnation = 1
        self.next_restore = NextRestore.AUTO
        unsubscribed = partial(gate.unsubscribed, kernel_id)
        self._agent = RemoteAgent(kernel_id, manager, context, unsubscribed, self._take_answer, log)
        self._first_requests = first_requests
        self._place = place
        self._is_forgetting = False
        self._begun_with: tuple[DiaryOrigin, NextRestore] = (DiaryOrigin.NEW, self.next_restore)
        self._observed: dict[str, Any] | None = None
        self._written_then: tuple[int, ...] | None = None

    @property
    def was_sent_agent(self) -> bool:
        """Whether the agent was sent into the present process."""
        return self._agent.is_installed

    @property
    def has_agent(self) -> bool:
        """Whether there is an agent in the present process, or one on its way there."""
        is_there = self.phase is KernelPhase.RUNNING and self._agent.is_installed
        return is_there or (self.phase is KernelPhase.RESTARTING and self._agent.is_beginning)

    @property
    def request_under_way(self) -> AgentRequest | None:
        """The request to the agent whose outcome is still to come, None where there is none."""
        request = self._agent.request
        return request if request is not None and request.under_way else None

    @property
    def has_to_acknowledge(self) -> bool:
        """Whether the agent has not acknowledged yet what it was asked last."""
        return self._agent.request is not None and not self._agent.is_acknowledged

    def is_last(self, request: AgentRequest) -> bool:
        """Return whether the agent has been asked for nothing else since a request."""
        return self._agent.request is request

    async def ask(self, action: Request) -> AgentRequest:
        """Ask the agent in place of what is under way, see `RemoteAgent.ask`."""
        return await self._agent.ask(action)

    async def ask_about_figure(self, action: OnFigure) -> FigureOutcome:
        """Ask the agent about one figure beside all else, see `RemoteAgent.ask_about_figure`."""
        return await self._agent.ask_about_figure(action)

    async def answer_to(self, question: Question) -> dict[str, Any]:
        """Return the agent's answer to a question, see `RemoteAgent.answer_to`."""
        return await self._agent.answer_to(question)

    def state(self) -> dict[str, Any]:
        """Return the plot state, without asking the kernel."""
        view = ServerView(self.phase, self.pause, self._agent.error, self._agent.is_asked, self.incarnation)
        diary = self.diary
        written = None if diary is None else written_state(diary, self.kernel_id)
        is_last = self._observed is self._agent.answer and self._written_then == self._written()
        return shown_state(self.kernel_id, view, written, self._agent.answer, is_last=is_last)

    def observe(self, state: Any) -> bool:
        """Keep a plot state that the agent has published; return whether it is one of the present process."""
        if self.phase is not KernelPhase.RUNNING or not is_plot_state(state):
            return False
        if (state["kernel_id"], state["incarnation"]) != (self.kernel_id, self.incarnation):
            return False
        self._agent.observe(state)
        self._observed, self._written_then = state, self._written()
        return True

    def set_next_restore(self, restore: NextRestore) -> None:
        """Set what the next incarnation restores by itself, see `protocol.Begin`; later ones are not affected."""
        self.next_restore = restore

    def note_forgetting(self) -> None:
        """Record that the agent has still to remove the diary as requested: it may write it again before it does."""
        self._is_forgetting = True

    async def new_incarnation(self) -> AgentRequest | None:
        """Begin in a new process of the kernel; return None where no agent is wanted.

        A process that replaces one which has died before its agent began, begins as that one was to.
        """
        origin = DiaryOrigin.CRASH if self.phase is KernelPhase.CRASHED else DiaryOrigin.RESTART
        if origin is DiaryOrigin.RESTART:
            self.forgive_crashes()
        elif self._agent.is_beginning:
            origin, self.next_restore = self._begun_with
        self.incarnation += 1
        self._agent.forget_process()
        self._forget()
        self._enter(KernelPhase.RESTARTING)
        try:
            return await self.begin(origin)
        finally:
            self._settle()

    async def wait_until_begun(self, timeout: float) -> None:
        """Wait until the agent has acknowledged that it was sent, whatever it is asked for meanwhile, or has failed.

        Parameters
        ----------
        timeout : float
            Seconds to wait at most.
        """
        end = asyncio.get_running_loop().time() + timeout
        while self._agent.is_beginning and (left := end - asyncio.get_running_loop().time()) > 0:
            request = self._agent.request
            if request is not None:
                await asyncio.wait({request.acknowledged}, timeout=left)
                if not request.acknowledged.cancelled():
                    return
            else:  # another one takes its place
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self.change(), left)

    async def begin_after_unseen_crash(self) -> AgentRequest | None:
        """Begin in a process that nothing has announced: a gateway restarts kernels by itself."""
        self.note_crash()
        self.close_gate()
        return await self.new_incarnation()

    async def begin(self, origin: DiaryOrigin) -> AgentRequest | None:
        """Install the agent in the present process and make it restore; return None where none is wanted."""
        begin = await self._first_requests.first_request(
            self.kernel_id, self.manager, self._place, origin, self.incarnation, self.pause
        )
        self._begun_with = origin, self.next_restore
        if origin is not DiaryOrigin.NEW:
            restore, self.next_restore = self.next_restore, NextRestore.AUTO
            begin = begin and begin._replace(restore=restore)
        if begin is not None:
            return await self._agent.ask(begin)
        await self._agent.cancel()
        self.open_gate()
        return None

    async def close(self) -> None:
        """Cancel everything that is being done for the kernel."""
        await self.end_jobs()
        await self._agent.cancel()
        self._agent.forget_process()
        self._notify()
        self._gate.open(self.kernel_id)

    def _written(self) -> tuple[int, ...] | None:
        diary = self.diary
        return None if diary is None else version_of(diary)

    def _forget(self) -> None:
        """Remove what the last process has written after it was asked to forget, and before it could."""
        if self._is_forgetting and self.files is not None:
            with suppress(OSError):
                self.files.remove()
        self._is_forgetting = False

    def _take_answer(self) -> None:
        """Record what follows from a new request, an answer or an error."""
        agent = self._agent
        if agent.is_impossible:
            self._enter(KernelPhase.UNSUPPORTED)
        if agent.answer is not None:
            self.incarnation = max(self.incarnation, agent.answer["incarnation"])
        if agent.is_acknowledged and not agent.has_gone:
            self._is_forgetting = False
        if agent.has_restored:
            self._crashes.note_restore()
        if agent.is_acknowledged and not agent.has_gone and not self.phase.is_between_incarnations:
            self.open_gate()
        self._notify()
