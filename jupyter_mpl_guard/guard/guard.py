"""The guard: what clients ask for, carried out in the kernels under guard."""

from __future__ import annotations

import asyncio
from collections.abc import Container, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from .. import messages
from ..agent.protocol import Forget, NextRestore, Pause, Reinit, Wanted, request_from_json
from ..archive.archiver import Archiver
from .gateway.checker import GatewayChecker
from .kernel import GuardedKernel
from .kernels import GuardedKernels
from .pause import PauseReason
from .phase import KernelPhase
from .policy import DiaryOrigin, Policy
from .refusals import UnknownFigure
from .requests.figures import FigureRequests
from .requests.questions import Questions
from .restore_request import RestoreQueue
from .shown_state import figure_ids, pending

ANSWER_SECONDS = 1.0
"""Maximum seconds that a call waits for the agent to pause, resume or forget; a busy one does so later."""


class Guard:
    """Start, join and limit restores, and pause kernels.

    Parameters
    ----------
    kernels : GuardedKernels
        The kernels under guard.
    checker : GatewayChecker
        Checks kernels behind a gateway.
    archiver : Archiver
        What is kept for notebooks.
    sessions : jupyter_server.services.sessions.sessionmanager.SessionManager
        Says which notebooks share a kernel.

    Attributes
    ----------
    figures : FigureRequests
        What concerns single figures.
    questions : Questions
        What idle kernels are asked.
    """

    def __init__(self, kernels: GuardedKernels, checker: GatewayChecker, archiver: Archiver, sessions: Any) -> None:
        self.kernels = kernels
        self._checker = checker
        self.figures = FigureRequests(kernels)
        self.questions = Questions(kernels, sessions)
        self._archiver = archiver
        self._queues: dict[GuardedKernel, RestoreQueue] = {}

    async def state(self, kernel_id: str) -> dict[str, Any]:
        """Return a kernel's plot state without asking a kernel that is busy, or in which nothing has happened.

        Raises
        ------
        UnknownKernel
            There is no such kernel.
        """
        await self._checker.check(self.kernels.peek(kernel_id))
        return self.kernels.peek(kernel_id).state()

    async def states(self) -> list[dict[str, Any]]:
        """Return the plot states of all kernels, see `state`."""
        await asyncio.gather(*map(self._checker.check, self.kernels))
        return [self.kernels.peek(kernel_id).state() for kernel_id in self.kernels.ids()]

    async def reinit(
        self,
        kernel_id: str,
        *,
        figures: Wanted | list[str] = Wanted.AUTO,
        data: Wanted = Wanted.AUTO,
        backend: str | None = None,
        timeout: float = 10.0,
    ) -> dict[str, Any]:
        """Join the restore that is under way, or start one, and return its outcome.

        Parameters
        ----------
        figures : Wanted or list of str
            Which figures to restore, or the ids of some: the others stay on offer.
        data : Wanted
            Which data to restore.
        backend : str, optional
            Short name of a backend to choose as well.
        timeout : float
            Seconds to wait; after them the status is ``pending`` and the work goes on when the kernel is idle.

        Raises
        ------
        UnknownKernel
            There is no such kernel.
        KernelUnusable
            It is dead or does not run Python.
        TooManyRequests
            Too many different requests wait for it.
        UnknownFigure
            It has no figure of one of the ids; those that it has are restored.
        """
        kernel = await self.kernels.get(kernel_id)
        wanted = () if isinstance(figures, Wanted) else tuple(sorted(set(figures)))
        known = figure_ids(kernel.state())
        if kernel.phase is not KernelPhase.UNSUPPORTED and not kernel.is_guarded:
            _require(wanted, known)
            return kernel.state()
        job = self._queue_of(kernel).task(Reinit(figures if isinstance(figures, Wanted) else wanted, backend, data))
        done, _ = await asyncio.wait({job}, timeout=timeout)
        if job in done and not job.cancelled():
            job.result()
            _require(wanted, known | figure_ids(kernel.state()))
        return kernel.state() if done else pending(kernel.state(), messages.BUSY)

    async def pause(self, kernel_id: str, paused: bool) -> dict[str, Any]:
        """Switch the guard off or on for one kernel and return its plot state.

        Raises
        ------
        UnknownKernel
            There is no such kernel.
        """
        kernel = await self.kernels.get(kernel_id, starting=True)
        await self._set_pause(kernel, PauseReason.BY_USER if paused else None)
        return kernel.state()

    async def set_next_restore(self, kernel_id: str, restore: NextRestore) -> dict[str, Any]:
        """Set what the next incarnation of a kernel restores by itself, and return the kernel's plot state.

        Parameters
        ----------
        restore : NextRestore
            What settings and policy say, or nothing: the cells of its notebook are run again from the first one on.

        Raises
        ------
        UnknownKernel
            There is no such kernel.
        """
        kernel = await self.kernels.get(kernel_id, starting=True)
        kernel.set_next_restore(restore)
        return kernel.state()

    async def forget(self, kernel_id: str) -> None:
        """Remove a kernel's diary, and the archive of its notebook.

        Raises
        ------
        UnknownKernel
            There is no such kernel.
        """
        # Nothing will be restored any more, so no cell has to wait for it.
        (await self.kernels.get(kernel_id, starting=True)).open_gate()
        kernel = await self.kernels.get(kernel_id)
        kernel.forgive_crashes()
        if kernel.has_agent:
            # Paused or not: the agent must not treat as saved what is not.
            request = await kernel.ask(Forget())
            kernel.open_gate()
            await asyncio.wait({request.outcome}, timeout=ANSWER_SECONDS)
            if request.under_way:
                kernel.note_forgetting()
        if kernel.files is not None:
            self._archiver.remove_diary(kernel.files)
        await self._archiver.forget(kernel_id)

    async def set_policy(self, **changes: Any) -> Policy:
        """Change the policy and return the one in force.

        Parameters
        ----------
        **changes
            Any of the attributes of `Policy`.
        """
        was = self.kernels.policy
        now = replace(was, **changes)
        self.kernels.set_policy(now)
        if was.enabled != now.enabled:
            reason = None if now.enabled else PauseReason.SWITCHED_OFF
            concerned = [kernel for kernel in self.kernels if kernel.pause in (None, PauseReason.SWITCHED_OFF)]
            await asyncio.gather(*(self._set_pause(kernel, reason) for kernel in concerned))
        return now

    def _queue_of(self, kernel: GuardedKernel) -> RestoreQueue:
        if kernel not in self._queues:
            self._queues[kernel] = RestoreQueue(kernel, partial(self._queues.pop, kernel, None))
        return self._queues[kernel]

    def follow(self, kernel: GuardedKernel, asked: Any) -> None:
        """Record the request of a cell to its kernel's agent, which has done its part already."""
        try:
            request = request_from_json(asked)
        except ValueError:
            return
        if isinstance(request, Pause):
            self._note_pause(kernel, PauseReason.BY_USER if request.paused else None)
        elif isinstance(request, Forget):
            kernel.forgive_crashes()
            kernel.start_job(self._archiver.forget(kernel.kernel_id))

    def _note_pause(self, kernel: GuardedKernel, reason: PauseReason | None) -> None:
        kernel.set_pause(reason)
        if kernel.files is not None:
            if reason is not None and reason.unguards:
                self._archiver.disown(kernel.kernel_id)
            elif kernel.phase not in (KernelPhase.STARTING, KernelPhase.UNSUPPORTED):
                self._archiver.own(kernel.files)

    async def _set_pause(self, kernel: GuardedKernel, reason: PauseReason | None) -> None:
        self._note_pause(kernel, reason)
        if kernel.has_agent:
            request = await kernel.ask(Pause(reason is not None, reason.message if reason else ""))
            await asyncio.wait({request.outcome}, timeout=ANSWER_SECONDS)
            if not request.found_no_agent:
                return
        if reason is None and kernel.phase is KernelPhase.RUNNING:  # else its next incarnation begins accordingly
            begun = await kernel.begin(DiaryOrigin.NEW)
            if begun is not None:
                await asyncio.wait({begun.acknowledged}, timeout=ANSWER_SECONDS)


def _require(wanted: Iterable[str], known: Container[str]) -> None:
    """Raise `UnknownFigure` where a figure that is wanted is not known."""
    for figure in wanted:
        if figure not in known:
            raise UnknownFigure(figure)
