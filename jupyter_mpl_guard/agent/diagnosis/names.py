"""Checks of names: of variables that hide Matplotlib, and of files beside the notebook that hide modules."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import TYPE_CHECKING

from ..settings import aliases
from ..storage.packages import MATPLOTLIB
from . import sentences
from .check import Finding, ok, problem, unknown

if TYPE_CHECKING:
    from .facts import KernelFacts

MODULES = {"plt": "matplotlib.pyplot", "mpl": "matplotlib", "matplotlib": "matplotlib", "pyplot": "matplotlib.pyplot"}
"""Usual names for modules of Matplotlib."""

FIGURES = ("fig", "ax", "axs", "axes")
"""Usual names for figures and their axes."""

_MADE = r"^[^#\n=]*\b{name}\b[^=\n]*=(?!=).*\b(?:subplots?|figure|add_subplot|axes|gca|gcf|subplot_mosaic)\("
"""How a cell binds a name to a figure or its axes."""

PLAIN = (bool, int, float, complex, str, bytes, type, FunctionType, BuiltinFunctionType, ModuleType)
"""Classes whose objects are neither figures nor hold any."""

NEEDED = frozenset(
    {
        *(*MATPLOTLIB, "pylab", "numpy", "cycler", "PIL", "dateutil", "pyparsing", "kiwisolver"),
        *("contourpy", "fontTools", "packaging", "six", "matplotlib_inline", "ipympl", "ipywidgets", "traitlets"),
        *("IPython", "ipykernel"),
    }
)
"""Modules that Matplotlib, or the kernel around it, needs beside those of Python itself."""

COMMON = frozenset(
    {
        *("random", "string", "types", "copy", "queue", "calendar", "code", "token", "numbers", "statistics"),
        *("struct", "logging", "io", "json"),
    }
)
"""Modules of Python, where it has no list of them (3.9)."""


def are_free(facts: KernelFacts) -> Finding:
    """Check that the usual names are bound to what they say."""
    if facts.matplotlib is None:
        return unknown(sentences.NOT_IMPORTED)
    user_ns = facts.shell.user_ns
    for name, module in MODULES.items():
        if name not in user_ns or _is_matplotlibs(user_ns[name]):
            continue
        kind = sentences.kind_of(user_ns[name])
        said = sentences.SHADOWED_MODULE.format(name=name, kind=kind, module=module)
        return problem(said, sentences.IMPORT_AGAIN.format(name=name, module=module))
    for name in FIGURES:
        if type(user_ns.get(name)) in PLAIN and re.search(_MADE.format(name=name), facts.cells, re.MULTILINE):
            said = sentences.SHADOWED_FIGURE.format(name=name, kind=sentences.kind_of(user_ns[name]))
            return problem(said, sentences.DELETE.format(name=name))
    return ok(sentences.NAMES_FREE)


def _is_matplotlibs(value: object) -> bool:
    """Return whether a value is a module of Matplotlib; a lazy one of somebody else is not loaded for that."""
    if not issubclass(type(value), ModuleType):
        return False
    name = ModuleType.__getattribute__(value, "__dict__").get("__name__")
    return aliases.is_matplotlibs(name)


def files_hide_nothing(facts: KernelFacts) -> Finding:
    """Check that no file beside the notebook is found before a module that Matplotlib needs."""
    for path in shadowing_files():
        module = os.path.basename(path).partition(".")[0]
        return problem(
            sentences.SHADOWING_FILE.format(path=path, module=module),
            sentences.RENAME.format(path=path),
        )
    return ok(sentences.NO_SHADOWING_FILES)


def shadowing_files() -> Iterator[str]:
    """Yield files and packages in the kernel's folder that hide a module which Matplotlib or Python needs."""
    here = os.getcwd()
    if not any(os.path.realpath(entry or here) == os.path.realpath(here) for entry in sys.path):
        return
    try:
        names = sorted(os.listdir(here))
    except OSError:
        return
    for name in names:
        stem, suffix = os.path.splitext(name)
        path = os.path.join(here, name)
        is_package = not suffix and os.path.isfile(os.path.join(path, "__init__.py"))
        if (suffix == ".py" or is_package) and _is_needed(stem) and not _is_at_home(stem, path):
            yield path


def _is_needed(name: str) -> bool:
    standard = getattr(sys, "stdlib_module_names", COMMON)
    return name in NEEDED or (name in standard and (name in sys.modules or name in COMMON))


def _is_at_home(name: str, path: str) -> bool:
    """Return whether a package is the one in use here: the notebook lies beside the sources of the library."""
    module = sys.modules.get(name)
    works = module is not None and hasattr(module, "__version__")
    return works and os.path.dirname(str(getattr(module, "__file__", ""))) == path
