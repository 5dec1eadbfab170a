"""Keep the user's cells behind the restore: hold the restart's answer and the messages that come meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from jupyter_core.utils import ensure_async


class Gate:
    """The doors of all kernels; a closed one keeps what clients send until it opens."""

    def __init__(self) -> None:
        self._closed: dict[str, asyncio.Future[None]] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def close(self, kernel_id: str, limit: float) -> None:
        """Keep messages to a kernel from now on, for `limit` seconds at the most."""
        loop = asyncio.get_running_loop()
        if kernel_id not in self._closed:
            self._closed[kernel_id] = loop.create_future()
        else:
            self._timers.pop(kernel_id).cancel()
        self._timers[kernel_id] = loop.call_later(limit, self.open, kernel_id)

    def open(self, kernel_id: str) -> None:
        """Let everything through to a kernel; safe to call again."""
        door = self._closed.pop(kernel_id, None)
        if door is not None:
            self._timers.pop(kernel_id).cancel()
            door.set_result(None)

    def door(self, kernel_id: str) -> asyncio.Future[None] | None:
        """Return the future that ends when the kernel's door opens, None where it is open."""
        return self._closed.get(kernel_id)


def hold_restarts(
    kernels: Any, hold: Callable[[str, Callable[[], Awaitable[Any]]], Awaitable[Any]]
) -> Callable[[], None]:
    """Have a kernel manager's restarts answer only after `hold` is content.

    The REST handler awaits nothing but ``restart_kernel``, so this public method of the one instance is wrapped; a
    subclass would have to be chosen in the user's configuration.

    Parameters
    ----------
    kernels : jupyter_client.multikernelmanager.MultiKernelManager
        The server's kernel manager.
    hold : callable
        ``await hold(kernel_id, restart)`` calls ``await restart()`` and returns what that returned.

    Returns
    -------
    callable
        Takes the wrapper away again.
    """
    original = kernels.restart_kernel

    async def restart_kernel(kernel_id: str, *args: Any, **kwargs: Any) -> Any:
        return await hold(kernel_id, lambda: ensure_async(original(kernel_id, *args, **kwargs)))

    def release() -> None:
        if vars(kernels).get("restart_kernel") is restart_kernel:
            del kernels.restart_kernel

    kernels.restart_kernel = restart_kernel
    return release


def gated(connection_class: type, gate: Gate) -> type:
    """Return a websocket connection class that waits at the gate with what a client sends.

    Parameters
    ----------
    connection_class : type
        The server's ``kernel_websocket_connection_class``; its ``handle_incoming_message`` is public API.
    gate : Gate
        Whose doors to respect.
    """

    class GatedConnection(connection_class):
        """Hand a client's messages to the kernel in their order, after its door has opened."""

        _waiting: list[Any] | None = None

        def handle_incoming_message(self, incoming_msg: Any) -> None:
            """Send a message on, now or when the kernel's settings are back."""
            if self._waiting is None and (door := gate.door(self.kernel_id)) is not None:
                self._waiting = []
                door.add_done_callback(lambda _: self._let_through())
            if self._waiting is None:
                super().handle_incoming_message(incoming_msg)
            else:
                self._waiting.append(incoming_msg)

        def _let_through(self) -> None:
            waiting, self._waiting = self._waiting or [], None
            for message in waiting:
                super().handle_incoming_message(message)

    GatedConnection.__name__ = GatedConnection.__qualname__ = connection_class.__name__
    return GatedConnection
