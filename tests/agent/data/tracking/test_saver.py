"""Saving before a cell goes on where the one before it has left off."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from matplotlib.figure import Figure

from jupyter_mpl_guard.agent.cells.source import mentioned
from jupyter_mpl_guard.agent.data.names import NameChoice
from jupyter_mpl_guard.agent.data.tracking.bindings import Bindings
from jupyter_mpl_guard.agent.data.tracking.reach import Reach
from jupyter_mpl_guard.agent.data.tracking.saver import Saver
from jupyter_mpl_guard.agent.data.tracking.tracker import DataTracker
from jupyter_mpl_guard.agent.data.tracking.tracking_state import TrackingState
from jupyter_mpl_guard.agent.data.values.examination import DataLimits, examine
from jupyter_mpl_guard.agent.data.values.refusal import NotKept
from jupyter_mpl_guard.agent.pickling.limits.budget import Budget, Limits, Moment, TooSlow
from jupyter_mpl_guard.agent.storage.data import log as data_log
from jupyter_mpl_guard.agent.storage.data.entry import Unsaved
from jupyter_mpl_guard.agent.storage.data.log import DataLog
from jupyter_mpl_guard.agent.storage.diary import Diary
from jupyter_mpl_guard.agent.storage.sentences import STALE


class Short(Budget):
    """A budget in which only `count` values can be saved."""

    def __init__(self, count, seconds):
        super().__init__(Moment.BEFORE_CELL)
        self._count, self._seconds_spent = count, seconds

    def start(self, *, is_patient=False):
        self._count -= 1
        self.check()

    def spent(self):
        return self._seconds_spent

    def check(self):
        if self._count < 0:
            raise TooSlow


@pytest.fixture
def known(tmp_path):
    shell = SimpleNamespace(user_ns={name: [name] for name in "abcde"}, user_ns_hidden={})
    known = TrackingState(
        DataLog(Diary(str(tmp_path / "diary")), "k1", b"key"), DataLimits(), Bindings(shell, NameChoice())
    )
    known.mark(known.bindings.changed())
    yield known
    known.log.close()


def test_what_came_too_late_is_saved_before_the_next_cell(known):
    for count in (2, 4, 5):
        Saver(known, Short(2, seconds=0.001)).run()
        assert len(known.log.state.entries) == count
    assert known.dirty == {}


def test_what_is_too_large_waits_and_keeps_nobody_from_being_saved(known):
    known.bindings.namespace["e"] = bytearray(5 * 2**20)
    known.mark(known.bindings.changed())
    Saver(known, Budget(Moment.BEFORE_CELL, Limits(wait=60.0))).run()
    assert sorted(known.log.state.entries) == ["a", "b", "c", "d"]
    assert known.moments == {"e": Moment.AFTER_CELL}


def test_what_is_found_to_belong_together_is_saved_together_in_one_pass(known):
    names = known.bindings.namespace
    Saver(known, Budget(Moment.IDLE)).run()
    names["f"] = [names["a"]]
    names["a"].append(2)
    known.mark([*known.bindings.changed(), "a"])
    Saver(known, Budget(Moment.IDLE)).run()
    assert known.dirty == {}
    assert known.log.state.entries["a"] is known.log.state.entries["f"]
    assert set(known.log.state.entries["a"].names) == {"a", "f"}


def test_small_values_have_files_of_their_own_where_the_log_would_become_too_long(known, monkeypatch):
    monkeypatch.setattr(data_log, "ROOM", 4_000)
    known.bindings.namespace.update({f"l{place}": list(range(500)) for place in range(10)})
    known.mark(known.bindings.changed())
    Saver(known, Budget(Moment.IDLE)).run()
    entries = [known.log.state.entries[f"l{place}"] for place in range(10)]
    assert [entry.file is None for entry in entries].count(True) == 2
    read = DataLog(known.log._diary, "k1", b"key")
    read.start_with(read.read())
    assert all(read.load(entry) for entry in read.state.entries.values())


def test_what_is_slow_waits_for_the_reply_to_a_cell(known):
    Saver(known, Short(0, seconds=1.0)).run()
    assert list(known.moments.values()) == [Moment.AFTER_CELL]


def test_new_names_are_written_down_before_their_values_are(known):
    tracker = DataTracker(known)
    known.bindings.namespace["new"] = [1]
    tracker.cell_ends("new = [1]", mentioned("new = [1]"))
    assert known.log.state.unsaved["new"] == Unsaved("", STALE)
    tracker.save(Budget(Moment.IDLE))
    assert known.log.state.unsaved == {}


def test_names_of_figures_lead_to_no_others(known):
    figure = Figure()
    axes = figure.subplots(2, 2)
    known.bindings.namespace.update(axs=axes, lines=[each.plot([1, 2])[0] for each in axes.flat], redraw=figure.draw)
    known.mark(known.bindings.changed())
    reach = Reach(known)
    for name in ("axs", "lines", "redraw"):
        assert reach(mentioned(f"{name}, a")) == {name, "a"}


def test_a_value_that_holds_parts_of_figures_is_refused_before_they_are_looked_into():
    figure = Figure()
    axes = figure.subplots(2, 2)
    for value in (axes, [figure], {"a": [{"b": axes[0, 0]}]}, figure.draw):
        with pytest.raises(NotKept) as refused:
            examine({"value": value}, {}, DataLimits(objects=20), Budget(Moment.IDLE))
        assert refused.value.kind.__module__.startswith("matplotlib")
