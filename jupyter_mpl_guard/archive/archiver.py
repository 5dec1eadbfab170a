"""Succession: what a kernel that has ended leaves to the next kernel of its notebook."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from logging import Logger
from typing import Any

from ..agent.storage.diary import FIGURES, RECORD, Diary
from ..guard.kernel import GuardedKernel
from .notebooks import Notebooks
from .orphans import sweep
from .owner import DiaryOwner
from .server_lock import ServerLock
from .store import ArchiveStore

TOLD_SECONDS = 3.0
"""How long a page that is far away may take to tell the path of the notebook for which it has started a kernel."""


class Archiver:
    """Hand diaries over from kernel to kernel by way of their notebook's keepsake.

    Parameters
    ----------
    keepsakes : ArchiveStore
        Where they are in between.
    sessions, contents : object
        The server's managers, see `Notebooks`.
    runtime_dir : str
        Where kernels of this machine have their connection files and diaries.
    patience : float
        Seconds that a new kernel waits at the most for the end of the one whose place it takes.
    log : logging.Logger
        Where to say what could not be done.
    """

    def __init__(
        self, keepsakes: ArchiveStore, sessions: Any, contents: Any, *, runtime_dir: str, patience: float, log: Logger
    ) -> None:
        self._keepsakes, self._runtime_dir, self._patience, self._log = keepsakes, runtime_dir, patience, log
        self._notebooks = Notebooks(sessions, contents, self._relabel, log)
        self._lease = ServerLock(runtime_dir)
        self._labelled: dict[str, GuardedKernel] = {}
        self._ends: dict[str, asyncio.Event] = {}
        self._moving = asyncio.Lock()

    # -- a kernel's life -------------------------------------------------------------------------------------------

    async def inherit(self, record: GuardedKernel, partings: dict[str, asyncio.Task[None]]) -> bool:
        """Give a new kernel what its notebook's last one has left, before its agent begins.

        Parameters
        ----------
        record : GuardedKernel
            The kernel.
        partings : dict
            Ids of kernels that have ended to what is being done about them.

        Returns
        -------
        bool
            Whether there was anything.
        """
        predecessor = self._notebooks.heard_start(record.kernel_id)
        if record.diary is None or not record.has_connection_file:  # a gateway's: its diary is elsewhere
            return False
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._notebooks.told(record.kernel_id), TOLD_SECONDS)
        notebook = self._notebooks.of(record.kernel_id)
        inherited = False
        if notebook is not None and not record.off:
            await self._await_predecessors(record, predecessor, partings)
            await self._do(self._sweep, False)  # a server may have been killed since this one started
            notebook = self._notebooks.of(record.kernel_id) or notebook
            key = record.manager.session.key
            inherited = await self._do(self._keepsakes.take, notebook, record.diary, record.kernel_id, key) or False
        self._labelled[record.kernel_id] = record
        self._relabel(record.kernel_id)
        return inherited

    async def _await_predecessors(
        self, record: GuardedKernel, predecessor: str | None, partings: dict[str, asyncio.Task[None]]
    ) -> None:
        """Wait for what is being kept of the notebook, and for the end of the kernel whose place is taken."""
        notebook = self._notebooks.of(record.kernel_id)
        leaving = [task for kernel_id, task in partings.items() if self._notebooks.of(kernel_id) == notebook]
        if leaving:
            await asyncio.wait(leaving, timeout=self._patience)
        theirs = self._labelled.get(predecessor or "")
        if theirs is not None and theirs.diary is not None and _holds_plots(theirs.diary):
            end = self._ends.setdefault(theirs.kernel_id, asyncio.Event())
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(end.wait(), self._patience)

    async def bequeath(self, record: GuardedKernel, *, keep: bool) -> None:
        """Keep what a kernel that has ended has left for its notebook's next one, or forget it.

        Parameters
        ----------
        record : GuardedKernel
            The kernel.
        keep : bool
            Whether its diary is wanted any more.
        """
        try:
            notebook = self._notebooks.of(record.kernel_id)
            keep = keep and notebook is not None and await self._notebooks.is_there(record.kernel_id)
            label = self._labelled.pop(record.kernel_id, None) and self._label(record)
            if keep and label and record.diary is not None and _holds_plots(record.diary):
                await self._do(self._keepsakes.put, record.diary, record.manager.session.key, label)
            else:
                record.forget()
        finally:
            self._notebooks.drop(record.kernel_id)
            end = self._ends.pop(record.kernel_id, None)
            if end is not None:
                end.set()

    async def forget(self, record: GuardedKernel) -> None:
        """Forget what is kept for a kernel's notebook; the kernel's diary has been removed."""
        notebook = self._notebooks.of(record.kernel_id)
        if notebook is not None:
            await self._do(self._keepsakes.forget, notebook)
        self._relabel(record.kernel_id)

    def label(self, record: GuardedKernel) -> None:
        """Say on a kernel's diary whose it is."""
        self._relabel(record.kernel_id)

    def seal(self, record: GuardedKernel) -> None:
        """Make sure that a kernel's diary can be checked when its connection file is gone, whatever happens then."""
        label = self._label(record)
        if label is not None and record.diary is not None and _holds_plots(record.diary):
            self._write(record, replace(label, key=record.manager.session.key.decode("latin-1")))

    # -- notebooks -------------------------------------------------------------------------------------------------

    async def renamed(self, old: str, new: str) -> None:
        """Follow a notebook or a folder to another path of the contents manager."""
        self._notebooks.renamed(old, new)
        await self._do(self._keepsakes.rename, self._notebooks.address(old), self._notebooks.address(new))

    async def deleted(self, path: str) -> None:
        """Forget what is kept for a notebook that has been deleted."""
        await self._do(self._keepsakes.forget, self._notebooks.address(path))

    # -- the server's life -----------------------------------------------------------------------------------------

    async def clear_up(self) -> None:
        """Keep what servers that were killed have left behind, and forget what is too old."""
        await self._do(self._sweep, True)
        await self._do(self._keepsakes.expire)

    def close(self) -> None:
        """Let go of the server."""
        self._notebooks.close()
        self._lease.release()

    def _sweep(self, unlabelled: bool) -> None:
        sweep(self._runtime_dir, self._log, self._keepsakes.put, unlabelled=unlabelled)

    async def _do(self, what: Callable[..., Any], *args: Any) -> Any:
        """Have files moved, one after the other, while the server goes on; nothing that goes wrong goes further."""
        async with self._moving:
            try:
                return await asyncio.to_thread(partial(what, *args))
            except Exception as error:
                self._log.warning("mpl-guard: what is kept for notebooks' next kernels is not right: %r", error)
                return None

    # -- labels ----------------------------------------------------------------------------------------------------

    def _label(self, record: GuardedKernel) -> DiaryOwner | None:
        notebook = self._notebooks.of(record.kernel_id)
        return None if notebook is None else DiaryOwner(notebook, record.kernel_id, self._lease.name)

    def _relabel(self, kernel_id: str) -> None:
        record = self._labelled.get(kernel_id)
        label = None if record is None else self._label(record)
        if record is not None and label is not None and not record.off:
            self._write(record, label)

    def _write(self, record: GuardedKernel, label: DiaryOwner) -> None:
        try:
            if record.diary is not None and record.has_connection_file:
                label.write(record.diary)
        except OSError as error:
            self._log.debug("mpl-guard: the diary of kernel %s has no label (%s)", record.kernel_id, error)


def _holds_plots(diary: Diary) -> bool:
    """Tell whether a diary holds more than its label."""
    return not {RECORD, FIGURES}.isdisjoint(diary.names())
