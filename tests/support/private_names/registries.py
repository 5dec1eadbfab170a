"""The private names of what Matplotlib keeps process-wide."""

from __future__ import annotations

import collections
from contextlib import nullcontext
from functools import partial
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from _jupyter_mpl_guard.internals import registries, tables
from matplotlib import font_manager, path, scale
from matplotlib.figure import Figure

from private_names.cases import case, cases, removed


@case("matplotlib.RcParams.dict")
def the_parameters_can_be_read_as_a_dict():
    rc = matplotlib.rcParams
    assert registries.parameter(rc, "lines.linewidth") == rc["lines.linewidth"]
    assert registries.parameter(rc, "backend") == "agg"
    assert set(dict(registries.parameters(rc))) == set(rc)
    assert registries.equal_parameters(dict(registries.parameters(rc)), rc)
    assert not registries.equal_parameters({}, rc)
    assert registries.has_parameter(rc, "lines.linewidth")
    yield nullcontext()
    rc = collections.UserDict({"lines.linewidth": 2, "backend": "agg"})
    assert registries.parameter(rc, "lines.linewidth") == 2
    assert registries.parameter(rc, "backend") is None
    assert list(registries.parameters(rc)) == [("lines.linewidth", 2)]
    assert registries.equal_parameters({"lines.linewidth": 2}, rc)


@case("matplotlib.rcParamsOrig")
def matplotlib_remembers_the_parameters_of_its_import():
    assert set(registries.original_parameters()) == set(matplotlib.rcParams)
    assert registries.original_parameters() is not matplotlib.rcParams
    yield removed(matplotlib, "rcParamsOrig")
    assert registries.original_parameters() is matplotlib.rcParamsDefault


@case("matplotlib.cm.ColormapRegistry._builtin_cmaps")
def matplotlib_knows_its_own_colormaps():
    matplotlib.colormaps.register(matplotlib.colormaps["viridis"], name="mine")
    assert "viridis" in registries.builtin_colormaps()
    assert "mine" not in registries.builtin_colormaps()
    yield removed(matplotlib.colormaps, "_builtin_cmaps")
    assert registries.builtin_colormaps() == ()


@case("matplotlib.scale._scale_mapping")
def matplotlib_has_its_scales_by_name():
    class Mine(scale.LinearScale):
        name = "mine"

    scale.register_scale(Mine)
    assert registries.scales()["log"] is scale.LogScale
    assert registries.scales()["mine"] is Mine
    yield removed(scale, "_scale_mapping")
    assert registries.scales() == {}


@case("matplotlib.path.Path._interpolation_steps")
def bars_on_a_polar_plot_bend_the_one_unit_rectangle():
    plt.figure().add_subplot(projection="polar").bar([1], [1])
    assert registries.unit_rectangle_steps() > 1
    registries.set_unit_rectangle_steps(1)
    assert registries.unit_rectangle_steps() == 1
    yield removed(path.Path.unit_rectangle(), "_interpolation_steps")
    assert registries.unit_rectangle_steps() == 1
    registries.set_unit_rectangle_steps(100)
    assert registries.unit_rectangle_steps() == 1


@case("matplotlib.font_manager.FontManager.ttflist")
def the_font_manager_has_a_list_of_fonts():
    assert "DejaVu Sans" in {font.name for font in registries.fonts()}
    assert all(Path(font.fname).is_absolute() for font in registries.fonts())
    yield removed(font_manager.fontManager, "ttflist")
    assert registries.fonts() == []


def folders(name):
    """Check that the font manager has a list of folders."""
    listed = [str(folder) for folder in getattr(font_manager, name)]
    found = registries.system_font_folders()
    assert listed
    assert len(found) >= len(listed) + 2
    assert matplotlib.get_data_path() in found
    yield removed(font_manager, name)
    assert matplotlib.get_data_path() in registries.system_font_folders()


case("matplotlib.font_manager.X11FontDirectories")(partial(folders, "X11FontDirectories"))
case("matplotlib.font_manager.OSXFontDirectories")(partial(folders, "OSXFontDirectories"))
case("matplotlib.font_manager.MSUserFontDirectories")(partial(folders, "MSUserFontDirectories"))


def a_table_is_a_dict_or_a_list(table):
    import_module(table.module)
    found = tables.entries(table)
    if found is None and not hasattr(matplotlib, "color_sequences"):
        yield nullcontext()
        return
    assert len(tables.values(found)) == len(tables.items(found)) == len(found) > 0
    yield removed(*tables.owner_of(table))
    assert tables.entries(table) is None


for _table in tables.TABLES:
    if tables.PRIVATE.search(_table.name):
        cases[_table.name] = partial(a_table_is_a_dict_or_a_list, _table)


@case("matplotlib.dates._epoch")
def dates_know_their_epoch():
    from matplotlib import dates

    dates.date2num(np.datetime64("2020-01-01"))
    assert tables.epoch() == dates.get_epoch()
    yield removed(dates, "_epoch")
    assert tables.epoch() is None


def cyclers_of(name):
    axes = Figure().add_subplot()
    axes.set_prop_cycle(color=["r", "g", "b"])
    axes.plot([1, 2])
    each = getattr(axes, name)
    if not hasattr(each, "prop_cycler"):
        assert tables.property_cycles(axes) == []
        axes.set_prop_cycle(color=["g", "b", "r"])
    else:
        cycles = tables.property_cycles(axes)
        assert [one["color"] for one in cycles[0]] == ["g", "b", "r"]
        tables.set_property_cycles(axes, cycles)
    assert axes.plot([1, 2])[0].get_color() == "g"
    yield removed(axes, name)
    assert len(tables.property_cycles(axes)) < 2


cases["matplotlib.axes.Axes._get_lines"] = partial(cyclers_of, "_get_lines")
cases["matplotlib.axes.Axes._get_patches_for_fill"] = partial(cyclers_of, "_get_patches_for_fill")


@case("matplotlib.axes._base._process_plot_var_args.prop_cycler")
def old_versions_have_an_iterator_over_properties():
    yield nullcontext()
    assert tables.property_cycles(SimpleNamespace(_get_lines=SimpleNamespace())) == []
    tables.set_property_cycles(SimpleNamespace(_get_lines=SimpleNamespace()), [[{"color": "r"}]])
