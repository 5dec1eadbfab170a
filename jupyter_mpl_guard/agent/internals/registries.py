"""What Matplotlib looks up by name: parameters, colormaps, scales, fonts, toolkits, the steps of the unit rectangle."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, ItemsView, Mapping
from typing import Any

from .names import relies_on
from .warning_filters import warnings_ignored


@relies_on(
    "matplotlib.RcParams.dict",
    since="Matplotlib 3.6 or before: a subclass of dict, whose own methods neither warn nor choose a backend",
    lost="which backend is in force is not saved",
    instead="the parameters are read one by one, warnings ignored, all but ``backend``",
)
def _as_dict(rc: Any) -> dict[str, Any]:
    if isinstance(rc, dict):
        return rc
    with warnings_ignored():
        return {key: rc[key] for key in rc if key != "backend"}


def parameter(rc: Any, key: str, default: Any = None) -> Any:
    """Return one of the rcParams, as it is: ``rcParams["backend"]`` may choose a backend, deprecated keys warn."""
    return dict.get(_as_dict(rc), key, default)


def has_parameter(rc: Any, key: str) -> bool:
    """Return whether there is such an rcParam; ``key in rcParams`` warns of a deprecated one."""
    return dict.__contains__(_as_dict(rc), key)


def parameters(rc: Any) -> ItemsView[str, Any]:
    """Return the items of the rcParams, as they are."""
    return dict.items(_as_dict(rc))


def equal_parameters(before: dict[str, Any], rc: Any) -> bool:
    """Return whether rcParams equal a dict; an array among the values has no single truth, and so equals nothing."""
    try:
        return dict.__eq__(before, _as_dict(rc)) is True
    except Exception:
        return False


@relies_on(
    "matplotlib.rcParamsOrig",
    since="Matplotlib 3.6 or before, not documented",
    lost="what a ``matplotlibrc`` says counts as what the user has set, and an edited file is not heeded",
    instead="the defaults, as if there were no ``matplotlibrc``",
)
def original_parameters() -> Mapping[str, Any]:
    """Return the rcParams as they were right after Matplotlib's import."""
    import matplotlib

    return getattr(matplotlib, "rcParamsOrig", matplotlib.rcParamsDefault)


@relies_on(
    "matplotlib.backends._macosx",
    since="Matplotlib 3.6 or before",
    lost="on macOS the backend ``osx`` does not come back, and the plot state says so",
    instead="inline takes its place",
)
def macos_toolkit() -> str:
    """Return the module that the backend for macOS is made of; it is only there on macOS."""
    return "matplotlib.backends._macosx"


def loaded_backend() -> str | None:
    """Return Matplotlib's name of the backend that pyplot draws with, None where it has loaded none yet.

    ``%matplotlib`` sets ``rcParams['backend']`` before it loads a backend, and does not set it back where that fails.
    The attribute is not documented; without it, what the rcParams say counts.
    """
    return getattr(sys.modules.get("matplotlib.backends"), "backend", None)


@relies_on(
    "matplotlib.cm.ColormapRegistry._builtin_cmaps",
    since="Matplotlib 3.6",
    lost="nothing: more colormaps are saved than need be",
    instead="each colormap counts as registered by the user",
)
def builtin_colormaps() -> Collection[str]:
    """Return the names of the colormaps that Matplotlib registers itself."""
    import matplotlib

    return getattr(matplotlib.colormaps, "_builtin_cmaps", ())


@relies_on(
    "matplotlib.scale._scale_mapping",
    since="Matplotlib 1.0",
    lost="a scale that the user has registered is not registered in the next kernel; axes that have it keep it",
    instead="no scale counts as registered by the user",
)
def scales() -> Mapping[str, type]:
    """Return the registered scales by name."""
    from matplotlib import scale

    return getattr(scale, "_scale_mapping", {})


@relies_on(
    "matplotlib.path.Path._interpolation_steps",
    since="Matplotlib 1.0",
    lost="bars on a polar plot may have straight edges in the next kernel",
    instead="one step",
)
def unit_rectangle_steps() -> int:
    """Return into how many lines the one unit rectangle of the process is cut where bars are bent (`Axes.bar`)."""
    from matplotlib.path import Path

    return getattr(Path.unit_rectangle(), "_interpolation_steps", 1)


def set_unit_rectangle_steps(steps: int) -> None:
    """Set into how many lines the unit rectangle is cut."""
    from matplotlib.path import Path

    rectangle: Any = Path.unit_rectangle()
    if hasattr(rectangle, "_interpolation_steps"):
        rectangle._interpolation_steps = steps


def _font_manager() -> Any:
    return getattr(sys.modules.get("matplotlib.font_manager"), "fontManager", None)


@relies_on(
    "matplotlib.font_manager.FontManager.ttflist",
    since="Matplotlib 3.6 or before, not documented",
    lost="fonts that the user has added are not added in the next kernel, and missing fonts are not named",
    instead="no font is known",
)
def fonts() -> list[Any]:
    """Return the entries of the fonts that Matplotlib knows, none where its font manager is not loaded.

    Each has the family as ``name`` and the file as ``fname``, see `matplotlib.font_manager.FontEntry`.
    """
    return getattr(_font_manager(), "ttflist", [])


@relies_on(
    "matplotlib.font_manager.X11FontDirectories",
    since="Matplotlib 1.0",
    lost="nothing: fonts of the system that lie elsewhere than in /usr/share/fonts are added in vain",
    instead="only /usr/share/fonts, or on Windows its own folder, counts as the system's",
)
@relies_on(
    "matplotlib.font_manager.OSXFontDirectories",
    since="Matplotlib 1.0",
    lost="nothing: fonts of the system are added in vain on macOS",
    instead="they count as added by the user",
)
@relies_on(
    "matplotlib.font_manager.MSUserFontDirectories",
    since="Matplotlib 3.6 or before",
    lost="nothing: fonts that the user has installed are added in vain on Windows",
    instead="they count as added by the user",
)
def system_font_folders() -> list[str]:
    """Return the folders in which Matplotlib finds the fonts that are its own or installed."""
    import matplotlib

    module = sys.modules.get("matplotlib.font_manager")
    names = ("X11FontDirectories", "OSXFontDirectories", "MSUserFontDirectories")
    found = [os.path.expanduser(str(folder)) for name in names for folder in getattr(module, name, ())]
    return [each for each in (matplotlib.get_data_path(), os.environ.get("WINDIR", "/usr/share/fonts"), *found) if each]
