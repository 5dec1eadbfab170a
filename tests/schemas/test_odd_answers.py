"""What kernels answer and leave is checked before it is kept: none of it breaks what the server says of all kernels."""

from __future__ import annotations

import json
import os
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from plot_states import full_plot_state, plot_state

from jupyter_mpl_guard import schemas
from jupyter_mpl_guard.agent.storage.diary import STATE, STATE_BYTES, Diary
from jupyter_mpl_guard.agent_client.client import ERROR_LENGTH, AgentClient
from jupyter_mpl_guard.guard.phase import KernelPhase
from jupyter_mpl_guard.guard.shown_state import ServerView, shown_state, written_state
from jupyter_mpl_guard.schemas import is_plot_state

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)

VALIDATOR = Draft202012Validator(schemas.plot_state())


def nested(depth):
    """Return lists nested to a depth."""
    document = []
    for _ in range(depth):
        document = [document]
    return document


def places(document, way=()):
    """Yield the paths to all values in a document."""
    yield way
    pairs = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in pairs:
        yield from places(value, (*way, key))


@st.composite
def nearly_plot_states(draw):
    """Draw a plot state with another value in one place, with one value less or with one more."""
    document = deepcopy(draw(st.sampled_from([plot_state(), full_plot_state()])))
    *way, last = draw(st.sampled_from([each for each in places(document) if each]))
    inner = document
    for key in way:
        inner = inner[key]
    change = draw(st.sampled_from(["other", "less", "more"]))
    if change == "less":
        del inner[last]
    elif change == "more" and isinstance(inner, dict):
        inner[draw(st.text(max_size=5))] = draw(JSON)
    else:
        inner[last] = draw(JSON | st.sampled_from([2**40, 10**3000, 1e300, -1, 2.0, "x" * 10**6, nested(900)]))
    return document


@given(JSON | nearly_plot_states(), JSON | nearly_plot_states())
def test_whatever_is_answered_and_written_what_is_shown_is_a_plot_state(answered, written):
    view = ServerView(KernelPhase.RUNNING, None, "", False, 1)
    believed = [each if is_plot_state(each) else None for each in (written, answered)]
    shown = shown_state("k", view, *believed)
    assert VALIDATOR.is_valid(shown)
    assert shown["kernel_id"] == "k"
    assert len(json.dumps(shown, allow_nan=False)) < 1.1 * STATE_BYTES


@given(nearly_plot_states())
def test_what_is_taken_for_a_plot_state_is_one_and_can_be_sent(document):
    if is_plot_state(document):
        assert VALIDATOR.is_valid(json.loads(json.dumps(document, allow_nan=False)))


def test_plot_states_are_plot_states():
    assert is_plot_state(plot_state())
    assert is_plot_state(full_plot_state())


ODD = [
    None,
    [],
    "x",
    1,
    {},
    {"status": "live"},
    plot_state(incarnation="3"),
    plot_state(incarnation=10**30),
    plot_state(incarnation=1e300),
    plot_state(rc_params={"figure.dpi": float("inf")}),
    plot_state(inline={**plot_state()["inline"], "rc": {"a": nested(900)}}),
    plot_state(message="x" * (STATE_BYTES + 1)),
    plot_state(status="odd"),
    plot_state(last_restore=[]),
    plot_state(figures=[None]),
]


async def test_odd_answers_of_one_kernel_do_not_break_the_list_of_all(call, kernel, monkeypatch):
    kernel_id = await kernel()
    assert (await call("POST", "reinit", {"kernel_id": kernel_id}))[0] == 200
    replies = [
        {"status": "ok", "user_expressions": {"state": {"status": "ok", "data": {"application/json": each}}}}
        for each in ODD
    ]
    replies += [{"status": "odd"}, {}, {"status": "aborted"}, {"status": "ok", "user_expressions": [1]}]
    replies.append({"status": "error", "user_expressions": {"state": {"ename": "E", "evalue": "x" * 10**6}}})
    for reply in replies:

        async def execute(self, request, install, reply=reply):
            return reply

        monkeypatch.setattr(AgentClient, "_execute", execute)
        code, state = await call("POST", "reinit", {"kernel_id": kernel_id})
        assert (code, VALIDATOR.is_valid(state)) == (200, True), str(reply)[:200]
        assert await call("GET", "kernels") == (200, [state])
        assert len(state["message"]) < 2 * ERROR_LENGTH


@pytest.mark.skipif(os.name != "posix", reason="sparse files as POSIX has them")
async def test_a_sparse_plot_state_of_gigabytes_costs_nothing(call, kernel, jp_runtime_dir, tmp_path):
    kernel_id = await kernel()
    _, before = await call("POST", "reinit", {"kernel_id": kernel_id})
    diary = Diary(str(jp_runtime_dir / f"mpl-guard-{kernel_id}"))
    diary.write("outlived", {})  # so that there is a folder
    with open(os.path.join(diary.folder, STATE), "wb") as file:
        file.truncate(2 * 2**30)
    peak = _peak()
    assert await call("GET", f"kernels/{kernel_id}") == (200, before)
    assert written_state(diary, kernel_id) is None
    assert _peak() - peak < 50 * 2**20


def _peak():
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
