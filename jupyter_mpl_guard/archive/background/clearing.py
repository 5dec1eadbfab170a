"""Clean up after servers that have ended, in small pieces: plots of a notebook that is opened come in between."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from logging import Logger

from ...agent.storage.diary import Diary
from .. import orphans
from ..disk.worker import FileWorker
from ..ending import Unarchived
from ..owner import DiaryOwner
from ..store import ArchiveStore


class Clearing:
    """Archive what killed servers and earlier tries have left, and remove what is too old.

    Parameters
    ----------
    store : ArchiveStore
        Gets what is left, and removes its archives that are too old.
    unarchived : Unarchived
        The diaries that are still to be archived.
    worker : FileWorker
        Runs all of it in its thread, in pieces that others' work comes in between.
    runtime_dir : str
        Where kernels of this machine have their connection files, and their diaries unless another folder is chosen.
    elsewhere : callable
        Returns, in a thread, the folders that are chosen.
    only_machine : bool
        Whether the user says that no other machine uses that folder at the same time.
    days : float
        Days without a sign of life after which a kernel of another machine is considered to have ended.
    log : logging.Logger
        Where to log what could not be removed.
    """

    def __init__(
        self,
        store: ArchiveStore,
        unarchived: Unarchived,
        worker: FileWorker,
        *,
        runtime_dir: str,
        elsewhere: Callable[[], list[str]],
        only_machine: bool,
        days: float,
        log: Logger,
    ) -> None:
        self._store = store
        self._unarchived = unarchived
        self._worker = worker
        self._runtime_dir = runtime_dir
        self._elsewhere = elsewhere
        self._places: list[str] | None = None
        self._sweep = partial(
            orphans.sweep, log=log, put=self._put, days=days, only_machine=only_machine, connections=runtime_dir
        )
        self._has_put = False
        self._task: asyncio.Task[None] | None = None

    def start(self, *, unowned: bool) -> asyncio.Task[None]:
        """Start cleaning up, or join what is under way.

        Parameters
        ----------
        unowned : bool
            Whether to look also at diaries whose notebook or server is not known, and for archives that are too old.
        """
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._clear_up(unowned))
        return self._task

    def clear_for(self, notebook: str) -> None:
        """Archive at once what is left of a notebook, whose next kernel waits for it: call it in a thread."""
        self._unarchived.archive()
        places = self._all_places(again=False)  # reading all specifications takes a while
        deque(self._sweep(places, unowned=False, notebook=notebook), maxlen=0)

    def archive_again(self) -> None:
        """Archive the diaries that wait for it: call it in a thread."""
        if self._unarchived.archive():
            self._store.expire()

    async def close(self) -> None:
        """End what is under way; what could not be archived is tried once more, and waits for the next server then."""
        self._worker.close()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
        await self._worker.do(self.archive_again)

    async def _clear_up(self, unowned: bool) -> None:
        """Archive one diary after the other."""
        worker = self._worker
        await worker.do(self.archive_again)
        places = await worker.do(self._all_places) or [self._runtime_dir]
        await worker.do_bit_by_bit(self._sweep(places, unowned=unowned))
        if unowned or self._has_put:
            await worker.do_bit_by_bit(self._store.look_at_archives())
            await worker.do(partial(self._store.expire, look=False))
            self._has_put = False

    def _put(self, diary: Diary, key: bytes, owner: DiaryOwner) -> None:
        self._has_put = True
        self._store.put_orphan(diary, key, owner, expire=False)

    def _all_places(self, *, again: bool = True) -> list[str]:
        """Return the folders in which diaries are.

        Parameters
        ----------
        again : bool
            Whether to find out again which have been chosen.
        """
        if again or self._places is None:
            self._places = self._elsewhere()
        return [self._runtime_dir, *self._places]
