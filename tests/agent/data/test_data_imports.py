"""Imports are back when a cell mentions them, with what has to be in force before them."""

from __future__ import annotations

import pytest
from aftermath import reasons
from data_kernels import crash, run
from fork_server import BARE
from kernels import CellFailed

IMPORTED = (
    "print(*sorted({'pan' + 'das', 'frac' + 'tions', 'x' + 'ml.dom.minidom'} & __import__('sys').modules.keys()))"
)


async def test_imports_come_back_when_a_cell_mentions_them_and_not_before(start_kernel):
    async with start_kernel(agent=False, **BARE) as kernel:
        await run(
            kernel,
            "import pandas as pd, xml.dom.minidom, os.path as osp\nfrom fractions import Fraction as F, Decimal\n"
            "from math import *\nfrom collections import OrderedDict as OD",
        )
        state = await crash(kernel)
        assert (state["status"], reasons(state)) == ("restored", {})
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
        assert (state["status"], reasons(state)) == ("restored", {})
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
        assert reasons(state) == {}
        assert await kernel.run("print(f(), helper.threads, os.path.basename(os.getcwd()))") == "7 3 work\n"
        assert await kernel.run("print(os.environ.get('MY_TOKEN'))") == "None\n"
        reloader = "get_ipython().magics_manager.registry['AutoreloadMagics']._reloader"
        assert await kernel.run(f"print({reloader}.check_all, {reloader}.enabled)") == "True True\n"
        (folder / "helper.py").write_text("def f(): return 8888\n")
        assert await kernel.run("print(helper.f())") == "8888\n"
        log = (tmp_path / kernel.diary.folder / "data.log").read_text("utf-8")
        assert "MY_TOKEN" not in log
        assert "OMP_NUM_THREADS" in log


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
        assert reasons(state) == {}
        assert await kernel.run("print('get_ipython' in dir(__builtins__), asking.shell is get_ipython())") == (
            "True True\n"
        )


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
        assert (state["status"], reasons(state)) == ("restored", {})
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
