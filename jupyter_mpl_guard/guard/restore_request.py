"""A request for a restore: it joins what is under way, or waits for its turn and is carried out."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyter_core.utils import ensure_async

from ..agent_client.client import AgentAbsent
from .kernel import DEAD, GuardedKernel

NOT_PYTHON = "This kernel does not run Python under ipykernel, so there are no Matplotlib settings to restore."


class KernelUnusable(RuntimeError):
    """The kernel is dead or does not run Python; the text is a sentence for the user."""


async def in_turn(record: GuardedKernel, request: dict[str, Any], earlier: tuple[asyncio.Task[None], ...]) -> None:
    """Have a request carried out after those that came before it; one that asks for nothing else joins them."""
    if earlier:
        await asyncio.wait(earlier)
    if not earlier or not _joins(request) or earlier[-1].exception() is not None:
        await _carry_out(record, request)


async def _carry_out(record: GuardedKernel, request: dict[str, Any]) -> None:
    """Have a request carried out in whichever incarnation is the present one when its turn comes."""
    while True:
        if record.dead:
            raise KernelUnusable(DEAD)
        if not record.python:
            raise KernelUnusable(NOT_PYTHON)
        conversation = record.conversation
        if conversation is not None and conversation.under_way:
            await record.news()
            ended = record.conversation is conversation and conversation.outcome.done()
            ended = ended and conversation.request["action"] in ("begin", "reinit")
            if ended and record.python and _joins(request) and not is_absent(conversation):
                return
        elif record.between_lives:
            await record.news()
        elif not await ensure_async(record.manager.is_alive()):
            if not record.announced:
                raise KernelUnusable(DEAD)
            if not record.between_lives:
                await record.news()
        else:
            conversation = await record.converse(request)
            await asyncio.wait({conversation.outcome})
            if record.conversation is not conversation or not record.python:
                continue
            if not is_absent(conversation):
                return
            # An incarnation that nobody announced: a gateway's own automatic restart.
            record.crashed = True
            await record.new_incarnation()


def _joins(request: dict[str, Any]) -> bool:
    """Tell whether a request asks for nothing but the restore that is under way."""
    return request["backend"] is None and request["figures"] == "auto"


def is_absent(conversation: Any) -> bool:
    """Tell whether a conversation has ended because there was no agent in the kernel."""
    outcome = conversation.outcome
    return outcome.done() and not outcome.cancelled() and isinstance(outcome.exception(), AgentAbsent)
