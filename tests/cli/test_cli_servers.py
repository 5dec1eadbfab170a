"""Which servers the command asks, what it sends to them, and what it makes of answers that say no."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from canned_server import CannedServer
from jupyter_server.serverapp import list_running_servers
from plot_states import plot_state

from jupyter_mpl_guard.cli.outcome import ExitStatus
from jupyter_mpl_guard.cli.running import running_servers

KERNEL = "6ad0a3b2-6f0f-4a43-9a0c-52f4e4a7d5c1"
OTHER = "00000000-0000-4000-8000-000000000002"
TOKEN = "secret-token"


def guarded(server: CannedServer, *states, **notebooks: str) -> CannedServer:
    """Make a server answer as one with the guard does."""
    server.put("GET", "/mpl-guard/kernels", list(states))
    sessions = [{"path": path, "kernel": {"id": kernel}} for path, kernel in notebooks.items()]
    server.put("GET", "/api/sessions", [{**each, "path": each["path"].replace("__", ".")} for each in sessions])
    return server


@pytest.fixture
def running(jp_runtime_dir, monkeypatch):
    """Register servers where `jupyter server list` finds them."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(jp_runtime_dir))

    def running(*servers: CannedServer, **facts: str) -> None:
        for count, server in enumerate(servers):
            info = {"url": server.url, "token": TOKEN, "pid": os.getpid(), "root_dir": "", **facts}
            (jp_runtime_dir / f"jpserver-{count}.json").write_text(json.dumps(info))

    return running


@pytest.fixture
def second():
    server = CannedServer()
    yield server
    server.close()


def test_servers_are_found_and_get_their_own_token(canned, second, running, command):
    running(guarded(canned, plot_state(KERNEL), day__ipynb=KERNEL), guarded(second, plot_state(OTHER)))
    ended = command("list")
    assert ended.status == ExitStatus.OK
    assert [line.split()[:3] for line in sorted(ended.out.splitlines()[1:])] == [
        [OTHER, "-", "live"],
        [KERNEL, "day.ipynb", "live"],
    ]
    assert {call[2]["Authorization"] for call in canned.calls + second.calls} == {f"token {TOKEN}"}
    assert {each["kernel_id"] for each in json.loads(command("list", "--json").out)} == {KERNEL, OTHER}


def test_they_are_those_that_jupyter_server_lists(canned, second, running, jp_runtime_dir):
    running(canned, second)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    facts = {"url": canned.url, "token": TOKEN, "pid": ended.pid}
    (jp_runtime_dir / "jpserver-2.json").write_text(json.dumps(facts))
    for count, text in enumerate(("", "[1]", "{}", '{"pid": "one"}'), 3):
        (jp_runtime_dir / f"jpserver-{count}.json").write_text(text)
    found = [each["url"] for each in running_servers()]
    assert found == [canned.url, second.url]
    for count in (4, 6):  # which would end that function
        (jp_runtime_dir / f"jpserver-{count}.json").unlink()
    assert sorted(each["url"] for each in list_running_servers()) == sorted(found)


def test_a_server_that_cannot_be_asked_is_named_and_the_others_answer(canned, second, running, command):
    running(guarded(canned, plot_state(KERNEL)), second)
    ended = command("list")
    assert (ended.status, KERNEL in ended.out) == (ExitStatus.OK, True)
    assert f"The server at {second.url} has no jupyter-mpl-guard" in ended.err


def test_where_there_is_no_server_that_is_said(running, command):
    running()
    assert command("list") == (ExitStatus.NOBODY, "", command("status").err)
    assert "No Jupyter server runs here" in command("list").err


def test_a_server_that_is_gone_is_named_with_the_reason(command):
    server = CannedServer()
    server.close()
    ended = command("list", "--server", server.url)
    assert (ended.status, ended.out) == (ExitStatus.NOBODY, "")
    assert ended.err.startswith(f"The server at {server.url} cannot be reached (")


@pytest.mark.parametrize(("code", "headers"), [(403, {}), (401, {}), (302, {"Location": "http://127.0.0.1:9/login"})])
def test_a_server_that_refuses_is_named_and_its_token_is_not(canned, command, code, headers):
    canned.put("GET", "/mpl-guard/kernels", {"message": "Forbidden"}, code, **headers)
    ended = command("list", "--server", canned.url, "--token", TOKEN)
    assert (ended.status, ended.out) == (ExitStatus.NOBODY, "")
    assert f"The server at {canned.url} refuses access" in ended.err
    assert TOKEN not in ended.err
    assert [call[1] for call in canned.calls] == ["/mpl-guard/kernels"]


def test_a_token_does_not_follow_a_server_that_sends_elsewhere(canned, second, command):
    canned.put("GET", "/mpl-guard/kernels", {}, 307, Location=second.url + "mpl-guard/kernels")
    command("list", "--server", canned.url, "--token", TOKEN)
    assert second.calls == []


