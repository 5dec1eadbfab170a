"""What lies in a file's place is looked at before it is read: by the agent and by the server, by one function."""

from __future__ import annotations

import errno
import json
import logging
import os
import socket
import sys
import threading
from pathlib import Path

import pytest

from jupyter_mpl_guard.agent.storage.diary import RECORD, STATE, STATE_BYTES, Diary
from jupyter_mpl_guard.agent.storage.disk import checked_file
from jupyter_mpl_guard.agent.storage.disk.checked_file import DEPTH, DiaryError, Unreadable, nests_within, parsed
from jupyter_mpl_guard.agent.storage.figure_list import FigureList
from jupyter_mpl_guard.agent.storage.settings_record import read
from jupyter_mpl_guard.agent.storage.signed_file import Unusable
from jupyter_mpl_guard.archive.disk.server_lock import PREFIX
from jupyter_mpl_guard.archive.orphans import sweep
from jupyter_mpl_guard.archive.owner import OWNER, DiaryOwner
from jupyter_mpl_guard.guard.shown_state import written_state

LIMIT = 20.0
"""Seconds after which something that waits will wait for ever."""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links and pipes as POSIX has them")


def _link(file):
    target = file.parent.with_name(f"target of {file.name}")
    target.write_text("{}")
    file.symlink_to(target)


def _socket(file):
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(os.path.relpath(file))  # such a path may have a hundred characters only


def _sparse(file):
    with file.open("wb") as opened:
        opened.truncate(2 * 2**30)


ODD = {
    "a link": _link,
    "a pipe": os.mkfifo,
    "a socket": _socket,
    "a folder": Path.mkdir,
    "gigabytes of nothing": _sparse,
    "lists without end": lambda file: file.write_text("[" * 200_000),
    "objects in one another": lambda file: file.write_text('{"a":' * 1000 + "1" + "}" * 1000),
    "infinity": lambda file: file.write_text('{"process": Infinity}'),
    "a number beyond": lambda file: file.write_text('{"process": 1e999}'),
    "no number": lambda file: file.write_text('{"incarnation": NaN}'),
    "a list": lambda file: file.write_text("[]"),
    "another encoding": lambda file: file.write_bytes("{}".encode("utf-16")),
}
"""What may lie in the place of a document."""


def within_limit(ask):
    """Return the result of a call that must not block."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(ask()), daemon=True)
    thread.start()
    thread.join(LIMIT)
    assert answers, "it waits"
    return answers[0]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Make the folder of a diary, which is the working directory."""
    folder = tmp_path / "mpl-guard-x"
    folder.mkdir(mode=0o700)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_document_is_refused_by_all_who_read(folder, odd):
    diary = Diary(str(folder))
    for name in (STATE, RECORD, OWNER, "figures.json"):
        ODD[odd](folder / name)

        def refused(name=name):
            try:
                return diary.read(name)
            except DiaryError as error:
                return str(error)

        said = within_limit(refused)
        assert isinstance(said, str)
        assert name in said
    last = within_limit(lambda: read(diary, "x", b"key"))
    assert (last.settings, last.incarnation) == ({}, 0)
    assert last.missing
    assert within_limit(lambda: written_state(diary, "x")) is None
    assert within_limit(lambda: DiaryOwner.of(diary)) is None
    with pytest.raises(Unusable):
        FigureList(diary, "x", b"key").read()


@pytest.mark.parametrize("odd", ["a pipe", "gigabytes of nothing", "infinity", "lists without end"])
def test_one_diary_that_cannot_be_read_costs_the_others_nothing(folder, odd):
    for name in (RECORD, OWNER):
        ODD[odd](folder / name)
    (folder.parent / "kernel-x.json").touch()
    os.utime(folder, (0, 0))
    other = Diary(str(folder.parent / "mpl-guard-another"))
    other.write(RECORD, {"process": 1})
    (folder.parent / "kernel-another.json").write_text(json.dumps({"key": "k"}))
    DiaryOwner("/day.ipynb", "another", f"{PREFIX}{socket.gethostname()}-gone").write(other)
    os.utime(other.folder, (0, 0))
    put = []
    archived = lambda diary, key, owner: put.append((owner.notebook, key))  # noqa: E731
    within_limit(lambda: list(sweep([str(folder.parent)], logging.getLogger(), archived)) or True)
    assert put == [("/day.ipynb", b"k")]


