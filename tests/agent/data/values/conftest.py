"""A module that stands in for the notebook's."""

from __future__ import annotations

import sys
import types

import pytest


@pytest.fixture
def main(monkeypatch):
    """Return the namespace of a module that stands in for the notebook's."""
    module = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", module)
    return vars(module)