def test_the_token_may_stand_in_the_address_or_in_the_environment_and_is_never_printed(canned, command, monkeypatch):
    guarded(canned, plot_state(KERNEL))
    ended = command("list", "--server", f"{canned.url}?token={TOKEN}")
    assert canned.calls[-1][2]["Authorization"] == f"token {TOKEN}"
    assert TOKEN not in ended.out + ended.err
    monkeypatch.setenv("JUPYTER_TOKEN", TOKEN)
    assert TOKEN not in "".join(map(str, command("list", "--server", canned.url)))
    assert canned.calls[-1][2]["Authorization"] == f"token {TOKEN}"


def test_who_needs_no_token_shows_that_no_other_page_has_made_him_ask(canned, command):
    guarded(canned, plot_state(KERNEL)).put("POST", "/mpl-guard/reinit", plot_state(KERNEL))
    assert command("reinit", "--server", canned.url).status == ExitStatus.OK
    headers = canned.calls[-1][2]
    assert headers["Cookie"] == f"_xsrf={headers['X-XSRFToken']}"
    assert "Authorization" not in headers


@pytest.mark.parametrize("page", ["", "lab", "tree", "lab/"])
def test_the_address_that_jupyter_prints_when_it_starts_will_do(canned, command, page):
    guarded(canned, plot_state(KERNEL))
    assert command("status", "--server", f"{canned.url}{page}?token={TOKEN}").status == ExitStatus.OK


def test_a_server_that_cannot_list_its_sessions_still_has_its_kernels(canned, command):
    guarded(canned, plot_state(KERNEL)).put("GET", "/api/sessions", {"message": "Broken."}, 500)
    assert command("status", "--server", canned.url).status == ExitStatus.OK


@pytest.mark.parametrize(
    "address",
    [
        *(
            "localhost:8888",
            "ftp://localhost",
            "http://",
            "file:///etc/passwd",
            "",
            "http://[::1",
            "http://localhost:x",
        ),
        *("http://localhost:99999", "http://localhost:0", f"http://{'a' * 64}.org"),
    ],
)
def test_what_is_no_address_is_refused(command, address):
    ended = command("list", "--server", address)
    assert (ended.status, ended.out) == (ExitStatus.USAGE, "")
    assert "begins with http:// or https://" in ended.err


@pytest.mark.parametrize("body", [b"<html>", b"", b"{}"])
def test_what_is_no_jupyter_server_is_named(canned, command, body):
    canned.put("GET", "/mpl-guard/kernels", body)
    ended = command("list", "--server", canned.url)
    assert (ended.status, ended.err) == (ExitStatus.NOBODY, f"What answers at {canned.url} is no Jupyter server.\n")


def test_a_kernel_is_named_by_its_id_or_its_notebook_or_is_the_only_one(canned, running, command, tmp_path):
    states = [plot_state(KERNEL, status="live"), plot_state(OTHER, status="absent", backend=None)]
    running(guarded(canned, *states, sub__day=KERNEL), root_dir=str(tmp_path))
    canned.put("GET", "/api/sessions", [{"path": "sub/day.ipynb", "kernel": {"id": KERNEL}}])
    for which in (
        ("--kernel", KERNEL),
        ("--notebook", "sub/day.ipynb"),
        ("--notebook", tmp_path / "sub" / "day.ipynb"),
    ):
        assert json.loads(command("status", "--json", *which).out)["kernel_id"] == KERNEL
    ended = command("status")
    assert (ended.status, ended.err) == (
        ExitStatus.USAGE,
        f"Several kernels run; say which with --kernel or --notebook: {KERNEL}, {OTHER}.\n",
    )
    assert json.loads(command("status", "--json", "--kernel", KERNEL[:5]).out)["kernel_id"] == KERNEL
    for nobody in ("nobody", KERNEL[1:], KERNEL + "0"):
        assert command("status", "--kernel", nobody).status == ExitStatus.NOBODY
    assert command("status", "--notebook", "other.ipynb").status == ExitStatus.NOBODY
    guarded(canned)
    assert command("status").status == ExitStatus.NOBODY
    guarded(canned, states[1])
    assert json.loads(command("status", "--json").out)["kernel_id"] == OTHER
    for option in ("--kernel", "--notebook"):  # as scripts have it whose variable is not set
        assert command("forget", option, "").status == ExitStatus.NOBODY


def test_a_beginning_that_several_kernels_have_names_none(canned, command):
    ids = [f"{KERNEL[:-1]}{each}" for each in "1ab"]
    guarded(canned, *map(plot_state, [*ids, KERNEL[:-1]]))
    ended = command("status", "--server", canned.url, "--kernel", KERNEL[:4])
    assert (ended.status, ended.err.count(KERNEL[:-1])) == (ExitStatus.USAGE, 4)
    ended = command("status", "--json", "--server", canned.url, "--kernel", KERNEL[:-1])
    assert json.loads(ended.out)["kernel_id"] == KERNEL[:-1]


