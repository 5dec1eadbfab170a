"""A real kernel without a server: what tests of the agent start, ask, kill and start again."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from jupyter_client import AsyncKernelManager
from jupyter_core.paths import jupyter_runtime_dir

from jupyter_mpl_guard.agent.protocol import EMPTY_SETTINGS, FINAL, FigureOutcome
from jupyter_mpl_guard.agent.storage import settings_record
from jupyter_mpl_guard.agent.storage.diary import STATE, Diary, kernel_id_of
from jupyter_mpl_guard.agent.storage.settings_record import SettingsRecord
from jupyter_mpl_guard.agent_client.bundle import compile_beside
from jupyter_mpl_guard.agent_client.channels import make_context
from jupyter_mpl_guard.agent_client.client import AgentClient

LIMIT = 60.0
"""Seconds after which a kernel that does not answer has hung."""

SETTLED = 20.0
"""Seconds in which a kernel that is not busy has saved what it has."""

PYPLOT = "import matplotlib.pyplot as plt\n"
"""What most kernels begin with."""

TRANSPORT = "ipc"
"""Kernels listen on Unix sockets: a TCP port that was free when it was chosen can be taken when the kernel binds it.
With hundreds of kernels in a run, some at the same time, that happens. Users' kernels, those of the browser tests and
those of the measurements listen on TCP."""


class CellFailed(AssertionError):
    """A cell ended with an error."""


class Kernel:
    """One kernel over all its incarnations, with a user's client and the server's client of its agent."""

    def __init__(self, name: str, data: str = "none") -> None:
        self.data = data
        # Without a name of their own, the sockets of kernels that are started at the same moment get the same one.
        sockets = os.path.join(jupyter_runtime_dir(), uuid4().hex[:12])
        self.manager = AsyncKernelManager(kernel_name=name, transport=TRANSPORT, ip=sockets)
        self.incarnation = 0
        self.messages: list[dict[str, Any]] = []
        self.payload: list[dict[str, Any]] = []
        self._context = make_context()

    @property
    def diary(self) -> Diary:
        """The kernel's diary."""
        return Diary.beside(self.manager.connection_file)

    def saved(self) -> dict[str, Any] | None:
        """Return the plot state in the diary."""
        return self.diary.read(STATE)

    def leave_settings(self, **settings: Any) -> None:
        """Write other settings than the kernel has left into its diary, all chosen, signed like those."""
        key, kernel_id = self.manager.session.key, kernel_id_of(self.manager.connection_file)
        record = settings_record.read(self.diary, kernel_id, key).record
        changed = replace(record, settings=EMPTY_SETTINGS | record.settings | settings)
        untold = {name: value for name, value in changed.to_json().items() if "chosen" not in name}
        settings_record.write(self.diary, SettingsRecord.from_json(untold)[0], kernel_id, key)

    async def start(self, folder: str | None = None, **environment: str) -> None:
        """Start the process, in a working directory, and connect, without an agent."""
        await self.manager.start_kernel(env=os.environ | environment, cwd=folder)
        await self._connect()

    def groups(self) -> list[dict[str, Any]]:
        """Return the groups of figures that share a file, as the list in the diary describes them."""
        document = self.diary.read("figures.json") or {"figures": {"groups": []}}
        groups: list[dict[str, Any]] = document["figures"]["groups"]
        return groups

    def waiting(self) -> list[str]:
        """Return what waits for the kernel to be idle, according to the list of figures in the diary."""
        missing = [each for group in self.groups() for each in group["missing"]]
        return [each["what"] for each in missing if "waits for the kernel to be idle" in each["why"]]

    def waiting_data(self) -> list[str]:
        """Return the names of data that wait to be saved, according to the plot state."""
        names: list[str] = (self.saved() or {}).get("data", {}).get("waiting", [])
        return names

    async def crash(self, *, at_once: bool = False) -> None:
        """End the process with SIGKILL and start the next incarnation, without an agent.

        Unless told otherwise, what waits for an idle kernel is saved first: on a slow machine that may be anything.
        """
        with suppress(asyncio.TimeoutError):  # a kernel that is busy for good
            async with asyncio.timeout(SETTLED):
                while not at_once and await self.manager.is_alive() and (self.waiting() or self.waiting_data()):
                    await asyncio.sleep(0.02)
        self._client.stop_channels()
        await self.manager.restart_kernel(now=True)
        await self._connect()

    async def begin(self, trigger: str = "crash", **request: Any) -> dict[str, Any]:
        """Install the agent and return its acknowledgement; unless told otherwise it takes its time before a cell."""
        self.incarnation += 1
        limits = {"wait": LIMIT, **request.pop("limits", {})}
        request.setdefault("data", self.data)
        request["data_limits"] = {"wait": LIMIT, **request.get("data_limits", {})}
        return await self.ask(
            "begin", install=True, trigger=trigger, incarnation=self.incarnation, limits=limits, **request
        )

    async def ask(self, action: str, *, install: bool = False, **request: Any) -> dict[str, Any]:
        """Ask the agent and return its answer."""
        async with AgentClient(self.manager, self._context) as client:
            return await asyncio.wait_for(client.ask({"action": action, **request}, install=install), LIMIT)

    async def ask_about(self, figure: str, action: str, **request: Any) -> FigureOutcome:
        """Ask the agent something that concerns one figure, and return what came of it."""
        async with AgentClient(self.manager, self._context) as client:
            asking = client.ask_about_figure({"action": action, "figure": figure, **request})
            return (await asyncio.wait_for(asking, LIMIT))[0]

    async def restored(self) -> dict[str, Any]:
        """Return the plot state after a restore that is done now, at the latest."""
        # Settings come back when they are needed.
        await self.run("try: __import__('matplotlib.pyplot')\nexcept ImportError: pass", silent=True)
        state = await self.ask("reinit")
        assert state["status"] in FINAL
        return state

    async def run(self, code: str, *, silent: bool = False, limit: float = LIMIT) -> str:
        """Run a cell and return what it printed; keep all messages that it caused."""
        self.messages = []
        request = self._client.execute_interactive(
            code, silent=silent, allow_stdin=False, output_hook=self.messages.append, timeout=limit
        )
        reply = (await request)["content"]
        self.payload = reply.get("payload", [])
        if reply["status"] != "ok":
            raise CellFailed(f"{code!r}: {reply.get('ename')}: {reply.get('evalue')}")
        return self.printed()

    def printed(self) -> str:
        """Return what the last cell has printed, also one that has failed."""
        return "".join(
            message["content"]["text"] for message in self.messages if message["header"]["msg_type"] == "stream"
        )

    async def complete(self, code: str) -> dict[str, Any]:
        """Return the kernel's reply to a request to complete the end of a cell."""
        reply = await self._client.complete(code, reply=True, timeout=LIMIT)
        return dict(reply["content"])

    def shown(self) -> set[str]:
        """Return the MIME types of the images that the last cell has shown."""
        bundles = [message["content"].get("data", {}) for message in self.messages]
        return {mime for bundle in bundles for mime in bundle if mime.startswith("image/")}

    async def value(self, expression: str) -> Any:
        """Return the value of an expression as JSON data."""
        return json.loads(await self.run(f"import json; print(json.dumps({expression}))"))

    async def stop(self) -> None:
        """End everything."""
        self._client.stop_channels()
        diary = self.diary
        await self.manager.shutdown_kernel(now=True)
        diary.remove()
        self._context.destroy(linger=0)

    async def _connect(self) -> None:
        self._client = self.manager.client()
        self._client.start_channels()
        await self._client.wait_for_ready(timeout=LIMIT)


@pytest.fixture
def transport() -> str:
    """Return what the kernels of a server under test listen on."""
    return TRANSPORT


@pytest.fixture
def jp_runtime_dir() -> Iterator[Path]:
    """Yield a runtime folder with a short path: the address of a Unix socket has at most 107 characters."""
    folder = Path(tempfile.mkdtemp(prefix="mpl-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _compiled() -> None:
    """Compile the agent as a server does."""
    compile_beside()


@pytest.fixture
def start_kernel(
    request: pytest.FixtureRequest, tmp_path: Path, jp_runtime_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Start a kernel, with the agent in it unless told otherwise, as an async context.

    Data comes back as users have it where a module of tests says ``KERNEL_DATA = "all"``; elsewhere what data names
    besides would stand among the reasons that a test is about.
    """
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(jp_runtime_dir))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.chdir(tmp_path)

    @asynccontextmanager
    async def start(name: str = "python3", *, agent: bool = True, **environment: str) -> AsyncIterator[Kernel]:
        kernel = Kernel(name, getattr(request.module, "KERNEL_DATA", "none"))
        await kernel.start(**environment)
        try:
            if agent:
                await kernel.begin("manual")
            yield kernel
        finally:
            await kernel.stop()

    return start
