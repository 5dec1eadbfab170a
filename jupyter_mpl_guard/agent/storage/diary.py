"""The diary: the files in which a kernel's plotting state outlives the kernel process.

The diary of a kernel is the folder ``mpl-guard-<kernel id>`` beside the kernel's connection file. The kernel id
survives restarts, so the next incarnation finds what the last one wrote. Folder and files belong to the user alone
(0700, 0600), and a link or another user's file in their place is not read.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
from typing import Any, BinaryIO

from .draft import Draft

STATE = "state.json"
"""File of the plot state, which is not signed: for display, by the server as well."""

RECORD = "record.json"
"""File of the signed settings: all that a restore of them reads, see `settings_record.SettingsRecord`."""

FIGURES = "figures.json"
"""File that lists the saved figures and the files that hold them."""

UNSAVED = "unsaved-"
"""Beginning of the name of an empty file that stands for what could not be written; the error's number is its end. An
empty file can be made where there is no room for a full one."""

OUTLIVED = "outlived"
"""Name of an empty file that says that a cell has ended since the restore, so the restore is harmless."""


_ERRORS = frozenset(map(str, errno.errorcode))


class DiaryError(Exception):
    """Say in one sentence why a file of the diary could not be used."""


class Diary:
    """Read and write the files of one kernel's diary.

    Parameters
    ----------
    folder : str
        Path of the folder; it is made at the first `write`.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder

    @classmethod
    def beside(cls, connection_file: str) -> Diary:
        """Return the diary that belongs to the kernel of a connection file."""
        folder, name = os.path.split(os.path.abspath(connection_file))
        return cls(os.path.join(folder, "mpl-guard-" + kernel_id_of(name)))

    def write(self, name: str, document: dict[str, Any]) -> None:
        """Replace one file of the diary by a JSON document, at once or not at all.

        Parameters
        ----------
        name : str
            File name inside the folder.
        document : dict
            JSON data; NaN and infinity are refused.

        Raises
        ------
        OSError
            The folder cannot be made or written, or belongs to somebody else.
        ValueError
            The document is not JSON data.
        """
        text = json.dumps(document, allow_nan=False, separators=(",", ":"))
        with self.draft() as draft:
            draft.file.write(text.encode())
            draft.keep(name)

    def draft(self) -> Draft:
        """Return a `Draft` of a new file.

        Raises
        ------
        OSError
            The folder cannot be made or written, or belongs to somebody else.
        """
        self._own_folder()
        return Draft(self.folder)

    def read(self, name: str, *, through_link: bool = False) -> dict[str, Any] | None:
        """Return one file's JSON object, or None where there is no such file.

        Parameters
        ----------
        name : str
            File name inside the folder.
        through_link : bool
            Whether a link in place of the folder will do: for what is signed, or for display only.

        Raises
        ------
        DiaryError
            The file is there and cannot be trusted or understood.
        """
        data = self.read_bytes(name, through_link=through_link)
        if data is None:
            return None
        try:
            document = json.loads(data)
        except (ValueError, RecursionError) as error:  # the latter where it is nested too deep
            raise DiaryError(f"{self._path(name)} could not be read ({error})") from error
        if not isinstance(document, dict):
            raise DiaryError(f"{self._path(name)} does not hold a JSON object")
        return document

    def read_bytes(self, name: str, *, through_link: bool = False) -> bytes | None:
        """Return one file's bytes, or None where there is no such file.

        Raises
        ------
        DiaryError
            The file is there and cannot be trusted.
        """
        file = self.opened(name, through_link=through_link)
        if file is None:
            return None
        try:
            with file:
                return file.read()
        except OSError as error:
            raise DiaryError(f"{self._path(name)} could not be read ({error})") from error

    def opened(self, name: str, *, through_link: bool = False) -> BinaryIO | None:
        """Return one file opened for reading bytes, or None where there is no such file.

        Raises
        ------
        DiaryError
            The file is there and cannot be trusted.
        """
        path = self._path(name)
        try:
            if stat.S_ISLNK(os.lstat(self.folder).st_mode) and not through_link:
                raise DiaryError(f"{self.folder} is a link, so nothing in it was read")
            # Without O_NOFOLLOW (Windows) links need a privilege to be made, so there is nothing to refuse.
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
            try:
                file = os.fdopen(descriptor, "rb")
            except OSError:  # a folder in its place
                os.close(descriptor)
                raise
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or not is_ours(status):
                file.close()
                raise DiaryError(f"{path} is not a file of yours, so it was not read")
            return file
        except FileNotFoundError:
            return None
        except OSError as error:
            raise DiaryError(f"{path} could not be read ({error})") from error

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
        """Return the names of the files, none where the folder is not there or cannot be read."""
        try:
            return os.listdir(self.folder)
        except OSError:
            return []

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
            self._own_folder()
            os.close(os.open(self._path(name), os.O_CREAT | os.O_WRONLY, 0o600))
        except OSError:
            pass

    def unsaved(self) -> str:
        """Return, as part of a sentence, why something newer could not be written, "" where everything was."""
        numbers = [name[len(UNSAVED) :] for name in self.names() if name.startswith(UNSAVED)]
        if numbers:
            return os.strerror(int(numbers[0])) if numbers[0] in _ERRORS else "it could not be written"
        if os.path.isdir(self.folder) and not os.access(self.folder, os.W_OK):
            return f"{self.folder} cannot be written"
        return ""

    def all_saved(self) -> None:
        """Take back what `note_unsaved` has written down."""
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
            shutil.rmtree(self.folder)

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def _own_folder(self) -> None:
        if not os.path.lexists(self.folder):
            try:
                os.mkdir(self.folder, 0o700)
                return
            except FileExistsError:  # somebody was faster
                pass
        status = os.lstat(self.folder)
        if not stat.S_ISDIR(status.st_mode) or not is_ours(status):
            raise PermissionError(f"{self.folder} is not a folder of yours")
        if os.name == "posix" and stat.S_IMODE(status.st_mode) & 0o077:
            os.chmod(self.folder, stat.S_IMODE(status.st_mode) & 0o700)


def kernel_id_of(connection_file: str) -> str:
    """Return the kernel id in a connection file's name, ``kernel-<kernel id>.json``; another name is its own id."""
    stem = os.path.splitext(os.path.basename(connection_file))[0]
    return stem[len("kernel-") :] if stem.startswith("kernel-") else stem


def is_ours(status: os.stat_result) -> bool:
    """Return whether a file or folder of this status belongs to the user who runs this process."""
    return not hasattr(os, "getuid") or status.st_uid == os.getuid()
