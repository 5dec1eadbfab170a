"""Load the agent into this process as a server sends it into a kernel."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from jupyter_mpl_guard.agent_client.bundle import SENT, agent_parcel, compiled_parcel

NAME = "_jupyter_mpl_guard"

PACKAGE = Path(__file__).parents[3] / "jupyter_mpl_guard" / "agent"


def ours() -> set[str]:
    """Return the names of the agent's modules that have been imported out of its text."""
    return {name for name in sys.modules if name.partition(".")[0] == NAME}


def arrive(version: str = "", *, compiled: bool = True) -> ModuleType:
    """Load the agent as a server sends it, as another version if one is given."""
    source, parcel = (compiled_parcel if compiled else agent_parcel)().values()
    if version:
        source = source.replace("\n    version = ", f"\n    version = {version!r} + ")
    exec(source, {"__name__": SENT, "_jupyter_mpl_guard_parcel": parcel})
    return sys.modules[NAME]


def arrived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Load the agent into this process, in a working directory that holds none of its files."""
    monkeypatch.chdir(tmp_path)
    found, modules = list(sys.meta_path), dict(sys.modules)
    yield arrive()
    sys.meta_path[:] = found
    for name in ours():
        del sys.modules[name]
    sys.modules.update({name: module for name, module in modules.items() if name.partition(".")[0] == NAME})
    linecache.clearcache()
