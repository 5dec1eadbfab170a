"""What has been named as missing stays named until it is there, whatever the sentence is."""

from __future__ import annotations

import matplotlib as mpl
import pytest

from jupyter_mpl_guard.agent import messages
from jupyter_mpl_guard.agent.protocol import Missing, RestoreReport, Trigger
from jupyter_mpl_guard.agent.restore.still_missing import still_missing, unset

NAME = messages.missing_name("ax", "gone", "fig")
GLOBAL = messages.missing_global("f", "gone")
BACKEND = messages.missing_backend("qt", "gone")
PARAMETER = messages.missing_parameter("figure.dpi", "gone")
KEPT = messages.missing_until_asked_for("fig", "gone")
OTHER = Missing("the name of the rose", "gone")


@pytest.mark.parametrize(
    ("names", "restored", "named", "gone"),
    [
        ((), (), (), [KEPT]),
        (("ax", "the"), (), (), [KEPT, NAME]),
        (("f",), (), (), [KEPT, GLOBAL]),
        ((), ("backend",), (), [KEPT, BACKEND]),
        ((), (), (OTHER,), [KEPT, OTHER]),
        ((), (), (messages.missing_backend("qtagg", "not there"),), [KEPT, BACKEND]),
        ((), (), (messages.missing_backend("tk", "not there"),), [KEPT]),
    ],
)
def test_an_earlier_report_loses_what_is_there_now(names, restored, named, gone):
    everything = [NAME, GLOBAL, BACKEND, PARAMETER, KEPT, OTHER]
    report = RestoreReport.now(Trigger.CRASH, [], everything)
    assert still_missing(report, names, restored, named) == [each for each in everything if each not in gone]
    assert still_missing(None, names, restored, named) == []


def test_a_parameter_is_no_longer_missing_once_it_is_set():
    report = RestoreReport.now(Trigger.CRASH, [], [PARAMETER, OTHER])
    with mpl.rc_context({"figure.dpi": 301}):
        assert still_missing(report, (), (), ()) == unset(report.missing) == [OTHER]
    assert unset(report.missing) == [PARAMETER, OTHER]


def test_what_did_not_come_back_says_what_to_do_about_it():
    named = messages.with_remedies([NAME, GLOBAL, BACKEND, messages.missing_figure("fig", "gone."), KEPT, OTHER])
    again = "gone; run the cell again that makes it"
    backend = "gone; choose another one, or look for problems to see how this one is mended"
    assert [each.why for each in named] == [
        again,
        again,
        backend,
        "gone; run the cell again that draws it",
        KEPT.why,
        OTHER.why,
    ]
