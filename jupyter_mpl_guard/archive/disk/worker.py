"""The thread in which files are moved, one thing after the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from functools import partial
from logging import Logger
from typing import Any

from ... import messages

PIECE_SECONDS = 0.02
"""Seconds of a piece of background work, which the opening of a notebook waits for, and of the rest after it."""


class FileWorker:
    """Move files in a thread, so that the server goes on meanwhile.

    Parameters
    ----------
    log : logging.Logger
        Where to log what could not be done.
    """

    def __init__(self, log: Logger) -> None:
        self._log = log
        self._turn = asyncio.Lock()
        self._soon: set[asyncio.Task[Any]] = set()
        self._closing = False

    async def do(self, what: Callable[..., Any], *args: Any) -> Any:
        """Run a function that moves files, in its turn, and return its result; log an error, and return None then."""
        async with self._turn:
            work = asyncio.create_task(asyncio.to_thread(partial(what, *args)))
            try:
                return await asyncio.shield(work)
            except asyncio.CancelledError:
                # A thread cannot be ended, and no other work may begin before it has.
                await asyncio.gather(work, return_exceptions=True)
                raise
            except Exception as error:
                self._log.warning(messages.LOG_ARCHIVE_TROUBLE, error)
                return None

    def do_soon(self, what: Callable[..., Any], *args: Any) -> None:
        """Run a function that moves files, in its turn, without waiting for it."""
        task = asyncio.create_task(self.do(what, *args))
        self._soon.add(task)  # the event loop itself holds no task
        task.add_done_callback(self._soon.discard)

    async def do_bit_by_bit(self, work: Iterator[object]) -> None:
        """Run work that is not urgent: a short piece, a short rest, and so on until the server ends."""
        is_done = False
        while not (is_done or self._closing):
            is_done = await self.do(_piece_of, work) is not False
            await asyncio.sleep(PIECE_SECONDS)

    def close(self) -> None:
        """Start no other piece of work that is not urgent."""
        self._closing = True


def _piece_of(work: Iterator[object]) -> bool:
    """Run a piece of some work; return whether that was all."""
    limit = time.monotonic() + PIECE_SECONDS
    return all(time.monotonic() <= limit for _ in work)
