"""One kernel under guard: its phase, what its agent is asked, and its plot state as the server sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from logging import Logger
from typing import Any, TypeVar

import zmq.asyncio

from ..agent.protocol import NextRestore
from ..agent.storage.diary import OUTLIVED, Diary
from ..agent_client.agent import RemoteAgent
from ..agent_client.request import AgentRequest
from ..archive.disk.places import DiaryPlace
from ..archive.kernel_files import KernelFiles
from ..schemas import is_plot_state
from .gate import Gate
from .pause import CrashCounter, PauseReason, after_crash
from .phase import KernelPhase
from .policy import DiaryOrigin, FirstRequests
from .shown_state import ServerView, shown_state, version_of, written_state

T = TypeVar("T")

STARTS = 3
"""How many times as long cells wait where a process is shut down or started meanwhile."""


class GuardedKernel:
    """One kernel under guard.

    Parameters
    ----------
    kernel_id : str
        Its id.
    manager : jupyter_client.manager.KernelManager
        Its manager.
    pause : PauseReason or None
        Why it is paused from the start.
    context : zmq.asyncio.Context
        Context of the clients' sockets.
    gate : Gate
        Where the user's cells wait; it opens for this kernel when the agent has acknowledged.
    first_requests : FirstRequests
        Says what an agent is asked for at a beginning.
    place : DiaryPlace
        Where its diary is.
    hold_timeout : float
        Seconds that cells wait at most for the agent, and `STARTS` times that where a process is started first.
    log : logging.Logger
        Where to log what was sent to the kernel.

    Attributes
    ----------
    files : KernelFiles or None
        Its files, None where they are on another machine.
    phase : KernelPhase
        Its phase; like the other attributes, no other module writes it.
    pause : PauseReason or None
        Why it is paused.
    incarnation : int
        How many incarnations the server has seen.
    next_restore : NextRestore
        What its next incarnation restores by itself.
    held_restarts : int
        How many restarts of it are being carried out.
    restart_lock : asyncio.Lock
        Held by the one restart that is being carried out.
    is_watched : bool
        Whether there is a restarter that tells of crashes.
    agent : RemoteAgent
        Its agent, whatever process it lives in.
    jobs : list of asyncio.Task
        What is being done for the kernel's clients, in its order.
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
        self.kernel_id = kernel_id
        self.manager = manager
        self.files = KernelFiles.of(kernel_id, manager, place.folder or "")
        self.phase = KernelPhase.STARTING
        self.pause = pause
        self.incarnation = 1
        self.next_restore = NextRestore.AUTO
        self.held_restarts = 0
        self.restart_lock = asyncio.Lock()
        self.is_watched = False
        unsubscribed = partial(gate.unsubscribed, kernel_id)
        self.agent = RemoteAgent(kernel_id, manager, context, unsubscribed, self._take_answer, log)
        self.jobs: list[asyncio.Task[Any]] = []
        self._gate = gate
        self._first_requests = first_requests
        self._place = place
        self._hold_timeout = hold_timeout
        self._crashes = CrashCounter()
        self._is_forgetting = False
        self._begun_with: tuple[DiaryOrigin, NextRestore] = (DiaryOrigin.NEW, self.next_restore)
        self._observed: dict[str, Any] | None = None
        self._written_then: tuple[int, ...] | None = None
        self._changed = asyncio.Event()

    @property
    def diary(self) -> Diary | None:
        """Its diary, None where that is on another machine."""
        return None if self.files is None else self.files.diary

    @property
    def is_guarded(self) -> bool:
        """Whether an agent is wanted in the kernel."""
        return self.phase is not KernelPhase.UNSUPPORTED and not (self.pause and self.pause.unguards)

    @property
    def has_agent(self) -> bool:
        """Whether there is an agent in the present process, or one on its way there."""
        is_there = self.phase is KernelPhase.RUNNING and self.agent.is_installed
        return is_there or (self.phase is KernelPhase.RESTARTING and self.agent.is_beginning)

    @property
    def begins_with_next_process(self) -> bool:
        """Whether a new incarnation begins when a restart is told of, and not with the end of a held restart."""
        has_crashed = self.phase is KernelPhase.CRASHED
        return self.phase is not KernelPhase.UNSUPPORTED and (has_crashed or not self.held_restarts)

    def state(self) -> dict[str, Any]:
        """Return the plot state, without asking the kernel."""
        view = ServerView(self.phase, self.pause, self.agent.error, self.agent.is_asked, self.incarnation)
        diary = self.diary
        written = None if diary is None else written_state(diary, self.kernel_id)
        is_last = self._observed is self.agent.answer and self._written_then == self._written()
        return shown_state(self.kernel_id, view, written, self.agent.answer, is_last=is_last)

    async def change(self) -> None:
        """Wait until something has happened to the kernel."""
        await self._changed.wait()

    def note_start(self, *, is_python: bool) -> None:
        """Note that the kernel's start is over, and whether its language is Python."""
        if not is_python:
            self._enter(KernelPhase.UNSUPPORTED)
        elif self.phase is KernelPhase.STARTING:
            self._enter(KernelPhase.RUNNING)

    def note_crash(self) -> None:
        """Note that the process has died, and pause the kernel where restores seem to be the cause.

        They are not where a cell has ended since the restore, which the agent records.
        """
        self.pause = after_crash(self.pause, self._crashes.note_crash(outlived=self._has_outlived_restore()))
        self._enter(KernelPhase.CRASHED)

    def observe(self, state: Any) -> bool:
        """Keep a plot state that the agent has published; return whether it is one of the present process."""
        if self.phase is not KernelPhase.RUNNING or not is_plot_state(state):
            return False
        if (state["kernel_id"], state["incarnation"]) != (self.kernel_id, self.incarnation):
            return False
        self.agent.observe(state)
        self._observed, self._written_then = state, self._written()
        return True

    def note_death(self) -> None:
        """Note that the process has died and will not be started again by itself."""
        self._enter(KernelPhase.DEAD)

    def note_restarter(self) -> None:
        """Note that there is a restarter that tells of crashes."""
        self.is_watched = True

    def set_pause(self, reason: PauseReason | None) -> None:
        """Pause or resume the kernel, from its next incarnation at the latest; cells do not wait for a pause."""
        self.pause = reason
        if reason is None:
            self.forgive_crashes()
        elif reason.unguards:
            self.open_gate()

    def set_next_restore(self, restore: NextRestore) -> None:
        """Set what the next incarnation restores by itself, see `protocol.Begin`; later ones are not affected."""
        self.next_restore = restore

    def forgive_crashes(self) -> None:
        """Reset the count of crashes."""
        self._crashes.start_again()

    def note_forgetting(self) -> None:
        """Record that the agent has still to remove the diary as requested: it may write it again before it does."""
        self._is_forgetting = True

    def close_gate(self, *, starts: bool = False) -> None:
        """Hold cells until the kernel's agent has acknowledged, for a limited time.

        Parameters
        ----------
        starts : bool
            Whether the server shuts down a process or starts one meanwhile: that may take some time itself.
        """
        self._gate.close(self.kernel_id, self._hold_timeout * (STARTS if starts else 1))

    def open_gate(self) -> None:
        """Release cells to the kernel, unless a restart of it is being carried out, which does so at its end."""
        if not self.held_restarts:
            self._gate.open(self.kernel_id)

    @contextmanager
    def held_restart(self) -> Iterator[None]:
        """Hold cells, for a limited time, while a restart of the kernel is carried out."""
        self.held_restarts += 1
        self.close_gate(starts=True)
        if self.phase in (KernelPhase.STARTING, KernelPhase.RUNNING):
            self._enter(KernelPhase.RESTARTING)
        try:
            yield
        finally:
            self.held_restarts -= 1
            self._settle()
            self.open_gate()

    async def new_incarnation(self) -> AgentRequest | None:
        """Begin in a new process of the kernel; return None where no agent is wanted.

        A process that replaces one which has died before its agent began, begins as that one was to.
        """
        origin = DiaryOrigin.CRASH if self.phase is KernelPhase.CRASHED else DiaryOrigin.RESTART
        if origin is DiaryOrigin.RESTART:
            self.forgive_crashes()
        elif self.agent.is_beginning:
            origin, self.next_restore = self._begun_with
        self.incarnation += 1
        self.agent.forget_process()
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
        while self.agent.is_beginning and (left := end - asyncio.get_running_loop().time()) > 0:
            request = self.agent.request
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
            return await self.agent.ask(begin)
        await self.agent.hang_up()
        self.open_gate()
        return None

    def start_job(self, job: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start a task for a client of the kernel; it ends with the kernel."""
        task = asyncio.create_task(job)
        self.jobs.append(task)
        task.add_done_callback(self.jobs.remove)
        return task

    async def close(self) -> None:
        """Cancel everything that is being done for the kernel."""
        for job in self.jobs:
            job.cancel()
        await asyncio.gather(*self.jobs, return_exceptions=True)
        await self.agent.hang_up()
        self.agent.forget_process()
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

    def _enter(self, phase: KernelPhase) -> None:
        if self.phase is not KernelPhase.UNSUPPORTED:
            self.phase = phase
        self._notify()

    def _settle(self) -> None:
        if self.phase is KernelPhase.RESTARTING and not self.held_restarts:
            self._enter(KernelPhase.RUNNING)

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def _has_outlived_restore(self) -> bool:
        """Return whether a cell has ended since the restore, once: the next process may die before its agent begins."""
        diary = self.diary
        if diary is None or OUTLIVED not in diary.names():
            return False
        diary.discard(OUTLIVED)
        return True

    def _take_answer(self) -> None:
        """Record what follows from a new request, an answer or an error."""
        agent = self.agent
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
