"""The agent in real kernels: what fails is named, costs nothing else, and never reaches the user's cells."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aftermath import AGG, crash, reasons, until, untrue
from drawn_cells import INLINE, drawings
from kernels import PYPLOT, Kernel

from jupyter_mpl_guard.agent_client.bundle import SENT, agent_source

SETTINGS = (
    "%matplotlib widget\n"
    + PYPLOT
    + "import matplotlib\nplt.ioff(); plt.rcParams['figure.dpi'] = 137\n"
    + "%config InlineBackend.figure_formats = ['svg']\nfig, ax = plt.subplots()"
)

PARTS = {
    "rcParams": ("settings.restore.SettingsRestore._rc_params", "rc_params"),
    "interactive mode": ("settings.restore.SettingsRestore._interactive", "interactive"),
    "the backend": ("settings.restore.SettingsRestore._backend", "backend"),
    "the inline backend's configuration": ("settings.restore.SettingsRestore._inline", "inline"),
    "the import aliases": ("settings.restore.SettingsRestore._aliases", "aliases"),
    "modules of Matplotlib": ("settings.restore.SettingsRestore._modules", None),
    "fonts": ("settings.restore.SettingsRestore._fonts", None),
    "the figures": ("restore.figure_job.FigureJob.run", "figures"),
}
"""Part to the method that restores it and the plot state's key."""

PANIC = "class Panic(BaseException): 'What extension modules raise.'\n"
"""It derives from no `Exception`, as in every extension that is written in Rust with pyo3."""

ALL = {"rc_params", "interactive", "backend", "inline", "aliases", "figures"}

SHOWN = {"status", "execute_input", "stream", "update_display_data", "execute_result"}
"""Kinds of messages that a cell without an error causes."""


async def break_methods(kernel: Kernel, *methods: str, raises: str = "Panic('on purpose')") -> None:
    """Load the agent's modules into a new incarnation, before it begins, and make some of its methods raise."""
    Path("agent.py").write_text(agent_source())
    code = f"exec(open('agent.py').read(), {{'__name__': {SENT!r}}})\nfrom importlib import import_module\n{PANIC}"
    code += f"def fail(*arguments, **options): raise {raises}\n"
    for method in methods:
        module, _, name = method.rpartition(".")
        if name.islower():
            module, _, owner = module.rpartition(".")
            code += f"import_module('_jupyter_mpl_guard.{module}').{owner}.{name} = fail\n"
    await kernel.run(code)


@pytest.mark.parametrize("part", PARTS)
async def test_each_part_of_a_restore_fails_alone(start_kernel, part):
    method, key = PARTS[part]
    async with start_kernel() as kernel:
        await kernel.run(SETTINGS)
        await kernel.run("0")
        await kernel.crash()
        await break_methods(kernel, method)
        await kernel.begin()
        state = await kernel.restored()
        why = reasons(state)
        assert why.pop(part).startswith("restoring it failed (Panic: on purpose); ") or part == "the figures"
        if part == "the backend":
            assert {each.partition(" of ")[0] for each in why} <= {"the interactive canvas"}
        else:
            assert why == {}
        assert set(state["last_restore"]["restored"]) == ALL - {key}
        assert state["status"] == ("offered" if part == "the figures" else "partial")
        assert await kernel.run("print('fine')") == "fine\n"


