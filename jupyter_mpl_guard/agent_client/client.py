"""A client of one kernel that asks its agent, over jupyter_client, on this machine or behind a gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from queue import Empty
from typing import Any
from uuid import uuid4

import zmq.asyncio
from jupyter_core.utils import ensure_async

from .. import internals
from ..agent.protocol import DISPLAY_ID, FINAL, MIME, UNSUPPORTED
from ..schemas import is_plot_state
from .bundle import agent_source

_REQUEST = "__builtins__.__import__('IPython').get_ipython().kernel.get_parent('shell')['metadata']['mpl_guard']"
_ANSWER = f"__builtins__.__import__('sys').modules['_jupyter_mpl_guard'].answer({_REQUEST})"
_INSTALL = f"[__builtins__.exec({_REQUEST}['source'], {{'__name__': '_jupyter_mpl_guard_sent'}}), {_ANSWER}][1]"
# Two constants are all the code that ever travels. What they work on is JSON data in the request's metadata, which
# the kernel hands out again as its current parent message. As user expressions of an empty silent request they fire
# no hook, count no execution and leave no history. Builtins are named in full: the user may have a variable `exec`.

RECONNECT_MS = 2
"""Milliseconds between two attempts to connect to a kernel that is starting; zmq's default of 100 is too slow.

The user's cell would overtake the agent.
"""

NUDGE_SECONDS = 0.005
"""Seconds between two requests that make a kernel publish something."""

REMOTE_PAUSE = 0.05
"""Seconds between two looks at what a gateway has sent, while an answer of the agent is due."""


MOST_ABORTS = 100
"""Times that a request is sent again because a cell before it has failed: that many cells do not fail one by one."""

ERROR_LENGTH = 500
"""Characters of a kernel's error that are kept."""


class AgentAbsent(Exception):
    """The kernel has no agent: it is a new incarnation, or nobody has put one in."""


class AgentFailed(Exception):
    """The kernel could not run the agent; the text says why."""


class NotIPython(AgentFailed):
    """The kernel's Python is not run by ipykernel, so an agent cannot live in it."""


class AgentClient:
    """A client of one kernel that asks its agent and hears what it publishes; an async context manager.

    Parameters
    ----------
    manager : jupyter_client.manager.KernelManager
        The kernel's manager.
    context : zmq.asyncio.Context
        Context of the sockets, from `make_context`; unused behind a gateway.
    """

    def __init__(self, manager: Any, context: zmq.asyncio.Context) -> None:
        # The session id is the sockets' identity: with the manager's own, replies would go to whoever came first.
        session = manager.session.clone()
        session.session = uuid4().hex
        self._client = manager.client(session=session)
        self._client.context = context
        self._remote = internals.is_gateway_client(self._client)

    async def __aenter__(self) -> AgentClient:
        await ensure_async(self._client.start_channels(shell=True, iopub=True, stdin=False, hb=False, control=False))
        return self

    async def __aexit__(self, *exception: object) -> None:
        await ensure_async(self._client.stop_channels())

    async def ask(self, request: dict[str, Any], *, install: bool = False) -> dict[str, Any]:
        """Send a request to the agent and return the plot state that it answers; wait as long as the kernel is busy.

        Parameters
        ----------
        request : dict
            JSON data, see `agent.answer`.
        install : bool
            Send the agent's source along, for a kernel that does not have it yet.

        Raises
        ------
        AgentAbsent
            There is no agent in the kernel (only without `install`).
        AgentFailed
            The kernel could not run it.
        """
        for _ in range(MOST_ABORTS):
            reply = await self._execute(request | ({"source": agent_source()} if install else {}), install)
            if reply["status"] != "aborted":  # a cell before it failed and took the queue with it
                break
        answer = reply.get("user_expressions", {}).get("state", {})
        if answer.get("data", {}).get("application/json") == UNSUPPORTED or (reply["status"] == "ok" and not answer):
            raise NotIPython
        if answer.get("status") == "ok" and "application/json" in answer.get("data", {}):
            if not is_plot_state(answer["data"]["application/json"]):
                raise AgentFailed("what it has answered is no plot state")
            return answer["data"]["application/json"]
        if answer.get("ename") == "KeyError" and not install:
            raise AgentAbsent
        error = f"{answer.get('ename', reply['status'])}: {answer.get('evalue', 'no answer')}"
        raise AgentFailed(error if len(error) <= ERROR_LENGTH else f"{error[:ERROR_LENGTH]}…")

    async def outcome(self) -> dict[str, Any]:
        """Return the next plot state that the agent publishes at the end of a restore."""
        while True:
            message = await self._receive(self._client.get_iopub_msg)
            content = message["content"]
            if message["header"]["msg_type"] != "update_display_data":
                continue
            if content.get("transient", {}).get("display_id") != DISPLAY_ID:
                continue
            state = content["data"].get(MIME, {})
            if is_plot_state(state) and state["status"] in FINAL:
                return state

    async def wait_until_subscribed(self, unsubscribed: Callable[[str], bool]) -> None:
        """Wait until every client, this one among them, hears the kernel's present process on iopub.

        A socket that was connected to the last process finds the new one only after a while, and misses what is
        published until then. The kernel is made to publish something until all have heard it.

        Parameters
        ----------
        unsubscribed : callable
            Returns whether a client does not hear the process of a session id yet.
        """
        session = (await self._request("kernel_info_request", {}))["header"]["session"]
        while unsubscribed(session) or not (self._remote or await internals.hears_iopub(self._client)):
            await asyncio.sleep(NUDGE_SECONDS)
            await self._request("kernel_info_request", {})

    async def _execute(self, request: dict[str, Any], install: bool) -> dict[str, Any]:
        content = {
            "code": "",
            "silent": True,
            "store_history": False,
            "user_expressions": {"state": _INSTALL if install else _ANSWER},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        return (await self._request("execute_request", content, {"mpl_guard": request}))["content"]

    async def _request(
        self, kind: str, content: dict[str, Any], metadata: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        message = self._client.session.msg(kind, content, metadata=metadata)
        self._client.shell_channel.send(message)
        while True:
            reply = await self._receive(self._client.get_shell_msg)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return reply

    async def _receive(self, get: Callable[..., Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        if not self._remote:
            return await get()
        while True:  # a gateway's client gives up after a second, and keeps a processor busy until then
            try:
                return await get(timeout=0)
            except Empty:
                await asyncio.sleep(REMOTE_PAUSE)


def make_context() -> zmq.asyncio.Context:
    """Return the zmq context whose sockets find a starting kernel at once."""
    context = zmq.asyncio.Context()
    context.setsockopt(zmq.RECONNECT_IVL, RECONNECT_MS)
    context.setsockopt(zmq.LINGER, 0)
    return context
