"""What the server uses of other libraries without a documented promise of stability, each name in one place.

No name with an underscore is among them. Each function says in which version its name came, what is lost without it,
and what happens then.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, NamedTuple

import zmq
from jupyter_server.gateway.gateway_client import GatewayClient
from jupyter_server.gateway.managers import GatewayKernelManager
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.utils import url_path_join
from tornado.escape import url_escape
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, WebSocketError

from .method_wrapping import wrap_method

CONNECTION_CLASS = "kernel_websocket_connection_class"
"""Key of the web application's settings under which jupyter_server (2.0) finds the class of clients' connections.

Without it, clients' messages are not held back: a cell that is sent during a restart may overtake the restore.
"""

PLACEHOLDER = re.compile(r"(.*/)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Paths that stand for the path of a notebook which a page tells later.

JupyterLab (1 to 4.6, `SessionContext`) and Notebook 7 start a session under a UUID in the notebook's folder, and tell
its path when its kernel has started. Where they no longer do so, no path looks like this, and nothing waits for it.
"""


STARTS_KERNEL = "start_kernel_for_session"
"""Method of jupyter_server's session manager (1.0) that starts a kernel for a session; it takes ``session_id, path``.

It, and the two that follow, is public and documented nowhere. Without it, what was archived for a notebook does not
come back with its next kernel.
"""

SAVES_SESSION = "save_session"
"""The one that saves a session (1.0) and returns its model. Without it, a kernel belongs to no notebook before the
session is changed: its plots are not archived."""

UPDATES_SESSION = "update_session"
"""The one that changes a session (1.0); it takes ``session_id``. Without it, an archive does not follow a notebook that
is renamed."""


def uses_zmq(connection_class: type) -> bool:
    """Return whether a class of clients' connections uses zmq sockets to its kernel on this machine.

    The class is jupyter_server's since 2.0. Where it is another class, a gateway's among them, it looks after its
    sockets itself: its messages are held at the gate, but restarts do not wait for it to subscribe to a new process.
    """
    return issubclass(connection_class, ZMQChannelsWebsocketConnection)


def drop_undelivered(connection: Any) -> None:
    """Make a connection's sockets drop what they have not delivered to the kernel when they are closed.

    `channels`, by name a ``ZMQStream`` with its ``socket``, is jupyter_server's since 2.0. Without it the sockets go
    on for a second: after a crash, a page that has connected again may not reach the kernel any more.
    """
    for stream in getattr(connection, "channels", {}).values():
        if stream is not None and not stream.closed():
            stream.socket.linger = 0


def process_session(connection: Any, stream: Any, message: Any) -> str | None:
    """Return the session id of the kernel process that a message on iopub comes from, None for other messages.

    A connection's ``session`` and a stream's ``channel`` are jupyter_server's since 2.0; a stream may be a channel's
    name. Without them a restart is answered after the time limit for clients that have not subscribed to it.

    Raises
    ------
    ValueError, KeyError
        It is no message of a kernel.
    """
    if getattr(stream, "channel", stream) != "iopub":
        return None
    _, (_, header, *_) = connection.session.feed_identities(message)
    return json.loads(header)["session"]


def send_at_once(connection: Any) -> None:
    """Send each message to a client without waiting for the acknowledgement of the ones before.

    `websocket_handler`, a tornado ``WebSocketHandler``, is jupyter_server's since 2.0. Without it, the last of the
    many small messages after a restart may be late by 40 ms (Nagle's algorithm).
    """
    handler = getattr(connection, "websocket_handler", None)
    if handler is not None:
        handler.set_nodelay(True)


def process_of(manager: Any) -> int | None:
    """Return the id of the process that a manager has started for its kernel, None where there is none.

    ``provisioner.pid`` is jupyter_client's since 7, for kernels of this machine. Without it the server makes no diary
    for a kernel whose agent has made none: it is not known which user that would have to belong to.
    """
    process = getattr(getattr(manager, "provisioner", None), "pid", None)
    return process if isinstance(process, int) and process > 0 else None


def when_connected(connection: Any, callback: Callable[[], None]) -> None:
    """Call a function when a connection to a gateway is made, or has failed.

    ``ws_future``, a future of it, is jupyter_server's since 2.0. Without it the function is called at once: the kernel
    may be asked before the connection is made, and forget what it has kept for a page that was away.
    """
    future = getattr(connection, "ws_future", None)
    if future is None:
        callback()
    else:
        future.add_done_callback(lambda _: callback())


