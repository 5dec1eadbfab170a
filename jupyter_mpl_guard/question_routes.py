"""REST calls that ask a kernel something: its diagnosis, the backends to choose from, and its settings as code."""

from __future__ import annotations

from collections.abc import Awaitable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from .base_handler import GuardHandler
from .guard.refusals import KernelBusy

if TYPE_CHECKING:
    from .guard.guard import Guard


class QuestionHandler(GuardHandler):
    """The base of these handlers: a busy kernel is not an error."""

    def initialize(self, guard: Guard) -> None:
        """Store what asks the kernels."""
        super().initialize(guard)
        self.questions = guard.questions

    async def answer_of_idle(self, answer: Awaitable[dict[str, Any]]) -> None:
        """Finish with what an idle kernel has answered, or with 202 where it is busy."""
        try:
            self.answer(await answer)
        except KernelBusy as error:
            self.set_status(HTTPStatus.ACCEPTED)
            self.answer({"message": str(error), "checks": list(error.kept)})


class DiagnosisHandler(QuestionHandler):
    """Diagnose what is wrong with plotting in one kernel."""

    @web.authenticated
    @authorized
    async def get(self, kernel_id: str) -> None:
        """Answer with what each check has found."""
        with self.refusals(kernel_id):
            await self.answer_of_idle(self.questions.diagnosis(kernel_id))

    head = get


class BackendsHandler(QuestionHandler):
    """List the backends that could be chosen in one kernel."""

    @web.authenticated
    @authorized
    async def get(self, kernel_id: str) -> None:
        """Answer with each backend, whether it works there, and why not."""
        with self.refusals(kernel_id):
            await self.answer_of_idle(self.questions.backends(kernel_id))

    head = get


class CodeHandler(QuestionHandler):
    """Write the settings of one kernel as code."""

    @web.authenticated
    @authorized
    async def get(self, kernel_id: str) -> None:
        """Answer with the lines that make them in a fresh kernel."""
        with self.refusals(kernel_id):
            await self.answer_of_idle(self.questions.code(kernel_id))

    head = get


ROUTES: dict[str, type[GuardHandler]] = {
    "kernels/(?P<kernel_id>[^/]+)/diagnosis": DiagnosisHandler,
    "kernels/(?P<kernel_id>[^/]+)/backends": BackendsHandler,
    "kernels/(?P<kernel_id>[^/]+)/code": CodeHandler,
}
"""Address below the API's to handler."""
