"""The calls of the REST API that concern one figure."""

from __future__ import annotations

from http import HTTPStatus

from jupyter_server.auth.decorator import authorized
from tornado import web

from .base_handler import GuardHandler


class FigureHandler(GuardHandler):
    """Close or dismiss one figure."""

    @web.authenticated
    @authorized
    async def delete(self, kernel_id: str, figure: str) -> None:
        """Close a figure that is alive, dismiss one that is offered, and answer with the plot state after it."""
        with self.refusals(kernel_id):
            state = await self.guard.figures.close(kernel_id, figure)
        self.set_status(HTTPStatus.ACCEPTED if state["status"] == "pending" else HTTPStatus.OK)
        self.answer(state)


_FIGURE = "kernels/(?P<kernel_id>[^/]+)/figures/(?P<figure>[^/]+)"

ROUTES: dict[str, type[GuardHandler]] = {
    _FIGURE: FigureHandler,
}
"""Address below mpl-guard/ to handler."""
