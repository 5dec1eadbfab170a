"""Backends with windows: whether they can work in this process."""

from __future__ import annotations

from .names import relies_on


@relies_on(
    "matplotlib._c_internal_utils.display_is_valid",
    since="Matplotlib 3.3",
    lost="a backend with windows is tried although the display that is named does not answer",
    instead="the caller looks whether the environment names a display",
)
def display_is_valid() -> bool | None:
    """Return whether windows can be opened, None where Matplotlib cannot say.

    It is the only way to ask without a toolkit, some of which abort the process.
    """
    try:
        from matplotlib import _c_internal_utils

        return bool(_c_internal_utils.display_is_valid())
    except Exception:
        return None


@relies_on(
    "matplotlib.backends._macosx",
    since="Matplotlib 3.6 or before",
    lost="on macOS the backend ``osx`` does not come back, and the plot state says so",
    instead="inline takes its place",
)
def macos_toolkit() -> str:
    """Return the module that the backend for macOS is made of; it is only there on macOS."""
    return "matplotlib.backends._macosx"
