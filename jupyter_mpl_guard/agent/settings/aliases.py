"""Modules of Matplotlib's under the user's names (``plt``), and those that are loaded."""

import re
import sys
from types import ModuleType

PACKAGES = ("matplotlib", "mpl_toolkits")
"""Matplotlib's packages; its module ``pylab`` has no submodules."""

_CACHED = re.compile(r"(_{1,3}|_i{1,3}|_i?\d+|_[iod]h)$")  # IPython's names for results and inputs


def bound(user_ns):
    """Return name to module name for the user's names that are bound to modules of Matplotlib."""
    return {
        name: value.__name__
        for name, value in list(user_ns.items())
        if type(value) is ModuleType and is_matplotlibs(getattr(value, "__name__", None)) and not _CACHED.match(name)
    }


def modules():
    """Return the public modules of Matplotlib's packages that are loaded, backends apart, sorted."""
    return sorted(
        name
        for name in list(sys.modules)
        if name.startswith(tuple(package + "." for package in PACKAGES))
        and "._" not in name
        and not name.startswith(("matplotlib.backends.", "matplotlib.testing", "matplotlib.tests"))
    )


def is_matplotlibs(module):
    """Tell whether a module, by its name, is one of Matplotlib's."""
    return isinstance(module, str) and module.partition(".")[0] in ("matplotlib", "mpl_toolkits", "pylab")