@pytest.mark.parametrize("place", ["a link", "another user's"])
def test_nothing_is_read_in_a_folder_that_is_not_the_users_own(tmp_path, monkeypatch, place):
    diary = Diary(str(tmp_path / "mpl-guard-x"))
    diary.write(STATE, {"incarnation": 3})
    if place == "a link":
        os.rename(diary.folder, tmp_path / "elsewhere")
        os.symlink(tmp_path / "elsewhere", diary.folder)
    else:
        inner = os.stat(diary.folder)
        of_somebody = os.stat_result([*inner[:4], inner.st_uid + 1, *inner[5:]])
        fstat = os.fstat
        monkeypatch.setattr(
            checked_file.os, "fstat", lambda it: of_somebody if fstat(it).st_ino == inner.st_ino else fstat(it)
        )
    with pytest.raises(DiaryError):
        diary.read(STATE)
    assert diary.names() == []


def test_a_device_is_refused():
    with pytest.raises(DiaryError, match="not a file of yours"):
        checked_file.read_object("/dev/zero", shared=True)


def test_depth_is_known_before_anything_is_parsed():
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(10**6)  # with which Python's own parser would end the process
    try:
        for text in (b"[" * 10**6, b'{"a":' * 10**6, b"[" * 10**6 + b"]" * 10**6, b'["' + b"[" * 10**6):
            with pytest.raises(ValueError, match="too deep"):
                parsed(text)
    finally:
        sys.setrecursionlimit(limit)


@pytest.mark.parametrize(
    "document",
    [
        {"a": [[1, {"b": "]" * 100 + "[" * 100}]]},
        {'"[': '\\"[{', "\\": "\\\\[", "[[[": ["{{{", '\\\\"']},
        [[[["x"] * 3] * 3] * 3] * 3,
    ],
)
def test_brackets_in_texts_do_not_count(document):
    text = json.dumps(document).encode()
    assert nests_within(text)
    assert parsed(text) == document


def test_depth_is_counted_to_the_level():
    for depth in (1, DEPTH, DEPTH + 1):
        text = b"[" * depth + b"]" * depth
        assert nests_within(text) == (depth <= DEPTH)
        text = b'{"a":' * depth + b"1" + b"}" * depth
        assert nests_within(text) == (depth <= DEPTH)


def test_what_could_not_be_read_again_is_not_written(tmp_path):
    diary = Diary(str(tmp_path / "mpl-guard-x"))
    diary.write(STATE, {"incarnation": 1})
    deep = []
    for _ in range(DEPTH):
        deep = [deep]
    for document in ({"deep": deep}, {"long": "x" * STATE_BYTES}):
        with pytest.raises(ValueError, match="read again"):
            diary.write(STATE, document)
    assert diary.read(STATE) == {"incarnation": 1}


@pytest.mark.parametrize("mode", [0o700, 0o755, 0o770, 0o777, 0o1777])
def test_a_second_name_is_refused_where_somebody_else_can_have_given_the_first(folder, mode):
    (folder / STATE).write_text("{}")
    os.link(folder / STATE, folder.parent / "backup")
    folder.chmod(mode)
    if mode & 0o022:
        with pytest.raises(DiaryError, match="second name"):
            Diary(str(folder)).read(STATE)
    else:  # a backup, or a pickle that is being handed over
        assert Diary(str(folder)).read(STATE) == {}
    with pytest.raises(DiaryError, match="second name"):
        checked_file.read_object(str(folder / STATE), shared=True)


def test_a_pickle_has_no_more_bytes_than_its_signed_entry_says(folder):
    (folder / "p.figures").write_bytes(b"a figure")
    assert Diary(str(folder)).read_bytes("p.figures", 8) == b"a figure"
    with pytest.raises(DiaryError, match="too much"):
        Diary(str(folder)).read_bytes("p.figures", 7)


@pytest.mark.parametrize("number", [errno.EMFILE, errno.EIO, errno.ESTALE, errno.EACCES])
@pytest.mark.parametrize("call", ["open", "fstat"])
def test_an_error_that_may_pass_is_told_from_damage(folder, monkeypatch, number, call):
    (folder / STATE).write_text("{}")
    with monkeypatch.context() as patch:

        def fail(*args, **kwargs):
            raise OSError(number, os.strerror(number))

        patch.setattr(checked_file.os, call, fail)
        with pytest.raises(Unreadable, match="could not be read"):
            Diary(str(folder)).read(STATE)
    assert Diary(str(folder)).read(STATE) == {}
    (folder / STATE).unlink()
    (folder / STATE).symlink_to("elsewhere")
    with pytest.raises(DiaryError) as caught:
        Diary(str(folder)).read(STATE)
    assert not isinstance(caught.value, Unreadable)
