"""Hand what a kernel leaves to the next kernel of its notebook, by way of the notebook's archive."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from logging import Logger
from typing import Any

from .. import messages
from ..agent.storage.diary import Diary
from . import orphans
from .disk.server_lock import ServerLocks
from .elsewhere.far import FarDiary
from .ending import Ending, Unarchived, ending_of
from .kernel_files import KernelFiles
from .notebooks import Notebooks
from .owner import DiaryOwner, Owners
from .sessions import SessionListener
from .store import ArchiveStore

TOLD_SECONDS = 3.0
"""Seconds that a page which is far away may take to tell the path of the notebook whose kernel it has started."""


PIECE_SECONDS = 0.02
"""Seconds of a piece of work in the background, which whoever opens a notebook waits for, and of the rest after it."""


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
        Days without a word after which a kernel of another machine is taken to have ended.
    log : logging.Logger
        Where to say what could not be done.
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
        self._runtime_dir = runtime_dir
        self._elsewhere = elsewhere
        self._places: list[str] | None = None
        self._sweep = partial(
            orphans.sweep_folder, log=log, put=self._put, days=days, only_machine=only_machine, connections=runtime_dir
        )
        self._has_put = False
        self._patience = patience
        self._log = log
        self._server_locks = ServerLocks(runtime_dir)
        self._notebooks = Notebooks(contents, log)
        self._owners = Owners(self._notebooks, self._server_locks, store.sealed, log)
        self._notebooks.on_change(self._owners.write)
        self._sessions = SessionListener(sessions, self._notebooks, log)
        self._ends: dict[str, asyncio.Event] = {}
        self._ending: set[str] = set()
        self._unarchived = Unarchived(partial(store.put, expire=False))
        self._moving = asyncio.Lock()
        self._prepared = False
        self._closing = False
        self._clearing: asyncio.Task[None] | None = None

    async def restore_into(self, kernel_id: str, files: KernelFiles | None, wanted: Callable[[], bool]) -> bool:
        """Restore the archive of its notebook into a new kernel before its agent begins; return whether there is one.

        Parameters
        ----------
        kernel_id : str
            The kernel.
        files : KernelFiles or None
            Its files, None where they are on another machine.
        wanted : callable
            Returns whether the guard is on for this kernel, which may change meanwhile.
        """
        predecessor = self._sessions.note_start(kernel_id)
        if files is None or not files.has_connection_file or not files.is_users:
            return False
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._notebooks.told(kernel_id), TOLD_SECONDS)
        if self._notebooks.of(kernel_id) is None or not wanted():
            return False
        await self._await_predecessors(kernel_id, predecessor)
        notebook = self._notebooks.of(kernel_id)
        await self._in_thread(self._clear_up_for, notebook)  # a server may have been killed since this one started
        lock = self._server_locks.name(os.path.dirname(files.diary.folder))
        taken = await self._in_thread(self._store.take, notebook, files.diary, kernel_id, files.key, files.kind, lock)
        self._clear_up_soon(unowned=False)
        return taken or False

    async def far_begins(self, kernel_id: str, kind: str) -> FarDiary | None:
        """Return how a kernel behind a gateway signs its diary, None where it does so for itself.

        Parameters
        ----------
        kernel_id : str
            The kernel.
        kind : str
            Name of its specification.
        """
        if not self._store.far.knows(kernel_id):
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._notebooks.told(kernel_id), TOLD_SECONDS)
        found: FarDiary | None = await self._in_thread(
            self._store.far.begin, kernel_id, self._notebooks.of(kernel_id), kind
        )
        return found

    @property
    def bounds(self) -> tuple[float, float]:
        """Days and MiB for which and in which what ended kernels have left is kept."""
        return self._store.bounds

    async def note_far(self, kernel_id: str) -> None:
        """Write down that the next kernel of its notebook may take over what a kernel behind a gateway leaves."""
        await self._in_thread(self._store.far.note, kernel_id, self._notebooks.of(kernel_id))

    async def leaves_far(self, kernel_id: str) -> bool:
        """Return whether what a kernel behind a gateway leaves is for the next one of its notebook."""
        return self._store.far.has_successor(kernel_id) and await self._notebooks.is_there(kernel_id)

    async def far_ended(self, kernel_id: str, *, wanted: bool) -> None:
        """Write down that a kernel behind a gateway has ended.

        Parameters
        ----------
        kernel_id : str
            The kernel.
        wanted : bool
            Whether the guard is on for it.
        """
        if wanted and await self.leaves_far(kernel_id):
            await self.note_far(kernel_id)
        self._store.far.drop(kernel_id)

    def own(self, files: KernelFiles) -> None:
        """Write down whose a kernel's diary is, so that it can be archived whatever becomes of this server."""
        if not self._prepared:
            self._prepared = True
            self._store.prepare()
        self._owners.add(files)

    def disown(self, kernel_id: str) -> None:
        """Leave a kernel's diary alone: the guard is off for it."""
        self._owners.remove(kernel_id)

    @contextmanager
    def ending(self, kernel_id: str) -> Iterator[None]:
        """Let the next kernel of a kernel's notebook wait while the kernel's end is dealt with."""
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
        files : KernelFiles
            The kernel's files.
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
        await self._in_thread(self._archive_again)

    def seal(self, files: KernelFiles) -> None:
        """Make sure that a kernel's diary can be checked when its connection file is gone, whatever happens then."""
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
            await self._in_thread(self._forget, notebook)
        self._owners.write(kernel_id)

    async def renamed(self, old: str, new: str) -> None:
        """Follow a notebook or a folder to another path of the contents manager."""
        self._notebooks.renamed(old, new)
        await self._in_thread(self._rename, self._notebooks.address(old), self._notebooks.address(new))

    async def deleted(self, path: str) -> None:
        """Remove the archive of a notebook, or those of a folder, that has been deleted."""
        await self._in_thread(self._forget, self._notebooks.address(path))

    async def clear_up(self) -> None:
        """Archive what servers that were killed have left behind, and remove what is too old."""
        await self._clear_up(True)

    async def start(self) -> None:
        """Clear up behind earlier servers; whoever wants what one notebook has left gets it in between."""
        await asyncio.wait({self._clear_up_soon(unowned=True)})

    def _clear_up_soon(self, *, unowned: bool) -> asyncio.Task[None]:
        if self._clearing is None or self._clearing.done():
            self._clearing = asyncio.create_task(self.clear_up() if unowned else self._clear_up(False))
        return self._clearing

    async def close(self) -> None:
        """Let go of the server; what could not be archived is tried once more, and waits for the next server then."""
        self._closing = True
        if self._clearing is not None:
            await asyncio.gather(self._clearing, return_exceptions=True)
        await self._in_thread(self._archive_again)
        self._sessions.close()
        self._server_locks.release()

    async def _await_predecessors(self, kernel_id: str, predecessor: str | None) -> None:
        """Wait for the ends that are being dealt with, and for that of the kernel whose place is taken."""
        notebook = self._notebooks.of(kernel_id)
        waited_for = {each for each in self._ending if self._notebooks.of(each) == notebook}
        theirs = self._owners.files(predecessor)
        if theirs is not None and theirs.holds_plots:
            waited_for.add(theirs.kernel_id)
        ends = [self._ends.setdefault(each, asyncio.Event()).wait() for each in waited_for]
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.gather(*ends), self._patience)

    def _clear_up_for(self, notebook: str) -> None:
        self._unarchived.archive()
        for folder in self._folders(again=False):  # to read all specifications takes a while
            self._sweep(folder, notebook=notebook)

    async def _clear_up(self, unowned: bool) -> None:
        """Archive one diary after the other: whoever waits for what one notebook has left gets it in between."""
        await self._in_thread(self._archive_again)
        folders = await self._in_thread(self._folders) or []
        await self._bit_by_bit(self._sweep(each, unowned=unowned) for each in folders)
        for place in [self._runtime_dir, *(self._places or [])]:
            await self._in_thread(orphans.tidy, place)
        if unowned or self._has_put:
            await self._bit_by_bit(self._store.look_at_archives())
            await self._in_thread(partial(self._store.expire, look=False))
            self._has_put = False

    async def _bit_by_bit(self, work: Iterator[object]) -> None:
        """Do in the background what is not urgent: a short piece, a short rest, and so on until the server ends."""
        is_done = False
        while not (is_done or self._closing):
            is_done = await self._in_thread(_piece_of, work) is not False
            await asyncio.sleep(PIECE_SECONDS)

    def _put(self, diary: Diary, key: bytes, owner: DiaryOwner) -> None:
        self._has_put = True
        self._store.put_orphan(diary, key, owner, expire=False)

    def _folders(self, *, again: bool = True) -> list[str]:
        """Return the folders that may be diaries, in all places where there are some.

        Parameters
        ----------
        again : bool
            Whether to find out again which places have been chosen.
        """
        if again or self._places is None:
            self._places = self._elsewhere()
        return [folder for place in [self._runtime_dir, *self._places] for folder in orphans.folders(place)]

    def _archive_again(self) -> None:
        if self._unarchived.archive():
            self._store.expire()

    def _forget(self, notebook: str) -> None:
        self._store.forget(notebook)
        self._unarchived.forget(notebook)

    def _rename(self, old: str, new: str) -> None:
        self._store.rename(old, new)
        self._unarchived.rename(old, new)

    async def _in_thread(self, what: Callable[..., Any], *args: Any) -> Any:
        """Move files in a thread, one after the other; log what goes wrong, and return None then."""
        async with self._moving:
            try:
                return await asyncio.to_thread(partial(what, *args))
            except Exception as error:
                self._log.warning(messages.LOG_ARCHIVE_TROUBLE, error)
                return None


def _piece_of(work: Iterator[object]) -> bool:
    """Do a piece of some work; return whether that was all."""
    limit = time.monotonic() + PIECE_SECONDS
    return all(time.monotonic() <= limit for _ in work)
