"""A client's request for a restore: it joins what is under way, or waits for its turn and is carried out."""

from __future__ import annotations

import asyncio

from jupyter_core.utils import ensure_async

from .. import messages
from ..agent_client.actions import Reinit
from .kernel import GuardedKernel
from .phase import KernelPhase


class KernelUnusable(RuntimeError):
    """The kernel is dead or does not run Python; the text is a sentence for the user."""


async def in_turn(kernel: GuardedKernel, reinit: Reinit, earlier: tuple[asyncio.Task[None], ...]) -> None:
    """Carry out a request after those that came before it; one that asks for nothing else joins them.

    Raises
    ------
    KernelUnusable
        When its turn has come, the kernel is dead or does not run Python.
    """
    if earlier:
        await asyncio.wait(earlier)
    if not earlier or not reinit.joins or earlier[-1].exception() is not None:
        await _carry_out(kernel, reinit)


async def _carry_out(kernel: GuardedKernel, reinit: Reinit) -> None:
    """Carry out a request in whichever incarnation is the present one when its turn comes."""
    while True:
        if refusal := _refusal(kernel.phase):
            raise KernelUnusable(refusal)
        request = kernel.agent.request
        if request is not None and request.under_way:
            await kernel.change()
            has_ended = kernel.agent.request is request and request.outcome.done() and request.restores
            # Where the diary is on another machine, cells may have run since the answer: the kernel is asked again.
            joins = reinit.joins and kernel.files is not None
            if has_ended and joins and not request.found_no_agent and not _refusal(kernel.phase):
                return
        elif kernel.phase.is_between_incarnations:
            await kernel.change()
        elif not await ensure_async(kernel.manager.is_alive()):
            if not kernel.is_watched:
                raise KernelUnusable(messages.DEAD)
            if not kernel.phase.is_between_incarnations:
                await kernel.change()
        else:
            request = await kernel.agent.ask(reinit)
            await asyncio.wait({request.outcome})
            if kernel.agent.request is not request or _refusal(kernel.phase):
                continue
            if not request.found_no_agent:
                return
            kernel.note_unannounced_crash()
            await kernel.new_incarnation()


def _refusal(phase: KernelPhase) -> str:
    """Return why a kernel in a phase cannot be used, "" where it can."""
    return {KernelPhase.DEAD: messages.DEAD, KernelPhase.UNSUPPORTED: messages.NOT_PYTHON}.get(phase, "")
