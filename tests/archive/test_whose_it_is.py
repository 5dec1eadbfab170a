"""Plots go to the notebook that they are of, whatever leads to it and whoever runs its kernel."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_client.provisioning import LocalProvisioner
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyter_server.services.contents.manager import ContentsManager
from server_notebooks import PLOT
from traitlets import Dict, Unicode

from jupyter_mpl_guard import internals
from jupyter_mpl_guard.agent.storage.diary import Diary
from jupyter_mpl_guard.archive.kernel_files import KernelFiles
from jupyter_mpl_guard.archive.notebooks import Notebooks, Start

LOG = logging.getLogger()


class Bucket(ContentsManager):
    """A contents manager whose documents are not files."""

    bucket = Unicode("", config=True)
    token = Unicode("", config=True)
    options = Dict(config=True)


class Plain(ContentsManager):
    """A contents manager without configuration."""


def address(contents, path="day.ipynb"):
    return Notebooks(contents, LOG).address(path)


def test_one_path_in_two_places_is_two_notebooks():
    here, there = Bucket(bucket="mine"), Bucket(bucket="theirs")
    assert address(here) != address(there)
    assert address(here) == address(Bucket(bucket="mine", token="another"))
    assert address(Bucket(options={"prefix": "a"})) != address(Bucket(options={"prefix": "b"}))
    assert address(Bucket(options={"secret": "a"})) == address(Bucket(options={"secret": "b"}))
    assert address(Plain()) == f"{__name__}.Plain:/:day.ipynb"  # as earlier versions have it


def test_a_notebook_is_the_same_through_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "real" / "day.ipynb").touch()
    contents = AsyncLargeFileManager(root_dir=str(tmp_path))
    assert address(contents, "link/day.ipynb") == address(contents, "real/day.ipynb")
    notebooks = Notebooks(contents, LOG)
    notebooks.assign_first("k", Start("s", "link/day.ipynb"))
    (tmp_path / "real" / "day.ipynb").rename(tmp_path / "real" / "night.ipynb")
    notebooks.renamed("real/day.ipynb", "real/night.ipynb")
    assert notebooks.of("k") == str(tmp_path / "real" / "night.ipynb")
    (tmp_path / "real" / "night.ipynb").unlink()
    assert notebooks.address("link/night.ipynb") == notebooks.of("k")  # what is deleted is forgotten


async def test_an_error_that_passes_does_not_make_a_notebook_vanish(tmp_path, monkeypatch):
    contents = AsyncLargeFileManager(root_dir=str(tmp_path))
    notebooks = Notebooks(contents, LOG)
    notebooks.assign_first("k", Start("s", "day.ipynb"))
    assert not await notebooks.is_there("k")
    real = os.stat

    def stale(path, *args, **kwargs):
        if str(path).endswith("day.ipynb"):
            raise OSError(116, "Stale file handle")
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "stat", stale)
    assert await notebooks.is_there("k")


def test_the_process_of_a_kernel_is_its_provisioners():
    assert LocalProvisioner.pid is None
    for pid, process in ((12, 12), (None, None), (0, None), ("x", None)):
        manager = type("Manager", (), {"provisioner": type("Provisioner", (), {"pid": pid})})
        assert internals.process_of(manager) == process
    assert internals.process_of(object()) is None


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="only Linux says which user runs a process")
@pytest.mark.parametrize("user", [None, 65534])
def test_the_server_makes_no_diary_for_a_kernel_of_another_user(tmp_path, user):
    if user is not None and os.getuid():
        pytest.skip("only root can run a process as another user")
    command = ["/bin/sh", "-c", "read line", "kernel-k.json"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, user=user) as process:
        diary, connection_file = Diary(str(tmp_path / "mpl-guard-k")), str(tmp_path / "kernel-k.json")
        files = KernelFiles("k", diary, connection_file, b"", process=process.pid)
        assert files.is_users is (user is None)
        Diary(files.diary.folder).note("outlived")
        assert files.is_users  # the kernel has made it, so it is of this user
        if user is not None:
            os.chown(files.diary.folder, user, -1)
            assert not files.is_users
        process.communicate(b"\n")


def test_nothing_is_made_for_a_kernel_of_which_nothing_is_known(tmp_path):
    files = KernelFiles("k", Diary(str(tmp_path / "mpl-guard-k")), str(tmp_path / "kernel-k.json"), b"")
    assert files.is_users is not Path("/proc/self").exists()


NOBODY = 65534


@pytest.fixture
def nobodys_kernel(kernel, jp_data_dir, jp_runtime_dir, tmp_path):
    """Start a kernel that runs as another user than the server, who may read what is installed for it."""
    if os.getuid() or not shutil.which("setpriv"):
        pytest.skip("only root can run a kernel as another user, with setpriv")
    may_read = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    argv = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *may_read, sys.executable]
    argv += ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
    home = tmp_path / "nobody"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    jp_runtime_dir.chmod(0o1777)  # as a folder that users share
    env = {"HOME": str(home), "IPYTHONDIR": str(home), "MPLCONFIGDIR": str(home)}
    spec = jp_data_dir / "kernels" / "nobodys" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": argv, "display_name": "Nobody's", "language": "python", "env": env}))
    return lambda: kernel("nobodys")


async def test_what_the_kernel_of_another_user_has_saved_is_back_after_its_restart(
    nobodys_kernel, kernel, call, run, restart, kill, fetch_json, jp_runtime_dir
):
    kernel_id = await nobodys_kernel()
    assert await run(kernel_id, "import os; print(os.getuid())") == f"{NOBODY}\n"
    for cell in (PLOT, "1"):
        await run(kernel_id, cell)
    assert (jp_runtime_dir / f"mpl-guard-{kernel_id}").stat().st_uid == NOBODY
    await restart(kernel_id)
    _, state = await call("POST", "reinit", {"kernel_id": kernel_id, "figures": "all"})
    assert (state["status"], state["rc_params"]) == ("restored", {"figure.dpi": 137.0}), state
    await run(kernel_id, "assert ax.figure is fig")
    kill(kernel_id)
    _, state = await call("POST", "reinit", {"kernel_id": kernel_id})
    assert (state["incarnation"], state["last_restore"]["trigger"]) == (3, "crash")
    await run(kernel_id, "assert ax.figure is fig")
    assert (await fetch_json("DELETE", "api", "kernels", kernel_id, request_timeout=60))[0] == 204
    await run(await kernel(), "1")  # the server goes on
