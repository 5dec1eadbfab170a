"""The diary of a kernel as its agent writes it: nothing waits for the disk, and nothing is lost by that."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .diary import DATA, FIGURES, LAST, RECORD, Diary, encoded
from .disk.draft import Draft

if TYPE_CHECKING:
    from .disk.flush import Flusher

SIGNED = (RECORD, FIGURES)
"""The documents that a restore needs; the others are for display."""


class KernelDiary(Diary):
    """A diary that keeps each signed document's former one until the new one is on the disk, with all that it names.

    A new document is there at once, for the case that the kernel dies; a thread flushes it to the disk, for the case
    that the machine does. Files are removed in the kernel's main thread only.

    Parameters
    ----------
    folder : str
        Its folder, see `Diary`.
    from_thread : callable, optional
        Returns a function that any thread may call to make the main thread call a given one. Without it, what is kept
        for the case that the machine stops stays until the next document is written.

    Attributes
    ----------
    mark : str
        Name of an empty file that is made with the folder, "" for none.
    """

    def __init__(
        self, folder: str, from_thread: Callable[[Callable[[], object]], Callable[[], object]] | None = None
    ) -> None:
        super().__init__(folder)
        self._from_thread = from_thread or (lambda function: lambda: None)
        self._flusher: Flusher | None = None
        self._on_disk: Callable[[], object] = lambda: None
        self._lock = -1
        self.mark = ""

    def mark_with(self, mark: str) -> None:
        """Set the name of an empty file to make with the folder."""
        self.mark = mark

    def when_on_disk(self, on_disk: Callable[[], object]) -> None:
        """Call a function, in the main thread, when all that was written is on the disk."""
        self._on_disk = on_disk

    def begin(self) -> None:
        """Lock the diary for this process, and schedule flushing what the last incarnation has not flushed."""
        self._hold()
        if any(map(self.keeps_former, SIGNED)):
            self._note_all()

    def write(self, name: str, document: dict[str, Any], *, flush: bool = False) -> None:
        """Replace one file of the diary by a JSON document, see `Diary.write`."""
        data = encoded(name, document)
        with self.draft() as draft:
            draft.write(data)
            draft.flush()  # where there is no room, nothing has been moved yet
            self.settle()
            if name in SIGNED and not self.keeps_former(name):
                with suppress(FileNotFoundError):
                    os.replace(self._path(name), self._path(LAST + name))
            draft.keep(name, flush=flush)

    def draft(self) -> Draft:
        """Return a `Draft` of a new file, see `Diary.draft`."""
        self.own_folder()
        return Draft(self.folder, self._note)

    def flush_soon(self, name: str) -> None:
        """Schedule flushing what was added to a file."""
        self._note(name)

    def settle(self) -> bool:
        """Remove former documents if the present ones are on the disk; return whether they are."""
        if self._flusher is None or not self._flusher.is_done:
            return False
        for name in SIGNED:
            self.discard(LAST + name)
        return True

    def use_former(self, name: str) -> None:
        """Replace the present document by the former one, which would be removed after the next flush otherwise."""
        with suppress(OSError):
            os.replace(self._path(LAST + name), self._path(name))
            self._note(name)

    def own_folder(self) -> None:
        """Make the folder, see `Diary.own_folder`, and lock one that is new."""
        is_new = not os.path.lexists(self.folder)
        super().own_folder()
        if is_new and self.mark:
            self.note(self.mark)
        if is_new or self._lock < 0:
            self._hold()
            self._note("")

    def _hold(self) -> None:
        """Lock the diary; where there is no room for that, it is tried again when there may be."""
        from .disk.alive import hold

        with suppress(OSError):
            former, self._lock = self._lock, hold(self.folder)
            if former >= 0:
                os.close(former)

    def _note_all(self) -> None:
        from .data.entry import SUFFIX as DATA_SUFFIX
        from .figures.figure_entry import SUFFIX

        documents = [DATA, *(each for name in SIGNED for each in (name, LAST + name))]
        pickles = SUFFIX, DATA_SUFFIX
        self._note(*(name for name in self.names() if name in documents or name.endswith(pickles)))

    def _note(self, *names: str) -> None:
        if self._flusher is None:
            from .disk.flush import Flusher

            self._flusher = Flusher(self.folder, self._from_thread(self._flushed))
        self._flusher.note(*names)

    def _flushed(self) -> None:
        if self.settle():
            self._on_disk()
