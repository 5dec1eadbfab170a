"""Magics and extensions of cells and modules are there again after a crash."""

from __future__ import annotations

import pytest
from data_kernels import crash, run, settle
from kernels import CellFailed


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
