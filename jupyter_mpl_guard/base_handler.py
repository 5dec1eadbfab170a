"""The base of all handlers of the REST API: access, error bodies, and the guard that they delegate to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from . import messages
from .agent.protocol import Status
from .guard.refusals import KernelUnusable, TooManyRequests, UnknownFigure, UnknownKernel
from .schemas.bodies import MalformedBodyError, read_body

if TYPE_CHECKING:
    from .guard.guard import Guard

_READING_METHODS = ("GET", "HEAD", "OPTIONS")


class GuardHandler(APIHandler):
    """The base of all handlers: access rights, error bodies, and the guard that they delegate to."""

    auth_resource = "kernels"

    def initialize(self, guard: Guard) -> None:
        """Store the guard from the handler tuple."""
        self.guard = guard
        # Requests that only read keep neither a kernel nor the server from being culled as idle.
        self._track_activity = self.request.method not in _READING_METHODS

    def decode_argument(self, value: bytes, name: str | None = None) -> str:
        """Decode a part of an address even when it is not UTF-8: it is then just an unknown id, or a wrong token."""
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

    def answer_state(self, state: dict[str, Any]) -> None:
        """Finish with the plot state after what was asked for, with 202 where that happens later."""
        self.set_status(HTTPStatus.ACCEPTED if state["status"] == Status.PENDING else HTTPStatus.OK)
        self.answer(state)

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
            raise web.HTTPError(HTTPStatus.NOT_FOUND, messages.unknown_figure(str(error.args[0]), address)) from error
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
        """Answer with the methods of the address; open to all, as browsers ask this without credentials."""
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
