"""Questions to idle kernels: what is wrong with plotting there, which backends there are, and settings as code."""

from __future__ import annotations

import asyncio
from typing import Any

from ... import internals, messages
from ...agent.protocol import Diagnose, ListBackends, Question, WriteCode
from ...agent.settings.code import choices, lines_for
from ...agent.storage import settings_record
from ...agent.storage.diary import DIAGNOSIS, DiaryError
from ...agent_client.client import AgentAbsent, AgentFailed
from ...server_checks.check import kept_checks, ok, problem
from ...server_checks.notebooks import one_notebook
from ...server_checks.page import page_checks
from ..kernel import GuardedKernel
from ..kernels import GuardedKernels
from ..phase import KernelPhase
from ..refusals import KernelBusy, KernelUnusable, refusal_of

CODE_SECONDS = 1.0
"""Seconds that an idle kernel may take to write code; the server writes it then."""

DIAGNOSIS_SECONDS = 30.0
"""Seconds that a diagnosis may take: where Matplotlib is not imported, another process tries to."""

SETTLES = 0.3
"""Seconds in which a kernel that has answered is noted as idle: what it publishes comes later than its answers."""


class Questions:
    """Ask idle kernels; a busy one is not asked to answer later.

    Parameters
    ----------
    kernels : GuardedKernels
        The kernels under guard.
    sessions : jupyter_server.services.sessions.sessionmanager.SessionManager
        Says which notebooks share a kernel.
    """

    def __init__(self, kernels: GuardedKernels, sessions: Any) -> None:
        self._kernels = kernels
        self._sessions = sessions

    async def diagnosis(self, kernel_id: str) -> dict[str, Any]:
        """Return what all checks find in an idle kernel, and those that only the server can make.

        Raises
        ------
        UnknownKernel
            There is no such kernel.
        KernelUnusable
            It is dead or does not run Python.
        KernelBusy
            It is busy.
        """
        kernel = self._usable(kernel_id)
        ours = [await one_notebook(self._sessions, kernel_id)]
        try:
            answer = await answer_of(kernel, Diagnose(), DIAGNOSIS_SECONDS)
        except AgentAbsent:
            return {"checks": [problem("guard", messages.UNGUARDED, messages.GUARD_IT), *ours]}
        except AgentFailed as error:
            said = messages.AGENT_FAILED.format(error=error)
            return {"checks": [problem("guard", said, messages.RESTART), *ours]}
        page = page_checks(answer.get("ipympl_in_page"), shows_canvases=bool(answer.get("shows_canvases")))
        return {"checks": [ok("guard", messages.AGENT_ANSWERS), *answer["checks"], *ours, *page]}

    async def backends(self, kernel_id: str) -> dict[str, Any]:
        """Return the backends that could be chosen in an idle kernel, see `diagnosis`."""
        kernel = self._usable(kernel_id)
        try:
            return await answer_of(kernel, ListBackends(), DIAGNOSIS_SECONDS)
        except (AgentAbsent, AgentFailed) as error:
            raise KernelUnusable(messages.UNGUARDED) from error

    async def code(self, kernel_id: str) -> dict[str, Any]:
        """Return the lines that make a kernel's settings in a fresh one.

        An idle kernel writes them itself, since it knows which styles explain the settings. For another one, they
        follow from its plot state alone.

        Raises
        ------
        UnknownKernel
            There is no such kernel.
        """
        kernel = self._kernels.peek(kernel_id)
        try:
            return await answer_of(kernel, WriteCode(), CODE_SECONDS)
        except (KernelBusy, AgentAbsent, AgentFailed):
            return {"code": lines_for(kernel.state(), _choices(kernel))}

    def _usable(self, kernel_id: str) -> GuardedKernel:
        kernel = self._kernels.peek(kernel_id)
        if why := refusal_of(kernel.phase):
            raise KernelUnusable(why)
        return kernel


async def answer_of(kernel: GuardedKernel, question: Question, limit: float) -> dict[str, Any]:
    """Return what a kernel's agent answers to a question, if the kernel is idle.

    Parameters
    ----------
    limit : float
        Seconds that the answer may take.

    Raises
    ------
    KernelBusy
        It is doing something else, or starting.
    AgentAbsent, AgentFailed
        There is no agent in it, or it could not answer.
    """
    is_running = kernel.phase is KernelPhase.RUNNING and not kernel.held_restarts
    if not is_running or kernel.request_under_way is not None or not await internals.is_idle(kernel.manager, SETTLES):
        raise _busy(kernel)
    try:
        return await asyncio.wait_for(kernel.answer_to(question), limit)
    except asyncio.TimeoutError as error:
        raise _busy(kernel) from error


def _busy(kernel: GuardedKernel) -> KernelBusy:
    try:
        diary = kernel.diary
        document = None if diary is None else diary.read(DIAGNOSIS)
    except DiaryError:
        document = None
    return KernelBusy(messages.BUSY_NOW, kept_checks(document, kernel.incarnation))


def _choices(kernel: GuardedKernel) -> list[str]:
    """Return the keys of the settings that cells have chosen, as far as that is recorded on this machine."""
    files = kernel.files
    if files is None:
        return []
    return choices(settings_record.read(files.diary, files.kernel_id, files.key).record)
