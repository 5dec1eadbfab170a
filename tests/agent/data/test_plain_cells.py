"""A cell that only computes with numbers costs the same however many names there are, and hides nothing from others."""

from __future__ import annotations

import asyncio
import builtins
from types import SimpleNamespace

import pytest
from data_kernels import crash, run, settle
from kernels import CellFailed

from jupyter_mpl_guard.agent.data.names import NameChoice
from jupyter_mpl_guard.agent.data.tracking import plain_cell
from jupyter_mpl_guard.agent.data.tracking.bindings import Bindings

NAMES = {"x": 1, "text": "abc", "values": [1], "f": len, "_": 3, "In": [""]}


class Watched(dict):
    """A namespace that fails when it is iterated over."""

    def refuse(self, *_):
        raise AssertionError("all names are gone through")

    __iter__ = keys = values = items = copy = refuse


def shell_with(*callbacks, **attributes):
    return SimpleNamespace(
        **{
            "events": SimpleNamespace(callbacks={"pre_execute": [], "post_run_cell": list(callbacks)}),
            "ast_transformers": [],
            "input_transformers_post": [],
            "magics_manager": SimpleNamespace(lsmagic=lambda: {"line": {"matplotlib": None, "cd": None}}),
            "user_ns_hidden": {},
            **attributes,
        }
    )


def is_plain(code, **attributes):
    return plain_cell.is_plain(code, Watched(NAMES), shell_with(**attributes))


@pytest.mark.parametrize(
    "code",
    [
        "y = 1",
        "1 + 1",
        "pass",
        "",
        "x += 2  # more",
        "y = x * 2\nz = [x, y, text.upper()]",
        "for i in range(3):\n    x = x + i",
        "del x",
        "t = (x, 2); u = {'a': x / 2}",
        "x if x > 1 else len(text)",
    ],
)
def test_a_cell_is_plain_in_which_no_word_leads_to_code(code):
    assert is_plain(code)


@pytest.mark.parametrize(
    "code",
    [
        "values = 1",  # what was in it goes, and may have a finalizer
        "f(x)",
        "import os",
        "print(x)",
        "def g(): pass",
        "y = lambda: 1",
        "%cd ..",
        "y = !ls",
        "cd ..",
        "matplotlib widget",
        "x?",
        ",f 1",
        "\n  ;f a",
        "x.__class__",
        "(i for i in [0]).gi_frame.f_globals",
        "getattr(x, 'real')",
        "open('a')",
        "exec('a')",
        "with x: pass",
        "raise x",
        "try: x\nfinally: pass",
        "ñ = 1",
        "In",
        "x = '" + "a" * 1000 + "'",
        " + ".join(f"a{place}" for place in range(40)),
    ],
)
def test_any_other_cell_is_not(code):
    assert not is_plain(code)


def test_no_cell_is_where_code_of_others_runs_around_it(monkeypatch):
    def mine(*_):
        pass

    callback = SimpleNamespace()
    assert not plain_cell.is_plain("1", NAMES, shell_with(mine))
    assert not plain_cell.is_plain("1", NAMES, shell_with(callback))
    assert not is_plain("1", ast_transformers=[callback])
    assert not is_plain("1", input_transformers_post=[callback])
    assert is_plain("divmod(x, 2)")
    for other in (mine, max, Watched):
        monkeypatch.setattr(builtins, "divmod", other)
        assert not is_plain("divmod(x, 2)")
    monkeypatch.setattr(builtins, "mine", mine, raising=False)
    assert not is_plain("mine(text)")


def test_only_the_names_that_are_mentioned_are_looked_at():
    names = Watched({"x": 1, "far": 1})
    bindings = Bindings(SimpleNamespace(user_ns=names, user_ns_hidden={}), NameChoice())
    names["x"] = names["far"] = 1_000
    assert list(bindings.changed_among({"x", "y"})) == ["x"]
    assert bindings.ids == {"x": id(names["x"])}
    assert list(bindings.changed_among({"x"})) == []
    del names["x"]
    assert list(bindings.changed_among({"x"})) == ["x"]
    assert bindings.ids == {}


def test_what_was_looked_at_then_is_compared_with_what_it_was_then():
    one, two = [1], [2]
    names = {"same": one, "back": one, "late": one, "gone": one}
    bindings = Bindings(SimpleNamespace(user_ns=names, user_ns_hidden={}), NameChoice())
    assert list(bindings.changed()) == ["same", "back", "late", "gone"]
    names.update(same=two, back=two, new=two)
    del names["gone"]
    assert set(bindings.changed_among({"same", "back", "gone", "new"})) == {"same", "back", "gone", "new"}
    names.update(back=one, late=two)
    assert set(bindings.changed()) == {"back", "late"}
    assert list(bindings.changed()) == []
    assert bindings.ids == {"same": id(two), "back": id(one), "late": id(two), "new": id(two)}


