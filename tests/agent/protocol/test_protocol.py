"""The documents that the agent and the server exchange: what is read is checked."""

from __future__ import annotations

import json

import pytest

from jupyter_mpl_guard.agent.protocol import (
    Begin,
    Close,
    DataChoice,
    Diagnose,
    Export,
    Forget,
    GetState,
    ListBackends,
    Missing,
    MissingKind,
    NextRestore,
    Pause,
    Picture,
    Reinit,
    RestorePolicy,
    RestoreReport,
    Trigger,
    Wanted,
    WriteCode,
    request_from_json,
)
from jupyter_mpl_guard.agent.protocol.gateway import GatewayKernel

REQUESTS = [
    Begin(Trigger.CRASH, 3, "It crashed twice.", RestorePolicy.ALWAYS, {"figure": 1.0}, NextRestore.NONE),
    Begin(diary_dir="/volume", trouble="It is elsewhere."),
    Begin(data=DataChoice.PLOTS, data_limits={"value": 1.0}, never_keep=["mine"]),
    Begin(gateway=GatewayKernel("k-1", "archive", "00ff", "k-0", "/volume", 3.0, 5.0)),
    Reinit(Wanted.ALL, "agg"),
    Reinit(("a", "b"), data=Wanted.NONE),
    Pause(True, "Switched off."),
    Forget(),
    GetState(),
    Close("a"),
    Picture("a"),
    Export("a", "svg", 72.5, True),
    Diagnose(),
    ListBackends(),
    WriteCode(),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=str)
def test_a_request_is_read_as_it_was_sent(request_):
    assert request_from_json(json.loads(json.dumps(request_.to_json()))) == request_


def test_what_a_request_does_not_say_is_the_least_that_can_be_meant():
    assert request_from_json({}) == Begin(
        Trigger.MANUAL, 1, "", RestorePolicy.CRASH, {}, NextRestore.AUTO, DataChoice.ALL
    )
    assert request_from_json({"action": "reinit", "source": "print()"}) == Reinit(Wanted.AUTO, None, Wanted.AUTO)
    assert request_from_json({"action": "begin", "incarnation": -1}).incarnation == 1


def test_no_log_shows_the_key_of_a_kernel_behind_a_gateway():
    assert "00ff" not in repr([Begin(gateway=GatewayKernel("k-1", "archive", "00ff"))])


@pytest.mark.parametrize(
    "data",
    [
        None,
        {"action": "explode"},
        {"trigger": "earthquake"},
        {"incarnation": "2"},
        {"incarnation": True},
        {"limits": [1]},
        {"limits": {"figure": "1"}},
        {"limits": {"figure": True}},
        {"limits": {"figure": -1}},
        {"limits": {"figure": float("inf")}},
        {"paused": False},
        {"figures": "none"},
        {"action": "reinit", "figures": []},
        {"action": "reinit", "figures": ["a", 1]},
        {"action": "reinit", "backend": 1},
        {"action": "reinit", "backend": "module://tool"},
        {"action": "reinit", "backend": "agg\n"},
        {"action": "reinit", "backend": ""},
        {"action": "close"},
        {"action": "export", "figure": "a"},
        {"action": "export", "figure": "a", "format": "exe"},
        {"action": "export", "figure": "a", "format": "png", "dpi": 0},
        {"action": "export", "figure": "a", "format": "png", "dpi": 0.5},
        {"action": "export", "figure": "a", "format": "png", "dpi": True},
        {"action": "export", "figure": "a", "format": "png", "dpi": 1e9},
        {"action": "export", "figure": "a", "format": "png", "transparent": 1},
        {"diary_dir": 1},
        {"gateway": []},
        {"gateway": {"kernel_id": "../k"}},
        {"gateway": {"kernel_id": "k", "days": "7"}},
        {"action": "pause"},
        {"action": "pause", "paused": "yes"},
    ],
    ids=str,
)
def test_a_request_that_cannot_be_meant_is_refused(data):
    with pytest.raises(ValueError, match="request"):
        request_from_json(data)


def test_what_is_missing_is_read_as_it_was_written():
    missing = Missing("the name ax", "it cannot be saved", MissingKind.NAME, "ax")
    assert Missing.from_json(missing.to_record()) == missing
    assert missing.to_json() == {"what": "the name ax", "why": "it cannot be saved"}
    assert Missing("a \ud800", "b").to_record() == {"what": "a ?", "why": "b"}


@pytest.mark.parametrize("more", [{}, {"kind": "of a later version"}, {"kind": ["name"], "key": 1}])
def test_what_is_missing_stays_named_where_its_kind_is_not_known(more):
    assert Missing.from_json({"what": "the name ax", "why": "w", **more}) == Missing("the name ax", "w")


@pytest.mark.parametrize("data", [None, [], {"what": "x"}, {"what": "x", "why": None}])
def test_what_does_not_name_something_missing_is_refused(data):
    with pytest.raises(ValueError, match="missing"):
        Missing.from_json(data)


def test_a_report_of_a_restore_is_that_of_the_schema():
    report = RestoreReport.now(Trigger.CRASH, ["backend"], [Missing("ax", "gone")], 1.23)
    later = report.and_then(["figures"], [])
    assert later.at == report.at
    assert later.to_json() == {
        "trigger": "crash",
        "at": report.at,
        "took_ms": 1.2,
        "restored": ["backend", "figures"],
        "missing": [{"what": "ax", "why": "gone"}],
    }
