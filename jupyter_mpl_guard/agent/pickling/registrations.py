"""What the user has registered with Matplotlib and a figure looks up by name: colormaps, projections, scales, units.

What it looks up in the same tables as all other figures is in `process_wide`.
"""

from __future__ import annotations

import locale
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from ..internals.memory import module_of
from ..internals.registries import builtin_colormaps, scales, set_unit_rectangle_steps, unit_rectangle_steps
from ..internals.tables import epoch, property_cycles, set_property_cycles
from ..method_wrapping import wrap_method
from ..protocol import Missing
from . import process_wide, sentences


def needs(figures: Sequence[Any], colormaps: Iterable[str]) -> dict[str, Any]:
    """Return what the user has registered with Matplotlib and these figures may look up again.

    Parameters
    ----------
    colormaps : iterable of str
        Names of the colormaps that the figures use.

    Returns
    -------
    dict
        ``colormaps``, ``projections`` and ``scales`` by name, ``units`` as a list of (class, converter), and ``steps``,
        into how many lines the one unit rectangle of the process is cut where bars are bent (`Axes.bar` sets it).
        ``epoch`` is that of dates, ``locale`` that of numbers and dates, ``cycles`` a list of (axes, cycles of
        properties), and ``process_wide`` what `process_wide.objects` returns.
    """
    import matplotlib
    from matplotlib import projections

    registry = getattr(matplotlib, "colormaps", {})
    builtin = builtin_colormaps()
    found: dict[str, Any] = {
        "colormaps": {name: registry[name] for name in colormaps if name in registry and name not in builtin},
        "projections": {},
        "scales": {},
        "units": [],
        "steps": unit_rectangle_steps(),
        "epoch": epoch(),
        "locale": _locale(),
        "cycles": [],
        "process_wide": process_wide.objects(),
    }
    registered_scales = scales()
    known = projections.get_projection_names()
    for axes in (axes for figure in figures for axes in figure.axes):
        cycles = property_cycles(axes)
        if cycles:
            found["cycles"].append((axes, cycles))
        name = getattr(axes, "name", None)
        if name in known and not _is_installed(type(axes)):
            found["projections"][name] = projections.get_projection_class(name)
        for axis in (getattr(axes, axis, None) for axis in ("xaxis", "yaxis", "zaxis")):
            if axis is not None:
                _add_needs_of(axis, found, registered_scales)
    return found


def _add_needs_of(axis: Any, found: dict[str, Any], registered_scales: Mapping[str, Any]) -> None:
    """Add the scale and the converter of units that an axis uses, where a user has registered them."""
    kind = registered_scales.get(axis.get_scale())
    if kind is not None and not _is_installed(kind):
        found["scales"][axis.get_scale()] = kind
    converter = axis.get_converter() if hasattr(axis, "get_converter") else axis.converter
    if converter is not None and module_of(type(converter)).partition(".")[0] != "matplotlib":
        from matplotlib import units

        found["units"] += [(kind, each) for kind, each in units.registry.items() if each is converter]


def provide(needed: Mapping[str, Any], undo: ExitStack | None = None) -> list[Missing]:
    """Register what `needs` has returned, unless the user has registered something under that name already.

    Parameters
    ----------
    needed : mapping
        What `needs` has returned.
    undo : contextlib.ExitStack, optional
        Takes methods out again that this puts into classes and modules of Matplotlib.

    Returns
    -------
    list of Missing
        What cannot be registered; an earlier version has saved less.
    """
    import matplotlib
    from matplotlib import projections, scale, units

    if needed["steps"] != 1:
        set_unit_rectangle_steps(needed["steps"])
    for name, colormap in needed["colormaps"].items():
        if name not in matplotlib.colormaps:
            _register_colormap(name, colormap)
    for name, projection in needed["projections"].items():
        if name not in projections.get_projection_names():
            projections.register_projection(projection)
    for name, each in needed["scales"].items():
        if name not in scale.get_scale_names():
            scale.register_scale(each)
    for kind, converter in needed["units"]:
        units.registry.setdefault(kind, converter)
    for axes, cycles in needed.get("cycles", ()):
        set_property_cycles(axes, cycles)
    if "process_wide" in needed:
        process_wide.put_objects(needed["process_wide"], undo)
    return [*_set_epoch(needed.get("epoch"), undo), *_set_locale(needed.get("locale"))]


_registered: set[str] = set()
"""Names of the colormaps that are registered although no cell of this process has registered them."""


def _register_colormap(name: str, colormap: Any) -> None:
    """Register a colormap so that a cell can register it once more, as it can in a process without it."""
    import matplotlib

    registry: Any = matplotlib.colormaps
    registry.register(colormap, name=name)
    _registered.add(name)
    if "register" in vars(registry):
        return

    def register(original: Any, cmap: Any, *, name: str | None = None, force: bool = False) -> None:
        key = name or cmap.name
        if key in _registered:
            _registered.discard(key)
            registry.unregister(key)
        if not _registered:
            unwrap()
        original(cmap, name=name, force=force)

    unwrap = wrap_method(registry, "register", register)


def _set_epoch(wanted: str | None, undo: ExitStack | None) -> list[Missing]:
    """Set the epoch of dates to the saved one, if this process has not used any yet."""
    if wanted is None:
        return []
    import matplotlib
    from matplotlib import dates

    if epoch() is None and wanted != matplotlib.rcParams["date.epoch"]:
        dates.set_epoch(wanted)

        def set_epoch(original: Any, epoch: str) -> None:
            if epoch != wanted:  # a cell that sets it once more is as right as in a process that has none
                original(epoch)

        unwrap = wrap_method(dates, "set_epoch", set_epoch)
        if undo is not None:
            undo.callback(unwrap)
    if epoch() in (None, wanted):
        return []
    return [Missing(sentences.EPOCH.format(epoch=wanted), sentences.OTHER_EPOCH.format(epoch=epoch()))]


def _locale() -> dict[str, str]:
    """Return the locales of numbers and dates, by category, where they differ from a fresh process."""
    now = {name: locale.setlocale(getattr(locale, name)) for name in ("LC_NUMERIC", "LC_TIME")}
    return {name: value for name, value in now.items() if value != "C"}


def _set_locale(wanted: Mapping[str, str] | None) -> list[Missing]:
    missing = []
    for name, value in (wanted or {}).items():
        category = getattr(locale, name)
        try:
            if locale.setlocale(category) == "C":
                locale.setlocale(category, value)
        except locale.Error:
            missing.append(Missing(sentences.LOCALE.format(name=value), sentences.NO_LOCALE))
    return missing


def _is_installed(kind: type) -> bool:
    """Return whether a class comes from a module that registers it again when it is imported."""
    return kind.__module__ != "__main__" and kind.__module__.partition(".")[0] in sys.modules
