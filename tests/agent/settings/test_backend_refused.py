"""A backend that a client has chosen, or that was to come back, and that cannot work: how long it is missing."""

from __future__ import annotations

from aftermath import crash, reasons


async def test_a_backend_that_was_refused_is_not_missing_once_another_is_chosen(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run("%matplotlib inline\nimport matplotlib.pyplot as plt")
        state = await kernel.ask("reinit", backend="tkagg")
        assert list(reasons(state)) == ["backend 'tkagg'"]
        state = await kernel.ask("reinit", backend="inline")
        assert (reasons(state), state["backend"], state["status"]) == ({}, "inline", "restored")


async def test_a_backend_that_was_refused_is_not_missing_once_something_else_is_asked_for(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run("%matplotlib inline\nimport matplotlib.pyplot as plt")
        before = await kernel.ask("tell")
        assert list(reasons(await kernel.ask("reinit", backend="tk"))) == ["backend 'tk'"]
        assert list(reasons(await kernel.ask("tell"))) == ["backend 'tk'"]
        state = await kernel.ask("reinit")
        assert (reasons(state), state["backend"], state["status"]) == ({}, "inline", "restored")
        assert state["aliases"] == before["aliases"]


async def test_a_backend_that_did_not_come_back_is_missing_until_a_cell_chooses_one(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run("%matplotlib inline\nimport matplotlib.pyplot as plt")
        kernel.leave_settings(backend="tkagg")
        state = await crash(kernel)
        assert list(reasons(state)) == ["backend 'tk'"]
        state = await kernel.ask("reinit", backend="qt")
        assert list(reasons(state)) == ["backend 'tk'", "backend 'qt'"]
        assert list(reasons(await kernel.ask("reinit"))) == ["backend 'tk'"]
        await kernel.run("%matplotlib inline")
        assert reasons(await kernel.ask("reinit")) == {}
