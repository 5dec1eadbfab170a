"""Kernels that run notebooks, with the guard as users have it: the agent is installed as the server does it."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from base64 import b64decode
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
from environments import DATA
from jupyter_core.paths import jupyter_runtime_dir
from kernels import LIMIT, Kernel
from notebooks import Notebook
from rivals import RIVALS

QUIET = 1.0
"""Seconds after which a kernel has been idle."""

Output = tuple[str, str]
"""A MIME type, or the name of a stream or an error, and what it shows."""


async def guard(kernel: Kernel, trigger: str, wait: float = 0.0, **limits: float) -> None:
    """Install the agent.

    Parameters
    ----------
    kernel : kernels.Kernel
        A kernel that has just started.
    trigger : str
        What it was started by.
    wait : float
        Seconds that saving may take before a cell, 0.0 for as many as users have it.
    **limits : float
        Other limits of data than users have.
    """
    await kernel.begin(trigger, data="all", limits={"wait": wait or 0.08}, data_limits={"wait": wait or 0.03, **limits})


@contextmanager
def kernel_named(name: str = "") -> Iterator[str]:
    """Make kernels write connection files into a folder of their own; by default one with all packages is made."""
    if not name:
        os.environ["JUPYTER_PATH"] = str(DATA)
        name = RIVALS.make()
    with tempfile.TemporaryDirectory(prefix="mpl-", dir="/tmp") as runtime:
        os.environ["JUPYTER_RUNTIME_DIR"] = runtime
        yield name


@asynccontextmanager
async def running(
    notebook: Notebook, kernel_name: str, wait: float = 0.0, *, guarded: bool = True, **limits: float
) -> AsyncIterator[Kernel]:
    """Start a kernel for a notebook, in a folder with the files beside it; the limits are those of `guard`."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in notebook.files.items():
            Path(folder, path).parent.mkdir(exist_ok=True)
            Path(folder, path).write_text(text, "utf-8")
        kernel = Kernel(kernel_name)
        # As a server names it; there are packages that find their kernel by that.
        kernel.manager.connection_file = os.path.join(jupyter_runtime_dir(), f"kernel-{uuid4()}.json")
        await kernel.start(folder, IPYTHONDIR=os.path.join(folder, ".ipython"))
        try:
            if guarded:
                await guard(kernel, "manual", wait, **limits)
            yield kernel
        finally:
            await kernel.stop()


def folder_of(kernel: Kernel) -> Path:
    """Return the working directory of a kernel's process."""
    return Path(psutil.Process(kernel.manager.provisioner.pid).cwd())


def milliseconds_of_processor(kernel: Kernel) -> float:
    """Return the milliseconds of processor time that a kernel's process has taken."""
    times = psutil.Process(kernel.manager.provisioner.pid).cpu_times()
    return 1000 * (times.user + times.system)


async def outputs(kernel: Kernel, code: str) -> list[Output]:
    """Run a cell and return what it shows."""
    messages: list[dict[str, Any]] = []
    await kernel._client.execute_interactive(
        code, allow_stdin=False, output_hook=messages.append, timeout=LIMIT, stop_on_error=False
    )
    shown: list[Output] = []
    for each in messages:
        kind, content = each["header"]["msg_type"], each["content"]
        if kind == "stream":
            if shown and shown[-1][0] == content["name"]:
                content["text"] = shown.pop()[1] + content["text"]
            shown.append((content["name"], content["text"]))
        elif kind == "error":
            shown.append((content["ename"], content["evalue"]))
        elif kind in ("execute_result", "display_data"):
            shown += [(mime, _shown(mime, data)) for mime, data in sorted(content["data"].items())]
    return shown


def _shown(mime: str, data: Any) -> str:
    if mime.startswith("image/"):
        return hashlib.sha256(b64decode(data)).hexdigest()
    return re.sub(r"0x[0-9a-f]+|sk-container-id-\d+|xr-\w+|[0-9a-f]{8}-[0-9a-f-]{27}", "0x", str(data))


async def settled(kernel: Kernel) -> None:
    """Wait until a kernel has been idle and has saved what it had."""
    await asyncio.sleep(QUIET)
    async with asyncio.timeout(LIMIT):
        while state := kernel.saved():
            if not state["data"]["waiting"] and all(each["saved"] for each in state["figures"]):
                break
            await asyncio.sleep(0.1)
