"""What tests of figures do again and again: end a kernel between two cells, and ask what is there afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from kernels import LIMIT, Kernel

SETUP = "import matplotlib.pyplot as plt\nimport matplotlib as mpl\nimport numpy as np\n"
"""Set-up that the cells of these tests assume."""

AGG = SETUP + "plt.switch_backend('agg')\n"
"""The same under a backend that leaves figures open."""

PYPLOTS = "[[n, plt.figure(n).get_label(), len(plt.figure(n).axes)] for n in plt.get_fignums()]"
"""Expression for what pyplot holds; it makes the last figure the current one."""


async def crash(kernel: Kernel, trigger: str = "crash", *, at_once: bool = False, **request: Any) -> dict[str, Any]:
    """Kill a kernel when the figures of its last cell are saved, and return what a restore that is done now says.

    Parameters
    ----------
    kernel : kernels.Kernel
        The kernel.
    trigger : str
        See `protocol.Trigger`.
    at_once : bool
        Whether it is killed also where saving waits for it to be idle.
    **request : object
        What else the server says to the agent of the next incarnation.
    """
    await kernel.run("0")  # before it starts, the figures of the cell before it are on disk or named as waiting
    await kernel.crash(at_once=at_once)
    await kernel.begin(trigger, **request)
    return await kernel.restored()


async def untrue(kernel: Kernel, *expressions: str) -> dict[str, Any]:
    """Return those expressions that are not true in the user's namespace, each with its value or its error."""
    code = (
        "def _value(expression):\n    try:\n        return eval(expression)\n"
        "    except Exception as error:\n        return error\n"
        f"_values = {{each: _value(each) for each in {list(expressions)!r}}}\n"
    )
    await kernel.run(code)
    wrong = await kernel.value("{each: repr(value) for each, value in _values.items() if str(value) != 'True'}")
    await kernel.run("del _value, _values")
    return wrong


def reasons(state: dict[str, Any]) -> dict[str, str]:
    """Return what a plot state names as missing, as a dict of reasons."""
    return {each["what"]: each["why"] for each in state["last_restore"]["missing"]}


async def until(condition: Callable[[], Any]) -> Any:
    """Wait until a condition is true and return what it returned."""
    async with asyncio.timeout(LIMIT):
        while not (value := condition()):
            await asyncio.sleep(0.02)
    return value


def is_saved(state: dict[str, Any] | None) -> bool:
    """Return whether there are figures in a plot state, and all are saved."""
    return bool(state and state["figures"]) and all(figure["saved"] for figure in state["figures"])


def saved_figures(kernel: Kernel) -> list[dict[str, Any]]:
    """Return the figures of the list in a kernel's diary, as it describes them."""
    return [figure for group in kernel.groups() for figure in group["figures"]]


def outputs(kernel: Kernel) -> list[dict[str, Any]]:
    """Return the content of all messages that a page shows below the last cell."""
    shown = ("stream", "display_data", "execute_result", "error")
    return [each["content"] for each in kernel.messages if each["header"]["msg_type"] in shown]
