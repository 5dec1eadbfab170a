"""Figures over the ends of kernels that a real server restarts."""

from __future__ import annotations

import asyncio

import pytest

PLOT = (
    "%matplotlib agg\nimport matplotlib.pyplot as plt\nplt.rcParams['figure.dpi'] = 137\n"
    "fig, ax = plt.subplots()\nline, = ax.plot([1, 3, 2])"
)
DEADLY = """
import os
class Deadly:
    def __reduce__(self):
        return os._exit, (1,)
ax.deadly = Deadly()
ax.set_title("kills whoever loads it")
"""
LOOK = "print(plt.get_fignums(), 'fig' in dir())"


async def test_figures_come_back_after_a_crash_and_are_offered_after_a_restart(call, kernel, run, kill, restart):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    await run(kernel_id, "1")
    kill(kernel_id)
    _, state = await call("POST", "reinit", {"kernel_id": kernel_id, "timeout": 30})
    assert (state["status"], state["last_restore"]["restored"][-1]) == ("restored", "figures")
    assert await run(kernel_id, "print(line in ax.lines, ax.figure is fig, plt.gcf() is fig)") == "True True True\n"

    await restart(kernel_id)
    _, state = await call("POST", "reinit", {"kernel_id": kernel_id, "timeout": 30})
    assert (state["status"], [figure["names"] for figure in state["figures"]]) == ("offered", [["fig", "ax", "line"]])
    assert "1 figure" in state["message"]
    assert await run(kernel_id, LOOK) == "[] False\n"
    _, state = await call("POST", "reinit", {"kernel_id": kernel_id, "figures": "all", "timeout": 30})
    assert (state["status"], state["last_restore"]["restored"]) == ("restored", ["figures"])
    assert await run(kernel_id, LOOK) == "[1] True\n"

    await restart(kernel_id)
    _, state = await call("POST", "reinit", {"kernel_id": kernel_id, "figures": "none", "timeout": 30})
    assert state["status"] in ("offered", "restored")  # asked before or after the settings were back
    _, state = await call("POST", "reinit", {"kernel_id": kernel_id, "figures": "none", "timeout": 30})
    assert (state["status"], state["figures"]) == ("restored", [])


async def test_single_figures_are_restored_dismissed_and_closed(call, kernel, run, restart):
    kernel_id = await kernel()
    await run(kernel_id, PLOT + "\nother, third = plt.figure(2), plt.figure(3)")
    await run(kernel_id, "1")
    await restart(kernel_id)
    _, state = await call("POST", "reinit", {"kernel_id": kernel_id, "timeout": 30})
    ids = {figure["number"]: figure["id"] for figure in state["figures"]}
    figure = f"kernels/{kernel_id}/figures"
    code, state = await call("POST", "reinit", {"kernel_id": kernel_id, "figures": [ids[2]], "timeout": 30})
    assert (code, states_by_number(state)) == (200, {1: "offered", 2: "open", 3: "offered"})
    code, answer = await call("POST", "reinit", {"kernel_id": kernel_id, "figures": [ids[2], "none"], "timeout": 30})
    assert (code, 'no figure with the id "none"' in answer["message"]) == (404, True)
    code, state = await call("DELETE", f"{figure}/{ids[1]}")
    assert (code, states_by_number(state)) == (200, {2: "open", 3: "offered"})
    assert [(await call("DELETE", f"{figure}/{each}"))[0] for each in (ids[1], "none")] == [404, 404]
    code, state = await call("DELETE", f"{figure}/{ids[2]}")
    assert (code, states_by_number(state)) == (200, {2: "saved", 3: "offered"})
    code, answer = await call("DELETE", f"{figure}/{ids[2]}")
    assert (code, answer["message"].endswith(" go: other.")) == (409, True)
    code, _ = await call("DELETE", f"kernels/{await kernel('echo')}/figures/{ids[2]}")
    assert code == 409


async def test_on_a_full_disk_the_agents_last_word_is_told(call, kernel, page, run):
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({}, resource.RLIM_INFINITY))\n"
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    await run(kernel_id, "1")
    async with page(kernel_id) as one:
        await one.run(limit.format(0) + "plt.rcParams['figure.dpi'] = 91; other = plt.figure()")
        await one.run("1")
    _, state = await call("GET", f"kernels/{kernel_id}")  # as a page asks that is loaded again
    assert (state["rc_params"], len(state["figures"])) == ({"figure.dpi": 91.0}, 2)
    assert "could not be saved" in state["message"]
    await run(kernel_id, limit.format("resource.RLIM_INFINITY") + "plt.rcParams['figure.dpi'] = 92")  # no page listens
    _, state = await call("GET", f"kernels/{kernel_id}")
    assert (state["rc_params"], len(state["figures"]), state["message"]) == ({"figure.dpi": 92.0}, 2, "")


