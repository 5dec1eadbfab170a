"""The server's way to its kernels, seen from clients: messages pass the gate, and restarts are held."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from jupyter_core.utils import ensure_async

from .. import internals, messages
from ..method_wrapping import argument, wrap_method
from .gate import Gate
from .observer import NOTHING, Observer, observed


def hold_restarts(
    manager: Any, hold: Callable[[str, Callable[[], Awaitable[Any]]], Awaitable[Any]]
) -> Callable[[], None]:
    """Make a kernel manager's restarts answer only after `hold` has.

    The REST handler awaits nothing but ``restart_kernel``.

    Parameters
    ----------
    manager : jupyter_client.multikernelmanager.MultiKernelManager
        The server's kernel manager.
    hold : callable
        ``await hold(kernel_id, restart)`` calls ``await restart()`` and returns what that returned.

    Returns
    -------
    callable
        Lets restarts answer at once again.
    """

    async def restart_kernel(original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        kernel_id = argument(0, "kernel_id", args, kwargs)
        return await hold(kernel_id, lambda: ensure_async(original(*args, **kwargs)))

    return wrap_method(manager, "restart_kernel", restart_kernel)


def gated(connection_class: type, gate: Gate, observer: Observer | None = None) -> type:
    """Return a websocket connection class that holds what a client sends while the gate is closed.

    Its methods are called as their owner calls them, whatever class that is, and hand all arguments on; an error of
    the gate lets a message pass.

    Parameters
    ----------
    connection_class : type
        The server's ``kernel_websocket_connection_class``; the four methods are its documented interface.
    gate : Gate
        Whose barriers to respect.
    observer : Observer, optional
        Who is notified of what passes by.
    """

    class GatedConnection(connection_class):
        """Forward a client's messages to the kernel in their order, after its gate has opened."""

        _at_gate: ClientAtGate | None = None

        def connect(self, *args: Any, **kwargs: Any) -> Any:
            """Connect."""
            with _logged(self):
                self._client().connect()
            answer = super().connect(*args, **kwargs)
            return self._and_notify(answer) if asyncio.iscoroutine(answer) else answer

        async def _and_notify(self, answer: Coroutine[Any, Any, Any]) -> Any:
            with _logged(self):
                if await self._client().has_left():
                    answer.close()
                    return None
            result = await answer
            with _logged(self):
                self._client().has_connected()
            return result

        def disconnect(self, *args: Any, **kwargs: Any) -> Any:
            """Disconnect; what the connection has not delivered is dropped."""
            with _logged(self):
                self._client().disconnect()
            return super().disconnect(*args, **kwargs)

        def handle_incoming_message(self, *args: Any, **kwargs: Any) -> Any:
            """Forward a client's message, now or when the kernel's settings are back."""
            with _logged(self):
                if self._client().keeps(args, kwargs):
                    return None
            return super().handle_incoming_message(*args, **kwargs)

        def handle_outgoing_message(self, *args: Any, **kwargs: Any) -> Any:
            """Forward a message of the kernel."""
            with _logged(self):
                self._client().note(args, kwargs)
            return super().handle_outgoing_message(*args, **kwargs)

        def _client(self) -> ClientAtGate:
            if self._at_gate is None:
                self._at_gate = ClientAtGate(self, gate, super().handle_incoming_message, observer)
            return self._at_gate

    GatedConnection.__name__ = GatedConnection.__qualname__ = connection_class.__name__
    return GatedConnection


@contextmanager
def _logged(connection: Any) -> Iterator[None]:
    """Log what goes wrong at the gate; the connection goes on as if there were none."""
    try:
        yield
    except Exception:
        kernel_id = getattr(connection, "kernel_id", None)
        connection.log.warning(messages.LOG_MESSAGE_TROUBLE, kernel_id, exc_info=True)


