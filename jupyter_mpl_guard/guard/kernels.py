"""The kernels under guard, from their start to their end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from logging import Logger
from typing import Any

from jupyter_core.utils import ensure_async

from .. import internals, messages
from ..agent_client.channels import make_context
from ..agent_client.request import AgentRequest
from ..archive.archiver import Archiver
from ..archive.disk.places import DiaryPlaces
from ..method_wrapping import argument
from .gate import Gate
from .gateway.diaries import GatewayDiaries
from .kernel import GuardedKernel
from .pause import PauseReason
from .phase import KernelPhase
from .policy import DataPolicy, DiaryOrigin, FigureLimits, FirstRequests, Policy
from .refusals import UnknownKernel


class GuardedKernels:
    """Follow the server's kernels: start an agent in each of their incarnations, and hold their restarts.

    Parameters
    ----------
    manager : jupyter_client.multikernelmanager.MultiKernelManager
        The server's kernel manager, or a gateway's.
    policy : Policy
        The policy until another one is set.
    hold_timeout : float
        Seconds that a restart's answer waits at most for the agent.
    limits : FigureLimits
        How much of figures is saved.
    data_limits : DataPolicy
        How much data is saved.
    archiver : Archiver
        What becomes of the diaries of kernels that end.
    places : DiaryPlaces
        Where they are while kernels live.
    log : logging.Logger
        Where to log what was done.

    Attributes
    ----------
    gate : Gate
        Where clients' messages wait.
    """

    def __init__(
        self,
        manager: Any,
        *,
        policy: Policy,
        hold_timeout: float,
        limits: FigureLimits,
        data_limits: DataPolicy,
        archiver: Archiver,
        places: DiaryPlaces,
        log: Logger,
    ) -> None:
        self.gate = Gate()
        self._manager = manager
        self._hold_timeout = hold_timeout
        self._archiver = archiver
        self._places = places
        self._gateway = GatewayDiaries(manager, archiver.gateway, places, log)
        self._first_requests = FirstRequests(policy, limits, data_limits, self._gateway)
        self._log = log
        self._kernels: dict[str, GuardedKernel] = {}
        self._endings: set[asyncio.Task[None]] = set()
        self._context = make_context()

    def __iter__(self) -> Iterator[GuardedKernel]:
        return iter(tuple(self._kernels.values()))

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._first_requests.policy

    def set_policy(self, policy: Policy) -> None:
        """Apply a policy from the next incarnation of each kernel on."""
        self._first_requests.set_policy(policy)

    def ids(self) -> list[str]:
        """Return the ids of the server's kernels."""
        return self._manager.list_kernel_ids()

    def is_idle(self, kernel_id: str) -> bool:
        """Return whether a kernel reports that it is idle."""
        try:
            return bool(self._manager.kernel_model(kernel_id)["execution_state"] == "idle")
        except Exception:  # the manager of a gateway may not know
            return False

    def known(self, kernel_id: str) -> GuardedKernel | None:
        """Return a kernel whose start has been announced, None where there is none."""
        return self._kernels.get(kernel_id)

    def peek(self, kernel_id: str) -> GuardedKernel:
        """Return a kernel as far as it is known.

        Raises
        ------
        UnknownKernel
            There is no such kernel.
        """
        if kernel_id not in self._manager:
            raise UnknownKernel(kernel_id)
        # A kernel whose start has not been announced yet has nothing to show.
        return self._kernels.get(kernel_id) or self._new_kernel(kernel_id)

    async def get(self, kernel_id: str, *, starting: bool = False) -> GuardedKernel:
        """Return a kernel when its agent has been sent.

        Parameters
        ----------
        starting : bool
            Whether to return also a kernel whose agent waits for what its notebook's last kernel has left.

        Raises
        ------
        UnknownKernel
            There is no such kernel.
        """
        if not starting or kernel_id not in self._kernels:
            await self.started(kernel_id)
        if kernel_id not in self._kernels:
            raise UnknownKernel(kernel_id)
        kernel = self._kernels[kernel_id]
        while kernel.phase is KernelPhase.STARTING and not starting:
            await kernel.change()
        return kernel

    async def started(self, kernel_id: str) -> None:
        """Install the agent in a kernel that is new to this server."""
        if kernel_id in self._kernels or kernel_id not in self._manager:
            return  # the second half of a restart
        kernel = self._kernels[kernel_id] = self._new_kernel(kernel_id)
        start = kernel.start_job(self._start(kernel))  # which ends with the kernel, and with the server
        await asyncio.wait({start})
        if not start.cancelled():
            start.result()

    async def restarted(self, kernel_id: str) -> None:
        """Start the restore of a new incarnation, unless a held restart is about to do so."""
        kernel = self._kernels.get(kernel_id)
        if kernel is None:
            await self.started(kernel_id)
        elif kernel.begins_with_next_process:
            await kernel.new_incarnation()

    async def stopped(self, kernel_id: str) -> None:
        """Forget a kernel that has been shut down; its diary is archived for its notebook's next one."""
        kernel = self._kernels.get(kernel_id)
        if kernel is None:
            return
        # A restart's first half announces a shutdown, too, but keeps the connection file.
        if kernel_id in self._manager and kernel.files is not None and kernel.files.has_connection_file:
            return
        del self._kernels[kernel_id]
        ending = asyncio.create_task(self._end(kernel))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)
        await ending

    async def hold(self, kernel_id: str, restart: Callable[[], Awaitable[Any]]) -> Any:
        """Carry out a restart and return when the agent has acknowledged, or after the time limit; never fail for it.

        Restarts of one kernel follow one another: jupyter_server fails where they overlap, and the next process gets
        the message that was to shut down one that did not listen yet.
        """
        kernel = self._kernels.get(kernel_id)
        if kernel is None or not kernel.is_guarded:
            return await restart()
        with kernel.held_restart():
            async with kernel.restart_lock:
                answer = await restart()
                try:
                    if await kernel.new_incarnation() is not None:
                        await kernel.wait_until_begun(self._hold_timeout)
                except Exception:
                    self._log.exception(messages.LOG_RESTORE_NOT_STARTED, kernel_id)
            return answer

    async def shut_down(self, shutdown_kernel: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Shut down a kernel; one behind a gateway first removes what could not be archived there."""
        restarts = argument(2, "restart", args, kwargs)
        kernel = self._kernels.get(argument(0, "kernel_id", args, kwargs))
        if kernel is not None and not restarts:
            await self._clear_on_gateway(kernel)
        return await ensure_async(shutdown_kernel(*args, **kwargs))

    async def close(self) -> None:
        """End all requests; `ended` follows when the kernels, which end with the server, have ended."""
        await asyncio.gather(*map(self._clear_on_gateway, self))
        for kernel in self:
            await kernel.close()
            if kernel.files is not None:
                self._archiver.seal(kernel.files)
        await self.gate.shut()
        self._context.destroy(linger=0)

    async def ended(self) -> None:
        """Archive the diaries of all kernels that have ended, and wait until that is done."""
        for kernel_id in [each for each in self._kernels if each not in self._manager]:
            await self.stopped(kernel_id)
        await asyncio.gather(*self._endings, return_exceptions=True)

    async def _start(self, kernel: GuardedKernel) -> None:
        is_python = True
        try:
            is_python = await self._runs_python(kernel.manager)
            if is_python:
                self._listen_for_crashes(kernel)
                async with kernel.restart_lock:
                    await self._begin_first(kernel)
                if kernel.is_guarded and kernel.files is not None:
                    self._archiver.own(kernel.files)
        finally:
            kernel.note_start(is_python=is_python)

    async def _begin_first(self, kernel: GuardedKernel) -> None:
        """Begin a kernel's first incarnation with what its notebook's last kernel has left."""
        kernel.close_gate(starts=True)
        for other in [each for each in self if each.phase is KernelPhase.DEAD]:
            await self.stopped(other.kernel_id)  # given up by its restarter: nothing announces its end
        archived = await self._archiver.restore_into(kernel.kernel_id, kernel.files, lambda: kernel.is_guarded)
        if not archived and not internals.is_gateways(kernel.manager):
            kernel.open_gate()  # a kernel on this machine gets messages in order of sending; a gateway mixes clients
        if kernel.incarnation == 1:  # not restarted meanwhile
            is_gateways = internals.is_gateways(kernel.manager)  # what it finds there is its notebook's
            begun = await kernel.begin(DiaryOrigin.ARCHIVE if archived or is_gateways else DiaryOrigin.NEW)
            if begun is not None and is_gateways:
                begun.acknowledged.add_done_callback(lambda _: self._note_begun(kernel, begun))

    def _note_begun(self, kernel: GuardedKernel, begun: AgentRequest) -> None:
        if begun.has_begun and begun.error is None:
            kernel.start_job(self._gateway.begun(kernel.kernel_id))

    async def _clear_on_gateway(self, kernel: GuardedKernel) -> None:
        """Make a kernel behind a gateway remove its diary, see `GatewayDiaries.clear`."""
        if internals.is_gateways(kernel.manager) and kernel.was_sent_agent:
            await self._gateway.clear(kernel.kernel_id, kernel.ask, is_guarded=kernel.is_guarded)

    async def _end(self, kernel: GuardedKernel) -> None:
        with self._archiver.ending(kernel.kernel_id):
            await kernel.close()
            if kernel.files is not None:
                await self._archiver.archive(kernel.files, wanted=self.policy.enabled and kernel.is_guarded)
            else:
                await self._gateway.ended(kernel.kernel_id, wanted=self.policy.enabled and kernel.is_guarded)

    def _listen_for_crashes(self, kernel: GuardedKernel) -> None:
        def crashed() -> None:
            kernel.note_crash()
            if kernel.is_guarded:
                kernel.close_gate()

        def died() -> None:
            kernel.note_death()
            kernel.open_gate()

        try:
            self._manager.add_restart_callback(kernel.kernel_id, crashed, "restart")
            self._manager.add_restart_callback(kernel.kernel_id, died, "dead")
            if kernel.manager.autorestart:
                kernel.note_restarter()
        except Exception as error:  # no restarter: a gateway's
            self._log.debug("mpl-guard: crashes of kernel %s are not announced (%s)", kernel.kernel_id, error)

    def _new_kernel(self, kernel_id: str) -> GuardedKernel:
        manager = self._manager.get_kernel(kernel_id)
        return GuardedKernel(
            kernel_id,
            manager,
            pause=None if self.policy.enabled else PauseReason.SWITCHED_OFF,
            context=self._context,
            gate=self.gate,
            first_requests=self._first_requests,
            place=self._places.of(manager),
            hold_timeout=self._hold_timeout,
            log=self._log,
        )

    async def _runs_python(self, manager: Any) -> bool:
        try:
            spec = await ensure_async(manager.kernel_spec_manager.get_kernel_spec(manager.kernel_name))
            return (spec.language or "").lower() == "python"
        except Exception as error:
            self._log.debug("mpl-guard: no kernel specification for %s (%s)", manager.kernel_name, error)
            return False
