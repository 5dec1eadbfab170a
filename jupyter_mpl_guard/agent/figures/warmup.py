"""What the first checkpoint needs of the agent itself, made ready while the kernel is idle.

The agent travels as source, and compiling its modules takes longer than pickling a plot: left to the moment when the
first figure is saved, it would be half of that checkpoint.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from typing import Any, Callable

NAME = __name__.rpartition(".figures.")[0]


def steps() -> list[Callable[[], Any]]:
    """Return the pieces of work, 1-10 ms each: the import of each module of the agent that is not there yet.

    No module of the agent imports Matplotlib when it is imported. Where the agent has not travelled as a text there is
    nothing to prepare: Python has the compiled modules on disk.
    """
    bundle = getattr(sys.modules.get(NAME), "bundle", None)
    modules = bundle.modules() if bundle is not None else []
    return [partial(import_module, name) for name in modules if name not in sys.modules and not _is_rare(name)]


def _is_rare(name: str) -> bool:
    """Return whether a module serves few kernels, or none that is idle: cloudpickle takes 20 ms."""
    return name == NAME + ".cloudpickle"
