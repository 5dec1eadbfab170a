"""The agent is imported whole or not at all, whatever comes in between."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from importlib import import_module
from types import FrameType, ModuleType
from typing import Any

import pytest
from arrival import NAME, PACKAGE, arrive, arrived, ours

from jupyter_mpl_guard.agent_client.bundle import SENT, agent_source

MODULES = [
    f"{NAME}.{path.relative_to(PACKAGE).with_suffix('').as_posix().replace('/', '.')}"
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.name not in ("__init__.py", "__main__.py", "bootstrap.py")
]
"""All modules that are imported one by one."""


@pytest.fixture
def agent(tmp_path, monkeypatch):
    yield from arrived(tmp_path, monkeypatch)


def in_the_middle_of(name: str, act: Callable[[], Any]) -> Callable[[FrameType, str, Any], Any]:
    """Return a trace function that calls `act` once, when a module has run half of its statements."""
    file = f"jupyter_mpl_guard/agent/{name[len(NAME) + 1 :].replace('.', '/')}"
    files = (f"{file}.py", f"{file}/__init__.py".replace("//", "/"))
    acted = []

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_name != "<module>" or frame.f_code.co_filename not in files or acted:
            return None
        lines = sorted({line for *_, line in frame.f_code.co_lines() if line})
        middle = lines[len(lines) // 2]

        def line(frame: FrameType, event: str, argument: Any) -> Any:
            if event == "line" and frame.f_lineno >= middle and not acted:
                acted.append(True)
                act()
            return line

        return line

    return trace


def interrupt() -> None:
    """Raise `KeyboardInterrupt`, as an interrupt does."""
    raise KeyboardInterrupt


def traced(trace: Callable[[FrameType, str, Any], Any], action: Callable[[], Any]) -> Any:
    """Call a function under a trace function."""
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return action()
    finally:
        sys.settrace(before)


@pytest.mark.parametrize("name", MODULES)
def test_an_interrupt_while_a_module_runs_for_the_first_time_leaves_nothing_half_made(agent, name):
    for other in ours() - {NAME, f"{NAME}.bootstrap"}:
        del sys.modules[other]
    with pytest.raises(KeyboardInterrupt):
        traced(in_the_middle_of(name, interrupt), lambda: import_module(name))
    assert name not in sys.modules
    names = {key for key in vars(import_module(name)) if not key.startswith("__")}
    installed = import_module(name.replace(NAME, "jupyter_mpl_guard.agent"))
    assert names >= {key for key in vars(installed) if not key.startswith("__")} - _lazily_bound(installed)


def _lazily_bound(module: ModuleType) -> set[str]:
    """Return names that the import of a submodule has bound in its package."""
    return {key for key, value in vars(module).items() if isinstance(value, ModuleType)}


def test_a_second_thread_waits_until_a_module_has_run(agent):
    name = f"{NAME}.figures.tracker"
    in_the_middle, go_on = threading.Event(), threading.Event()
    found: dict[str, bool] = {}

    def hold() -> None:
        in_the_middle.set()
        assert go_on.wait(60)

    def first() -> None:
        traced(in_the_middle_of(name, hold), lambda: import_module(name))

    def second() -> None:
        found["whole"] = hasattr(import_module(name), "FigureTracker")

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert in_the_middle.wait(60)
    assert not hasattr(sys.modules[name], "FigureTracker")
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join(60)
    assert found == {"whole": True}


@pytest.mark.parametrize("name", [NAME, f"{NAME}.lifecycle", f"{NAME}.state.reporter"])
def test_an_interrupt_while_the_agent_arrives_leaves_nothing_of_it(agent, name):
    agent.uninstall()
    finders = [finder for finder in sys.meta_path if finder is not agent.bundle]
    namespace: dict[str, Any] = {"__name__": SENT}
    sys.modules[NAME].__version__ = "older"
    with pytest.raises(KeyboardInterrupt):
        traced(in_the_middle_of(name, interrupt), lambda: exec(agent_source(), namespace))
    assert ours() <= {f"{NAME}.cloudpickle"}
    assert sys.meta_path == finders
    assert set(namespace) <= {"__name__", "__builtins__", "__doc__"}
    assert arrive().install() is None  # this process is no kernel
