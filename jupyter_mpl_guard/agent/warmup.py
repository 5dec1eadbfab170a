"""What the first checkpoint needs of the agent itself, made ready while the kernel is idle.

The agent travels as source, and compiling its modules takes longer than pickling a plot: left to the moment when the
first figure is saved, it would be half of that checkpoint.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from . import __name__ as agent


def steps() -> list[Callable[[], Any]]:
    """Return the pieces of work, 1-10 ms each: to compress the sources, compile the modules one by one, and run them.

    No module of the agent imports Matplotlib when it is imported. Where the agent has not travelled as a text there is
    nothing to prepare: Python has the compiled modules on disk.
    """
    bundle = getattr(sys.modules.get(agent), "bundle", None)
    if bundle is None:
        return []
    names = [name for name in bundle.modules() if name not in sys.modules and not _is_rare(name)]
    return (
        [bundle.compress]
        + [partial(bundle.prepare, name) for name in names]
        + [partial(import_module, name) for name in names]
    )


def _is_rare(name: str) -> bool:
    """Return whether a module serves few kernels: those with something to restore, or figures that need cloudpickle.

    Running cloudpickle takes 20 ms; it is imported when the first figure has been saved.
    """
    return "restore" in name or name == agent + ".cloudpickle"
