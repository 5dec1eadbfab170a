"""The server extension: traits, wiring and disposal."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, Enum, Float, Unicode

from .archive.archiver import Archiver
from .archive.notebooks import CONTENTS_EVENTS
from .archive.store import ArchiveStore
from .guard.gate import gated, hold_restarts
from .guard.guard import Guard, Policy
from .method_wrapping import interpose
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

    keep_days = Float(
        7.0,
        min=0.0,
        config=True,
        help="Days for which the plots of a notebook are kept after the end of its kernel, for its next one; "
        "0 keeps none. Default: 7.",
    )
    keep_limit = Float(
        1024.0,
        min=0.0,
        config=True,
        help="MiB of disk that the figures kept of all notebooks may take; the oldest are removed first. "
        "Default: 1024.",
    )
    kept_dir = Unicode(
        "",
        config=True,
        help="Folder, the user's own, where they are kept. Default: mpl-guard in Jupyter's data folder.",
    )

    _stopping = False

    def initialize_settings(self) -> None:
        """Make the guard and connect it to the server's kernels."""
        server = self.serverapp
        kernels = server.kernel_manager
        keepsakes = ArchiveStore(
            self.kept_dir or os.path.join(server.data_dir, "mpl-guard"),
            days=self.keep_days,
            limit=self.keep_limit,
            log=self.log,
        )
        self._succession = Archiver(
            keepsakes,
            server.session_manager,
            server.contents_manager,
            runtime_dir=server.runtime_dir,
            patience=self.hold_timeout,
            log=self.log,
        )
        self.guard = Guard(
            kernels,
            policy=Policy(enabled=self.enabled, figures=self.figures),  # type: ignore[arg-type]
            hold_timeout=self.hold_timeout,
            limits={"figure": self.figure_limit, "kernel": self.kernel_limit, "seconds": self.figure_seconds},
            succession=self._succession,
            log=self.log,
        )
        server.event_logger.add_listener(schema_id=KERNEL_EVENTS, listener=self._on_kernel_event)
        server.event_logger.add_listener(schema_id=CONTENTS_EVENTS, listener=self._on_contents_event)
        # The extension is stopped before the kernels are.
        self._release_shutdown = interpose(kernels, "shutdown_all", self._shut_down)
        self._release_restarts = hold_restarts(kernels, self.guard.hold)
        # These settings replace the web application's after this method.
        connection_class = self.settings["kernel_websocket_connection_class"]
        self.settings["kernel_websocket_connection_class"] = gated(connection_class, self.guard.gate)

    def initialize_handlers(self) -> None:
        """Add the REST calls."""
        self.handlers.extend(handlers("/", self.guard))  # the base URL is put before them later

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        """Clear up behind earlier servers, and put the agent into kernels that are older than this one: a gateway's."""
        await self._succession.clear_up()
        await asyncio.gather(*(self.guard.started(each) for each in self.serverapp.kernel_manager.list_kernel_ids()))

    async def stop_extension(self) -> None:
        """Let go of the server."""
        self._stopping = True
        self._release_restarts()
        self.serverapp.event_logger.remove_listener(schema_id=KERNEL_EVENTS, listener=self._on_kernel_event)
        self.serverapp.event_logger.remove_listener(schema_id=CONTENTS_EVENTS, listener=self._on_contents_event)
        await self.guard.close()

    async def _shut_down(self, shutdown_all: Any, *args: Any, **kwargs: Any) -> None:
        try:
            await ensure_async(shutdown_all(*args, **kwargs))
        finally:
            await self.guard.ended()
            if self._stopping:
                self._release_shutdown()
                self._succession.close()

    async def _on_kernel_event(self, logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        if data.get("status") != "success":
            return
        heard = {"start": self.guard.started, "restart": self.guard.restarted, "shutdown": self.guard.stopped}
        action = heard.get(data.get("action", ""))
        if action is not None:
            await action(data["kernel_id"])

    async def _on_contents_event(self, logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        if data["action"] == "rename":
            await self._succession.renamed(data["source_path"], data["path"])
        elif data["action"] == "delete":
            await self._succession.deleted(data["path"])
