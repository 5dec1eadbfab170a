"""Undocumented names of other libraries still exist, and what is done without them."""

from __future__ import annotations

import asyncio
import inspect
from logging import getLogger
from types import SimpleNamespace
from uuid import uuid4

import pytest
import tornado.websocket
import zmq.asyncio
from aftermath import until
from jupyter_client import AsyncKernelClient, AsyncKernelManager
from jupyter_client.session import Session
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.gateway.connections import GatewayWebSocketConnection
from jupyter_server.gateway.gateway_client import GatewayClient
from jupyter_server.gateway.managers import GatewayKernelManager
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from jupyter_server.services.sessions.sessionmanager import SessionManager
from server_notebooks import guard_of
from tornado.websocket import WebSocketHandler
from traitlets.config import LoggingConfigurable

from jupyter_mpl_guard import internals
from jupyter_mpl_guard.agent_client import channels
from jupyter_mpl_guard.agent_client.channels import GatewayChannels
from jupyter_mpl_guard.archive.notebooks import Notebooks
from jupyter_mpl_guard.archive.sessions import SessionListener
from jupyter_mpl_guard.guard.gate import Gate
from jupyter_mpl_guard.guard.websocket import gated


def test_the_server_makes_connections_of_the_class_in_its_settings(jp_serverapp):
    connection_class = jp_serverapp.web_app.settings[internals.CONNECTION_CLASS]
    assert issubclass(connection_class, ZMQChannelsWebsocketConnection)
    assert connection_class is not ZMQChannelsWebsocketConnection  # the gated one
    assert internals.CONNECTION_CLASS in inspect.getsource(KernelWebsocketHandler)


def test_the_session_manager_says_for_what_a_kernel_is_started_and_what_becomes_of_its_session():
    for name, first in [
        (internals.STARTS_KERNEL, ["session_id", "path"]),
        (internals.SAVES_SESSION, ["session_id", "path"]),
        (internals.UPDATES_SESSION, ["session_id"]),
    ]:
        method = getattr(SessionManager, name)
        assert inspect.iscoroutinefunction(method)
        assert list(inspect.signature(method).parameters)[1 : 1 + len(first)] == first


def test_a_session_manager_without_these_methods_is_left_alone():
    manager = SimpleNamespace()
    SessionListener(manager, Notebooks(None, getLogger()), getLogger()).close()
    assert vars(manager) == {}


def test_connections_over_zmq_are_told_from_others():
    classes = (ZMQChannelsWebsocketConnection, GatewayWebSocketConnection, JupyterHandler)
    assert [internals.uses_zmq(each) for each in classes] == [True, False, False]


async def test_what_the_gate_needs_of_a_connection_is_there(jp_serverapp, kernel, page):
    kernel_id = await kernel()
    gate = guard_of(jp_serverapp).kernels.gate
    async with page(kernel_id) as one:
        await one.run("")
        (client,) = gate.subscribers
        connection = client._connection
        assert isinstance(connection.websocket_handler, WebSocketHandler)
        assert {"shell", "iopub"} <= connection.channels.keys()
        assert connection.channels["iopub"].channel == "iopub"
        internals.drop_undelivered(connection)
        assert {stream.socket.linger for stream in connection.channels.values()} == {0}


def test_a_connection_without_channels_or_handler_is_left_alone():
    internals.drop_undelivered(object())
    internals.send_at_once(object())


def test_the_session_of_a_process_is_read_from_its_messages_on_iopub():
    session = Session(key=b"key")
    message = [b"topic", *session.serialize(session.msg("status"))]

    class Connection:
        pass

    class Stream:
        channel = "iopub"

    connection = Connection()
    connection.session = Session(key=b"key")
    for stream in (Stream(), "iopub"):
        assert internals.process_session(connection, stream, message) == session.session
    assert internals.process_session(connection, "shell", message) is None


def test_kernels_of_a_gateway_are_told_from_others():
    assert internals.is_gateways(GatewayKernelManager())
    assert not internals.is_gateways(AsyncKernelManager())


class RemoteKernel(LoggingConfigurable):
    """The manager of a kernel behind a gateway, as far as connections need it."""

    kernel_id = "a"
    session = Session()


class Handler(KernelWebsocketHandler):
    """The handler that a connection is made for."""

    def __init__(self):
        pass

    def set_nodelay(self, value):
        pass


