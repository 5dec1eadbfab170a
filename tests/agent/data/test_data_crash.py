"""After a crash the notebook goes on: imports, code from cells and data are back when a cell mentions them."""

from __future__ import annotations

import asyncio
import json

import pytest
from fork_server import BARE
from kernels import LIMIT, CellFailed

IMPORTED = (
    "print(*sorted({'pan' + 'das', 'frac' + 'tions', 'x' + 'ml.dom.minidom'} & __import__('sys').modules.keys()))"
)


BOUND = "print('da' + 'ta' in getattr(__import__('sys').modules['__ma' + 'in__'], '__di' + 'ct__'))"
"""A cell that says whether `data` is bound, and mentions nothing that might lead to it."""

AGAIN = "run the cell again that makes it"
"""The advice given about a name that is no longer bound."""


async def settle(kernel):
    """Wait until the kernel has been idle and nothing waits to be saved."""
    await asyncio.sleep(0.5)
    async with asyncio.timeout(LIMIT):
        while not (state := kernel.saved()) or not state["data"]["saved"] or state["data"]["waiting"]:
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.3)


async def run(kernel, *cells):
    """Install the agent, run cells and wait until the kernel has been idle."""
    await kernel.begin("manual", data="all")
    for cell in cells:
        await kernel.run(cell)
    await settle(kernel)


async def crash(kernel, **request):
    await kernel.crash()
    return await kernel.begin("crash", data="all", **request)


def missing(state):
    return {each["what"]: each["why"] for each in state["last_restore"]["missing"]}


async def test_imports_come_back_when_a_cell_mentions_them_and_not_before(start_kernel):
    async with start_kernel(agent=False, **BARE) as kernel:
        await run(
            kernel,
            "import pandas as pd, xml.dom.minidom, os.path as osp\nfrom fractions import Fraction as F, Decimal\n"
            "from math import *\nfrom collections import OrderedDict as OD",
        )
        state = await crash(kernel)
        assert (state["status"], missing(state)) == ("restored", {})
        assert state["last_restore"]["restored"] == ["data"]
        assert {"pd", "xml", "osp", "F", "Decimal", "OD", "cos"} <= set(state["last_restore"]["names"])
        assert await kernel.run(IMPORTED) == "\n"
        assert await kernel.run("print(F(1, 2), cos(0), osp.join('a', 'b'), len(OD(a=1)))") == "1/2 1.0 a/b 1\n"
        assert await kernel.run(IMPORTED) == "fractions\n"
        assert await kernel.run("print(xml.dom.minidom.Document.__name__)") == "Document\n"
        assert await kernel.run("print(pd.Series([1]).sum())") == "1\n"


