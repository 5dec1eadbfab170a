"""`jupyter mpl-guard export`: which files are written, under which names, and never anywhere else."""

from __future__ import annotations

import json
import os

import pytest
from plot_states import plot_state

from jupyter_mpl_guard.cli.files import FileNames, safe
from jupyter_mpl_guard.cli.outcome import ExitStatus

KERNEL = "6ad0a3b2-6f0f-4a43-9a0c-52f4e4a7d5c1"
FIGURES = f"/mpl-guard/kernels/{KERNEL}/figures/"
PNG = {"Content_Type": "image/png"}


def figure(identity: str, state: str = "live", **changes):
    """Return a figure as the plot state has it."""
    described = {"id": identity, "number": 1, "label": "", "names": ["fig"], "axes": 1, "bytes": 1, "saved": True}
    return {**described, "canvas": None, "open": True, "cell": None, "state": state, "why": "", **changes}


@pytest.fixture
def server(canned):
    """Make the canned server answer as one with a single kernel that has the given figures."""

    def server(*figures):
        canned.put("GET", "/mpl-guard/kernels", [plot_state(KERNEL, figures=list(figures))])
        canned.put("GET", "/api/sessions", [])
        for each in figures:
            if each["state"] != "lost":
                canned.put("POST", f"{FIGURES}{each['id']}/export", b"drawn " + each["id"].encode(), **PNG)
        return canned

    return server


