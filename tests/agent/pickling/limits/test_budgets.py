"""How long saving may take: little before a cell, more when the kernel is idle and no message waits."""

from __future__ import annotations

import numpy as np
import pytest
from attempts import MIB, figure_with, pickled

from jupyter_mpl_guard.agent.pickling.attempt import Attempt
from jupyter_mpl_guard.agent.pickling.limits import budget as budgets
from jupyter_mpl_guard.agent.pickling.limits.budget import Budget, GivenUp, Limits, Moment, TooSlow


def test_before_a_cell_only_little_is_saved():
    figure = figure_with(data=np.zeros(2 * budgets.BEFORE_CELL_BYTES, "u1"))
    with pytest.raises(TooSlow):
        pickled(Attempt([figure], {}, {}), Budget(Moment.BEFORE_CELL))
    assert pickled.sizes == []
    with pytest.raises(TooSlow):
        pickled(Attempt([figure_with(text="x" * 5 * MIB)], {}, {}), Budget(Moment.BEFORE_CELL))
    assert pickled.sizes == []


@pytest.fixture
def clock(monkeypatch):
    """Return a list whose only item is the time in seconds, on the wall clock and of the processor alike."""
    now = [100.0]
    monkeypatch.setattr(budgets, "perf_counter", lambda: now[0])
    monkeypatch.setattr(budgets, "thread_time", lambda: now[0])
    return now


def test_time_before_a_cell_is_for_all_groups_together(clock):
    budget = Budget(Moment.BEFORE_CELL)
    clock[0] += 0.6 * budgets.BEFORE_CELL_SECONDS
    budget.start()
    assert budget.spent() == 0
    clock[0] += 0.6 * budgets.BEFORE_CELL_SECONDS
    with pytest.raises(TooSlow):
        budget.check()


def test_work_is_given_up_when_a_message_waits_unless_it_is_nearly_done(clock):
    waits = [True]
    budget = Budget(Moment.IDLE, waits=lambda: waits[0])
    budget.check()
    clock[0] += 2 * budgets.BEFORE_CELL_SECONDS
    with pytest.raises(GivenUp):
        budget.start()
    waits[0] = False
    budget.start()
    clock[0] += 2 * budgets.IDLE_SECONDS
    with pytest.raises(TooSlow):
        budget.check()


def test_what_has_been_given_up_before_gets_more_time_though_messages_come_all_the_time(clock):
    budget = Budget(Moment.IDLE, waits=lambda: True)
    budget.start(is_patient=True)
    clock[0] += 0.9 * budgets.PATIENT
    budget.check()
    clock[0] += 0.2 * budgets.PATIENT
    with pytest.raises(GivenUp):
        budget.check()


def test_whether_a_message_waits_is_not_asked_at_every_step():
    asked = []
    budget = Budget(Moment.IDLE, Limits(wait=0.0), lambda: bool(asked.append(1)))
    for _ in range(5_000):
        budget.check()
    assert 1 <= len(asked) < 2_500
