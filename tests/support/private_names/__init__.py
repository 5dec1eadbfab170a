"""What the agent relies on of each private name of another library, and what it does where that name is not there.

The modules are imported in a kernel, in which the agent has travelled.  A case is a generator: up to its ``yield`` it
checks that the name is there and does what the agent relies on; it yields a context in which the name is not there, and
then checks that what is done instead raises nothing.
"""

from __future__ import annotations

import traceback
from importlib import import_module

from matplotlib import pyplot as plt

from private_names.cases import cases

MODULES = ("pyplots", "artists", "callbacks", "toolbars", "registries", "widgets", "canvases", "shells")


def outcome(make):
    """Return what is wrong with a name that is there, and with doing without it; "" each for nothing."""
    outcomes = ["it was not tried"] * 2
    checks = make()
    try:
        plt.switch_backend("agg")
        plt.close("all")
        context = next(checks)
        outcomes[0] = ""
        with context:
            next(checks, None)
        outcomes[1] = ""
    except Exception as error:
        line = traceback.extract_tb(error.__traceback__)[-1]
        outcomes[outcomes[0] == ""] = f"{type(error).__name__}: {error} in {line.name}, {line.filename}:{line.lineno}"
    return outcomes


def outcomes():
    """Return name to `outcome` of all cases."""
    for name in MODULES:
        import_module(f"private_names.{name}")
    return {name: outcome(make) for name, make in cases.items()}
