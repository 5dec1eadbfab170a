"""What the agent does is neither heard nor seen: warnings, prints, tracers and limits of others stay as they are."""

from __future__ import annotations

import gc
import io
import logging
import sys
import threading
import warnings
from types import ModuleType
from typing import Any

import pytest

from jupyter_mpl_guard.agent.internals.warning_filters import warnings_ignored
from jupyter_mpl_guard.agent.pickling.quiet import DEEPEST, quiet
from jupyter_mpl_guard.agent.safe_hook import SafeHook, untraced
from jupyter_mpl_guard.agent.timers import Timer


def library() -> Any:
    """Return a module with a function that warns."""
    module: Any = ModuleType("library")
    exec("import warnings\ndef convert():\n    warnings.warn('mixed types', UserWarning)", module.__dict__)
    return module


def in_thread(function: Any) -> None:
    """Call a function in another thread."""
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()


@pytest.fixture
def shown(monkeypatch):
    """Return the list of the warnings that are shown, as Python shows them: once for each place."""
    monkeypatch.setattr(warnings, "filters", [("default", None, Warning, None, 0)])
    texts: list[str] = []
    monkeypatch.setattr(warnings, "showwarning", lambda message, *rest, **options: texts.append(str(message)))
    return texts


def test_a_warning_that_has_been_shown_is_not_shown_again_and_a_hidden_one_still_is(shown):
    known, hidden = library(), library()
    known.convert()
    for _ in range(3):
        with warnings_ignored():
            known.convert()
            hidden.convert()
    known.convert()
    assert shown == ["mixed types"]
    hidden.convert()
    assert shown == ["mixed types"] * 2


def test_warnings_of_other_threads_are_heard_meanwhile(shown):
    with warnings_ignored(), warnings_ignored():
        in_thread(library().convert)
        assert shown == ["mixed types"]
        library().convert()
    assert shown == ["mixed types"]
    library().convert()
    assert shown == ["mixed types"] * 2


def test_the_filters_are_as_they_were_also_where_others_change_them_meanwhile(shown):
    before = list(warnings.filters)
    with pytest.raises(ValueError, match="never"), warnings_ignored():
        raise ValueError("never")
    assert warnings.filters == before
    with warnings_ignored():
        warnings.filters.insert(0, ("always", None, UserWarning, None, 0))
    assert warnings.filters == [("always", None, UserWarning, None, 0), *before]
    with warnings_ignored():
        warnings.filters.clear()
    assert warnings.filters == []


def test_prints_of_one_thread_are_dropped_and_those_of_others_are_not(monkeypatch):
    out, err = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    with quiet():
        print("dropped")
        print("dropped", file=sys.stderr, flush=True)
        sys.stdout.writelines(["dropped"])
        in_thread(lambda: print("heard"))
        late = logging.StreamHandler()
        replaced = sys.stdout
    assert (sys.stdout, sys.stderr) == (out, err)
    print("also heard")
    late.emit(logging.makeLogRecord({"msg": "heard late"}))
    print("through what was kept", file=replaced)
    assert out.getvalue() == "heard\nalso heard\nthrough what was kept\n"
    assert err.getvalue() == "heard late\n"


def test_a_stream_that_was_put_there_meanwhile_stays(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    with quiet():
        sys.stdout = mine = io.StringIO()
    assert sys.stdout is mine


def test_calls_are_not_too_deep_whatever_the_user_allows_and_the_limit_is_his_again():
    before, collects = sys.getrecursionlimit(), gc.isenabled()
    try:
        sys.setrecursionlimit(10**6)
        with quiet():
            assert sys.getrecursionlimit() == DEEPEST
            assert not gc.isenabled()
        assert sys.getrecursionlimit() == 10**6
        sys.setrecursionlimit(900)
        with quiet():
            assert sys.getrecursionlimit() == 900
        assert sys.getrecursionlimit() == 900
    finally:
        sys.setrecursionlimit(before)
    assert gc.isenabled() == collects


@pytest.mark.parametrize("error", [None, ValueError, KeyboardInterrupt])
def test_tracers_do_not_see_hooks_and_are_put_back(error):
    seen: list[str] = []

    def trace(frame: Any, event: str, argument: Any) -> Any:
        seen.append(f"{event} {frame.f_code.co_name}")
        return trace

    def hook() -> None:
        try:
            raise KeyError
        except KeyError:
            pass
        if error is not None:
            raise error

    safe = SafeHook(lambda error: None, lambda: None)(hook)
    before = sys.gettrace(), sys.getprofile()
    try:
        sys.settrace(trace)
        sys.setprofile(trace)
        safe()
        assert sys.gettrace() is trace
        assert sys.getprofile() is trace
    finally:
        sys.setprofile(before[1])
        sys.settrace(before[0])
    assert [each for each in seen if each.endswith(" hook") or each.startswith("exception")] == []


def test_a_profiler_that_is_not_of_pythons_making_is_left_alone():
    import cProfile

    before, profile = sys.getprofile(), cProfile.Profile()
    try:
        profile.enable()
        with untraced():
            pass
    finally:
        profile.disable()
        sys.setprofile(before)
    assert profile.getstats()


def test_tracers_do_not_see_what_is_done_between_cells():
    seen: list[str] = []

    def work() -> None:
        seen.append(repr(sys.gettrace()))

    before = sys.gettrace()
    try:
        sys.settrace(lambda *event: None)
        Timer(None, work)._call()
    finally:
        sys.settrace(before)
    assert seen == ["None"]
