"""The folder of a kernel's diary is a choice: configured, or named by the environment of a kernel's specification."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import stat
from types import SimpleNamespace

import pytest
from aftermath import until
from jupyter_server.serverapp import ServerApp
from samples import some_of
from server_kernels import LIMIT
from server_notebooks import guard_of, is_new, is_yesterdays

from jupyter_mpl_guard.agent.protocol import DIARY_DIR
from jupyter_mpl_guard.agent.storage.diary import Diary
from jupyter_mpl_guard.agent.storage.disk.chosen import why_not
from jupyter_mpl_guard.archive.disk.places import DiaryPlaces


@pytest.fixture
def volume(tmp_path):
    """Return the path of a folder that does not exist yet."""
    return tmp_path / "volume"


@pytest.fixture
def jp_server_config(jp_server_config, volume):
    """Configure `volume` as the folder for the diaries of living kernels."""
    return {**jp_server_config, "MplGuardApp": {"diary_dir": str(volume)}}


@pytest.fixture
def spec(jp_serverapp, kernel_path):
    """Install a kernel specification with an environment and return its name."""

    def spec(**environment):
        manager = jp_serverapp.kernel_spec_manager
        source = json.loads(json.dumps(manager.get_all_specs()["python3"]["spec"]))
        folder = manager.user_kernel_dir + "/chosen"
        os.makedirs(folder, exist_ok=True)
        with open(folder + "/kernel.json", "w", encoding="utf-8") as file:
            json.dump({**source, "env": environment}, file)
        return "chosen"

    return spec


def diaries_in(folder):
    """Return the names of the diaries in a folder that hold more than their owner."""
    return [each.name for each in folder.glob("mpl-guard-*") if Diary(str(each)).holds_plots]


def is_private(folder):
    """Return whether a folder and the files in it are the user's alone."""
    return stat.S_IMODE(folder.stat().st_mode) == 0o700 and all(
        stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in folder.rglob("*")
    )


async def test_restart_crash_archive_and_forget_work_in_a_chosen_folder(
    plotted, opened, ended, found, run, call, restart, kill, kept, volume, jp_runtime_dir
):
    session = await plotted()
    kernel_id = session["kernel"]["id"]
    assert (diaries_in(volume), diaries_in(jp_runtime_dir)) == ([f"mpl-guard-{kernel_id}"], [])
    assert is_private(volume)
    assert (await call("GET", f"kernels/{kernel_id}"))[1]["message"] == ""

    await restart(kernel_id)
    state = await found(session, figures="all")
    assert (state["status"], state["incarnation"], len(state["figures"])) == ("restored", 2, 1)
    await run(kernel_id, "1")
    kill(kernel_id)
    async with asyncio.timeout(LIMIT):
        while (await call("GET", f"kernels/{kernel_id}"))[1]["incarnation"] < 3:
            await asyncio.sleep(0.1)
    assert await run(kernel_id, "print(ax.figure is fig, plt.rcParams['figure.dpi'])") == "True 137.0\n"

    await ended(session)
    await until(lambda: len(kept()) == 1)
    assert (diaries_in(volume), list(jp_runtime_dir.glob("mpl-guard-*"))) == ([], [])
    session = await opened()
    assert is_yesterdays(await found(session))
    assert diaries_in(volume) == [f"mpl-guard-{session['kernel']['id']}"]

    assert (await call("DELETE", f"kernels/{session['kernel']['id']}"))[0] == 204
    assert (diaries_in(volume), kept()) == ([], [])
    await ended(session)
    assert is_new(await found(await opened()))


async def test_the_environment_of_a_specification_comes_first(plotted, ended, kept, spec, volume, tmp_path):
    session = await plotted(kernel=spec(**{DIARY_DIR: "${HOME_OF_TEST}/other"}))
    assert diaries_in(tmp_path / "other") == [] == diaries_in(volume)  # a variable that is not there is no path
    assert session


