"""A notebook's new kernel finds what its last one has left, over the sessions of a real server."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import stat
import threading
import uuid
from datetime import timedelta
from pathlib import Path

from aftermath import until
from server_notebooks import PLOT, guard_of, is_new, is_yesterdays

from jupyter_mpl_guard.archive import notebooks
from jupyter_mpl_guard.archive.store import ArchiveStore

PICTURE = (
    "import hashlib, io\n_buffer = io.BytesIO()\nfig.savefig(_buffer, format='rgba')\n"
    "print(hashlib.sha256(_buffer.getvalue()).hexdigest())"
)
DPI = "import matplotlib; print(matplotlib.rcParams['figure.dpi'])"


async def test_settings_come_back_and_figures_are_offered_when_a_notebook_gets_a_new_kernel(
    plotted, opened, ended, found, run, call, kept, jp_runtime_dir
):
    first = await plotted()
    picture = await run(first["kernel"]["id"], PICTURE)
    await ended(first)
    (archive,) = kept()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in archive.parent.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (archive, archive.parent)} == {0o700}
    assert not list(Path(jp_runtime_dir).glob("mpl-guard-*"))

    second = await opened()
    kernel_id = second["kernel"]["id"]
    state = await found(second)
    assert is_yesterdays(state)
    assert (state["kernel_id"], state["incarnation"], state["last_restore"]["trigger"]) == (kernel_id, 1, "restart")
    assert state["message"] == "Plotting settings are back; 1 figure from the notebook's last kernel can be restored."
    assert (state["last_restore"]["missing"], kept()) == ([], [])
    diary = Path(jp_runtime_dir) / f"mpl-guard-{kernel_id}"
    assert {stat.S_IMODE(path.stat().st_mode) for path in diary.iterdir()} == {0o600}
    assert stat.S_IMODE(diary.stat().st_mode) == 0o700
    assert await run(kernel_id, "print('fig' in dir(), plt.get_fignums())") == "False []\n"
    state = await found(second, figures="all")
    assert (state["status"], state["last_restore"]["missing"]) == ("restored", [])
    assert await run(kernel_id, "print(line in ax.lines, ax.figure is fig, plt.gcf() is fig)") == "True True True\n"
    assert await run(kernel_id, PICTURE) == picture
    await ended(second)
    assert is_yesterdays(await found(await opened()))


async def test_figures_that_were_altered_meanwhile_are_named_and_never_loaded(
    plotted, opened, ended, found, run, kept, tmp_path
):
    await ended(await plotted())
    (file,) = kept()[0].glob("*.figures")
    trace = f"cos\nmkdir\n(V{tmp_path}/trace\ntR.".encode()
    pickle.loads(trace)
    (tmp_path / "trace").rmdir()
    file.write_bytes(trace)
    second = await opened()
    state = await found(second, figures="all")
    assert (state["status"], state["rc_params"], state["figures"]) == ("partial", {"figure.dpi": 137.0}, [])
    missing = [{"what": "fig", "why": "its file has been changed since it was saved"}]
    assert state["last_restore"]["missing"] == missing
    assert await run(second["kernel"]["id"], "print('fig' in dir())") == "False\n"
    assert not (tmp_path / "trace").exists()


async def test_an_offer_outlives_a_kernel_in_which_nothing_was_plotted_but_not_its_dismissal(
    plotted, opened, ended, found
):
    await ended(await plotted())
    await ended(await opened())
    third = await opened()
    assert is_yesterdays(await found(third))
    await found(third, figures="none")
    await ended(third)
    state = await found(await opened())
    assert (state["status"], state["rc_params"], state["figures"]) == ("restored", {"figure.dpi": 137.0}, [])


async def test_the_first_cell_finds_the_settings_however_soon_the_notebook_is_opened_again(
    plotted, opened, fetch_json, run
):
    first = await plotted()
    await fetch_json("DELETE", "api", "sessions", first["id"], request_timeout=60)
    assert await run((await opened())["kernel"]["id"], DPI) == "137.0\n"


async def test_a_kernel_whose_notebook_is_never_told_gets_its_agent(fetch_json, run, found, kept, monkeypatch):
    monkeypatch.setattr(notebooks, "PATH_SECONDS", 0.5)
    body = {"path": str(uuid.uuid4()), "name": "", "type": "notebook", "kernel": {"name": "python3"}}
    _, session = await fetch_json("POST", "api", "sessions", body=body, request_timeout=60)
    await found(session)
    await run(session["kernel"]["id"], PLOT)
    state = await found(session)
    assert (state["status"], state["rc_params"], len(state["figures"])) == ("live", {"figure.dpi": 137.0}, 1)
    await fetch_json("DELETE", "api", "sessions", session["id"], request_timeout=60)
    assert kept() == []


async def test_a_cell_waits_for_the_archive(plotted, opened, ended, jp_serverapp, page, monkeypatch):
    await ended(await plotted())
    let, store = threading.Event(), guard_of(jp_serverapp)._archiver._store
    take = store.take
    monkeypatch.setattr(store, "take", lambda *args: let.wait(60) and take(*args))
    async with page((await opened())["kernel"]["id"]) as one:
        cell = await one.send(DPI)
        await one.sent()
        let.set()
        assert await one.printed(cell) == "137.0\n"


async def test_what_is_kept_follows_an_open_notebook(plotted, opened, ended, found, fetch_json, jp_root_dir):
    session = await plotted()
    (jp_root_dir / "day.ipynb").rename(jp_root_dir / "moved.ipynb")  # by whatever means: the session says so
    code, _ = await fetch_json("PATCH", "api", "sessions", session["id"], body={"path": "moved.ipynb"})
    assert code == 200
    await ended(session)
    assert is_new(await found(await opened("day.ipynb")))
    assert is_yesterdays(await found(await opened("moved.ipynb")))


async def test_what_is_kept_follows_files_and_folders_that_are_renamed(
    plotted, opened, ended, found, fetch_json, jp_root_dir
):
    (jp_root_dir / "work").mkdir()
    closed, still_open = await plotted("work/day.ipynb"), await plotted("work/open.ipynb")
    await ended(closed)

    async def rename(old, new):
        code, _ = await fetch_json("PATCH", "api", "contents", *old.split("/"), body={"path": new})
        assert code == 200

    await rename("work/day.ipynb", "work/night.ipynb")
    await rename("work", "play")
    await ended(still_open)
    assert is_yesterdays(await found(await opened("play/night.ipynb")))
    assert is_yesterdays(await found(await opened("play/open.ipynb")))
    (jp_root_dir / "work").mkdir()
    assert is_new(await found(await opened("work/day.ipynb")))


async def test_what_is_kept_of_a_notebook_goes_with_it(plotted, opened, ended, found, fetch_json, kept, jp_root_dir):
    await ended(await plotted())
    still_open = await plotted("open.ipynb")
    assert (await fetch_json("DELETE", "api", "contents", "day.ipynb"))[0] == 204
    await until(lambda: kept() == [])
    assert (await fetch_json("DELETE", "api", "contents", "open.ipynb"))[0] == 204
    await ended(still_open)
    assert kept() == []
    assert is_new(await found(await opened("open.ipynb")))


async def test_forgetting_a_kernels_plots_forgets_those_of_its_notebook(plotted, opened, ended, found, call, kept, run):
    session = await plotted()
    kernel_id = session["kernel"]["id"]
    assert (await call("DELETE", f"kernels/{kernel_id}"))[0] == 204
    await ended(session)
    assert kept() == []
    second = await plotted()
    assert (await call("DELETE", f"kernels/{second['kernel']['id']}"))[0] == 204
    await run(second["kernel"]["id"], "plt.rcParams['figure.dpi'] = 99; plt.close('all'); del fig, ax, line")
    await run(second["kernel"]["id"], "1")
    await ended(second)  # what comes after counts again
    state = await found(await opened())
    assert (state["rc_params"], state["figures"]) == ({"figure.dpi": 99.0}, [])


async def test_a_kernel_that_is_changed_hands_over_to_the_one_in_its_place(
    plotted, found, fetch_json, jp_runtime_dir, kept
):
    session = await plotted()
    body = {"kernel": {"name": "python3"}}
    code, changed = await fetch_json("PATCH", "api", "sessions", session["id"], body=body, request_timeout=60)
    assert (code, changed["kernel"]["id"] != session["kernel"]["id"]) == (200, True)
    assert is_yesterdays(await found(changed))
    assert kept() == []
    assert [path.name for path in Path(jp_runtime_dir).glob("mpl-guard-*")] == [f"mpl-guard-{changed['kernel']['id']}"]


async def test_what_is_kept_waits_for_a_kernel_that_runs_python(plotted, found, fetch_json, kept):
    session = await plotted()

    async def change(name):
        body = {"kernel": {"name": name}}
        code, model = await fetch_json("PATCH", "api", "sessions", session["id"], body=body, request_timeout=60)
        assert (code, model["kernel"]["name"]) == (200, name)
        return model

    await change("echo")
    await until(lambda: len(kept()) == 1)
    assert is_yesterdays(await found(await change("python3")))


async def test_what_a_culled_kernel_has_left_is_kept(plotted, opened, found, jp_serverapp, kept):
    session = await plotted()
    kernels = jp_serverapp.kernel_manager
    kernels.cull_idle_timeout = 60
    async with asyncio.timeout(60):
        while session["kernel"]["id"] in kernels:  # what the agent still has to say is activity, too
            kernels.get_kernel(session["kernel"]["id"]).last_activity -= timedelta(hours=1)
            await kernels.cull_kernels()  # which never lets go of the loop while the kernel is busy
            await asyncio.sleep(0.01)
    await until(lambda: len(kept()) == 1)
    assert is_yesterdays(await found(await opened()))


async def test_a_kernel_that_its_restarter_has_given_up_hands_over(plotted, opened, found, jp_serverapp):
    session = await plotted()
    kernels = jp_serverapp.kernel_manager
    manager = kernels.get_kernel(session["kernel"]["id"])
    manager._restarter.restart_limit, manager._restarter.time_to_dead = 0, 0.1
    os.kill(manager.provisioner.pid, signal.SIGKILL)
    await until(lambda: session["kernel"]["id"] not in kernels)
    assert is_yesterdays(await found(await opened()))


async def test_kernels_without_a_notebook_leave_nothing(plotted, kernel, run, ended, fetch_json, kept, jp_runtime_dir):
    bare = await kernel()
    await run(bare, PLOT)
    await run(bare, "1")
    await fetch_json("DELETE", "api", "kernels", bare, request_timeout=60)
    await ended(await plotted("console-1-0a1b", kind="console"))
    await until(lambda: not list(Path(jp_runtime_dir).glob("mpl-guard-*")))
    assert kept() == []


async def test_the_guard_keeps_and_hands_over_nothing_while_it_is_off(
    plotted, opened, ended, found, call, kept, jp_runtime_dir
):
    await ended(await plotted())
    await call("PUT", "policy", {"enabled": False})
    second = await opened()
    _, state = await call("GET", f"kernels/{second['kernel']['id']}")
    assert (state["status"], state["figures"], len(kept())) == ("paused", [], 1)
    await ended(second)
    assert len(kept()) == 1
    await call("PUT", "policy", {"enabled": True})
    third = await opened()
    assert is_yesterdays(await found(third))
    await call("PATCH", f"kernels/{third['kernel']['id']}", {"paused": True})
    await ended(third)
    assert (kept(), list(Path(jp_runtime_dir).glob("mpl-guard-*"))) == ([], [])


async def test_figures_come_back_by_themselves_where_the_policy_is_always(plotted, opened, ended, call, run, found):
    await ended(await plotted())
    await call("PUT", "policy", {"figures": "always"})
    second = await opened()
    state = await found(second)
    assert (state["status"], state["last_restore"]["restored"][-1]) == ("restored", "figures")
    assert await run(second["kernel"]["id"], "print(line in ax.lines)") == "True\n"


async def test_the_first_of_two_new_kernels_takes_it(plotted, opened, ended, found, fetch_json):
    await ended(await plotted())
    first = await opened()
    assert is_yesterdays(await found(first))
    _, session = await fetch_json("GET", "api", "sessions", first["id"])
    assert session["kernel"]["id"] == first["kernel"]["id"]
    # A console for the notebook with a kernel of its own: the session of the path is there already.
    body = {"path": "day.ipynb", "name": "", "type": "console", "kernel": {"name": "python3"}}
    _, console = await fetch_json("POST", "api", "sessions", body=body, request_timeout=60)
    assert console["kernel"]["id"] == first["kernel"]["id"]


async def test_a_kernel_that_ends_while_it_starts_gives_back_what_it_has_taken(
    plotted, opened, ended, found, kept, fetch_json, jp_serverapp, monkeypatch
):
    await ended(await plotted())
    has_taken, go_on, take = threading.Event(), threading.Event(), ArchiveStore.take

    def slow_take(*args):
        taken = take(*args)
        has_taken.set()
        assert go_on.wait(60)
        return taken

    with monkeypatch.context() as patch:
        patch.setattr(ArchiveStore, "take", slow_take)
        session = await opened()
        await until(has_taken.is_set)
        end = asyncio.create_task(fetch_json("DELETE", "api", "sessions", session["id"], request_timeout=60))
        await until(lambda: session["kernel"]["id"] not in jp_serverapp.kernel_manager)
        go_on.set()
        assert (await end)[0] == 204
    await until(kept)
    assert is_yesterdays(await found(await opened()))
