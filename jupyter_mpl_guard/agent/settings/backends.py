"""Backends by the short names that ``%matplotlib`` takes: read the one in force, and choose one where it can work."""

from __future__ import annotations

import os
import sys
from typing import Any

from .. import messages
from ..internals.registries import loaded_backend, macos_toolkit, parameter

SHORT = {
    "module://matplotlib_inline.backend_inline": "inline",
    "module://ipympl.backend_nbagg": "widget",
    "ipympl": "widget",
    "nbagg": "notebook",
    "tkagg": "tk",
    "qtagg": "qt",
    "qt5agg": "qt5",
    "wxagg": "wx",
    "gtk3agg": "gtk3",
    "gtk4agg": "gtk4",
    "macosx": "osx",
}
"""Matplotlib's name, in lower case, to the name that ``%matplotlib`` takes; any other name is used as it is."""

TOOLKITS = {
    "tk": ("tkinter",),
    "qt": ("PyQt6", "PySide6", "PyQt5", "PySide2"),
    "qt6": ("PyQt6", "PySide6"),
    "qt5": ("PyQt5", "PySide2"),
    "wx": ("wx",),
    "gtk": ("gi",),
    "gtk3": ("gi",),
    "gtk4": ("gi",),
    "osx": (macos_toolkit(),),
}
"""Backend with windows to the modules of which it needs one."""

IPYTHON = frozenset(TOOLKITS) | {"inline", "widget", "notebook"}
"""Backends with an event loop or a display hook of their own: IPython has to enable them."""


class Unavailable(Exception):
    """Raised with half a sentence that states why a backend cannot work in this kernel."""


def short_name(name: object) -> str | None:
    """Return the ``%matplotlib`` name of a value of ``rcParams['backend']``, or None where none is chosen yet."""
    if not isinstance(name, str):  # Matplotlib's marker for "choose one at the first figure"
        return None
    return SHORT.get(name.lower(), name if name.startswith("module://") else name.lower())


def current(matplotlib: Any) -> str | None:
    """Return the short name of the backend in force without choosing one.

    ``matplotlib.get_backend()`` may import pyplot and choose a backend; its ``auto_select`` exists only since 3.10.
    """
    return short_name(in_force(matplotlib))


def in_force(matplotlib: Any) -> Any:
    """Return Matplotlib's own name of the backend that figures get, or its marker where none is chosen yet.

    Where choosing a backend has failed the rcParams name it all the same, though pyplot draws with the one before.
    """
    return loaded_backend() or parameter(matplotlib.rcParams, "backend")


def enable(shell: Any, name: str) -> None:
    """Enable a backend, as ``%matplotlib`` or ``matplotlib.use`` would.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    name : str
        Name of the backend, as ``%matplotlib`` or Matplotlib has it; Matplotlib's own is what ``get_backend()`` returns
        afterwards.

    Raises
    ------
    Unavailable
        If it cannot work here; nothing was changed.
    """
    full_name, name = name, short_name(name) or name
    _require(name[: -len("cairo")] if name.endswith("cairo") else name)
    from matplotlib import pyplot

    try:
        if name in IPYTHON:
            shell.enable_matplotlib(name)
        else:
            pyplot.switch_backend(name)
        if name != full_name and str(parameter(pyplot.rcParams, "backend")).lower() != full_name.lower():
            pyplot.switch_backend(full_name)
    except Exception as error:
        raise Unavailable(messages.NOT_LOADED.format(error=messages.said(error))) from error


def _require(name: str) -> None:
    """Raise `Unavailable` where choosing a backend would fail, hang or kill the kernel."""
    from importlib.util import find_spec

    if name == "widget" and find_spec("ipympl") is None:
        raise Unavailable(messages.NO_IPYMPL)
    if name in TOOLKITS:
        if not any(_importable(module) for module in TOOLKITS[name]):
            raise Unavailable(messages.NO_TOOLKIT)
        if name != "osx" and not display_works():
            raise Unavailable(messages.NO_DISPLAY)


def _importable(module: str) -> bool:
    from importlib import import_module
    from importlib.util import find_spec

    try:
        if module == "tkinter":  # is part of the standard library, and often there without its compiled half
            import_module(module)
        return find_spec(module) is not None
    except Exception:
        return False


def display_works() -> bool:
    """Return whether windows can be opened here; Matplotlib is imported for that."""
    if sys.platform in ("win32", "darwin"):
        return True
    from ..internals.pyplot import display_is_valid

    valid = display_is_valid()
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) if valid is None else valid
