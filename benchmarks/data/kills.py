"""End the kernel of a notebook in the middle of it, and see which cells go on as if nothing had been.

Kernels are those of the tests: the agent is put in as the server does it.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import sys
import tempfile
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "support"))

from kernels import LIMIT, Kernel
from notebooks import Notebook

QUIET = 1.0
"""Seconds after which a kernel has been idle."""

Output = tuple[str, str]


class Manner(Enum):
    """When the kernel is killed."""

    BETWEEN = "between cells"
    IN_CELL = "in a cell"
    BURST = "in a burst"


class Outcome(NamedTuple):
    """What came of one kill.

    Attributes
    ----------
    following : int
        Cells that follow.
    failed : list of str
        What was other in those that did not go on, one sentence for each.
    """

    following: int
    failed: list[str]


async def reference(notebook: Notebook, kernel_name: str, wait: float = 0.0) -> list[list[Output]]:
    """Return the outputs of all cells of a notebook in a kernel that nobody kills.

    Raises
    ------
    RuntimeError
        A cell fails.
    """
    async with _kernel(notebook, kernel_name, wait) as kernel:
        outputs = [await _outputs(kernel, cell) for cell in notebook.cells]
    for cell, shown in zip(notebook.cells, outputs, strict=True):
        if errors := [each for each in shown if each[0].endswith("Error")]:
            raise RuntimeError(f"{notebook.name}: {cell!r} fails anyhow: {errors}")
    return outputs


async def outcome(
    notebook: Notebook, kernel_name: str, share: float, manner: Manner, expected: list[list[Output]], wait: float = 0.0
) -> Outcome:
    """Kill a kernel when a share of the cells have run, and run those that follow."""
    count = max(round(share * len(notebook.cells)), 1)
    before, after = notebook.cells[:count], notebook.cells[count:]
    async with _kernel(notebook, kernel_name, wait) as kernel:
        dying = after[0] + "\n__import__('time').sleep(60)"
        if manner is Manner.BURST:
            await _burst(kernel, before, dying)
        else:
            for cell in before:
                await _outputs(kernel, cell)
            await _settled(kernel)
        if manner is Manner.IN_CELL:
            kernel._client.execute(dying)
        if manner is not Manner.BETWEEN:
            await asyncio.sleep(QUIET)
        await kernel.crash(at_once=True)
        await kernel.begin("crash", data="all", limits={"wait": wait or 0.08}, data_limits={"wait": wait or 0.03})
        failed = []
        for cell, wanted in zip(after, expected[count:], strict=True):
            found = await _outputs(kernel, cell)
            if found != wanted:
                failed.append(f"{cell!r}: {_first_difference(found, wanted)}")
        return Outcome(len(after), failed)


@asynccontextmanager
async def _kernel(notebook: Notebook, name: str, wait: float) -> AsyncIterator[Kernel]:
    with tempfile.TemporaryDirectory() as folder:
        for path, text in notebook.files.items():
            Path(folder, path).parent.mkdir(exist_ok=True)
            Path(folder, path).write_text(text, "utf-8")
        kernel = Kernel(name)
        await kernel.start(folder, IPYTHONDIR=os.path.join(folder, ".ipython"))
        try:
            await kernel.begin("manual", data="all", limits={"wait": wait or 0.08}, data_limits={"wait": wait or 0.03})
            yield kernel
        finally:
            await kernel.stop()


async def _outputs(kernel: Kernel, code: str) -> list[Output]:
    """Run a cell and return what it shows."""
    messages: list[dict[str, Any]] = []
    await kernel._client.execute_interactive(
        code, allow_stdin=False, output_hook=messages.append, timeout=LIMIT, stop_on_error=False
    )
    outputs: list[Output] = []
    for each in messages:
        kind, content = each["header"]["msg_type"], each["content"]
        if kind == "stream":
            if outputs and outputs[-1][0] == content["name"]:
                content["text"] = outputs.pop()[1] + content["text"]
            outputs.append((content["name"], content["text"]))
        elif kind == "error":
            outputs.append((content["ename"], content["evalue"]))
        elif kind in ("execute_result", "display_data"):
            outputs += [(mime, _shown(mime, data)) for mime, data in sorted(content["data"].items())]
    return outputs


def _shown(mime: str, data: Any) -> str:
    if mime.startswith("image/"):
        return hashlib.sha256(b64decode(data)).hexdigest()
    return re.sub(r"0x[0-9a-f]+|sk-container-id-\d+|xr-\w+|[0-9a-f]{8}-[0-9a-f-]{27}", "0x", str(data))


async def _settled(kernel: Kernel) -> None:
    """Wait until a kernel has been idle and has saved what it had."""
    await asyncio.sleep(QUIET)
    async with asyncio.timeout(LIMIT):
        while state := kernel.saved():
            if not state["data"]["waiting"] and all(each["saved"] for each in state["figures"]):
                break
            await asyncio.sleep(0.1)


async def _burst(kernel: Kernel, cells: tuple[str, ...], dying: str) -> None:
    """Send all cells at once, with one that does not end, and wait for the reply to the last that does."""
    last = [kernel._client.execute(cell, stop_on_error=False) for cell in cells][-1]
    kernel._client.execute(dying)
    async with asyncio.timeout(LIMIT):
        while (await kernel._client.get_shell_msg())["parent_header"].get("msg_id") != last:
            pass


def _first_difference(found: list[Output], wanted: list[Output]) -> str:
    for one, other in zip(found, wanted, strict=False):
        if one != other:
            return f"{one[0]} {one[1][:200]!r} in place of {other[0]} {other[1][:200]!r}"
    return f"{len(found)} outputs in place of {len(wanted)}: {(found or wanted)[-1]!r:.200}"