async def test_a_variable_in_it_is_replaced(plotted, ended, found, opened, kept, spec, volume, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME_OF_TEST", str(tmp_path))
    name = spec(**{DIARY_DIR: "${HOME_OF_TEST}/other"})
    session = await plotted(kernel=name)
    assert diaries_in(tmp_path / "other") == [f"mpl-guard-{session['kernel']['id']}"]
    assert diaries_in(volume) == []
    await ended(session)
    await until(lambda: len(kept()) == 1)
    assert is_yesterdays(await found(await opened(kernel=name)))


async def test_what_a_killed_server_has_left_there_is_found(
    plotted, kept, jp_serverapp, jp_configurable_serverapp, volume, jp_runtime_dir, jp_server_config
):
    session = await plotted()
    name = f"mpl-guard-{session['kernel']['id']}"
    saved = volume.parent / "saved"
    shutil.copytree(volume / name, saved, copy_function=shutil.copy2)
    guard_of(jp_serverapp)._archiver._server_locks.release()
    await jp_serverapp._cleanup()
    for archive in kept():
        shutil.rmtree(archive)
    shutil.copytree(saved, volume / name, copy_function=shutil.copy2)
    (volume / name).chmod(0o700)
    ServerApp.clear_instance()
    again = jp_configurable_serverapp()
    await again.extension_manager.start_all_extensions()
    assert (len(kept()), diaries_in(volume)) == (1, [])


async def test_a_server_that_lives_keeps_others_from_its_diaries_there(
    plotted, kept, jp_serverapp, jp_configurable_serverapp, volume, jp_runtime_dir, monkeypatch, tmp_path
):
    # Another machine has the folder, but not the runtime folder of the first one.
    session = await plotted()
    (tmp_path / "runtime2").mkdir()
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime2"))
    diary = volume / f"mpl-guard-{session['kernel']['id']}"
    (diary / "alive.json").unlink()  # as between two processes of the kernel
    ServerApp.clear_instance()
    other = jp_configurable_serverapp()
    await other.extension_manager.start_all_extensions()
    assert (diaries_in(volume), kept()) == ([diary.name], [])


@pytest.mark.parametrize("kind", some_of(["writable", "relative", "orphaned", "file", "shut"], 3))
async def test_a_folder_that_cannot_be_used_is_named_and_nothing_is_lost(
    kind, plotted, opened, ended, found, call, run, kept, spec, tmp_path, jp_runtime_dir
):
    folder, why = (
        tmp_path / kind,
        {
            "writable": "everybody can write into it",
            "file": "it is not a folder",
            "relative": "it is not an absolute path",
            "orphaned": "No such file or directory",
            "shut": "it cannot be written",
        }[kind],
    )
    if kind == "file":
        folder.touch()
    elif kind in ("writable", "shut"):
        folder.mkdir()
        folder.chmod({"writable": 0o777, "shut": 0o500}[kind])
    if kind == "shut" and os.access(folder, os.W_OK):
        pytest.skip("root can write everywhere")
    named = {"relative": "volume", "orphaned": f"{folder}/a/b"}.get(kind, str(folder))
    name = spec(**{DIARY_DIR: named})
    session = await plotted(kernel=name)
    kernel_id = session["kernel"]["id"]
    assert diaries_in(jp_runtime_dir) == [f"mpl-guard-{kernel_id}"]
    _, state = await call("GET", f"kernels/{kernel_id}")
    sentence = f"What is plotted is saved beside the kernel's connection file, not in {named}: {why}."
    assert (state["status"], state["message"]) == ("live", sentence)
    await ended(session)
    assert (await found(await opened(kernel=name)))["status"] == "offered"


async def test_a_folder_that_only_the_kernel_cannot_use_loses_nothing(
    plotted, opened, ended, found, restart, kept, volume, jp_runtime_dir, monkeypatch, call
):
    # A container that has not got the volume, for one.
    monkeypatch.setattr("jupyter_mpl_guard.archive.disk.places.why_not", lambda folder: "")
    volume.write_text("no folder")
    session = await plotted()
    kernel_id = session["kernel"]["id"]
    assert diaries_in(jp_runtime_dir) == [f"mpl-guard-{kernel_id}"]
    assert "it is not a folder" in (await call("GET", f"kernels/{kernel_id}"))[1]["message"]
    await restart(kernel_id)
    assert (await found(session))["status"] == "offered"
    await ended(session)
    await until(lambda: len(kept()) == 1)


def test_a_folder_of_somebody_else_is_refused(tmp_path):
    foreign = "/" if os.getuid() else None
    if foreign is None:
        (tmp_path / "theirs").mkdir(0o700)
        foreign = str(tmp_path / "theirs")
        os.chown(foreign, 12345, 12345)
    assert why_not(foreign) == "it belongs to somebody else"
    assert "folder above" in why_not(f"{foreign.rstrip('/')}/mpl-guard-volume")
    assert not os.path.lexists(f"{foreign.rstrip('/')}/mpl-guard-volume")


async def test_an_agent_without_a_server_asks_its_environment(start_kernel, volume, tmp_path):
    async with start_kernel(**{DIARY_DIR: str(volume)}) as kernel:
        await kernel.run("import matplotlib; matplotlib.rcParams['figure.dpi'] = 137")
        assert len(diaries_in(volume)) == 1
        await kernel.crash()
        state = await kernel.begin("crash")
        assert state["rc_params"] == {"figure.dpi": 137.0}


def test_places_are_those_that_can_be_used_now(tmp_path):
    class Specs:
        def get_all_specs(self):
            environments = [{DIARY_DIR: str(tmp_path / "a")}, {DIARY_DIR: "b"}, {}]
            return {str(env): {"spec": {"env": env}} for env in environments}

    assert DiaryPlaces(str(tmp_path / "c"), Specs(), None).all() == [str(tmp_path / "a"), str(tmp_path / "c")]


def test_specifications_of_a_gateway_name_no_places_here(tmp_path):
    class Specs:
        async def get_all_specs(self):
            return {"far": {"spec": {"env": {DIARY_DIR: str(tmp_path)}}}}

    said = []
    log = SimpleNamespace(debug=lambda *args: said.append(args))
    assert (DiaryPlaces("", Specs(), log).all(), said) == ([], [])
