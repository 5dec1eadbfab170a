"""Why a kernel is paused, and when crashes pause it."""

from __future__ import annotations

import time
from enum import Enum

from .. import messages

QUICK_SECONDS = 10.0
"""Seconds after a restore within which a crash is blamed on it, unless a cell has ended in between."""

QUICK_LIMIT = 2
"""Number of such crashes in a row that pause a kernel."""


class PauseReason(Enum):
    """Why a kernel is paused."""

    BY_USER = "by user"
    SWITCHED_OFF = "switched off"
    BY_CRASHES = "by crashes"

    @property
    def message(self) -> str:
        """The sentence for the user."""
        return _MESSAGES[self]

    @property
    def unguards(self) -> bool:
        """Whether the kernel gets no agent; after crashes it gets one, which restores the settings only."""
        return self is not PauseReason.BY_CRASHES


_MESSAGES = {
    PauseReason.BY_USER: messages.PAUSED_BY_USER,
    PauseReason.SWITCHED_OFF: messages.SWITCHED_OFF,
    PauseReason.BY_CRASHES: messages.PAUSED_BY_CRASHES,
}


def after_crash(reason: PauseReason | None, quick_crashes: int) -> PauseReason | None:
    """Return why a kernel is paused after a crash.

    Parameters
    ----------
    reason : PauseReason or None
        Why it was paused before.
    quick_crashes : int
        Number of crashes in a row for which restores are blamed.
    """
    if reason is None and quick_crashes >= QUICK_LIMIT:
        return PauseReason.BY_CRASHES
    return reason


class CrashCounter:
    """Count the crashes in a row for which restores are blamed.

    Attributes
    ----------
    quick : int
        How many there were.
    """

    def __init__(self) -> None:
        self.quick = 0
        self._restored_at: float | None = None

    def note_restore(self) -> None:
        """Note that the agent has begun to restore."""
        self._restored_at = time.monotonic()

    def note_crash(self, *, outlived: bool) -> int:
        """Note that the process has died, and return how many quick crashes that makes.

        Parameters
        ----------
        outlived : bool
            Whether a cell has ended since the restore, which is harmless then.
        """
        soon = self._restored_at is not None and time.monotonic() - self._restored_at < QUICK_SECONDS
        self.quick = self.quick + 1 if soon and not outlived else 0
        return self.quick

    def start_again(self) -> None:
        """Reset the count and discard the last restore."""
        self.quick = 0
        self._restored_at = None
