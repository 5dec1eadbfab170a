"""What saving figures needs is ready before there is one, and costs nobody anything."""

from __future__ import annotations

import asyncio
import json

from aftermath import SETUP, crash, reasons
from kernels import LIMIT, Kernel

NEEDED = {
    f"_jupyter_mpl_guard.{name}"
    for name in (
        "figures.checkpoint",
        "figures.discovery",
        "figures.tracker",
        "pickling.attempt",
        "pickling.pickler",
        "pickling.reductions",
        "pickling.registrations",
        "storage.signing",
    )
}
"""Modules of the agent without which no figure is saved."""

STATE = """
import json as _json, sys as _sys
print(_json.dumps([
    sorted(name for name in _sys.modules if name.startswith('_jupyter_mpl_guard')),
    'matplotlib' in _sys.modules,
    '_jupyter_mpl_guard.cloudpickle' in _sys.modules,
]))
del _json, _sys
"""
"""Prints which modules of the agent have been run, and whether Matplotlib and cloudpickle have been imported."""


async def until_ready(kernel: Kernel, *, cloudpickle: bool) -> bool:
    """Wait until the modules that save figures have been run, and return whether Matplotlib has been imported."""
    async with asyncio.timeout(LIMIT):
        while True:
            run, imported, has_cloudpickle = json.loads(await kernel.run(STATE, silent=True))
            if set(run) >= NEEDED and has_cloudpickle == cloudpickle:
                return imported
            await asyncio.sleep(0.05)


async def test_the_agent_is_ready_before_the_first_figure_and_imports_nothing_for_it(start_kernel):
    async with start_kernel() as kernel:
        assert await until_ready(kernel, cloudpickle=False) is False


async def test_cloudpickle_is_ready_once_matplotlib_is_there_and_the_kernel_idle(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(SETUP)
        assert await until_ready(kernel, cloudpickle=True) is True


async def test_figures_are_saved_in_a_kernel_that_was_never_idle(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(SETUP + "def f(x): return 2 * x\nfig, ax = plt.subplots(); ax.transform = f")
        assert reasons(await crash(kernel)) == {}
        assert await kernel.value("ax.figure is fig and ax.transform(2) == 4") is True
