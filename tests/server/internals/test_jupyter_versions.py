"""What the server touches of other libraries is there, in the oldest and the newest versions, and is described."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import server_names
from environments import environments

from jupyter_mpl_guard import internals

SOURCE = Path(internals.__file__).read_text("utf-8")

NAMES = [
    name
    for name in (*re.findall(r"^(?:async )?def ([a-z]\w*)", SOURCE, re.M), *re.findall(r"^([A-Z_]+) =", SOURCE, re.M))
    if name != "PLACEHOLDER"  # what paths of pages look like
]
"""The functions and constants of `internals`."""


@pytest.fixture(scope="module", params=["oldest", "newest"])
def wrong(request: pytest.FixtureRequest) -> dict[str, str]:
    """Return name to what is wrong with it in the oldest or the newest versions."""
    python = sys.executable
    if request.param == "oldest":
        environment = environments()["oldest_server"]
        environment.make()
        python = str(environment.interpreter)
    command = [python, server_names.__file__, *NAMES]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.mark.parametrize("name", NAMES)
def test_what_the_server_relies_on_is_there(wrong, name):
    assert not wrong[name], f"{name}: {wrong[name]}; {described(name)}"


@pytest.mark.parametrize("name", NAMES)
def test_it_is_said_since_when_it_is_there_and_what_happens_without_it(name):
    assert re.search(r"\bsince \d|\(\d+\.\d+( to \d+\.\d+)?\)|\bsee `", described(name)), "since when"
    assert re.search(r"\b[Ww]ithout (it|them)\b|\bWhere |\bsee `", described(name)), "what is lost without it"


def described(name: str) -> str:
    """Return the description of a function or constant of `internals`."""
    if name.isupper():
        found = re.search(rf'^{name} = .*\n"""(.*?)"""', SOURCE, re.M | re.S)
        assert found
        return " ".join(found[1].split())
    return " ".join((inspect.getdoc(getattr(internals, name)) or "").split())
