"""What may have changed and is not saved again does not come back: in a cell, beside one, in a pause."""

from __future__ import annotations

import asyncio
import json

import pytest
from aftermath import reasons
from data_kernels import AGAIN, crash, run, settle
from kernels import LIMIT


async def test_a_cell_that_dies_leaves_what_was_before_it_and_that_is_said(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(kernel, "x = [1]; other = [2]")
        kernel._client.execute("x.append(2); import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
        async with asyncio.timeout(LIMIT):
            while await kernel.manager.is_alive():
                await asyncio.sleep(0.05)
        state = await crash(kernel)
        assert await kernel.value("[x, other]") == [[1], [2]]
        assert [what for what in reasons(state) if "x" in what] == ["the latest changes of x"]


async def test_what_a_thread_has_changed_is_saved_when_the_kernel_is_idle(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(
            kernel,
            "import threading, time\nx = [1]\ndef later():\n    time.sleep(0.1); x.append(2)\n"
            "threading.Thread(target=later).start()",
        )
        await crash(kernel)
        assert json.loads(json.dumps(await kernel.value("x"))) == [1, 2]


@pytest.mark.parametrize(
    "last",
    [
        "get_ipython().run_cell('y = [y]'); x.append(2); get_ipython().run_cell('z = 1'); x.append(3)",
        "helper.run(get_ipython()); x.append(2); helper.run(get_ipython()); x.append(3)",
        "helper.run_in(get_ipython(), 'x.append(2)'); get_ipython().run_cell('x.append(3)')",
    ],
)
async def test_cells_within_a_cell_hide_none_of_its_changes(start_kernel, tmp_path, last):
    (tmp_path / "helper.py").write_text(
        "def run(shell): shell.run_cell('1')\ndef run_in(shell, code): shell.run_cell('1'); exec(code, shell.user_ns)\n"
    )
    async with start_kernel(agent=False) as kernel:
        await run(kernel, "import helper; x = [1]; y = [1]")
        await kernel.run(last)
        await settle(kernel)
        await kernel.crash()
        await kernel.begin("crash", data="all")
        assert await kernel.value("globals().get('x', 'not there')") in ("not there", [1, 2, 3])


async def test_what_is_asked_for_with_a_cell_may_change_something_too(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(kernel, "x = [1]")
        message = kernel._client.execute("1", user_expressions={"a": "x.append(2)"}, reply=False)
        assert message
        assert await kernel.value("2") == 2
        await crash(kernel)
        assert await kernel.value("globals().get('x', 'not there')") in ("not there", [1, 2])


async def test_what_cells_change_while_the_agent_is_paused_is_not_stale_and_saved_when_it_goes_on(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(kernel, "x = [1]; y = [1]", "import math")
        await kernel.ask("pause", paused=True, message="")
        await kernel.run("x.append(2)")
        why = reasons(await crash(kernel))
        unseen = f"the guard was paused, and cells may have changed it since; {AGAIN}"
        assert why["the name x"] == why["the name y"] == unseen
        await run(kernel, "x = [1]; y = [1]")
        await kernel.ask("pause", paused=True, message="")
        await kernel.run("x.append(2); z = 3")
        await kernel.ask("pause", paused=False, message="")
        await settle(kernel)
        assert reasons(await crash(kernel)) == {}
        assert await kernel.value("[x, y, z]") == [[1, 2], [1], 3]


async def test_names_that_are_still_to_come_are_so_after_a_pause(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(kernel, "import math, numpy as np; large = np.zeros(100_000); f = [1]")
        await crash(kernel)
        await kernel.ask("pause", paused=True, message="")
        await kernel.run("f = 5")
        await kernel.ask("pause", paused=False, message="")
        assert await kernel.value("[f, large.size, math.pi > 3]") == [5, 100_000, True]
        await settle(kernel)
        await crash(kernel)
        assert await kernel.value("[f, large.size]") == [5, 100_000]