def carry_binary(connection: Any) -> None:
    """Make a gateway's connection carry binary messages, such as those of widgets and canvases.

    jupyter_server (2.0 to 2.21) sends and reads them as text, and its connection ends on the first one. ``ws``, the
    websocket to the gateway, is a trait of its class. Without it, or where messages are carried already, nothing is
    changed.
    """
    if not getattr(connection, "has_trait", lambda name: False)("ws"):
        return

    async def read_message(original: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        while isinstance(message := await original(*args, **kwargs), bytes):
            with suppress(WebSocketClosedError):
                connection.websocket_handler.write_message(message, binary=True)
        return message

    def write_message(original: Callable[..., Any], message: Any, binary: bool = False) -> Any:
        return original(message, binary=binary or isinstance(message, bytes))

    def carry(change: Any) -> None:
        if change["new"] is not None:
            wrap_method(change["new"], "read_message", read_message)
            wrap_method(change["new"], "write_message", write_message)

    connection.observe(carry, "ws")


def close_if_left(connection: Any) -> asyncio.Task[None] | None:
    """Close a connection to a gateway that its client leaves before it is made; return the task of that.

    jupyter_server (2.0 to 2.21) cancels the future of it, and forgets the websocket that is made all the same: the
    gateway goes on to send to it under the client's session, and the kernel's answers to the page, which has connected
    again under that session, go there and nowhere else. ``ws`` and ``ws_future`` are traits of its class; without them
    nothing is changed.
    """
    future = getattr(connection, "ws_future", None)
    if future is None or getattr(connection, "ws", None) is not None:
        return None
    connection.ws_future = None  # so it is not cancelled
    return asyncio.create_task(_close_when_made(future))


async def _close_when_made(future: Awaitable[WebSocketClientConnection]) -> None:
    with suppress(OSError, HTTPClientError, WebSocketError):
        socket = await future
        socket.close()
        while await socket.read_message() is not None:
            pass


def was_left(connection: Any) -> bool:
    """Return whether the client of a connection to a gateway has left.

    ``disconnected``, a trait of its class, is jupyter_server's since 2.0. Without it the client is assumed to be there.
    """
    return bool(getattr(connection, "disconnected", False))


def client_session(connection: Any) -> str:
    """Return the session under which a client has connected to a gateway, which it keeps when it connects again.

    ``session_id``, of connections and handlers, is jupyter_server's since 2.0. Without it, a client that connects again
    does not wait until the connection is closed that it has left.
    """
    return str(getattr(connection, "session_id", None) or "")


def is_gateways(manager: Any) -> bool:
    """Return whether a kernel's manager is a gateway's; the class is jupyter_server's since 2.0.

    Where it is another class, the kernel is waited for as one on this machine.
    """
    return isinstance(manager, GatewayKernelManager)


async def is_idle(manager: Any, patience: float) -> bool:
    """Return whether a kernel is known to be running nothing, or is so after at most so many seconds.

    ``execution_state`` is what jupyter_server (1.0) notes of a kernel from what it publishes, and what a gateway has
    said last. Without it a kernel is taken to be idle: it is asked, and the answer is waited for no longer than usual.
    It is a trait of the managers of kernels on this machine (2.14); where it is none, a busy one is not waited for.
    """
    if getattr(manager, "execution_state", "idle") != "busy":
        return True
    if not getattr(manager, "has_trait", lambda name: False)("execution_state"):
        return False
    is_over = asyncio.Event()

    def note(change: Any) -> None:
        if change["new"] != "busy":
            is_over.set()

    manager.observe(note, "execution_state")
    try:
        await asyncio.wait_for(is_over.wait(), patience)
    except asyncio.TimeoutError:
        return False
    finally:
        manager.unobserve(note, "execution_state")
    return True


class GatewayModel(NamedTuple):
    """What a gateway knows of a kernel."""

    state: str
    last_activity: str


async def gateway_model(manager: Any) -> GatewayModel | None:
    """Return what a gateway knows of a kernel, without asking the kernel; None where it has no such kernel.

    ``refresh_model`` is jupyter_server's since 2.0. Without it, and where a gateway does not answer so, the kernel is
    not asked when a page comes back to it.
    """
    model = await manager.refresh_model()
    return None if not model else GatewayModel(str(model["execution_state"]), str(model["last_activity"]))


def gateway_request(kernel_id: str, session_id: str) -> HTTPRequest:
    """Return the request that opens a websocket to a kernel of the gateway, with the gateway's token and certificates.

    ``GatewayClient`` with these names is jupyter_server's since 2.0, whose own connections are made so. Without it,
    kernels behind a gateway are not guarded, and say so.
    """
    gateway = GatewayClient.instance()
    url = url_path_join(gateway.ws_url or "", gateway.kernels_endpoint, url_escape(kernel_id), "channels")
    arguments: dict[str, Any] = gateway.load_connection_args()
    return HTTPRequest(f"{url}?session_id={url_escape(session_id)}", **arguments)


def subscribe(client: Any, topic: bytes) -> None:
    """Subscribe a client's iopub channel to the topics with a prefix.

    ``iopub_channel.socket`` is jupyter_client's since 7; its channels are subscribed to everything at first. Without
    it, a kernel that prints much fills the server's memory while the agent's answer is waited for.
    """
    _set_option(client, zmq.SUBSCRIBE, topic)


def unsubscribe(client: Any, topic: bytes) -> None:
    """Cancel a subscription, see `subscribe`."""
    _set_option(client, zmq.UNSUBSCRIBE, topic)


def _set_option(client: Any, option: int, value: bytes) -> None:
    socket = getattr(client.iopub_channel, "socket", None)
    if socket is not None:
        socket.setsockopt(option, value)


async def is_subscribed_to_iopub(client: Any) -> bool:
    """Return whether a message of the kernel waits on a client's iopub channel.

    ``iopub_channel.socket`` is jupyter_client's since 7. Without it (a gateway's client has none) the client is assumed
    to be subscribed.
    """
    socket = getattr(client.iopub_channel, "socket", None)
    return socket is None or bool(await socket.poll(0))
