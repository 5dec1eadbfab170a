"""The diary of one incarnation, opened when there is something to read or to write."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..protocol import DIARY_DIR, Begin
from ..storage.disk.names import Signer
from ..timers import KernelLoop

if TYPE_CHECKING:
    from ..storage.kernel_diary import KernelDiary


class LazyDiary:
    """Open the kernel's diary when it is first needed.

    Parameters
    ----------
    folder : str
        Its folder, as the connection file says it.
    loop : timers.KernelLoop
        The kernel's event loop.
    """

    def __init__(self, folder: str, loop: KernelLoop) -> None:
        self._folder = folder
        self._loop = loop
        self._diary: KernelDiary | None = None

    def is_there(self) -> bool:
        """Return whether its folder is there."""
        return os.path.lexists(self._folder if self._diary is None else self._diary.folder)

    def open(self) -> KernelDiary:
        """Return the diary."""
        if self._diary is None:
            from ..storage.kernel_diary import KernelDiary

            self._diary = KernelDiary(self._folder, self._loop.from_thread)
        return self._diary

    def find(self, request: Begin, signer: Signer) -> tuple[Signer, str]:
        """Find out where the diary is, and how it is signed, where the connection file does not say that.

        Parameters
        ----------
        request : protocol.Begin
            What the server knows of the incarnation.
        signer : Signer
            What the connection file says.

        Returns
        -------
        signer : Signer
            Who signs it.
        note : str
            Why it is not where it was chosen to be, "" where it is.
        """
        named = os.environ.get(DIARY_DIR, "") if request.diary_dir is None else ""
        if not (named or request.diary_dir or request.gateway):
            return signer, request.trouble
        from ..storage.place import find

        return find(self.open(), request, named, signer)
