"""Clients' connections of every class pass the gate with whatever their owner calls them."""

from __future__ import annotations

import inspect
import json
import logging
import pkgutil
import warnings
from importlib import import_module

import jupyter_server
import pytest
from aftermath import until
from jupyter_server.services.kernels.connection.base import BaseKernelWebsocketConnection
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from traitlets.config import LoggingConfigurable

from jupyter_mpl_guard.agent.protocol import DISPLAY_ID, MIME, TOPIC
from jupyter_mpl_guard.guard.gate import WAITING_LIMIT, Gate
from jupyter_mpl_guard.guard.observer import NOTHING, Observed, observed
from jupyter_mpl_guard.guard.websocket import gated, hold_restarts

METHODS = ("connect", "disconnect", "handle_incoming_message", "handle_outgoing_message")


def connection_classes():
    """Return every class of connections that jupyter_server has, in whichever module."""
    for package in ("services.kernels.connection", "gateway"):
        folder = import_module(f"jupyter_server.{package}")
        for module in pkgutil.iter_modules(folder.__path__):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # of a module that goes with jupyter_server 3
                import_module(f"{folder.__name__}.{module.name}")
    found, left = [], [BaseKernelWebsocketConnection]
    while left:
        cls = left.pop()
        left += cls.__subclasses__()
        if cls.__module__.startswith(f"{jupyter_server.__name__}."):
            found.append(cls)
    return found


class Kernel(LoggingConfigurable):
    """The manager of a kernel, which is a connection's parent."""

    kernel_id = "id"


class Handler(KernelWebsocketHandler):
    """The handler that a connection is made for."""

    def __init__(self):
        pass

    def set_nodelay(self, value):
        pass


def recording(connection_class):
    """Return a class whose methods have that class's signatures and only record how they were called."""

    def method(name):
        signature = inspect.signature(getattr(connection_class, name))

        def record(self, *args, **kwargs):
            signature.bind(self, *args, **kwargs)
            self.calls.append((name, args, kwargs))
            return name

        return record

    calls = {"calls": []}
    return type(connection_class.__name__, (connection_class,), calls | {name: method(name) for name in METHODS})


