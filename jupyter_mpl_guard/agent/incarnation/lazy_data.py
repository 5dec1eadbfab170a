"""The data of one incarnation; what saves it is imported after the reply to the first cell that binds a name."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .. import timers
from ..internals.ipython import binds_names, expressions_in, request_content
from ..protocol import DataChoice
from ..settings.environment import StartUp
from .incarnation import Incarnation

if TYPE_CHECKING:
    from collections.abc import Container

    from ..data.kernel_data import KernelData
    from ..data.left_data import LeftData
    from ..protocol import Missing, Wanted


class LazyData:
    """Save data when cells may have changed it, and bind it when they mention it.

    Parameters
    ----------
    start : environment.StartUp
        How the kernel was before its first cell.

    Attributes
    ----------
    left : left_data.LeftData or None
        What the last incarnation has left, None where nobody has looked.
    """

    def __init__(self, incarnation: Incarnation, start: StartUp) -> None:
        self._shell = incarnation.shell
        self._loop = incarnation.loop
        self._diary = incarnation.diary
        self._signer = incarnation.signer
        self._request = incarnation.request
        self._reporter = incarnation.reporter
        self._start = start
        self.left: LeftData | None = None
        self._kept: KernelData | None = None
        self._soon = self._loop.timer(self.catch_up)
        self._first_codes: list[tuple[str, bool]] = []  # of cells that have ended before there was a `KernelData`

    @property
    def is_there(self) -> bool:
        """Whether there is data that is saved or may come back."""
        return self._kept is not None

    def look_back(self, plotted: Container[str], *, same_process: bool) -> list[Missing]:
        """Decide what becomes of what was left, see `left_data.LeftData.look_back`."""
        left = self._need_left()
        missing = left.look_back(self._request, plotted, same_process=same_process)
        if left.comes is not None:
            self._need().begin()
        return missing

    def _need_left(self) -> LeftData:
        if self.left is None:
            from ..data.left_data import LeftData

            self.left = LeftData(self._diary.open(), self._signer, self._reporter)
        return self.left

    def _need(self) -> KernelData:
        """Return what saves and restores data, made when it is first needed."""
        if self._kept is None:
            from ..data.kernel_data import KernelData

            left = self._need_left()
            self._kept = KernelData(self._shell, left, self._request, self._start, self._reporter, self._loop)
        return self._kept

    def catch_up(self) -> None:
        """Process at once the first cells that have ended, which wait for a moment otherwise."""
        if self._first_codes:  # an interrupt may have ended the timer: a server sends one before it ends a kernel
            self._soon.cancel()
            kept = self._need()
            codes, self._first_codes = self._first_codes, []
            for code, draws in codes:
                kept.cell_ends(code, draws=draws)

    def silent_request(self, code: str) -> None:
        """Bind what a silent request mentions, which is not a cell."""
        if self._kept is not None:
            self._kept.silent_request(code)

    def other_code_ran(self) -> None:
        """Note that a callback of a widget may have run."""
        if self._kept is not None:
            self._kept.other_code_ran()

    def cell_begins(self, code: str, *, is_inner: bool) -> None:
        """Bind what a cell mentions before it runs, and note what it may change.

        Parameters
        ----------
        is_inner : bool
            Whether another cell runs it.
        """
        self.catch_up()
        if self._kept is not None:
            self._kept.restore_for(code)
            if not is_inner:
                self._kept.cell_begins(code)

    def cell_ends(self, code: str, *, failed: bool) -> bool:
        """Schedule saving what a cell has left; that is made after the reply to the first one.

        Return whether it is known to have done nothing but bind the names that it mentions.
        """
        if self._request.data is DataChoice.NONE or (self._kept is None and code.startswith("%%script")):
            return False
        whole = "\n".join([code, *expressions_in(request_content(self._shell.kernel))])
        if self._kept is not None:
            return self._kept.cell_ends(whole, draws="matplotlib.figure" in sys.modules, failed=failed)
        if self._first_codes or binds_names(self._shell) or "%load_ext" in code:
            self._note_first(whole)
        return False

    def _note_first(self, code: str) -> None:
        self._first_codes.append((code, "matplotlib.figure" in sys.modules))
        if not self._soon.start(timers.SOON):
            self.catch_up()

    def restore_for(self, code: str) -> None:
        """Bind the offered data that the rest of a running cell may mention."""
        if self._kept is not None:
            self._kept.restore_for(code)

    def save_at_end(self) -> None:
        """Save what waits, now that the kernel ends."""
        self.catch_up()
        if self._kept is not None:
            self._kept.save_at_end()

    def answer_offer(self, wanted: Wanted) -> None:
        """Accept or end an offer of data, see `protocol.Reinit`."""
        from ..protocol import Wanted

        if self.left is not None and (self._kept is not None or wanted is not Wanted.AUTO):
            self._need().answer_offer(wanted)

    def pause(self, *, paused: bool) -> None:
        """Stop restoring what cells may change unseen, or save again everything that they may have changed."""
        if self._kept is not None:
            self._kept.pause(paused=paused)
        elif not paused and self._request.data is not DataChoice.NONE and binds_names(self._shell):
            self._note_first("")

    def forget(self) -> None:
        """Mark everything as unsaved: the diary has been removed."""
        if self.left is not None:
            self._need().forget()

    def end(self) -> None:
        """Stop saving; safe to call again."""
        self._soon.cancel()
        if self._kept is not None:
            self._kept.end()
