"""How the command ends: exit statuses that scripts can tell apart, and the error that carries one."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """Exit statuses; a test compares this list with the documentation."""

    OK = 0
    PROBLEM = 1
    """A problem was found, or not all that was asked for could be done."""
    USAGE = 2
    """The command line cannot be meant so."""
    NOBODY = 3
    """There is no such server or kernel, or none that lets itself be asked."""
    BUSY = 4
    """The kernel is busy; what was asked for happens later, or has to be asked for again."""
    INTERRUPTED = 130
    """It was interrupted, as shells report it of any program."""


class CommandFailed(Exception):
    """End the command with a sentence on standard error.

    Parameters
    ----------
    sentence : str
        What happened and what to do.
    """

    def __init__(self, status: ExitStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
