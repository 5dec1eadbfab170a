"""Code of others runs when the kernel is idle, and whatever it does costs its object alone."""

from __future__ import annotations

import copyreg
import os
import signal
import threading
from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import pytest
from attempts import Plain, Quits, figure_with, pickled, raising
from matplotlib.figure import Figure

from jupyter_mpl_guard.agent.pickling.attempt import Attempt
from jupyter_mpl_guard.agent.pickling.limits import budget as budgets
from jupyter_mpl_guard.agent.pickling.limits import watchdog
from jupyter_mpl_guard.agent.pickling.limits.budget import Budget, GivenUp, Moment
from jupyter_mpl_guard.agent.pickling.limits.code_of_others import CodeOfOthers, runs_code
from jupyter_mpl_guard.agent.pickling.loading import Contents
from jupyter_mpl_guard.agent.pickling.sink import NotPicklable


def test_what_runs_code_when_it_is_pickled_is_known_before_it_runs():
    class WithState:
        def __getstate__(self) -> Any:
            raise Quits

    class Derived(WithState):
        pass

    class Items(dict):
        def items(self) -> Any:
            raise Quits

    class Proxy:
        def __getattr__(self, name: str) -> Any:
            raise Quits

    class Disguised:
        __class__ = property(lambda self: int)  # type: ignore[assignment]

    @dataclass(frozen=True)
    class Data:
        one: int = 1

    class Choice(Enum):
        ONE = 1

    class Slotted:
        __slots__ = ("one",)

    point: Any = namedtuple("point", "x y")
    for kind in (WithState, Derived, Items, Proxy, Disguised, raising(ValueError)):
        assert runs_code(kind), kind
    for kind in (Plain, Data, Choice, Slotted, point, dict, OrderedDict, np.ma.MaskedArray, Figure, np.float64):
        assert not runs_code(kind), kind


@pytest.mark.parametrize("moment", [Moment.BEFORE_CELL, Moment.AFTER_CELL])
@pytest.mark.parametrize("thorough", [False, True])
def test_code_of_others_runs_when_the_kernel_is_idle_and_never_before(moment, thorough):
    ran: list[str] = []

    class Asks:
        def __reduce__(self) -> Any:
            ran.append("ran")
            return int, ()

    class Registered:
        pass

    class Mine(Figure):
        def __getstate__(self) -> Any:
            ran.append("ran")
            return super().__getstate__()

    copyreg.pickle(Registered, lambda value: ran.append("ran") or (int, ()))
    try:
        for figures in ([figure_with(asks=[Asks()])], [figure_with(one=Registered())], [Mine()]):
            attempt = Attempt(figures, {}, {}, thorough=thorough)
            with pytest.raises(CodeOfOthers):
                pickled(attempt, Budget(moment))
            with pytest.raises(CodeOfOthers):
                pickled(attempt, Budget(moment))
            assert ran == []
            pickled(attempt, Budget(Moment.IDLE))
            assert ran.pop()
            assert attempt.allows_code
            ran.clear()
    finally:
        del copyreg.dispatch_table[Registered]
    attempt = Attempt([figure_with()], {}, {}, allows_code=True)
    pickled(attempt, Budget(Moment.IDLE))
    assert not attempt.allows_code


@pytest.mark.parametrize("error", [Quits, SystemExit, GeneratorExit, MemoryError, RuntimeError])
def test_whatever_an_object_raises_costs_that_object(error):
    refuses = raising(error)()
    figure = figure_with(one=refuses, two=[refuses], three=3)
    attempt = Attempt([figure], {"refuses": refuses, "held": figure.held}, {})
    data, _ = pickled(attempt, Budget(Moment.IDLE))
    assert any("Raises" in each.what for each in attempt.missing)
    figures = Contents(data).figures
    assert figures[0].held.three == 3


def test_what_an_error_says_of_itself_costs_nothing_either():
    class Mute(Exception):
        def __str__(self) -> str:
            raise Quits if False else ValueError

    attempt = Attempt([figure_with(one=raising(Mute)())], {}, {})
    assert pickled(attempt, Budget(Moment.IDLE))[0]


@pytest.mark.parametrize("thorough", [False, True])
def test_a_usual_figure_runs_no_code_of_others_and_is_saved_before_a_cell(thorough):
    figure = Figure()
    figure.add_subplot(projection="polar").bar([0, 1], [1, 2])
    attempt = Attempt([figure], {"figure": figure}, {}, thorough=thorough)
    assert pickled(attempt, Budget(Moment.BEFORE_CELL, budgets.Limits(wait=60)))[0]
    assert not attempt.allows_code


def test_a_lock_that_nobody_gives_back_is_not_waited_for_when_a_message_waits(monkeypatch):
    monkeypatch.setattr(watchdog, "GRACE", 0.0)
    lock, waits = threading.Lock(), threading.Event()
    lock.acquire()

    class Locked:
        def __getstate__(self) -> Any:
            waits.set()
            with lock:
                return {}

    before = signal.getsignal(signal.SIGINT)
    attempt = Attempt([figure_with(locked=Locked())], {}, {})
    with pytest.raises(GivenUp):
        pickled(attempt, Budget(Moment.IDLE, waits=waits.is_set))
    assert signal.getsignal(signal.SIGINT) is before
    monkeypatch.setattr(watchdog, "STUCK", 0.0)
    with pytest.raises(NotPicklable, match="does not come to an end"):
        pickled(attempt, Budget(Moment.IDLE))
    assert signal.getsignal(signal.SIGINT) is before
    dogs = [each for each in threading.enumerate() if "watchdog" in each.name]
    for dog in dogs:
        dog.join(30)
    assert not any(dog.is_alive() for dog in dogs)


def test_an_interrupt_of_the_user_is_one_while_code_of_others_runs():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:

        class Interrupted:
            def __getstate__(self) -> Any:
                os.kill(os.getpid(), signal.SIGINT)
                return {}

        with pytest.raises(KeyboardInterrupt):
            pickled(Attempt([figure_with(one=Interrupted())], {}, {}), Budget(Moment.IDLE))
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