async def test_names_for_the_shell_the_kernel_and_all_names_mean_those_of_the_new_process(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(kernel, "ip = get_ipython(); app = ip.kernel; ns = globals(); x = [1]")
        assert kernel.saved()["data"]["unsaved"] == []
        state = await crash(kernel)
        assert (state["status"], missing(state)) == ("restored", {})
        code = "print(ip is get_ipython(), app is ip.kernel, ns is globals(), ns['x'] if 'x' in ns else None)"
        assert await kernel.run(code) == "True True True [1]\n"


async def test_the_ground_is_in_force_before_a_helper_module_is_imported(start_kernel, tmp_path):
    folder = tmp_path / "lib"
    folder.mkdir()
    (folder / "helper.py").write_text("import os\nthreads = os.environ.get('OMP_NUM_THREADS')\ndef f(): return 7\n")
    (tmp_path / "work").mkdir()
    async with start_kernel(agent=False) as kernel:
        await run(
            kernel,
            "import os, sys; os.environ['OMP_NUM_THREADS'] = '3'; os.environ['MY_TOKEN'] = 'x'; sys.path.append('lib')",
            "sys.path[-1] = os.path.abspath(sys.path[-1])",
            "%cd -q work",
            "import helper; from helper import f",
            "%load_ext autoreload\n%autoreload 2",
        )
        state = await crash(kernel)
        assert missing(state) == {}
        assert await kernel.run("print(f(), helper.threads, os.path.basename(os.getcwd()))") == "7 3 work\n"
        assert await kernel.run("print(os.environ.get('MY_TOKEN'))") == "None\n"
        reloader = "get_ipython().magics_manager.registry['AutoreloadMagics']._reloader"
        assert await kernel.run(f"print({reloader}.check_all, {reloader}.enabled)") == "True True\n"
        (folder / "helper.py").write_text("def f(): return 8888\n")
        assert await kernel.run("print(helper.f())") == "8888\n"
        log = (tmp_path / kernel.diary.folder / "data.log").read_text("utf-8")
        assert "MY_TOKEN" not in log
        assert "OMP_NUM_THREADS" in log


async def test_extensions_of_the_very_first_cell_are_loaded_again(start_kernel, tmp_path):
    (tmp_path / "mine.py").write_text(
        "def load_ipython_extension(ip): ip.register_magic_function(print, 'line', 'say_it')\n"
    )
    async with start_kernel(agent=False) as kernel:
        await run(kernel, "%load_ext autoreload\n%autoreload 2\n%load_ext mine", "x = 1")
        await crash(kernel)
        assert await kernel.run("%say_it hello") == "hello\n"
        reloader = "get_ipython().magics_manager.registry['AutoreloadMagics']._reloader"
        assert await kernel.run(f"print({reloader}.enabled)") == "True\n"


async def test_an_import_that_fails_is_the_cells_own_error_with_what_was_tried(start_kernel, tmp_path):
    (tmp_path / "helper.py").write_text("x = 1\n")
    async with start_kernel(agent=False) as kernel:
        await run(kernel, "import helper")
        (tmp_path / "helper.py").unlink()
        await crash(kernel)
        assert await kernel.run("print(1)") == "1\n"
        assert await kernel.run("def f(helper): return helper") == ""
        for _ in range(2):
            with pytest.raises(CellFailed, match="NameError: name 'helper' is not defined"):
                await kernel.run("helper.x")
            assert "tried `import helper` for helper, which failed: ModuleNotFoundError" in kernel.printed()
        assert kernel.saved()["status"] == "partial"
        await kernel.run("helper = 1")
        with pytest.raises(CellFailed):
            await kernel.run("helper.x")
        assert kernel.printed() == ""


async def test_deep_structures_of_a_user_who_has_raised_the_limit_do_not_end_the_kernel(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(
            kernel,
            "import sys\nsys.setrecursionlimit(10**6)\nclass Node:\n    def __init__(self, after): self.after = after",
            "head = None\nfor _ in range(20_000): head = Node(head)\nx = 1",
        )
        assert await kernel.run("print(sys.getrecursionlimit())") == "1000000\n"
        unsaved = {each["name"]: each["why"] for each in kernel.saved()["data"]["unsaved"]}
        assert unsaved == {"head": "it is nested too deep"}


MAGICS = """
from IPython.core.magic import register_cell_magic, register_line_magic
@register_line_magic
def twice(line): return 2 * int(line)
@register_cell_magic
def kept_as(line, cell): get_ipython().user_ns[line] = cell.strip()
"""


async def test_magics_that_modules_and_cells_have_registered_are_there_again(start_kernel, tmp_path):
    (tmp_path / "teaching.py").write_text(MAGICS + "def first(): return 1\n")
    async with start_kernel(agent=False) as kernel:
        await run(
            kernel,
            "from teaching import first",
            "from IPython.core.magic import register_line_magic\nfactor = 3\n"
            "@register_line_magic\ndef thrice(line): return factor * int(line)\n"
            "get_ipython().register_magic_function(thrice, 'line', 'three_times')",
        )
        for _ in range(2):
            await crash(kernel)
            assert await kernel.run("%%kept_as text\nabc") == ""
            assert await kernel.run("print(text)") == "abc\n"
            assert await kernel.run("a = %twice 4\nprint(a)") == "8\n"
            assert await kernel.run("a = %three_times 4\nb = %thrice 5\nprint(a, b)") == "12 15\n"
            await settle(kernel)
        with pytest.raises(CellFailed, match="UsageError: Line magic function `%nothing_of_that_name` not found"):
            await kernel.run("%nothing_of_that_name")

        (tmp_path / "teaching.py").unlink()
        await crash(kernel)
        with pytest.raises(CellFailed, match="UsageError: Line magic function `%twice` not found"):
            await kernel.run("%twice 4")
        assert "tried `import teaching` for twice, which failed: ModuleNotFoundError" in kernel.printed()


async def test_a_magics_module_does_not_undo_the_settings_that_have_come_back(start_kernel, tmp_path):
    restyles = "import matplotlib\nmatplotlib.rcParams['lines.linewidth'] = 9\n"
    (tmp_path / "teaching.py").write_text(restyles + MAGICS)
    async with start_kernel(agent=False) as kernel:
        await run(
            kernel, "import teaching", "import matplotlib.pyplot as plt\nplt.rcParams['lines.linewidth'] = 3\nx = 1"
        )
        await crash(kernel)
        assert await kernel.run("print(plt.rcParams['lines.linewidth'])") == "3.0\n"
        assert await kernel.run("a = %twice 4\nprint(a, plt.rcParams['lines.linewidth'])") == "8 3.0\n"


async def test_a_magic_means_the_function_that_was_registered_last(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(
            kernel,
            "def one(line): print(1)\ndef two(line): print(2)\nip = get_ipython()\n"
            "ip.register_magic_function(one, 'line', 'say_it')",
            "ip.register_magic_function(two, 'line', 'say_it')",
        )
        await crash(kernel)
        assert await kernel.run("%say_it") == "2\n"


async def test_what_a_magic_of_a_cell_lacks_is_said_under_its_error(start_kernel, tmp_path):
    (tmp_path / "helper.py").write_text("factor = 3\n")
    async with start_kernel(agent=False) as kernel:
        await run(
            kernel,
            "import helper\ndef thrice(line): print(helper.factor * int(line))\n"
            "get_ipython().register_magic_function(thrice, 'line', 'three_times')",
        )
        (tmp_path / "helper.py").unlink()
        await crash(kernel)
        with pytest.raises(CellFailed, match="NameError: name 'helper' is not defined"):
            await kernel.run("%three_times 4")
        assert "tried `import helper` for helper, which failed: ModuleNotFoundError" in kernel.printed()


ASKS = """
from IPython.core.magic import register_cell_magic
shell = get_ipython()
@register_cell_magic
def anew(line, cell): return 1
def helper(x): return x + 1
class Line:
    pass
def draw(ax):
    line, = ax.plot([1, 2])
    line.note = Line()
"""


async def test_modules_that_ask_for_ipython_are_imported_again(start_kernel, tmp_path):
    (tmp_path / "asking.py").write_text(ASKS)
    async with start_kernel(agent=False) as kernel:
        await run(
            kernel,
            "import asking\nfrom asking import helper, Line\nthe_line = Line()\n"
            "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nasking.draw(ax)",
        )
        state = await crash(kernel)
        assert await kernel.run("print(helper(1), type(the_line) is Line, type(ax.lines[0].note) is Line)") == (
            "2 True True\n"
        )
        assert missing(state) == {}
        assert await kernel.run("print('get_ipython' in dir(__builtins__), asking.shell is get_ipython())") == (
            "True True\n"
        )


async def test_code_and_data_come_back_as_they_were(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(
            kernel,
            "import numpy as np\nx = np.arange(5.0); y = x[1:3]; scale = 2; table = {'x': x, 'n': [1]}",
            "def f(a): return scale * np.sum(a)\nclass P:\n    def __init__(self, v): self.v = v\n"
            "    def g(self): return f(self.v)\np = P(x)",
            "x[1] = 100; table['n'].append(2); scale = 3",
            "rng = np.random.default_rng(4); rng.random()",
        )
        expected = await kernel.value("rng.random()")
        await settle(kernel)
        following = await kernel.value("rng.bit_generator.state['state']['state'] % 1000")
        await settle(kernel)
        state = await crash(kernel)
        assert missing(state) == {}
        assert await kernel.value("p.g()") == 3 * 109
        shared = "np.shares_memory(x, y), table['x'] is x, p.v is x, isinstance(p, P)"
        assert await kernel.value(f"[{shared}, table['n'], y[0]]") == [
            True, True, True, True, [1, 2], 100.0,
        ]  # fmt: skip
        assert await kernel.value("rng.bit_generator.state['state']['state'] % 1000") == following
        assert expected != await kernel.value("rng.random()")
        # What has come back is saved in its turn.
        await kernel.run("table['n'].append(3)")
        await settle(kernel)
        await crash(kernel)
        assert await kernel.value("[table['n'], p.g(), table['x'] is x, np.shares_memory(x, y)]") == [
            [1, 2, 3], 327, True, True,
        ]  # fmt: skip


async def test_what_nobody_has_mentioned_survives_two_crashes(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(kernel, "a = [1]; b = 2\ndef f(): return a", "import fractions")
        for _ in range(2):
            await crash(kernel)
            await kernel.run("z = 1")
        assert await kernel.value("[f(), b, fractions.Fraction(2).numerator]") == [[1], 2, 2]


HASTE = {"data_limits": {"wait": 0.0}}
"""Limits of a kernel in which no cell waits for anything to be saved."""


async def test_what_has_come_back_outlives_a_cell_that_does_not_mention_it(start_kernel):
    async with start_kernel(agent=False, **BARE) as kernel:
        await run(kernel, "data = {'a': 1}\ndef f(): return 5")
        for ask in (False, True):
            await kernel.crash()
            await kernel.begin("restart" if ask else "crash", data="all", **HASTE)
            if ask:
                await kernel.ask("reinit", data="all")
            await settle(kernel)
            await asyncio.sleep(1.5)  # it is bound, and looked at
            await kernel.run("1 + 1")
            await kernel.crash(at_once=True)
            state = await kernel.begin("crash", data="all", **HASTE)
            assert (state["status"], missing(state)) == ("restored", {})
            assert await kernel.run("print(data, f())") == "{'a': 1} 5\n"
            await settle(kernel)


async def test_what_is_small_comes_back_by_itself_also_when_somebody_asks_where_nothing_is_on_offer(start_kernel):
    async with start_kernel(agent=False, **BARE) as kernel:
        await run(kernel, "data = {'a': 1}")
        await crash(kernel)
        await kernel.ask("reinit", data="all")
        await asyncio.sleep(3)
        assert await kernel.run(BOUND, silent=True) == "True\n"


@pytest.mark.parametrize("cells", [("data = [1]",), ("data = [0]", "data.append(1); del data[0]")])
async def test_a_kernel_that_ends_right_after_a_cell_saves_what_the_cell_has_left(start_kernel, cells):
    async with start_kernel(agent=False, **BARE) as kernel:
        await kernel.begin("manual", data="all", **HASTE)
        for cell in cells:
            await kernel.run(cell)
        kernel._client.stop_channels()
        await kernel.manager.restart_kernel()
        await kernel._connect()
        await kernel.begin("restart", data="all")
        state = await kernel.ask("reinit", data="all")
        assert missing(state) == {}
        assert await kernel.run("print(data)") == "[1]\n"


async def test_what_cannot_be_kept_is_named_and_credentials_are_never_written(start_kernel, tmp_path):
    async with start_kernel(agent=False) as kernel:
        await run(
            kernel,
            "import threading; lock = threading.Lock(); db_password = 'hunter22'; _private = 'hunter23'; ok = 'fine'",
            "big = bytearray(3_000_000)",
        )
        data = kernel.saved()["data"]
        assert {each["name"]: each["type"] for each in data["unsaved"]} == {"lock": "_thread.lock"}
        written = b"".join((tmp_path / kernel.diary.folder / name).read_bytes() for name in kernel.diary.names())
        assert b"hunter2" not in written
        assert b"db_password" not in written
        state = await crash(kernel)
        assert missing(state) == {"the name lock": f"it cannot be kept; {AGAIN}"}
        assert await kernel.value("[ok, len(big)]") == ["fine", 3_000_000]


async def test_a_cell_that_dies_leaves_what_was_before_it_and_that_is_said(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(kernel, "x = [1]; other = [2]")
        kernel._client.execute("x.append(2); import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
        async with asyncio.timeout(LIMIT):
            while await kernel.manager.is_alive():
                await asyncio.sleep(0.05)
        state = await crash(kernel)
        assert await kernel.value("[x, other]") == [[1], [2]]
        assert [what for what in missing(state) if "x" in what] == ["the latest changes of x"]


async def test_after_a_restart_data_is_offered_and_overwrites_nothing(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(kernel, "import fractions\nx = [1]; y = [2]")
        await kernel.crash()
        state = await kernel.begin("restart", data="all")
        assert (state["status"], state["last_restore"], state["data"]["offered"]) == ("offered", None, 3)
        assert state["message"] == "2 variables, 1 kB from before the restart can be restored."
        with pytest.raises(CellFailed, match="NameError"):
            await kernel.run("y")
        await kernel.run("x = 'mine'")
        state = await kernel.ask("reinit", data="all")
        assert (state["last_restore"]["restored"], state["last_restore"]["names"]) == (["data"], ["fractions", "y"])
        assert (state["status"], state["message"]) == ("restored", "")
        assert await kernel.value("[x, y, fractions.Fraction(1).numerator]") == ["mine", [2], 1]


async def test_an_offer_can_be_ended_and_nothing_comes_where_none_is_wanted(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(kernel, "x = [1]")
        await kernel.crash()
        await kernel.begin("restart", data="all")
        state = await kernel.ask("reinit", data="none")
        assert state["status"] == "absent"
        await kernel.ask("reinit", data="all")
        with pytest.raises(CellFailed, match="NameError"):
            await kernel.run("x")
        await kernel.run("x = 2")
        await settle(kernel)
        await kernel.crash()
        await kernel.begin("crash", data="none")
        with pytest.raises(CellFailed, match="NameError"):
            await kernel.run("x")


async def test_what_a_thread_has_changed_is_saved_when_the_kernel_is_idle(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(
            kernel,
            "import threading, time\nx = [1]\ndef later():\n    time.sleep(0.1); x.append(2)\n"
            "threading.Thread(target=later).start()",
        )
        await crash(kernel)
        assert json.loads(json.dumps(await kernel.value("x"))) == [1, 2]


async def test_functions_that_share_a_variable_share_it_after_a_crash(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(
            kernel,
            "def make():\n    n = 0\n    def up():\n        nonlocal n\n        n += 1\n        return n\n"
            "    return up, lambda: n\nup, get = make()",
            "up()",
        )
        await crash(kernel)
        assert await kernel.value("[get(), up(), get()]") == [1, 2, 2]
        await kernel.run("up()")
        await settle(kernel)
        await crash(kernel)
        assert await kernel.value("get()") == 3


async def test_the_next_random_numbers_are_those_that_would_have_come(start_kernel):
    draws = "[np.random.rand(), random.random(), np.random.normal(), random.gauss(0, 1)]"
    async with start_kernel(agent=False) as kernel:
        await run(kernel, "import numpy as np, random\nnp.random.seed(5); random.seed(6); np.random.normal()")
        await settle(kernel)
        expected = await kernel.value(f"[{draws}, {draws}]")
        await kernel.run("np.random.seed(5); random.seed(6); np.random.normal()")
        await crash(kernel)
        assert await kernel.value(draws) == expected[0]
        await crash(kernel)
        assert await kernel.value(draws) == expected[1]


async def test_a_module_is_found_where_it_was_when_the_working_directory_has_changed_since(start_kernel, tmp_path):
    (tmp_path / "first.py").write_text("value = 1\ndef load_ipython_extension(ip): ip.push({'loaded': value})\n")
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "second.py").write_text("value = 2\n")
    async with start_kernel(agent=False) as kernel:
        await run(
            kernel, "import first\n%cd -q there", "import second\n%cd -q ..\n%load_ext first", "%mkdir x\n%cd -q x"
        )
        await crash(kernel)
        assert await kernel.value("[first.value, second.value]") == [1, 2]
        assert (
            await kernel.run("import os, sys; print(os.path.basename(os.getcwd()), len(sys.path[-1]) > 2)")
            == "x True\n"
        )
        assert "there" not in await kernel.run("print(sys.path)")


@pytest.mark.parametrize("backend", ["agg", "widget"])
async def test_names_that_come_back_with_their_figures_are_not_missed(start_kernel, backend):
    async with start_kernel(agent=False) as kernel:
        await run(
            kernel,
            f"%matplotlib {backend}\nimport matplotlib.pyplot as plt\nx = [1, 2]",
            "fig, ax = plt.subplots()\nlines = []\nlines += ax.plot(x)",
            "canvas = fig.canvas\nparts = {'axes': [ax], 'lines': lines}",
        )
        assert kernel.saved()["data"]["unsaved"] == []
        await crash(kernel)
        assert await kernel.value("lines[0] is ax.lines[0] and parts['axes'] == [ax] and canvas is fig.canvas") is True
        state = kernel.saved()
        assert (state["status"], missing(state)) == ("restored", {})


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
        why = missing(await crash(kernel))
        unseen = f"the guard was paused, and cells may have changed it since; {AGAIN}"
        assert why["the name x"] == why["the name y"] == unseen
        await run(kernel, "x = [1]; y = [1]")
        await kernel.ask("pause", paused=True, message="")
        await kernel.run("x.append(2); z = 3")
        await kernel.ask("pause", paused=False, message="")
        await settle(kernel)
        assert missing(await crash(kernel)) == {}
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


async def test_what_is_shown_is_shown_as_cells_have_chosen(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(
            kernel,
            "import decimal, sys, warnings\nimport numpy as np, pandas as pd\nwarnings.filterwarnings('ignore')",
            "np.set_printoptions(precision=2, suppress=True)\nold = np.seterr(divide='ignore')",
            "pd.set_option('display.precision', 1)\npd.options.display.float_format = '{:.3f}'.format",
            "get_ipython().ast_node_interactivity = 'all'\nsys.setrecursionlimit(4321)",
            "decimal.getcontext().prec = 4\nimport logging; log = logging.getLogger('mine')\n"
            "logging.basicConfig(level='INFO', format='%(name)s: %(message)s', stream=sys.stdout, force=True)",
            "a, s = np.array([1.23456, 1e-9]), pd.Series([1.23456])",
        )
        state = await crash(kernel)
        assert (state["status"], missing(state)) == ("restored", {})
        assert await kernel.run("print(a, s[0:1].to_string(), a / 0)") == "[1.23 0.  ] 0   1.235 [inf inf]\n"
        assert not [each for each in kernel.messages if each["content"].get("name") == "stderr"]
        assert await kernel.run("print(sys.getrecursionlimit(), decimal.Decimal(1) / 3)") == "4321 0.3333\n"
        assert await kernel.run("log.info('hello')") == "mine: hello\n"
        assert await kernel.run("print(get_ipython().ast_node_interactivity)") == "all\n"
        await kernel.run("warnings.warn('not to be seen')")
        assert not [each for each in kernel.messages if each["content"].get("name") == "stderr"]


async def test_a_library_whose_settings_nobody_has_changed_is_left_alone(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(kernel, "import pandas as pd; pd.set_option('display.precision', 1)", "x = 1")
        await crash(kernel)
        assert await kernel.run("import sys; print(x, 'pan' + 'das' in sys.modules)") == "1 False\n"
