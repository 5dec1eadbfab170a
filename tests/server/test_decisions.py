"""What the server decides about a kernel, as functions of what it knows."""

from __future__ import annotations

from itertools import product

import pytest

from jupyter_mpl_guard import messages
from jupyter_mpl_guard.agent.protocol import FINAL, Forget, Pause, Reinit, RestorePolicy, Wanted
from jupyter_mpl_guard.archive.ending import Ending, ending_of
from jupyter_mpl_guard.guard import pause
from jupyter_mpl_guard.guard.pause import CrashCounter, PauseReason, after_crash
from jupyter_mpl_guard.guard.phase import KernelPhase
from jupyter_mpl_guard.guard.policy import DiaryOrigin, FigureLimits, Policy, first_request
from jupyter_mpl_guard.guard.shown_state import ServerView, overlay, shown_state

USER, OFF, CRASHES = PauseReason.BY_USER, PauseReason.SWITCHED_OFF, PauseReason.BY_CRASHES


@pytest.mark.parametrize(
    ("origin", "reason", "trigger", "paused"),
    [
        (DiaryOrigin.NEW, None, "manual", ""),
        (DiaryOrigin.ARCHIVE, None, "restart", ""),
        (DiaryOrigin.RESTART, None, "restart", ""),
        (DiaryOrigin.CRASH, None, "crash", ""),
        (DiaryOrigin.CRASH, CRASHES, "crash", messages.PAUSED_BY_CRASHES),
        (DiaryOrigin.RESTART, CRASHES, "restart", messages.PAUSED_BY_CRASHES),
        (DiaryOrigin.NEW, CRASHES, "manual", messages.PAUSED_BY_CRASHES),
    ],
)
def test_what_is_restored_at_the_beginning_of_an_incarnation(origin, reason, trigger, paused):
    begin = first_request(origin, 3, reason, Policy(figures=RestorePolicy.ALWAYS), FigureLimits(1.0, 2.0, 0.5))
    assert begin.to_json() == {
        "action": "begin",
        "trigger": trigger,
        "incarnation": 3,
        "paused": paused,
        "figures": "always",
        "limits": {"figure": 1.0, "kernel": 2.0, "seconds": 0.5},
        "data": "all",
        "data_limits": {"value": 64.0, "kernel": 512.0, "objects": 100_000},
        "never_keep": None,
        "restore": "auto",
        "diary_dir": "",
        "trouble": "",
        "gateway": None,
    }


@pytest.mark.parametrize(("origin", "reason"), list(product(DiaryOrigin, (USER, OFF))))
def test_a_kernel_without_the_guard_gets_no_agent(origin, reason):
    assert first_request(origin, 1, reason, Policy(), FigureLimits()) is None


def test_requests_have_the_keys_that_the_agent_reads():
    assert Reinit(Wanted.ALL, "agg").to_json() == {
        "action": "reinit",
        "figures": "all",
        "backend": "agg",
        "data": "auto",
    }
    assert Pause(True, "why").to_json() == {"action": "pause", "paused": True, "message": "why"}
    assert Forget().to_json() == {"action": "forget"}
    assert Reinit(("a",)).to_json()["figures"] == ["a"]
    assert [Reinit().joins, Reinit(("a",)).joins, Reinit(Wanted.ALL).joins, Reinit(backend="agg").joins] == [
        True,
        False,
        False,
        False,
    ]


RUNNING, STARTING, RESTARTING, CRASHED, DEAD, UNSUPPORTED = (
    KernelPhase.RUNNING,
    KernelPhase.STARTING,
    KernelPhase.RESTARTING,
    KernelPhase.CRASHED,
    KernelPhase.DEAD,
    KernelPhase.UNSUPPORTED,
)
RESTORING = ("restoring", "")


