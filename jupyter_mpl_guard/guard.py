"""The guard: puts the agent into kernels and decides what is restored when."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from logging import Logger
from typing import Any

import zmq.asyncio
from jupyter_core.utils import ensure_async

from .conversation import Conversation
from .gate import Gate
from .link import AgentAbsent, make_context
from .policy import Policy
from .record import BY_CRASHES, BY_USER, DEAD, SWITCHED_OFF, Record

__all__ = ["Guard", "KernelUnusable", "Policy", "UnknownKernel"]


class UnknownKernel(KeyError):
    """There is no kernel of this id."""


class KernelUnusable(RuntimeError):
    """The kernel is dead or does not run Python; the text is a sentence for the user."""


class Guard:
    """One record per kernel; starts, joins and limits restores; holds restarts.

    Parameters
    ----------
    kernels : jupyter_client.multikernelmanager.MultiKernelManager
        The server's kernel manager, a gateway's too.
    policy : Policy
        What to do until `set_policy` says otherwise.
    hold_timeout : float
        Seconds that a restart's answer waits for the agent at the most.
    log : logging.Logger
        Where to say what was done.
    """

    def __init__(self, kernels: Any, *, policy: Policy, hold_timeout: float, log: Logger) -> None:
        self.policy = policy
        self.gate = Gate()
        self._kernels, self._hold_timeout, self._log = kernels, hold_timeout, log
        self._records: dict[str, Record] = {}
        self._context: zmq.asyncio.Context = make_context()

    # -- what happens to kernels -----------------------------------------------------------------------------------

    async def started(self, kernel_id: str) -> None:
        """Put the agent into a kernel that is new to this server."""
        if kernel_id in self._records or kernel_id not in self._kernels:
            return  # the second half of a restart
        record = self._records[kernel_id] = Record(kernel_id, self._kernels.get_kernel(kernel_id))
        record.python = await self._runs_python(record.manager)
        if not record.python:
            return
        self._hear_crashes(record)
        if self.policy.enabled:
            await self._begin(record, "start")
        else:
            record.paused = SWITCHED_OFF

    async def restarted(self, kernel_id: str) -> None:
        """Start the restore of a new incarnation, unless a held restart is about to do so."""
        record = self._records.get(kernel_id)
        if record is None:
            await self.started(kernel_id)
        elif record.python and (record.crashed or not record.holds):
            await self._new_incarnation(record)

    async def stopped(self, kernel_id: str) -> None:
        """Forget a kernel that has been shut down, and the diary with it."""
        record = self._records.get(kernel_id)
        # A restart's first half tells of a shutdown, too, but keeps the connection file.
        if record is not None and not (kernel_id in self._kernels and record.has_connection_file):
            del self._records[kernel_id]
            await self._hang_up(record)
            self._forget_diary(record)
            self.gate.open(kernel_id)

    async def hold(self, kernel_id: str, restart: Callable[[], Awaitable[Any]]) -> Any:
        """Carry out a restart and return when the agent has acknowledged, or after the time-out; never fail for it."""
        record = self._records.get(kernel_id)
        if record is None or not record.python or record.off:
            return await restart()
        record.holds += 1
        self.gate.close(kernel_id, 2 * self._hold_timeout)
        try:
            answer = await restart()
            conversation = await self._new_incarnation(record)
            if conversation is not None:
                await asyncio.wait({conversation.acknowledged}, timeout=self._hold_timeout)
            return answer
        finally:
            record.holds -= 1
            if not record.holds:
                self.gate.open(kernel_id)

    def _hear_crashes(self, record: Record) -> None:
        def crashed() -> None:
            record.crashed = True
            record.blame(time.monotonic())
            if not record.off:
                self.gate.close(record.kernel_id, self._hold_timeout)

        def died() -> None:
            record.dead = True
            self.gate.open(record.kernel_id)

        try:
            self._kernels.add_restart_callback(record.kernel_id, crashed, "restart")
            self._kernels.add_restart_callback(record.kernel_id, died, "dead")
        except Exception as error:  # no restarter: a gateway's, or automatic restarts are switched off
            self._log.debug("mpl-guard: crashes of kernel %s are not announced (%s)", record.kernel_id, error)

    # -- what clients ask for --------------------------------------------------------------------------------------

    def state(self, kernel_id: str) -> dict[str, Any]:
        """Return a kernel's plot state without talking to the kernel.

        Raises
        ------
        UnknownKernel
            There is no such kernel.
        """
        return self._record(kernel_id).state()

    def states(self) -> list[dict[str, Any]]:
        """Return the plot states of all kernels without talking to them."""
        return [self._record(kernel_id).state() for kernel_id in self._kernels.list_kernel_ids()]

    async def reinit(
        self, kernel_id: str, *, figures: str = "auto", backend: str | None = None, timeout: float = 10.0
    ) -> dict[str, Any]:
        """Join the restore that is under way, or start one, and return its outcome.

        Parameters
        ----------
        kernel_id : str
            Which kernel.
        figures : {"auto", "all", "none"}
            Which figures are to come back.
        backend : str, optional
            Short name of a backend to choose as well.
        timeout : float
            Seconds to wait; after them the status is ``pending`` and the work goes on when the kernel is idle.

        Raises
        ------
        UnknownKernel
            There is no such kernel.
        KernelUnusable
            It is dead or does not run Python.
        """
        record = self._record(kernel_id)
        if not record.python:
            raise KernelUnusable("This kernel does not run Python, so there are no Matplotlib settings to restore.")
        if record.dead or not await ensure_async(record.manager.is_alive()):
            if not record.crashed:
                raise KernelUnusable(DEAD)
        if record.paused and record.paused != BY_CRASHES:
            return record.state()
        deadline = time.monotonic() + timeout
        request = {"action": "reinit", "figures": figures, "backend": backend}
        current = record.conversation
        if current is not None and current.under_way:
            await asyncio.wait({current.outcome}, timeout=timeout)
            if backend is None or current.under_way:
                return self._told(record, current, request)
        current = await self._converse(record, request)
        await asyncio.wait({current.outcome}, timeout=max(0.0, deadline - time.monotonic()))
        if not current.outcome.cancelled() and current.outcome.done() and isinstance(current.outcome.exception(), AgentAbsent):
            # An incarnation that nobody announced: a gateway's own automatic restart.
            record.crashed = True
            fresh = await self._new_incarnation(record)
            if fresh is not None:
                current = fresh
                await asyncio.wait({current.outcome}, timeout=max(0.0, deadline - time.monotonic()))
        return self._told(record, current, request)

    async def pause(self, kernel_id: str, paused: bool) -> dict[str, Any]:
        """Switch the guard off or on for one kernel and return its plot state.

        Raises
        ------
        UnknownKernel
            There is no such kernel.
        """
        record = self._record(kernel_id)
        await self._set_paused(record, BY_USER if paused else "")
        return record.state()

    async def forget(self, kernel_id: str) -> None:
        """Remove a kernel's diary.

        Raises
        ------
        UnknownKernel
            There is no such kernel.
        """
        record = self._record(kernel_id)
        record.quick_crashes, record.restored_at = 0, None
        if record.python and not record.dead and not record.off:
            conversation = await self._converse(record, {"action": "forget"})
            await asyncio.wait({conversation.outcome}, timeout=1.0)
        self._forget_diary(record)

    async def set_policy(self, **changes: Any) -> Policy:
        """Change the policy and return the one in force.

        Parameters
        ----------
        **changes
            Any of the attributes of `Policy`.
        """
        was, self.policy = self.policy, replace(self.policy, **changes)
        if was.enabled != self.policy.enabled:
            for record in list(self._records.values()):
                if record.python and record.paused in ("", SWITCHED_OFF):
                    await self._set_paused(record, "" if self.policy.enabled else SWITCHED_OFF)
        return self.policy

    async def close(self) -> None:
        """End all conversations."""
        for record in self._records.values():
            await self._hang_up(record)
            self.gate.open(record.kernel_id)
        self._records.clear()
        self._context.destroy(linger=0)

    # -- conversations ---------------------------------------------------------------------------------------------

    async def _new_incarnation(self, record: Record) -> Conversation | None:
        trigger = "crash" if record.crashed else "restart"
        record.crashed = record.dead = False
        record.incarnation += 1
        record.answered = None
        if record.off:
            await self._hang_up(record)
            return None
        return await self._begin(record, trigger)

    async def _begin(self, record: Record, trigger: str) -> Conversation:
        """Install the agent in a kernel's present incarnation and have it restore."""
        self._log.debug("mpl-guard: installing the agent in kernel %s (%s)", record.kernel_id, trigger)
        if trigger == "restart":
            record.quick_crashes = 0
        request = {
            "action": "begin",
            "trigger": "manual" if trigger == "start" else trigger,
            "incarnation": record.incarnation,
            "paused": record.paused,
        }
        conversation = await self._converse(record, request, install=True)
        conversation.acknowledged.add_done_callback(lambda _: self._let_cells_in(record, conversation))
        return conversation

    def _let_cells_in(self, record: Record, conversation: Conversation) -> None:
        if record.conversation is conversation and not record.holds:
            self.gate.open(record.kernel_id)

    async def _converse(self, record: Record, request: dict[str, Any], *, install: bool = False) -> Conversation:
        await self._hang_up(record)
        self._log.debug("mpl-guard: asking the agent of kernel %s: %s", record.kernel_id, request)
        conversation = record.conversation = Conversation(record.manager, self._context, request, install=install)
        for future in (conversation.acknowledged, conversation.outcome):
            future.add_done_callback(lambda future: self._heard(record, conversation, future))
        return conversation

    def _heard(self, record: Record, conversation: Conversation, future: asyncio.Future[dict[str, Any]]) -> None:
        if future.cancelled() or record.conversation is not conversation:
            return
        error = future.exception()
        if error is None:
            record.answered, record.error = future.result(), ""
            record.incarnation = max(record.incarnation, record.answered.get("incarnation", 0))
            if record.answered.get("last_restore"):
                record.restored_at = time.monotonic()
        elif not isinstance(error, AgentAbsent):
            record.error = f"Plotting settings are not guarded in this kernel ({error})."
            self._log.warning("mpl-guard: kernel %s: %s", record.kernel_id, error)

    async def _hang_up(self, record: Record) -> None:
        conversation, record.conversation = record.conversation, None
        if conversation is not None:
            await conversation.close()

    def _told(self, record: Record, conversation: Conversation, request: dict[str, Any]) -> dict[str, Any]:
        state = record.state()
        if conversation.under_way and record.conversation is conversation:
            return state | {
                "status": "pending",
                "message": "The kernel is busy; its plotting settings come back when it is idle.",
            }
        return state

    async def _set_paused(self, record: Record, paused: str) -> None:
        was_off, record.paused = record.off, paused
        if not paused:
            record.quick_crashes = 0
        if not record.python or record.dead:
            return
        conversation = await self._converse(record, {"action": "pause", "paused": bool(paused), "message": paused})
        await asyncio.wait({conversation.outcome}, timeout=1.0)
        absent = conversation.outcome.done() and not conversation.outcome.cancelled() and isinstance(
            conversation.outcome.exception(), AgentAbsent
        )
        if absent and was_off and not paused:
            begun = await self._begin(record, "manual")
            await asyncio.wait({begun.acknowledged}, timeout=1.0)

    # -- records ---------------------------------------------------------------------------------------------------

    def _record(self, kernel_id: str) -> Record:
        if kernel_id not in self._kernels:
            raise UnknownKernel(kernel_id)
        if kernel_id not in self._records:  # its start has not been told yet
            return Record(kernel_id, self._kernels.get_kernel(kernel_id))
        return self._records[kernel_id]

    async def _runs_python(self, manager: Any) -> bool:
        try:
            spec = await ensure_async(manager.kernel_spec_manager.get_kernel_spec(manager.kernel_name))
            return (spec.language or "").lower() == "python"
        except Exception as error:
            self._log.debug("mpl-guard: no kernel specification for %s (%s)", manager.kernel_name, error)
            return False

    def _forget_diary(self, record: Record) -> None:
        try:
            if record.diary is not None:
                record.diary.remove()
        except OSError as error:
            self._log.warning("mpl-guard: the diary of kernel %s could not be removed: %s", record.kernel_id, error)
