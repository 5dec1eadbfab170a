"""Notebooks whose kernels live behind a gateway: under which name and key their agents sign what stays there.

The diaries themselves stay where the kernels are, see `agent.storage.gateway`. For each notebook there is an archive
here without plots: its kernels sign for its name, and it follows the notebook, expires and is forgotten like others.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import NamedTuple

from ...agent.storage import signing
from ...agent.storage.diary import Diary
from ..owner import DiaryOwner
from ..store_folder import StoreFolder

KIND = "far:"
"""Beginning of the kind of such an archive; the name of the kernel's specification follows."""


class GatewaySigner(NamedTuple):
    """How a kernel that lives behind a gateway signs its diary.

    Attributes
    ----------
    name : str
        The name it signs for.
    key : str
        The key it signs with: it follows from the secret of the store and the name.
    former : str
        Id of the last kernel that has signed in the same way, "" where it is not known.
    is_known : bool
        Whether there may be a diary that is signed in this way.
    """

    name: str
    key: str
    former: str = ""
    is_known: bool = False


class GatewaySigners:
    """Find and record how kernels behind a gateway sign their diaries.

    Parameters
    ----------
    folder : StoreFolder
        The folder of the archives.
    days : float
        Days for which archives are kept; with 0 kernels sign for themselves.
    """

    def __init__(self, folder: StoreFolder, days: float) -> None:
        self._folder = folder
        self._days = days

    def find(self, kernel_id: str, notebook: str | None, kind: str) -> GatewaySigner | None:
        """Return how a kernel signs, None where it has to do so by itself.

        Parameters
        ----------
        notebook : str or None
            Its notebook, None where it has none: then it signs for itself, with a key that its next process has too.
        kind : str
            Name of its specification: kernels of others do not get what could contain code.

        Raises
        ------
        OSError
            The store cannot be read or made now.
        """
        if not self._days or not self._folder.open(make=True):
            return None
        found = list(self._folder.archives(lambda entry: entry.kind == KIND + kind))
        found = [each for each in found if each[1].kernel_id == kernel_id] or [
            each for each in found if notebook is not None and each[1].notebook == notebook
        ]
        for folder, owner in sorted(found, key=lambda each: -each[1].archived_at):
            return GatewaySigner(folder.name, self._key(folder.name, kind), owner.kernel_id, is_known=True)
        name = kernel_id if notebook is None else self._folder.new_name()
        return GatewaySigner(name, self._key(name, kind))

    def note(self, name: str, kernel_id: str, notebook: str, kind: str) -> None:
        """Record how a notebook's kernels sign, and which was the last one.

        Raises
        ------
        OSError
            It cannot be written.
        """
        owner = DiaryOwner(notebook, kernel_id, archived_at=time.time(), kind=KIND + kind)
        if self._folder.open(make=True):
            with self._folder.alone():
                owner.write(Diary(str(self._folder.path / name)), flush=True)

    def _key(self, name: str, kind: str) -> str:
        return signing.signature(self._folder.secret(), name, KIND.encode(), kind.encode())


class GatewayKernels:
    """The kernels behind a gateway that live: how each signs, for as long as this server knows it.

    Parameters
    ----------
    signers : GatewaySigners
        Finds that out from the store, and records it there.
    """

    def __init__(self, signers: GatewaySigners) -> None:
        self._signers = signers
        self._known: dict[str, tuple[GatewaySigner, str]] = {}

    def begin(self, kernel_id: str, notebook: str | None, kind: str) -> GatewaySigner | None:
        """Return how a kernel signs, see `GatewaySigners.find`; a process signs as the one before it."""
        if kernel_id not in self._known:
            found = None
            with suppress(OSError):
                found = self._signers.find(kernel_id, notebook, kind)
            if found is None:
                return None
            self._known[kernel_id] = (found, kind)
        return self._known[kernel_id][0]

    def note(self, kernel_id: str, notebook: str | None) -> None:
        """Record how the kernels of a notebook sign.

        Raises
        ------
        OSError
            It cannot be written.
        """
        known = self._known.get(kernel_id)
        if known is not None and notebook is not None and known[0].name != kernel_id:
            self._signers.note(known[0].name, kernel_id, notebook, known[1])

    def knows(self, kernel_id: str) -> bool:
        """Return whether it is known how a kernel signs."""
        return kernel_id in self._known

    def has_successor(self, kernel_id: str) -> bool:
        """Return whether a kernel signs so that another one can take its diary over."""
        return kernel_id in self._known and self._known[kernel_id][0].name != kernel_id

    def drop(self, kernel_id: str) -> None:
        """Forget a kernel that has ended."""
        self._known.pop(kernel_id, None)
