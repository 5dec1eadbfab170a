"""Tables of Matplotlib that hold for the whole process, in which figures look something up by name when they draw."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator
from functools import cache, reduce
from operator import add
from typing import Any, NamedTuple

from .names import relies_on

PRIVATE = re.compile(r"\._[a-z]")


class Table(NamedTuple):
    """A dict or list of Matplotlib to which users add, or in which they replace, what figures look up.

    Attributes
    ----------
    module : str
        Module that holds it.
    path : str
        Attributes that lead to it from there on.
    what : str
        What a person calls one of its entries.
    since : str
        The version that introduced it.
    """

    module: str
    path: str
    what: str
    since: str = "Matplotlib 3.6 or before"

    @property
    def name(self) -> str:
        """Its full name."""
        return f"{self.module}.{self.path}"


TABLES = (
    Table("matplotlib.colors", "_colors_full_map", "the color"),
    Table("matplotlib.colors", "_color_sequences._color_sequences", "the color sequence", "Matplotlib 3.7"),
    Table("matplotlib.hatch", "_hatch_types", "the hatch"),
    Table("matplotlib.markers", "MarkerStyle.markers", "the marker"),
    Table("matplotlib.lines", "Line2D.lineStyles", "the line style"),
    Table("matplotlib.legend", "Legend._default_handler_map", "the legend handler for"),
    Table("matplotlib.patches", "BoxStyle._style_list", "the box style"),
    Table("matplotlib.patches", "ArrowStyle._style_list", "the arrow style"),
    Table("matplotlib.patches", "ConnectionStyle._style_list", "the connection style"),
    Table("matplotlib.ticker", "EngFormatter.ENG_PREFIXES", "the prefix of engineering notation"),
    Table("matplotlib.ticker", "MaxNLocator.default_params", "the default of MaxNLocator"),
    Table("matplotlib.scale", "AsinhScale.auto_tick_multipliers", "the ticks of an asinh scale of base"),
    Table("matplotlib.font_manager", "font_scalings", "the font size"),
    Table("matplotlib.font_manager", "weight_dict", "the font weight"),
    Table("matplotlib.font_manager", "stretch_dict", "the font stretch"),
    Table("matplotlib._mathtext_data", "tex2uni", "the TeX symbol"),
    Table("matplotlib.backend_bases", "_default_backends", "the canvas for files of the format"),
    Table("matplotlib.backend_bases", "_default_filetypes", "the file format"),
    Table("matplotlib.animation", "writers._registered", "the movie writer"),
    Table("matplotlib.style", "library", "the style"),
)
"""What figures look up by name; colormaps, projections, scales and units are saved with the figures that use them."""

CLASSES = (
    ("matplotlib.backend_bases", "NavigationToolbar2"),
    ("matplotlib.backend_bases", "FigureManagerBase"),
    ("matplotlib.backend_bases", "FigureCanvasBase"),
    ("matplotlib.figure", "Figure"),
    ("matplotlib.axes", "Axes"),
    ("matplotlib.axis", "Axis"),
    ("matplotlib.legend", "Legend"),
    ("matplotlib.lines", "Line2D"),
    ("matplotlib.text", "Text"),
    ("matplotlib.ticker", "ScalarFormatter"),
)
"""Classes, by module and name, in which people replace methods by functions of their own."""


def class_of(names: tuple[str, str]) -> type | None:
    """Return the class that a module has under a name, None where it is not there."""
    module, name = names
    kind = getattr(sys.modules.get(module), name, None)
    return kind if isinstance(kind, type) else None


def owner_of(table: Table) -> tuple[Any, str]:
    """Return what has a table as its attribute, None where it is not there, and the name of the attribute."""
    way, name = _way_to(table.path)
    owner: Any = sys.modules.get(table.module)
    for each in way:
        owner = getattr(owner, each, None)
    return owner, name


@cache
def _way_to(path: str) -> tuple[tuple[str, ...], str]:
    *way, name = path.split(".")
    return tuple(way), name


def entries(table: Table) -> Any:
    """Return a table itself, a dict or a list; None where it is not there, or something else."""
    if table.module not in sys.modules:
        return None
    owner, name = owner_of(table)
    found = getattr(owner, name, None)
    return found if isinstance(found, (dict, list)) else None


for _table in TABLES:
    if PRIVATE.search(_table.name):
        relies_on(
            _table.name,
            since=_table.since,
            lost=f"{_table.what} that the user has registered is not registered in the next kernel",
            instead="nothing counts as registered there",
        )(entries)


def values(found: Any) -> Collection[Any]:
    """Return the values of a table, in its order and always up to date."""
    return found if isinstance(found, list) else dict.values(found)


def items(found: Any) -> list[tuple[Any, Any]]:
    """Return the keys and values of a table; None is the key of each value in a list."""
    return [(None, each) for each in found] if isinstance(found, list) else list(dict.items(found))


@relies_on(
    "matplotlib.dates._epoch",
    since="Matplotlib 3.3",
    lost="dates on restored figures are wrong where the user has chosen another epoch",
    instead="the epoch counts as the one that rcParams say",
)
def epoch() -> str | None:
    """Return the moment from which dates are counted, None where no date has been plotted and none was chosen."""
    return getattr(sys.modules.get("matplotlib.dates"), "_epoch", None)


def put_epoch(wanted: str | None) -> None:
    """Set from which moment dates are counted, or with None that it may still be chosen."""
    dates: Any = sys.modules.get("matplotlib.dates")
    if hasattr(dates, "_epoch"):
        dates._epoch = wanted


@relies_on(
    "matplotlib.axes.Axes._get_lines",
    since="Matplotlib 3.6 or before",
    lost="under Matplotlib 3.6 and 3.7 restored axes begin their cycle of properties anew",
    instead="no axes count as having a cycle",
)
@relies_on(
    "matplotlib.axes.Axes._get_patches_for_fill",
    since="Matplotlib 3.6 or before",
    lost="under Matplotlib 3.6 and 3.7 restored axes begin their cycle of properties anew",
    instead="no axes count as having a cycle",
)
def _cyclers(axes: Any) -> Iterator[Any]:
    for name in ("_get_lines", "_get_patches_for_fill"):
        if hasattr(axes, name):
            yield getattr(axes, name)


@relies_on(
    "matplotlib.axes._base._process_plot_var_args.prop_cycler",
    since="Matplotlib 3.6 and 3.7, which leave it out of pickles",
    lost="nothing: later versions pickle it with the axes",
    instead="no axes count as having a cycle",
)
def property_cycles(axes: Any) -> list[list[dict[str, Any]]]:
    """Return the cycles of properties of axes, each starting at its next place; none where they are pickled."""
    from itertools import cycle

    cycles = []
    for each in _cyclers(axes):
        turning = getattr(each, "prop_cycler", None)
        if type(turning) is not cycle:
            return []
        taken: list[Any] = []
        # What it holds is known when it has gone round once; that is taken back then.
        while not (taken and turning.__reduce__()[2][1]):
            taken.append(next(turning))
        whole: Any = turning.__reduce__()[2][0]
        place = next(place for place, one in enumerate(whole) if one is taken[0])
        rest = [*whole[place:], *whole[:place]]
        each.prop_cycler = cycle(rest)
        cycles.append(rest)
    return cycles


def set_property_cycles(axes: Any, cycles: list[list[dict[str, Any]]]) -> None:
    """Give axes the cycles that `property_cycles` has returned."""
    from cycler import cycler

    for each, rest in zip(_cyclers(axes), cycles):
        if hasattr(each, "set_prop_cycle"):
            each.set_prop_cycle(reduce(add, (cycler(key, [one[key] for one in rest]) for key in rest[0])))
