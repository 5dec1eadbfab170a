"""A kernel with the agent does what it does without: it answers, it warns once, it prints what cells print."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from aftermath import AGG, SETUP, crash, reasons, until, untrue
from kernels import LIMIT

SLOW = (
    "import threading, time\nlock = threading.Lock()\nclass Locked:\n    asked = 0\n"
    "    def __getstate__(self):\n        Locked.asked += 1\n        with lock:\n            return {}\n"
)

PANICS = (
    "class PanicException(BaseException): pass\n"
    "class Table:\n    def __reduce__(self): raise PanicException('not so')\n"
)

RAISED = """
import sys as _sys
_agent = _sys.modules['_jupyter_mpl_guard']._agent
_seen = []
def _look(frame, event, argument):
    is_ours = 'jupyter_mpl_guard' in frame.f_code.co_filename
    if event == 'exception' and is_ours and argument[0] is not GeneratorExit:  # which no debugger stops at
        _seen.append(f'{frame.f_code.co_filename} {frame.f_code.co_name} {argument[0].__name__}')
    return _look
class _Info: raw_cell, cell_id = 'ax.lines[0].set_linewidth(7)', None
def _quiet_cell():
    _agent._cells.before_cell(_Info)
    ax.lines[0].set_linewidth(ax.lines[0].get_linewidth() + 1)
    _agent._cells.after_cell()
    _agent._figures.save()
_quiet_cell()
_sys.settrace(_look)
try:
    _quiet_cell()
finally:
    _sys.settrace(None)
"""


async def test_a_lock_in_a_pickling_hook_never_holds_a_cell_up_and_nothing_is_lost_silently(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + SLOW + "fig, ax = plt.subplots(); ax.plot([1, 2])")
        await kernel.run("lock.acquire(); fig.held = Locked(); ax.set_title('new')")
        await kernel.run("0")  # nobody has asked the object before this cell
        assert await kernel.value("Locked.asked") == 0
        assert kernel.waiting() == ["the latest changes of fig"]
        await kernel.run("lock.release()")
        await until(lambda: not kernel.waiting())
        await kernel.run("lock.acquire(); ax.set_title('newer')")
        named = reasons(await crash(kernel, at_once=True))
        assert "waits for the kernel to be idle" in named["the latest changes of fig"]
        assert await untrue(kernel, "ax.get_title() == 'new'") == {}


async def test_a_cell_does_not_wait_for_code_that_waits_for_it(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + SLOW + "fig, ax = plt.subplots(); fig.held = Locked(); lock.acquire()")
        asked = "open('asked', 'w').close()"
        await kernel.run(f"Locked.__getstate__ = lambda self: ({asked}, lock.acquire()) and {{}}; fig.held.x = 1")
        await until(Path("asked").exists)  # the idle kernel waits for its lock now
        started = time.monotonic()
        await kernel.run("lock.release()")
        assert time.monotonic() - started < 20  # it would be for ever
        await until(lambda: not kernel.waiting())
        await kernel.run("print('fine')")


async def test_what_is_too_large_is_refused_once_and_saved_when_it_has_become_smaller(start_kernel):
    written = "int(next(l for l in open('/proc/self/io') if l.startswith('wchar')).split()[1])"
    async with start_kernel(agent=False) as kernel:
        await kernel.begin("manual", limits={"figure": 10})
        await kernel.run(AGG + "fig, ax = plt.subplots(); ax.plot(np.zeros(2 * 10**6)); line = ax.lines[0]")
        await until(lambda: kernel.saved() and not kernel.waiting())
        await kernel.run(f"before = {written}")
        for title in "abc":
            await kernel.run(f"ax.set_title({title!r})")
            await kernel.run("0")
        assert await kernel.value(f"{written} - before") < 2**20
        assert not kernel.saved()["figures"][0]["saved"]
        await kernel.run("line.remove(); del line; (line,) = ax.plot([1, 2])")
        await until(lambda: kernel.saved()["figures"][0]["saved"])
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, "ax.get_title() == 'c'", "len(line.get_xdata()) == 2") == {}


async def test_a_panic_in_a_pickling_hook_costs_its_object_and_no_cell(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + PANICS + "fig, ax = plt.subplots(); state = {'fig': fig, 'table': Table()}; n = 1")
        for cell in ("x = 1", "ax.set_title('t')", "other = plt.figure()"):
            await kernel.run(cell)
        assert await kernel.value("x + 1") == 2
        named = reasons(await crash(kernel))
        assert any("Table" in what or "state" in what for what in named)
        assert await untrue(kernel, "ax.get_title() == 't'", "plt.figure(2) is other") == {}


async def test_a_deep_structure_beside_a_figure_does_not_end_the_kernel(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            AGG + "import sys; sys.setrecursionlimit(10**6)\n"
            "class Node:\n    def __init__(self, after): self.after = after\n"
            "head = None\nfor _ in range(20_000): head = Node(head)\n"
            "class App: pass\napp = App(); app.fig, app.ax = plt.subplots(); app.head = head; fig, ax = plt.subplots()"
        )
        named = reasons(await crash(kernel))
        assert "recursion" in " ".join(named.values()).lower()
        assert await untrue(kernel, "ax.figure is fig") == {}


async def test_warnings_are_shown_once_and_prints_are_those_of_cells(start_kernel):
    Path("library.py").write_text(
        "import warnings\nprint('imported')\ndef convert(): warnings.warn('mixed types')\n"
        "class Loud:\n    def __getstate__(self):\n        print('pickled'); convert()\n        return {'x': 1}\n"
    )
    async with start_kernel() as kernel:
        await kernel.run(SETUP + "%matplotlib inline\nimport sys; sys.path.insert(0, ''); import library")
        shown = []
        for _ in range(4):
            await kernel.run("fig, ax = plt.subplots(); ax.plot([1, 2]); fig.loud = library.Loud(); library.convert()")
            texts = [each["content"].get("text", "") for each in kernel.messages]
            shown.append("mixed types" in "".join(texts))
            await until(lambda: not kernel.waiting())
        assert shown == [True, False, False, False]
        printed = await kernel.run("print('mine'); sys.path.clear()")
        assert printed == "mine\n"
        await crash(kernel)
        assert await kernel.run("print('fig' in globals())") == "True\n"


async def test_nothing_is_raised_where_nothing_is_wrong(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run("%matplotlib inline\n" + SETUP + "fig, ax = plt.subplots(); ax.plot([1, 2])")
        await kernel.run("y = 0")
        await kernel.run(RAISED)
        assert await kernel.value("_seen") == []


async def test_what_waits_for_an_idle_kernel_is_saved_when_the_kernel_ends_first(start_kernel):
    def is_saved():
        return any(each["saved"] for each in (kernel.saved() or {"figures": ()})["figures"])

    async with start_kernel(agent=False) as kernel:
        await kernel.begin("manual", limits={"wait": 0.01})
        await kernel.run(AGG + "fig, ax = plt.subplots()\nfor k in range(1500): ax.plot([1, k])")
        await until(is_saved)  # it has taken long, and so waits for an idle kernel from now on
        kernel._client.execute("ax.set_title('new')")
        await kernel.run("get_ipython().ask_exit()")
        async with asyncio.timeout(LIMIT):
            while await kernel.manager.is_alive():
                await asyncio.sleep(0.02)
        await kernel.crash()
        await kernel.begin("restart")
        state = await kernel.ask("reinit", figures="all")
        assert reasons(state) == {}
        assert await untrue(kernel, "ax.get_title() == 'new'", "len(ax.lines) == 1500") == {}
