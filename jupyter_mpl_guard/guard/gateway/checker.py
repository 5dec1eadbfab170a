"""Find out what has become of kernels behind a gateway, where nothing announces a crash.

A kernel is checked when a client connects to it or asks for its state, and when a connection tells that its process
has died: never in between, and never while it is busy. A gateway that does not answer does not block its clients.
"""

from __future__ import annotations

import asyncio
from logging import Logger
from typing import Any
from weakref import WeakKeyDictionary

from ... import internals
from ...agent.protocol import GetState
from ..kernel import GuardedKernel
from ..phase import KernelPhase

CHECK_SECONDS = 2.0
"""Maximum seconds that a call waits for a check, which continues after them: the next call gets its result."""


class GatewayChecker:
    """Check kernels behind a gateway.

    Parameters
    ----------
    log : logging.Logger
        Where to log what could not be found out.
    """

    def __init__(self, log: Logger) -> None:
        self._log = log
        self._checks: dict[str, asyncio.Task[None]] = {}
        self._seen: WeakKeyDictionary[GuardedKernel, Any] = WeakKeyDictionary()

    async def check(self, kernel: GuardedKernel) -> None:
        """Check a kernel, and return when its state is known, or after a while."""
        if self.can_check(kernel):
            await asyncio.wait({self.start(kernel)}, timeout=CHECK_SECONDS)

    def can_check(self, kernel: GuardedKernel) -> bool:
        """Return whether a kernel is behind a gateway, and nothing under way will show its state."""
        is_elsewhere = kernel.files is None and internals.is_gateways(kernel.manager)
        is_running = kernel.phase is KernelPhase.RUNNING and not kernel.held_restarts
        is_quiet = is_running and kernel.request_under_way is None
        return is_elsewhere and kernel.is_guarded and is_quiet and kernel.was_sent_agent

    def hold_cells(self, kernel: GuardedKernel) -> None:
        """Hold the cells of a client that connects for a check; `start` releases them at its end."""
        if self.can_check(kernel):
            kernel.close_gate()

    def start(self, kernel: GuardedKernel, *, has_died: bool = False) -> asyncio.Task[None]:
        """Check a kernel; join the check that is under way.

        Parameters
        ----------
        has_died : bool
            Whether its process is known to have died.
        """
        check = self._checks.get(kernel.kernel_id)
        if check is None:
            check = self._checks[kernel.kernel_id] = kernel.start_job(self._check(kernel, has_died))
            check.add_done_callback(lambda _: self._checks.pop(kernel.kernel_id, None))
        return check

    async def _check(self, kernel: GuardedKernel, has_died: bool) -> None:
        try:
            if has_died or await self._has_news(kernel):
                await self._ask(kernel)
                await self._has_news(kernel)  # the question itself is none
        except Exception as error:  # whatever a gateway has to say
            self._log.debug("mpl-guard: kernel %s could not be checked (%s)", kernel.kernel_id, error)
        finally:
            if kernel.phase is KernelPhase.RUNNING and not kernel.has_to_acknowledge:
                kernel.open_gate()

    async def _ask(self, kernel: GuardedKernel) -> None:
        request = await kernel.ask(GetState())
        await asyncio.wait({request.acknowledged})
        if kernel.is_last(request) and request.found_no_agent:
            begun = await kernel.begin_after_unseen_crash()
            if begun is not None:
                await asyncio.wait({begun.acknowledged})

    async def _has_news(self, kernel: GuardedKernel) -> bool:
        """Return whether something has happened in a kernel that is idle since it was checked last."""
        model = await internals.gateway_model(kernel.manager)
        seen, self._seen[kernel] = self._seen.get(kernel), model
        if model is None or model.state == "busy":
            self._seen.pop(kernel)
            return False
        return model != seen
