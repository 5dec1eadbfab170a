"""Figures in the diary: what was altered is not loaded, a full disk does no harm, only what changed is written."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from aftermath import AGG, crash, reasons, until, untrue
from samples import some_of

FIGURES = (
    AGG + "plt.rcParams['font.size'] = 13\nfig, ax = plt.subplots(); (line,) = ax.plot([1, 2])\n"
    "other, ax2 = plt.subplots()\n"
    # Whatever is loaded leaves a trace, also in this process.
    "class Trace(plt.Line2D):\n    def __setstate__(self, state):\n        open('loaded.txt', 'a').close()\n"
    "        self.__dict__.update(state)\nax.add_line(Trace([1], [2])); ax2.add_line(Trace([1], [2]))\n"
)

COUNTING = (
    "class Counted(plt.Line2D):\n    def __getstate__(self):\n"
    "        with open('pickled.txt', 'a') as file: file.write(self.get_label())\n"
    "        return super().__getstate__()\n"
)


async def settings_are_back_and_it_works(kernel):
    true = ["plt.rcParams['font.size'] == 13", "plt.get_backend().lower() == 'agg'"]
    assert await untrue(kernel, *true) == {}
    await kernel.run("new, new_ax = plt.subplots(); new_ax.plot([1, 2]); new.canvas.draw()")


async def files_of_figures(kernel):
    """Save the figures and return their files in the diary, the list of them first."""
    await kernel.run(FIGURES)
    await kernel.run("0")
    folder = Path(kernel.diary.folder)
    return [folder / "figures.json", *sorted(folder.glob("*.figures"))]


async def begin_anew(kernel):
    await kernel.begin()
    state = await kernel.restored()
    assert state["status"] == "partial"
    await settings_are_back_and_it_works(kernel)
    return reasons(state)


def change(file):
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def cut(file):
    file.write_bytes(file.read_bytes()[:-1])


def link(file):
    shutil.move(file, "elsewhere")
    file.symlink_to(Path("elsewhere").absolute())


def remove(file):
    file.unlink()


@pytest.mark.parametrize("damage", [change, cut, link, remove])
@pytest.mark.parametrize("which", some_of([0, 1], 1))
async def test_a_damaged_file_is_named_and_not_loaded(start_kernel, damage, which):
    async with start_kernel() as kernel:
        files = await files_of_figures(kernel)
        await kernel.crash()
        damage(files[which])
        named = await begin_anew(kernel)
        if which == 0:
            assert set(named) == {"the figures"}
            assert not Path("loaded.txt").exists()
            assert await untrue(kernel, "plt.get_fignums() == [1]", "'fig' not in globals()") == {}
        else:
            assert len(named) == 1
            assert set(named) <= {"fig", "other"}
            assert await untrue(kernel, "('fig' in globals()) != ('other' in globals())") == {}
        # The same figure again, to the byte perhaps, is saved though a damaged file may have its name.
        await kernel.run("plt.close('all')\n" + FIGURES)
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, "line in ax.lines", "plt.get_fignums() == [1, 2]") == {}


async def test_a_link_in_place_of_the_folder_is_not_followed(start_kernel):
    async with start_kernel() as kernel:
        await files_of_figures(kernel)
        await kernel.crash()
        folder = Path(kernel.diary.folder)
        shutil.move(folder, "elsewhere")
        Path("elsewhere", "draft.txt").write_text("somebody's")
        folder.symlink_to(Path("elsewhere").absolute())
        before = sorted(os.listdir("elsewhere"))
        await kernel.begin()
        assert {"the figures", "a part of what was saved"} <= set(reasons(await kernel.restored()))
        assert await kernel.value("'plt' in globals()") is False
        assert not Path("loaded.txt").exists()
        assert sorted(os.listdir("elsewhere")) == before


async def test_figures_of_another_kernel_are_not_loaded(start_kernel):
    async with start_kernel() as kernel, start_kernel() as stranger:
        await files_of_figures(stranger)
        await files_of_figures(kernel)
        await kernel.crash()
        for file in Path(kernel.diary.folder).glob("*figures*"):
            file.unlink()
        for file in Path(stranger.diary.folder).glob("*figures*"):
            shutil.copy(file, kernel.diary.folder)
        assert set(await begin_anew(kernel)) == {"the figures"}
        assert not Path("loaded.txt").exists()


POWERLESS = """
import ctypes, os, sys
for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP
os.execv(sys.executable, [sys.executable, "-m", "ipykernel_launcher", *sys.argv[1:]])
"""


@pytest.fixture
def powerless(tmp_path, monkeypatch):
    """Return the name of a kernel that may write only where its user may, even if that is root."""
    folder = tmp_path / "data" / "kernels" / "powerless"
    folder.mkdir(parents=True)
    argv = [sys.executable, "-c", POWERLESS, "-f", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Powerless", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "data"))
    return "powerless"


async def test_a_folder_that_cannot_be_written_is_said(start_kernel, powerless):
    async with start_kernel(powerless) as kernel:
        await files_of_figures(kernel)
        folder = Path(kernel.diary.folder)
        folder.chmod(0o500)
        try:
            await kernel.run("line.set_color('r')")
            await kernel.run("0")
            await kernel.crash()
            named = await begin_anew(kernel)
            assert "cannot be written" in named["the latest changes of plots and settings"]
            assert await untrue(kernel, "line in ax.lines") == {}
        finally:
            folder.chmod(0o700)


async def test_a_full_disk_is_said_as_long_as_it_is_full(start_kernel):
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({}, resource.RLIM_INFINITY))\n"
    async with start_kernel() as kernel:
        await files_of_figures(kernel)
        await kernel.run(full.format(0) + "line.set_color('r')")
        await kernel.run("0")
        assert "could not be saved" in (await kernel.ask("reinit"))["message"]
        state = await crash(kernel)
        assert "File too large" in reasons(state)["the latest changes of plots and settings"]
        assert await untrue(kernel, "line.get_color() != 'r'", "plt.get_fignums() == [1, 2]") == {}
        await kernel.run(full.format(0) + "line.set_color('r')")
        await kernel.run(full.format("resource.RLIM_INFINITY"))
        await kernel.run("line.set_color('g')")
        assert reasons(await crash(kernel)) == {}
        assert kernel.saved()["message"] == ""
        assert await untrue(kernel, "line.get_color() == 'g'") == {}


async def test_only_what_has_changed_is_pickled_and_written(start_kernel):
    def pickled():
        return "".join(sorted(Path("pickled.txt").read_text()))

    def written():
        return {file: file.stat().st_mtime_ns for file in Path(kernel.diary.folder).glob("*.figures")}

    async with start_kernel() as kernel:
        await kernel.run(
            AGG + COUNTING + "for n in 'abc':\n    plt.subplots()[1].add_line(Counted([1], [2], label=n))\n"
            "named, ax = plt.subplots(); line = ax.add_line(Counted([1], [2], label='n'))"
        )
        await kernel.run("0")
        await until(lambda: not kernel.waiting())  # what the class does when it is pickled is code of the user
        assert pickled() == "abcn"
        files = written()
        for _ in range(2):
            await kernel.run("print('hello')")
        assert pickled() == "abcn"
        await kernel.run("assert named")  # a cell that names it may have changed it; its text would fill its caches
        await kernel.run("0")
        assert written() == files
        assert set(pickled()) == set("abcn")
        assert pickled().count("a") == 1
        await kernel.run("line.set_color('r')")
        await kernel.run("0")
        await until(lambda: not kernel.waiting())
        await until(lambda: len(written()) == 4)  # the former file stays until the new one is on the disk
        left = {file for file, time in written().items() if files.get(file) == time}
        assert (len(left), len(written()), pickled().count("a")) == (3, 4, 1)


async def test_a_figure_that_is_part_of_a_named_one_is_not_pickled_again_and_again(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(
            AGG + COUNTING + "hidden, bx = plt.subplots(); cx = plt.figure().add_subplot(sharex=bx)\n"
            "cx.add_line(Counted([1], [2], label='h')); plt.close('all'); del hidden, bx"
        )
        await kernel.run("0")
        await until(lambda: not kernel.waiting())
        times = len(Path("pickled.txt").read_text())
        for _ in range(3):
            await kernel.run("0")
        assert len(Path("pickled.txt").read_text()) == times
        assert reasons(await crash(kernel)) == {}
        assert await untrue(kernel, "len(cx.lines) == 1", "plt.get_fignums() == []") == {}


async def test_a_change_between_cells_is_saved_without_a_cell(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig, ax = plt.subplots(); still = plt.figure()")
        await kernel.run("0")
        before = kernel.saved()["figures"]
        await kernel.run(
            "import asyncio\n"
            "def zoom():\n    ax.set_xlim(3, 4); open('zoomed.txt', 'w').close()\n"
            "_ = asyncio.get_running_loop().call_later(1.5, zoom)"
        )
        await until(Path("zoomed.txt").exists)
        loop = asyncio.get_running_loop()
        zoomed = loop.time()
        first = kernel.diary.read("figures.json")
        await until(lambda: kernel.diary.read("figures.json") != first)
        assert loop.time() - zoomed < 2 + 1  # the promise is 2 s; the machine may be busy
        assert [each["id"] for each in kernel.saved()["figures"]] == [each["id"] for each in before]
        await kernel.crash()
        await kernel.begin()
        assert reasons(await kernel.restored()) == {}
        assert await untrue(kernel, "ax.get_xlim() == (3, 4)", "plt.gcf() is still") == {}
