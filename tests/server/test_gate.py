"""Messages of pages over the server's websockets while a kernel restarts."""

from __future__ import annotations

import asyncio

from settings_cases import CASES


async def test_a_cell_that_is_sent_during_a_restart_sees_the_settings(call, kernel, run, restart, page):
    kernel_id = await kernel()
    await run(kernel_id, CASES["one rcParam"])
    async with page(kernel_id) as one:
        under_way = asyncio.create_task(restart(kernel_id))
        while (await call("GET", f"kernels/{kernel_id}"))[1]["status"] != "restoring":
            await asyncio.sleep(0)
        assert await one.run("print(plt.rcParams['figure.dpi'])") == "137.0\n"
        await under_way


async def test_what_a_page_told_a_dead_kernel_does_not_reach_the_next_one(
    jp_serverapp, call, kernel, run, kill, page, tmp_path
):
    # Else the socket that still has it takes the place of the page's new one, and no cell of that page ever runs.
    kernel_id = await kernel()
    await run(kernel_id, CASES["one rcParam"])
    late = tmp_path / "late"
    async with page(kernel_id, "other"):
        async with page(kernel_id) as one:
            await one.run("")
            kill(kernel_id)
            while await jp_serverapp.kernel_manager.get_kernel(kernel_id).is_alive():
                await asyncio.sleep(0.01)
            await one.send(f"open({str(late)!r}, 'w')")
            await one.hear_restart()
        async with page(kernel_id) as again:
            assert await again.run("print(plt.rcParams['figure.dpi'])") == "137.0\n"
    await call("POST", "reinit", {"kernel_id": kernel_id})
    assert not late.exists()


async def test_a_page_may_leave_during_a_restart(call, kernel, run, kill, page, caplog):
    kernel_id = await kernel()
    await run(kernel_id, CASES["one rcParam"])
    async with page(kernel_id) as one:
        await one.run("")
        kill(kernel_id)
        await one.hear_restart()
        await one.send("print(1)")
    await call("POST", "reinit", {"kernel_id": kernel_id})
    assert await run(kernel_id, "print(plt.rcParams['figure.dpi'])") == "137.0\n"
    assert [each.getMessage() for each in caplog.records if each.name == "asyncio" and each.exc_info] == []


async def test_nothing_that_a_kernel_says_to_a_page_is_odd(call, kernel, run, page, caplog):
    kernel_id = await kernel()
    async with page(kernel_id) as one:
        await one.run(CASES["one rcParam"])
        await call("POST", "reinit", {"kernel_id": kernel_id})  # ipykernel says that somebody listens to the agent
        await one.run("")
    assert "passes the gate unchecked" not in caplog.text
