"""ipympl's canvases after a crash: the four widgets of each are there again under their old ids, as they were."""

from __future__ import annotations

from aftermath import SETUP, crash, reasons, untrue

WIDGET = "%matplotlib widget\n" + SETUP
"""Set-up that these cells assume."""

IDS = "[each.model_id for each in (fig.canvas, fig.canvas.layout, fig.canvas.toolbar, fig.canvas.toolbar.layout)]"
"""Expression for the ids of a canvas's widgets."""


def opened(kernel):
    """Return the ids of the comms that a cell has opened, and of those that it has closed."""
    kinds = [(each["header"]["msg_type"], each["content"].get("comm_id")) for each in kernel.messages]
    return [comm for kind, comm in kinds if kind == "comm_open"], [comm for kind, comm in kinds if kind == "comm_close"]


async def test_a_canvas_comes_back_under_its_ids_with_its_traits(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(WIDGET + "fig, ax = plt.subplots(figsize=(3, 2), num='named'); line, = ax.plot([1, 2])")
        await kernel.run(
            "canvas = fig.canvas; canvas.toolbar_position = 'top'; canvas.toolbar_visible = True\n"
            "canvas.header_visible = canvas.footer_visible = canvas.resizable = False; canvas.capture_scroll = True\n"
            "canvas.layout.width = '70%'; canvas.add_class('mine'); canvas.toolbar.button_style = 'info'\n"
            "canvas.manager.set_window_title('titled')"
        )
        ids = await kernel.value(IDS)
        state = await crash(kernel)
        assert state["status"] == "restored", reasons(state)
        assert await kernel.value(IDS) == ids
        assert [each["canvas"] for each in state["figures"]] == [ids[0]]
        assert not await untrue(
            kernel,
            "fig.canvas is canvas and plt.gcf() is fig and fig.canvas.manager is plt.get_current_fig_manager()",
            "(canvas.toolbar_position, canvas.toolbar_visible, canvas.capture_scroll) == ('top', True, True)",
            "not (canvas.header_visible or canvas.footer_visible or canvas.resizable)",
            "canvas.layout.width == '70%' and canvas._dom_classes == ('mine',)",
            "canvas.toolbar.button_style == 'info' and len(canvas.toolbar.toolitems) > 4",
            "canvas.manager.get_window_title() == 'titled' and canvas.manager.toolbar is canvas.toolbar",
            "tuple(canvas._size) == (300, 200)",
            f"all(each in get_ipython().kernel.comm_manager.comms for each in {IDS})",
        )


async def test_the_mouse_does_what_it_did(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(WIDGET + "fig, ax = plt.subplots(); other, axes = plt.subplots(); line, = ax.plot([1, 2])")
        # As a click on the toolbar's button in the page does.
        await kernel.run("fig.canvas.toolbar.pan(); fig.canvas.toolbar._current_action = 'pan'")
        assert (await crash(kernel))["status"] == "restored"
        assert not await untrue(
            kernel,
            "fig.canvas.toolbar.mode.name == 'PAN' and fig.canvas.toolbar._current_action == 'pan'",
            "other.canvas.toolbar.mode.name == 'NONE' and other.canvas.toolbar._current_action == ''",
        )
        await kernel.run("fig.canvas.toolbar.pan(); fig.canvas.toolbar._current_action = ''")
        await kernel.run("other.canvas.toolbar.zoom()")
        assert (await crash(kernel))["status"] == "restored"
        assert not await untrue(
            kernel,
            "fig.canvas.toolbar.mode.name == 'NONE' and fig.canvas.toolbar._current_action == ''",
            "other.canvas.toolbar.mode.name == 'ZOOM' and axes.get_navigate_mode() == 'ZOOM'",
        )


async def test_the_next_cell_does_not_display_the_canvas_again(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(WIDGET + "fig, ax = plt.subplots()\nwith plt.ioff(): hidden = plt.figure()")
        await crash(kernel)
        await kernel.run("%matplotlib widget\nax.plot([1, 2]); hidden.suptitle('x')")
        shown = [each for each in kernel.messages if each["header"]["msg_type"] == "display_data"]
        assert shown == []
        assert opened(kernel) == ([], [])
        await kernel.run("other = plt.figure()")
        shown = [each["content"]["data"] for each in kernel.messages if each["header"]["msg_type"] == "display_data"]
        view = "application/vnd.jupyter.widget-view+json"
        assert [each[view]["model_id"] for each in shown] == [await kernel.value("other.canvas.model_id")]


async def test_a_figure_keeps_its_canvas_though_another_backend_is_in_force(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(WIDGET + "fig = plt.figure()")
        await kernel.run("plt.switch_backend('agg'); plain, ax = plt.subplots(); ax.plot([1, 2]);")
        ids = await kernel.value(IDS)
        state = await crash(kernel)
        assert (state["status"], state["backend"]) == ("restored", "agg"), reasons(state)
        assert await kernel.value(IDS) == ids
        assert not await untrue(kernel, "type(plain.canvas).__name__ == 'FigureCanvasAgg'")
        assert (await kernel.value("plt.get_backend()")).lower() == "agg"


async def test_a_canvas_that_pyplot_has_let_go_of_comes_back(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(WIDGET + "plt.ioff(); fig, ax = plt.subplots(); plt.show()")
        ids = await kernel.value(IDS)
        assert await kernel.value("plt.get_fignums()") == []
        assert (await crash(kernel))["status"] == "restored"
        assert await kernel.value(IDS) == ids
        assert await kernel.value("plt.get_fignums()") == []


async def test_a_closed_canvas_stays_closed(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(WIDGET + "fig, ax = plt.subplots(); other = plt.figure()")
        await kernel.run("plt.close(fig)")
        state = await crash(kernel)
        assert {each["names"][0]: each["canvas"] is None for each in state["figures"]} == {"fig": True, "other": False}
        assert state["status"] == "restored", reasons(state)


async def test_the_end_of_a_kernel_does_not_take_its_canvases_off_the_page(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(WIDGET + "fig, ax = plt.subplots(); line, = ax.plot([1, 2])")
        ids = await kernel.value(IDS)
        said = kernel._client.iopub_channel
        await kernel.manager.shutdown_kernel(restart=True)
        closed = []
        while await said.msg_ready():
            message = await said.get_msg()
            closed += [message["content"]["comm_id"]] if message["header"]["msg_type"] == "comm_close" else []
        assert closed == []
        await kernel.crash()
        await kernel.begin("restart")
        state = await kernel.restored()
        assert (state["status"], state["figures"][0]["canvas"]) == ("offered", ids[0])
        await kernel.ask("reinit", figures="all")
        assert await kernel.value(IDS) == ids


async def test_a_page_that_is_not_ready_does_not_make_a_canvas_deaf(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(WIDGET + "fig, ax = plt.subplots()")
        await crash(kernel)
        canvas = (await kernel.value(IDS))[0]
        kernel._client.shell_channel.send(kernel._client.session.msg("comm_close", {"comm_id": canvas, "data": {}}))
        await kernel.run(
            "received = []; fig.canvas.on_msg(lambda widget, content, buffers: received.append(content['type']))"
        )
        data = {"method": "custom", "content": {"type": "refresh"}}
        kernel._client.shell_channel.send(kernel._client.session.msg("comm_msg", {"comm_id": canvas, "data": data}))
        assert await kernel.value("received") == ["refresh"]


async def test_a_page_is_told_to_draw_only_what_it_has_asked_for(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(WIDGET + "figures = [plt.figure() for _ in range(3)]; fig = figures[0]")
        await crash(kernel)
        await kernel.run(
            "received = []\nfor number, each in enumerate(figures):\n"
            "    each.canvas.send_json = lambda content, number=number: received.append([number, content['type']])"
        )
        canvas = (await kernel.value(IDS))[0]
        for kind in ("send_image_mode", "refresh"):
            data = {"method": "custom", "content": {"type": kind}}
            kernel._client.shell_channel.send(kernel._client.session.msg("comm_msg", {"comm_id": canvas, "data": data}))
        assert [number for number, kind in await kernel.value("received") if kind == "draw"] == [0]
        await kernel.run("received.clear(); figures[1].suptitle('changed')")
        assert [1, "draw"] in await kernel.value("received")
        assert [2, "draw"] not in await kernel.value("received")


async def test_canvases_come_back_with_the_oldest_versions(start_kernel, oldest_kernel):
    async with start_kernel(oldest_kernel) as kernel:
        await kernel.run(WIDGET + "fig, ax = plt.subplots(); line, = ax.plot([1, 2])")
        ids = await kernel.value(IDS)
        state = await crash(kernel)
        assert state["status"] == "restored", reasons(state)
        assert await kernel.value(IDS) == ids
        await kernel.run("line.set_color('red')")
        assert not [each for each in kernel.messages if each["header"]["msg_type"] == "display_data"]
