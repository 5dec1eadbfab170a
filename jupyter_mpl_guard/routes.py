"""The REST API: requests become calls of the guard, and its answers responses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import allow_unauthenticated, authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from . import messages
from .guard.guard import UnknownFigure
from .guard.kernels import UnknownKernel
from .guard.restore_request import KernelUnusable, TooManyRequests
from .schemas import served_openapi
from .schemas.bodies import MalformedBodyError, read_body

if TYPE_CHECKING:
    from .guard.guard import Guard

_READING_METHODS = ("GET", "HEAD", "OPTIONS")


class GuardHandler(APIHandler):
    """What all calls share: access rights, error bodies, and the guard that they delegate to."""

    auth_resource = "kernels"

    UNKNOWN_FIGURE = HTTPStatus.NOT_FOUND
    """Answer to a figure that the kernel does not have: its id is in the address, or else in the body."""

    def initialize(self, guard: Guard) -> None:
        """Take the guard from the handler tuple."""
        self.guard = guard
        # Whoever only looks keeps neither a kernel nor the server from being culled as idle.
        self._track_activity = self.request.method not in _READING_METHODS

    def decode_argument(self, value: bytes, name: str | None = None) -> str:
        """Read what an address holds even when it is not UTF-8: it is then just an unknown id, or a wrong token."""
        return value.decode("utf-8", "backslashreplace")

    def check_xsrf_cookie(self) -> None:
        """Check as Jupyter does, and say what to do when the check fails."""
        try:
            super().check_xsrf_cookie()
        except web.HTTPError as error:
            if error.status_code != HTTPStatus.FORBIDDEN:
                raise
            raise web.HTTPError(HTTPStatus.FORBIDDEN, messages.ACCESS_DENIED) from error

    def body(self, schema: str) -> dict[str, Any]:
        """Return the request's body, which must match a schema of the OpenAPI document.

        Raises
        ------
        tornado.web.HTTPError
            It does not: 400, with a sentence that says what to send.
        """
        try:
            return read_body(schema, self.request.body)
        except MalformedBodyError as error:
            raise web.HTTPError(HTTPStatus.BAD_REQUEST, str(error)) from error

    def answer(self, document: Any) -> None:
        """Finish with a JSON document."""
        self.finish(json.dumps(document))

    @contextmanager
    def refusals(self, kernel_id: str) -> Iterator[None]:
        """Turn the guard's refusals about one kernel into error responses."""
        try:
            yield
        except UnknownKernel as error:
            listing = url_path_join(self.base_url, "mpl-guard", "kernels")
            raise web.HTTPError(HTTPStatus.NOT_FOUND, messages.unknown_kernel(kernel_id, listing)) from error
        except UnknownFigure as error:
            address = url_path_join(self.base_url, "mpl-guard", "kernels", kernel_id)
            raise web.HTTPError(self.UNKNOWN_FIGURE, messages.unknown_figure(str(error.args[0]), address)) from error
        except KernelUnusable as error:
            raise web.HTTPError(HTTPStatus.CONFLICT, str(error)) from error
        except TooManyRequests as error:
            raise web.HTTPError(HTTPStatus.TOO_MANY_REQUESTS, str(error)) from error

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Finish with Jupyter's error body, whose message says what to do."""
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.set_header("Allow", ", ".join(self._methods()))
        error = kwargs["exc_info"][1] if "exc_info" in kwargs else None
        message = reason = None
        if isinstance(error, web.HTTPError):
            # Jupyter's own write_error sends the message with its percent signs doubled, and with
            # placeholders still in it; our messages may well speak of %matplotlib.
            message = error.log_message and error.log_message % error.args
            reason = error.reason
        self.finish(json.dumps({"message": message or self._advice(status_code), "reason": reason}))

    @allow_unauthenticated
    def options(self, *args: Any, **kwargs: Any) -> None:
        """Name the methods that the address knows; open to all, as browsers ask this without credentials."""
        super().options(*args, **kwargs)
        self.set_header("Allow", ", ".join(self._methods()))
        self.set_status(HTTPStatus.NO_CONTENT)

    def _methods(self) -> list[str]:
        return [
            method
            for method in self.SUPPORTED_METHODS
            if getattr(type(self), method.lower()) is not getattr(web.RequestHandler, method.lower())
        ]

    def _advice(self, status_code: int) -> str:
        if status_code == HTTPStatus.FORBIDDEN:
            return messages.ACCESS_DENIED
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return messages.wrong_method(self.request.method, self._methods())
        if status_code == HTTPStatus.INTERNAL_SERVER_ERROR:
            return messages.UNEXPECTED
        return HTTPStatus(status_code).phrase


class ReinitHandler(GuardHandler):
    """Restore a kernel's plotting state on request."""

    UNKNOWN_FIGURE = HTTPStatus.BAD_REQUEST

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Start or join a restore, and answer with its outcome."""
        body = self.body("ReinitRequest")
        kernel_id = body.pop("kernel_id")
        with self.refusals(kernel_id):
            state = await self.guard.reinit(kernel_id, **body)
        self.set_status(HTTPStatus.ACCEPTED if state["status"] == "pending" else HTTPStatus.OK)
        self.answer(state)


class KernelsHandler(GuardHandler):
    """List the plotting states of all kernels."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with all plot states, as far as the server knows them."""
        self.answer(await self.guard.states())

    head = get


class KernelHandler(GuardHandler):
    """Show and change what the guard does for one kernel."""

    @web.authenticated
    @authorized
    async def get(self, kernel_id: str) -> None:
        """Answer with the plot state, as far as the server knows it."""
        with self.refusals(kernel_id):
            self.answer(await self.guard.state(kernel_id))

    head = get

    @web.authenticated
    @authorized
    async def patch(self, kernel_id: str) -> None:
        """Pause the guard for this kernel or let it go on, and say what its next incarnation restores."""
        body = self.body("KernelRequest")
        with self.refusals(kernel_id):
            if "next_restore" in body:
                state = await self.guard.set_next_restore(kernel_id, body["next_restore"])
            if "paused" in body:
                state = await self.guard.pause(kernel_id, body["paused"])
            self.answer(state)

    @web.authenticated
    @authorized
    async def delete(self, kernel_id: str) -> None:
        """Forget the kernel's diary."""
        with self.refusals(kernel_id):
            await self.guard.forget(kernel_id)
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()


class PolicyHandler(GuardHandler):
    """Set what the guard does in all kernels."""

    @web.authenticated
    @authorized
    async def put(self) -> None:
        """Change the policy and answer with the one in force."""
        policy = await self.guard.set_policy(**self.body("PolicyRequest"))
        self.answer(asdict(policy))


class SpecHandler(GuardHandler):
    """Serve the description of this API."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with the OpenAPI document."""
        self.finish(served_openapi(self.base_url), set_content_type="application/yaml")

    head = get


def handlers(base_url: str, guard: Guard) -> list[tuple[str, type[GuardHandler], dict[str, Guard]]]:
    """Return the handler tuples of the API under the server's base URL."""
    routes: dict[str, type[GuardHandler]] = {
        "reinit": ReinitHandler,
        "kernels": KernelsHandler,
        # Anything may stand for the id: what no kernel has is answered with this API's own 404.
        "kernels/(?P<kernel_id>.+)": KernelHandler,
        "policy": PolicyHandler,
        r"spec\.yaml": SpecHandler,
    }
    return [(url_path_join(base_url, "mpl-guard", path), handler, {"guard": guard}) for path, handler in routes.items()]
