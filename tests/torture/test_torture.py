"""A few of the thousands of times of `make torture`: whatever happens to a machine, nothing that was saved is lost."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

FEW = ["--cuts=6", "--kills=12", "--pairs=4", "--clocks=6", "--step=97", "--kill-step=29"]


KINDS = ["killed at random", "disk full for a while", "two machines at once", "power cut"]
MORE = [
    "killed at each call",
    "disk error, once",
    "stale handle, twice",
    "too many open files",
    "two servers at once",
    "clock wrong for once",
]


@pytest.mark.parametrize("kind", [*KINDS, *(pytest.param(kind, marks=pytest.mark.thorough) for kind in MORE)])
def test_nothing_that_was_saved_is_lost(kind):
    done = subprocess.run(
        [sys.executable, str(Path(__file__).parent), "--only", kind, *FEW], check=False, capture_output=True, text=True
    )
    if skipped := re.search("skipped: (.*)", done.stdout):
        pytest.skip(skipped[1])  # a disk of its own has who may mount one
    assert re.search(r"in all +[1-9]\d* tried +0 lost", done.stdout), done.stdout + done.stderr
    assert done.returncode == 0