@pytest.mark.parametrize("token", ["€", "two\nlines"])
def test_a_token_that_cannot_be_sent_is_refused_and_not_printed(canned, command, token):
    guarded(canned, plot_state(KERNEL))
    ended = command("list", "--server", canned.url, "--token", token)
    assert (ended.status, ended.out, canned.calls) == (ExitStatus.NOBODY, "", [])
    assert ended.err.startswith(f"The server at {canned.url} refuses access: ")
    assert token not in ended.err


@pytest.mark.parametrize(
    ("code", "status"),
    [(400, ExitStatus.USAGE), (404, ExitStatus.NOBODY), (409, ExitStatus.NOBODY), (429, ExitStatus.BUSY), (500, 1)],
)
def test_what_a_server_refuses_ends_with_its_sentence_and_a_status_of_its_own(canned, command, code, status):
    guarded(canned, plot_state(KERNEL))
    canned.put("POST", "/mpl-guard/reinit", {"message": "Not so.", "reason": None}, code)
    assert command("reinit", "--server", canned.url) == (status, "", "Not so.\n")


@pytest.mark.parametrize(
    ("state", "status"),
    [("live", 0), ("restored", 0), ("offered", 0), ("paused", 0), ("partial", 1), ("error", 1), ("absent", 0)],
)
def test_the_exit_status_says_how_plotting_is(canned, command, state, status):
    guarded(canned, plot_state(KERNEL, status=state))
    assert command("status", "--server", canned.url).status == status


def test_a_busy_kernel_has_an_exit_status_of_its_own(canned, command):
    guarded(canned, plot_state(KERNEL))
    pending = plot_state(KERNEL, status="pending", message="The kernel is busy; wait.")
    canned.put("POST", "/mpl-guard/reinit", pending, 202)
    canned.put("GET", f"/mpl-guard/kernels/{KERNEL}/diagnosis", {"message": "The kernel is busy."}, 202)
    assert command("reinit", "--server", canned.url, "--timeout", "0").status == ExitStatus.BUSY
    assert command("restore", "--server", canned.url, "--timeout", "0").status == ExitStatus.BUSY
    assert command("doctor", "--server", canned.url) == (ExitStatus.BUSY, "", "The kernel is busy.\n")
    assert canned.calls[2][3] == {"kernel_id": KERNEL, "figures": "auto", "data": "auto", "timeout": 0.0}


def test_what_a_paused_kernel_does_not_do_is_told_by_the_exit_status(canned, command):
    figure = {"id": "a", "number": 1, "label": "", "names": ["fig"], "axes": 1, "bytes": 1, "saved": True}
    figure |= {"canvas": None, "open": True, "cell": None, "state": "offered", "why": ""}
    paused = {"status": "paused", "message": "It was paused."}
    guarded(canned, plot_state(KERNEL, figures=[figure], **paused))
    canned.put("POST", "/mpl-guard/reinit", plot_state(KERNEL, figures=[figure], **paused))
    for arguments in (["restore"], ["restore", "fig"], ["reinit", "--figures", "all"], ["reinit", "--backend", "svg"]):
        ended = command(*arguments, "--server", canned.url)
        assert (ended.status, ended.out.splitlines()[0]) == (ExitStatus.PROBLEM, "It was paused."), arguments
    assert command("reinit", "--server", canned.url).status == ExitStatus.OK
    guarded(canned, plot_state(KERNEL, **paused))
    canned.put("POST", "/mpl-guard/reinit", plot_state(KERNEL, **paused))
    assert command("restore", "--server", canned.url).status == ExitStatus.OK
    # After two crashes the kernel is paused as well, and does what it is asked to.
    report = {"trigger": "manual", "at": "2026-01-01T00:00:00Z", "took_ms": 1, "restored": ["backend"], "missing": []}
    canned.put("POST", "/mpl-guard/reinit", plot_state(KERNEL, backend="svg", last_restore=report, **paused))
    assert command("reinit", "--backend", "svg", "--server", canned.url).status == ExitStatus.OK


def test_a_problem_is_an_exit_status(canned, command):
    guarded(canned, plot_state(KERNEL))
    checks = [
        {"id": "a", "status": "ok", "sentence": "Fine.", "remedy": ""},
        {"id": "b", "status": "problem", "sentence": "Broken.", "remedy": "Mend it."},
    ]
    canned.put("GET", f"/mpl-guard/kernels/{KERNEL}/diagnosis", {"checks": checks})
    ended = command("doctor", "--server", canned.url)
    assert ended.status == ExitStatus.PROBLEM
    assert ended.out.splitlines()[0] == "1 problem found."
    assert ended.out.split()[-4:] == ["PROBLEM", "Broken.", "Mend", "it."]
    canned.put("GET", f"/mpl-guard/kernels/{KERNEL}/diagnosis", {"checks": checks[:1]})
    assert command("doctor", "--server", canned.url) == (ExitStatus.OK, "No problem was found.\n", "")


def test_what_servers_say_moves_no_cursor(canned, command):
    guarded(canned, plot_state(KERNEL, status="error", message="gone\x1b[2J"))
    assert "\x1b" not in command("status", "--server", canned.url).out
    assert "\\u001b" in command("status", "--json", "--server", canned.url).out
