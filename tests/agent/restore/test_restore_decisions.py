"""What is restored, as it follows from the facts: the whole of the truth tables."""

from __future__ import annotations

from itertools import product

import pytest

from jupyter_mpl_guard.agent.protocol import RestorePolicy, Trigger, Wanted
from jupyter_mpl_guard.agent.restore.cell_needs import needs_restore
from jupyter_mpl_guard.agent.restore.decisions import (
    BeginFacts,
    FigurePlan,
    OfferAction,
    RestorePhase,
    at_begin,
    comes_back,
    on_reinit,
)

BY_ITSELF = {
    (Trigger.CRASH, RestorePolicy.CRASH),
    (Trigger.CRASH, RestorePolicy.ALWAYS),
    (Trigger.RESTART, RestorePolicy.ALWAYS),
}
"""After which end figures come back by themselves under which policy."""


@pytest.mark.parametrize(("trigger", "policy"), list(product(Trigger, RestorePolicy)))
def test_figures_come_back_by_themselves_as_the_policy_has_it(trigger, policy):
    assert comes_back(trigger, policy) is ((trigger, policy) in BY_ITSELF)


@pytest.mark.parametrize(("trigger", "policy"), list(product(Trigger, RestorePolicy)))
@pytest.mark.parametrize("settings", [False, True])
def test_settings_come_back_after_each_end_under_each_policy(trigger, policy, settings):
    for paused, figures, offer in product([False, True], repeat=3):
        facts = BeginFacts(trigger, policy, paused, settings=settings, figures=figures, offer=offer)
        assert at_begin(facts).settings is settings


@pytest.mark.parametrize(
    ("trigger", "policy", "plan"),
    [
        (Trigger.CRASH, RestorePolicy.CRASH, FigurePlan.WITH_SETTINGS),
        (Trigger.CRASH, RestorePolicy.ALWAYS, FigurePlan.WITH_SETTINGS),
        (Trigger.CRASH, RestorePolicy.NEVER, FigurePlan.OFFERED),
        (Trigger.RESTART, RestorePolicy.CRASH, FigurePlan.OFFERED),
        (Trigger.RESTART, RestorePolicy.ALWAYS, FigurePlan.UNLESS_A_CELL_COMES),
        (Trigger.RESTART, RestorePolicy.NEVER, FigurePlan.OFFERED),
        (Trigger.MANUAL, RestorePolicy.CRASH, FigurePlan.OFFERED),
        (Trigger.MANUAL, RestorePolicy.ALWAYS, FigurePlan.OFFERED),
        (Trigger.MANUAL, RestorePolicy.NEVER, FigurePlan.OFFERED),
    ],
)
@pytest.mark.parametrize("offer", [False, True])
def test_figures_that_were_left_come_back_or_are_offered(trigger, policy, plan, offer):
    assert at_begin(BeginFacts(trigger, policy, figures=True, offer=offer)).figures is plan
    assert at_begin(BeginFacts(trigger, policy, figures=True, offer=offer, paused=True)).figures is FigurePlan.HELD


@pytest.mark.parametrize(("trigger", "policy", "paused"), list(product(Trigger, RestorePolicy, [False, True])))
def test_an_offer_outlives_a_crash_in_which_no_figure_was_lost(trigger, policy, paused):
    expected = FigurePlan.STILL_OFFERED if trigger is Trigger.CRASH else FigurePlan.NOTHING
    assert at_begin(BeginFacts(trigger, policy, paused, offer=True)).figures is expected
    assert at_begin(BeginFacts(trigger, policy, paused)).figures is FigurePlan.NOTHING


@pytest.mark.parametrize(("trigger", "policy", "paused"), list(product(Trigger, RestorePolicy, [False, True])))
def test_what_was_in_no_figure_is_named_where_figures_would_have_come_back(trigger, policy, paused):
    expected = not paused and (trigger, policy) in BY_ITSELF
    assert at_begin(BeginFacts(trigger, policy, paused)).names_lost is expected
    assert at_begin(BeginFacts(trigger, policy, paused, figures=True)).names_lost is False


@pytest.mark.parametrize(("trigger", "policy", "paused"), list(product(Trigger, RestorePolicy, [False, True])))
def test_where_another_version_has_worked_everything_is_there(trigger, policy, paused):
    for settings, figures, offer in product([False, True], repeat=3):
        decision = at_begin(BeginFacts(trigger, policy, paused, True, False, settings, figures, offer))
        expected = FigurePlan.STILL_OFFERED if offer else FigurePlan.NOTHING
        assert decision == (False, expected, False)


@pytest.mark.parametrize(("trigger", "policy", "paused"), list(product(Trigger, RestorePolicy, [False, True])))
def test_where_a_notebook_is_run_again_nothing_comes_back_by_itself(trigger, policy, paused):
    for settings, offer in product([False, True], repeat=2):
        decision = at_begin(
            BeginFacts(trigger, policy, paused, fresh=True, settings=settings, figures=True, offer=offer)
        )
        assert decision == (False, FigurePlan.HELD if paused else FigurePlan.OFFERED, False)


UNDER_WAY = {RestorePhase.PLANNED, RestorePhase.WAITING}


@pytest.mark.parametrize(("wanted", "phase"), list(product(Wanted, RestorePhase)))
def test_a_request_takes_leaves_or_ends_an_offer(wanted, phase):
    expected = {
        "auto": OfferAction.LEAVE,
        "all": OfferAction.TAKE,
        "none": OfferAction.OFFER if phase in UNDER_WAY else OfferAction.DISMISS,
    }
    assert on_reinit(wanted, phase) is expected[wanted]
    assert on_reinit(("an id",), phase) is OfferAction.TAKE_SOME


@pytest.mark.parametrize(
    ("code", "needed"),
    [
        ("x = 1", False),
        ("plt.plot()", True),
        ("p.plot()", False),
        ("import matplotlib", True),
        ("%matplotlib inline", True),
        ("exec(text)", True),
        ("%run it.py", True),
        ("fig", True),
        ("\ufb01g", True),
        ("\uff4datplotlib", True),
        ("figure", False),
        ("globals()", True),
        ("", False),
    ],
)
def test_a_cell_needs_a_restore_when_it_mentions_what_comes_back(code, needed):
    assert needs_restore(code, {"plt": "matplotlib.pyplot"}, {"fig"}) is needed


def test_a_cell_that_looks_at_names_needs_a_restore_only_where_names_come_back():
    assert needs_restore("globals()", {"plt": "matplotlib.pyplot"}, ())
    assert not needs_restore("globals()", {}, ())
