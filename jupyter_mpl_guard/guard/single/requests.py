"""Requests that concern one figure of one kernel: they wait for the kernel, but for no other request."""

from __future__ import annotations

import asyncio
from typing import Any

from ... import messages
from ...agent.protocol import Outcome
from ...agent_client.actions import Close, OnFigure
from ...agent_client.client import AgentAbsent, AgentFailed
from ..kernel import GuardedKernel
from ..kernels import GuardedKernels
from ..phase import KernelPhase
from ..restore_request import KernelUnusable, refusal_of

BUSY_SECONDS = 10.0
"""Seconds that a request waits for a busy kernel."""


class UnknownFigure(KeyError):
    """A kernel has no figure of this id, alive or offered."""


class KernelBusy(RuntimeError):
    """A kernel has not answered in time; the text is a sentence for the user."""


class FigureRequests:
    """Have the agents of kernels do something with single figures.

    Parameters
    ----------
    kernels : GuardedKernels
        The kernels under guard.
    """

    def __init__(self, kernels: GuardedKernels) -> None:
        self._kernels = kernels

    async def close(self, kernel_id: str, figure: str, *, timeout: float = BUSY_SECONDS) -> dict[str, Any]:
        """Close a figure that is alive, dismiss one that is offered, and return the plot state after it.

        Parameters
        ----------
        kernel_id : str
            Which kernel.
        figure : str
            Which figure.
        timeout : float
            Seconds to wait; after them the status is ``pending``, and it happens when the kernel is idle.

        Raises
        ------
        UnknownKernel, UnknownFigure
            There is no such kernel, or it has no such figure.
        KernelUnusable
            It is dead or does not run Python, or the figure cannot be closed.
        """
        kernel = await self._kernels.get(kernel_id)
        try:
            await self._ask(kernel, Close(figure), timeout)
        except KernelBusy as busy:
            return kernel.state() | {"status": "pending", "message": str(busy)}
        return kernel.state()

    async def _ask(self, kernel: GuardedKernel, action: OnFigure, timeout: float) -> Outcome:
        """Return the outcome of a request, which has not been refused.

        Raises
        ------
        UnknownFigure
            There is no such figure.
        KernelUnusable
            The kernel cannot do it.
        KernelBusy
            It does it later.
        """
        if refusal := refusal_of(kernel.phase):
            raise KernelUnusable(refusal)
        asking = kernel.start_job(kernel.agent.ask_about_figure(action))
        try:
            outcome = await asyncio.wait_for(asking, timeout)
        except asyncio.TimeoutError as error:
            raise KernelBusy(messages.FIGURE_BUSY) from error
        except AgentAbsent as error:
            raise KernelUnusable(messages.NO_AGENT) from error
        except AgentFailed as error:
            raise KernelUnusable(
                refusal_of(KernelPhase.UNSUPPORTED) if kernel.agent.is_impossible else str(error)
            ) from error
        if not outcome.found:
            raise UnknownFigure(action.figure)
        if outcome.refusal:
            raise KernelUnusable(outcome.refusal)
        return outcome
