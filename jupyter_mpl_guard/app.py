"""The server extension: traits, wiring and disposal."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, Enum, Float

from .gate import gated, hold_restarts
from .guard import Guard, Policy
from .leftovers import sweep
from .routes import handlers

KERNEL_EVENTS = "https://events.jupyter.org/jupyter_server/kernel_actions/v1"
"""jupyter_server's own event; it fires for starts, restarts and crashes alike, whoever caused them."""


class MplGuardApp(ExtensionApp):
    """Keep Matplotlib's settings over kernel restarts."""

    name = "jupyter_mpl_guard"

    enabled = Bool(
        True, config=True, help="Whether kernels are guarded. The JupyterLab settings override it. Default: True."
    )
    figures = Enum(
        ("crash", "always", "never"),
        default_value="crash",
        config=True,
        help="After which end of a kernel its figures come back by themselves: 'crash', 'always' or 'never'. "
        "The JupyterLab settings override it. Default: 'crash'.",
    )
    hold_timeout = Float(
        10.0,
        min=0.0,
        config=True,
        help="Seconds that the answer to a kernel's restart waits for the settings to be back, at the most. "
        "The restart itself never fails because of it. Default: 10.",
    )

    figure_limit = Float(
        256.0,
        min=0.0,
        config=True,
        help="MiB of memory and disk that one figure may take to be saved; 0 saves none. Default: 256.",
    )
    kernel_limit = Float(
        1024.0, min=0.0, config=True, help="MiB of disk that all saved figures of one kernel may take. Default: 1024."
    )
    figure_seconds = Float(
        1.0,
        min=0.0,
        config=True,
        help="Seconds that saving a figure may take between two cells; one that takes longer is saved when the kernel "
        "is idle. Default: 1.",
    )

    def initialize_settings(self) -> None:
        """Make the guard and connect it to the server's kernels."""
        server = self.serverapp
        kernels = server.kernel_manager
        self.guard = Guard(
            kernels,
            policy=Policy(enabled=self.enabled, figures=self.figures),  # type: ignore[arg-type]
            hold_timeout=self.hold_timeout,
            limits={"figure": self.figure_limit, "kernel": self.kernel_limit, "seconds": self.figure_seconds},
            log=self.log,
        )
        server.event_logger.add_listener(schema_id=KERNEL_EVENTS, listener=self._on_kernel_event)
        self._release_restarts = hold_restarts(kernels, self.guard.hold)
        # These settings replace the web application's after this method.
        connection_class = self.settings["kernel_websocket_connection_class"]
        self.settings["kernel_websocket_connection_class"] = gated(connection_class, self.guard.gate)

    def initialize_handlers(self) -> None:
        """Add the REST calls."""
        self.handlers.extend(handlers("/", self.guard))  # the base URL is put before them later

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        """Clear up behind earlier servers, and put the agent into kernels that are older than this one: a gateway's."""
        sweep(self.serverapp.runtime_dir, self.log)
        await asyncio.gather(*(self.guard.started(each) for each in self.serverapp.kernel_manager.list_kernel_ids()))

    async def stop_extension(self) -> None:
        """Let go of the server."""
        self._release_restarts()
        self.serverapp.event_logger.remove_listener(schema_id=KERNEL_EVENTS, listener=self._on_kernel_event)
        await self.guard.close()

    async def _on_kernel_event(self, logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        if data.get("status") != "success":
            return
        heard = {"start": self.guard.started, "restart": self.guard.restarted, "shutdown": self.guard.stopped}
        action = heard.get(data.get("action", ""))
        if action is not None:
            await action(data["kernel_id"])
