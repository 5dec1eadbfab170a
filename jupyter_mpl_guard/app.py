"""The server extension: traits, wiring and disposal."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, Enum, Float, Int, List, Unicode

from .agent.protocol import NEVER_KEEP, DataChoice, RestorePolicy
from .agent_client.bundle import compile_beside
from .archive.archiver import Archiver
from .archive.disk.places import DiaryPlaces
from .archive.notebooks import CONTENTS_EVENTS
from .archive.store import ArchiveStore
from .guard.gateway.checker import GatewayChecker
from .guard.guard import Guard
from .guard.kernels import GuardedKernels
from .guard.observer import Observer
from .guard.policy import DataPolicy, FigureLimits, Policy
from .guard.websocket import gated, hold_restarts
from .internals import CONNECTION_CLASS
from .method_wrapping import wrap_method
from .routes import handlers

KERNEL_EVENTS = "https://events.jupyter.org/jupyter_server/kernel_actions/v1"
"""jupyter_server's own event; it fires for starts, restarts and crashes alike, whatever caused them."""


class MplGuardApp(ExtensionApp):
    """Keep Matplotlib's settings over kernel restarts."""

    name = "jupyter_mpl_guard"

    enabled = Bool(
        True, config=True, help="Whether kernels are guarded. The JupyterLab settings override it. Default: True."
    )
    figures = Enum(
        tuple(each.value for each in RestorePolicy),
        default_value=RestorePolicy.CRASH.value,
        config=True,
        help="After which end of a kernel its figures come back by themselves: 'crash', 'always' or 'never'. "
        "The JupyterLab settings override it. Default: 'crash'.",
    )
    data = Enum(
        tuple(each.value for each in DataChoice),
        default_value=DataChoice.ALL.value,
        config=True,
        help="Which imports, code from cells and data come back after a crash: 'all', 'plots' (what cells that draw "
        "have mentioned, and what that needs) or 'none'. Default: 'all'.",
    )
    data_limit = Float(
        64.0, min=0.0, config=True, help="MiB of memory and disk that one value may take to be saved. Default: 64."
    )
    data_kernel_limit = Float(
        512.0, min=0.0, config=True, help="MiB of disk that all saved values of one kernel may take. Default: 512."
    )
    data_objects = Int(
        100_000,
        min=0,
        config=True,
        help="Objects that one value may hold to be saved; numbers and texts do not count. Default: 100000.",
    )
    never_keep = List(
        Unicode(),
        default_value=list(NEVER_KEEP),
        config=True,
        help="Parts of names whose values are never saved; '*' stands for any text. Names that begin with '_' never "
        "are. "
        "Default: parts of names that look like credentials (password, token, secret, api_key and others).",
    )
    hold_timeout = Float(
        10.0,
        min=0.0,
        config=True,
        help="Seconds that the answer to a kernel's restart waits at most for the settings to be back. "
        "The restart itself never fails because of it. Default: 10.",
    )

    figure_limit = Float(
        FigureLimits.figure,
        min=0.0,
        config=True,
        help="MiB of memory and disk that one figure may take to be saved; 0 saves none. Default: 256.",
    )
    kernel_limit = Float(
        FigureLimits.kernel,
        min=0.0,
        config=True,
        help="MiB of disk that all saved figures of one kernel may take. Default: 1024.",
    )
    figure_seconds = Float(
        FigureLimits.seconds,
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
        help="Folder where they are kept; it must belong to the user. Default: mpl-guard in Jupyter's data folder.",
    )

    diary_dir = Unicode(
        "",
        config=True,
        help="Folder in which kernels keep their plots while they live, on a volume that outlives a pod for instance. "
        "MPL_GUARD_DIARY_DIR in the environment of a kernel's specification comes first. It must belong to the user; "
        "it is made when the folder above it does. Default: the folder of the connection file.",
    )

    only_machine = Bool(
        False,
        config=True,
        help="Whether no other machine uses Jupyter's runtime folder at the same time. What a killed server of another "
        "machine has left on a file system that does not lock across machines is taken over at once then, and after "
        "keep_days otherwise. Default: False.",
    )

    _stopping = False

    def initialize_settings(self) -> None:
        """Make the guard and connect it to the server's kernels."""
        server: Any = self.serverapp
        manager = server.kernel_manager
        store = ArchiveStore(
            self.kept_dir or os.path.join(server.data_dir, "mpl-guard"),
            days=self.keep_days,
            limit=self.keep_limit,
            log=self.log,
        )
        places = DiaryPlaces(self.diary_dir, server.kernel_spec_manager, self.log)
        self._archiver = Archiver(
            store,
            server.session_manager,
            server.contents_manager,
            runtime_dir=server.runtime_dir,
            elsewhere=places.all,
            patience=self.hold_timeout,
            only_machine=self.only_machine,
            days=self.keep_days,
            log=self.log,
        )
        self._kernels = GuardedKernels(
            manager,
            policy=Policy(self.enabled, RestorePolicy(self.figures), DataChoice(self.data)),
            hold_timeout=self.hold_timeout,
            limits=FigureLimits(self.figure_limit, self.kernel_limit, self.figure_seconds),
            data_limits=DataPolicy(self.data_limit, self.data_kernel_limit, self.data_objects, tuple(self.never_keep)),
            archiver=self._archiver,
            places=places,
            log=self.log,
        )
        checker = GatewayChecker(self.log)
        self.guard = Guard(self._kernels, checker, self._archiver, server.session_manager)
        observer = Observer(self._kernels, checker, self.guard.follow)
        server.event_logger.add_listener(schema_id=KERNEL_EVENTS, listener=self._on_kernel_event)
        server.event_logger.add_listener(schema_id=CONTENTS_EVENTS, listener=self._on_contents_event)
        # The extension is stopped before the kernels are.
        self._unwrap_shutdown = wrap_method(manager, "shutdown_all", self._shut_down)
        self._unwrap_restarts = hold_restarts(manager, self._kernels.hold)
        self._unwrap_ends = wrap_method(manager, "shutdown_kernel", self._kernels.shut_down)
        # These settings replace the web application's after this method.
        if CONNECTION_CLASS in self.settings:
            self.settings[CONNECTION_CLASS] = gated(self.settings[CONNECTION_CLASS], self._kernels.gate, observer)

    def initialize_handlers(self) -> None:
        """Register the REST handlers."""
        self.handlers.extend(handlers("/", self.guard))  # the base URL is put before them later

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        """Clean up after earlier servers, and install the agent in kernels older than this server: a gateway's."""
        compile_beside()
        started = (self._kernels.started(each) for each in self._kernels.ids())
        await asyncio.gather(self._archiver.start(), *started)

    async def stop_extension(self) -> None:
        """Detach from the server."""
        self._stopping = True
        self._unwrap_restarts()
        self._unwrap_ends()
        server: Any = self.serverapp
        server.event_logger.remove_listener(schema_id=KERNEL_EVENTS, listener=self._on_kernel_event)
        server.event_logger.remove_listener(schema_id=CONTENTS_EVENTS, listener=self._on_contents_event)
        await self._kernels.close()
        if not self._kernels.ids():  # jupyter_server shuts down no kernels then
            await self._end()

    async def _shut_down(self, shutdown_all: Any, *args: Any, **kwargs: Any) -> None:
        try:
            await ensure_async(shutdown_all(*args, **kwargs))
        finally:
            await self._end()

    async def _end(self) -> None:
        """Wait until kernels that have ended are dealt with, and close the archive if the server ends too."""
        await self._kernels.ended()
        if self._stopping:
            self._unwrap_shutdown()
            await self._archiver.close()

    async def _on_kernel_event(self, logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        if data.get("status") != "success":
            return
        kernels = self._kernels
        listeners = {"start": kernels.started, "restart": kernels.restarted, "shutdown": kernels.stopped}
        listener = listeners.get(data.get("action", ""))
        if listener is not None:
            await listener(data["kernel_id"])

    async def _on_contents_event(self, logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        if data["action"] == "rename":
            await self._archiver.renamed(data["source_path"], data["path"])
        elif data["action"] == "delete":
            await self._archiver.deleted(data["path"])
