"""What becomes of data when an incarnation begins, as a table."""

from __future__ import annotations

import pytest

from jupyter_mpl_guard.agent.data.decisions import DataFacts, DataPlan, at_begin
from jupyter_mpl_guard.agent.protocol import Trigger

NOTHING, COMES, OFFERED, HELD, STILL = (
    DataPlan.NOTHING,
    DataPlan.COMES,
    DataPlan.OFFERED,
    DataPlan.HELD,
    DataPlan.STILL_OFFERED,
)


@pytest.mark.parametrize(
    ("facts", "plan"),
    [
        (DataFacts(Trigger.CRASH), NOTHING),
        (DataFacts(Trigger.CRASH, left=True), COMES),
        (DataFacts(Trigger.CRASH, left=True, offer=True), COMES),
        (DataFacts(Trigger.CRASH, left=True, wanted=False), NOTHING),
        (DataFacts(Trigger.CRASH, left=True, paused=True), HELD),
        (DataFacts(Trigger.CRASH, left=True, fresh=True), OFFERED),
        (DataFacts(Trigger.CRASH, left=True, same_process=True), NOTHING),
        (DataFacts(Trigger.CRASH, left=True, same_process=True, offer=True), STILL),
        (DataFacts(Trigger.CRASH, offer=True), STILL),
        (DataFacts(Trigger.RESTART, left=True), OFFERED),
        (DataFacts(Trigger.RESTART, left=True, fresh=True), OFFERED),
        (DataFacts(Trigger.RESTART, left=True, paused=True), HELD),
        (DataFacts(Trigger.RESTART, offer=True), NOTHING),
        (DataFacts(Trigger.MANUAL, left=True), OFFERED),
    ],
)
def test_data_comes_back_after_a_crash_and_is_offered_otherwise(facts, plan):
    assert at_begin(facts) is plan
