"""Keep the user's cells behind the restore: hold the restart's answer and the messages that come meanwhile."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class Listener(Protocol):
    """A client's connection that hears a kernel's iopub."""

    kernel_id: str
    heard: str
    """Session id of the kernel process that it has heard last."""


class Gate:
    """The doors of all kernels; a closed one keeps what clients send until it opens.

    Attributes
    ----------
    listeners : set of Listener
        The connections on which clients hear their kernels.
    """

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
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

    def deaf(self, kernel_id: str, session: str) -> bool:
        """Tell whether a client has not heard a kernel's new process yet, so that a cell's output would be lost."""
        return any(each.heard != session for each in self.listeners if each.kernel_id == kernel_id)


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
    local = issubclass(connection_class, ZMQChannelsWebsocketConnection)  # a gateway hears its kernels itself

    class GatedConnection(connection_class):
        """Hand a client's messages to the kernel in their order, after its door has opened."""

        _waiting: list[Any] | None = None
        heard = ""

        async def connect(self) -> None:
            """Connect, and send each of the kernel's messages on at once.

            The first ones after a restart are many and small: with Nagle's algorithm the last would wait up to 40 ms
            for the client's acknowledgement of the others.
            """
            self.websocket_handler.set_nodelay(True)
            if local:
                gate.listeners.add(self)
            connected = super().connect()
            if connected is not None:
                await connected

        def disconnect(self) -> Any:
            """Disconnect; nobody waits for this connection any more, and what it has not delivered is void.

            A closed socket goes on for a second to deliver what it was given for a process that has died (its
            ``linger``). The page connects again under the same identity meanwhile; whichever socket the new process
            hears last takes the place of the other (zmq's ``ROUTER_HANDOVER``), for ever.
            """
            gate.listeners.discard(self)
            if self._waiting is not None:
                self._waiting.clear()
            if local and gate.door(self.kernel_id) is not None:
                for stream in self.channels.values():
                    if not stream.closed():
                        stream.socket.linger = 0
            return super().disconnect()

        def handle_incoming_message(self, incoming_msg: Any) -> None:
            """Send a message on, now or when the kernel's settings are back."""
            if self._waiting is None and (door := gate.door(self.kernel_id)) is not None:
                self._waiting = []
                door.add_done_callback(lambda _: self._let_through())
            if self._waiting is None:
                super().handle_incoming_message(incoming_msg)
            else:
                self._waiting.append(incoming_msg)

        def handle_outgoing_message(self, stream: Any, outgoing_msg: Any, *more: Any) -> None:
            """Send a message on, and note while the door is closed from which process of the kernel it comes."""
            if local and gate.door(self.kernel_id) is not None and getattr(stream, "channel", stream) == "iopub":
                _, (_, header, *_) = self.session.feed_identities(outgoing_msg)
                self.heard = json.loads(header)["session"]
            super().handle_outgoing_message(stream, outgoing_msg, *more)

        def _let_through(self) -> None:
            waiting, self._waiting = self._waiting or [], None
            for message in waiting:
                super().handle_incoming_message(message)

    GatedConnection.__name__ = GatedConnection.__qualname__ = connection_class.__name__
    return GatedConnection
