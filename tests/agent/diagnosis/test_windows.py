"""Checks of backends that open windows, on a virtual display."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

import pytest
from diagnoses import ask, checks, follow, problems
from kernels import LIMIT

WINDOWS = "import matplotlib.pyplot as plt\nfig = plt.figure()"


@pytest.fixture
def display():
    """Start an X server and return the name of its display."""
    if shutil.which("Xvfb") is None or subprocess.run([sys.executable, "-c", "import tkinter"]).returncode:
        pytest.skip("needs Xvfb and Python's Tk")
    name = f":{os.getpid() % 20_000 + 100}"
    with subprocess.Popen(["Xvfb", name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            code = "from matplotlib import _c_internal_utils as c; raise SystemExit(not c.display_is_valid())"
            deadline = time.monotonic() + LIMIT
            while subprocess.run([sys.executable, "-c", code], env=os.environ | {"DISPLAY": name}).returncode:
                assert server.poll() is None
                assert time.monotonic() < deadline
            yield name
        finally:
            server.terminate()


async def test_all_is_well_where_there_is_a_display(start_kernel, display):
    async with start_kernel(DISPLAY=display) as kernel:
        await kernel.run("%matplotlib tk\n" + WINDOWS)
        assert await problems(kernel) == {}
        backends = {each["name"]: each["usable"] for each in (await ask(kernel, "backends"))["backends"]}
        assert (backends["tk"], backends["qt"]) == (True, False)


async def test_windows_without_an_event_loop_are_named_and_the_remedy_starts_one(start_kernel, display):
    async with start_kernel(DISPLAY=display) as kernel:
        await kernel.run("%matplotlib tk\n" + WINDOWS)
        await kernel.run("%gui")
        found = (await checks(kernel))["event-loop"]
        assert (found["status"], found["remedy"]) == ("problem", "Run `%matplotlib tk` in a cell.")
        await follow(kernel, found["remedy"])
        assert await problems(kernel) == {}
