"""Diaries that an earlier version has written are restored by this one."""

from __future__ import annotations

import platform

import pytest
from aftermath import crash, reasons, untrue
from environments import old_python
from saved_before import SAVED, kernel_of

RUNNING = ".".join(platform.python_version_tuple()[:2])

KERNELS = {"3.9" if old_python().endswith("python3.9") else RUNNING: "oldest_kernel", RUNNING: "python3"}
"""Python version to a kernel that runs it: compiled code is of use to the version that has compiled it only."""


@pytest.fixture
def start(start_successor, saved_by):
    kernel_name, saved = saved_by
    return lambda diary: start_successor(f"{saved}/{diary}", kernel_name)


async def test_settings_figures_and_names_of_an_earlier_version_come_back(start):
    async with start("settings") as kernel:
        before = kernel.saved()
        await kernel.begin("crash")
        state = await kernel.restored()
        for _ in range(2):  # the second time out of the diary that this version has written
            assert (state["status"], reasons(state)) == ("restored", {})
            assert state["last_restore"]["restored"][-1] == "figures"
            for key in ("kernel_id", "backend", "interactive", "rc_params", "inline", "aliases"):
                assert state[key] == before[key], key
            assert (state["backend"], state["inline"]["figure_formats"]) == ("inline", ["svg"])
            assert state["aliases"] == {"mpl": "matplotlib", "plt": "matplotlib.pyplot"}
            figures = [(each["label"], each["names"], each["axes"], each["open"]) for each in state["figures"]]
            assert figures == [
                ("left", ["first", "ax", "line"], 1, False),
                ("right", ["second", "below"], 1, False),
                ("", ["third", "marker"], 0, False),
            ]
            true = (
                "mpl.rcParams['lines.linewidth'] == 7.5 and mpl.rcParams['image.cmap'] == 'gray'",
                "mpl.rcParams['figure.dpi'] == first.dpi == 55",
                "ax.figure is first and ax is first.axes[0] and below.figure is second and below is second.axes[0]",
                "line in ax.lines and list(line.get_ydata()) == [1, 3, 2] and line.get_linewidth() == 7.5",
                "ax.get_shared_x_axes().joined(ax, below) and below.get_xlim() == (0, 9)",
                "ax.set_xlim(1, 8) == below.get_xlim() == (1, 8) and ax.set_xlim(0, 9) == (0, 9)",
                "marker.figure is third and marker in third.artists and marker.meaning == 'a class from a cell'",
                "plt.get_fignums() == [] and 'Marker' not in globals()",
                "first.canvas.draw() is None and second.canvas.draw() is None and third.canvas.draw() is None",
            )
            assert await untrue(kernel, *true) == {}
            state = await crash(kernel)


async def test_canvases_of_an_earlier_version_come_back_under_their_ids(start):
    async with start("canvas") as kernel:
        before = {each["number"]: each["canvas"] for each in kernel.saved()["figures"]}
        await kernel.begin("crash")
        state = await kernel.restored()
        assert (state["status"], state["backend"], reasons(state)) == ("restored", "widget", {})
        assert {each["number"]: each["canvas"] for each in state["figures"]} == before
        true = (
            "plt.get_fignums() == [1, 7] and plt.gcf() is fig",
            "plt.figure(7) is plain and plt.figure('moved') is fig",
            "fig.canvas is canvas and canvas.toolbar_position == 'top' and line.figure is fig and line in fig.artists",
            "type(canvas).__module__ == type(plain.canvas).__module__ == 'ipympl.backend_nbagg'",
        )
        assert await untrue(kernel, *true) == {}
        assert await kernel.value("{1: canvas.model_id, 7: plain.canvas.model_id}") == {
            str(number): canvas for number, canvas in before.items()
        }


@pytest.mark.parametrize("version", sorted(KERNELS.keys() & {path.name for path in (SAVED / "code").iterdir()}))
async def test_a_figure_with_a_function_of_an_earlier_version_does_what_it_did(start_successor, request, version):
    async with start_successor(f"code/{version}", kernel_of(request, KERNELS[version])) as kernel:
        await kernel.begin("crash")
        state = await kernel.restored()
        assert (state["status"], reasons(state)) == ("restored", {})
        true = (
            "plt.gcf() is fig and line.figure is fig and line in fig.artists",
            "line.get_picker()(line, 3) == (True, {'near': 3}) and not line.get_picker()(line, 2)[0]",
        )
        assert await untrue(kernel, *true) == {}


async def test_an_offer_of_an_earlier_version_is_taken(start):
    async with start("offer") as kernel:
        await kernel.begin("crash")
        state = await kernel.restored()
        assert (state["status"], state["backend"], state["rc_params"]) == ("offered", "agg", {"figure.dpi": 66.0})
        assert [(each["label"], each["names"], each["open"]) for each in state["figures"]] == [
            ("mine", ["fig", "line"], False)
        ]
        assert await untrue(kernel, "not {'fig', 'line'} & set(globals())", "plt.get_fignums() == []") == {}
        state = await kernel.ask("reinit", figures="all")
        assert (state["status"], reasons(state)) == ("restored", {})
        assert await untrue(kernel, "plt.figure('mine') is fig is line.figure and line in fig.artists") == {}