class Socket:
    """A websocket to a gateway."""

    def __init__(self):
        self._closed = asyncio.Event()

    @property
    def is_open(self):
        return not self._closed.is_set()

    def close(self):
        self._closed.set()

    async def read_message(self):
        await self._closed.wait()


@pytest.fixture
def gateway_socket(monkeypatch, jp_asyncio_loop):
    """Return the future of a websocket to a gateway: the test decides when it is connected."""
    GatewayClient.clear_instance()
    GatewayClient.instance(url="http://gateway:1")
    future = jp_asyncio_loop.create_future()
    for module in (tornado.websocket, channels):
        monkeypatch.setattr(module, "websocket_connect", lambda *args, **kwargs: future)
    yield future
    GatewayClient.clear_instance()


@pytest.mark.parametrize("first", ["left", "made"])
async def test_a_connection_to_a_gateway_that_is_left_before_it_is_made_is_closed(gateway_socket, first):
    connection = gated(GatewayWebSocketConnection, Gate())(parent=RemoteKernel(), websocket_handler=Handler())
    socket = Socket()
    await connection.connect()
    if first == "made":
        gateway_socket.set_result(socket)
    connection.disconnect()
    if first == "left":
        gateway_socket.set_result(socket)
    await until(lambda: not socket.is_open)


async def test_a_client_that_connects_again_waits_until_the_connection_is_closed_that_it_has_left(gateway_socket):
    gate, kernel, session = Gate(), RemoteKernel(), Session()
    options = {"parent": kernel, "websocket_handler": Handler(), "session": session}
    first, again, third = (gated(GatewayWebSocketConnection, gate)(**options) for _ in range(3))
    await first.connect()
    first.disconnect()
    connecting = [asyncio.create_task(each.connect()) for each in (again, third)]
    await asyncio.sleep(0.01)
    third.disconnect()
    assert again.ws_future is None
    gateway_socket.set_result(Socket())
    await asyncio.gather(*connecting)
    assert again.ws_future is gateway_socket
    assert third.ws_future is None
    again.disconnect()
    await until(lambda: len(asyncio.all_tasks()) == 1)


async def test_a_question_that_ends_while_the_gateway_is_called_leaves_no_connection(gateway_socket):
    question, socket = asyncio.create_task(GatewayChannels(RemoteKernel()).open()), Socket()
    await asyncio.sleep(0)
    question.cancel()
    await asyncio.wait({question})
    gateway_socket.set_result(socket)
    await until(lambda: not socket.is_open)


def test_a_gateway_is_asked_with_its_token_and_its_limits():
    GatewayClient.clear_instance()
    client = GatewayClient.instance(url="http://gateway:1/base", auth_token="s3cret", connect_timeout=7.0)
    try:
        request = internals.gateway_request("a/b", "me")
    finally:
        GatewayClient.clear_instance()
    assert request.url == "ws://gateway:1/base/api/kernels/a%2Fb/channels?session_id=me"
    assert request.headers["Authorization"] == f"token {client.auth_token}"
    assert request.connect_timeout == 7.0


async def test_a_client_says_whether_it_hears_its_kernel(tmp_path):
    context = zmq.asyncio.Context()
    client = AsyncKernelClient(transport="ipc", ip=str(tmp_path / uuid4().hex[:8]), iopub_port=1, context=context)
    publisher = context.socket(zmq.XPUB)
    publisher.bind(client._make_url("iopub"))
    client.start_channels(shell=False, iopub=True, stdin=False, hb=False, control=False)
    try:
        assert not await internals.is_subscribed_to_iopub(client)
        await publisher.recv()  # its subscription
        await publisher.send(b"something")
        await client.iopub_channel.socket.poll()
        assert await internals.is_subscribed_to_iopub(client)
        internals.unsubscribe(client, b"")
        internals.subscribe(client, b"agent")
        assert [await publisher.recv(), await publisher.recv()] == [b"\x00", b"\x01agent"]
    finally:
        client.stop_channels()
        publisher.close(linger=0)
        context.destroy(linger=0)


async def test_a_channel_without_a_socket_is_taken_to_hear_its_kernel():
    class Client:
        iopub_channel = object()

    assert await internals.is_subscribed_to_iopub(Client())
    internals.subscribe(Client(), b"")


def test_a_path_that_is_told_later_is_a_uuid():
    assert internals.PLACEHOLDER.fullmatch(f"work/{uuid4()}")
    assert internals.PLACEHOLDER.fullmatch(str(uuid4()))
    assert not internals.PLACEHOLDER.fullmatch(f"work/{uuid4()}.ipynb")
