"""The calls of the REST API that concern one figure."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado import web

from . import messages
from .base_handler import GuardHandler
from .guard.refusals import KernelBusy

if TYPE_CHECKING:
    from .guard.guard import Guard

MIME_TYPES = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}
"""Format of a file to its MIME type."""


class FigureRequestHandler(GuardHandler):
    """The base of these handlers."""

    def initialize(self, guard: Guard) -> None:
        """Store what carries out requests that concern single figures."""
        super().initialize(guard)
        self.figures = guard.figures


class FigureHandler(FigureRequestHandler):
    """Close or dismiss one figure."""

    @web.authenticated
    @authorized
    async def delete(self, kernel_id: str, figure: str) -> None:
        """Close a figure that is alive, dismiss one that is offered, and answer with the plot state after it."""
        with self.refusals(kernel_id):
            state = await self.figures.close(kernel_id, figure)
        self.answer_state(state)


class PictureHandler(FigureRequestHandler):
    """Show one figure as it was drawn last."""

    @web.authenticated
    @authorized
    async def get(self, kernel_id: str, figure: str) -> None:
        """Answer with the picture that is kept, or that an idle kernel draws if the query says so."""
        with self.refusals(kernel_id):
            data = await self.figures.picture(kernel_id, figure, draw=self.get_query_argument("draw", "") == "1")
        if data is None and self.get_query_argument("quiet", "") == "1":
            self.set_status(HTTPStatus.NO_CONTENT)
            self.finish()
            return
        if data is None:
            raise web.HTTPError(HTTPStatus.NOT_FOUND, messages.NO_PICTURE)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "private, max-age=0")
        self.finish(data, set_content_type="image/png")  # which compares the entity tag, made of the bytes

    head = get


class ExportHandler(FigureRequestHandler):
    """Export one figure as a file."""

    @web.authenticated
    @authorized
    async def post(self, kernel_id: str, figure: str) -> None:
        """Answer with the file that the kernel draws of a figure that is alive or offered."""
        body = self.body("ExportRequest")
        try:
            with self.refusals(kernel_id):
                data = await self.figures.export(kernel_id, figure, **body)
        except KernelBusy:
            self.set_status(HTTPStatus.ACCEPTED)
            self.answer({"message": messages.EXPORT_BUSY})
            return
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Content-Disposition", f'attachment; filename="figure.{body["format"]}"')
        self.finish(data, set_content_type=MIME_TYPES[body["format"]])


_FIGURE = "kernels/(?P<kernel_id>[^/]+)/figures/(?P<figure>[^/]+)"

ROUTES: dict[str, type[GuardHandler]] = {
    _FIGURE + r"\.png": PictureHandler,
    _FIGURE + "/export": ExportHandler,
    _FIGURE: FigureHandler,
}
"""Address below mpl-guard/ to handler."""