def test_a_name_that_has_come_back_counts_as_unchanged_after_a_plain_cell_too():
    names = {"x": [1]}
    bindings = Bindings(SimpleNamespace(user_ns=names, user_ns_hidden={}), NameChoice())
    bindings.changed()
    names["y"] = [2]
    bindings.adopt("y")
    names["z"] = 3
    assert list(bindings.changed_among({"z"})) == ["z"]
    assert list(bindings.changed()) == []


async def test_no_value_is_that_of_a_plain_cell_once_another_cell_has_changed_it(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(
            kernel,
            "x, y, z = 1, 1, 1\ndef put(name, value): globals()[name] = value",
            "x = 2",
            "y = x + 1",
            "put('x', 1)",
            "del z",
            "w = (x, y)",
        )
        await crash(kernel)
        assert await kernel.value("[x, y, list(w), 'z' in globals()]") == [1, 3, [1, 3], False]


async def test_settings_and_figures_of_other_cells_are_saved_between_plain_ones(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(
            kernel,
            "import matplotlib.pyplot as plt; a = 1",
            "a = 2",
            "plt.rcParams['lines.linewidth'] = 7; fig, ax = plt.subplots(); line, = ax.plot([1, 2])",
            "a = 3",
            "line.set_ydata([a, 5])",
            "a = 4",
        )
        await crash(kernel)
        assert await kernel.value("[a, list(map(int, line.get_ydata())), plt.rcParams['lines.linewidth']]") == [
            4,
            [3, 5],
            7.0,
        ]


async def test_a_plain_cell_that_fails_may_have_run_a_handler_of_errors(start_kernel):
    handler = "def handle(shell, kind, error, tb, tb_offset=None): seen.append(kind.__name__)\n"
    async with start_kernel(agent=False) as kernel:
        await run(kernel, f"seen = []\n{handler}get_ipython().set_custom_exc((ZeroDivisionError,), handle)")
        with pytest.raises(CellFailed):
            await kernel.run("1 / 0")
        await settle(kernel)
        await crash(kernel)
        assert await kernel.value("seen") == ["ZeroDivisionError"]


LATER = {
    "a task": (
        "import asyncio\nasync def work():\n    global value\n    await asyncio.sleep(1); value = 7",
        "tasks = asyncio.gather(work())",
    ),
    "a thread of a library": (
        "import sys, types, threading\nlibrary = types.ModuleType('library'); sys.modules['library'] = library\n"
        "exec('import threading\\ndef begin(function): threading.Timer(1, function, [7]).start()', vars(library))\n"
        "def work(result):\n    global value\n    value = result",
        "library.begin(work)",
    ),
    "what displays": (
        "def work(result, printer, cycle):\n    global value\n    value = 7; printer.text('')\n"
        "shell = get_ipython().display_formatter.formatters['text/plain']",
        "shell.for_type(int, work); None",
    ),
}
"""Who may change a name when no cell mentions it: what it needs, and the cell that begins it."""


@pytest.mark.parametrize("who", LATER)
async def test_what_others_have_changed_is_found_when_the_kernel_is_idle(start_kernel, who):
    async with start_kernel(agent=False) as kernel:
        await run(kernel, f"value = 0\n{LATER[who][0]}", LATER[who][1])
        await asyncio.sleep(1.2)
        for code in ("a = 5", "a = 5\na", "b = 6"):
            await kernel.run(code)
        await settle(kernel)
        await crash(kernel)
        assert await kernel.value("value") == 7


FORMATS = """import matplotlib.pyplot as plt; from matplotlib.ticker import FuncFormatter
scale = _scale = 1000; fig, ax = plt.subplots()
ax.yaxis.set_major_formatter(FuncFormatter(lambda value, place: f"{value / _scale / scale:g}")); ax.plot([0, 1000])"""


@pytest.mark.parametrize(("code", "left"), [("_scale = 1", [True, 1]), ("del scale", [False, 1000])])
async def test_a_name_that_a_figure_uses_is_that_of_the_last_cell(start_kernel, code, left):
    async with start_kernel(agent=False) as kernel:
        await run(kernel, FORMATS, "a = 5")
        await kernel.run(code)
        await kernel.run("b = 6")
        await settle(kernel)
        await crash(kernel)
        await kernel.run("ax.get_title()")
        assert await kernel.value("['scale' in globals(), _scale]") == left
