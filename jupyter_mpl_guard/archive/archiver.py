"""Hand what a kernel leaves to the next kernel of its notebook, by way of the notebook's archive."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from logging import Logger
from typing import Any

from .. import messages
from .background.clearing import Clearing
from .disk.server_lock import ServerLocks
from .disk.worker import FileWorker
from .ending import Ending, Unarchived, ending_of
from .gateway.archiver import GatewayArchiver
from .kernel_files import KernelFiles
from .notebooks import Notebooks
from .owner import Owners
from .sessions import SessionListener
from .store import ArchiveStore


class Archiver:
    """Archive the diaries of kernels that end, and restore them into those that start.

    Parameters
    ----------
    store : ArchiveStore
        Where they are in between.
    sessions, contents : object
        The server's managers, see `SessionListener` and `Notebooks`.
    runtime_dir : str
        Where kernels of this machine have their connection files, and their diaries unless another folder is chosen.
    elsewhere : callable
        Returns, in a thread, the folders that are chosen.
    patience : float
        Seconds that a new kernel waits at most for the end of the one whose place it takes.
    only_machine : bool
        Whether the user says that no other machine uses that folder at the same time.
    days : float
        Days without a sign of life after which a kernel of another machine is considered to have ended.
    log : logging.Logger
        Where to log what could not be done.

    Attributes
    ----------
    gateway : GatewayArchiver
        The same for kernels behind a gateway, whose diaries stay there.
    """

    def __init__(
        self,
        store: ArchiveStore,
        sessions: Any,
        contents: Any,
        *,
        runtime_dir: str,
        elsewhere: Callable[[], list[str]] = list,
        patience: float,
        only_machine: bool,
        days: float,
        log: Logger,
    ) -> None:
        self._store = store
        self._patience = patience
        self._log = log
        self._server_locks = ServerLocks(runtime_dir)
        self._notebooks = Notebooks(contents, log)
        self._worker = FileWorker(log)
        self._owners = Owners(self._notebooks, self._server_locks, store.sealed, self._worker, log)
        self._notebooks.on_change(self._owners.write)
        self._sessions = SessionListener(sessions, self._notebooks, log)
        self._ends: dict[str, asyncio.Event] = {}
        self._ending: set[str] = set()
        self._unarchived = Unarchived(store)
        self._clearing = Clearing(
            store,
            self._unarchived,
            self._worker,
            runtime_dir=runtime_dir,
            elsewhere=elsewhere,
            only_machine=only_machine,
            days=days,
            log=log,
        )
        self.gateway = GatewayArchiver(store, self._notebooks, self._worker)
        self._prepared = False

    async def restore_into(self, kernel_id: str, files: KernelFiles | None, wanted: Callable[[], bool]) -> bool:
        """Restore the archive of its notebook into a new kernel before its agent begins; return whether there is one.

        Parameters
        ----------
        files : KernelFiles or None
            Its files, None where they are on another machine.
        wanted : callable
            Returns whether the guard is on for this kernel, which may change meanwhile.
        """
        predecessor = self._sessions.note_start(kernel_id)
        if files is None or not files.has_connection_file or not files.is_users:
            return False
        await self._notebooks.wait_for_path(kernel_id)
        if self._notebooks.of(kernel_id) is None or not wanted():
            return False
        await self._await_predecessors(kernel_id, predecessor)
        notebook = self._notebooks.of(kernel_id)
        # A server may have been killed since this one started.
        await self._worker.do(self._clearing.clear_for, notebook)
        lock = self._server_locks.name(os.path.dirname(files.diary.folder))
        taken = await self._worker.do(self._take, notebook, files, lock)
        self._clearing.start(unowned=False)
        return taken or False

    def own(self, files: KernelFiles) -> None:
        """Have the owner of a kernel's diary written: it can be archived then whatever becomes of this server."""
        if not self._prepared:
            self._prepared = True
            self._worker.do_soon(self._store.prepare)
        self._owners.add(files)

    def disown(self, kernel_id: str) -> None:
        """Stop looking after a kernel's diary: the guard is off for it."""
        self._owners.remove(kernel_id)

    @contextmanager
    def ending(self, kernel_id: str) -> Iterator[None]:
        """Make the next kernel of a kernel's notebook wait while the kernel's end is dealt with."""
        self._ends.setdefault(kernel_id, asyncio.Event())
        self._ending.add(kernel_id)
        try:
            yield
        finally:
            self._notebooks.drop(kernel_id)
            self._ending.discard(kernel_id)
            self._ends.pop(kernel_id).set()

    async def archive(self, files: KernelFiles, *, wanted: bool) -> None:
        """Archive what a kernel that has ended has left for its notebook's next one, or remove it.

        Where it cannot be archived now, it stays and is tried again.

        Parameters
        ----------
        wanted : bool
            Whether the guard is on for it.
        """
        owner = self._owners.owner(files.kernel_id)
        end = ending_of(
            wanted=wanted,
            has_notebook=owner is not None and await self._notebooks.is_there(files.kernel_id),
            is_owned=self._owners.remove(files.kernel_id) is not None,
            holds_plots=files.holds_plots,
        )
        if end is Ending.REMOVE or owner is None:
            self.remove_diary(files)
            return
        self._unarchived.add(files, owner)
        await self._worker.do(self._clearing.archive_again)

    def seal(self, files: KernelFiles) -> None:
        """Seal a kernel's diary, so that it can be checked when its connection file is gone, whatever happens then."""
        owner = self._owners.owner(files.kernel_id)
        if owner is not None and files.holds_plots and self._owners.files(files.kernel_id):
            try:
                self._store.seal(files.diary, owner, files.key)
            except OSError as error:
                self._log.warning(messages.LOG_NOT_ARCHIVED, owner.notebook, error)

    def remove_diary(self, files: KernelFiles) -> None:
        """Remove what a kernel has written."""
        try:
            files.remove()
        except OSError as error:
            self._log.warning(messages.LOG_DIARY_NOT_REMOVED, files.kernel_id, error)

    async def forget(self, kernel_id: str) -> None:
        """Remove the archive of a kernel's notebook; the kernel's diary has been removed."""
        notebook = self._notebooks.of(kernel_id)
        if notebook is not None:
            await self._worker.do(self._forget, notebook)
        self._owners.write(kernel_id)

    async def renamed(self, old: str, new: str) -> None:
        """Follow a notebook or a folder to another path of the contents manager."""
        self._notebooks.renamed(old, new)
        await self._worker.do(self._rename, self._notebooks.address(old), self._notebooks.address(new))

    async def deleted(self, path: str) -> None:
        """Remove the archive of a notebook, or those of a folder, that has been deleted."""
        await self._worker.do(self._forget, self._notebooks.address(path))

    async def start(self) -> None:
        """Clean up after earlier servers; what one notebook has left can be requested in between."""
        await asyncio.wait({self._clearing.start(unowned=True)})

    async def close(self) -> None:
        """Detach from the server; what could not be archived is tried once more, and waits for the next server then."""
        await self._clearing.close()
        self._sessions.close()
        self._server_locks.release()

    async def _await_predecessors(self, kernel_id: str, predecessor: str | None) -> None:
        """Wait for the ends that are being dealt with, and for that of the kernel that is replaced."""
        notebook = self._notebooks.of(kernel_id)
        waited_for = {each for each in self._ending if self._notebooks.of(each) == notebook}
        theirs = self._owners.files(predecessor)
        if theirs is not None and theirs.holds_plots:
            waited_for.add(theirs.kernel_id)
        ends = [self._ends.setdefault(each, asyncio.Event()).wait() for each in waited_for]
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.gather(*ends), self._patience)

    def _take(self, notebook: str, files: KernelFiles, lock: str) -> bool:
        is_taken = self._store.take(notebook, files.diary, files.kernel_id, files.key, files.kind, lock)
        if is_taken:  # the kernel may end before its agent begins
            self._owners.note(files)
        return is_taken

    def _forget(self, notebook: str) -> None:
        self._store.forget(notebook)
        self._unarchived.forget(notebook)

    def _rename(self, old: str, new: str) -> None:
        self._store.rename(old, new)
        self._unarchived.rename(old, new)
