"""Parameters of tests that repeat others with other values: a few always, all of them in a thorough run."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

import pytest


def some_of(values: Iterable[Any], count: int) -> list[Any]:
    """Return parameters for `pytest.mark.parametrize`: the first ones, and the others marked as thorough.

    Parameters
    ----------
    values : iterable
        All of them, the most different ones first.
    count : int
        How many are always tried.
    """
    rest = iter(values)
    first = list(islice(rest, count))
    return [*first, *(pytest.param(value, marks=pytest.mark.thorough) for value in rest)]
