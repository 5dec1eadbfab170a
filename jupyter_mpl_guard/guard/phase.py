"""The phases of a kernel, as far as the server sees them."""

from __future__ import annotations

from enum import Enum


class KernelPhase(Enum):
    """Where a kernel is in its life; `GuardedKernel` owns it.

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
