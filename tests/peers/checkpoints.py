"""A plugin for pytest that runs in a kernel: after each test it makes the agent do what it does after a cell."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

_CELL: Any = SimpleNamespace(raw_cell="figure, axes = plt.gcf(), plt.gca()", cell_id=None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Run a test, and save what it has left before its fixtures remove that."""
    agent = getattr(sys.modules.get("_jupyter_mpl_guard"), "_agent", None)
    if agent is not None:
        agent._cells.before_cell(_CELL)
    try:
        yield
    finally:
        if agent is not None:
            agent._cells.after_cell()
            agent._figures.save()
