"""One request to a kernel's agent from its sending to its outcome, shared by all that wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import zmq.asyncio

from .. import messages
from ..agent.protocol import Begin, Reinit, Request, Status
from .client import AgentAbsent, AgentClient, AgentFailed

SUBSCRIBE_SECONDS = 1.0
"""Seconds that a restart waits at most for clients whose sockets still look for the new process."""


class AgentRequest:
    """Send one request and keep its outcome.

    Parameters
    ----------
    manager : jupyter_client.manager.KernelManager
        The kernel's manager.
    context : zmq.asyncio.Context
        Context of the sockets.
    actions : sequence of Request
        What to ask for, one after the other. A `Begin` goes to a new process: the agent is installed in it first, and
        has not acknowledged before every client has subscribed to that process.
    unsubscribed : callable
        Returns whether a client still misses what the process of a session id publishes.

    Attributes
    ----------
    has_begun : bool
        Whether the agent has acknowledged a `Begin` among them.
    acknowledged, outcome : asyncio.Future
        The agent's answer, and the plot state at the end of the restore; the same where nothing was deferred. Both
        are cancelled with the request, and both carry the error where the kernel has no agent or cannot run it.
    """

    def __init__(
        self,
        manager: Any,
        context: zmq.asyncio.Context,
        actions: Sequence[Request],
        unsubscribed: Callable[[str], bool],
    ) -> None:
        loop = asyncio.get_running_loop()
        self.acknowledged: asyncio.Future[dict[str, Any]] = loop.create_future()
        self.outcome: asyncio.Future[dict[str, Any]] = loop.create_future()
        self.has_begun = False
        self._actions = actions
        for future in (self.acknowledged, self.outcome):
            future.add_done_callback(_retrieve)
        self._task = asyncio.create_task(self._run(manager, context, unsubscribed))

    @property
    def under_way(self) -> bool:
        """Whether the outcome is still to come."""
        return not self.outcome.done()

    @property
    def begins(self) -> bool:
        """Whether it is sent to a new process."""
        return isinstance(self._actions[0], Begin)

    @property
    def restores(self) -> bool:
        """Whether its outcome is that of a restore."""
        return isinstance(self._actions[-1], (Begin, Reinit))

    @property
    def error(self) -> BaseException | None:
        """Why it has failed, None where it has not."""
        ended = self.outcome.done() and not self.outcome.cancelled()
        return self.outcome.exception() if ended else None

    @property
    def found_no_agent(self) -> bool:
        """Whether it has failed because there was no agent in the kernel."""
        return isinstance(self.error, AgentAbsent)

    async def close(self) -> None:
        """Cancel the request, whatever its state."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, manager: Any, context: zmq.asyncio.Context, unsubscribed: Callable[[str], bool]) -> None:
        try:
            async with AgentClient(manager, context) as client:
                for action in self._actions:
                    begins = isinstance(action, Begin)
                    state = await client.ask(action.to_json(), install=begins)
                    if begins:
                        with suppress(asyncio.TimeoutError):
                            await asyncio.wait_for(client.wait_until_subscribed(unsubscribed), SUBSCRIBE_SECONDS)
                        self.has_begun = True
                self.acknowledged.set_result(state)
                self.outcome.set_result(await client.outcome() if state["status"] == Status.RESTORING else state)
        except (AgentAbsent, AgentFailed) as error:
            self._end(error)
        except Exception as error:  # a gateway that has gone, sockets that cannot be opened
            self._end(AgentFailed(messages.of_error(error)))
        finally:
            for future in (self.acknowledged, self.outcome):
                future.cancel()

    def _end(self, error: Exception) -> None:
        for future in (self.acknowledged, self.outcome):
            if not future.done():
                future.set_exception(error)


def _retrieve(future: asyncio.Future[Any]) -> None:
    if not future.cancelled():
        future.exception()  # an outcome that is not waited for must not log "exception was never retrieved"
