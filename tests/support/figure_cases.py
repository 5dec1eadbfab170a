"""Cells that draw figures of every kind, and what must hold of the names that they leave.

Layouts move and caches fill while a figure is drawn: digests of its pixels, see `figure_probe`, may only be compared
after the same number of draws. Then they are the same in every process.
"""

from __future__ import annotations

from figure_kinds.decorations import DECORATIONS
from figure_kinds.fields import FIELDS
from figure_kinds.layouts import LAYOUTS
from figure_kinds.libraries import LIBRARIES
from figure_kinds.lines import LINES
from figure_kinds.mappings import MAPPINGS
from figure_kinds.projections import PROJECTIONS
from figure_kinds.shapes import SHAPES
from figure_kinds.statistics import STATISTICS
from figure_kinds.toolkits import TOOLKITS

PRELUDE = "import matplotlib.pyplot as plt\nimport numpy as np\n"
"""Set-up that every cell assumes."""

FIGURES: dict[str, str] = {
    **LINES,
    **STATISTICS,
    **FIELDS,
    **PROJECTIONS,
    **MAPPINGS,
    **LAYOUTS,
    **DECORATIONS,
    **SHAPES,
    **TOOLKITS,
    **LIBRARIES,
}
"""The cells that draw figures, by name."""

IDENTITIES: list[tuple[str, str]] = [
    ("pyplot line", "line.figure is fig and line in fig.axes[0].lines"),
    ("only the line has a name", "line.axes.lines[0] is line and line.axes in line.figure.axes"),
    ("figure under two names", "fig is figure and ax is axes and list(ax.lines) == [first, second]"),
    ("line styles", "list(ax.lines) == lines and all(line.figure is fig for line in lines)"),
    ("markers", "list(ax.lines)[-3:] == [own, turned, math]"),
    ("markevery and drawstyle", "[top, bottom] == fig.axes and top.get_shared_x_axes().joined(top, bottom)"),
    ("fill between", "more in ax.collections and ax.get_legend().figure is fig"),
    ("stem", "stems.markerline in fig.axes[0].lines and stems in fig.axes[0].containers"),
    ("error bars", "bars in ax.containers and bars.lines[0] in ax.lines and bars.has_xerr and not limits.has_xerr"),
    ("bars", "list(bars) == list(fig.axes[0].patches) and bars in fig.axes[0].containers"),
    ("stacked bars with labels", "list(ax.containers) == containers and all(text in ax.texts for text in totals)"),
    ("histogram", "patches in patches[0].axes.containers"),
    ("hexagons", "cb.mappable is hexagons and hexagons.colorbar is cb and cb.ax in fig.axes"),
    ("box plots", "all(box in ax.patches for box in boxes['boxes'])"),
    ("violins", "all(body in ax.collections for body in violins['bodies'])"),
    ("pie", "[wedge.axes for wedge in wedges] == [ax] * 4 and percents[0] in ax.texts"),
    ("scatter with a colour bar", "cbar.mappable is points and points.norm is cbar.norm"),
    ("scatter with legends of its elements", "classes in ax.artists and ax.get_legend() is sizes"),
    ("mesh", "cbar.mappable is smooth and axs[1].get_shared_y_axes().joined(axs[0], axs[1])"),
    ("contours", "labels[0].figure is fig and cs.axes is ax"),
    ("arrows", "key.Q is q and q.axes is ax"),
    ("streams", "cbar.mappable is stream.lines and stream.lines in ax.collections"),
    ("rose", "bars in ax.containers and ax.figure is fig"),
    ("radar projection of a cell", "ax.name == 'radar' and type(ax).__name__ == 'RadarAxes' and area in ax.patches"),
    ("surface", "surface in ax.collections and cbar.mappable is surface"),
    ("points in space", "line in ax.lines and (ax.elev, ax.azim, ax.roll) == (20, -35, 10)"),
    ("dates", "line in ax.lines and line.axes is ax"),
    ("units of a cell", "line.get_xdata()[2].metres == 1.9 and max(line.get_xdata(orig=False)) == 190"),
    ("scale of a cell", "ax.get_yscale() == 'mercator' and line in ax.lines"),
    ("registered colormap", "im.get_cmap().name == 'dusk' and cbar.mappable is im and cbar.cmap is im.cmap"),
    ("norms", "all(cbar.mappable is mesh for cbar, mesh in zip(cbars, meshes)) and meshes[3].axes is axs[1, 1]"),
    ("norm of a cell", "cbar.norm is im.norm and im.norm.midpoint == 0"),
    ("twin axes", "wave in ax2.lines and ax1.get_shared_x_axes().joined(ax1, ax2) and ax1.bbox is not ax2.bbox"),
    ("secondary axes", "secax in ax.child_axes and offset in ax.child_axes"),
    ("inset", "inset in ax.child_axes and inset.figure is fig"),
    ("shared axes", "axs[0, 1] is fig.axes[1] and axs[0, 0].get_shared_x_axes().joined(axs[0, 0], axs[1, 0])"),
    ("shared axes", "axs[1, 1].get_xlim() == axs[0, 1].get_xlim() and axs[1, 1].get_ylim() == axs[1, 2].get_ylim()"),
    ("axes shared by two figures", "ax1.get_shared_x_axes().joined(ax1, ax2) and ax2.get_xlim() == (0.5, 1.5)"),
    ("axes shared by two figures", "ax1.figure is fig1 and ax2.figure is fig2 and fig1 is not fig2"),
    ("subfigures", "subfigs[0] is left and fig.subfigs[1] is right and axsLeft[1].figure is left"),
    ("subfigures", "ax.figure is inner[1] and inner[1] in right.subfigs and right.figure is fig"),
    ("grid specification", "ax1.get_gridspec() is gs and gs.figure is fig and fig.axes == [ax1, ax2, ax3, ax4, ax5]"),
    ("mosaic", "list(axd) == ['A', 'B', 'C', 'D'] and axd['D'] is ax and line is axd['A'].lines[0]"),
    ("constrained layout", "cbar.mappable is mesh and mesh.axes is axs[1, 1]"),
    ("64 axes", "fig.axes == list(axs.flat) and len(axs) == 8"),
    ("several figures", "each is figs[2] and len({id(figure) for figure in figs}) == 3"),
    ("figures by name", "plots['train']['axes'].figure is plots['train']['figure'] and plots['test']['figure'] is fig"),
    ("closed figure", "ax.figure is fig"),
    ("nested containers", "panel['axes'] is ax and panel['lines'] == list(ax.lines) and panel['text'][0] is ax.title"),
    ("dpi set afterwards", "fig.bbox.width == fig.get_dpi() * fig.get_figwidth() and ax.figure is fig"),
    ("size set afterwards", "tuple(fig.get_size_inches()) == (8.5, 2.25) and fig.dpi == 70"),
    ("figure class of a cell", "type(fig).__name__ == 'Watermarked' and fig.watermark == 'draft'"),
    ("axes class of a cell", "type(ax).__name__ == 'Padded' and ax in fig.axes"),
    ("image grid", "grid[3] is ax and grid.cbar_axes[0].figure is fig"),
    ("divided axes", "ax.get_shared_x_axes().joined(ax, ax_histx) and ax_histy in fig.axes"),
    ("parasite axes", "p2.axes is par1 and p1 in host.lines"),
    ("annotations", "beside.xycoords is maximum and maximum in ax.texts"),
    ("legends", "first in ax.artists and ax.get_legend() is second and own in fig.legends"),
    ("clip paths", "letters in ax.patches and striped.get_clip_path() is not None"),
    ("coloured line", "line is lc and cbar.mappable is lc and lc in ax.collections"),
    ("artist of a cell", "star in ax.artists and type(line).__name__ == 'Labelled' and line in ax.lines"),
    ("lines between axes", "link.axesA is left and link.axesB is right and link in fig.artists"),
    ("picker", "line.get_picker() is True and rects[0].get_picker()(rects[0], None) == (True, {'near': 5})"),
    ("animated artist", "moving.get_animated() and not hidden.get_visible() and moving in ax.lines"),
    ("sliders", "slider.ax.figure is fig and line in ax.lines"),
    ("seaborn relations", "g.figure.axes[0] is g.axes.flat[0]"),
    ("seaborn joint distribution", "joint.ax_joint.figure is joint.figure"),
    ("pandas frame with two scales", "ax.right_ax.left_ax is ax"),
    ("pandas frame as bars", "fig.axes == list(axes.flat) and axes[0, 0].get_shared_x_axes().joined(*axes[::2, 0])"),
    ("pandas frame as matrix of scatters", "axs[0, 1] is axs[0, 0].figure.axes[1]"),
]
"""Case and an expression over the names that its cell leaves: true before and after a restore.

The names of modules are not among them. ``g``, ``joint`` and ``slider`` hold artists and are none.
"""
