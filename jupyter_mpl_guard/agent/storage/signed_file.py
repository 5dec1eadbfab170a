"""Files of a diary that are signed: written, and read again."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from . import sentences, signing
from .diary import Diary, DiaryError, Unreadable
from .disk.draft import Draft


class Unusable(Exception):
    """Raised when what is saved cannot be restored; its text is the reason, as a sentence."""

    @property
    def may_pass(self) -> bool:
        """Whether it only cannot be read now, which says nothing of its content."""
        return isinstance(self.__cause__, Unreadable)


def read_signed(kept_in: Diary, kernel_id: str, key: bytes, file: str | None, mac: str, size: int) -> bytes:
    """Return the bytes of a file of a diary, which are signed by its kernel.

    Parameters
    ----------
    kernel_id : str
        The kernel's id.
    key : bytes
        The key of the kernel's connection.
    file : str or None
        Its name, None where there is none.
    mac : str
        The signature that it has to have.
    size : int
        Bytes that it has.

    Raises
    ------
    Unusable
        They are not there, cannot be read, or are not what was written.
    """
    try:
        data = None if file is None else kept_in.read_bytes(file, size)
    except DiaryError as error:
        raise Unusable(str(error)) from error
    if data is None:
        raise Unusable(sentences.GONE)
    if not signing.is_signed(mac, key, kernel_id, data):
        raise Unusable(sentences.CHANGED)
    return data


class SignedFile:
    """A new file of the diary that is signed while it is written, and named after its signature; a context manager.

    Parameters
    ----------
    kernel_id : str
        The kernel's id.
    key : bytes
        The key of the kernel's connection.
    suffix : str
        End of its name.
    """

    def __init__(self, kept_in: Diary, kernel_id: str, key: bytes, suffix: str) -> None:
        self._diary = kept_in
        self._suffix = suffix
        self._code = signing.signing(key, kernel_id)
        self._draft: Draft = kept_in.draft()

    def write(self, piece: Any) -> None:
        """Sign and write the next bytes.

        Raises
        ------
        OSError
            They cannot be written.
        """
        self._code.update(piece)
        self._draft.write(piece)

    def keep(self) -> tuple[str, str, int]:
        """Give the file its name, unless it is there already; return its name, its signature and its bytes.

        Raises
        ------
        OSError
            It cannot be written to its end.
        """
        mac, size = self._code.hexdigest(), self._draft.size
        name = mac[:32] + self._suffix
        if not self._diary.holds(name):
            self._draft.keep(name)
        return name, mac, size

    def __enter__(self) -> SignedFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._draft.__exit__(kind, error, traceback)
