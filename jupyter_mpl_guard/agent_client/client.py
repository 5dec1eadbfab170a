"""A client of one kernel that asks its agent, over jupyter_client, on this machine or behind a gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import zmq.asyncio

from .. import messages
from ..agent.protocol import DISPLAY_ID, FINAL, MIME, UNSUPPORTED, FigureOutcome
from ..schemas import is_plot_state
from .bundle import OTHER_PYTHON, SENT, agent_parcel, parcel_for
from .channels import ProcessEnded, channels_of

_REQUEST = "__builtins__.__import__('IPython').get_ipython().kernel.get_parent('shell')['metadata']['mpl_guard']"
_ANSWER = f"__builtins__.__import__('sys').modules['_jupyter_mpl_guard'].answer({_REQUEST})"
_SENT = f"{{'__name__': {SENT!r}, '_jupyter_mpl_guard_parcel': {_REQUEST}.pop('parcel', {{}})}}"
_INSTALL = f"[__builtins__.exec({_REQUEST}.pop('source'), {_SENT}), {_ANSWER}][1]"
# Two constants are all the code that ever travels. What they work on is JSON data in the request's metadata, which
# the kernel hands out again as its current parent message. As user expressions of an empty silent request they fire
# no hook, count no execution and leave no history. Builtins are named in full: the user may have a variable `exec`.

NUDGE_SECONDS = 0.005
"""Seconds between two requests that make a kernel publish something."""


MOST_ABORTS = 100
"""Times that a request is sent again because a cell before it has failed: that many cells do not fail one by one."""

ERROR_LENGTH = 500
"""Characters of a kernel's error that are kept."""


class AgentAbsent(Exception):
    """The kernel has no agent: it is a new incarnation, or none was installed."""


class AgentFailed(Exception):
    """The kernel could not run the agent; the text says why."""


class NotIPython(AgentFailed):
    """The kernel's Python is not run by ipykernel, so an agent cannot live in it."""


class AgentClient:
    """A client of one kernel that asks its agent and subscribes to what it publishes; an async context manager.

    Parameters
    ----------
    manager : jupyter_client.manager.KernelManager
        The kernel's manager.
    context : zmq.asyncio.Context
        Context of the sockets, from `make_context`; unused behind a gateway.
    """

    def __init__(self, manager: Any, context: zmq.asyncio.Context) -> None:
        self._manager = manager
        self._channels = channels_of(manager, context)

    async def __aenter__(self) -> AgentClient:
        try:
            await self._channels.open()
        except BaseException:
            await self._channels.close()
            raise
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._channels.close()

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
        state = await self._answer(request, install)
        if not is_plot_state(state):
            raise AgentFailed(messages.NO_PLOT_STATE)
        return state

    async def ask_about_figure(self, request: dict[str, Any]) -> tuple[FigureOutcome, dict[str, Any]]:
        """Send a request that concerns one figure, and return what came of it and the plot state after it.

        Raises
        ------
        AgentAbsent, AgentFailed
            See `ask`.
        """
        answer = await self._answer(request, install=False)
        try:
            outcome, state = FigureOutcome.from_json(answer), answer.get("state")
        except ValueError as error:
            raise AgentFailed(str(error)) from error
        if not is_plot_state(state):
            raise AgentFailed(messages.NO_PLOT_STATE)
        return outcome, state

    async def answer_to(self, question: dict[str, Any]) -> dict[str, Any]:
        """Send a question, which changes nothing, and return what the agent answers; its form is not checked.

        Raises
        ------
        AgentAbsent, AgentFailed
            See `ask`.
        """
        answer = await self._answer(question, install=False)
        if not isinstance(answer, dict):
            raise AgentFailed(messages.NO_JSON_OBJECT)
        return answer

    async def _answer(self, request: dict[str, Any], install: bool) -> Any:
        if install:
            request = request | parcel_for(self._manager)
        reply, answer = await self._reply(request, install)
        if answer.get("evalue") == OTHER_PYTHON:
            reply, answer = await self._reply(request | agent_parcel(), install)
        if answer.get("data", {}).get("application/json") == UNSUPPORTED or (reply["status"] == "ok" and not answer):
            raise NotIPython
        if answer.get("status") == "ok" and "application/json" in answer.get("data", {}):
            return answer["data"]["application/json"]
        if answer.get("ename") == "KeyError" and not install:
            raise AgentAbsent
        error = f"{answer.get('ename', reply['status'])}: {answer.get('evalue', 'no answer')}"
        raise AgentFailed(error if len(error) <= ERROR_LENGTH else f"{error[:ERROR_LENGTH]}…")

    async def _reply(self, request: dict[str, Any], install: bool) -> tuple[dict[str, Any], dict[str, Any]]:
        """Execute a request until no failing cell takes it along; return the reply, and the answer in it."""
        for _ in range(MOST_ABORTS):
            reply = await self._execute(request, install)
            if reply["status"] != "aborted":  # a cell before it failed and took the queue with it
                break
        return reply, reply.get("user_expressions", {}).get("state", {})

    async def outcome(self) -> dict[str, Any]:
        """Return the next plot state that the agent publishes at the end of a restore."""
        while True:
            message = await self._channels.next_iopub()
            content = message["content"]
            if message["header"]["msg_type"] != "update_display_data":
                continue
            if content.get("transient", {}).get("display_id") != DISPLAY_ID:
                continue
            state = content["data"].get(MIME, {})
            if is_plot_state(state) and state["status"] in FINAL:
                return state

    async def wait_until_subscribed(self, unsubscribed: Callable[[str], bool]) -> None:
        """Wait until every client, this one among them, has subscribed to the kernel's present process.

        A socket that was connected to the last process finds the new one only after a while, and misses what is
        published until then. The kernel is made to publish something until all have got it.

        Parameters
        ----------
        unsubscribed : callable
            Returns whether a client has not subscribed to the process of a session id yet.
        """
        session = (await self._request("kernel_info_request", {}))["header"]["session"]
        await self._channels.subscribe(True)
        try:
            while unsubscribed(session) or not await self._channels.is_subscribed():
                await asyncio.sleep(NUDGE_SECONDS)
                await self._request("kernel_info_request", {})
        finally:
            await self._channels.subscribe(False)

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
        try:
            return await self._channels.request(kind, content, metadata)
        except ProcessEnded as error:
            raise AgentAbsent from error
