"""Work in an idle kernel that reduces what the agent costs: memory at first, time later.

A kernel that does not plot should not pay for the modules that save figures; where Matplotlib has been imported they
are there before there is a figure, because compiling and running them takes longer than pickling a plot.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import Any

AGENT = __name__.rpartition(".")[0]

FAST = 1
"""Level of compression: a third of the size, in a third of the time that the usual level takes."""


def tidy() -> None:
    """Reduce the agent's memory once it has begun, in some 10 ms where it has come as one text, else in 1 ms."""
    bundle = _bundle()
    if bundle is not None:
        _compress(bundle.sources)
        give_memory_back()


def steps() -> Sequence[Callable[[], Any]]:
    """Return steps of 1-10 ms each, after which the first figures are saved as fast as later ones.

    The modules of the agent are compiled one by one, then run. None of them imports Matplotlib when it is run. Where
    the agent has not travelled as a text there is nothing to do: Python has the compiled modules on disk.
    """
    bundle = _bundle()
    if bundle is None:
        return []
    names = [name for name in bundle.modules() if name not in sys.modules and not _is_rare(name)]
    return [partial(bundle.prepare, name) for name in names] + [partial(import_module, name) for name in names]


def give_memory_back() -> None:
    """Return to the system the 1 MiB that executing the text has taken temporarily: glibc keeps it otherwise."""
    ctypes = sys.modules.get("ctypes")
    if ctypes is not None and sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def _compress(sources: dict[str, str | bytes]) -> None:
    """Compress what came uncompressed: what a kernel never uses should cost it next to nothing."""
    for path, text in sources.items():
        if isinstance(text, str):
            sources[path] = zlib.compress(text.encode(), FAST)


def _bundle() -> Any:
    return getattr(sys.modules.get(AGENT), "bundle", None)


def _is_rare(name: str) -> bool:
    """Return whether a module serves few kernels: those with something to restore or to ask, or that need cloudpickle.

    Running cloudpickle takes 20 ms; it is imported when the first figure has been saved.
    """
    is_rare = any(each in name for each in ("restore", "diagnosis", ".single"))
    return is_rare or name in (AGENT + ".cloudpickle", AGENT + ".settings.code")
