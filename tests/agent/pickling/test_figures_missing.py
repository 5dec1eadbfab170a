"""What cannot come back: it is named, with its figure and the reason, and the figure comes back without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from aftermath import AGG, crash, reasons, until, untrue

HANDLERS = """
from matplotlib.widgets import Slider
from matplotlib.animation import FuncAnimation
from functools import partial
def clicked(event): pass
def zoomed(axes): pass
def changed(artist): pass
def slid(value): pass
class View:
    def pressed(self, event): pass
view = View()
fig, ax = plt.subplots()
(line,) = ax.plot([1, 2])
fig.canvas.mpl_connect('button_press_event', clicked)
fig.canvas.mpl_connect('key_press_event', view.pressed)
ax.callbacks.connect('xlim_changed', zoomed)
line.add_callback(changed)
knob = plt.figure()
slider = Slider(knob.add_subplot(), 'a', 0, 1)
slider.on_changed(slid)
movie = plt.figure()
animation = FuncAnimation(movie, lambda i: [], frames=3, cache_frame_data=False)
fig.canvas.draw()
background = fig.canvas.copy_from_bbox(ax.bbox)
"""

NAMED = [
    ("the button_press_event handler clicked of fig", "connect it again"),
    ("the key_press_event handler View.pressed of fig", "connect it again"),
    ("the xlim_changed handler zoomed of fig", "connect it again"),
    ("the pchanged handler changed of fig", "connect it again"),
    ("Slider.on_changed handler slid of knob", "connect it again"),
    ("the FuncAnimation of movie", "make it again"),
    ("the name animation of movie", "run the cell again that makes it"),
    ("the name background", "ends with its canvas"),
]

PARTS = {
    "open('log.txt', 'w')": "log.txt",
    "(i for i in range(3))": "generator",
    "threading.Lock()": "lock",
    "threading.Thread()": "Thread",
    "queue.Queue()": "lock",
    "fig.canvas.copy_from_bbox(ax.bbox)": "BufferRegion",
    "fig.canvas.new_timer(10)": "Timer",
    "Refusing()": "Refusing",
    "Nonsense()": "Nonsense",
    "Malformed()": "Malformed",
    "Deep()": "lock",
}

REFUSING = """
import threading, queue, sys
class Refusing:
    def __reduce__(self): raise TypeError('never')
class Nonsense:
    def __reduce__(self): return 'nonsense'
class Malformed:
    def __reduce__(self): return 1, 2
class Deep:
    def __init__(self): self.inner = {'lock': threading.Lock()}
