"""Files that somebody else may have put there: opened once, looked at, and only then read.

Whoever can write into a runtime folder can put a link, a named pipe or gigabytes of nothing in the place of a file, or
a whole folder in that of a diary. So all that is read goes through `opened`, and all JSON through `parsed`.
"""

from __future__ import annotations

import errno
import json
import math
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, NamedTuple

from .. import sentences

DOCUMENT_BYTES = 64 * 2**20
"""Bytes that a JSON document may have."""

DEPTH = 50
"""Largest nesting depth of lists and objects of a JSON document; Python itself may crash far beyond."""

# Without O_NOFOLLOW (Windows) links need a privilege to be made, so there is nothing to refuse. O_NONBLOCK because to
# open a named pipe is to wait for its other end.
_FLAGS = sum(getattr(os, each, 0) for each in ("O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_BINARY"))

_HAS_DESCRIPTORS = os.open in os.supports_dir_fd and os.listdir in os.supports_fd

_BRACKETS = b"[]{}"
_NO_BRACKETS = bytes(each for each in range(256) if each not in _BRACKETS)


class DiaryError(Exception):
    """Raised when a file of the diary could not be used; its text is the reason, as one sentence."""


class Unreadable(DiaryError, OSError):
    """Raised when a file cannot be read now: an error that may pass does not mean that the file is damaged."""


_LASTING = {errno.ELOOP, errno.EISDIR, errno.ENOTDIR, errno.ENXIO}
"""Errors that a file of the wrong kind makes; the others are the system's, and may pass."""


class Folder(NamedTuple):
    """One of the user's own folders.

    Attributes
    ----------
    descriptor : int or None
        Its descriptor, None where folders have none (Windows).
    is_private : bool
        Whether nobody else can have put something into it.
    """

    descriptor: int | None
    is_private: bool


@contextmanager
def own_folder(path: str) -> Iterator[Folder]:
    """Open one of the user's own folders, not a link to one.

    Raises
    ------
    DiaryError
        It belongs to somebody else.
    OSError
        It is not there, is no folder, or cannot be opened now.
    """
    if not _HAS_DESCRIPTORS:
        _check(path, os.lstat(path), stat.S_ISDIR, "folder")
        yield Folder(None, True)
        return
    descriptor = os.open(path, _FLAGS | os.O_DIRECTORY)
    try:
        status = os.fstat(descriptor)
        _check(path, status, stat.S_ISDIR, "folder")
        yield Folder(descriptor, not status.st_mode & 0o022)
    finally:
        os.close(descriptor)


def opened(path: str, limit: float = DOCUMENT_BYTES, *, shared: bool = False, update: bool = False) -> BinaryIO | None:
    """Return a file opened for reading bytes, None where there is no such file.

    Parameters
    ----------
    limit : float
        Bytes that it may have.
    shared : bool
        Whether its folder may belong to somebody else: connection files lie where Jupyter is told to put them.
    update : bool
        Whether it is opened for writing over it as well.

    Raises
    ------
    DiaryError
        It is there, and is another user's or no file, is too large, or has a second name where somebody else can have
        given it the first: another user may link any file of ours into a folder that is not ours alone.
    Unreadable
        It cannot be opened now.
    """
    try:
        if shared:
            return _opened(path, Folder(None, False), limit, update)
        with own_folder(os.path.dirname(path)) as folder:
            return _opened(path, folder, limit, update)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _not_read(path, error) from error


def read_bytes(path: str, limit: float = DOCUMENT_BYTES, *, shared: bool = False) -> bytes | None:
    """Return a file's bytes, None where there is no such file; see `opened`."""
    file = opened(path, limit, shared=shared)
    if file is None:
        return None
    with file:
        size = os.fstat(file.fileno()).st_size
        try:
            data = file.read(size + 1)
        except OSError as error:
            raise _not_read(path, error) from error
    if len(data) > size:
        raise DiaryError(sentences.grown(path))
    return data


def read_object(path: str, limit: float = DOCUMENT_BYTES, *, shared: bool = False) -> dict[str, Any] | None:
    """Return the JSON object in a file, None where there is no such file.

    Raises
    ------
    DiaryError
        See `opened`; or there is something else in it.
    """
    data = read_bytes(path, limit, shared=shared)
    if data is None:
        return None
    try:
        document = parsed(data)
    except ValueError as error:
        raise DiaryError(sentences.not_read(path, error)) from error
    if not isinstance(document, dict):
        raise DiaryError(sentences.no_object(path))
    return document


def parsed(data: bytes) -> Any:
    """Return the JSON data in some bytes.

    Raises
    ------
    ValueError
        It is no JSON in UTF-8, holds a number that JSON does not have, or is nested deeper than `DEPTH`.
    """
    if not nests_within(data):
        raise ValueError("its lists and objects are nested too deep, or do not end")
    return json.loads(data.decode(), parse_float=_finite, parse_constant=_finite)


def nests_within(data: bytes, depth: int = DEPTH) -> bool:
    """Return whether the brackets in a JSON text nest at most so deep; those of an unclosed text never do."""
    parts = data.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')
    brackets = b"".join(parts[::2]).translate(None, _NO_BRACKETS)
    for _ in range(depth):
        if not brackets:
            break
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")  # the innermost
    return not brackets


def is_ours(status: os.stat_result) -> bool:
    """Return whether a file or folder of this status belongs to the user who runs this process."""
    return not hasattr(os, "getuid") or status.st_uid == os.getuid()


def is_own_folder(status: os.stat_result) -> bool:
    """Return whether this is the status of a folder, no link to one, that belongs to that user."""
    return stat.S_ISDIR(status.st_mode) and is_ours(status)


def _opened(path: str, folder: Folder, limit: float, update: bool) -> BinaryIO:
    flags = _FLAGS | (os.O_RDWR if update else os.O_RDONLY)
    name = path if folder.descriptor is None else os.path.basename(path)
    descriptor = os.open(name, flags, dir_fd=folder.descriptor)
    try:
        status = os.fstat(descriptor)
        _check(path, status, stat.S_ISREG, "file")
        if status.st_nlink > 1 and not folder.is_private:
            raise DiaryError(sentences.second_name(path))
        if status.st_size > limit:
            raise DiaryError(sentences.too_large(path, status.st_size))
        return os.fdopen(descriptor, "r+b" if update else "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _not_read(path: str, error: OSError) -> DiaryError:
    kind = DiaryError if error.errno in _LASTING else Unreadable
    return kind(sentences.not_read(path, error))


def _check(path: str, status: os.stat_result, is_kind: Any, kind: str) -> None:
    if not is_kind(status.st_mode) or not is_ours(status):
        raise DiaryError(sentences.not_yours(path, kind))


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(f"{number} is no number of JSON")
    return value
