"""The agent in real kernels: a diary that is damaged, not to be trusted or not to be written."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from aftermath import reasons, until
from kernels import PYPLOT

from jupyter_mpl_guard.agent.storage.diary import RECORD
from jupyter_mpl_guard.agent.storage.sentences import NOT_ON_DISK


@pytest.mark.parametrize("name", ["state.json", "record.json"])
async def test_a_damaged_file_of_the_diary_is_named_and_what_is_for_display_loses_no_setting(start_kernel, name):
    async with start_kernel() as kernel:
        for text in ("", "{", "[]", '{"incarnation": "x", "backend": "agg"}', "\xff"):
            await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
            await until(lambda: not kernel.diary.keeps_former(RECORD))  # then there is no other record
            await kernel.crash()
            Path(kernel.diary.folder, name).write_text(text, "latin-1")
            await kernel.begin()
            state = await kernel.restored()
            settings = (state["rc_params"], state["aliases"])
            kept = ({"figure.dpi": 137.0}, {"plt": "matplotlib.pyplot"})
            assert settings == (kept if name == "state.json" else ({}, {})), text
            known = "incarnation" in text and name == "state.json"
            assert state["status"] == ("restored" if known else "partial"), text
            assert kernel.saved()["backend"] in ("inline", None), text


async def test_a_damaged_record_costs_only_what_had_not_reached_the_disk(start_kernel):
    slow = "import os as _os\n_os.fsync = lambda descriptor: __import__('time').sleep(60)"
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 91")
        await until(lambda: kernel.diary.names() and not kernel.diary.keeps_former(RECORD))
        await kernel.run(slow, silent=True)
        await kernel.run("plt.rcParams['figure.dpi'] = 137")
        await kernel.crash()
        Path(kernel.diary.folder, RECORD).write_bytes(b"")
        await kernel.begin()
        state = await kernel.restored()
        assert (state["status"], state["rc_params"]) == ("partial", {"figure.dpi": 91.0})
        assert reasons(state)["the latest changes of the plotting settings"].startswith(f"{NOT_ON_DISK}; ")


async def test_a_diary_that_is_damaged_altogether_is_said_and_harmless(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "fig = plt.figure()")
        await kernel.run("1")
        await kernel.crash()
        for file in Path(kernel.diary.folder).iterdir():
            file.write_bytes(b"{")
        state = await kernel.begin()
        assert state["status"] == "partial"
        assert {"a part of what was saved", "the figures"} == set(reasons(state))
        await kernel.run(PYPLOT + "plt.plot([1, 2])")
        assert kernel.saved()["backend"] == "inline"


async def test_a_link_in_place_of_a_file_is_not_followed(start_kernel, tmp_path):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        await kernel.crash()
        for name in ("state.json", "record.json"):
            file = Path(kernel.diary.folder, name)
            file.rename(tmp_path / name)
            file.symlink_to(tmp_path / name)
        assert (await kernel.begin())["status"] == "partial"
        assert await kernel.value("'plt' in globals()") is False


async def test_a_diary_that_cannot_be_written_is_said_in_the_state(start_kernel):
    async with start_kernel() as kernel:
        Path(kernel.diary.folder).write_text("a file where the folder should be")
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        state = await kernel.ask("reinit")
        assert "could not be saved" in state["message"]
        assert await kernel.run("print('fine')") == "fine\n"


async def test_the_diary_is_the_users_alone(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run("import os; os.umask(0)\n" + PYPLOT)
        folder = Path(kernel.diary.folder)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


async def test_a_forked_child_does_not_write_the_diary(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT)
        before = kernel.saved()
        await kernel.run(
            "import os\nif (child := os.fork()) == 0:\n    plt.rcParams['figure.dpi'] = 137\n"
            "    get_ipython().events.trigger('post_run_cell', None)\n    os._exit(0)\nos.waitpid(child, 0)"
        )
        assert kernel.saved() == before
