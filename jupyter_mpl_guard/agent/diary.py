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
"""File of what a restore needs beyond the plot state: see `settings.Capture.record`."""


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
        self._own_folder()
        descriptor, temporary = tempfile.mkstemp(dir=self.folder, prefix=name + ".")  # mkstemp makes it 0600
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(temporary, os.path.join(self.folder, name))
        except BaseException:
            os.unlink(temporary)
            raise

    def read(self, name):
        """Return one file's JSON object, or None where there is no such file.

        Raises
        ------
        DiaryError
            The file is there and cannot be trusted or understood.
        """
        path = os.path.join(self.folder, name)
        try:
            if stat.S_ISLNK(os.lstat(self.folder).st_mode):
                raise DiaryError(f"{self.folder} is a link, so nothing in it was read")
            # Without O_NOFOLLOW (Windows) links need a privilege to be made, so there is nothing to refuse.
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            with os.fdopen(descriptor, encoding="utf-8") as file:
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode) or not _is_ours(status):
                    raise DiaryError(f"{path} is not a file of yours, so it was not read")
                document = json.load(file)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise DiaryError(f"{path} could not be read ({error})") from error
        if not isinstance(document, dict):
            raise DiaryError(f"{path} does not hold a JSON object")
        return document

    def remove(self):
        """Forget everything: take the folder and what is in it away."""
        if stat.S_ISDIR(_mode(self.folder)):
            shutil.rmtree(self.folder)

    def _own_folder(self):
        try:
            os.mkdir(self.folder, 0o700)
        except FileExistsError:
            status = os.lstat(self.folder)
            if not stat.S_ISDIR(status.st_mode) or not _is_ours(status):
                raise PermissionError(f"{self.folder} is not a folder of yours") from None
            if os.name == "posix" and stat.S_IMODE(status.st_mode) != 0o700:
                os.chmod(self.folder, 0o700)


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


def _is_ours(status):
    return not hasattr(os, "getuid") or status.st_uid == os.getuid()
