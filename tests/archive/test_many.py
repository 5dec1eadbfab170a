"""Many diaries and many archives: none of them stands in the way of the notebook that is opened."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket

import pytest
from archived_plots import DPI, LOG, archives_in, by_notebook
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from jupyter_mpl_guard.agent.storage.diary import Diary
from jupyter_mpl_guard.archive import orphans
from jupyter_mpl_guard.archive.archiver import Archiver
from jupyter_mpl_guard.archive.disk.server_lock import PREFIX
from jupyter_mpl_guard.archive.index import INDEX
from jupyter_mpl_guard.archive.kernel_files import KernelFiles
from jupyter_mpl_guard.archive.notebooks import Start
from jupyter_mpl_guard.archive.owner import DiaryOwner

GONE = f"{PREFIX}{socket.gethostname()}-gone"
MANY = 40


class Sessions:
    """A session manager that is never called."""

    start_kernel_for_session = save_session = update_session = None


@pytest.fixture
def many(left, store, tmp_path):
    """Write the diaries left by a killed server's kernels, one for each notebook."""
    for number in range(MANY):
        diary, key, owner = left(f"old{number}", notebook=f"{tmp_path}/{number}.ipynb")
        store().seal(diary, DiaryOwner(owner.notebook, owner.kernel_id, GONE), key)


@pytest.fixture
def archiver(store, runtime, tmp_path):
    """Make the archiver of a server."""
    contents = AsyncLargeFileManager(root_dir=str(tmp_path))
    return Archiver(
        store(), Sessions(), contents, runtime_dir=str(runtime), patience=1.0, only_machine=False, days=7.0, log=LOG
    )


async def restored(archiver, runtime, path):
    """Restore into a new kernel what a notebook's last one has left; return whether there was anything."""
    archiver._notebooks.assign_first("new", Start("session", path))
    (runtime / "kernel-new.json").touch()
    connection_file = str(runtime / "kernel-new.json")
    files = KernelFiles("new", Diary.beside(connection_file), connection_file, b"k", process=os.getpid())
    return await archiver.restore_into("new", files, lambda: True)


async def test_the_notebook_that_is_opened_comes_before_all_others(many, archiver, runtime, monkeypatch):
    looked_at = []
    real = orphans._clear

    def clear(diary, owner, put):
        looked_at.append(os.path.basename(owner.notebook))
        real(diary, owner, put)

    monkeypatch.setattr(orphans, "_clear", clear)
    assert await restored(archiver, runtime, f"{MANY // 2}.ipynb")
    assert looked_at[:1] == [f"{MANY // 2}.ipynb"]
    assert len(looked_at) < MANY
    await archiver._clearing.start(unowned=False)
    assert sorted(looked_at) == sorted(f"{number}.ipynb" for number in range(MANY))
    await archiver.close()


async def test_a_sweep_that_is_under_way_lets_a_notebook_come_in_between(many, archiver, runtime):
    start = asyncio.create_task(archiver.start())
    while len(list(runtime.glob("mpl-guard-old*"))) == MANY:
        await asyncio.sleep(0)
    assert await restored(archiver, runtime, f"{MANY - 1}.ipynb")
    assert list(runtime.glob("mpl-guard-old*"))  # others still wait
    await archiver.close()
    await start
    assert (await asyncio.to_thread(orphans.folders, str(runtime))) != []  # a server that ends does not wait for them


def test_the_owner_of_an_archive_is_read_once(left, store, tmp_path, monkeypatch):
    for number in range(MANY):
        store().put(*left(f"old{number}", notebook=f"/work/{number}.ipynb"))
    store().expire()
    read = []
    real = DiaryOwner.of.__func__
    monkeypatch.setattr(DiaryOwner, "of", classmethod(lambda cls, diary: read.append(diary) or real(cls, diary)))
    store().expire()
    assert [each for each, _ in store()._folder.archives_of("/work/7.ipynb")] == [
        by_notebook(tmp_path)["/work/7.ipynb"]
    ]
    assert read == []
    store().rename("/work/7.ipynb", "/work/eight.ipynb")
    assert [each for each, _ in store()._folder.archives_of("/work/eight.ipynb")] == [
        by_notebook(tmp_path)["/work/eight.ipynb"]
    ]
    assert len(read) <= 2


@pytest.mark.parametrize(
    "text", ["", "[]", '{"archives": 1}', '{"archives": {"a": [1, 2, 3]}}', '{"archives": {"names": ["a"]}}', None]
)
def test_an_index_that_is_of_no_use_is_made_again(left, store, taken, tmp_path, text):
    store().put(*left())
    store().put(*left("other", notebook="/work/other.ipynb"))
    index = tmp_path / "kept" / INDEX
    if text is None:
        index.unlink()
    else:
        index.write_text(text)
    assert taken(store())[0] == DPI
    store().expire()
    assert json.loads(index.read_text())["archives"]["names"] == [each.name for each in archives_in(tmp_path)]


def test_an_archive_that_is_put_in_anothers_place_is_read_again(left, store, taken, tmp_path):
    store().put(*left())
    store().put(*left("other", notebook="/work/other.ipynb"))
    store().expire()
    archives = by_notebook(tmp_path)
    shutil.copy2(archives["/work/other.ipynb"] / "notebook.json", archives["/work/day.ipynb"] / "notebook.json")
    assert taken(store()) is None
    assert len(archives_in(tmp_path)) == 2
