"""What is installed in the kernel's environment, found out without importing it."""

from __future__ import annotations

import os
import sys
from importlib import metadata
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from typing import Any

from ..settings.backends import display_works
from . import sentences


def spec_of(name: str) -> ModuleSpec | None:
    """Return the spec of a module, None where it cannot be found; its package is not imported."""
    module = sys.modules.get(name)
    if module is not None:
        return getattr(module, "__spec__", None) or ModuleSpec(name, None)
    package, _, _ = name.rpartition(".")
    try:
        if not package:
            return find_spec(name)
        parent = spec_of(package)
        return PathFinder.find_spec(name, parent.submodule_search_locations or []) if parent is not None else None
    except (ImportError, ValueError, AttributeError):
        return None


def is_there(name: str) -> bool:
    """Return whether a module can be found; the compiled half of tkinter is missing where Python has no Tk."""
    return spec_of(name) is not None and (name != "tkinter" or spec_of("_tkinter") is not None)


def has_display() -> bool:
    """Return whether windows can be opened here; Matplotlib is asked only where it is imported."""
    if "matplotlib" in sys.modules or sys.platform in ("win32", "darwin"):
        return display_works()
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def version_of(package: str) -> str:
    """Return the version of an installed package, "" where there is none or it does not say."""
    try:
        return metadata.version(package) or ""
    except Exception:  # broken metadata
        return ""


def entry_points(group: str) -> list[str]:
    """Return the names under which installed packages have registered something."""
    try:
        found: Any = metadata.entry_points()
        return [each.name for each in (found.select(group=group) if hasattr(found, "select") else found.get(group, ()))]
    except Exception:  # broken metadata
        return []


def how_to_install(package: str) -> str:
    """Return how a package is installed into this environment: not each one has pip."""
    if os.path.isdir(os.path.join(sys.prefix, "conda-meta")) and "-" not in package:
        return sentences.INSTALL_CONDA.format(package=package)
    if is_there("pip"):
        return sentences.INSTALL_PIP.format(package=package)
    if is_there("ensurepip"):
        return sentences.INSTALL_PIP_TOO.format(package=package, python=sys.executable)
    return sentences.INSTALL_OTHERWISE.format(package=package, prefix=sys.prefix)
