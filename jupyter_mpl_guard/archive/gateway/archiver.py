"""What becomes of diaries that stay behind a gateway: which kernels may take them over is recorded here."""

from __future__ import annotations

from ..disk.worker import FileWorker
from ..notebooks import Notebooks
from ..store import ArchiveStore
from .signers import GatewaySigner


class GatewayArchiver:
    """Hand what a kernel behind a gateway leaves to the next kernel of its notebook, which finds it there by itself.

    Parameters
    ----------
    store : ArchiveStore
        Knows how such kernels sign.
    notebooks : Notebooks
        Knows whose kernels they are.
    worker : FileWorker
        The thread of the archives, in which it is written down.
    """

    def __init__(self, store: ArchiveStore, notebooks: Notebooks, worker: FileWorker) -> None:
        self._kernels = store.gateway_kernels
        self._notebooks = notebooks
        self._worker = worker
        self.bounds = store.bounds
        """Days for which, and MiB up to which, what ended kernels have left is kept."""

    async def begins(self, kernel_id: str, kind: str) -> GatewaySigner | None:
        """Return how a kernel signs its diary, None where it does so for itself.

        Parameters
        ----------
        kind : str
            Name of its specification.
        """
        if not self._kernels.knows(kernel_id):
            await self._notebooks.wait_for_path(kernel_id)
        found: GatewaySigner | None = await self._worker.do(
            self._kernels.begin, kernel_id, self._notebooks.of(kernel_id), kind
        )
        return found

    async def note(self, kernel_id: str) -> None:
        """Record that the next kernel of its notebook may take over what a kernel leaves."""
        await self._worker.do(self._kernels.note, kernel_id, self._notebooks.of(kernel_id))

    async def has_successor(self, kernel_id: str) -> bool:
        """Return whether what a kernel leaves is for the next one of its notebook."""
        return self._kernels.has_successor(kernel_id) and await self._notebooks.is_there(kernel_id)

    async def ended(self, kernel_id: str, *, wanted: bool) -> None:
        """Record that a kernel has ended.

        Parameters
        ----------
        wanted : bool
            Whether the guard is on for it.
        """
        if wanted and await self.has_successor(kernel_id):
            await self.note(kernel_id)
        self._kernels.drop(kernel_id)
