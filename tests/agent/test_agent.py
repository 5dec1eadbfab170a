"""The agent in real kernels: what it leaves alone, how it gets there, and that it is invisible."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from fork_server import BARE
from kernels import PYPLOT, CellFailed

import jupyter_mpl_guard.agent
from jupyter_mpl_guard.agent.protocol import DISPLAY_ID, MIME
from jupyter_mpl_guard.agent_client.bundle import agent_source

NAMES = "sorted(name for name in globals() if not name.startswith('_'))"
IMPORTED = "sorted({name.partition('.')[0] for name in __import__('sys').modules} & {'numpy', 'PIL'})"


@pytest.mark.parametrize("data", ["all", "none"])
async def test_a_user_who_does_not_plot_sees_nothing_at_all(start_kernel, data):
    async with start_kernel(agent=False, **BARE) as kernel:
        await kernel.begin("manual", data=data)
        await kernel.run("1")
        await kernel.crash()
        state = await kernel.begin(data=data)
        assert (state["status"], state["incarnation"]) == ("absent", 2)
        await asyncio.sleep(1)  # an import at leisure would have begun
        assert await kernel.value(IMPORTED) == []
        assert await kernel.value(NAMES) == ["In", "Out", "exit", "get_ipython", "json", "open", "quit"]
        assert await kernel.value("get_ipython().execution_count") == 4
        assert {each["header"]["msg_type"] for each in kernel.messages} <= {
            "status", "execute_input", "stream", "update_display_data",
        }  # fmt: skip
        await asyncio.sleep(1)  # what the cells have bound is saved
        names = {name for name in kernel.diary.names() if not name.endswith(".data")}
        assert names == (set() if data == "none" else {"data.log", "state.json", "alive.json"})
        assert await kernel.value(IMPORTED) == []


async def test_reset_does_not_disable_the_guard(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        await kernel.run("%reset -f")
        assert (await kernel.ask("reinit"))["status"] == "live"
        await kernel.run("import matplotlib.pyplot as p; p.rcParams['figure.dpi'] = 138")
        assert kernel.saved()["aliases"] == {"p": "matplotlib.pyplot"}
        await kernel.crash()
        await kernel.begin()
        assert await kernel.run("print(p.rcParams['figure.dpi'])") == "138.0\n"


async def test_clients_are_told_and_draw_nothing(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT)
        published = [each["content"] for each in kernel.messages if each["header"]["msg_type"] == "update_display_data"]
        assert [each["transient"] for each in published] == [{"display_id": DISPLAY_ID}]
        assert published[0]["data"][MIME] == kernel.saved()
        await kernel.run("1")
        assert not [each for each in kernel.messages if each["header"]["msg_type"] == "update_display_data"]


async def test_an_error_of_ours_shows_in_the_state_and_nowhere_else(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT)
        await kernel.run("import sys\nsys.modules['_jupyter_mpl_guard'].settings.aliases.bound = None")
        assert await kernel.run("print('fine')") == "fine\n"
        assert {each["header"]["msg_type"] for each in kernel.messages} <= {
            "status",
            "execute_input",
            "stream",
            "update_display_data",
        }
        state = await kernel.ask("reinit")
        assert state["status"] == "error"
        assert "TypeError" in state["message"]


async def test_the_printed_source_installs_the_agent_in_a_cell_and_leaves_no_name(start_kernel):
    async with start_kernel(agent=False) as kernel:
        Path("agent.py").write_text(agent_source())
        await kernel.run("exec(open('agent.py').read())\n" + PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        assert kernel.saved()["rc_params"] == {"figure.dpi": 137.0}
        await kernel.crash()
        await kernel.run("exec(open('agent.py').read())")
        assert await kernel.run("print(plt.rcParams['figure.dpi'])") == "137.0\n"
        names = await kernel.value(NAMES)
        assert names == ["In", "Out", "exit", "get_ipython", "json", "open", "plt", "quit"]
        assert await kernel.value("[name for name in globals() if 'guard' in name]") == []


async def test_another_version_takes_the_place_of_a_running_agent(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        await kernel.run("import sys; sys.modules['_jupyter_mpl_guard'].__version__ = 'older'")
        state = await kernel.ask("begin", install=True, trigger="manual", incarnation=1)
        assert (state["status"], state["incarnation"], state["rc_params"]) == ("live", 1, {"figure.dpi": 137.0})
        count = "[len(c) for e, c in get_ipython().events.callbacks.items() if e.endswith('run_cell')]"
        assert await kernel.value(count) == [1, 1]


async def test_a_failing_cell_is_watched_like_any_other(start_kernel):
    async with start_kernel() as kernel:
        with pytest.raises(CellFailed, match="ZeroDivisionError"):
            await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137\n1/0")
        assert kernel.saved()["rc_params"] == {"figure.dpi": 137.0}


async def test_names_of_the_users_do_not_get_in_the_way(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "__import__ = exec = get_ipython = json = sys = None")
        assert (await kernel.ask("reinit"))["status"] == "live"
        assert (await kernel.ask("begin", install=True))["status"] == "live"
        await kernel.run("get_ipython = type('', (), {})\nimport types; m = types.ModuleType('m'); del m.__name__")
        assert (await kernel.ask("reinit"))["status"] == "live"


async def test_arrays_among_the_arguments_of_figures_are_no_trouble(start_kernel):
    setup = (
        "%matplotlib inline\nimport numpy as np\n"
        "%config InlineBackend.print_figure_kwargs = {'pad_inches': np.array([.5])}"
    )
    async with start_kernel() as kernel:
        await kernel.run(setup)
        await kernel.run(setup)
        assert kernel.saved()["status"] == "live"
        assert kernel.saved()["inline"]["print_figure_kwargs"] == {"pad_inches": [0.5]}


def test_the_source_is_printed_as_it_is_sent():
    from subprocess import run
    from sys import executable

    printed = run([executable, "-m", "jupyter_mpl_guard.agent"], capture_output=True, check=True, text=True).stdout
    assert printed == agent_source()
    parts = list(Path(jupyter_mpl_guard.agent.__file__).parent.rglob("[!_]*.py"))
    assert len(parts) > 60
    for part in parts:
        assert part.read_text() in printed
