"""All process-wide dicts, lists and sets of Matplotlib, and why some of them are not carried over.

It runs in a process of its own, see `main`: it imports all modules of Matplotlib.
"""

from __future__ import annotations

import json
import pkgutil
import re
import warnings
from collections.abc import Iterator, MutableMapping, MutableSequence, MutableSet
from importlib import import_module
from types import FunctionType, ModuleType
from weakref import WeakValueDictionary

AGAINST = {
    r"(RcParams|rcParams|rcParamsDefault|rcParamsOrig|defaultParams)$": "parameters: they are settings",
    r"\.rcsetup\.|\.font_manager\._validators$": "how parameters are checked: nothing is looked up there by a figure",
    r"\._(member_map_|member_names_|value2member_map_|unhashable_values_|field_defaults)$": "of Python",
    r"\._cm(_\w+)?\.|\.cm\.\w+(\.(colors|_segmentdata))?$|_builtin_cmaps$|_cmap_registry$|\._gen_cmap_d$":
        "the data of built-in colormaps; those of figures are saved with them",
    r"\.colormaps$|_colormaps(\._cmaps)?$": "colormaps are saved with the figures that use them",
    r"\.colors\.cnames$|\._color_data\.|_BUILTIN_COLOR_SEQUENCES$":
        "what the table of named colors is filled from when Matplotlib is imported",
    r"[cC]olorConverter\.(cache|colors)$|_colors_full_map\.cache$": "of, or a cache of, the table of named colors",
    r"(_all_projection_types|_scale_mapping|_scale_has_axis_parameter)$": "saved with the axes that use it",
    r"\.units\.registry(\..*)?$": "converters are saved with the axes that use them",
    r"\._pylab_helpers\.Gcf\.figs$|\.pyplot\.": "the figures themselves",
    r"(_unit_regular_polygons|_unit_regular_stars|_cache|_charsize_cache|_grey_arrayd|\.cache|_dtable)$": "a cache",
    r"\._docstring\.|_api\.|\.artist\.(ArtistInspector|Artist)\.|_alias(es)?(_to_prop|d)?$|_line_inspector|\.table\.Cell\._edge":
        "for documentation and for names of arguments",
    r"\.(_mathtext|mathtext)\.|_mathtext_data\.(latex_to|tex2type1|type12uni|uni2type1|stix_|latex_to_)":
        "the grammar and the fonts of mathtext, built into the parser when it is first used",
    r"\.(_afm|_type1font|dviread|texmanager|_fontconfig_pattern|ft2font|psfonts|type1font|afm|fontconfig_pattern)\.":
        "how fonts and documents are read",
    r"\.backends\.": "how one format of files is written, or which backends there are: a setting",
    r"\.backend_bases\.FigureCanvasBase\.(events|filetypes|_default_filetypes)$": "names of events",
    r"\.backend_(tools|managers)\.": "tools of windows, which are made anew",
    r"\.(animation)\.\w+\.(supported_formats|args_key|exec_key)$": "formats of writers, which are classes",
    r"\.style(\.core)?\.(_base_library|available|_STYLE_BLACKLIST|STYLE_BLACKLIST|USER_LIBRARY_PATHS)$":
        "where the library of styles is filled from; the library is carried over",
    r"\.font_manager\.(X11|OSX|MS|MSUser)FontDirectories$|fontManager|_weight_regexes$|font_family_aliases$":
        "fonts are settings",
    r"\.axes\._base\.(_AxesBase\._shared_axes|.*)$|\.axes\._axes\.": "saved with the axes",
    r"\.(codes|halign|valign|pivot|_drawStyles_[ls]|drawStyles|drawStyleKeys|NUM_VERTICES_FOR_CODE|coefs|hms0d)$":
        "constants of a class under names that nobody adds to",
    r"\.cbook\.|_gridline_param_names$|_line_param_|\.gridspec\.|\.image\.|_interpd_|interpolations_names$|_prop_":
        "constants of Matplotlib's own code",
    r"\.ticker\.Formatter\.(_locs|locs)$": "replaced for each formatter, never added to",
    r"^mpl_toolkits\.": "copied into each axis or artist when it is made",
    r"\.pylab\.(typecodes|sctypeDict)$": "of NumPy",
    r"\.lines\.Line2D\.(_markers|filled_markers|fillStyles|_lineStyles)$|\.markers\.MarkerStyle\.filled_markers$":
        "the tables of markers and line styles under other names",
    r"\.(testing|sphinxext|tests)\.": "not for figures",
    r"\.patheffects\.|\.transforms\.|\.widgets\.|\.stackplot\.|\.tri\.|\.legend_handler\.|\.projections\.": "constants",
}  # fmt: skip
"""Pattern of the whole name to the reason why what it names is not carried over."""

SKIPPED = re.compile(
    r"(^|\.)(tests?|testing|sphinxext|qt_compat|qt_editor|web_backend|backend_(?!bases|tools|agg|svg|pdf))"
)


def modules() -> Iterator[ModuleType]:
    """Yield the modules of Matplotlib that can be imported here."""
    import matplotlib
    import mpl_toolkits

    matplotlib.use("agg")
    for package in (matplotlib, mpl_toolkits):
        yield import_module(package.__name__)
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + ".", onerror=lambda name: None):
            if not SKIPPED.search(found.name):
                try:
                    yield import_module(found.name)
                except Exception:
                    continue


def is_table(value: object) -> bool:
    """Return whether a value is a container that can be added to."""
    kinds = (MutableMapping, MutableSequence, MutableSet, WeakValueDictionary)
    return isinstance(value, kinds) and not isinstance(value, type)


def tables() -> dict[int, list[str]]:
    """Map the identity of each such container in Matplotlib's modules, classes and single objects to all its names."""
    found: dict[int, list[str]] = {}
    keep = []

    def look(name: str, value: object) -> None:
        if is_table(value):
            keep.append(value)
            found.setdefault(id(value), []).append(name)

    for module in list(modules()):
        for name, value in list(vars(module).items()):
            whole = f"{module.__name__}.{name}"
            if name.startswith("__"):
                continue
            look(whole, value)
            inside = {}
            if isinstance(value, type):
                inside = vars(value) if value.__module__ == module.__name__ else {}
            elif not isinstance(value, (ModuleType, FunctionType)) and type(value).__module__.startswith("matplotlib"):
                inside = getattr(value, "__dict__", {})
            for key, each in list(inside.items()):
                if not key.startswith("__"):
                    look(f"{whole}.{key}", each)
    return found


def main(known: list[str]) -> list[list[str]]:
    """Return the names of each table that is neither known nor excluded by `AGAINST`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = tables().values()
    return [
        names
        for names in found
        if not set(known) & set(names) and not any(re.search(each, name) for each in AGAINST for name in names)
    ]


if __name__ == "__main__":
    import sys

    print(json.dumps(main(sys.argv[1:])))
