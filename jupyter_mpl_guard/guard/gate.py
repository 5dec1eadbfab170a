"""Hold the user's cells until the restore is done: what clients send to a kernel meanwhile waits here."""

from __future__ import annotations

import asyncio
from typing import Protocol

WAITING_LIMIT = 16 * 2**20
"""Bytes of messages that wait for one kernel at most; with more, all go to the kernel as if there were no gate."""


LEAVE_SECONDS = 10.0
"""Maximum seconds that a client which connects again waits until the connection that it has left is closed."""


class Subscriber(Protocol):
    """A client's connection that subscribes to a kernel's iopub."""

    kernel_id: str
    last_session: str
    """Session id of the kernel process from which it got a message last, "" before the first."""


class Gate:
    """The gates of all kernels; a closed one keeps what clients send until it opens.

    Attributes
    ----------
    subscribers : set of Subscriber
        The connections with which clients subscribe to their kernels; nobody else changes it.
    """

    def __init__(self) -> None:
        self.subscribers: set[Subscriber] = set()
        self._barriers: dict[str, asyncio.Future[None]] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._room: dict[str, int] = {}
        self._leaving: dict[tuple[str, str], asyncio.Task[None]] = {}

    def subscribe(self, subscriber: Subscriber) -> None:
        """Add a connection with which a client subscribes to its kernel."""
        self.subscribers.add(subscriber)

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Remove a connection that is closed; safe to call again."""
        self.subscribers.discard(subscriber)

    def close(self, kernel_id: str, limit: float) -> None:
        """Hold messages to a kernel from now on, for `limit` seconds at most."""
        loop = asyncio.get_running_loop()
        if kernel_id not in self._barriers:
            self._barriers[kernel_id] = loop.create_future()
            self._room[kernel_id] = WAITING_LIMIT
        else:
            self._timers.pop(kernel_id).cancel()
        self._timers[kernel_id] = loop.call_later(limit, self.open, kernel_id)

    def open(self, kernel_id: str) -> None:
        """Release all messages to a kernel; safe to call again."""
        barrier = self._barriers.pop(kernel_id, None)
        if barrier is not None:
            self._timers.pop(kernel_id).cancel()
            del self._room[kernel_id]
            barrier.set_result(None)

    def has_room(self, kernel_id: str, size: int) -> bool:
        """Return whether a message of so many bytes may wait; where it may not, the gate opens before it."""
        self._room[kernel_id] -= size
        if self._room[kernel_id] >= 0:
            return True
        self.open(kernel_id)
        return False

    def barrier(self, kernel_id: str) -> asyncio.Future[None] | None:
        """Return the future that ends when a kernel's gate opens, None where it is open."""
        return self._barriers.get(kernel_id)

    def unsubscribed(self, kernel_id: str, session: str) -> bool:
        """Return whether a client has not subscribed to a kernel's new process yet: a cell's output would be lost."""
        return any(each.last_session != session for each in self.subscribers if each.kernel_id == kernel_id)

    def leaves(self, client: tuple[str, str], closing: asyncio.Task[None]) -> None:
        """Record that a client, a kernel's id and a session, has left a gateway's connection, which is being closed."""
        self._leaving[client] = closing
        closing.add_done_callback(lambda _: self._leaving.pop(client, None))

    async def wait_until_left(self, client: tuple[str, str]) -> None:
        """Wait until the connection that a client has left is closed: the gateway would confuse it with the new one."""
        closing = self._leaving.get(client)
        if closing is not None:
            await asyncio.wait({closing}, timeout=LEAVE_SECONDS)

    async def shut(self) -> None:
        """Cancel the tasks that close the connections of clients that have left."""
        for closing in (leaving := list(self._leaving.values())):
            closing.cancel()
        await asyncio.gather(*leaving, return_exceptions=True)