class ClientAtGate:
    """One client's connection to a kernel, at the kernel's gate.

    Parameters
    ----------
    connection : jupyter_server.services.kernels.connection.base.BaseKernelWebsocketConnection
        Its socket to the client is set up, and its log is written to.
    gate : Gate
        Whose barriers to respect.
    deliver : callable
        Hands a client's message to the kernel, with the arguments of ``handle_incoming_message``.
    observer : Observer, optional
        Who is notified of what passes by.

    Attributes
    ----------
    last_session : str
        Session id of the kernel process from which the client got a message last, "" before the first.
    """

    def __init__(
        self, connection: Any, gate: Gate, deliver: Callable[..., Any], observer: Observer | None = None
    ) -> None:
        self.kernel_id: str = connection.kernel_id
        self.last_session = ""
        self._connection = connection
        self._gate = gate
        self._deliver = deliver
        self._observer = observer
        self._uses_zmq = internals.uses_zmq(type(connection))
        self._client = (self.kernel_id, internals.client_session(connection))
        self._waiting: list[tuple[tuple[Any, ...], dict[str, Any]]] | None = None

    def connect(self) -> None:
        """Make restarts wait until the client has subscribed to the new process.

        Messages to the client are sent at once: the first ones after a restart are many and small.
        """
        internals.send_at_once(self._connection)
        if self._uses_zmq:
            self._gate.subscribe(self)
        else:
            internals.carry_binary(self._connection)
            if self._observer is not None:
                self._observer.connects(self.kernel_id)

    async def has_left(self) -> bool:
        """Wait until the connection that the client has left is closed; return whether it has left this one as well."""
        if not self._uses_zmq:
            await self._gate.wait_until_left(self._client)
        return internals.was_left(self._connection)

    def has_connected(self) -> None:
        """Note that the connection to a gateway is made: what asks the kernel before that takes its buffered output."""
        if internals.was_left(self._connection):
            self.disconnect()
        elif not self._uses_zmq and self._observer is not None:
            has_connected = self._observer.has_connected
            internals.when_connected(self._connection, lambda: has_connected(self.kernel_id))

    def disconnect(self) -> None:
        """Stop waiting for the client, and drop what it has not delivered.

        A closed socket goes on for a second to deliver what it was given for a process that has died (its
        ``linger``). The page connects again under the same identity meanwhile; whichever socket the new process
        hears last takes the place of the other (zmq's ``ROUTER_HANDOVER``), for ever.
        """
        self._gate.unsubscribe(self)
        if self._waiting is not None:
            self._waiting.clear()
        closing = None if self._uses_zmq else internals.close_if_left(self._connection)
        if closing is not None:
            self._gate.leaves(self._client, closing)
        elif self._uses_zmq and self._gate.barrier(self.kernel_id) is not None:
            internals.drop_undelivered(self._connection)

    def keeps(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        """Return whether a message of the client has to wait; it is kept then, and sent when the gate opens."""
        barrier = self._gate.barrier(self.kernel_id)
        if barrier is not None and not self._gate.has_room(self.kernel_id, _size(args, kwargs)):
            self._connection.log.warning(messages.LOG_GATE_FULL, self.kernel_id)
        elif barrier is not None and self._waiting is None:
            self._waiting = []
            barrier.add_done_callback(self._let_through)
        if self._waiting is None:
            return False
        self._waiting.append((args, kwargs))
        return True

    def note(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Record from which process of the kernel a message comes, while the gate is closed, and what passes by."""
        if self._uses_zmq and self._gate.barrier(self.kernel_id) is not None:
            stream = argument(0, "stream", args, kwargs)
            message = argument(1, "outgoing_msg", args, kwargs)
            self.last_session = internals.process_session(self._connection, stream, message) or self.last_session
        if self._observer is not None:
            place, name = (1, "outgoing_msg") if self._uses_zmq else (0, "incoming_msg")
            said = observed(argument(place, name, args, kwargs))
            if said is not NOTHING:
                self._observer.observe(self.kernel_id, said)

    def _let_through(self, _: asyncio.Future[None]) -> None:
        waiting, self._waiting = self._waiting or [], None
        for args, kwargs in waiting:
            try:
                self._deliver(*args, **kwargs)
            except Exception:
                self._connection.log.exception(messages.LOG_NOT_DELIVERED, self.kernel_id)


def _size(args: tuple[Any, ...], kwargs: dict[str, Any]) -> int:
    return sum(len(each) for each in (*args, *kwargs.values()) if isinstance(each, (str, bytes)))
