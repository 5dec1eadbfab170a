"""Whether a notebook is run again from its first cell after a restart: then it gives what a fresh kernel gives.

*Restart & Run All* of JupyterLab says so beforehand. Other clients restart a kernel and send all cells, and what the
last cell had chosen would be in force before the first one. They are known by what they send: the cells with which the
last incarnation had begun, one directly after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from ..settings.lazy_settings import digest
from ..timers import QUIET, Timer

WITHIN = 3.0
"""Seconds after a restart within which the first of them has to come: all cells are sent at once."""


class Rerun:
    """Follow the first cells after a restart as long as they are those of the last incarnation.

    Parameters
    ----------
    expected : sequence of str
        Digests of the cells with which it had begun; none where that is not known.
    no_more_cells : timers.Timer
        Calls back when no other cell has come: what has run were single cells.

    Attributes
    ----------
    is_possible : bool
        Whether all cells so far have been the expected ones and more of them are expected.
    """

    def __init__(self, expected: Sequence[str], no_more_cells: Timer) -> None:
        self._no_more_cells = no_more_cells
        self._expected = list(expected)
        self._began = perf_counter()
        self._is_first = True
        self.is_possible = bool(expected)

    def cell_begins(self, code: str) -> bool:
        """Note that a cell is about to run; return whether it is known now that the notebook is run again."""
        self._no_more_cells.cancel()
        in_time = not self._is_first or perf_counter() - self._began < WITHIN
        self._is_first = False
        if self.is_possible and in_time and digest(code) == self._expected.pop(0):
            self.is_possible = bool(self._expected)
            return not self.is_possible
        self.is_possible = False
        return False

    def is_awaited(self) -> bool:
        """Return whether the cells that have begun to run may turn out to be a run from the first cell on."""
        return self.is_possible and not self._is_first

    def cell_ends(self) -> None:
        """Wait for another cell, where there is an event loop to wait in."""
        if not self._no_more_cells.start(QUIET):
            self.give_up()

    def cancel(self) -> None:
        """Stop waiting for cells; safe to call again."""
        self._no_more_cells.cancel()

    def give_up(self) -> None:
        """Treat what has run as single cells: no other one has come."""
        self.is_possible = False
