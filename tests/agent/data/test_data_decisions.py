"""What becomes of data when an incarnation begins, as a table."""

from __future__ import annotations

import pytest

from jupyter_mpl_guard.agent.data.decisions import DataFacts, DataPlan, at_begin

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
        (DataFacts("crash"), NOTHING),
        (DataFacts("crash", left=True), COMES),
        (DataFacts("crash", left=True, offer=True), COMES),
        (DataFacts("crash", left=True, wanted=False), NOTHING),
        (DataFacts("crash", left=True, paused=True), HELD),
        (DataFacts("crash", left=True, fresh=True), OFFERED),
        (DataFacts("crash", left=True, same_process=True), NOTHING),
        (DataFacts("crash", left=True, same_process=True, offer=True), STILL),
        (DataFacts("crash", offer=True), STILL),
        (DataFacts("restart", left=True), OFFERED),
        (DataFacts("restart", left=True, fresh=True), OFFERED),
        (DataFacts("restart", left=True, paused=True), HELD),
        (DataFacts("restart", offer=True), NOTHING),
        (DataFacts("manual", left=True), OFFERED),
    ],
)
def test_data_comes_back_after_a_crash_and_is_offered_otherwise(facts, plan):
    assert at_begin(facts) is plan
