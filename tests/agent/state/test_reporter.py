"""The reporter writes and publishes what it is told, and does so once: also on a full disk, and after a removal."""

from __future__ import annotations

import os
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_mpl_guard.agent.protocol import EMPTY_SETTINGS, Missing, RestoreReport, Trigger
from jupyter_mpl_guard.agent.state.reporter import StateReporter
from jupyter_mpl_guard.agent.storage.diary import STATE, Diary
from jupyter_mpl_guard.agent.storage.disk.names import Signer
from jupyter_mpl_guard.agent.storage.figures.figure_entry import FigureDescription, ListedFigure
from jupyter_mpl_guard.agent.storage.settings_record import SettingsRecord
from jupyter_mpl_guard.guard.shown_state import written_state

LISTED = ListedFigure(FigureDescription("a", 1, ("fig",)), 0, saved=False)

SIGNER = Signer("id", "id", b"key")

SETTINGS = {"backend": "agg", "interactive": False, "rc_params": {}, "inline": {}, "aliases": {}}


class FakeKernel:
    """A kernel that records what is published."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []
        self.session = SimpleNamespace(key=b"key", send=self._send)
        self.iopub_socket, self.log = None, SimpleNamespace(debug=lambda *arguments, **options: None)

    def get_parent(self, channel: str) -> dict[str, Any]:
        return {}

    def _send(self, socket: Any, kind: str, content: dict[str, Any], parent: Any, ident: bytes) -> None:
        self.published.append(content)


@pytest.fixture
def kernel() -> FakeKernel:
    """Return a stand-in for a kernel."""
    return FakeKernel()


@pytest.fixture
def diary(tmp_path) -> Diary:
    """Return a kernel's diary."""
    return Diary(str(tmp_path / "mpl-guard-id"))


def test_what_is_no_json_data_is_not_saved_and_said_so(kernel, diary):
    reporter = StateReporter(kernel, lambda: diary, SIGNER)
    reporter.save_settings(SettingsRecord(SETTINGS | {"rc_params": {"figure.dpi": float("nan")}}))
    assert "could not be saved" in reporter.state()["message"]
    assert diary.unsaved() == "it could not be written"
    reporter.save_settings(SettingsRecord(SETTINGS))
    assert (reporter.state()["message"], diary.unsaved()) == ("", "")


def test_what_could_not_be_written_is_tried_again_when_there_may_be_room(kernel, diary, monkeypatch):
    reporter = StateReporter(kernel, lambda: diary, SIGNER)
    write = Diary.write

    def full(self: Diary, name: str, document: dict[str, Any]) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Diary, "write", full)
    reporter.save_settings(SettingsRecord(SETTINGS))
    assert "No space left" in reporter.state()["message"]
    assert diary.unsaved() == os.strerror(28)
    monkeypatch.setattr(Diary, "write", write)
    reporter.try_again()
    assert (reporter.state()["message"], diary.unsaved()) == ("", "")
    assert diary.read(STATE)["backend"] == "agg"


@pytest.mark.parametrize("has_room_for_old", [True, False])
def test_a_full_disk_has_the_agents_last_word(kernel, diary, monkeypatch, has_room_for_old):
    def full(*args: Any, **kwargs: Any) -> None:
        raise OSError(28, "No space left on device")

    reporter = StateReporter(kernel, lambda: diary, SIGNER)
    reporter.save_settings(SettingsRecord({**EMPTY_SETTINGS, "rc_params": {"figure.dpi": 91.0}}))
    monkeypatch.setattr(Diary, "draft", full)
    if not has_room_for_old:
        monkeypatch.setattr(Diary, "write_over", lambda *args: None)
    reporter.save_settings(SettingsRecord({**EMPTY_SETTINGS, "rc_params": {"figure.dpi": 144.0}}))
    state = written_state(diary, "id")
    assert "could not be saved" in state["message"]
    assert state["rc_params"] == {"figure.dpi": 144.0 if has_room_for_old else 91.0}
    if has_room_for_old:
        assert state == reporter.state()
    monkeypatch.undo()
    reporter.try_again()
    assert written_state(diary, "id") == reporter.state()
    assert reporter.state()["message"] == ""