def contents(folder):
    """Return name to content of what a folder holds."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_figures_are_drawn_whether_they_are_alive_or_wait_to_be_restored(server, command, tmp_path):
    canned = server(
        figure("a", label="loss"),
        figure("b", "offered", names=["old"]),
        figure("c", "lost", names=[]),
        figure("d", "lost", number=4),
    )
    why = "The figure could not be loaded: ModuleNotFoundError: No module named 'seaborn'"
    for each in "cd":
        canned.put("POST", f"{FIGURES}{each}/export", {"message": why}, 409)
    canned.put("GET", f"{FIGURES}b.png", b"picture", **PNG)
    canned.put("GET", f"{FIGURES}c.png", b"picture", **PNG)
    folder = tmp_path / "new" / "thesis"
    ended = command("export", "--server", canned.url, "--to", folder)
    assert contents(folder) == {"loss.png": b"drawn a", "old.png": b"drawn b", "figure-1.png": b"picture"}
    assert ended.status == ExitStatus.PROBLEM
    assert f"figure 1 could not be drawn: its last picture was written as PNG. {why}" in ended.err
    assert f"figure 4 (fig) could not be exported: {why}" in ended.err
    assert ended.out == f"3 figures written to {folder}.\n"


def test_what_is_asked_for_reaches_the_kernel(server, command, tmp_path):
    canned = server(figure("a"), figure("b", names=["other"], number=2))
    options = ("--format", "svg", "--dpi", "300", "--transparent", "--to", tmp_path)
    ended = command("export", "--server", canned.url, *options, "other", "--json")
    assert [call[3] for call in canned.calls if call[0] == "POST"] == [
        {"format": "svg", "transparent": True, "dpi": 300.0}
    ]
    assert json.loads(ended.out) == [{"id": "b", "file": str(tmp_path / "other.svg"), "why": ""}]
    assert ended.err == f"1 of 1: {tmp_path / 'other.svg'}\n"


def test_the_folder_is_named_in_full(server, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ended = command("export", "--server", server(figure("a")).url, "--to", ".")
    assert ended.out == f"1 figure written to {tmp_path}.\n"


def test_a_figure_that_the_kernel_does_not_draw_comes_as_its_picture_and_that_is_said(server, command, tmp_path):
    canned = server(figure("a"))
    canned.put("POST", f"{FIGURES}a/export", {"message": "Not alive."}, 409)
    canned.put("GET", f"{FIGURES}a.png", b"picture", **PNG)
    ended = command("export", "--server", canned.url, "--format", "pdf", "--to", tmp_path)
    assert (ended.status, contents(tmp_path)) == (ExitStatus.PROBLEM, {"fig.png": b"picture"})
    assert "figure 1 (fig) could not be drawn: its last picture was written as PNG. Not alive." in ended.err
    canned.put("GET", f"{FIGURES}a.png", {"message": "None."}, 404)
    ended = command("export", "--server", canned.url, "--to", tmp_path)
    assert (ended.status, ended.err) == (ExitStatus.PROBLEM, "figure 1 (fig) could not be exported: Not alive.\n")


def test_a_busy_kernel_writes_nothing_and_says_so(server, command, tmp_path):
    canned = server(figure("a"))
    canned.put("POST", f"{FIGURES}a/export", {"message": "The kernel is busy."}, 202)
    ended = command("export", "--server", canned.url, "--to", tmp_path)
    assert (ended.status, contents(tmp_path)) == (ExitStatus.BUSY, {})
    assert "The kernel is busy." in ended.err


def test_a_busy_kernel_is_waited_for_once_and_not_for_each_of_its_figures(server, command, tmp_path):
    canned = server(figure("a"), figure("b", names=["other"]), figure("c", names=["third"]))
    canned.put("POST", f"{FIGURES}b/export", {"message": "The kernel is busy."}, 202)
    ended = command("export", "--server", canned.url, "--to", tmp_path, "--json")
    assert (ended.status, contents(tmp_path)) == (ExitStatus.BUSY, {"fig.png": b"drawn a"})
    assert ended.err.count("The kernel is busy.") == 1
    assert len([call for call in canned.calls if call[0] == "POST"]) == 2
    assert [(each["id"], each["why"]) for each in json.loads(ended.out)] == [
        ("a", ""),
        ("b", "The kernel is busy."),
        ("c", "The kernel is busy."),
    ]


def test_no_file_is_replaced_unless_that_is_asked_for_and_no_link_is_followed(server, command, tmp_path):
    canned = server(figure("a"), figure("b", names=["other"]))
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    outside.write_bytes(b"mine")
    folder.mkdir()
    (folder / "fig.png").write_bytes(b"mine")
    (folder / "other.png").symlink_to(outside)
    ended = command("export", "--server", canned.url, "--to", folder)
    assert ended.status == ExitStatus.PROBLEM
    assert f"{folder / 'fig.png'} exists already; --force replaces it." in ended.err
    assert contents(folder) == {"fig.png": b"mine", "other.png": b"mine"}
    assert command("export", "--server", canned.url, "--to", folder, "--force").status == ExitStatus.OK
    assert contents(folder) == {"fig.png": b"drawn a", "other.png": b"drawn b"}
    assert (outside.read_bytes(), sorted(os.listdir(folder))) == (b"mine", ["fig.png", "other.png"])


def test_a_folder_that_cannot_be_made_is_named(server, command, tmp_path):
    (tmp_path / "file").touch()
    ended = command("export", "--server", server(figure("a")).url, "--to", tmp_path / "file" / "folder")
    assert ended.status == ExitStatus.PROBLEM
    assert "file/folder: Not a directory" in ended.err


def test_where_there_is_nothing_to_export_that_is_said(server, command, tmp_path):
    assert (
        command("export", "--server", server().url, "--to", tmp_path / "none").out
        == "There are no figures to export.\n"
    )
    assert not (tmp_path / "none").exists()
    ended = command("export", "--server", server(figure("a")).url, "nobody")
    assert (ended.status, ended.err) == (ExitStatus.USAGE, "No figure is called 'nobody'; there are figure 1 (fig).\n")


@pytest.mark.parametrize(
    ("called", "stem"),
    [
        ("loss", "loss"),
        ("Figure 3: loss / epoch", "Figure_3_loss_epoch"),
        ("../../etc/passwd", "etc_passwd"),
        ("/abs", "abs"),
        (".hidden", "hidden"),
        ("-rf", "rf"),
        ("..", ""),
        ("con", "_con"),
        ("NUL.tar", "_NUL.tar"),
        ("Größe 本", "Größe_本"),
        ("a\x00b\nc", "a_b_c"),
        ("C:\\x", "C_x"),
        ("x" * 300, "x" * 80),
        ("half\ud800", "half"),
    ],
)
def test_names_of_files_are_safe(called, stem):
    assert safe(called) == stem


def test_figures_that_are_called_the_same_get_files_of_their_own():
    names = FileNames()
    called = [figure("a", label="Loss"), figure("b", label="loss"), figure("c", label="loss"), figure("d", label="/")]
    called += [figure("e", names=[], number=7), figure("f", names=[], number=0)]
    assert [names.name_of(each, "png") for each in called] == [
        "Loss.png",
        "loss-2.png",
        "loss-3.png",
        "figure-1.png",
        "figure-7.png",
        "figure-f.png",
    ]
