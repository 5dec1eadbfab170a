"""The cell that runs: how far the hooks around it are, for an interrupt may end one, and whether it is a plain one."""

from __future__ import annotations

from enum import Enum


class CellPhase(Enum):
    """How far the hooks around a cell are."""

    NONE = "no cell runs"
    BEGINNING = "what has to be done before a cell is being done"
    RUNNING = "that is done, and what comes after the cell is not"


class RunningCell:
    """Follow the cell that runs."""

    def __init__(self) -> None:
        self._phase = CellPhase.NONE
        self._plain: str | None = None

    @property
    def is_unfinished(self) -> bool:
        """Whether a cell runs, or something has ended the hook after the last one."""
        return self._phase is not CellPhase.NONE

    @property
    def is_beginning(self) -> bool:
        """Whether the hook before the cell is running, or something has ended it."""
        return self._phase is CellPhase.BEGINNING

    def begins(self) -> None:
        """Note that the hook before a cell runs."""
        self._phase, self._plain = CellPhase.BEGINNING, None

    def has_begun(self, plain: str | None) -> None:
        """Note that it has done what it has to do.

        Parameters
        ----------
        plain : str or None
            The source of the cell if that is plain, see `plain_cell.is_plain`.
        """
        self._plain = plain
        self._phase = CellPhase.RUNNING

    def was_plain(self, code: str) -> bool:
        """Return, once, whether this is the source of a plain cell that has begun, and all that has run with it."""
        plain, self._plain = self._plain, None
        return plain == code

    def has_ended(self) -> None:
        """Note that what has to be done after the cell is done."""
        self._phase = CellPhase.NONE
