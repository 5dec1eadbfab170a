"""Clients' requests for a restore: each joins what is under way, or waits for its turn and is carried out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from jupyter_core.utils import ensure_async

from .. import messages
from ..agent.protocol import Reinit
from .kernel import GuardedKernel
from .refusals import KernelUnusable, TooManyRequests, refusal_of

QUEUE_LIMIT = 32
"""Maximum number of different requests of clients that wait for a kernel."""


class RestoreQueue:
    """The requests of all clients of one kernel, one after the other; all that wait for the same one share a task.

    Parameters
    ----------
    on_empty : callable
        Is called when nothing waits or is being carried out any more.
    """

    def __init__(self, kernel: GuardedKernel, on_empty: Callable[[], object] = lambda: None) -> None:
        self._kernel = kernel
        self._on_empty = on_empty
        self._waiting: list[tuple[Reinit, asyncio.Task[None]]] = []
        self._under_way: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()

    def task(self, reinit: Reinit) -> asyncio.Task[None]:
        """Return the task that carries out a request in its turn, which may be another client's.

        A request joins the last one when it asks for nothing else, or for the same while that one waits for its turn.

        Raises
        ------
        TooManyRequests
            `QUEUE_LIMIT` different ones wait already.
        """
        last, task = self._waiting[-1] if self._waiting else (None, self._under_way)
        if task is not None and (reinit.joins or reinit == last):
            return task
        if len(self._waiting) >= QUEUE_LIMIT:
            raise TooManyRequests(messages.TOO_MANY_REQUESTS)
        task = self._kernel.start_job(self._in_turn(reinit))
        self._waiting.append((reinit, task))
        task.add_done_callback(self._has_ended)
        return task

    def _has_ended(self, _: asyncio.Task[None]) -> None:
        if self.is_empty:
            self._on_empty()

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits, is being carried out, or will be."""
        return self._under_way is None and all(task.done() for _, task in self._waiting)

    async def _in_turn(self, reinit: Reinit) -> None:
        async with self._turn:  # in the order of their arrival
            _, self._under_way = self._waiting.pop(0)
            try:
                await _carry_out(self._kernel, reinit)
            finally:
                self._under_way = None


async def _carry_out(kernel: GuardedKernel, reinit: Reinit) -> None:
    """Carry out a request in whichever incarnation is the present one when its turn comes."""
    while True:
        if refusal := refusal_of(kernel.phase):
            raise KernelUnusable(refusal)
        request = kernel.request_under_way
        if request is not None:
            await kernel.change()
            has_ended = kernel.is_last(request) and request.outcome.done() and request.restores
            # Where the diary is on another machine, cells may have run since the answer: the kernel is asked again.
            joins = reinit.joins and kernel.files is not None
            if has_ended and joins and not request.found_no_agent and not refusal_of(kernel.phase):
                while kernel.phase.is_between_incarnations and kernel.is_last(request):
                    await kernel.change()  # the restart is answered first
                if kernel.is_last(request):
                    return
        elif kernel.phase.is_between_incarnations:
            await kernel.change()
        elif not await ensure_async(kernel.manager.is_alive()):
            if not kernel.is_watched:
                raise KernelUnusable(messages.DEAD)
            if not kernel.phase.is_between_incarnations:
                await kernel.change()
        else:
            request = await kernel.ask(reinit)
            await asyncio.wait({request.outcome})
            if not kernel.is_last(request) or refusal_of(kernel.phase):
                continue
            if not request.found_no_agent:
                return
            await kernel.begin_after_unseen_crash()
