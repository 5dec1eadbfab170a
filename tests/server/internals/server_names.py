"""What `jupyter_mpl_guard.internals` touches of other libraries, looked for in those of the Python that runs this file.

Each function is named after the one of that module that relies on it, and fails with a sentence where a library is not
what it was.  ``python server_names.py`` prints what is wrong as JSON, by name; this package need not be there.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable, Iterable
from typing import Any

from jupyter_client import AsyncKernelClient, AsyncKernelManager, KernelManager
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.provisioning import LocalProvisioner
from jupyter_client.session import Session
from jupyter_server.gateway.connections import GatewayWebSocketConnection
from jupyter_server.gateway.gateway_client import GatewayClient
from jupyter_server.gateway.managers import GatewayKernelManager, GatewayMappingKernelManager, GatewaySessionManager
from jupyter_server.serverapp import ServerApp, ServerWebApplication
from jupyter_server.services.kernels.connection.base import BaseKernelWebsocketConnection
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.kernelmanager import MappingKernelManager, ServerKernelManager
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from jupyter_server.services.sessions.sessionmanager import SessionManager
from tornado.websocket import WebSocketClientConnection, WebSocketHandler


def CONNECTION_CLASS() -> None:  # noqa: N802
    assert "kernel_websocket_connection_class" in inspect.getsource(ServerWebApplication.init_settings)
    assert "kernel_websocket_connection_class" in inspect.getsource(KernelWebsocketHandler)
    assert ServerApp.class_traits()["kernel_websocket_connection_class"].klass is BaseKernelWebsocketConnection


def STARTS_KERNEL() -> None:  # noqa: N802
    for manager in (SessionManager, GatewaySessionManager):
        takes(manager.start_kernel_for_session, "session_id", "path", "name", "type", "kernel_name")
    assert "self.start_kernel_for_session(" in inspect.getsource(SessionManager.create_session)


def SAVES_SESSION() -> None:  # noqa: N802
    takes(SessionManager.save_session, "session_id", "path", "kernel_id")
    assert "self.save_session(" in inspect.getsource(SessionManager.create_session)


def UPDATES_SESSION() -> None:  # noqa: N802
    takes(SessionManager.update_session, "session_id", "kwargs")


def uses_zmq() -> None:
    assert issubclass(ZMQChannelsWebsocketConnection, BaseKernelWebsocketConnection)
    assert not issubclass(GatewayWebSocketConnection, ZMQChannelsWebsocketConnection)


def drop_undelivered() -> None:
    assert "self.channels[" in inspect.getsource(ZMQChannelsWebsocketConnection.create_stream)


def process_session() -> None:
    assert has_trait("session", BaseKernelWebsocketConnection)
    takes(Session.feed_identities, "msg_list")
    handles = inspect.getsource(ZMQChannelsWebsocketConnection)
    assert 'getattr(stream, "channel", None)' in handles or "stream.channel" in handles


def send_at_once() -> None:
    assert has_trait("websocket_handler", BaseKernelWebsocketConnection)
    takes(WebSocketHandler.set_nodelay, "value")


def process_of() -> None:
    assert hasattr(KernelManager, "provisioner")
    assert "self.pid = self.process.pid" in inspect.getsource(LocalProvisioner.launch_kernel)


def when_connected() -> None:
    assert has_trait("ws_future", GatewayWebSocketConnection)
    assert "self.ws_future" in inspect.getsource(GatewayWebSocketConnection.connect)


def carry_binary() -> None:
    assert has_trait("ws", GatewayWebSocketConnection)
    takes(WebSocketClientConnection.read_message, "callback")
    takes(WebSocketClientConnection.write_message, "message", "binary")
    source = inspect.getsource(GatewayWebSocketConnection)
    assert "self.ws.read_message" in source
    assert "self.ws.write_message" in source


def close_if_left() -> None:
    assert "self.ws_future.cancel()" in inspect.getsource(GatewayWebSocketConnection.disconnect)


def was_left() -> None:
    assert has_trait("disconnected", GatewayWebSocketConnection)


def client_session() -> None:
    assert "session_id" in inspect.getsource(KernelWebsocketHandler)


def is_gateways() -> None:
    assert "GatewayKernelManager" in inspect.getsource(GatewayMappingKernelManager)


def is_idle() -> None:
    assert "kernel.execution_state = " in inspect.getsource(MappingKernelManager)
    assert has_trait("execution_state", ServerKernelManager)


def gateway_model() -> None:
    assert inspect.iscoroutinefunction(GatewayKernelManager.refresh_model)


def gateway_request() -> None:
    traits = GatewayClient.class_traits()
    assert {"ws_url", "kernels_endpoint"} <= traits.keys()
    takes(GatewayClient.load_connection_args)


def subscribe() -> None:
    assert "socket" in inspect.signature(AsyncZMQSocketChannel).parameters
    assert "iopub_channel_class" in AsyncKernelClient.class_traits()


unsubscribe = subscribe


def is_subscribed_to_iopub() -> None:
    async def poll() -> None:
        manager = AsyncKernelManager(transport="ipc", ip="/tmp/server-names")
        client = manager.client()
        manager.write_connection_file()
        client.load_connection_info(manager.get_connection_info())
        try:
            assert await client.iopub_channel.socket.poll(0) == 0
        finally:
            client.stop_channels()
            manager.cleanup_connection_file()

    asyncio.run(poll())


def has_trait(name: str, owner: Any = ZMQChannelsWebsocketConnection) -> bool:
    """Return whether a class has a trait or an attribute of a name."""
    return name in owner.class_traits() or hasattr(owner, name)


def takes(function: Callable[..., Any], *names: str) -> None:
    """Fail unless a function takes parameters of some names."""
    lacking = set(names) - inspect.signature(function).parameters.keys()
    assert not lacking, f"{function.__qualname__} does not take {', '.join(sorted(lacking))} any more"


def outcomes(names: Iterable[str]) -> dict[str, str]:
    """Return name to what is wrong, "" where nothing is."""
    return {name: _wrong(globals()[name]) for name in names}


def _wrong(case: Callable[[], None]) -> str:
    try:
        case()
    except Exception as error:
        return str(error) or f"{type(error).__name__} in {inspect.getsource(case)}"
    return ""


if __name__ == "__main__":
    import sys

    print(json.dumps(outcomes(sys.argv[1:])))