@pytest.mark.parametrize(
    ("phase", "reason", "error", "asking", "agent", "expected"),
    [
        # What the kernel runs counts before all else, then whether it lives, then whether it is paused.
        (UNSUPPORTED, USER, "why", True, (2, "live"), ("unsupported", "")),
        (DEAD, USER, "why", True, (2, "live"), ("error", messages.DEAD)),
        (RUNNING, USER, "why", True, (2, "live"), ("paused", messages.PAUSED_BY_USER)),
        (CRASHED, CRASHES, "", False, (1, "restored"), ("paused", messages.PAUSED_BY_CRASHES)),
        (STARTING, OFF, "", False, (1, "absent"), ("paused", messages.SWITCHED_OFF)),
        (RUNNING, None, "why", True, (2, "live"), ("error", "why")),
        # Between two incarnations, and until the agent of the new one has said how it went.
        (RESTARTING, None, "", False, (1, "live"), RESTORING),
        (CRASHED, None, "", False, (2, "live"), RESTORING),
        (RUNNING, None, "", True, (1, "live"), RESTORING),
        (RUNNING, None, "", True, (2, "restoring"), RESTORING),
        # Else the agent knows best.
        (RUNNING, None, "", False, (2, "live"), None),
        (RUNNING, None, "", False, (1, "live"), None),
        (RUNNING, None, "", False, (2, "restoring"), None),
        *((RUNNING, None, "", True, (2, status), None) for status in FINAL),
    ],
)
def test_what_the_server_lays_over_the_state_of_the_agent(phase, reason, error, asking, agent, expected):
    laid_over = overlay(ServerView(phase, reason, error, asking, 2), *agent)
    assert laid_over.pop("incarnation") == 2
    assert laid_over == ({} if expected is None else dict(zip(("status", "message"), expected, strict=True)))


def test_a_first_incarnation_is_not_said_to_be_restored_while_its_agent_is_on_its_way():
    assert overlay(ServerView(RUNNING, None, "", True, 1), 1, "restoring") == {"incarnation": 1}


def test_the_state_in_the_diary_counts_then_the_last_answer_then_nothing():
    def shown(written, answered, **is_last):
        states = ({"incarnation": n, "status": "live", "is": n} if n else None for n in (written, answered))
        return shown_state("id", ServerView(RUNNING, None, "", False, 2), *states, **is_last)

    assert [shown(2, 3)["is"], shown(1, 2)["is"], shown(None, 2)["is"]] == [2, 2, 2]
    assert [shown(*each, is_last=True)["is"] for each in ((2, 3), (2, 1), (2, None))] == [3, 2, 2]  # nothing is newer
    assert [shown(*each)["status"] for each in ((1, 1), (None, None), (1, None))] == ["absent"] * 3
    assert [shown(3, None)["incarnation"], shown(None, None)["incarnation"]] == [3, 2]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [(facts, Ending.ARCHIVE if all(facts) else Ending.REMOVE) for facts in product((True, False), repeat=4)],
)
def test_what_becomes_of_a_diary_when_its_kernel_has_ended(facts, expected):
    names = ("wanted", "has_notebook", "is_owned", "holds_plots")
    assert ending_of(**dict(zip(names, facts, strict=True))) is expected


@pytest.mark.parametrize(
    ("reason", "quick", "expected"),
    [(None, 0, None), (None, 1, None), (None, 2, CRASHES), (None, 3, CRASHES)]
    + [(reason, quick, reason) for reason in (USER, OFF, CRASHES) for quick in (0, 2)],
)
def test_crashes_pause_a_kernel_that_is_not_paused(reason, quick, expected):
    assert after_crash(reason, quick) is expected


def test_only_crashes_soon_after_a_restore_in_which_no_cell_has_ended_count(monkeypatch):
    now = 1000.0
    monkeypatch.setattr(pause.time, "monotonic", lambda: now)
    crashes = CrashCounter()
    assert crashes.note_crash(outlived=False) == 0  # nothing was restored
    crashes.note_restore()
    now += pause.QUICK_SECONDS - 1
    assert [crashes.note_crash(outlived=False) for _ in range(2)] == [1, 2]
    assert crashes.note_crash(outlived=True) == 0
    assert crashes.note_crash(outlived=False) == 1
    now += 1
    assert crashes.note_crash(outlived=False) == 0
    crashes.note_restore()
    assert crashes.note_crash(outlived=False) == 1
    crashes.start_again()
    assert (crashes.quick, crashes.note_crash(outlived=False)) == (0, 0)


def test_every_reason_has_a_sentence_and_only_crashes_leave_the_agent():
    assert len({reason.message for reason in PauseReason}) == len(PauseReason)
    assert [reason for reason in PauseReason if not reason.unguards] == [CRASHES]
