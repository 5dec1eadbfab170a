"""How much saving may take: what is weighed, what is refused, and what runs no code of others while a cell waits."""

from __future__ import annotations

import copyreg
import os
import pickle
import signal
import threading
from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from jupyter_mpl_guard.agent.pickling import sink as sinks
from jupyter_mpl_guard.agent.pickling.attempt import Attempt
from jupyter_mpl_guard.agent.pickling.limits import budget as budgets
from jupyter_mpl_guard.agent.pickling.limits import watchdog, weight
from jupyter_mpl_guard.agent.pickling.limits.budget import Budget, GivenUp, Limits, Moment, TooSlow
from jupyter_mpl_guard.agent.pickling.limits.code_of_others import CodeOfOthers, runs_code
from jupyter_mpl_guard.agent.pickling.loading import Contents
from jupyter_mpl_guard.agent.pickling.sink import NotPicklable, TooLarge

MIB = 2**20


class Plain:
    """An object with the given attributes."""

    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


class Quits(BaseException):
    """A stand-in for a panic of Rust."""


def figure_with(**attributes: Any) -> Figure:
    """Return a figure that holds a plain object with attributes."""
    figure: Any = Figure()
    figure.add_subplot().plot([1, 2])
    figure.held = Plain(**attributes)
    return figure


def pickled(attempt: Attempt, budget: Budget, limit: float = 256 * MIB) -> tuple[bytes, list[int]]:
    """Return the bytes of an attempt, and how many were passed on at a time."""
    written = bytearray()
    sizes: list[int] = []

    class File:
        def __init__(self) -> None:
            written.clear()

        def write(self, piece: memoryview) -> None:
            sizes.append(piece.nbytes)
            written.extend(piece)

    try:
        attempt.dump(File, limit, budget)
    finally:
        pickled.sizes = sizes  # type: ignore[attr-defined]
    return bytes(written), sizes


def raising(error: type[BaseException]) -> type:
    """Return a class whose objects raise when they are pickled."""

    class Raises:
        def __reduce__(self) -> Any:
            raise error

    return Raises


def test_what_is_too_large_is_refused_before_a_byte_is_written_and_before_a_view_is_copied():
    data = np.zeros((4, MIB))  # 32 MiB
    figure = figure_with(parts=[data[0].copy(), data[1].copy(), {"view": data[::2]}])
    with pytest.raises(TooLarge):
        pickled(Attempt([figure], {}, {}), Budget(Moment.IDLE), limit=30 * MIB)
    assert pickled.sizes == []
    copied: list[int] = []

    class Counts(np.ndarray):
        def __reduce_ex__(self, protocol: Any) -> Any:
            copied.append(self.nbytes)
            return super().__reduce_ex__(protocol)

    figure = figure_with(view=data.view(Counts)[::2])
    with pytest.raises(TooLarge):
        pickled(Attempt([figure], {}, {}, allows_code=True), Budget(Moment.IDLE), limit=8 * MIB)
    assert (copied, pickled.sizes) == ([], [])


def test_what_fits_is_passed_on_in_small_pieces_and_comes_back():
    figure = figure_with(data=np.arange(10 * MIB / 8))
    data, sizes = pickled(Attempt([figure], {"held": figure.held}, {}), Budget(Moment.IDLE))
    assert max(sizes) <= sinks.PIECE
    contents = Contents(data)
    (restored,), ((name, held, _),) = contents.figures, contents.names()
    assert restored.held is held
    assert (name, held.data[-1]) == ("held", 10 * MIB / 8 - 1)


@pytest.mark.parametrize(
    ("make", "at_least"),
    [
        (lambda: {"a": [np.zeros(MIB, "u1")] * 3}, MIB),
        (lambda: ["x" * MIB, b"y" * MIB, bytearray(MIB)], 3 * MIB),
        (lambda: np.array([np.zeros(MIB, "u1"), "z" * MIB], dtype=object), 2 * MIB),
        (lambda: np.ma.masked_less(np.zeros(MIB, "u1"), 1), 2 * MIB),
        (lambda: Plain(inner=Plain(data=np.zeros(MIB, "u1"))), MIB),
        (lambda: np.zeros(2 * MIB, "u1")[::2], MIB),
    ],
    ids=["containers", "texts", "objects", "masked", "attributes", "view"],
)
def test_a_weight_is_less_than_the_pickle_has_and_not_much(make, at_least):
    value = make()
    weighed = weight.weight([value], 64 * MIB)
    assert at_least <= weighed <= len(pickle.dumps(value, 5))


def test_an_image_weighs_what_it_is_saved_with_not_what_it_has_drawn():
    figure = Figure()
    figure.add_subplot().imshow(np.zeros((500, 500)))
    figure.draw_without_rendering()
    assert weight.weight([figure], 64 * MIB) <= len(pickle.dumps(figure, 5))


def test_weighing_reads_memory_only_and_ends():
    class Hostile:
        def __getattribute__(self, name: str) -> Any:
            raise Quits

        def __iter__(self) -> Any:
            raise Quits

    deep: list[Any] = []
    for _ in range(3 * weight.STEPS):
        deep = [deep, Hostile()]
    assert weight.weight([deep], 64 * MIB) < 10 * weight.STEPS
    with pytest.raises(GivenUp):
        weight.weight([deep], 64 * MIB, lambda: (_ for _ in ()).throw(GivenUp()))


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


def test_whether_a_message_waits_is_not_asked_at_every_step():
    asked = []
    budget = Budget(Moment.IDLE, Limits(wait=0.0), lambda: bool(asked.append(1)))
    for _ in range(5_000):
        budget.check()
    assert 1 <= len(asked) < 2_500
