"""Names of files for figures, whatever those are called, and the files themselves."""

from __future__ import annotations

import os
import re
import tempfile
from typing import Any

from . import messages
from .outcome import CommandFailed, ExitStatus

LONGEST = 80
"""Characters of a name; file systems take 255 bytes, and a character has up to four."""

_UNSAFE = re.compile(r"[^\w.+=@-]+")

_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
"""What names a device on Windows, with any ending."""


class FileNames:
    """Name the files of the figures of one export, each differently, also on file systems that ignore case."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def name_of(self, figure: dict[str, Any], ending: str) -> str:
        """Return the name of a figure's file: after its label, else after a name that leads to it, else its number.

        Parameters
        ----------
        figure : dict
            As the plot state has it.
        ending : str
            The end of the name, which is the format too: png, svg or pdf.
        """
        called = figure.get("label") or (figure["names"] or [""])[0] or f"figure-{figure['number'] or figure['id']}"
        stem = safe(called) or f"figure-{figure['number']}"
        name, count = f"{stem}.{ending}", 1
        while name.casefold() in self._taken:
            count += 1
            name = f"{stem}-{count}.{ending}"
        self._taken.add(name.casefold())
        return name


def safe(text: str) -> str:
    """Return a text as part of a file name without separators or leading dots, "" where nothing is left of it."""
    stem = _UNSAFE.sub("_", text).strip("._-")[:LONGEST]
    stem = stem.encode("utf-8", "ignore").decode().rstrip("._-")
    return f"_{stem}" if _DEVICES.fullmatch(stem) else stem


def write(path: str, data: bytes, *, force: bool) -> None:
    """Write a file whole or not at all; a link in its place is not followed.

    Raises
    ------
    CommandFailed
        It exists and is not to be replaced, or cannot be written.
    """
    draft = ""
    try:
        handle, draft = tempfile.mkstemp(dir=os.path.dirname(path) or ".", prefix=".mpl-guard-")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(draft, 0o666 & ~_umask())
        if force:
            os.replace(draft, path)
        else:
            _put(draft, path)
    except FileExistsError as error:
        raise CommandFailed(ExitStatus.PROBLEM, messages.EXISTS.format(path=path)) from error
    except OSError as error:
        raise CommandFailed(ExitStatus.PROBLEM, messages.NOT_WRITTEN.format(path=path, why=error.strerror)) from error
    finally:
        if draft and os.path.lexists(draft):
            os.unlink(draft)


def _put(draft: str, path: str) -> None:
    """Give a file its name, unless something has that name."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        os.replace(draft, path)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
