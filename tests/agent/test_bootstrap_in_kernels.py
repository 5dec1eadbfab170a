"""The modules of the agent in a kernel: reloaded, replaced by a newer version, and without their text."""

from __future__ import annotations

import os
from pathlib import Path

from aftermath import AGG, crash, untrue
from kernels import PYPLOT


async def test_autoreload_reset_and_uninstall_leave_nothing_broken(start_kernel):
    folder = Path("jupyter_mpl_guard", "agent")
    folder.mkdir(parents=True)
    async with start_kernel() as kernel:
        await kernel.run("%load_ext autoreload\n%autoreload 2")
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        for file in ("__init__.py", "lifecycle.py", "reporter.py"):  # as in a checkout, where somebody edits them
            (folder / file).write_text("raise RuntimeError")
            os.utime(folder / file, (2**31, 2**31))
        await kernel.run("plt.rcParams['figure.dpi'] = 138")
        assert kernel.saved()["rc_params"] == {"figure.dpi": 138.0}
        await kernel.run("%reset -f")
        await kernel.run("import matplotlib as m; m.rcParams['figure.dpi'] = 139")
        assert kernel.saved()["rc_params"] == {"figure.dpi": 139.0}
        await kernel.run("import sys; sys.modules['_jupyter_mpl_guard'].uninstall(); m.rcParams['figure.dpi'] = 140")
        await kernel.run("1")
        assert kernel.saved()["rc_params"] == {"figure.dpi": 139.0}
        hooks = "[c for e in get_ipython().events.callbacks.values() for c in e if 'guard' in c.__module__]"
        assert await kernel.value(f"len({hooks})") == 0
        assert (await kernel.ask("reinit"))["rc_params"] == {"figure.dpi": 140.0}
        assert await kernel.value(f"len({hooks})") == 4
        assert {each["header"]["msg_type"] for each in kernel.messages} <= {
            "status",
            "execute_input",
            "stream",
            "update_display_data",
        }


async def test_a_newer_version_in_a_running_kernel_keeps_figures_and_offers(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "old, ax = plt.subplots()")
        await crash(kernel, "restart")
        await kernel.run("import matplotlib.pyplot as plt; new, ax2 = plt.subplots()")
        await kernel.run("import sys; sys.modules['_jupyter_mpl_guard'].__version__ = 'older'")
        await kernel.ask("begin", install=True, trigger="manual", incarnation=2)
        await kernel.run("ax2.set_title('new')")
        await kernel.run("1")
        state = kernel.saved()
        assert (state["status"], state["incarnation"]) == ("offered", 2)
        assert {tuple(each["names"]) for each in state["figures"]} == {("new", "ax2"), ("old", "ax")}
        state = await kernel.ask("reinit", figures="all")
        assert await untrue(kernel, "old.axes == [ax]", "new.axes == [ax2]") == {}
        await crash(kernel)
        assert await untrue(kernel, "old.axes == [ax]", "ax2.get_title() == 'new'") == {}


async def test_the_text_is_not_kept_once_it_has_run(start_kernel):
    objects = "__import__('gc').get_objects()"
    async with start_kernel() as kernel:
        await kernel.run("def is_text(value): return type(value) is str and len(value) > 5_000")
        is_holder = "type(each) is dict and ('lifecycle.py' in each or 'source' in each)"
        holders = f"[each for each in {objects} if {is_holder} and any(map(is_text, each.values()))]"
        assert await kernel.value(f"len({holders})") == 0
