"""Diaries of kernels behind a gateway: agents are told how to sign them, and remove those that are not needed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Container
from logging import Logger
from typing import Any

from ... import internals
from ...agent.protocol import Begin, Forget, Request
from ...agent.protocol.gateway import GatewayKernel
from ...agent_client.request import AgentRequest
from ...archive.disk.places import DiaryPlaces
from ...archive.gateway.archiver import GatewayArchiver

CLEAR_SECONDS = 1.0
"""Seconds that the shutdown of a kernel waits at most until it has removed its diary."""


class GatewayDiaries:
    """Send agents behind a gateway what they need to know, and make them do what this server cannot do there.

    Parameters
    ----------
    alive : container of str
        The ids of the kernels that live.
    archiver : GatewayArchiver
        Knows how they sign.
    places : DiaryPlaces
        Knows which folder was chosen for diaries.
    log : logging.Logger
        Where to log what could not be done.
    """

    def __init__(self, alive: Container[str], archiver: GatewayArchiver, places: DiaryPlaces, log: Logger) -> None:
        self._alive = alive
        self._archiver = archiver
        self._places = places
        self._log = log

    async def complete(self, begin: Begin, kernel_id: str, manager: Any) -> Begin:
        """Return the first request to an agent, with how it signs where it is behind a gateway."""
        if not internals.is_gateways(manager):
            return begin
        found = await self._archiver.begins(kernel_id, manager.kernel_name)
        if found is None:
            return begin
        former = found.former if found.former not in self._alive else ""
        days, limit = self._archiver.bounds
        gateway = GatewayKernel(kernel_id, found.name, found.key, former, self._places.configured, days, limit)
        return begin._replace(gateway=gateway)

    async def begun(self, kernel_id: str) -> None:
        """Record how a kernel signs, when its agent has begun and has taken over what there was."""
        await self._archiver.note(kernel_id)

    async def clear(
        self, kernel_id: str, ask: Callable[[Request], Awaitable[AgentRequest]], *, is_guarded: bool
    ) -> None:
        """Make the agent of a kernel remove its diary, if it is not busy and the diary is not its successor's.

        Where it is busy, the next agent that begins there cleans up.

        Parameters
        ----------
        kernel_id : str
            The id of a kernel behind a gateway.
        ask : callable
            `GuardedKernel.ask`, without its kernel: that imports this module.
        is_guarded : bool
            Whether the kernel is one whose plots are kept.
        """
        if is_guarded and await self._archiver.has_successor(kernel_id):
            return
        try:
            request = await ask(Forget())
            await asyncio.wait({request.outcome}, timeout=CLEAR_SECONDS)
        except Exception as error:
            self._log.debug("mpl-guard: the diary of kernel %s stays on its gateway (%s)", kernel_id, error)

    async def ended(self, kernel_id: str, *, wanted: bool) -> None:
        """Record that a kernel has ended, see `GatewayArchiver.ended`."""
        await self._archiver.ended(kernel_id, wanted=wanted)
