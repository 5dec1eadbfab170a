"""One request to a kernel's agent from its sending to its outcome, for however many wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from textwrap import shorten
from typing import Any

import zmq.asyncio

from .client import AgentAbsent, AgentClient, AgentFailed

HEARING = 1.0
"""Seconds that a restart waits at the most for clients whose sockets still look for the new process."""


class AgentRequest:
    """Send one request and keep what comes of it.

    Parameters
    ----------
    manager : jupyter_client.manager.KernelManager
        The kernel's manager.
    context : zmq.asyncio.Context
        Context of the sockets.
    request : dict
        JSON data for the agent, see `agent.answer`.
    deaf : callable, optional
        The conversation is with a new process of the kernel: put the agent into it first, and do not acknowledge
        before ``deaf(session)`` denies that a client still misses what the process of that session id publishes.

    Attributes
    ----------
    acknowledged, outcome : asyncio.Future
        The agent's answer, and the plot state at the end of the restore; the same where nothing was deferred. Both
        are cancelled with the conversation, and both carry the error where the kernel has no agent or cannot run it.
    """

    def __init__(
        self,
        manager: Any,
        context: zmq.asyncio.Context,
        request: dict[str, Any],
        *,
        deaf: Callable[[str], bool] | None = None,
    ) -> None:
        loop = asyncio.get_running_loop()
        self.acknowledged: asyncio.Future[dict[str, Any]] = loop.create_future()
        self.outcome: asyncio.Future[dict[str, Any]] = loop.create_future()
        self.request = request
        for future in (self.acknowledged, self.outcome):
            future.add_done_callback(_retrieve)
        self._task = asyncio.create_task(self._run(manager, context, deaf))

    @property
    def under_way(self) -> bool:
        """Whether the outcome is still to come."""
        return not self.outcome.done()

    async def close(self) -> None:
        """End the conversation, whatever it has come to."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, manager: Any, context: zmq.asyncio.Context, deaf: Callable[[str], bool] | None) -> None:
        try:
            async with AgentClient(manager, context) as link:
                state = await link.ask(self.request, install=deaf is not None)
                if deaf is not None:
                    with suppress(asyncio.TimeoutError):
                        await asyncio.wait_for(link.make_heard(deaf), HEARING)
                self.acknowledged.set_result(state)
                self.outcome.set_result(await link.outcome() if state["status"] == "restoring" else state)
        except (AgentAbsent, AgentFailed) as error:
            self._end(error)
        except Exception as error:  # a gateway that has gone, sockets that cannot be opened
            self._end(AgentFailed(f"{type(error).__name__}: {shorten(str(error), 200)}"))
        finally:
            for future in (self.acknowledged, self.outcome):
                future.cancel()

    def _end(self, error: Exception) -> None:
        for future in (self.acknowledged, self.outcome):
            if not future.done():
                future.set_exception(error)


def _retrieve(future: asyncio.Future[Any]) -> None:
    if not future.cancelled():
        future.exception()  # an outcome that nobody waits for is no "exception was never retrieved"
