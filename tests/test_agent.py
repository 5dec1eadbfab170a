"""The agent in real kernels: what it leaves alone, what it names as missing, and that nobody sees it."""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path

import pytest
from kernels import CellFailed

from jupyter_mpl_guard.agent.watcher import DISPLAY_ID, MIME
from jupyter_mpl_guard.source import agent_source

PYPLOT = "import matplotlib.pyplot as plt\n"
NAMES = "sorted(name for name in globals() if not name.startswith('_'))"
IMPORTED = "sorted({name.partition('.')[0] for name in __import__('sys').modules} & {'numpy', 'PIL'})"


def missing(state):
    """Return what a state names as missing, as a dict of reasons."""
    return {item["what"]: item["why"] for item in state["last_restore"]["missing"]}


async def test_a_user_who_does_not_plot_sees_nothing_at_all(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run("1")
        await kernel.crash()
        state = await kernel.begin()
        assert (state["status"], state["incarnation"]) == ("absent", 2)
        await asyncio.sleep(1)  # an import at leisure would have begun
        assert await kernel.value(IMPORTED) == []
        assert await kernel.value(NAMES) == ["In", "Out", "exit", "get_ipython", "json", "open", "quit"]
        assert await kernel.value("get_ipython().execution_count") == 4
        assert not Path(kernel.diary.folder).exists()


async def test_the_first_cell_does_not_wait_for_an_import_that_it_does_not_need(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run("%matplotlib widget\n" + PYPLOT)
        await kernel.crash()
        assert (await kernel.begin())["status"] == "restoring"
        assert await kernel.value(IMPORTED) == []


async def test_the_import_happens_when_the_kernel_is_idle(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT)
        await kernel.crash()
        await kernel.begin()
        async with asyncio.timeout(60):
            while kernel.saved()["incarnation"] == 1:
                await asyncio.sleep(0.05)
        assert kernel.saved()["status"] == "restored"
        assert await kernel.value("'plt' in globals()")


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


async def test_what_the_user_has_set_in_the_new_incarnation_stays(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run("%matplotlib widget\n" + PYPLOT + "plt.rcParams.update({'figure.dpi': 137, 'font.size': 13})")
        await kernel.crash()
        # The restore comes late: the user has begun already.
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 88\nplt.switch_backend('agg')\nmpl = 'mine'\n")
        await kernel.begin()
        state = await kernel.restored()
        assert (state["backend"], state["rc_params"]) == ("agg", {"figure.dpi": 88.0, "font.size": 13.0})
        assert await kernel.value("mpl") == "mine"


async def test_a_default_that_the_user_has_chosen_again_stays(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        await kernel.crash()
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 100")
        await kernel.begin()
        assert (await kernel.restored())["rc_params"] == {}


async def test_restoring_twice_is_restoring_once(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        await kernel.crash()
        await kernel.begin()
        await kernel.restored()
        await kernel.run("plt.rcParams['figure.dpi'] = 100; del plt")
        await kernel.restored()
        state = await kernel.ask("begin", install=True, trigger="crash", incarnation=2)
        assert (state["incarnation"], state["rc_params"], state["aliases"]) == (2, {}, {})


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


async def test_values_that_are_not_data_are_named(start_kernel):
    setup = PYPLOT + (
        "from matplotlib.patheffects import withStroke\nfrom matplotlib.colors import ListedColormap\n"
        "import matplotlib\nmatplotlib.colormaps.register(ListedColormap(['r', 'g'], name='mine'))\n"
        "plt.rcParams['path.effects'] = [withStroke()]\nplt.rcParams['image.cmap'] = 'mine'\n"
        "get_ipython().display_formatter.formatters['image/svg+xml'].for_type(matplotlib.figure.Figure, lambda f: '')\n"
    )
    async with start_kernel() as kernel:
        await kernel.run(setup)
        await kernel.crash()
        await kernel.begin()
        state = await kernel.restored()
        assert state["status"] == "partial"
        why = missing(state)
        assert "withStroke" in why["rcParams['path.effects']"]
        assert "'mine'" in why["rcParams['image.cmap']"]
        assert "function" in why["the figure printer for image/svg+xml"]
        await kernel.run("plt.imshow([[1, 2]])")


async def test_a_font_that_is_gone_is_named(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            PYPLOT + "from matplotlib import font_manager as fm\n"
            "fm.fontManager.ttflist.append(fm.FontEntry(name='Fancy', fname=fm.fontManager.ttflist[0].fname))\n"
            "plt.rcParams['font.family'] = ['Fancy', 'sans-serif']"
        )
        await kernel.crash()
        await kernel.begin()
        assert list(missing(await kernel.restored())) == ["font 'Fancy'"]


@pytest.mark.parametrize("backend", ["tk", "qt", "gtk3", "wx"])
async def test_a_gui_backend_comes_back_only_where_it_can_work(start_kernel, monkeypatch, backend):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT)
        state = kernel.saved() | {"backend": backend}
        await kernel.crash()
        kernel.diary.write("state.json", state)
        await kernel.begin()
        state = await kernel.restored()
        assert (state["status"], state["backend"]) == ("partial", "inline")
        assert "inline is in its place" in missing(state)[f"backend {backend!r}"]


async def test_a_widget_backend_without_ipympl_is_named(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run("%matplotlib widget\n" + PYPLOT)
        await kernel.crash()
        await kernel.run("import sys; sys.modules['ipympl'] = None")
        await kernel.begin()
        state = await kernel.restored()
        assert (state["status"], state["backend"]) == ("partial", "inline")
        assert "ipympl" in missing(state)["backend 'widget'"]


async def test_a_parameter_that_this_version_does_not_have_is_named(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT)
        state = kernel.saved() | {"rc_params": {"no.such": 1, "figure.dpi": "many", "font.size": 13.0}}
        await kernel.crash()
        kernel.diary.write("state.json", state)
        await kernel.begin()
        state = await kernel.restored()
        assert state["rc_params"] == {"font.size": 13.0}
        assert sorted(missing(state)) == ["rcParams['figure.dpi']", "rcParams['no.such']"]


async def test_an_edited_matplotlibrc_is_not_undone(start_kernel):
    Path("matplotlibrc").write_text("figure.dpi: 111\nfont.size: 13\nlines.linewidth: 4")
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['font.size'] = 17")
        Path("matplotlibrc").write_text("figure.dpi: 122\nfont.size: 14\naxes.grid: True")
        await kernel.crash()
        await kernel.begin()
        state = await kernel.restored()
        assert state["rc_params"] == {"figure.dpi": 122.0, "font.size": 17.0, "axes.grid": True, "lines.linewidth": 4.0}


@pytest.mark.parametrize("name", ["state.json", "record.json"])
@pytest.mark.parametrize("text", ["", "{", "[]", '{"incarnation": "x", "backend": "agg"}', "\xff"])
async def test_one_damaged_file_of_the_diary_loses_no_setting(start_kernel, name, text):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        await kernel.crash()
        Path(kernel.diary.folder, name).write_text(text, "latin-1")
        await kernel.begin()
        state = await kernel.restored()
        assert (state["rc_params"], state["aliases"]) == ({"figure.dpi": 137.0}, {"plt": "matplotlib.pyplot"})
        assert state["status"] == ("restored" if "incarnation" in text else "partial")
        await kernel.run(PYPLOT + "plt.plot([1, 2])")
        assert kernel.saved()["backend"] == "inline"


async def test_a_diary_that_is_damaged_altogether_is_said_and_harmless(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "fig = plt.figure()")
        await kernel.run("1")
        await kernel.crash()
        for file in Path(kernel.diary.folder).iterdir():
            file.write_bytes(b"{")
        state = await kernel.begin()
        assert state["status"] == "partial"
        assert {"a part of what was saved", "the figures"} == set(missing(state))
        await kernel.run(PYPLOT + "plt.plot([1, 2])")
        assert kernel.saved()["backend"] == "inline"


async def test_a_link_in_place_of_a_file_is_not_followed(start_kernel, tmp_path):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        await kernel.crash()
        for name in ("state.json", "record.json"):
            file = Path(kernel.diary.folder, name)
            file.rename(tmp_path / name)
            file.symlink_to(tmp_path / name)
        assert (await kernel.begin())["status"] == "partial"
        assert await kernel.value("'plt' in globals()") is False


async def test_a_diary_that_cannot_be_written_is_said_in_the_state(start_kernel):
    async with start_kernel() as kernel:
        Path(kernel.diary.folder).write_text("a file where the folder should be")
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        state = await kernel.ask("reinit")
        assert "could not be saved" in state["message"]
        assert await kernel.run("print('fine')") == "fine\n"


async def test_the_diary_is_the_users_alone(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run("import os; os.umask(0)\n" + PYPLOT)
        folder = Path(kernel.diary.folder)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


async def test_a_forked_child_does_not_write_the_diary(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT)
        before = kernel.saved()
        await kernel.run(
            "import os\nif (child := os.fork()) == 0:\n    plt.rcParams['figure.dpi'] = 137\n"
            "    get_ipython().events.trigger('post_run_cell', None)\n    os._exit(0)\nos.waitpid(child, 0)"
        )
        assert kernel.saved() == before


async def test_clients_are_told_and_draw_nothing(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT)
        told = [each["content"] for each in kernel.messages if each["header"]["msg_type"] == "update_display_data"]
        assert [each["transient"] for each in told] == [{"display_id": DISPLAY_ID}]
        assert told[0]["data"][MIME] == kernel.saved()
        await kernel.run("1")
        assert not [each for each in kernel.messages if each["header"]["msg_type"] == "update_display_data"]


async def test_an_error_of_ours_shows_in_the_state_and_nowhere_else(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT)
        await kernel.run("import sys\nsys.modules['_jupyter_mpl_guard'].settings.aliases = None")
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


async def test_a_kernel_without_matplotlib_says_so(start_kernel, bare_kernel):
    async with start_kernel(bare_kernel) as kernel:
        state = await kernel.ask("reinit")
        assert state["status"] == "absent"
        kernel.diary.write("state.json", state | {"backend": "inline", "aliases": {"plt": "matplotlib.pyplot"}})
        await kernel.crash()
        await kernel.begin()
        state = await kernel.restored()
        assert state["status"] == "partial"
        assert "cannot be imported" in missing(state)["the plotting settings"]
        assert await kernel.run("print('fine')") == "fine\n"


async def test_what_a_start_up_file_sets_does_not_count_as_the_users_word(start_kernel, tmp_path):
    folder = tmp_path / "ipython" / "profile_default" / "startup"
    folder.mkdir(parents=True)
    (folder / "00.py").write_text(PYPLOT + "plt.rcParams['figure.dpi'] = 80; plt.switch_backend('agg')")
    async with start_kernel() as kernel:
        await kernel.run("%matplotlib widget\nplt.rcParams['figure.dpi'] = 137")
        await kernel.crash()
        await kernel.begin()
        state = await kernel.restored()
        assert (state["backend"], state["rc_params"]) == ("widget", {"figure.dpi": 137.0})


@pytest.mark.parametrize("line", ["plt.style.use('default')", "plt.rcdefaults()", "plt.rc('figure', dpi=100)"])
async def test_defaults_that_the_user_has_gone_back_to_stay(start_kernel, line):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        await kernel.crash()
        await kernel.run(PYPLOT + line)
        await kernel.begin()
        assert (await kernel.restored())["rc_params"] == {}


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


@pytest.mark.parametrize("cell", ["exec(open('text.py').read())", "%run -i text.py"])
async def test_a_cell_that_runs_text_finds_its_names(start_kernel, cell):
    Path("text.py").write_text("print(plt.rcParams['figure.dpi'])")
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        await kernel.crash()
        await kernel.begin()
        assert await kernel.run(cell) == "137.0\n"


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
        with pytest.raises(CellFailed, match="KeyboardInterrupt"):
            await cell
        assert kernel.saved()["status"] == "restored"
        assert await kernel.run("print(plt.isinteractive())") == "True\n"


def test_the_source_is_printed_as_it_is_sent():
    from subprocess import run
    from sys import executable

    printed = run([executable, "-m", "jupyter_mpl_guard.agent"], capture_output=True, check=True, text=True).stdout
    assert printed == agent_source()
    for part in Path(os.path.dirname(__file__), "..", "jupyter_mpl_guard", "agent").glob("[!_]*.py"):
        assert part.read_text() in printed
