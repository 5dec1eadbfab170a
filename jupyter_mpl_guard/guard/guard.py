"""The guard: puts the agent into kernels and decides what is restored when."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from logging import Logger
from typing import Any

from jupyter_core.utils import ensure_async

from ..agent_client.client import make_context
from ..archive.archiver import Archiver
from . import restore_request
from .gate import Gate
from .kernel import BY_USER, SWITCHED_OFF, GuardedKernel
from .policy import Policy
from .restore_request import KernelUnusable

__all__ = ["Guard", "KernelUnusable", "Policy", "UnknownKernel"]

PENDING = {"status": "pending", "message": "The kernel is busy; its plotting settings come back when it is idle."}


class UnknownKernel(KeyError):
    """There is no kernel of this id."""


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
    limits : dict
        How much of figures is saved, see `agent.checkpoint.Limits`.
    succession : Archiver
        What becomes of the diaries of kernels that end.
    log : logging.Logger
        Where to say what was done.
    """

    def __init__(
        self,
        kernels: Any,
        *,
        policy: Policy,
        hold_timeout: float,
        limits: dict[str, float],
        succession: Archiver,
        log: Logger,
    ) -> None:
        self.policy, self._limits, self._succession = policy, limits, succession
        self.gate = Gate()
        self._kernels, self._hold_timeout, self._log = kernels, hold_timeout, log
        self._records: dict[str, GuardedKernel] = {}
        self._partings: dict[str, asyncio.Task[None]] = {}
        self._context = make_context()

    # -- what happens to kernels -----------------------------------------------------------------------------------

    async def started(self, kernel_id: str) -> None:
        """Put the agent into a kernel that is new to this server."""
        if kernel_id in self._records or kernel_id not in self._kernels:
            return  # the second half of a restart
        record = self._records[kernel_id] = self._new_record(kernel_id)
        try:
            record.python = await self._runs_python(record.manager)
            if record.python:
                self._hear_crashes(record)
                record.paused = "" if self.policy.enabled else SWITCHED_OFF
                async with record.restart:
                    await self._begin_first(record)
        finally:
            record.known.set()

    async def _begin_first(self, record: GuardedKernel) -> None:
        """Have a kernel's first incarnation begin, with what its notebook's last kernel has left."""
        self.gate.close(record.kernel_id, 3 * self._hold_timeout)
        for other in [each for each in self._records.values() if each.dead]:
            await self.stopped(other.kernel_id)  # given up by its restarter: nobody tells of its end
        inherited = await self._succession.inherit(record, self._partings)
        if not inherited:
            self.gate.open(record.kernel_id)
        if record.incarnation == 1 and not record.off:  # not restarted meanwhile
            await record.begin("restart" if inherited else "manual")

    async def restarted(self, kernel_id: str) -> None:
        """Start the restore of a new incarnation, unless a held restart is about to do so."""
        record = self._records.get(kernel_id)
        if record is None:
            await self.started(kernel_id)
        elif record.python and (record.crashed or not record.holds):
            await record.new_incarnation()

    async def stopped(self, kernel_id: str) -> None:
        """Forget a kernel that has been shut down; its diary is kept for its notebook's next one."""
        record = self._records.get(kernel_id)
        # A restart's first half tells of a shutdown, too, but keeps the connection file.
        if record is not None and not (kernel_id in self._kernels and record.has_connection_file):
            del self._records[kernel_id]
            parting = self._partings[kernel_id] = asyncio.create_task(self._part_with(record))
            parting.add_done_callback(lambda _: self._partings.pop(kernel_id))
            await parting

    async def _part_with(self, record: GuardedKernel) -> None:
        await record.close()
        await self._succession.bequeath(record, keep=self.policy.enabled and not record.off)

    async def hold(self, kernel_id: str, restart: Callable[[], Awaitable[Any]]) -> Any:
        """Carry out a restart and return when the agent has acknowledged, or after the time-out; never fail for it.

        Restarts of one kernel follow one another; jupyter_server itself fails where they overlap.
        """
        record = self._records.get(kernel_id)
        if record is None or not record.python or record.off:
            return await restart()
        record.holds += 1
        self.gate.close(kernel_id, 3 * self._hold_timeout)
        try:
            async with record.restart:
                answer = await restart()
                conversation = await record.new_incarnation()
                if conversation is not None and record.holds == 1:
                    await asyncio.wait({conversation.acknowledged}, timeout=self._hold_timeout)
            return answer
        finally:
            record.holds -= 1
            if not record.holds:
                self.gate.open(kernel_id)

    def _hear_crashes(self, record: GuardedKernel) -> None:
        def crashed() -> None:
            record.note_crash()
            if not record.off:
                self.gate.close(record.kernel_id, self._hold_timeout)

        def died() -> None:
            record.note_death()
            self.gate.open(record.kernel_id)

        try:
            self._kernels.add_restart_callback(record.kernel_id, crashed, "restart")
            self._kernels.add_restart_callback(record.kernel_id, died, "dead")
            record.announced = bool(record.manager.autorestart)
        except Exception as error:  # no restarter: a gateway's
            self._log.debug("mpl-guard: crashes of kernel %s are not announced (%s)", record.kernel_id, error)

    # -- what clients ask for --------------------------------------------------------------------------------------

    def state(self, kernel_id: str) -> dict[str, Any]:
        """Return a kernel's plot state without talking to the kernel.

        Raises
        ------
        UnknownKernel
            There is no such kernel.
        """
        if kernel_id not in self._kernels:
            raise UnknownKernel(kernel_id)
        # A kernel whose start has not been told yet has nothing to show.
        return (self._records.get(kernel_id) or self._new_record(kernel_id)).state()

    def states(self) -> list[dict[str, Any]]:
        """Return the plot states of all kernels without talking to them."""
        return [self.state(kernel_id) for kernel_id in self._kernels.list_kernel_ids()]

    async def reinit(
        self, kernel_id: str, *, figures: str = "auto", backend: str | None = None, timeout: float = 10.0
    ) -> dict[str, Any]:
        """Join the restore that is under way, or start one, and return its outcome.

        Parameters
        ----------
        kernel_id : str
            Which kernel.
        figures : {"auto", "all", "none"}
            Which figures are to come back: as the policy has it; those on offer too; none, which ends an offer.
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
        record = await self._record(kernel_id)
        if record.off:
            return record.state()
        request = {"action": "reinit", "figures": figures, "backend": backend}
        job = asyncio.create_task(restore_request.in_turn(record, request, tuple(record.jobs)))
        record.jobs.append(job)
        job.add_done_callback(record.jobs.remove)
        done, _ = await asyncio.wait({job}, timeout=timeout)
        if job in done and not job.cancelled():
            job.result()
        return record.state() if done else record.state() | PENDING

    async def pause(self, kernel_id: str, paused: bool) -> dict[str, Any]:
        """Switch the guard off or on for one kernel and return its plot state.

        Raises
        ------
        UnknownKernel
            There is no such kernel.
        """
        record = await self._record(kernel_id)
        await self._set_paused(record, BY_USER if paused else "")
        return record.state()

    async def forget(self, kernel_id: str) -> None:
        """Remove a kernel's diary, and what is kept for its notebook.

        Raises
        ------
        UnknownKernel
            There is no such kernel.
        """
        record = await self._record(kernel_id)
        record.forgive()
        if record.python and not record.dead:
            # Paused or not: the agent must not take for saved what is not.
            conversation = await record.converse({"action": "forget"})
            await asyncio.wait({conversation.outcome}, timeout=1.0)
        record.forget()
        await self._succession.forget(record)

    async def set_policy(self, **changes: Any) -> Policy:
        """Change the policy and return the one in force.

        Parameters
        ----------
        **changes
            Any of the attributes of `Policy`.
        """
        was, self.policy = self.policy, replace(self.policy, **changes)
        if was.enabled != self.policy.enabled:
            reason = "" if self.policy.enabled else SWITCHED_OFF
            concerned = [record for record in self._records.values() if record.paused in ("", SWITCHED_OFF)]
            await asyncio.gather(*(self._set_paused(record, reason) for record in concerned))
        return self.policy

    async def close(self) -> None:
        """End all conversations; `ended` comes when the kernels, which end with the server, have done so."""
        for record in self._records.values():
            await record.close()
            self._succession.seal(record)
        self._context.destroy(linger=0)

    async def ended(self) -> None:
        """Part with all kernels that have ended, and wait until that is done."""
        for kernel_id in [each for each in self._records if each not in self._kernels]:
            await self.stopped(kernel_id)
        await asyncio.gather(*self._partings.values(), return_exceptions=True)

    async def _set_paused(self, record: GuardedKernel, paused: str) -> None:
        was_off, record.paused = record.off, paused
        if not paused:
            record.forgive()
            self._succession.label(record)
        if not record.python or record.dead or record.between_lives:
            return
        conversation = await record.converse({"action": "pause", "paused": bool(paused), "message": paused})
        await asyncio.wait({conversation.outcome}, timeout=1.0)
        if was_off and not paused and restore_request.is_absent(conversation):
            begun = await record.begin("manual")
            await asyncio.wait({begun.acknowledged}, timeout=1.0)

    # -- records ---------------------------------------------------------------------------------------------------

    async def _record(self, kernel_id: str) -> GuardedKernel:
        await self.started(kernel_id)
        if kernel_id not in self._records:
            raise UnknownKernel(kernel_id)
        await self._records[kernel_id].known.wait()
        return self._records[kernel_id]

    def _new_record(self, kernel_id: str) -> GuardedKernel:
        def terms() -> dict[str, Any]:
            return {"figures": self.policy.figures, "limits": self._limits}

        return GuardedKernel(kernel_id, self._kernels.get_kernel(kernel_id), self._context, self.gate, terms, self._log)

    async def _runs_python(self, manager: Any) -> bool:
        try:
            spec = await ensure_async(manager.kernel_spec_manager.get_kernel_spec(manager.kernel_name))
            return (spec.language or "").lower() == "python"
        except Exception as error:
            self._log.debug("mpl-guard: no kernel specification for %s (%s)", manager.kernel_name, error)
            return False
