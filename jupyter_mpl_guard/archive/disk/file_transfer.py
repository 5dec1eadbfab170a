"""Transfer files of one diary to another: signatures are checked and made anew."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ... import messages
from ...agent.storage import signing
from ...agent.storage.diary import Diary
from ...agent.storage.figure_list import MIB
from ...agent.storage.sentences import CHANGED, GONE
from ...agent.storage.signed_file import Unusable

CHUNK = 2**20
"""Bytes of a file that are read and signed at a time."""


class SignedDiary(NamedTuple):
    """A diary, with the name and key that sign it.

    Attributes
    ----------
    name : str
        The id of the kernel, or the name of the archive.
    key : bytes
        The key of the signatures.
    kind : str
        Name of the kernel's specification, "" where it is not known.
    """

    diary: Diary
    name: str
    key: bytes
    kind: str = ""


class FileTransfer:
    """Transfer files from one diary to another while they fit in: they are linked where the file system can do that.

    Parameters
    ----------
    old, new : SignedDiary
        The source and the destination.
    limit : float
        MiB that they may take.
    """

    def __init__(self, old: SignedDiary, new: SignedDiary, limit: float) -> None:
        self._old = old
        self._new = new
        self._limit = limit
        self._room = limit * MIB

    def transfer(self, file: str, mac: str, size: int) -> tuple[str, str]:
        """Transfer one file and return its name and its signature in the new diary.

        Parameters
        ----------
        file : str
            Its name in the old diary; that in the new one follows from the content.
        mac : str
            Its signature in the old diary, by which it is checked.
        size : int
            Bytes that it may have.

        Raises
        ------
        Unusable, DiaryError
            It does not fit in, or is not what was saved.
        Unreadable
            It cannot be read now.
        """
        if size > self._room:
            raise Unusable(messages.too_much_kept(self._limit))
        with self._new.diary.draft() as draft:
            data = self._old.diary.opened(file, size)
            if data is None:
                raise Unusable(GONE)
            with data:
                linked = self._link(file, os.fstat(data.fileno()))
                was, becomes = (signing.signing(each.key, each.name) for each in (self._old, self._new))
                count = 0
                while chunk := data.read(CHUNK):
                    was.update(chunk)
                    becomes.update(chunk)
                    count += len(chunk)
                    if linked is None:
                        draft.write(chunk)
            try:
                if not (self._old.key and signing.same(was.hexdigest(), mac)):
                    raise Unusable(CHANGED)
                name = becomes.hexdigest()[:32] + os.path.splitext(file)[1]
                if linked is None:
                    draft.keep(name)
                else:
                    linked.replace(linked.with_name(name))
            except BaseException:
                if linked is not None:
                    linked.unlink()
                raise
        self._room -= count
        return name, becomes.hexdigest()

    def _link(self, name: str, opened: os.stat_result) -> Path | None:
        """Return a second name, in the new diary, of the file that has been opened; None where it must be copied."""
        linked = Path(self._new.diary.folder, f"draft.{name}")
        with suppress(OSError, NotImplementedError):  # another file system, or one that has no links
            os.link(os.path.join(self._old.diary.folder, name), linked, follow_symlinks=False)
            if os.path.samestat(linked.lstat(), opened):
                return linked
            linked.unlink()
        return None
