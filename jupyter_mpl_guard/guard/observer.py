"""What the connections of clients show in passing: plot states that the agent publishes, and the death of a process.

Where a kernel's diary is on another machine there is no other source. Nothing is requested: it passes by anyway.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from ..agent.protocol import DISPLAY_ID, MIME, TOPIC
from ..agent_client.channels import RESTARTING
from .gateway.checker import GatewayChecker
from .kernel import GuardedKernel
from .kernels import GuardedKernels

STATE_LIMIT = 2**20
"""Maximum bytes of a message in which a plot state is looked for."""

STATUS_LIMIT = 2048
"""Maximum bytes of a message in which an execution state is looked for."""

_HEADER, _CONTENT = 3, 6
"""Places in a message of zmq: topic, delimiter, signature, header, parent header, metadata, content."""


class Observed(NamedTuple):
    """What a message to a client says.

    Attributes
    ----------
    state : object
        The plot state in it, not checked; None where there is none.
    has_died : bool
        Whether the kernel's process has died.
    asked : object
        The request of a cell to the agent, which has been carried out, not checked; None where there is none.
    """

    state: Any = None
    has_died: bool = False
    asked: Any = None


NOTHING = Observed()


def observed(message: Any) -> Observed:
    """Return what a message to a client says: the JSON text that a gateway sends, or the parts of a zmq message.

    Anything but a message of an agent says nothing, whatever the kernel has put into it.
    """
    try:
        if isinstance(message, str):
            return _of_text(message)
        if isinstance(message, list) and message[:1] == [TOPIC] and len(message[_CONTENT]) <= STATE_LIMIT:
            return _of_parts(message)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        pass
    return NOTHING


def _of_parts(message: list[Any]) -> Observed:
    """Return what a message under the agent's topic says; ipykernel also welcomes subscribers under it."""
    is_display = json.loads(bytes(message[_HEADER]))["msg_type"] == "update_display_data"
    return _of_display(json.loads(bytes(message[_CONTENT]))) if is_display else NOTHING


def _of_text(text: str) -> Observed:
    says_state = len(text) <= STATE_LIMIT and MIME in text
    if not says_state and not (len(text) <= STATUS_LIMIT and any(each in text for each in RESTARTING)):
        return NOTHING
    message = json.loads(text)
    kind, content = message["header"]["msg_type"], message["content"]
    if kind == "update_display_data":
        return _of_display(content)
    return Observed(has_died=kind == "status" and content["execution_state"] in RESTARTING)


def _of_display(content: dict[str, Any]) -> Observed:
    if content["transient"]["display_id"] != DISPLAY_ID:
        return NOTHING
    return Observed(content["data"][MIME], asked=content.get("metadata", {}).get("asked"))


class Observer:
    """Record what the connections of clients show.

    Parameters
    ----------
    kernels : GuardedKernels
        The kernels under guard.
    checker : GatewayChecker
        Checks kernels behind a gateway.
    follow : callable
        Is called with a kernel and what one of its cells has asked the agent for, not checked.
    """

    def __init__(
        self, kernels: GuardedKernels, checker: GatewayChecker, follow: Callable[[GuardedKernel, Any], None]
    ) -> None:
        self._kernels = kernels
        self._checker = checker
        self._follow = follow

    def connects(self, kernel_id: str) -> None:
        """Hold the cells of a client that connects until it is known what has become of the kernel meanwhile."""
        kernel = self._kernels.known(kernel_id)
        if kernel is not None:
            self._checker.hold_cells(kernel)

    def has_connected(self, kernel_id: str) -> None:
        """Find out what has become of a kernel behind a gateway to which a client has connected, or could not."""
        kernel = self._kernels.known(kernel_id)
        if kernel is not None and self._checker.can_check(kernel):
            self._checker.start(kernel)

    def observe(self, kernel_id: str, observed: Observed) -> None:
        """Record what a message to a client has said."""
        kernel = self._kernels.known(kernel_id)
        if kernel is None:
            return
        if observed.state is not None and kernel.observe(observed.state) and observed.asked is not None:
            self._follow(kernel, observed.asked)
        if observed.has_died and self._checker.can_check(kernel):
            self._checker.hold_cells(kernel)
            self._checker.start(kernel, has_died=True)
