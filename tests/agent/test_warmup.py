"""What saving figures needs is ready before there is one, and costs nothing."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from aftermath import SETUP, crash, reasons
from fork_server import BARE
from kernels import LIMIT, Kernel

PACKAGE = Path(__file__).parents[2] / "jupyter_mpl_guard" / "agent"

NEEDED = {
    f"_jupyter_mpl_guard.{name}"
    for name in (
        "figures.checkpoint",
        "figures.discovery",
        "figures.tracker",
        "pickling.attempt",
        "pickling.pickler",
        "pickling.picklers.quick",
        "pickling.picklers.reductions",
        "pickling.registrations",
        "storage.signing",
    )
}
"""Modules of the agent without which no figure is saved."""

STATE = """
import json as _json, sys as _sys
print(_json.dumps([
    sorted(name for name in _sys.modules if name.startswith('_jupyter_mpl_guard')),
    sorted(_sys.modules.keys() & {'matplotlib', 'matplotlib.figure', 'numpy'}),
    '_jupyter_mpl_guard.cloudpickle' in _sys.modules,
]))
del _json, _sys
"""
"""Prints which modules of the agent have been run, which of Matplotlib's and NumPy's, and whether cloudpickle has."""


AT_START = {
    f"_jupyter_mpl_guard{name}"
    for name in (
        "",
        ".bootstrap",
        ".incarnation",
        ".incarnation.cells",
        ".incarnation.lazy_data",
        ".incarnation.lazy_diary",
        ".incarnation.lazy_figures",
        ".incarnation.imports",
        ".incarnation.incarnation",
        ".incarnation.restores",
        ".internals",
        ".internals.ipython",
        ".internals.names",
        ".import_hook",
        ".interrupts",
        ".lifecycle",
        ".magic",
        ".magic.registration",
        ".pickling",
        ".pickling.search_path",
        ".protocol",
        ".protocol.checks",
        ".protocol.plot_state",
        ".protocol.request",
        ".safe_hook",
        ".settings",
        ".settings.environment",
        ".settings.lazy_settings",
        ".state",
        ".state.composer",
        ".state.reporter",
        ".state.status",
        ".storage",
        ".storage.disk",
        ".storage.disk.names",
        ".timers",
    )
}
"""Modules of the agent that run while a kernel waits for it to begin."""

MOST_BYTES = 128_000
"""Bytes of source that these may have, as it takes a kernel 0.2 ms to compile each thousand."""

SMALL = AT_START | {"_jupyter_mpl_guard.warmup"}
"""Modules of the agent that run in a kernel that does not plot and has nothing to restore."""


async def until_ready(kernel: Kernel, *, cloudpickle: bool) -> list[str]:
    """Wait until the modules that save figures have been run, and return what has been imported of Matplotlib."""
    async with asyncio.timeout(LIMIT):
        while True:
            run, imported, has_cloudpickle = json.loads(await kernel.run(STATE, silent=True))
            if set(run) >= NEEDED and has_cloudpickle == cloudpickle:
                return imported
            await asyncio.sleep(0.05)


def test_what_a_kernel_waits_for_does_not_grow():
    stems = [PACKAGE.joinpath(*name.split(".")[1:]) for name in AT_START]
    files = [stem / "__init__.py" if stem.is_dir() else stem.with_suffix(".py") for stem in stems]
    assert sum(len(file.read_bytes()) for file in files) <= MOST_BYTES


async def test_a_kernel_that_does_not_plot_runs_few_modules_of_the_agent(start_kernel):
    async with start_kernel(**BARE) as kernel:
        await kernel.run("1")
        await until_tidy(kernel)
        run, imported, has_cloudpickle = json.loads(await kernel.run(STATE, silent=True))
        assert (set(run), imported, has_cloudpickle) == (SMALL, [], False)


async def until_tidy(kernel: Kernel) -> None:
    """Wait until all sources of the agent are compressed, which is done when the kernel is idle."""
    modules = "__import__('sys').modules"
    sources = f"{modules}['_jupyter_mpl_guard'].bundle.sources"
    code = f"print('_jupyter_mpl_guard.warmup' in {modules} and str not in map(type, {sources}.values()))"
    async with asyncio.timeout(LIMIT):
        while await kernel.run(code, silent=True) != "True\n":
            await asyncio.sleep(0.05)


async def test_the_agent_is_ready_before_the_first_figure_and_imports_nothing_for_it(start_kernel):
    async with start_kernel(**BARE) as kernel:
        await kernel.run("import matplotlib")
        before = json.loads(await kernel.run(STATE, silent=True))[1]
        assert await until_ready(kernel, cloudpickle=False) == before
        assert "matplotlib.figure" not in before


async def test_cloudpickle_is_ready_once_matplotlib_is_there_and_the_kernel_idle(start_kernel):
    async with start_kernel(**BARE) as kernel:
        await kernel.run(SETUP)
        assert "matplotlib" in await until_ready(kernel, cloudpickle=True)


async def test_figures_are_saved_in_a_kernel_that_was_never_idle(start_kernel):
    async with start_kernel(**BARE) as kernel:
        await kernel.run(SETUP + "def f(x): return 2 * x\nfig, ax = plt.subplots(); ax.transform = f")
        assert reasons(await crash(kernel)) == {}
        assert await kernel.value("ax.figure is fig and ax.transform(2) == 4") is True
