"""New files that are there whole or not at all, and folders that go whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from typing import Any

DRAFT_PREFIX = ".mpl-guard-draft-"
"""Beginning of the names of folders that are being made or removed."""


class Draft:
    """A new file that gets its name when it is whole, and vanishes otherwise; a context manager.

    Parameters
    ----------
    folder : str
        The folder of the file.
    kept : callable, optional
        Called with its name when it has one.
    """

    def __init__(self, folder: str, kept: Callable[[str], object] = lambda name: None) -> None:
        descriptor, self._temporary = tempfile.mkstemp(dir=folder, prefix="draft.")  # mkstemp makes it 0600
        self._folder = folder
        self._file = os.fdopen(descriptor, "wb")
        self._is_kept = False
        self._kept = kept

    @property
    def size(self) -> int:
        """Bytes that have been written."""
        return self._file.tell()

    def write(self, data: Any) -> None:
        """Write the next bytes.

        Raises
        ------
        OSError
            They cannot be written.
        """
        self._file.write(data)

    def flush(self) -> None:
        """Write what is still buffered: where there is no room for it, that is known from then on.

        Raises
        ------
        OSError
            It cannot be written.
        """
        self._file.flush()

    def keep(self, name: str, *, flush: bool = False) -> None:
        """Close the file and give it its name, in place of a file that has it.

        Parameters
        ----------
        flush : bool
            Whether to wait until it is on the disk before it takes the other's place.

        Raises
        ------
        OSError
            The rest of it cannot be written, or it cannot be renamed.
        """
        if flush:
            self._file.flush()
            os.fsync(self._file.fileno())
        self._file.close()
        os.replace(self._temporary, os.path.join(self._folder, name))
        self._is_kept = True
        self._kept(name)

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            self._file.close()
        except OSError:
            pass  # no room for what was still to be written; it goes away in any case
        if not self._is_kept:
            try:
                os.unlink(self._temporary)
            except FileNotFoundError:
                pass


def remove_folder(folder: str) -> None:
    """Remove a folder and what is in it: it loses its name first, so that nobody ever finds a part of it.

    Raises
    ------
    OSError
        A part of it cannot be removed.
    """
    above, name = os.path.split(folder)
    aside = os.path.join(above, f"{DRAFT_PREFIX}{name}-{os.urandom(4).hex()}")
    try:
        os.rename(folder, aside)
    except FileNotFoundError:
        return
    except OSError:  # nothing may be put into the folder above, or a file of it is in use (Windows)
        aside = folder
    shutil.rmtree(aside)