def test_a_forgotten_diary_is_not_made_again_for_what_could_not_be_written_before(kernel, diary, monkeypatch):
    reporter = StateReporter(kernel, lambda: diary, SIGNER)
    reporter.save_settings(SettingsRecord(SETTINGS))
    reporter.could_not_save(OSError(28, "No space left on device"))
    diary.remove()
    reporter.forgotten()
    reporter.try_again()
    assert (reporter.state()["message"], diary.names()) == ("", [])


def test_the_status_follows_from_what_the_reporter_was_told(kernel, diary):
    reporter = StateReporter(kernel, lambda: diary, SIGNER)
    assert reporter.state()["status"] == "absent"
    reporter.restoring(SETTINGS)
    assert (reporter.state()["status"], reporter.state()["backend"]) == ("restoring", "agg")
    reporter.restored(RestoreReport.now(Trigger.CRASH, ["backend"], []))
    reporter.save_settings(SettingsRecord(SETTINGS))
    assert reporter.state()["status"] == "restored"
    reporter.restored(RestoreReport.now(Trigger.CRASH, [], [Missing("ax", "gone")]))
    assert reporter.state()["status"] == "partial"
    reporter.figures([LISTED], 1)
    reporter.incarnation(2)
    assert reporter.state()["status"] == "offered"
    assert "1 figure from before the restart" in reporter.state()["message"]
    reporter.paused("It crashed twice.", paused=False)
    assert (reporter.state()["status"], reporter.state()["message"]) == ("paused", "It crashed twice.")
    reporter.paused("", paused=True)
    assert (reporter.state()["status"], reporter.state()["message"]) == ("paused", "")
    reporter.paused("", paused=False)
    reporter.failed(SystemExit("odd"))
    assert reporter.state()["status"] == diary.read(STATE)["status"] == "error"
    assert reporter.works_again()
    assert not reporter.works_again()
    reporter.figures([], 0)
    reporter.forgotten()
    assert (reporter.state()["status"], reporter.state()["last_restore"]) == ("live", None)


def test_figures_are_published_when_they_have_changed_or_a_cell_has_drawn_them(kernel, diary):
    reporter = StateReporter(kernel, lambda: diary, SIGNER)
    reporter.figures([LISTED], 0)
    reporter.publish_figures(None, [])
    reporter.publish_figures("cell", [])
    assert [each["metadata"] for each in kernel.published] == [{}]
    reporter.publish_figures("cell", ["a", None])
    assert kernel.published[-1]["metadata"] == {"drawn": {"cell": "cell", "figures": ["a", None]}}
    reporter.publish_figures(None, ["a"])
    assert len(kernel.published) == 2


def test_what_is_said_in_a_block_is_written_and_published_once(kernel, diary, monkeypatch):
    reporter = StateReporter(kernel, lambda: diary, SIGNER)
    written: list[dict[str, Any]] = []
    write = Diary.write

    def count(self: Diary, name: str, document: dict[str, Any]) -> None:
        if name == STATE:
            written.append(document)
        write(self, name, document)

    monkeypatch.setattr(Diary, "write", count)
    with suppress(ZeroDivisionError), reporter.at_once():
        reporter.save_settings(SettingsRecord(SETTINGS))
        with reporter.at_once():
            reporter.figures([LISTED], 1)
            reporter.publish_figures("cell", ["a"])
        reporter.publish({"asked": {"action": "forget"}})
        assert (written, kernel.published) == ([], [])
        1 / 0  # noqa: B018  # it is written all the same
    assert written == [reporter.state()]
    assert [each["metadata"] for each in kernel.published] == [
        {"drawn": {"cell": "cell", "figures": ["a"]}, "asked": {"action": "forget"}}
    ]
    reporter.publish()
    assert len(kernel.published) == 2


def test_what_was_said_before_the_diary_was_removed_does_not_make_it_again(kernel, diary):
    reporter = StateReporter(kernel, lambda: diary, SIGNER)
    with reporter.at_once():
        reporter.save_settings(SettingsRecord(SETTINGS))
        diary.remove()
        reporter.forgotten()
        reporter.publish()
    assert (diary.names(), len(kernel.published)) == ([], 1)
