"""The REST API: requests become calls of the guard, and its answers responses."""

from __future__ import annotations

from dataclasses import asdict
from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from jupyter_server.utils import url_path_join
from tornado import web

from .agent.protocol import DataChoice, NextRestore, RestorePolicy, Wanted
from .base_handler import GuardHandler
from .figure_routes import ROUTES as FIGURE_ROUTES
from .question_routes import ROUTES as QUESTION_ROUTES
from .schemas import served_openapi

if TYPE_CHECKING:
    from .guard.guard import Guard


class ReinitHandler(GuardHandler):
    """Restore a kernel's plotting state on request."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Start or join a restore, and answer with its outcome."""
        body = self.body("ReinitRequest")
        kernel_id = body.pop("kernel_id")
        body.update({key: Wanted(body[key]) for key in ("figures", "data") if isinstance(body.get(key), str)})
        with self.refusals(kernel_id):
            state = await self.guard.reinit(kernel_id, **body)
        self.answer_state(state)


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
        """Pause or resume the guard for this kernel, and set what its next incarnation restores."""
        body = self.body("KernelRequest")
        with self.refusals(kernel_id):
            if "next_restore" in body:
                state = await self.guard.set_next_restore(kernel_id, NextRestore(body["next_restore"]))
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
        body = self.body("PolicyRequest")
        kinds: dict[str, type[Enum]] = {"figures": RestorePolicy, "data": DataChoice}
        body.update({key: kind(body[key]) for key, kind in kinds.items() if key in body})
        policy = await self.guard.set_policy(**body)
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
        **FIGURE_ROUTES,
        **QUESTION_ROUTES,
        # Anything may stand for the id: what no kernel has is answered with this API's own 404.
        "kernels/(?P<kernel_id>.+)": KernelHandler,
        "policy": PolicyHandler,
        r"spec\.yaml": SpecHandler,
    }
    return [(url_path_join(base_url, "mpl-guard", path), handler, {"guard": guard}) for path, handler in routes.items()]
