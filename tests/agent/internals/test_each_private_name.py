"""Each private name of another library is there, in the oldest and the newest versions, and can be done without."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import environments
import pytest
from jupyter_client import KernelManager
from kernels import LIMIT, TRANSPORT

from jupyter_mpl_guard.agent.internals import names
from jupyter_mpl_guard.agent_client.bundle import agent_source

TABLE = names.table()

SUPPORT = Path(environments.__file__).parent

RUN = """# run the cases
import json, sys
sys.modules["_jupyter_mpl_guard"].uninstall()
sys.path.insert(0, support)
import private_names
json.dump(private_names.outcomes(), open("outcomes.json", "w"))
"""
"""The cell that runs the cases; one of them looks for its first line."""


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("oldest_kernel", marks=pytest.mark.xdist_group("private names, oldest")),
        pytest.param("foreign_kernel", marks=pytest.mark.xdist_group("private names, newest")),
    ],
    ids=["oldest", "newest"],
)
def outcomes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict]:
    """Run all cases in one kernel, and return name to what is wrong with it and with doing without it."""
    folder = tmp_path_factory.mktemp("private-names")
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="mpl-", dir="/tmp") as runtime:
        patch.setenv("JUPYTER_RUNTIME_DIR", runtime)
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        kernel_name = request.getfixturevalue(request.param)
        manager = KernelManager(kernel_name=kernel_name, transport=TRANSPORT, ip=f"{runtime}/kernel")
        manager.start_kernel(cwd=str(folder))
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=LIMIT)
        try:
            for code in (agent_source(), f"support = {str(SUPPORT)!r}", RUN):
                reply = client.execute_interactive(code, timeout=LIMIT, output_hook=lambda message: None)
                assert reply["content"]["status"] == "ok", reply["content"]
            yield json.loads((folder / "outcomes.json").read_text())
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
            manager.context.destroy(linger=0)


@pytest.mark.parametrize("name", TABLE)
def test_a_private_name_is_there_and_does_what_the_agent_relies_on(outcomes, name):
    wrong = outcomes[name][0]
    assert not wrong, f"{name} (since {TABLE[name].since}) is not what it was: {wrong}; {TABLE[name].lost}"


@pytest.mark.parametrize("name", TABLE)
def test_without_a_private_name_nothing_is_raised(outcomes, name):
    wrong = outcomes[name][1]
    assert not wrong, f"without {name} this was to happen: {TABLE[name].instead}; but {wrong}"


def test_each_case_is_of_a_private_name_that_the_agent_touches(outcomes):
    assert set(outcomes) == set(TABLE)
