"""One kernel under guard: what the server knows of it, and its conversation with the kernel's agent.

The plotting state itself stays in the kernel's diary.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from functools import partial
from logging import Logger
from typing import Any

import zmq.asyncio

from ..agent import protocol as plot_state
from ..agent.storage.diary import OUTLIVED, STATE, Diary, DiaryError
from ..agent_client.client import AgentAbsent, NotIPython
from ..agent_client.request import AgentRequest
from ..schemas import is_plot_state
from .gate import Gate

QUICK_SECONDS = 10.0
"""A crash this soon after a restore is blamed on the restore, unless a cell has ended in between."""

QUICK_LIMIT = 2
"""So many of them in a row pause the kernel."""

BY_USER = "Plotting settings and figures are not kept for this kernel: it was paused. Resume it to have them kept."
SWITCHED_OFF = "Plotting settings are not kept: the guard is switched off in the settings."
BY_CRASHES = (
    "The kernel died twice within 10 seconds of a restore, so only plotting settings come back for now. "
    "Resume the guard to try again, or forget the plotting state."
)
DEAD = "The kernel is dead. Restart it to go on; its plotting settings come back with it."


class GuardedKernel:
    """One kernel under guard.

    Parameters
    ----------
    kernel_id : str
        Its id.
    manager : jupyter_client.manager.KernelManager
        Its manager.
    context : zmq.asyncio.Context
        Context of the conversations' sockets.
    gate : Gate
        Where the user's cells wait; it opens when the agent has acknowledged.
    terms : callable
        Returns what the agent has to know of policy and limits.
    log : logging.Logger
        Where to say what was sent to the kernel.

    Attributes
    ----------
    python : bool
        Whether it runs IPython, so that an agent can live in it.
    incarnation : int
        How many lives of its process the server has seen.
    holds : int
        How many restarts of it are being carried out.
    crashed, dead : bool
        Whether its restarter has seen it die, and whether it has given it up.
    announced : bool
        Whether there is a restarter that tells.
    paused : str
        Why it is paused, "" if it is not.
    restart : asyncio.Lock
        Held by the one restart that is being carried out.
    known : asyncio.Event
        Is set when it has turned out what the kernel runs.
    """

    def __init__(
        self,
        kernel_id: str,
        manager: Any,
        context: zmq.asyncio.Context,
        gate: Gate,
        terms: Callable[[], dict[str, Any]],
        log: Logger,
    ) -> None:
        self.kernel_id, self.manager = kernel_id, manager
        self.python, self.incarnation, self.holds = True, 1, 0
        self.crashed = self.dead = self.announced = False
        self.paused = ""
        self.restart, self.known = asyncio.Lock(), asyncio.Event()
        self.jobs: list[asyncio.Task[None]] = []
        self.conversation: AgentRequest | None = None
        self._context, self._gate, self._terms, self._log = context, gate, terms, log
        self._answered: dict[str, Any] | None = None
        self._error = ""
        self._restored_at: float | None = None
        self._quick_crashes = 0
        self._news = asyncio.Event()
        self._talking = asyncio.Lock()
        # jupyter_client empties the path when the kernel is gone, and a gateway's path is not on this machine.
        self._connection_file = getattr(manager, "connection_file", "") or ""
        self.diary = Diary.beside(self._connection_file) if os.path.isabs(self._connection_file) else None

    @property
    def off(self) -> bool:
        """Whether no agent is wanted in this kernel."""
        return self.paused in (BY_USER, SWITCHED_OFF)

    @property
    def between_lives(self) -> bool:
        """Whether the next incarnation is known to come and has not begun."""
        return bool(self.holds) or self.crashed

    @property
    def has_connection_file(self) -> bool:
        """Whether the kernel's connection file is there: jupyter_client removes it with the kernel."""
        return os.path.exists(self._connection_file)

    # -- what happens to the kernel --------------------------------------------------------------------------------

    def note_crash(self) -> None:
        """Take down that the process died, and pause the kernel where restores seem to be the cause.

        They are not where a cell of the user's has ended since the restore: the agent leaves word of that.
        """
        self.crashed = True
        soon = self._restored_at is not None and time.monotonic() - self._restored_at < QUICK_SECONDS
        if soon and not self._outlived():
            self._quick_crashes += 1
        else:
            self._quick_crashes = 0
        if self._quick_crashes >= QUICK_LIMIT and not self.paused:
            self.paused = BY_CRASHES
        self.tell()

    def _outlived(self) -> bool:
        """Tell, once, whether a cell has ended since the restore: the next process may die before its agent begins."""
        if self.diary is None or OUTLIVED not in self.diary.names():
            return False
        self.diary.discard(OUTLIVED)
        return True

    def note_death(self) -> None:
        """Take down that the process died and will not be started again by itself."""
        self.dead, self.crashed = True, False
        self.tell()

    def forgive(self) -> None:
        """Start counting crashes anew."""
        self._quick_crashes, self._restored_at = 0, None

    async def new_incarnation(self) -> AgentRequest | None:
        """Have the agent of a new process restore; None where no agent is wanted."""
        trigger = "crash" if self.crashed else "restart"
        self.dead = False
        self.incarnation += 1
        self._answered, self._error = None, ""
        if trigger == "restart":
            self.forgive()
        try:
            if not self.off:
                return await self.begin(trigger)
            await self.hang_up()
            return None
        finally:
            self.crashed = False
            self.tell()

    def tell(self) -> None:
        """Wake everybody who waits for `news`."""
        self._news.set()
        self._news = asyncio.Event()

    async def news(self) -> None:
        """Wait until something has happened to the kernel."""
        await self._news.wait()

    # -- conversations ---------------------------------------------------------------------------------------------

    async def begin(self, trigger: str) -> AgentRequest:
        """Install the agent in the kernel's present process and have it restore.

        Parameters
        ----------
        trigger : {"restart", "crash", "manual"}
            What ended the last incarnation.
        """
        self._log.debug("mpl-guard: sending the agent to kernel %s after %s", self.kernel_id, trigger)
        request = {"action": "begin", "trigger": trigger, "incarnation": self.incarnation, "paused": self.paused}
        request |= self._terms()
        conversation = await self.converse(request, deaf=partial(self._gate.deaf, self.kernel_id))
        conversation.acknowledged.add_done_callback(lambda _: self._let_cells_in(conversation))
        return conversation

    async def converse(self, request: dict[str, Any], *, deaf: Callable[[str], bool] | None = None) -> AgentRequest:
        """Send the agent a request in place of whatever was under way."""
        async with self._talking:
            await self.hang_up()
            self._log.debug("mpl-guard: asking the agent of kernel %s: %s", self.kernel_id, request)
            conversation = self.conversation = AgentRequest(self.manager, self._context, request, deaf=deaf)
        for future in (conversation.acknowledged, conversation.outcome):
            future.add_done_callback(lambda future: self._hear(conversation, future))
        self.tell()
        return conversation

    async def hang_up(self) -> None:
        """End the conversation that is under way."""
        conversation, self.conversation = self.conversation, None
        if conversation is not None:
            await conversation.close()

    async def close(self) -> None:
        """End everything that goes on for this kernel."""
        jobs = tuple(self.jobs)
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        await self.hang_up()
        self._gate.open(self.kernel_id)

    def _let_cells_in(self, conversation: AgentRequest) -> None:
        if self.conversation is conversation and not self.holds:
            self._gate.open(self.kernel_id)

    def _hear(self, conversation: AgentRequest, future: asyncio.Future[dict[str, Any]]) -> None:
        if future.cancelled() or self.conversation is not conversation:
            return
        error = future.exception()
        if error is None:
            answer = self._answered = future.result()
            self._error = ""
            self.incarnation = max(self.incarnation, answer["incarnation"])
            if conversation.request["action"] == "begin" and (
                answer["status"] == "restoring" or answer["last_restore"]
            ):
                self._restored_at = time.monotonic()
        elif isinstance(error, NotIPython):
            self.python = False
        elif not isinstance(error, AgentAbsent):
            self._error = f"Plotting settings are not guarded in this kernel ({error})."
            self._log.warning("mpl-guard: kernel %s: %s", self.kernel_id, error)
        self.tell()

    # -- state -----------------------------------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """Return the plot state, without a word to the kernel."""
        for state in (self._written(), self._answered):
            if state is not None and state["incarnation"] >= self.incarnation:
                break
        else:
            state = plot_state.compose(self.kernel_id, self.incarnation, "absent")
        return state | self._overlay(state)

    def forget(self) -> None:
        """Remove the diary."""
        try:
            if self.diary is not None:
                self.diary.remove()
        except OSError as error:
            self._log.warning("mpl-guard: the diary of kernel %s could not be removed: %s", self.kernel_id, error)

    def _written(self) -> dict[str, Any] | None:
        try:
            state = self.diary and self.diary.read(STATE)
        except DiaryError:
            return None
        return state if state and is_plot_state(state) and state["kernel_id"] == self.kernel_id else None

    def _overlay(self, state: dict[str, Any]) -> dict[str, Any]:
        """Return what only the server knows: what is under way, switched off or has failed."""
        mine = {"incarnation": max(self.incarnation, state["incarnation"])}
        if not self.python:
            return mine | {"status": "unsupported", "message": ""}
        if self.dead:
            return mine | {"status": "error", "message": DEAD}
        if self.paused:
            return mine | {"status": "paused", "message": self.paused}
        if self._error:
            return mine | {"status": "error", "message": self._error}
        conversing = self.conversation is not None and self.conversation.under_way
        ended = state["incarnation"] >= self.incarnation and state["status"] in plot_state.FINAL
        if self.between_lives or (conversing and not ended and self.incarnation > 1):
            return mine | {"status": "restoring", "message": ""}
        return mine
