"""Connections to a kernel: over jupyter_client's sockets, or over one websocket to the gateway that has the kernel.

Both keep only what concerns the agent: replies to their own requests, and what the agent publishes. Whatever else a
busy kernel sends is dropped, so that waiting for it costs nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import Any, Protocol
from uuid import uuid4

import zmq.asyncio
from jupyter_core.utils import ensure_async
from tornado.websocket import WebSocketClientConnection, websocket_connect

from .. import internals, messages
from ..agent.protocol import DISPLAY_ID, TOPIC

RECONNECT_MS = 2
"""Milliseconds between two attempts to connect to a kernel that is starting; zmq's default of 100 is too slow.

The user's cell would overtake the agent.
"""

IOPUB_LIMIT = 32
"""Maximum number of the agent's messages that wait to be read; the oldest are dropped first."""

MESSAGE_LIMIT = 64 * 2**20
"""Bytes that a message from a gateway may have; the connection ends with a longer one, and is made anew with the next
request."""

RESTARTING = ("restarting", "autorestarting")
"""Execution states by which a server tells the clients of a kernel that its process has died."""


class ProcessEnded(Exception):
    """The kernel's process has died over a request; there may be a new one, without an agent."""


class Channels(Protocol):
    """What the agent's client needs of a kernel."""

    async def open(self) -> None:
        """Connect."""

    async def close(self) -> None:
        """Disconnect; safe to call again."""

    async def request(self, kind: str, content: dict[str, Any], metadata: dict[str, Any] | None) -> dict[str, Any]:
        """Send a request on the shell channel and return the reply, however long the kernel is busy."""

    async def next_iopub(self) -> dict[str, Any]:
        """Return the next message that the agent publishes."""

    async def subscribe(self, everything: bool) -> None:
        """Subscribe to all the kernel publishes, to see whether anything arrives, or to its agent only, as at first."""

    async def is_subscribed(self) -> bool:
        """Return whether something of what the kernel has published has arrived."""


def channels_of(manager: Any, context: zmq.asyncio.Context) -> Channels:
    """Return the channels to the kernel of a manager.

    Parameters
    ----------
    manager : jupyter_client.manager.KernelManager
        The kernel's manager.
    context : zmq.asyncio.Context
        Context of the sockets, from `make_context`; unused behind a gateway.
    """
    return GatewayChannels(manager) if internals.is_gateways(manager) else ZmqChannels(manager, context)


class ZmqChannels:
    """A kernel that is reached over zmq, see `channels_of`."""

    def __init__(self, manager: Any, context: zmq.asyncio.Context) -> None:
        # The session id is the sockets' identity: with the manager's own, replies would go to the first client.
        session = manager.session.clone()
        session.session = uuid4().hex
        self._client = manager.client(session=session)
        self._client.context = context

    async def open(self) -> None:
        """Connect, and subscribe to what the agent publishes only."""
        await ensure_async(self._client.start_channels(shell=True, iopub=True, stdin=False, hb=False, control=False))
        internals.subscribe(self._client, TOPIC)
        await self.subscribe(False)

    async def close(self) -> None:
        """Disconnect."""
        await ensure_async(self._client.stop_channels())

    async def request(self, kind: str, content: dict[str, Any], metadata: dict[str, Any] | None) -> dict[str, Any]:
        """Send a request on the shell channel and return the reply."""
        message = self._client.session.msg(kind, content, metadata=metadata)
        self._client.shell_channel.send(message)
        while True:
            reply = await self._client.get_shell_msg()
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return reply

    async def next_iopub(self) -> dict[str, Any]:
        """Return the next message on iopub."""
        return await self._client.get_iopub_msg()

    async def subscribe(self, everything: bool) -> None:
        """Subscribe to all that the kernel publishes, or to the agent only."""
        (internals.subscribe if everything else internals.unsubscribe)(self._client, b"")

    async def is_subscribed(self) -> bool:
        """Return whether a message of the kernel waits on iopub."""
        return await internals.is_subscribed_to_iopub(self._client)


