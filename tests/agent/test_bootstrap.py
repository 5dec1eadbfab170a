"""How the modules of the agent are imported out of the text with which they have travelled."""

from __future__ import annotations

import asyncio
import inspect
import sys
import traceback
from importlib import import_module, reload
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

import pytest
from arrival import NAME, PACKAGE, arrive, arrived

from jupyter_mpl_guard.agent_client import bundle
from jupyter_mpl_guard.agent_client.bundle import (
    OTHER_PYTHON,
    SENT,
    agent_source,
    compiled_parcel,
    runs_this_python,
)
from jupyter_mpl_guard.agent_client.client import AgentClient


@pytest.fixture
def agent(tmp_path, monkeypatch):
    yield from arrived(tmp_path, monkeypatch)


def test_the_text_leaves_no_name_behind(agent):
    namespace: dict[str, Any] = {}
    exec(agent_source(), namespace)
    assert set(namespace) <= {"__builtins__", "__doc__"}
    broken: dict[str, Any] = {}
    with pytest.raises(ZeroDivisionError):
        exec(agent_source().replace("    vars(bootstrap)", "    1 / 0\n    vars(bootstrap)"), broken)
    assert set(broken) <= {"__builtins__", "__doc__"}


def test_what_a_server_sends_is_what_the_text_holds(agent):
    sent = {name: agent.bundle.get_source(name) for name in agent.bundle.modules()}
    exec(agent_source(), {"__name__": SENT})
    assert sys.modules[NAME] is agent  # the version is the same
    agent.__version__ = "older"
    exec(agent_source(), {"__name__": SENT})
    pasted = sys.modules[NAME].bundle
    assert pasted is not agent.bundle
    assert {name: pasted.get_source(name) for name in pasted.modules()} == sent


def test_modules_that_come_compiled_are_those_that_the_kernel_would_compile(agent):
    from_text = arrive("other", compiled=False).bundle
    for name in from_text.modules():
        assert agent.bundle.get_code(name) == from_text.get_code(name), name
        assert agent.bundle.get_code(name).co_filename == from_text.get_code(name).co_filename


def test_modules_that_another_python_has_compiled_are_refused(agent):
    source, parcel = compiled_parcel().values()
    broken = {**parcel, "magic": "00000000", "codes": "bm90aGluZw==", "bootstrap": "bm90aGluZw=="}
    with pytest.raises(ImportError, match=f"^{OTHER_PYTHON}$"):
        exec(
            source.replace("\n    version = ", "\n    version = 'other' + "),
            {"__name__": SENT, "_jupyter_mpl_guard_parcel": broken},
        )
    assert sys.modules[NAME] is agent
    assert import_module(f"{NAME}.restore.decisions").__loader__ is agent.bundle


def test_a_kernel_that_cannot_use_compiled_modules_gets_the_sources(agent, monkeypatch):
    agent.__version__ = "older"
    sent: list[dict[str, Any]] = []

    class Client(AgentClient):
        def __init__(self) -> None:
            self._manager = SimpleNamespace(kernel_spec=SimpleNamespace(argv=["python"]))

        async def _execute(self, request: dict[str, Any], install: bool) -> dict[str, Any]:
            sent.append(request)
            try:
                exec(request["source"], {"__name__": SENT, "_jupyter_mpl_guard_parcel": request["parcel"]})
            except ImportError as error:
                answer = {"status": "error", "ename": "ImportError", "evalue": str(error)}
            else:
                answer = {"status": "ok", "data": {"application/json": sys.modules[NAME].__version__}}
            return {"status": "ok", "user_expressions": {"state": answer}}

    whole = compiled_parcel()
    monkeypatch.setattr(bundle, "_ready", [{**whole, "parcel": {**whole["parcel"], "magic": "00000000"}}])
    version = asyncio.run(Client()._answer({"action": "begin"}, install=True))
    assert [sorted(request["parcel"])[0] for request in sent] == ["bootstrap", "files"]
    assert f"version = {version!r}" in agent_source()
    assert import_module(f"{NAME}.restore.decisions")


