"""Asking for a reinitialisation at awkward moments, and diaries that are not what they should be."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from glob import glob
from pathlib import Path

import pytest
from samples import some_of
from server_kernels import LIMIT, PLOT


async def test_reinit_that_comes_before_the_new_process_waits_for_the_outcome(call, kernel, run, fetch_json):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    restart = asyncio.create_task(fetch_json("POST", "api", "kernels", kernel_id, "restart", request_timeout=LIMIT))
    while (await call("GET", f"kernels/{kernel_id}"))[1]["status"] != "restoring":
        await asyncio.sleep(0)
    code, state = await call("POST", "reinit", {"kernel_id": kernel_id})
    await restart
    assert (code, state["status"], state["rc_params"]) == (200, "restored", {"lines.linewidth": 7.5})


async def test_reinit_that_comes_before_a_crash_is_noticed_waits_for_the_outcome(call, kernel, run, jp_serverapp):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    os.kill(jp_serverapp.kernel_manager.get_kernel(kernel_id).provisioner.pid, 9)
    code, state = await call("POST", "reinit", {"kernel_id": kernel_id})
    assert (code, state["status"], state["last_restore"]["trigger"]) == (200, "restored", "crash")


async def test_a_backend_asked_for_while_a_restore_is_pending_comes_when_the_kernel_is_idle(
    call, kernel, run, occupied
):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    async with occupied(kernel_id):
        await call("POST", "reinit", {"kernel_id": kernel_id, "timeout": 0})
        code, _ = await call("POST", "reinit", {"kernel_id": kernel_id, "backend": "agg", "timeout": 0})
        assert code == 202
    code, state = await call("POST", "reinit", {"kernel_id": kernel_id})
    assert (code, state["backend"]) == (200, "agg")


@pytest.mark.parametrize(
    "text", some_of(['{"version": 2, "incarnation": 1, "status": "live"}', "{}", '{"incarnation": "x"}'], 1)
)
async def test_a_diary_that_is_no_plot_state_is_not_shown_and_breaks_nothing(call, kernel, run, jp_runtime_dir, text):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    (Path(jp_runtime_dir) / f"mpl-guard-{kernel_id}" / "state.json").write_text(text)
    for method, path, body in (
        ("GET", f"kernels/{kernel_id}", None),
        ("GET", "kernels", None),
        ("POST", "reinit", {"kernel_id": kernel_id}),
    ):
        code, _ = await call(method, path, body)  # validates the answer
        assert code == 200, (method, path)


async def test_a_python_kernel_that_is_not_ipython_is_unsupported(call, kernel, jp_data_dir):
    folder = Path(jp_data_dir) / "kernels" / "other-python"
    folder.mkdir(parents=True)
    argv = [sys.executable, "-m", "pytest_jupyter.echo_kernel", "-f", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Other", "language": "python"}))
    kernel_id = await kernel("other-python")
    code, _ = await call("POST", "reinit", {"kernel_id": kernel_id})
    assert code == 409
    code, state = await call("GET", f"kernels/{kernel_id}")
    assert (code, state["status"]) == (200, "unsupported")


async def test_no_diary_outlives_the_server(kernel, run, jp_serverapp, jp_runtime_dir):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    assert glob("mpl-guard-*", root_dir=jp_runtime_dir)
    await jp_serverapp._cleanup()
    assert not glob("mpl-guard-*", root_dir=jp_runtime_dir)
