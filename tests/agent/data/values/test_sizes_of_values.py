"""A look at a value ends at the limits, and is given up when a message waits."""

from __future__ import annotations

import numpy as np
import pytest
from roundtrip import why

from jupyter_mpl_guard.agent.data.values.walk import TooMany, Walk


@pytest.mark.parametrize("item", ["a", 1, None, b"a", 1.5, (), []], ids=repr)
@pytest.mark.parametrize("make", [lambda item: [item] * 300_000, lambda item: dict.fromkeys(range(300000), item)])
def test_a_look_at_many_items_is_given_up_in_the_middle(make, item):
    value, checks = make(item), []

    def check():
        checks.append(1)
        if len(checks) > 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        Walk({}, check=check).go(value)


@pytest.mark.parametrize("value", [[1] * 2_000, dict.fromkeys(range(1000)), [["a"] * 500 for _ in range(3)]])
def test_a_look_ends_at_a_number_of_items(value):
    Walk({}, items=2_003).go(value)
    with pytest.raises(TooMany):
        Walk({}, items=1_000).go(value)


def test_nested_data_with_too_many_objects_is_refused_before_they_are_looked_at():
    features = [{"geometry": {"coordinates": [[[float(place), 1.0] for place in range(300)]]}} for _ in range(200)]
    walk, checks = Walk({}, objects=20_000, check=lambda: checks.append(1)), []
    with pytest.raises(TooMany):
        walk.go({"features": features})
    assert len(walk.seen) < 2_000
    assert len(checks) < 20


def test_one_object_that_is_found_many_times_is_not_too_many():
    shared = {"unit": "m"}
    Walk({}, objects=5_000).go([[shared] * 100 for _ in range(1_000)])


def test_whether_to_go_on_is_asked_seldom_for_small_collections():
    walk, checks = Walk({}, check=lambda: checks.append(1)), []
    walk.go([[[place]] for place in range(20_000)])
    assert len(checks) < 200


def test_texts_count_with_their_bytes(main):
    walk = Walk({})
    walk.go({"key": ["a" * 1000, b"b" * 1000, 5, ["c" * 1000]]})
    assert 3000 <= walk.bytes < 3200
    assert "data_limit" in why(["a" * 1000 + str(each) for each in range(1500)], value=1)


def test_limits_are_kept_and_named():
    assert "data_limit" in why(np.zeros(300_000), value=1)
    assert "data_limit" in why("a" * 2_000_000, value=1)
    assert "data_objects" in why([[] for _ in range(2_000)], objects=1_000)
