"""Interrupts that come while the agent is at work: none is lost, each is for the cell that the user meant."""

from __future__ import annotations

import _thread
import ast
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

WAITING = 0.25
"""Seconds within which a cell that has waited for the agent begins: an interrupt is kept for it that long."""

MOMENT = 0.05
"""Seconds until the code that has called a hook continues."""


class Interrupts:
    """Keep interrupts for cells and deliver them.

    IPython prints what a hook raises and runs the cell all the same, so an interrupt that comes before a cell is
    delivered by the cell's own first statement.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    """

    def __init__(self, shell: Any) -> None:
        self._transformers = shell.ast_transformers
        self._kept_at: float | None = None
        self._first: _RaiseFirst | None = None

    def keep(self) -> None:
        """Keep an interrupt for the cell that waits; it is dropped if none begins soon."""
        self._kept_at = perf_counter()

    def cell_begins(self) -> None:
        """Deliver the kept interrupt to the cell that is about to run."""
        kept_at, self._kept_at = self._kept_at, None
        if kept_at is not None and perf_counter() - kept_at < WAITING:
            self.interrupt_cell()

    def interrupt_cell(self) -> None:
        """Interrupt the cell that is about to run."""
        if self._first is None:
            self._first = _RaiseFirst()
            self._transformers.append(self._first)

    def cell_ends(self) -> None:
        """Remove the transformer that interrupts a cell."""
        if self._first in self._transformers:
            self._transformers.remove(self._first)
        self._first = None


class _RaiseFirst:
    """Insert a statement that raises `KeyboardInterrupt` before a cell; called like an `ast.NodeTransformer`."""

    def visit(self, cell: ast.Module) -> ast.Module:
        if cell.body:
            statement = ast.Raise(exc=ast.Name(id="KeyboardInterrupt", ctx=ast.Load()), cause=None)
            ast.fix_missing_locations(ast.copy_location(statement, cell.body[0]))
            cell.body.insert(0, statement)
        return cell


@contextmanager
def deferred() -> Iterator[None]:
    """Defer an interrupt until the block has ended: an import that is cut short leaves a broken package behind.

    Raises
    ------
    KeyboardInterrupt
        When the block has ended, if an interrupt has come.
    """
    noted: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: noted.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if noted:
        raise KeyboardInterrupt


@contextmanager
def raised() -> Iterator[None]:
    """Make an interrupt end the block where ipykernel ignores it: the user may mean a cell that waits."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def interrupt_soon() -> None:
    """Interrupt the code that has called a hook, once it has continued."""
    timer = threading.Timer(MOMENT, _thread.interrupt_main)
    timer.daemon = True
    timer.start()
