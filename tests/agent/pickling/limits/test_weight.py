"""What is too large is known before a byte is written, from reading memory alone."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from attempts import MIB, Plain, Quits, figure_with, pickled
from matplotlib.figure import Figure

from jupyter_mpl_guard.agent.pickling import sink as sinks
from jupyter_mpl_guard.agent.pickling.attempt import Attempt
from jupyter_mpl_guard.agent.pickling.limits import weight
from jupyter_mpl_guard.agent.pickling.limits.budget import Budget, GivenUp, Moment
from jupyter_mpl_guard.agent.pickling.loading import Contents
from jupyter_mpl_guard.agent.pickling.sink import TooLarge


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
