"""A new file that is there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable


class Draft:
    """A new file that gets its name when it is whole, and vanishes otherwise; a context manager.

    Parameters
    ----------
    folder : str
        Where it is to be.
    kept : callable, optional
        Is called with its name when it has one.

    Attributes
    ----------
    file : io.BufferedWriter
        What to write to.
    """

    def __init__(self, folder: str, kept: Callable[[str], object] = lambda name: None) -> None:
        descriptor, self._temporary = tempfile.mkstemp(dir=folder, prefix="draft.")  # mkstemp makes it 0600
        self._folder, self.file = folder, os.fdopen(descriptor, "wb")
        self._is_kept, self._kept = False, kept

    def keep(self, name: str) -> None:
        """Close the file and give it its name, in place of a file that has it.

        Raises
        ------
        OSError
            The rest of it cannot be written, or it cannot be renamed.
        """
        self.file.close()
        os.replace(self._temporary, os.path.join(self._folder, name))
        self._is_kept = True
        self._kept(name)

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            self.file.close()
        except OSError:
            pass  # no room for what was still to be written; it goes away in any case
        if not self._is_kept:
            try:
                os.unlink(self._temporary)
            except FileNotFoundError:
                pass