async def test_a_figure_is_exported_and_its_picture_outlives_the_kernel(
    call, fetch_json, kernel, run, restart, occupied, tmp_path
):
    kernel_id = await kernel()
    await run(kernel_id, PLOT + "\nother = plt.figure(2)")
    await run(kernel_id, "1")
    _, state = await call("GET", f"kernels/{kernel_id}")
    ids = {figure["number"]: figure["id"] for figure in state["figures"]}
    figure = ("mpl-guard", "kernels", kernel_id, "figures")

    async def export(number, **body):
        return await fetch_json("POST", *figure, ids[number], "export", body={"format": "png", **body})

    await run(kernel_id, f"fig.savefig({str(tmp_path / 'fig.png')!r}, dpi=55)")
    assert await export(1, dpi=55) == (200, (tmp_path / "fig.png").read_bytes())
    assert (await fetch_json("GET", *figure, f"{ids[1]}.png"))[0] == 404
    code, drawn = await fetch_json("GET", *figure, f"{ids[1]}.png", params={"draw": "1"})
    assert (code, drawn[:4]) == (200, b"\x89PNG")
    async with occupied(kernel_id):
        code, answer = await export(1, timeout=0.2)
        assert (code, list(answer)) == (202, ["message"])
        assert await fetch_json("GET", *figure, f"{ids[1]}.png") == (200, drawn)
        assert (await fetch_json("GET", *figure, f"{ids[2]}.png", params={"draw": "1"}))[0] == 404
    await restart(kernel_id)
    await call("POST", "reinit", {"kernel_id": kernel_id, "timeout": 30})
    assert await export(1, dpi=55) == (200, (tmp_path / "fig.png").read_bytes())
    assert await fetch_json("GET", *figure, f"{ids[1]}.png") == (200, drawn)
    assert (await fetch_json("POST", *figure, "none", "export", body={"format": "png"}))[0] == 404
    assert (await call("DELETE", f"kernels/{kernel_id}/figures/{ids[1]}"))[0] == 200
    assert (await fetch_json("GET", *figure, f"{ids[1]}.png"))[0] == 404


async def test_who_waits_for_a_kernel_that_ends_is_told_that_it_is_not_there(call, fetch_json, kernel, run, jp_fetch):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    await run(kernel_id, "1")
    (figure,) = (await call("GET", f"kernels/{kernel_id}"))[1]["figures"]
    export = ("mpl-guard", "kernels", kernel_id, "figures", figure["id"], "export")
    endless = asyncio.create_task(run(kernel_id, "__import__('time').sleep(600)"))
    await asyncio.sleep(0.5)
    waiting = asyncio.create_task(fetch_json("POST", *export, body={"format": "png", "timeout": 30}))
    await asyncio.sleep(0.5)
    assert not waiting.done()
    await jp_fetch("api", "kernels", kernel_id, method="DELETE")
    assert (await waiting)[0] == 404
    endless.cancel()


def states_by_number(state):
    """Return how the figures of a plot state stand, by their numbers; open ones may be saved or still wait for it."""
    return {figure["number"]: "open" if figure["open"] else figure["state"] for figure in state["figures"]}


@pytest.mark.parametrize(
    ("policy", "end", "outcome"),
    [("always", "restart", "[1] True\n"), ("never", "crash", "[] False\n"), ("crash", "crash", "[1] True\n")],
)
async def test_the_policy_says_after_which_end_figures_come_back(
    call, kernel, run, kill, restart, policy, end, outcome
):
    await call("PUT", "policy", {"figures": policy})
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    await run(kernel_id, "1")
    if end == "restart":
        await restart(kernel_id)
    else:
        kill(kernel_id)
    code, state = await call("POST", "reinit", {"kernel_id": kernel_id, "timeout": 30})
    assert (code, state["status"]) == (200, "offered" if policy == "never" else "restored")
    assert await run(kernel_id, LOOK) == outcome


async def test_cells_that_kill_the_kernel_after_others_have_ended_never_pause_it(call, kernel, run, kill):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    for n in range(4):
        await run(kernel_id, f"line.set_ydata([{n}, 2, 3])")
        await run(kernel_id, "1")
        kill(kernel_id)
        _, state = await call("POST", "reinit", {"kernel_id": kernel_id, "timeout": 30})
        assert (state["status"], n) == ("restored", n)
        assert await run(kernel_id, "print(line.get_ydata()[0])") == f"{n}\n"


async def test_a_figure_that_kills_the_kernel_pauses_it_and_can_be_forgotten(call, kernel, run, kill):
    kernel_id = await kernel()
    await run(kernel_id, PLOT + DEADLY)
    async with asyncio.timeout(60):  # it runs code of a cell, so it is saved when the kernel is idle
        while not any(each["bytes"] for each in (await call("GET", f"kernels/{kernel_id}"))[1]["figures"]):
            await asyncio.sleep(0.05)
    kill(kernel_id)
    for _ in range(600):
        _, state = await call("GET", f"kernels/{kernel_id}")
        if state["status"] == "paused":
            break
        await asyncio.sleep(0.1)
    assert "died twice" in state["message"]
    _, state = await call("POST", "reinit", {"kernel_id": kernel_id, "timeout": 30})
    assert (state["status"], state["rc_params"]) == ("paused", {"figure.dpi": 137.0})
    assert await run(kernel_id, LOOK) == "[] False\n"
    assert (await call("DELETE", f"kernels/{kernel_id}"))[0] == 204
    _, state = await call("PATCH", f"kernels/{kernel_id}", {"paused": False})
    assert (state["status"], state["figures"]) == ("live", [])


async def test_figures_that_were_forgotten_while_the_guard_was_paused_are_saved_anew(call, kernel, run, kill):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    await run(kernel_id, "other = plt.figure()")
    await run(kernel_id, "1")
    await call("PATCH", f"kernels/{kernel_id}", {"paused": True})
    assert (await call("DELETE", f"kernels/{kernel_id}"))[0] == 204
    await call("PATCH", f"kernels/{kernel_id}", {"paused": False})
    await run(kernel_id, "other.suptitle('changed')")  # what is forgotten is saved again with the next change
    await run(kernel_id, "1")
    kill(kernel_id)
    _, state = await call("POST", "reinit", {"kernel_id": kernel_id, "timeout": 30})
    assert state["status"] == "restored"
    assert await run(kernel_id, LOOK) == "[1, 2] True\n"
