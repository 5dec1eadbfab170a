"""What the server touches of other libraries without a documented promise that it stays, each name in one place.

No name with an underscore is among them. Each function says in which version its name came, what is lost without it,
and what happens then.
"""

from __future__ import annotations

import json
import re
from typing import Any

from jupyter_server.gateway.managers import GatewayKernelClient
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

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


def hears_zmq(connection_class: type) -> bool:
    """Return whether a class of clients' connections hears its kernel over zmq sockets on this machine.

    The class is that of jupyter_server 2.0 and later. Other classes, a gateway's among them, look after their sockets
    themselves: their messages are held at the gate, but nobody waits until they hear a new process.
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
    name. Without them a restart is answered after the time limit for clients that do not hear the new process.

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


def is_gateway_client(client: Any) -> bool:
    """Return whether a kernel client talks to a gateway; the class is jupyter_server's since 2.0.

    Where it is another class, its channels are waited for as those of a kernel on this machine.
    """
    return isinstance(client, GatewayKernelClient)


async def hears_iopub(client: Any) -> bool:
    """Return whether a message of the kernel waits on a client's iopub channel.

    ``iopub_channel.socket`` is jupyter_client's since 7. Without it (a gateway's client has none) the client is taken
    to hear the kernel.
    """
    socket = getattr(client.iopub_channel, "socket", None)
    return socket is None or bool(await socket.poll(0))
