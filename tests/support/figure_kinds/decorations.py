"""What is put on axes besides data: text, legends, ticks, and what answers to the mouse."""

from __future__ import annotations

DECORATIONS = {
    "table": """
fig, ax = plt.subplots()
ax.bar(np.arange(3), [66, 58, 30])
table = plt.table(cellText=[["66", "58", "30"], ["1", "2", "3"]], rowLabels=["loss", "gain"], colLabels=["a", "b", "c"],
                  rowColours=["mistyrose", "honeydew"], loc="bottom")
table.scale(1, 1.5)
plt.subplots_adjust(left=0.2, bottom=0.3)
plt.xticks([])
""",
    "annotations": """
fig, ax = plt.subplots()
t = np.arange(0, 5, 0.01)
line, = ax.plot(t, np.cos(2 * np.pi * t))
maximum = ax.annotate("maximum", xy=(2, 1), xytext=(3, 1.5), arrowprops=dict(facecolor="black", shrink=0.05))
minimum = ax.annotate("minimum", xy=(2.5, -1), xycoords="data", xytext=(-60, -30), textcoords="offset points",
                      bbox=dict(boxstyle="round4,pad=.5", fc="0.9"),
                      arrowprops=dict(arrowstyle="-|>", connectionstyle="angle3,angleA=0,angleB=-90"))
beside = ax.annotate("beside", xy=(1, 0.5), xycoords=maximum, xytext=(1.3, 0.2), va="bottom", rotation=20,
                     arrowprops=dict(arrowstyle="fancy", relpos=(0, 0)), annotation_clip=False)
beside.draggable()
ax.set_ylim(-2.5, 2)
""",
    "boxes with artists": """
from matplotlib.offsetbox import AnchoredText, AnnotationBbox, DrawingArea, HPacker, OffsetImage, TextArea
from matplotlib.patches import Circle

fig, ax = plt.subplots()
image = AnnotationBbox(OffsetImage(np.arange(100).reshape(10, 10), zoom=3), (0.3, 0.6), xybox=(60, -20),
                       boxcoords="offset points", arrowprops=dict(arrowstyle="->"))
ax.add_artist(image)
drawing = DrawingArea(20, 20)
drawing.add_artist(Circle((10, 10), 9, fc="r"))
packed = AnnotationBbox(HPacker(children=[TextArea("a circle"), drawing], pad=2, sep=5), (0.7, 0.3))
ax.add_artist(packed)
note = ax.add_artist(AnchoredText("(a)", loc="upper left", frameon=False, prop=dict(size=15)))
""",
    "legends": """
from matplotlib.legend_handler import HandlerTuple
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

fig, ax = plt.subplots(figsize=(7, 4))
lines = [ax.plot(np.arange(3) * i, label=f"line {i}")[0] for i in range(4)]
first = ax.legend(handles=lines[:2], loc="upper right", title="first", shadow=True)
ax.add_artist(first)
second = ax.legend([(lines[2], lines[3])], ["both"], handler_map={tuple: HandlerTuple(ndivide=None)}, loc="lower left")
own = fig.legend(handles=[Patch(fc="orange", ec="r", label="patch"), Line2D([], [], marker="o", ls="", label="dot")],
                 loc="center left", bbox_to_anchor=(0.8, 0.5), ncols=1, frameon=False)
fig.subplots_adjust(right=0.78)
""",
    "legend outside": """
fig, ax = plt.subplots(layout="constrained")
for i in range(3):
    ax.plot(np.arange(4) + i, label=f"{i}")
legend = fig.legend(loc="outside right upper", labelcolor="linecolor")
legend.set_draggable(True)
""",
    "legend handler of a cell": """
from matplotlib.legend_handler import HandlerBase
from matplotlib.patches import Rectangle


class Striped:
    pass


class HandlerStriped(HandlerBase):
    def create_artists(self, legend, orig_handle, x0, y0, width, height, fontsize, trans):
        return [Rectangle((x0 + i * width / 4, y0), width / 8, height, fc=f"C{i}", transform=trans) for i in range(4)]


fig, ax = plt.subplots()
ax.plot([0, 1])
legend = ax.legend([Striped()], ["stripes"], handler_map={Striped: HandlerStriped()})
""",
    "mathematical text": """
fig, ax = plt.subplots()
ax.set_axis_off()
formulas = [r"$\\sum_{i=0}^\\infty x_i = \\int_0^1 \\mathcal{F}(t)\\,dt$", r"$\\sqrt[3]{\\frac{\\alpha^2}{1+\\beta}}$",
            r"$\\left(\\genfrac{}{}{0}{}{n}{k}\\right) \\leq \\mathrm{sin}\\hat{\\theta}$"]
texts = [ax.text(0.1, 0.8 - 0.3 * i, formula, fontsize=20, math_fontfamily="stix")
         for i, formula in enumerate(formulas)]
""",
    "text": """
fig = plt.figure()
fig.suptitle("bold figure suptitle", fontsize=14, fontweight="bold")
ax = fig.add_subplot()
boxed = ax.text(3, 8, "boxed italics", style="italic", bbox={"facecolor": "red", "alpha": 0.5, "pad": 10})
wrapped = ax.text(0.5, 4, "a long text that is wrapped where the axes end, " * 3, wrap=True, family="monospace")
turned = ax.text(9, 2, "turned", rotation=45, rotation_mode="anchor", transform_rotates_text=True, ha="right")
corner = ax.text(0.95, 0.01, "in the corner · ünïcödé", transform=ax.transAxes, color="green", va="bottom", ha="right")
ax.axis([0, 10, 0, 10])
ax.set_xlabel("label", labelpad=15, loc="right", fontdict={"family": "serif"})
""",
    "path effects": """
from matplotlib import patheffects

fig, ax = plt.subplots()
outlined = ax.text(0.1, 0.5, "Hello", fontsize=50, color="w",
                   path_effects=[patheffects.withStroke(linewidth=4, foreground="purple")])
line, = ax.plot([0, 1], [0, 1], lw=5, path_effects=[patheffects.SimpleLineShadow(), patheffects.Normal()])
ticked, = ax.plot([0, 1], [1, 0], path_effects=[patheffects.withTickedStroke(angle=60, spacing=8)])
""",
    "picker": """
fig, ax = plt.subplots()
near = 5
line, = ax.plot(np.arange(10), "o", picker=True, pickradius=near)
rects = ax.bar(range(3), [1, 2, 3], picker=lambda artist, event: (True, {"near": near}))
ax.set_title("click", url="https://example.org", picker=4)
for label in ax.get_xticklabels():
    label.set_picker(True)
""",
    "animated artist": """
fig, ax = plt.subplots()
x = np.linspace(0, 2 * np.pi, 100)
still, = ax.plot(x, np.cos(x))
moving, = ax.plot(x, np.sin(x), animated=True, gid="moving")
hidden, = ax.plot(x, x, visible=False)
""",
    "style while drawing": """
with plt.style.context(["dark_background", {"lines.linewidth": 4, "axes.spines.top": False}]):
    fig, ax = plt.subplots()
    ax.plot([1, 3, 2])
    ax.set_title("dark")
""",
    "ticks, grids and spines": """
fig, ax = plt.subplots()
x = np.linspace(-2, 2, 50)
ax.plot(x, x ** 2 - 1)
ax.spines[["left", "bottom"]].set_position(("data", 0))
ax.spines[["top", "right"]].set_visible(False)
ax.plot(1, 0, ">k", transform=ax.get_yaxis_transform(), clip_on=False)
ax.tick_params(axis="both", which="major", direction="inout", length=12, color="r", labelrotation=30, pad=8)
ax.minorticks_on()
ax.grid(which="minor", ls=":", color="0.8")
for tick in ax.get_xticklabels()[::2]:
    tick.set_color("b")
ax.set_xticks([-2, -1, 1, 2], labels=["-2", "-1", "one", "two"])
""",
    "sliders": """
from matplotlib.widgets import Button, CheckButtons, Slider

fig, ax = plt.subplots()
t = np.linspace(0, 1, 200)
line, = ax.plot(t, np.sin(2 * np.pi * 3 * t))
fig.subplots_adjust(bottom=0.3, left=0.3)
slider = Slider(fig.add_axes([0.3, 0.1, 0.55, 0.03]), "frequency", 0.1, 30, valinit=3)
slider.on_changed(lambda value: line.set_ydata(np.sin(2 * np.pi * value * t)))
button = Button(fig.add_axes([0.8, 0.02, 0.1, 0.05]), "Reset")
button.on_clicked(lambda event: slider.reset())
checks = CheckButtons(fig.add_axes([0.03, 0.5, 0.15, 0.2]), ["sin", "cos"], [True, False])
""",
}
"""Cells by name."""
