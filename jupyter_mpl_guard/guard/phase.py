"""The phases of a kernel, as far as the server sees them, and what follows from them: whether its cells wait."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any, TypeVar

from ..agent.storage.diary import OUTLIVED, Diary
from ..archive.kernel_files import KernelFiles
from .gate import Gate
from .pause import CrashCounter, PauseReason, after_crash

T = TypeVar("T")

STARTS = 3
"""How many times as long cells wait where a process is shut down or started meanwhile."""


class KernelPhase(Enum):
    """Where a kernel is in its life; `GatedKernel` owns it.

    ======================  ============================================================  =============================
    phase                   begins                                                        ends
    ======================  ============================================================  =============================
    STARTING                with the kernel                                               as RUNNING or UNSUPPORTED
    RUNNING                 when an agent is sent into a process, or none is wanted       with the process
    RESTARTING              when a restart is asked for                                   as RUNNING
    CRASHED                 when its restarter has seen it die                            as RUNNING or DEAD
    DEAD                    when its restarter has given it up                            as RUNNING
    UNSUPPORTED             when it turns out that it does not run IPython                never
    ======================  ============================================================  =============================
    """

    STARTING = "starting"
    RUNNING = "running"
    RESTARTING = "restarting"
    CRASHED = "crashed"
    DEAD = "dead"
    UNSUPPORTED = "unsupported"

    @property
    def is_between_incarnations(self) -> bool:
        """Whether the next incarnation is known to come and has not begun."""
        return self in (KernelPhase.RESTARTING, KernelPhase.CRASHED)


class GatedKernel:
    """One kernel as the server sees it from outside: its phase, its crashes, its pause, and its gate.

    Parameters
    ----------
    kernel_id, manager
        The kernel's id and its manager in the server.
    files : KernelFiles or None
        Its files, None where they are on another machine.
    pause : PauseReason or None
        Why it is paused from the start.
    gate : Gate
        Where the user's cells wait; it opens for this kernel when the agent has acknowledged.
    hold_timeout : float
        Seconds that cells wait at most for the agent, and `STARTS` times that where a process is started first.

    Attributes
    ----------
    phase : KernelPhase
        Its phase; like the other attributes, no other module writes it.
    pause : PauseReason or None
        Why it is paused.
    held_restarts : int
        How many restarts of it are being carried out.
    restart_lock : asyncio.Lock
        Held by the one restart that is being carried out.
    is_watched : bool
        Whether there is a restarter that tells of crashes.
    jobs : list of asyncio.Task
        What is being done for the kernel's clients, in its order.
    """

    def __init__(
        self,
        kernel_id: str,
        manager: Any,
        files: KernelFiles | None,
        *,
        pause: PauseReason | None,
        gate: Gate,
        hold_timeout: float,
    ) -> None:
        self.kernel_id = kernel_id
        self.manager = manager
        self.files = files
        self.phase = KernelPhase.STARTING
        self.pause = pause
        self.held_restarts = 0
        self.restart_lock = asyncio.Lock()
        self.is_watched = False
        self.jobs: list[asyncio.Task[Any]] = []
        self._gate = gate
        self._hold_timeout = hold_timeout
        self._crashes = CrashCounter()
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
    def begins_with_next_process(self) -> bool:
        """Whether a new incarnation begins when a restart is told of, and not with the end of a held restart."""
        has_crashed = self.phase is KernelPhase.CRASHED
        return self.phase is not KernelPhase.UNSUPPORTED and (has_crashed or not self.held_restarts)

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

    def forgive_crashes(self) -> None:
        """Reset the count of crashes."""
        self._crashes.start_again()

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

    def start_job(self, job: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start a task for a client of the kernel; it ends with the kernel."""
        task = asyncio.create_task(job)
        self.jobs.append(task)
        task.add_done_callback(self.jobs.remove)
        return task

    async def end_jobs(self) -> None:
        """Cancel everything that is being done for the kernel's clients."""
        for job in self.jobs:
            job.cancel()
        await asyncio.gather(*self.jobs, return_exceptions=True)

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
