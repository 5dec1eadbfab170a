"""Requests that concern one figure of one kernel: they wait for the kernel, but for no other request."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from typing import Any

from ... import messages
from ...agent.protocol import Close, Export, FigureOutcome, OnFigure, Picture
from ...agent.storage.diary import DiaryError
from ...agent.storage.disk.pictures import PICTURE_BYTES, is_picture, name_of
from ...agent_client.client import AgentAbsent, AgentFailed
from ..kernel import GuardedKernel
from ..kernels import GuardedKernels
from ..phase import KernelPhase
from ..refusals import KernelBusy, KernelUnusable, UnknownFigure, UnknownKernel, refusal_of
from ..shown_state import figure_ids, pending

BUSY_SECONDS = 10.0
"""Seconds that a request waits for a busy kernel."""


DRAW_SECONDS = 2.0
"""Seconds to wait for a small picture of an idle kernel; it is kept also when it comes later."""


def _kept_picture(kernel: GuardedKernel, figure: str) -> bytes | None:
    """Return the picture in a kernel's diary, None where there is none that can be shown."""
    try:
        diary = kernel.diary
        data = None if diary is None else diary.read_bytes(name_of(figure), PICTURE_BYTES)
    except DiaryError:
        return None
    return data if is_picture(data) else None


class FigureRequests:
    """Send the agents of kernels requests that concern single figures.

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
        figure : str
            Its id in the plot state.
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
            return pending(kernel.state(), str(busy))
        return kernel.state()

    async def picture(self, kernel_id: str, figure: str, *, draw: bool = False) -> bytes | None:
        """Return the picture that is kept of a figure, None where there is none.

        Parameters
        ----------
        figure : str
            Its id in the plot state.
        draw : bool
            Whether an idle kernel may draw one where there is none; a busy one is not asked.

        Raises
        ------
        UnknownKernel
            There is no such kernel.
        """
        kernel = self._kernels.peek(kernel_id)
        kept = _kept_picture(kernel, figure)
        if kept is not None or not draw or not self._kernels.is_idle(kernel_id):
            return kept
        if kernel.phase is not KernelPhase.RUNNING or not kernel.was_sent_agent:
            return None
        try:
            data = b64decode((await self._ask(kernel, Picture(figure), DRAW_SECONDS)).data)
        except (UnknownFigure, KernelUnusable, KernelBusy):
            return None
        return data if is_picture(data) else None

    async def export(
        self,
        kernel_id: str,
        figure: str,
        *,
        format: str,
        dpi: float | None = None,
        transparent: bool | None = None,
        timeout: float = BUSY_SECONDS,
    ) -> bytes:
        """Return what `Figure.savefig` writes of a figure that is alive or offered.

        Parameters
        ----------
        figure : str
            Its id in the plot state.
        format, dpi, transparent
            See `actions.Export`.
        timeout : float
            Seconds to wait for a busy kernel.

        Raises
        ------
        UnknownKernel, UnknownFigure
            There is no such kernel, or it has no such figure.
        KernelUnusable
            It is dead or does not run Python, or the figure cannot be loaded or drawn.
        KernelBusy
            It is busy for longer than that.
        """
        kernel = await self._kernels.get(kernel_id)
        try:
            outcome = await self._ask(kernel, Export(figure, format, dpi, transparent), timeout)
        except UnknownFigure as error:
            if figure in figure_ids(kernel.state()):
                raise KernelUnusable(messages.NOT_THERE_YET) from error
            raise
        return b64decode(outcome.data)

    async def _ask(self, kernel: GuardedKernel, action: OnFigure, timeout: float) -> FigureOutcome:
        """Return the outcome of a request, which has not been refused.

        Raises
        ------
        UnknownKernel
            The kernel has ended meanwhile.
        UnknownFigure
            There is no such figure.
        KernelUnusable
            The kernel cannot do it.
        KernelBusy
            It does it later.
        """
        if refusal := refusal_of(kernel.phase):
            raise KernelUnusable(refusal)
        asking = kernel.start_job(kernel.ask_about_figure(action))
        try:
            await asyncio.wait([asking], timeout=timeout)
            if not asking.done():
                raise KernelBusy(messages.FIGURE_BUSY)
            if asking.cancelled():  # it ends with the kernel
                raise UnknownKernel(kernel.kernel_id)
            outcome = asking.result()
        except AgentAbsent as error:
            raise KernelUnusable(messages.NO_AGENT) from error
        except AgentFailed as error:
            is_impossible = kernel.phase is KernelPhase.UNSUPPORTED
            raise KernelUnusable(refusal_of(kernel.phase) if is_impossible else str(error)) from error
        finally:
            asking.cancel()
        if not outcome.found:
            raise UnknownFigure(action.figure)
        if outcome.refusal:
            raise KernelUnusable(outcome.refusal)
        return outcome
