"""The diary: the files in which a kernel's plotting state outlives the kernel process.

The diary of a kernel is the folder ``mpl-guard-<kernel id>`` beside the kernel's connection file. The kernel id
survives restarts, so the next incarnation finds what the last one wrote. Folder and files belong to the user alone
(0700, 0600), and a link or another user's file in their place is not read.
"""

import json
import os
import shutil
import stat
import tempfile

STATE = "state.json"
"""File of the plot state: the one document that the server reads as well."""

RECORD = "record.json"
"""File of what a restore needs beyond the plot state: see `settings.Watch.capture`."""

FIGURES = "figures.json"
"""File that lists the saved figures and the files that hold them."""

UNSAVED = "unsaved-"
"""Beginning of the name of an empty file that stands for what could not be written; the error's number is its end.

An empty file can be made where there is no room for a full one.
"""


OUTLIVED = "outlived"
"""Name of an empty file that says that a cell of the user's has ended since the restore, so the restore is harmless."""


class DiaryError(Exception):
    """Say in one sentence why a file of the diary could not be used."""


class Diary:
    """Read and write the files of one kernel's diary.

    Parameters
    ----------
    folder : str
        Path of the folder; it is made at the first `write`.
    """

    def __init__(self, folder):
        self.folder = folder

    @classmethod
    def beside(cls, connection_file):
        """Return the diary that belongs to the kernel of a connection file."""
        folder, name = os.path.split(os.path.abspath(connection_file))
        return cls(os.path.join(folder, "mpl-guard-" + kernel_id_of(name)))

    def write(self, name, document):
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

    def draft(self):
        """Return a `Draft` of a new file.

        Raises
        ------
        OSError
            The folder cannot be made or written, or belongs to somebody else.
        """
        self._own_folder()
        return Draft(self.folder)

    def read(self, name, *, through_link=False):
        """Return one file's JSON object, or None where there is no such file.

        Parameters
        ----------
        name : str
            File name inside the folder.
        through_link : bool
            Whether a link in place of the folder will do: for data that can do no harm.

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
        except ValueError as error:
            raise DiaryError(f"{self._path(name)} could not be read ({error})") from error
        if not isinstance(document, dict):
            raise DiaryError(f"{self._path(name)} does not hold a JSON object")
        return document

    def read_bytes(self, name, *, through_link=False):
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

    def opened(self, name, *, through_link=False):
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

    def discard(self, name):
        """Remove one file; nothing happens where there is none or it cannot be removed."""
        try:
            if not os.path.islink(self.folder):
                os.unlink(self._path(name))
        except OSError:
            pass

    def names(self):
        """Return the names of the files."""
        try:
            return os.listdir(self.folder)
        except OSError:
            return []

    def note_unsaved(self, error):
        """Leave word for the next incarnation that something newer could not be written.

        Parameters
        ----------
        error : Exception
            Why: one of the system's has a number, which the next incarnation names; others have not.
        """
        self.note(f"{UNSAVED}{getattr(error, 'errno', None) or ''}")

    def note(self, name):
        """Leave word by an empty file; nothing happens where it cannot be made."""
        try:
            self._own_folder()
            os.close(os.open(self._path(name), os.O_CREAT | os.O_WRONLY, 0o600))
        except OSError:
            pass

    def unsaved(self):
        """Return in words why something newer could not be written, "" where everything was."""
        numbers = [name[len(UNSAVED) :] for name in self.names() if name.startswith(UNSAVED)]
        if numbers:
            return os.strerror(int(numbers[0])) if numbers[0].isdigit() else "it could not be written"
        if os.path.isdir(self.folder) and not os.access(self.folder, os.W_OK):
            return f"{self.folder} cannot be written"
        return ""

    def all_saved(self):
        """Take back what `note_unsaved` has said."""
        for name in self.names():
            if name.startswith(UNSAVED):
                self.discard(name)

    def remove(self):
        """Forget everything: take the folder and what is in it away; of a link in its place only the link."""
        mode = _mode(self.folder)
        if stat.S_ISDIR(mode):
            shutil.rmtree(self.folder)
        elif stat.S_ISLNK(mode):
            os.unlink(self.folder)

    def _path(self, name):
        return os.path.join(self.folder, name)

    def _own_folder(self):
        try:
            os.mkdir(self.folder, 0o700)
        except FileExistsError:
            status = os.lstat(self.folder)
            if not stat.S_ISDIR(status.st_mode) or not is_ours(status):
                raise PermissionError(f"{self.folder} is not a folder of yours") from None
            if os.name == "posix" and stat.S_IMODE(status.st_mode) & 0o077:
                os.chmod(self.folder, stat.S_IMODE(status.st_mode) & 0o700)


class Draft:
    """A new file that gets its name when it is whole, and vanishes otherwise; a context manager.

    Parameters
    ----------
    folder : str
        Where it is to be.

    Attributes
    ----------
    file : io.BufferedWriter
        What to write to.
    """

    def __init__(self, folder):
        descriptor, self._temporary = tempfile.mkstemp(dir=folder, prefix="draft.")  # mkstemp makes it 0600
        self._folder, self.file = folder, os.fdopen(descriptor, "wb")

    def keep(self, name):
        """Close the file and give it its name, in place of a file that has it."""
        self.file.close()
        os.replace(self._temporary, os.path.join(self._folder, name))

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        try:
            self.file.close()
        except OSError:
            pass  # no room for what was still to be written; it goes away in any case
        try:
            os.unlink(self._temporary)
        except FileNotFoundError:
            pass


def kernel_id_of(connection_file):
    """Return the kernel id that is part of a connection file's name.

    jupyter_client names the files ``kernel-<kernel id>.json``; another name (a kernel started by hand) is its own id.
    """
    stem = os.path.splitext(os.path.basename(connection_file))[0]
    return stem[len("kernel-") :] if stem.startswith("kernel-") else stem


def _mode(path):
    try:
        return os.lstat(path).st_mode
    except FileNotFoundError:
        return 0


def is_ours(status):
    """Tell whether a file or folder of this status belongs to the user who runs this process."""
    return not hasattr(os, "getuid") or status.st_uid == os.getuid()
