"""What a cell changes without any artist hearing of it, and what objects from cells carry with them."""

from __future__ import annotations

from aftermath import AGG, SETUP, crash, reasons, saved_figures, until, untrue

MADE = """
fig, axs = plt.subplots(2); ax = axs[0]; space = plt.figure().add_subplot(projection='3d')
one, two = ax.plot([1, 2]) + ax.plot([2, 1]); moving = ax.plot([1, 2], animated=True)[0]
class Panel: pass
panel = Panel(); panel.fig, panel.count = fig, 1
lines, table = [one], {'fig': fig, 'losses': [1]}
plt.figure(fig)
"""

CHANGES = {
    "space.view_init(11, 22)": "(space.elev, space.azim) == (11, 22)",
    "moving.set_ydata([5, 6])": "list(moving.get_ydata()) == [5, 6]",
    "ax.ticklabel_format(style='sci', scilimits=(0, 0), axis='y')": "ax.yaxis.major.formatter._powerlimits == (0, 0)",
    "axs[1].yaxis.get_major_formatter().set_useOffset(False)": "axs[1].yaxis.major.formatter.get_useOffset() is False",
    "axs[1].set_prop_cycle(color=['r'])": "axs[1].plot([1])[0].get_color() == 'r'",
    "ax.set_autoscale_on(False)": "ax.get_autoscale_on() is False",
    "fig.set_layout_engine('tight')": "type(fig.get_layout_engine()).__name__ == 'TightLayoutEngine'",
    "fig.mine, ax.fmt_xdata = 5, lambda x: 'X'": "fig.mine == 5 and ax.fmt_xdata(1) == 'X'",
    "one.set_gid('g'); one.set_picker(5)": "one.get_gid() == 'g' and one.get_picker() == 5",
    "panel.count = 2": "panel.count == 2 and panel.fig is fig",
    "lines.append(two)": "lines == [one, two]",
    "table['losses'].append(2)": "table['losses'] == [1, 2]",
    "plt.sca(axs[1])": "plt.gca() is axs[1] and plt.gcf() is fig",
    "plt.gcf().canvas.manager.set_window_title('t')": "fig.canvas.manager.get_window_title() == 't'",
    "for each in fig.axes: each.set_navigate(False)": "not ax.get_navigate()",
    "def change(): two.set_label('two'); two.set_url('u')\nchange()": "two.get_url() == 'u'",
}
"""Cell to what is true after it."""

NESTED = """
class View: pass
view = View(); view.inner = View(); view.inner.ax = plt.figure().add_subplot()
held = View(); held.panels = {'a': [plt.figure().add_subplot()]}
deep = [[[[[plt.figure()]]]]]
class Lazy:
    def __init__(self): self.__dict__['fig'] = plt.figure()
    def __getattr__(self, name): raise RuntimeError(name)
lazy = Lazy()
"""

NESTED_ARE = {
    "view": "view.inner.ax in view.inner.ax.figure.axes",
    "held": "held.panels['a'] == held.panels['a'][0].figure.axes",
    "deep": "deep[0][0][0][0][0].axes == []",
    "lazy": "lazy.fig.axes == []",
}


async def test_a_change_that_no_artist_hears_of_is_saved(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + MADE)
        await kernel.run("0")
        for cell, true in CHANGES.items():
            await kernel.run(cell)
            assert await untrue(kernel, true) == {} or "plot" in true
            await kernel.run("0")
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, *CHANGES.values()) == {}


async def test_the_last_change_of_all_is_saved_too(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + MADE)
        for cell in ("plt.sca(axs[1])", "space.view_init(11, 22)", "moving.set_ydata([5, 6])"):
            await kernel.run(cell)
            assert reasons(await crash(kernel)) == {}
            assert await untrue(kernel, CHANGES[cell]) == {}


async def test_a_name_that_leads_to_a_figure_in_whatever_way_comes_back_or_is_named(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(SETUP + NESTED)
        assert await untrue(kernel, *NESTED_ARE.values()) == {}
        named = " ".join(reasons(await crash(kernel)))
        lost = await untrue(kernel, *NESTED_ARE.values())
        assert [name for name, true in NESTED_ARE.items() if true in lost and name not in named] == []


async def test_the_agent_keeps_no_figure_and_no_object_alive(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            AGG + "import gc, weakref\nfig, ax = plt.subplots()\nclass Panel: pass\npanel = Panel(); panel.fig = fig\n"
            "dies = [weakref.ref(each) for each in (fig, ax, panel)]; plt.close(fig)"
        )
        await kernel.run("0")
        await kernel.run("del fig, ax, panel; gc.collect(); alive = [die() is not None for die in dies]")
        assert await kernel.value("alive") == [False] * 3


async def test_an_object_with_a_widget_or_a_pool_does_not_carry_the_kernel_with_it(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            AGG + "import ipywidgets\nfrom concurrent.futures import ThreadPoolExecutor\nclass App: pass\napp = App()\n"
            "app.fig, app.ax = plt.subplots(); app.slider = ipywidgets.IntSlider(); app.n = 1\n"
            "app.slider.observe(lambda change: None); app.pool = ThreadPoolExecutor(); app.shell = get_ipython()\n"
            "app.fig.slider = app.slider; fig, ax = plt.subplots(); (line,) = ax.plot([1, 2])"
        )
        state = await crash(kernel)
        assert sum(figure["bytes"] for figure in state["figures"]) < 200_000
        assert await untrue(kernel, "line in ax.lines and ax.figure is fig", "plt.get_fignums() == [1, 2]") == {}
        assert await untrue(kernel, "app.n == 1 and app.ax.figure is app.fig", "plt.figure(1) is app.fig") == {}
        assert any("IntSlider" in what for what in reasons(state))
        assert not any("Session" in what or "HMAC" in what or "history" in what for what in reasons(state))


async def test_an_object_that_ends_the_process_when_it_is_pickled_does_not(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            AGG + "class Exits:\n    def __reduce__(self): raise SystemExit\n"
            "fig, ax = plt.subplots(); fig.exits = Exits(); (line,) = ax.plot([1, 2])"
        )
        state = await crash(kernel)
        assert reasons(state)
        await kernel.run("print('fine')")


async def test_an_idle_kernel_looks_behind_all_names(start_kernel):
    async with start_kernel() as kernel:
        many = "for i in range(3000): globals()[f'l{i}'] = list(range(1000))"
        await kernel.run(SETUP + f"from matplotlib.figure import Figure\n{many}\nglobals()['la' + 'st'] = [Figure()]")
        await until(lambda: [each["names"] for each in saved_figures(kernel)] == [["last"]])
