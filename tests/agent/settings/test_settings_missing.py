"""The agent in real kernels: settings that cannot come back are named."""

from __future__ import annotations

from aftermath import reasons
from kernels import PYPLOT


async def test_values_that_are_not_data_are_named(start_kernel):
    setup = PYPLOT + (
        "from matplotlib.patheffects import withStroke\nfrom matplotlib.colors import ListedColormap\n"
        "import matplotlib\nmatplotlib.colormaps.register(ListedColormap(['r', 'g'], name='mine'))\n"
        "plt.rcParams['path.effects'] = [withStroke()]\nplt.rcParams['image.cmap'] = 'mine'\n"
        "get_ipython().display_formatter.formatters['image/svg+xml'].for_type(matplotlib.figure.Figure, lambda f: '')\n"
    )
    async with start_kernel() as kernel:
        await kernel.run(setup)
        await kernel.crash()
        await kernel.begin()
        state = await kernel.restored()
        assert state["status"] == "partial"
        why = reasons(state)
        assert "withStroke" in why["rcParams['path.effects']"]
        assert "'mine'" in why["rcParams['image.cmap']"]
        assert "function" in why["the figure printer for image/svg+xml"]
        await kernel.run("plt.imshow([[1, 2]])")


async def test_a_font_that_is_gone_is_named(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            PYPLOT + "from matplotlib import font_manager as fm\n"
            "fm.fontManager.ttflist.append(fm.FontEntry(name='Fancy', fname=fm.fontManager.ttflist[0].fname))\n"
            "plt.rcParams['font.family'] = ['Fancy', 'sans-serif']"
        )
        await kernel.crash()
        await kernel.begin()
        assert list(reasons(await kernel.restored())) == ["font 'Fancy'"]


async def test_a_gui_backend_comes_back_only_where_it_can_work(start_kernel, monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT)
        for backend in ("tk", "qt", "gtk3", "wx"):
            await kernel.crash()
            kernel.leave_settings(backend=backend)
            await kernel.begin()
            state = await kernel.restored()
            assert (state["status"], state["backend"]) == ("partial", "inline"), backend
            assert "inline is in its place" in reasons(state)[f"backend {backend!r}"]


async def test_a_widget_backend_without_ipympl_is_named(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run("%matplotlib widget\n" + PYPLOT)
        await kernel.crash()
        await kernel.run("import sys; sys.modules['ipympl'] = None")
        await kernel.begin()
        state = await kernel.restored()
        assert (state["status"], state["backend"]) == ("partial", "inline")
        assert "ipympl" in reasons(state)["backend 'widget'"]


async def test_a_parameter_that_this_version_does_not_have_is_named(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT)
        await kernel.crash()
        kernel.leave_settings(rc_params={"no.such": 1, "figure.dpi": "many", "font.size": 13.0})
        await kernel.begin()
        state = await kernel.restored()
        assert state["rc_params"] == {"font.size": 13.0}
        assert sorted(reasons(state)) == ["rcParams['figure.dpi']", "rcParams['no.such']"]


async def test_a_kernel_without_matplotlib_says_so(start_kernel, bare_kernel):
    async with start_kernel(bare_kernel) as kernel:
        state = await kernel.ask("reinit")
        assert state["status"] == "absent"
        kernel.leave_settings(backend="inline", aliases={"plt": "matplotlib.pyplot"})
        await kernel.crash()
        await kernel.begin()
        state = await kernel.restored()
        assert state["status"] == "partial"
        assert "cannot be imported" in reasons(state)["the plotting settings"]
        assert await kernel.run("print('fine')") == "fine\n"