class GatewayChannels:
    """A kernel that is reached over a websocket to its gateway, as jupyter_server reaches it for a page.

    jupyter_server's own client of a gateway connects without a token, and blocks the whole server while it does.

    Parameters
    ----------
    manager : jupyter_server.gateway.managers.GatewayKernelManager
        The kernel's manager.
    """

    def __init__(self, manager: Any) -> None:
        self._manager = manager
        self._session = manager.session.clone()
        self._session.session = uuid4().hex
        self._socket: WebSocketClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._replies: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._iopub: deque[dict[str, Any]] = deque(maxlen=IOPUB_LIMIT)
        self._news = asyncio.Event()
        self._end: Exception | None = None

    async def open(self) -> None:
        """Connect.

        Raises
        ------
        OSError, tornado.httpclient.HTTPClientError
            The gateway cannot be reached, or refuses.
        """
        request = internals.gateway_request(self._manager.kernel_id, self._session.session)
        opening = asyncio.ensure_future(websocket_connect(request, max_message_size=MESSAGE_LIMIT))
        try:
            self._socket = await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_close)
            raise
        self._reading = asyncio.create_task(self._read(self._socket))

    async def close(self) -> None:
        """Disconnect."""
        if self._socket is not None:
            self._socket.close()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def request(self, kind: str, content: dict[str, Any], metadata: dict[str, Any] | None) -> dict[str, Any]:
        """Send a request on the shell channel and return the reply.

        Raises
        ------
        ProcessEnded
            The kernel has died over it.
        ConnectionError
            The gateway has closed the connection.
        """
        if self._socket is None or self._end is not None:
            raise self._end or ConnectionError(messages.NO_CONNECTION)
        message = self._session.msg(kind, content, metadata=metadata)
        reply = asyncio.get_running_loop().create_future()
        self._replies[message["header"]["msg_id"]] = reply
        try:
            await self._socket.write_message(json.dumps(message | {"channel": "shell", "buffers": []}, default=str))
            return await reply
        finally:
            del self._replies[message["header"]["msg_id"]]

    async def next_iopub(self) -> dict[str, Any]:
        """Return the next message that the agent publishes.

        Raises
        ------
        ProcessEnded, ConnectionError
            There are no more messages, see `request`.
        """
        while not self._iopub:
            if self._end is not None:
                raise self._end
            self._news.clear()
            await self._news.wait()
        return self._iopub.popleft()

    async def subscribe(self, everything: bool) -> None:
        """Do nothing: a gateway sends everything to all clients."""

    async def is_subscribed(self) -> bool:
        """Return True: the gateway has subscribed to the kernel."""
        return True

    async def _read(self, socket: WebSocketClientConnection) -> None:
        while (data := await socket.read_message()) is not None:
            if isinstance(data, str):  # nothing that the agent says is binary
                self._take(data)
            if self._end is not None:
                break
        self._finish(self._end or ConnectionError(messages.CONNECTION_CLOSED))

    def _take(self, data: str) -> None:
        try:
            message = json.loads(data)
            kind, content = message["header"]["msg_type"], message["content"]
            if message["channel"] == "shell":
                reply = self._replies.get(message["parent_header"].get("msg_id"))
                if reply is not None and not reply.done():
                    reply.set_result(message)
            elif kind == "update_display_data" and content.get("transient", {}).get("display_id") == DISPLAY_ID:
                self._iopub.append(message)
                self._news.set()
            elif kind == "status" and content["execution_state"] in RESTARTING:
                self._end = ProcessEnded(messages.DIED_OVER_IT)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return  # it is not a message of a kernel

    def _finish(self, error: Exception) -> None:
        self._end = error
        for reply in self._replies.values():
            if not reply.done():
                reply.set_exception(error)
        self._news.set()


def make_context() -> zmq.asyncio.Context:
    """Return the zmq context whose sockets find a starting kernel at once."""
    context = zmq.asyncio.Context()
    context.setsockopt(zmq.RECONNECT_IVL, RECONNECT_MS)
    context.setsockopt(zmq.LINGER, 0)
    return context


def _close(opening: asyncio.Future[WebSocketClientConnection]) -> None:
    """Close a connection that is no longer waited for, when it is made."""
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()
