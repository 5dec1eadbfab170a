"""Kernels behind a Jupyter Kernel Gateway and a Jupyter Enterprise Gateway that ask for a token."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time

import pytest
from far_kernels import is_saved, plotted, state_when
from server_kernels import LIMIT

from jupyter_mpl_guard import internals


@pytest.fixture
def jp_server_config(jp_server_config, gateway_config):
    """Configure the server to run its kernels behind the gateway."""
    return {**jp_server_config, **gateway_config}


def is_restored(state):
    """Return whether a restore has ended."""
    return state["last_restore"] is not None and state["status"] != "restoring"


async def test_a_kernel_behind_a_gateway_is_guarded_over_its_restart(call, far_kernel, far_page, restart):
    async with far_kernel() as kernel_id:
        async with far_page(kernel_id) as page:
            await plotted(page)
        _, state = await call("GET", f"kernels/{kernel_id}")  # as a page does that is loaded again
        assert (state["status"], state["rc_params"], len(state["figures"])) == ("live", {"lines.linewidth": 7.5}, 1)
        await restart(kernel_id)
        async with far_page(kernel_id) as page:
            printed = await page.run("import matplotlib.pyplot as plt; print(plt.rcParams['lines.linewidth'])")
        assert printed == "7.5\n"
        _, state = await call("POST", "reinit", {"kernel_id": kernel_id, "figures": "all", "timeout": 30})
        assert (state["status"], state["incarnation"], len(state["figures"])) == ("restored", 2, 1), state
        async with far_page(kernel_id) as page:
            assert await page.run("print(ax.figure is fig)") == "True\n"


async def test_after_a_crash_that_a_page_hears_of_everything_is_back(call, far_kernel, far_page):
    async with far_kernel() as kernel_id, far_page(kernel_id) as page:
        os.kill(await plotted(page), signal.SIGKILL)
        await page.hear_restart()
        assert await page.run("print(ax.figure is fig, plt.rcParams['lines.linewidth'])") == "True 7.5\n"
        _, state = await call("GET", f"kernels/{kernel_id}")
        assert (state["incarnation"], len(state["figures"]), state["last_restore"]["trigger"]) == (2, 1, "crash")


async def test_after_a_crash_that_nobody_has_heard_of_a_page_that_connects_finds_everything(
    call, far_kernel, far_page, fetch_json
):
    async with far_kernel() as kernel_id:
        async with far_page(kernel_id) as page:
            process = await plotted(page)
        await state_when(call, kernel_id, is_saved)
        before = (await fetch_json("GET", "api", "kernels"))[1]
        os.kill(process, signal.SIGKILL)
        async with asyncio.timeout(LIMIT):
            while (await fetch_json("GET", "api", "kernels"))[1] == before:
                await asyncio.sleep(0.1)
        async with far_page(kernel_id) as page:
            assert await page.run("print(ax.figure is fig, plt.rcParams['lines.linewidth'])") == "True 7.5\n"


async def test_after_a_crash_that_nobody_has_heard_of_the_state_is_true(call, far_kernel, far_page):
    async with far_kernel() as kernel_id:
        async with far_page(kernel_id) as page:
            process = await plotted(page)
        await state_when(call, kernel_id, is_saved)
        os.kill(process, signal.SIGKILL)
        state = await state_when(call, kernel_id, lambda state: state.get("incarnation") == 2 and is_restored(state))
        assert (state["status"], len(state["figures"])) == ("restored", 1)


async def test_who_looks_keeps_no_kernel_from_being_culled(call, far_kernel, far_page, fetch_json):
    async with far_kernel() as kernel_id:
        async with far_page(kernel_id) as page:
            await plotted(page)
            async with asyncio.timeout(LIMIT):  # what it has saved of data it says when it has been idle for a moment
                while not (await call("GET", f"kernels/{kernel_id}"))[1]["data"]["saved"]:
                    await asyncio.sleep(0.05)
        (seen,) = (await fetch_json("GET", "api", "kernels"))[1]
        for _ in range(3):
            await call("GET", f"kernels/{kernel_id}")
        assert (await fetch_json("GET", "api", "kernels"))[1] == [seen]
        assert seen["connections"] == 0


async def test_a_gateway_that_hangs_does_not_stop_the_server(call, far_kernel, far_page, gateway, fetch_json):
    async with far_kernel() as kernel_id:
        with gateway.hanging():
            asked = asyncio.create_task(call("POST", "reinit", {"kernel_id": kernel_id, "timeout": 20}))
            seen = asyncio.create_task(call("GET", f"kernels/{kernel_id}"))
            longest = 0.0  # seconds
            for _ in range(40):
                before = time.monotonic()
                await fetch_json("GET", "api")  # which does not ask the gateway
                longest = max(longest, time.monotonic() - before)
                await asyncio.sleep(0.05)
            assert longest < 1.5
            await seen
        assert (await asked)[0] == 200


async def test_a_refusal_of_the_gateway_is_one_clear_sentence(call, far_kernel, monkeypatch):
    made = internals.gateway_request

    def without_token(*args):
        request = made(*args)
        request.headers = {}
        return request

    monkeypatch.setattr(internals, "gateway_request", without_token)
    async with far_kernel() as kernel_id:
        state = await state_when(call, kernel_id, lambda state: state.get("status") == "error")
        said = r"Plotting settings are not guarded in this kernel \(HTTPClientError: HTTP 40[13]: [A-Za-z ]+\)\."
        assert re.fullmatch(said, state["message"])


async def test_a_kernel_that_ends_leaves_nothing_on_the_gateway(far_kernel, far_page, gateway):
    before = gateway.diaries()
    async with far_kernel() as kernel_id, far_page(kernel_id) as page:
        await plotted(page)
        assert len(gateway.diaries()) == len(before) + 1
    assert gateway.diaries() == before


async def test_what_widgets_send_passes_both_ways(far_kernel, far_page):
    # jupyter_server's connection to a gateway ends on the first binary message.
    async with far_kernel() as kernel_id, far_page(kernel_id) as page:
        code = "from comm import create_comm; create_comm(target_name='t').send({}, buffers=[b'\\xff' * 8]); print(1)"
        assert await page.run(code) == "1\n"
        assert await page.run("print(2)") == "2\n"