def test_sources_of_compiled_modules_are_read_from_the_servers_files(agent, tmp_path, monkeypatch):
    name = f"{NAME}.restore.decisions"
    assert agent.bundle.get_source(name) == (PACKAGE / "restore" / "decisions.py").read_text()
    assert "CloudPickler" in agent.bundle.get_source(f"{NAME}.cloudpickle")
    monkeypatch.setattr(agent.bundle, "_folders", {"": str(tmp_path)})
    assert agent.bundle.get_source(name) is None
    assert import_module(name).RestorePhase
    with pytest.raises(ImportError, match="has run and is no longer on the disk"):
        agent.bundle.get_code(name)


@pytest.mark.parametrize(
    ("program", "compiled"),
    [(sys.executable, True), ("python", True), ("python3", True), ("/usr/bin/other/python3", False), (None, False)],
)
def test_modules_are_sent_compiled_to_kernels_of_the_servers_own_python(program, compiled):
    kernel = SimpleNamespace(kernel_spec=SimpleNamespace(argv=[program, "-m", "ipykernel_launcher"]))
    assert runs_this_python(kernel if program else object()) is compiled


def test_another_version_takes_the_place_of_all_of_it_but_cloudpickle(agent):
    import_module(f"{NAME}.restore.decisions")
    cloudpickle = import_module(f"{NAME}.cloudpickle")
    newer = arrive("newer")
    assert newer is not agent
    assert (newer.same_process, agent.same_process) == (True, False)
    assert f"{NAME}.restore.decisions" not in sys.modules
    assert import_module(f"{NAME}.restore.decisions").__loader__ is newer.bundle
    assert import_module(f"{NAME}.cloudpickle") is cloudpickle
    assert [finder for finder in sys.meta_path if type(finder).__name__ == "Bundle"] == [newer.bundle]
    assert arrive("newer") is newer


def test_a_version_that_cannot_even_be_uninstalled_makes_way(agent):
    agent.uninstall = None
    del agent.bundle
    assert arrive("newer") is not agent


def test_the_finder_is_asked_last_and_knows_its_own_modules_only(agent):
    assert sys.meta_path[-1] is agent.bundle
    for name in ("json", "numpy", f"{NAME}_other", f"{NAME}.nothing", f"{NAME}.figures.nothing", "figures"):
        assert agent.bundle.find_spec(name) is None
    with pytest.raises(ModuleNotFoundError, match="nothing"):
        import_module(f"{NAME}.nothing")
    with pytest.raises(ImportError, match="the agent has no module json"):
        agent.bundle.get_source("json")
    assert find_spec(f"{NAME}.restore.job").loader is agent.bundle
    assert f"{NAME}.restore.job" not in sys.modules


@pytest.mark.parametrize("form", ["sent compiled", "sent", "pasted", "tidied"])
def test_tracebacks_and_inspect_show_files_and_lines(agent, form):
    if form == "sent":
        agent = arrive("other", compiled=False)
    elif form != "sent compiled":
        agent.__version__ = "older"
        exec(agent_source(), {"__name__": SENT})
        agent = sys.modules[NAME]
    if form == "tidied":
        import_module(f"{NAME}.warmup").tidy()
    protocol = import_module(f"{NAME}.protocol.request")
    source = (PACKAGE / "protocol" / "request.py").read_text()
    assert inspect.getsource(protocol) == source
    assert inspect.getsource(protocol.request_from_json) in source
    assert inspect.getsourcefile(agent.answer) == "jupyter_mpl_guard/agent/__init__.py"
    with pytest.raises(ValueError, match="explode") as raised:
        agent.answer({"action": "explode"})
    shown = "".join(traceback.format_exception(raised.value))
    assert 'File "jupyter_mpl_guard/agent/protocol/request.py", line' in shown
    assert 'return ACTIONS[one_of("action", action, (BEGIN, *ACTIONS))].from_json(data)' in shown


def test_a_module_that_is_prepared_is_that_of_the_source_and_is_compiled_once(agent, monkeypatch):
    name = f"{NAME}.restore.decisions"
    import_module(f"{NAME}.restore")
    agent.bundle.prepare(name)
    monkeypatch.setattr(agent.bundle, "get_source", None)
    assert import_module(name).RestorePhase.PLANNED.name == "PLANNED"


def test_to_reload_a_module_leaves_it_at_work(agent):
    agent._agent = here = object()
    assert reload(agent)._agent is here
    assert reload(import_module(f"{NAME}.bootstrap")).Bundle is type(agent.bundle)
    agent._agent = None
