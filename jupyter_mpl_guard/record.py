"""What the guard knows of one kernel; the plotting state itself stays in the kernel's diary."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from .agent import state as plot_state
from .agent.diary import STATE, Diary, DiaryError
from .conversation import Conversation

QUICK_SECONDS = 10.0
"""A crash this soon after a restore is blamed on the restore."""

QUICK_LIMIT = 2
"""So many of them in a row pause the kernel."""

BY_USER = "Plotting settings and figures are not kept for this kernel: it was paused. Resume it to have them kept."
SWITCHED_OFF = "Plotting settings are not kept: the guard is switched off in the settings."
BY_CRASHES = (
    "The kernel died twice within 10 seconds of a restore, so figures stay where they are for now. "
    "Resume the guard to try again, or forget the plotting state."
)
DEAD = "The kernel is dead. Restart it to go on; its plotting settings come back with it."


@dataclass
class Record:
    """One kernel under guard.

    Attributes
    ----------
    kernel_id : str
        Its id.
    manager : jupyter_client.manager.KernelManager
        Its manager.
    python : bool
        Whether it runs Python, so that an agent can live in it.
    incarnation : int
        How many lives of its process the server has seen.
    """

    kernel_id: str
    manager: Any
    python: bool = True
    incarnation: int = 1
    crashed: bool = False
    dead: bool = False
    holds: int = 0
    conversation: Conversation | None = None
    answered: dict[str, Any] | None = None
    error: str = ""
    paused: str = ""
    restored_at: float | None = None
    quick_crashes: int = 0

    @property
    def off(self) -> bool:
        """Whether no agent is wanted in this kernel."""
        return self.paused in (BY_USER, SWITCHED_OFF)

    @property
    def has_connection_file(self) -> bool:
        """Whether the kernel's connection file is there: jupyter_client removes it with the kernel."""
        return os.path.exists(getattr(self.manager, "connection_file", None) or "")

    @property
    def diary(self) -> Diary | None:
        """The kernel's diary, None where it lies on another machine."""
        connection_file = getattr(self.manager, "connection_file", None)
        return Diary.beside(connection_file) if connection_file and os.path.isabs(connection_file) else None

    def blame(self, now: float) -> None:
        """Count a crash that may be the restore's fault, and pause the kernel when there are too many."""
        under_way = self.conversation is not None and self.conversation.under_way
        soon = self.restored_at is not None and now - self.restored_at < QUICK_SECONDS
        self.quick_crashes = self.quick_crashes + 1 if soon or under_way and self.restored_at is not None else 0
        if self.quick_crashes >= QUICK_LIMIT and not self.paused:
            self.paused = BY_CRASHES

    def state(self) -> dict[str, Any]:
        """Return the plot state, without a word to the kernel."""
        for state in (self._written(), self.answered):
            if state is not None and state["incarnation"] >= self.incarnation:
                break
        else:
            state = plot_state.compose(self.kernel_id, self.incarnation, "absent")
        return state | self._overlay(state)

    def _written(self) -> dict[str, Any] | None:
        try:
            return self.diary and self.diary.read(STATE)
        except DiaryError:
            return None

    def _overlay(self, state: dict[str, Any]) -> dict[str, Any]:
        """Return what only the server knows: what is under way, switched off or has failed."""
        mine = {"incarnation": max(self.incarnation, state["incarnation"])}
        if not self.python:
            return mine | {"status": "unsupported", "message": ""}
        if self.dead:
            return mine | {"status": "error", "message": DEAD}
        if self.paused:
            return mine | {"status": "paused", "message": self.paused}
        if self.error:
            return mine | {"status": "error", "message": self.error}
        ended = state["incarnation"] >= self.incarnation and state["status"] in plot_state.FINAL
        if self.conversation is not None and self.conversation.under_way and not ended:
            return mine | {"status": "restoring", "message": ""}
        return mine