async def test_figures_that_could_not_be_tried_are_offered_again(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig, ax = plt.subplots()")
        await kernel.run("0")
        await kernel.crash()
        await break_methods(kernel, "restore.figure_job.FigureJob.run")
        await kernel.begin()
        state = await kernel.restored()
        assert reasons(state) == {
            "the figures": "restoring them failed (Panic: on purpose); restart the kernel to have them tried again"
        }
        assert (state["status"], [each["names"] for each in state["figures"]]) == ("offered", [["fig", "ax"]])
        await crash(kernel, "crash")
        await kernel.ask("reinit", figures="all")
        assert await untrue(kernel, "ax.figure is fig") == {}


async def test_the_fall_back_of_a_backend_may_fail_too(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        await kernel.crash()
        kernel.leave_settings(backend="gtk4")
        await kernel.run(
            "shell = get_ipython()\ndef fail(*_): raise OSError('no shell')\nshell.enable_matplotlib = fail"
        )
        await kernel.begin()
        state = await kernel.restored()
        why = reasons(state)["backend 'gtk4'"]
        assert "; inline is not available in its place either (it could not be loaded (no shell)); " in why
        assert (state["status"], state["rc_params"]) == ("partial", {"figure.dpi": 137.0})
        assert "plt" in state["aliases"]


async def test_a_value_of_the_diary_that_nobody_has_signed_costs_its_part_only(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run("%matplotlib inline\n" + PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        state = kernel.saved()
        await kernel.crash()
        state["inline"] |= {"figure_formats": None}
        kernel.diary.write("state.json", state)
        await kernel.begin()
        state = await kernel.restored()
        assert list(reasons(state)) in (["the inline backend's configuration"], [])
        assert (state["rc_params"], state["aliases"]) == ({"figure.dpi": 137.0}, {"plt": "matplotlib.pyplot"})


async def test_the_reason_of_a_restore_that_failed_stays_and_cells_are_told_of(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(SETTINGS)
        await kernel.run("0")
        await kernel.crash()
        await break_methods(
            kernel, "restore.job.RestoreJob._settings_restore", raises="RuntimeError('the true reason')"
        )
        await kernel.begin()
        said = await drawings(kernel, INLINE + "new, axes = plt.subplots()")
        assert [len(figures) for figures in said.values()] == [1]
        state = await kernel.restored()
        assert "TypeError" not in json.dumps(state)
        why = reasons(state)["the plotting settings"]
        assert why.startswith("restoring them failed (RuntimeError: the true reason); ")


async def test_aliases_that_were_all_bound_already_did_not_come_back(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        await kernel.crash()
        await kernel.run(PYPLOT)
        await kernel.begin()
        state = await kernel.restored()
        assert "rc_params" in state["last_restore"]["restored"]
        assert "aliases" not in state["last_restore"]["restored"]


async def test_an_error_without_a_number_is_told_in_its_own_words(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG)
        await kernel.run(
            "import _jupyter_mpl_guard.storage.diary as diary\nkeep = diary.Draft.keep\n"
            "def odd(self, name, **options):\n    if name.endswith('.figures'): raise OSError('the disk is odd')\n"
            "    keep(self, name, **options)\ndiary.Draft.keep = odd\nfig, ax = plt.subplots()"
        )
        await crash(kernel)
        assert [why for what, why in reasons(await kernel.restored()).items() if what == "fig"] == [
            "it could not be saved: the disk is odd; run the cell again that draws it"
        ]


async def test_an_error_of_the_agent_is_on_disk_until_it_is_over(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT)
        await kernel.run(
            "import sys; capture = sys.modules['_jupyter_mpl_guard.settings.capture'].SettingsCapture\n"
            "changed = capture.changed; capture.changed = None"
        )
        assert kernel.saved()["status"] == "error"
        assert "TypeError" in kernel.saved()["message"]
        await kernel.run("capture.changed = changed")
        assert (kernel.saved()["status"], kernel.saved()["message"]) == ("live", "")


async def cells(kernel: Kernel, *codes: str) -> list[list[str]]:
    """Run cells and return what each printed and the errors that it showed."""
    said = []
    for code in codes:
        printed = await kernel.run(code)
        assert {each["header"]["msg_type"] for each in kernel.messages} <= SHOWN
        said.append(printed)
    return said


async def test_whatever_the_pickling_of_an_object_raises_cells_run(start_kernel):
    errors = ("Panic('not implemented')", "SystemExit", "GeneratorExit", "MemoryError")
    async with start_kernel() as kernel:
        await kernel.run(AGG + PANIC)
        for number, error in enumerate(errors):
            await kernel.run(
                f"class Table:\n    def __reduce__(self): raise {error}\n"
                f"fig{number}, ax{number} = plt.subplots(); state = {{'fig': fig{number}, 'table': Table()}}"
            )
            said = await cells(kernel, "x = 1", "print(x + 1)", "del state", "print('still here')")
            assert said == ["", "2\n", "", "still here\n"], error
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, *(f"ax{number}.figure is fig{number}" for number in range(len(errors)))) == {}


INTERRUPTED = (
    "import os, signal\nclass Slow:\n    armed = True\n    def __reduce__(self):\n"
    "        if Slow.armed:\n            Slow.armed = False\n            os.kill(os.getpid(), signal.SIGINT)\n"
    "        return (int, ())\n"
    "fig, ax = plt.subplots(); state = {'fig': fig, 'slow': Slow()}"
)
"""The interrupt comes while the object is being saved, when the kernel is idle."""

INTERRUPTED_BEFORE_A_CELL = (
    "import os, signal, sys\nautosave = sys.modules['_jupyter_mpl_guard.figures.autosave'].Autosave\n"
    "original = autosave.save_before_cell\ndef interrupted(self):\n    autosave.save_before_cell = original\n"
    "    os.kill(os.getpid(), signal.SIGINT)\n    original(self)\n"
    "fig, ax = plt.subplots(); autosave.save_before_cell = interrupted"
)
"""The interrupt comes while the figure is being saved, before the next cell."""


async def replies(kernel: Kernel, *codes: str) -> list[dict[str, Any]]:
    """Send cells at once and return their replies."""
    client = kernel._client
    sent = [client.execute(code, stop_on_error=False) for code in codes]
    found: dict[str, dict[str, Any]] = {}
    async with asyncio.timeout(60):
        while not found.keys() >= set(sent):
            reply = await client.get_shell_msg()
            found[reply["parent_header"].get("msg_id")] = reply["content"]
    return [found[each] for each in sent]


async def test_an_interrupt_that_comes_while_figures_are_saved_is_for_the_cell_that_waits(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG)
        first, second, third = await replies(kernel, INTERRUPTED_BEFORE_A_CELL, "'docstring'\nran = True", "still = 1")
        assert (first["status"], third["status"]) == ("ok", "ok")
        assert (second["status"], second["ename"]) == ("error", "KeyboardInterrupt")
        assert await kernel.value("('ran' in globals(), still)") == [False, 1]
        await until(lambda: kernel.saved()["figures"] and kernel.saved()["figures"][0]["saved"])
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, "ax.figure is fig") == {}


async def test_an_interrupt_that_nobody_waits_for_reaches_no_later_cell(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG)
        await kernel.run(INTERRUPTED)
        await until(lambda: kernel.saved()["figures"] and kernel.saved()["figures"][0]["saved"])
        assert await kernel.run("print('ran')") == "ran\n"
