"""The agent in real kernels: when settings come back, and that no cell comes too early."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from fork_server import BARE
from kernels import LIMIT, PYPLOT, CellFailed

from jupyter_mpl_guard.agent_client.client import AgentClient

IMPORTED = "sorted({name.partition('.')[0] for name in __import__('sys').modules} & {'numpy', 'PIL'})"


async def test_nothing_is_imported_for_settings_before_a_cell_needs_them(start_kernel):
    async with start_kernel(**BARE) as other, start_kernel(**BARE) as kernel:
        await other.run(PYPLOT + "fig = plt.figure()")
        await kernel.run("%matplotlib widget\n" + PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        for each in (other, kernel):
            await each.run("0")  # what has been drawn is saved
            await each.crash()
        state = await kernel.begin("restart")
        assert (state["status"], state["backend"], state["rc_params"]) == ("restored", "widget", {"figure.dpi": 137.0})
        assert state["aliases"] == {"plt": "matplotlib.pyplot"}
        assert (await kernel.ask("reinit"))["status"] == "restored"
        assert (await other.begin())["status"] == "restoring"
        async with asyncio.timeout(60):  # figures come back when the kernel is idle
            while other.saved()["incarnation"] == 1 or other.saved()["status"] == "restoring":
                await asyncio.sleep(0.05)
        assert other.saved()["status"] == "restored"
        assert await other.value("[name for name in ('fig', 'plt') if name not in globals()]") == []
        assert await kernel.value(IMPORTED) == []
        assert await kernel.run("print(plt.rcParams['figure.dpi'])") == "137.0\n"


async def test_what_a_first_cell_sets_in_the_environment_counts(start_kernel):
    code = "import os\nos.environ['MPLBACKEND'] = '{}'\nos.environ['OMP_NUM_THREADS'] = '{}'\n" + PYPLOT
    async with start_kernel() as kernel:
        await kernel.run(code.format("agg", 1))
        await kernel.crash()
        await kernel.begin("restart")
        assert await kernel.value("__import__('os').environ.get('OMP_NUM_THREADS')") is None
        assert await kernel.run(code.format("svg", 2) + "print(plt.get_backend())") == "svg\n"
        await kernel.run("fig = plt.figure()")
        await kernel.run("0")
        await kernel.crash()
        await kernel.begin("crash")
        assert await kernel.value("__import__('os').environ.get('OMP_NUM_THREADS')") == "2"


async def test_an_import_by_other_code_brings_the_settings_first(start_kernel):
    Path("mine.py").write_text("def draw():\n    import matplotlib as m\n    return m.rcParams['figure.dpi']\n")
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        await kernel.crash()
        await kernel.begin()
        assert await kernel.run("import mine; print(mine.draw())") == "137.0\n"


async def test_find_spec_does_not_use_the_import_up(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        await kernel.crash()
        await kernel.begin()
        code = "import importlib.util as u; u.find_spec('mat' + 'plotlib')\nm = __import__('mat' + 'plotlib')\n"
        assert await kernel.run(code + "print(m.rcParams['figure.dpi'], m.__loader__.__class__.__name__)") == (
            "137.0 SourceFileLoader\n"
        )


async def test_a_thread_that_imports_matplotlib_finds_the_rcparams(start_kernel):
    Path("mine.py").write_text("import matplotlib.pyplot as p\ndpi = p.rcParams['figure.dpi']\n")
    async with start_kernel() as kernel:
        await kernel.run("%matplotlib widget\n" + PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        await kernel.crash()
        await kernel.begin()
        await kernel.run(
            "from threading import Thread\nt = Thread(target=lambda: __import__('mine'))\nt.start(); t.join()"
        )
        assert kernel.saved()["backend"] == "widget"
        assert kernel.saved()["status"] == "restored"
        assert await kernel.run("import mine; print(mine.dpi)") == "137.0\n"


async def test_a_cell_that_runs_text_finds_its_names(start_kernel):
    Path("text.py").write_text("print(plt.rcParams['figure.dpi'])")
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        for cell in ("exec(open('text.py').read())", "%run -i text.py"):
            await kernel.crash()
            await kernel.begin()
            assert await kernel.run(cell) == "137.0\n", cell


async def test_a_silent_request_finds_its_names(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        await kernel.crash()
        await kernel.begin()
        await kernel.run("dpi = plt.rcParams['figure.dpi']", silent=True)
        assert await kernel.value("dpi") == 137.0


async def test_an_interrupt_during_the_restore_stops_the_cell_and_not_the_restore(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run("%matplotlib widget\n" + PYPLOT)
        await kernel.crash()
        await kernel.begin()
        cell = asyncio.create_task(kernel.run("plt.close('all')\nwhile True: pass"))
        await asyncio.sleep(0.3)  # into the import
        await kernel.manager.interrupt_kernel()
        while not (await asyncio.wait([cell], timeout=3))[0]:  # on a slow machine the cell had not begun
            await kernel.manager.interrupt_kernel()
        with pytest.raises(CellFailed, match="KeyboardInterrupt"):
            await cell
        assert kernel.saved()["status"] == "restored"
        assert await kernel.run("print(plt.isinteractive())") == "True\n"


async def test_a_page_that_has_asked_too_early_hears_what_the_first_cell_will_find(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        await kernel.crash()
        async with AgentClient(kernel.manager, kernel._context) as client:
            await client.ask({"action": "begin", "trigger": "restart", "incarnation": 2}, install=True)
            published = await asyncio.wait_for(client.outcome(), LIMIT)
        assert (published["status"], published["rc_params"]) == ("restored", {"figure.dpi": 137.0})
