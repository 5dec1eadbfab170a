"""The command beside a real server with real kernels, and that it says what a cell and REST say."""

from __future__ import annotations

import asyncio
import json
import sys

import pytest
from server_kernels import LIMIT, client_of

from jupyter_mpl_guard.agent.state import summary
from jupyter_mpl_guard.cli.outcome import ExitStatus

PLOT = (
    "%matplotlib agg\nimport matplotlib.pyplot as plt\nplt.rcParams['lines.linewidth'] = 7.5\n"
    "fig, ax = plt.subplots(num='mine'); line, = ax.plot([1, 2]); other = plt.figure()"
)


@pytest.fixture
def shown(jp_serverapp):
    """Return the text that the magic displays in a cell."""

    async def shown(kernel_id: str, line: str) -> str:
        bundles = []

        def note(message):
            if message["header"]["msg_type"] == "display_data":
                bundles.append(message["content"]["data"])

        async with client_of(jp_serverapp, kernel_id) as client:
            await client.execute_interactive(f"%mpl_guard {line}", output_hook=note, timeout=LIMIT)
        (bundle,) = bundles
        return bundle["text/plain"] + "\n"

    return shown


@pytest.fixture
def shell(jp_serverapp):
    """Run the command in a process of its own, which finds the server under test by itself."""

    async def shell(*arguments: str, status: int = ExitStatus.OK) -> str:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "jupyter_mpl_guard.cli", *arguments), stdout=-1, stderr=-1
        )
        out, err = await asyncio.wait_for(process.communicate(), LIMIT)
        assert process.returncode == status, (out, err)
        return (out if status in (ExitStatus.OK, ExitStatus.PROBLEM) else err).decode()

    return shell


@pytest.fixture
def offered(opened, run, restart):
    """Plot in a notebook and restart its kernel, so that the figures are offered; return the kernel's id."""

    async def offered() -> str:
        kernel_id = (await opened("day.ipynb"))["kernel"]["id"]
        await run(kernel_id, PLOT)
        await run(kernel_id, "1")
        await restart(kernel_id)
        return kernel_id

    return offered


async def test_figures_come_back_one_by_one_and_all_together(offered, shell, run):
    kernel_id = await offered()
    assert kernel_id in await shell("list")
    assert json.loads(await shell("status", "--json", "--notebook", "day.ipynb"))["status"] == "offered"
    assert await shell("restore", "nobody", status=ExitStatus.USAGE) == (
        "No figure from before the restart is called 'nobody'; "
        'there are figure 1 (fig, ax, line, "mine"); figure 2 (other).\n'
    )
    assert await shell("restore", "ax") == "Restored: figure 1 (fig, ax, line).\n"
    assert await run(kernel_id, "print(line.get_ydata(), 'other' in dir())") == "[1 2] False\n"
    assert await shell("restore", "--kernel", kernel_id) == "Restored: figure 2 (other); 1 name of data.\n"
    assert await shell("restore") == "Nothing from before the restart waits to be restored.\n"
    assert await run(kernel_id, "print(plt.get_fignums())") == "[1, 2]\n"


async def test_a_backend_is_chosen_and_what_was_saved_is_forgotten(opened, run, restart, shell):
    kernel_id = (await opened("day.ipynb"))["kernel"]["id"]
    await run(kernel_id, PLOT)
    assert json.loads(await shell("reinit", "--backend", "svg", "--json"))["backend"] == "svg"
    assert "is removed" in await shell("forget")
    await restart(kernel_id)
    assert await run(kernel_id, "import matplotlib; print(matplotlib.rcParams['lines.linewidth'])") == "1.5\n"


async def test_a_living_figure_is_written_byte_for_byte_as_savefig_does(opened, run, shell, tmp_path):
    kernel_id = (await opened("day.ipynb"))["kernel"]["id"]
    await run(kernel_id, PLOT)
    await run(kernel_id, f"fig.savefig({str(tmp_path / 'expected.png')!r}, dpi=77, transparent=True)")
    folder = tmp_path / "exported"
    await shell("export", "mine", "--dpi", "77", "--transparent", "--to", str(folder))
    assert [each.name for each in folder.iterdir()] == ["mine.png"]
    assert (folder / "mine.png").read_bytes() == (tmp_path / "expected.png").read_bytes()


async def test_a_busy_kernel_is_told_by_the_exit_status(opened, run, occupied, shell):
    kernel_id = (await opened("day.ipynb"))["kernel"]["id"]
    await run(kernel_id, PLOT)
    async with occupied(kernel_id):
        await shell("reinit", "--backend", "svg", "--timeout", "0.2", status=ExitStatus.BUSY)


async def test_a_kernel_that_is_not_python_is_told_by_the_exit_status(kernel, bash_kernel_name, shell):
    await kernel(bash_kernel_name)
    assert "Python kernels only" in await shell("status")
    assert "does not run Python" in await shell("reinit", status=ExitStatus.NOBODY)


async def test_cell_command_and_rest_say_the_same(opened, run, call, shown, shell):
    kernel_id = (await opened("day.ipynb"))["kernel"]["id"]
    await run(kernel_id, PLOT)
    await run(kernel_id, "1")
    state, settled = None, (await call("GET", f"kernels/{kernel_id}"))[1]
    while state != settled:  # what waits for an idle kernel has been saved
        await asyncio.sleep(1)
        state, settled = settled, (await call("GET", f"kernels/{kernel_id}"))[1]
    for name, say in (("status", summary.status), ("figures", summary.figures)):
        said = summary.plain(say(state)) + "\n"
        assert "mine" in said or "7.5" in said
        assert await shown(kernel_id, name) == said
        assert await shell(name) == said
        assert json.loads(await shell(name, "--json")) == state
    code = (await call("GET", f"kernels/{kernel_id}/code"))[1]
    assert await shown(kernel_id, "code") == await shell("code") == code["code"].rstrip("\n") + "\n"
    checks = (await call("GET", f"kernels/{kernel_id}/diagnosis"))[1]["checks"]
    said = summary.plain(summary.checks(checks)) + "\n"
    assert await shown(kernel_id, "doctor") == said
    problem = any(each["status"] == "problem" for each in checks)
    assert await shell("doctor", status=ExitStatus.PROBLEM if problem else ExitStatus.OK) == said
