"""The diary: the files in which a kernel's plotting state outlives the kernel process.

The diary of a kernel is the folder ``mpl-guard-<kernel id>`` beside the kernel's connection file. The kernel id
survives restarts, so the next incarnation finds what the last one wrote. Folder and files belong to the user alone
(0700, 0600), and a link or another user's file in their place is not read.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from typing import TYPE_CHECKING, Any, BinaryIO

from . import sentences
from .disk.checked_file import (
    DOCUMENT_BYTES,
    DiaryError,
    Unreadable,
    is_own_folder,
    nests_within,
    opened,
    own_folder,
    read_bytes,
    read_object,
)
from .disk.draft import Draft, remove_folder
from .disk.names import (
    DATA,
    DIAGNOSIS,
    FIGURES,
    LAST,
    OUTLIVED,
    RECORD,
    STATE,
    UNSAVED,
    folder_beside,
    kernel_id_of,
)

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = [
    "DATA",
    "DIAGNOSIS",
    "FIGURES",
    "LAST",
    "OUTLIVED",
    "RECORD",
    "STATE",
    "STATE_BYTES",
    "UNSAVED",
    "Diary",
    "DiaryError",
    "Unreadable",
    "encoded",
    "kernel_id_of",
]

STATE_BYTES = 4 * 2**20
"""Bytes that a plot state may have; one of a thousand figures has 0.3 MiB."""


_ERRORS = frozenset(map(str, errno.errorcode))


class Diary:
    """Read and write the files of one kernel's diary.

    Parameters
    ----------
    folder : str
        Path of the folder; it is made at the first `write`.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def move(self, folder: str) -> None:
        """Use another folder from now on; what is in the present one stays there."""
        self.folder = folder

    @classmethod
    def beside(cls, connection_file: str) -> Self:
        """Return the diary that belongs to the kernel of a connection file."""
        return cls(folder_beside(connection_file))

    def write(self, name: str, document: dict[str, Any], *, flush: bool = False) -> None:
        """Replace one file of the diary by a JSON document, at once or not at all.

        Parameters
        ----------
        name : str
            File name inside the folder.
        document : dict
            JSON data; NaN and infinity are refused.
        flush : bool
            Whether to wait until it is on the disk.

        Raises
        ------
        OSError
            The folder cannot be made or written, or belongs to somebody else.
        ValueError
            The document is not JSON data, or is one that `read` would refuse.
        """
        data = encoded(name, document)
        with self.draft() as draft:
            draft.write(data)
            draft.keep(name, flush=flush)

    def write_over(self, name: str, document: dict[str, Any]) -> None:
        """Write a document for display over the one that is there: a full disk may have room for that.

        Nothing happens where it has not.
        """
        try:
            data, file = encoded(name, document), opened(self._path(name), _limit(name), update=True)
            if file is None:
                return
            with file:
                status = os.fstat(file.fileno())
                if len(data) <= max(status.st_size, 512 * getattr(status, "st_blocks", 0)):
                    file.write(data.ljust(status.st_size))
        except (OSError, ValueError, DiaryError):
            pass

    def draft(self) -> Draft:
        """Return a `Draft` of a new file.

        Raises
        ------
        OSError
            The folder cannot be made or written, or belongs to somebody else.
        """
        self.own_folder()
        return Draft(self.folder)

    def keeps_former(self, name: str) -> bool:
        """Return whether the document before the present one is still there: the present one may not be on the disk."""
        return os.path.lexists(self._path(LAST + name))

    def use_former(self, name: str) -> None:
        """Do nothing where only the document before the present one can be used: a reader changes nothing."""

    def read(self, name: str) -> dict[str, Any] | None:
        """Return one file's JSON object, or None where there is no such file; see `checked_file.read_object`.

        Raises
        ------
        DiaryError
            The file is there and cannot be trusted or understood.
        """
        return read_object(self._path(name), _limit(name))

    def read_bytes(self, name: str, limit: float = DOCUMENT_BYTES) -> bytes | None:
        """Return one file's bytes, or None where there is no such file, see `checked_file.read_bytes`.

        Raises
        ------
        DiaryError
            The file is there and cannot be trusted.
        """
        return read_bytes(self._path(name), limit)

    def opened(self, name: str, limit: float = DOCUMENT_BYTES) -> BinaryIO | None:
        """Return one file opened for reading bytes, or None where there is no such file, see `checked_file.opened`.

        Raises
        ------
        DiaryError
            The file is there and cannot be trusted.
        """
        return opened(self._path(name), limit)

    def flush_soon(self, name: str) -> None:
        """Do nothing where something was added to a file: only the process that has written all of it flushes it."""

    def discard(self, name: str) -> None:
        """Remove one file; nothing happens where there is none or it cannot be removed."""
        try:
            if not os.path.islink(self.folder):
                os.unlink(self._path(name))
        except OSError:
            pass

    def holds(self, name: str) -> bool:
        """Return whether there is a file of a name."""
        return os.path.lexists(self._path(name))

    def names(self) -> list[str]:
        """Return the names of the files, none where the folder is not there, cannot be read or is not the user's."""
        try:
            with own_folder(self.folder) as folder:
                return os.listdir(self.folder if folder.descriptor is None else folder.descriptor)
        except (OSError, DiaryError):
            return []

    @property
    def holds_plots(self) -> bool:
        """Whether it holds settings, figures or data, and not only its owner."""
        return not {RECORD, FIGURES, DATA, LAST + RECORD, LAST + FIGURES}.isdisjoint(self.names())

    def note_unsaved(self, error: Exception) -> None:
        """Write down for the next incarnation that something newer could not be written.

        Parameters
        ----------
        error : OSError or ValueError
            The reason; only the number of an `OSError` is written down.
        """
        self.note(f"{UNSAVED}{getattr(error, 'errno', None) or 0}")

    def note(self, name: str) -> None:
        """Make an empty file; nothing happens where that is not possible."""
        try:
            self.own_folder()
            os.close(os.open(self._path(name), os.O_CREAT | os.O_WRONLY, 0o600))
        except OSError:
            pass

    def unsaved(self) -> str:
        """Return, as part of a sentence, why something newer could not be written, "" where everything was."""
        numbers = [name[len(UNSAVED) :] for name in self.names() if name.startswith(UNSAVED)]
        if numbers:
            return os.strerror(int(numbers[0])) if numbers[0] in _ERRORS else sentences.NOT_WRITTEN
        if os.path.isdir(self.folder) and not os.access(self.folder, os.W_OK):
            return sentences.folder_not_writable(self.folder)
        return ""

    def all_saved(self) -> None:
        """Remove what `note_unsaved` has written down."""
        for name in self.names():
            if name.startswith(UNSAVED):
                self.discard(name)

    def remove(self) -> None:
        """Remove the folder and what is in it; of a link in its place only the link.

        Raises
        ------
        OSError
            A part of it cannot be removed.
        """
        if os.path.islink(self.folder):
            os.unlink(self.folder)
        elif os.path.isdir(self.folder):
            remove_folder(self.folder)

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def own_folder(self) -> None:
        """Make the folder if there is none, and make sure that it is the user's and nobody else can look into it.

        Raises
        ------
        OSError
            It cannot be made, or belongs to somebody else.
        """
        if not os.path.lexists(self.folder):
            try:
                os.mkdir(self.folder, 0o700)
                return
            except FileExistsError:  # somebody was faster
                pass
        status = os.lstat(self.folder)
        if not is_own_folder(status):
            raise PermissionError(sentences.folder_not_yours(self.folder))
        if os.name == "posix" and stat.S_IMODE(status.st_mode) & 0o077:
            os.chmod(self.folder, stat.S_IMODE(status.st_mode) & 0o700)


def encoded(name: str, document: dict[str, Any]) -> bytes:
    """Return a JSON document as it is written to a file of that name.

    Raises
    ------
    ValueError
        It is not JSON data, or is one that `Diary.read` would refuse.
    """
    data = json.dumps(document, allow_nan=False, separators=(",", ":")).encode()
    if len(data) > _limit(name) or not nests_within(data):
        raise ValueError(sentences.not_readable_again(name))
    return data


def _limit(name: str) -> int:
    return STATE_BYTES if name == STATE else DOCUMENT_BYTES
