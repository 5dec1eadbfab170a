"""After a crash the notebook goes on: code from cells and data are back when a cell mentions them."""

from __future__ import annotations

import asyncio

import pytest
from aftermath import reasons
from data_kernels import AGAIN, crash, run, settle
from fork_server import BARE
from kernels import CellFailed

BOUND = "print('da' + 'ta' in getattr(__import__('sys').modules['__ma' + 'in__'], '__di' + 'ct__'))"
"""A cell that says whether `data` is bound, and mentions nothing that might lead to it."""


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
        assert reasons(state) == {}
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
            assert (state["status"], reasons(state)) == ("restored", {})
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
        assert reasons(state) == {}
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
        assert reasons(state) == {"the name lock": f"it cannot be kept; {AGAIN}"}
        assert await kernel.value("[ok, len(big)]") == ["fine", 3_000_000]


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
        assert (state["status"], reasons(state)) == ("restored", {})