def required(connection_class, name):
    """Return the arguments that a method asks for."""
    parameters = list(inspect.signature(getattr(connection_class, name)).parameters.values())[1:]
    wanted = [each for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
    return {each.name: f"a {each.name}" for each in wanted}


@pytest.mark.parametrize("connection_class", connection_classes())
def test_what_is_gated_is_called_as_its_owner_calls_it(connection_class):
    connection = gated(recording(connection_class), Gate())(parent=Kernel(), websocket_handler=Handler())
    expected = []
    for name in METHODS:
        arguments = required(connection_class, name)
        assert getattr(connection, name)(*arguments.values()) == name
        assert getattr(connection, name)(**arguments) == name
        expected += [(name, tuple(arguments.values()), {}), (name, (), arguments)]
    assert connection.calls == expected


def test_the_classes_are_those_of_kernels_here_and_behind_a_gateway():
    names = {each.__name__ for each in connection_classes()}
    assert names >= {"ZMQChannelsWebsocketConnection", "GatewayWebSocketConnection"}


@pytest.mark.parametrize("connection_class", connection_classes())
async def test_messages_wait_in_their_order_until_the_gate_opens(connection_class):
    gate = Gate()
    connection = gated(recording(connection_class), gate)(parent=Kernel(), websocket_handler=Handler())
    connection.connect()
    connection.handle_incoming_message("first")
    gate.close("id", 60)
    for message in ("second", "third"):
        connection.handle_incoming_message(message)
    assert [args for name, args, _ in connection.calls if name == "handle_incoming_message"] == [("first",)]
    gate.open("id")
    connection.handle_incoming_message("fourth")  # before those that have waited were sent
    await until(lambda: len(connection.calls) == 5)
    sent = [args for name, args, _ in connection.calls if name == "handle_incoming_message"]
    assert sent == [("first",), ("second",), ("third",), ("fourth",)]


@pytest.mark.parametrize("connection_class", connection_classes())
async def test_what_waits_has_a_limit_in_bytes_beyond_which_all_goes_on_in_its_order(connection_class, caplog):
    gate = Gate()
    connection = gated(recording(connection_class), gate)(parent=Kernel(), websocket_handler=Handler())
    connection.log = logging.getLogger("websocket")
    gate.close("id", 60)
    messages = [str(number) * (WAITING_LIMIT // 4) for number in range(6)]
    for message in messages:
        connection.handle_incoming_message(message)
    await until(lambda: len(connection.calls) == 6)
    assert [args[0][0] for _, args, _ in connection.calls] == list("012345")
    assert (gate.barrier("id"), caplog.text.count("too much was sent")) == (None, 1)


STATE = {"data": {MIME: {"a": "state"}}, "transient": {"display_id": DISPLAY_ID}}


@pytest.mark.parametrize(
    ("kind", "content", "state"),
    [
        ("update_display_data", STATE, {"a": "state"}),
        ("iopub_welcome", {"subscription": TOPIC.decode()}, None),
        ("status", {"execution_state": "idle"}, None),
        ("update_display_data", {"data": {}, "transient": {"display_id": DISPLAY_ID}}, None),
        ("update_display_data", {**STATE, "transient": {"display_id": "another"}}, None),
        ("update_display_data", [], None),
        ("update_display_data", None, None),
    ],
)
def test_only_what_an_agent_publishes_is_taken_from_what_passes_by(kind, content, state):
    header, content = json.dumps({"msg_type": kind}).encode(), json.dumps(content).encode()
    assert observed([TOPIC, b"<IDS|MSG>", b"", header, b"{}", b"{}", content]) == Observed(state)


@pytest.mark.parametrize(
    "message", [[], [TOPIC], [TOPIC, *[b"["] * 6], [TOPIC, *[b"[]"] * 6], f'["{MIME}"]', "restarting"]
)
def test_what_is_no_message_says_nothing(message):
    assert observed(message) == NOTHING


class BrokenGate(Gate):
    """A gate whose `barrier` always raises."""

    def barrier(self, kernel_id):
        raise RuntimeError("broken")


@pytest.mark.parametrize("connection_class", connection_classes())
def test_an_error_of_the_gate_lets_messages_pass(connection_class, caplog):
    connection = gated(recording(connection_class), BrokenGate())(parent=Kernel(), websocket_handler=Handler())
    connection.log = logging.getLogger("websocket")
    for name in METHODS:
        assert getattr(connection, name)(*required(connection_class, name).values()) == name
    assert [name for name, _, _ in connection.calls] == list(METHODS)
    assert "passes the gate unchecked" in caplog.text


async def test_one_message_that_is_refused_does_not_keep_the_others(caplog):
    delivered = []

    class Choosy(BaseKernelWebsocketConnection):
        def handle_incoming_message(self, incoming_msg):
            delivered.append(json.loads(incoming_msg))

    gate = Gate()
    connection = gated(Choosy, gate)(parent=Kernel(), websocket_handler=Handler())
    connection.log = logging.getLogger("websocket")
    gate.close("id", 60)
    for message in ("1", "no JSON", "2"):
        connection.handle_incoming_message(message)
    gate.open("id")
    await until(lambda: len(delivered) == 2)
    assert (delivered, "could not be sent" in caplog.text) == ([1, 2], True)


@pytest.mark.parametrize(("args", "kwargs"), [(("id", True), {}), ((), {"kernel_id": "id", "now": True})])
async def test_a_restart_is_held_however_it_is_asked_for(args, kwargs):
    class Manager:
        async def restart_kernel(self, kernel_id, now=False):
            return (kernel_id, now)

    held = []

    async def hold(kernel_id, restart):
        held.append(kernel_id)
        return await restart()

    manager = Manager()
    release = hold_restarts(manager, hold)
    assert (await manager.restart_kernel(*args, **kwargs), held) == (("id", True), ["id"])
    release()
    assert (await manager.restart_kernel(*args, **kwargs), held) == (("id", True), ["id"])