"""


async def test_handlers_animations_and_backgrounds_are_named(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + HANDLERS)
        state = await crash(kernel)
        assert state["status"] == "partial"
        named = reasons(state)
        for what, why in NAMED:
            assert why in named[what]
        assert (
            await untrue(kernel, "ax.figure is fig", "slider.ax in knob.axes", "plt.get_fignums() == [1, 2, 3]") == {}
        )
        await kernel.run("line.set_color('r'); slider.set_val(.5); [each.canvas.draw() for each in (fig, knob, movie)]")
        named = reasons(await crash(kernel))
        assert "the xlim_changed handler zoomed of fig" not in named


async def test_a_part_that_cannot_be_saved_is_left_out_and_named(start_kernel):
    parts = list(PARTS)
    async with start_kernel() as kernel:
        await kernel.run(
            AGG + REFUSING + f"for n, part in enumerate({parts!r}):\n"
            "    fig, ax = plt.subplots(num=f'f{n}')\n    ax.plot([1, 2])[0].part = eval(part)\n"
            "figs = {n: plt.figure(f'f{n}') for n in range(0)}; del fig, ax"
        )
        named = reasons(await crash(kernel))
        assert await kernel.value("plt.get_figlabels()") == [f"f{n}" for n in range(len(parts))]
        for n, (part, kind) in enumerate(PARTS.items()):
            assert any(kind in what and what.endswith(f"of figure {n + 1}") for what in named), part
        await kernel.run("for n in plt.get_fignums(): plt.figure(n).canvas.draw()")


async def test_a_reference_to_the_canvas_costs_at_most_the_reference(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            AGG + "class App:\n    def __init__(self):\n        self.fig, self.ax = plt.subplots()\n"
            "        self.canvas = self.fig.canvas\n        self.ax.format_coord = self.format\n"
            "    def format(self, x, y): return 'here'\napp = App(); app.ax.plot([1, 2])\n"
            "from matplotlib.widgets import MultiCursor\nfig, axs = plt.subplots(2)\n"
            "fig.cursor = MultiCursor(None, axs)"
        )
        await crash(kernel)
        true = ["plt.get_fignums() == [1, 2]", "app.ax.figure is app.fig", "app.ax.format_coord(1, 2) == 'here'"]
        assert await untrue(kernel, *true, "app.fig.canvas.draw() is None", "axs[1].figure is fig") == {}


async def test_a_figure_that_cannot_draw_without_the_lost_part_is_named_and_leaves_no_ghost(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            AGG + "import threading\nclass Locked(plt.Line2D):\n    lock = None\n    def draw(self, renderer):\n"
            "        with self.lock:\n            super().draw(renderer)\n"
            "fig, ax = plt.subplots(); line = ax.add_line(Locked([1, 2], [1, 2])); line.lock = threading.Lock()\n"
            "other, ax2 = plt.subplots()"
        )
        state = await crash(kernel)
        named = reasons(state)
        assert any("lock" in what and what.endswith("of fig") for what in named)
        assert "TypeError" in named["fig"] or "AttributeError" in named["fig"]
        assert await kernel.value("plt.get_fignums()") == [2]
        assert await untrue(kernel, "'fig' not in globals() and 'line' not in globals()", "ax2.figure is other") == {}
        assert [figure["names"] for figure in state["figures"]] == [["other", "ax2"]]


async def test_a_name_that_cannot_be_loaded_is_named_and_costs_no_other_name(start_kernel):
    Path("sub").mkdir()
    Path("sub", "mine.py").write_text("class App:\n    def __init__(self, fig): self.fig = fig\n")
    async with start_kernel() as kernel:
        await kernel.run(
            AGG + "import sys; sys.path.append('sub'); from mine import App\n"
            "class Bad(App):\n    def __setstate__(self, state): raise ValueError('never')\n"
            "fig, ax = plt.subplots(); app = App(fig); (line,) = ax.plot([1, 2]); bad = Bad(fig)\n"
            "text = ax.text(0, 0, '')"
        )
        Path("sub", "mine.py").unlink()
        named = reasons(await crash(kernel))
        true = ["plt.gcf() is fig", "line in ax.lines", "ax.figure is fig", "text in ax.texts"]
        assert await untrue(kernel, *true) == {}
        assert set(named) == {"the name app of fig", "the name bad of fig"}
        assert "mine" in named["the name app of fig"]


async def test_a_user_object_that_cannot_be_saved_costs_its_name_only(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            AGG + REFUSING + "fig, ax = plt.subplots()\nclass Panel: pass\npanel = Panel(); panel.ax = ax\n"
            "panel.lock = threading.Lock(); deep = []\nfor n in range(5000): deep = [deep]\npair = [fig, deep]\n"
            "class Never(Refusing):\n    pass\nnever = Never(); never.fig = fig; (line,) = ax.plot([1, 2])"
        )
        named = reasons(await crash(kernel))
        assert await untrue(kernel, "line in ax.lines and ax.figure is fig", "panel.ax is ax") == {}
        assert "recursion" in named["the name pair of fig"]
        assert any("Never" in what or "never" in what for what in named)
        assert await untrue(kernel, "globals().get('never') is None", "'pair' not in globals()") == {}


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ({"figure": 1}, "it takes more than 1 MiB (MplGuardApp.figure_limit)"),
        ({"kernel": 2}, "the kernel's figures take more than 2 MiB (MplGuardApp.kernel_limit)"),
    ],
)
async def test_a_limit_is_never_gone_over_on_disk(start_kernel, limits, sentence):
    watch = (
        "import threading, os\nlargest, over = [0], threading.Event()\ndef look():\n    while not over.is_set():\n"
        "        try: largest[0] = max(largest[0], sum(each.stat().st_size for each in os.scandir(folder)))\n"
        "        except OSError: pass\n"
        "threading.Thread(target=look, daemon=True).start()\n"
    )
    async with start_kernel(agent=False) as kernel:
        await kernel.begin("manual", limits=limits)
        await kernel.run(
            AGG
            + f"folder = {kernel.diary.folder!r}\n"
            + watch
            + "small = plt.figure(); small.add_subplot().plot([1, 2])"
        )
        await kernel.run("big, ax = plt.subplots(); ax.imshow(np.random.rand(600, 600)); other = plt.figure()")
        await kernel.run("0")
        assert [each["saved"] for each in kernel.saved()["figures"]] == [True, False, True]
        await kernel.run("over.set()")
        assert 10_000 < await kernel.value("largest[0]") < next(iter(limits.values())) * 2**20 + 10_000
        state = await crash(kernel, limits=limits)
        assert reasons(state) == {"big": f"{sentence}; run the cell again that draws it"}
        assert await untrue(kernel, "plt.get_fignums() == [1, 3]", "plt.figure(3) is other", "small.axes != []") == {}


async def test_a_figure_over_the_limit_does_not_fill_the_memory(start_kernel):
    peak = "int(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])"
    async with start_kernel(agent=False) as kernel:
        await kernel.begin("manual", limits={"figure": 1})
        await kernel.run(AGG + "fig, ax = plt.subplots(); ax.plot([1, 2])")
        await kernel.run(
            "fig.data = np.zeros((256, 2**17)) + 1; fig.masked = np.ma.masked_less(fig.data, 0); ax.plot([1, 2])\n"
            f"open('/proc/self/clear_refs', 'w').write('5'); before = {peak}"
        )
        assert await kernel.value(f"{peak} - before") < 100_000  # KiB; each of the arrays has 262,144
        assert not kernel.saved()["figures"][0]["saved"]


# It sleeps because it stands for a figure that takes long: no test waits for it by time.
SLOW = (
    "import time\nclass Slow(plt.Line2D):\n    def __getstate__(self):\n        time.sleep(.3)\n"
    "        return super().__getstate__()\n"
)


async def test_a_figure_that_takes_long_is_saved_also_when_the_next_cell_came_at_once(start_kernel):
    def saved():
        return [each["saved"] for each in (kernel.saved() or {"figures": ()})["figures"]]

    async with start_kernel(agent=False) as kernel:
        await kernel.begin("manual", limits={"seconds": 0.2})
        await kernel.run(AGG + SLOW + "fig, ax = plt.subplots()")
        await until(lambda: saved() == [True])
        kernel._client.execute("line = ax.add_line(Slow([1, 2], [1, 2]))")
        await kernel.run("0")  # its start finds the figure too slow
        await until(lambda: saved() == [False])
        await until(lambda: saved() == [True])


async def test_a_figure_that_takes_long_waits_until_the_kernel_is_idle(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await kernel.begin("manual", limits={"seconds": 0.2})
        await kernel.run(AGG + SLOW + "fig, ax = plt.subplots(); quick = plt.figure(); still = plt.figure()")
        await kernel.run("line = ax.add_line(Slow([1, 2], [1, 2]))")
        await kernel.run("0")  # the checkpoint was made before this cell
        saved = {each["names"][0]: each["saved"] for each in kernel.saved()["figures"]}
        assert saved == {"fig": False, "quick": True, "still": True}
        named = kernel.diary.read("figures.json")["figures"]["groups"][0]["missing"]
        assert named[0]["what"] == "the latest changes of fig"
        assert "waits for the kernel to be idle" in named[0]["why"]
        await until(lambda: all(each["saved"] for each in kernel.saved()["figures"]))
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, "line in ax.lines") == {}


async def test_figures_that_are_put_together_are_not_lost_while_that_takes_long(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await kernel.begin("manual", limits={"seconds": 0.5})
        await kernel.run(
            AGG + SLOW + "one, two = plt.figure(), plt.figure()\nfor each in (one, two):\n"
            "    each.add_subplot().add_line(Slow([1, 2], [1, 2]))"
        )
        await until(lambda: [each["saved"] for each in (kernel.saved() or {"figures": ()})["figures"]] == [True, True])
        await kernel.run("both = [one, two]")
        await crash(kernel, at_once=True)
        assert (
            await untrue(kernel, "plt.get_fignums() == [1, 2]", "plt.figure(2) is two", "len(one.axes[0].lines) == 1")
            == {}
        )
