"""What the user has registered with Matplotlib and a figure looks up by name: colormaps, projections, scales, units."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..internals.registries import builtin_colormaps, scales, set_unit_rectangle_steps, unit_rectangle_steps


def needs(figures: Sequence[Any], colormaps: Iterable[str]) -> dict[str, Any]:
    """Return what the user has registered with Matplotlib and these figures may look up again.

    Parameters
    ----------
    figures : sequence of matplotlib.figure.Figure
        The figures.
    colormaps : iterable of str
        Names of the colormaps that the figures use.

    Returns
    -------
    dict
        ``colormaps``, ``projections`` and ``scales`` by name, ``units`` as a list of (class, converter), and ``steps``,
        into how many lines the one unit rectangle of the process is cut where bars are bent (`Axes.bar` sets it).
    """
    import matplotlib
    from matplotlib import projections, units

    registry = getattr(matplotlib, "colormaps", {})
    builtin = builtin_colormaps()
    found: dict[str, Any] = {
        "colormaps": {name: registry[name] for name in colormaps if name in registry and name not in builtin},
        "projections": {},
        "scales": {},
        "units": [],
        "steps": unit_rectangle_steps(),
    }
    registered_scales = scales()
    known = projections.get_projection_names()
    for axes in (axes for figure in figures for axes in figure.axes):
        name = getattr(axes, "name", None)
        if name in known and not _is_installed(type(axes)):
            found["projections"][name] = projections.get_projection_class(name)
        for axis in (getattr(axes, axis, None) for axis in ("xaxis", "yaxis", "zaxis")):
            if axis is None:
                continue
            kind = registered_scales.get(axis.get_scale())
            if kind is not None and not _is_installed(kind):
                found["scales"][axis.get_scale()] = kind
            converter = axis.get_converter() if hasattr(axis, "get_converter") else axis.converter
            if converter is not None and not _is_installed(type(converter)):
                found["units"] += [(kind, each) for kind, each in units.registry.items() if each is converter]
    return found


def provide(needed: Mapping[str, Any]) -> None:
    """Register what `needs` has returned, unless the user has registered something under that name already."""
    import matplotlib
    from matplotlib import projections, scale, units

    if needed["steps"] != 1:
        set_unit_rectangle_steps(needed["steps"])
    for name, colormap in needed["colormaps"].items():
        if name not in matplotlib.colormaps:
            matplotlib.colormaps.register(colormap, name=name)
    for name, projection in needed["projections"].items():
        if name not in projections.get_projection_names():
            projections.register_projection(projection)
    for name, each in needed["scales"].items():
        if name not in scale.get_scale_names():
            scale.register_scale(each)
    for kind, converter in needed["units"]:
        units.registry.setdefault(kind, converter)


def _is_installed(kind: type) -> bool:
    """Return whether a class comes from a module that registers it again when it is imported."""
    return kind.__module__ != "__main__" and kind.__module__.partition(".")[0] in sys.modules
