"""Values of the kinds that are listed come back, and are one again where they were one."""

from __future__ import annotations

import collections
import datetime
import decimal
import fractions
import itertools
import logging
import pathlib
import random
import re
import sys
import uuid

import numpy as np
import pandas as pd
import pytest
from roundtrip import again

from jupyter_mpl_guard.agent.data.values.examination import DataLimits, examine
from jupyter_mpl_guard.agent.pickling.limits.budget import Budget, Moment

SIMPLE = [
    None,
    (1, 2.5, "a", b"b", 1j, ..., NotImplemented),
    {"a": [1, {2}, frozenset({3})], "b": bytearray(b"c")},
    range(3),
    datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone.utc),
    datetime.timedelta(1),
    decimal.Decimal("1.10"),
    fractions.Fraction(1, 3),
    uuid.UUID(int=5),
    pathlib.PurePosixPath("a/b"),
    re.compile("a+", re.I),
    collections.OrderedDict(a=1),
    collections.Counter("aab"),
    collections.defaultdict(list, a=[1]),
    collections.deque([1, 2], 3),
    np.float64(2.5),
    np.datetime64("2020-01-01"),
    np.dtype("i4,f8"),
    pd.Timestamp("2020"),
    pd.Timedelta("1D"),
]


@pytest.mark.parametrize("value", SIMPLE, ids=lambda value: type(value).__name__)
def test_values_of_listed_kinds_come_back(main, value):
    back = again(main, value=value)["value"]
    assert back == value
    assert type(back) is type(value)


FRAMES = [
    pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": pd.to_datetime(["2020", "2021"])}),
    pd.DataFrame({"a": pd.Categorical(["x", "y"])}, index=pd.MultiIndex.from_product([[1], ["a", "b"]])),
    pd.DataFrame({"a": pd.array([1, None], dtype="Int64")}, index=pd.date_range("2020", periods=2)),
]


@pytest.mark.parametrize("frame", FRAMES, ids=["plain", "categories", "nullable"])
def test_frames_come_back(main, frame):
    pd.testing.assert_frame_equal(again(main, value=frame)["value"], frame)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6).reshape(2, 3),
        np.asfortranarray(np.ones((3, 2))),
        np.arange(10)[::3],
        np.zeros(2, dtype=[("a", "i4"), ("b", "f8")]),
        np.array([1, "a", None], dtype=object),
        np.ma.masked_array([1, 2], [False, True]),
    ],
    ids=["plain", "fortran", "strided", "structured", "objects", "masked"],
)
def test_arrays_come_back(main, array):
    back = again(main, value=array)["value"]
    assert type(back) is type(array)
    assert back.dtype == array.dtype
    assert back.flags.writeable
    assert repr(back) == repr(array)


def test_random_generators_go_on_where_they_were(main):
    values = {"a": np.random.default_rng(1), "b": np.random.RandomState(2), "c": random.Random(3)}
    values["a"].random(), values["b"].rand(), values["c"].random()
    back = again(main, **values)
    assert [back["a"].random(), back["b"].rand(), back["c"].random()] == [
        values["a"].random(),
        values["b"].rand(),
        values["c"].random(),
    ]


def test_objects_that_names_have_in_common_are_one_again(main):
    x, shared = np.arange(10.0), [1]
    back = again(main, x=x, y=x[2:5], z=x, rev=x[::-1], d={"x": x, "l": shared}, l=shared)
    assert back["x"] is back["z"] is back["d"]["x"]
    assert back["l"] is back["d"]["l"]
    back["x"][3] = 100
    assert back["y"][1] == 100
    assert back["rev"][6] == 100


@pytest.mark.parametrize(
    "iterator",
    [
        "iter([1, 2, 3])",
        "iter((1, 2, 3))",
        "iter({1: 0, 2: 0, 3: 0})",
        "iter('abc')",
        "iter(range(3))",
        "enumerate('abc')",
        "zip('abc', [1, 2, 3])",
        "map(str, [1, 2, 3])",
        "reversed([1, 2, 3])",
    ],
)
def test_iterators_go_on_where_they_were(main, iterator):
    made, other = eval(iterator), eval(iterator)
    next(made), next(other)
    assert [*again(main, value=made)["value"]] == [*other]
    assert [*made] == [*eval(iterator)][1:], "saving it has moved it"


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="Python 3.14 does not pickle them any more")
def test_iterators_of_itertools_go_on_where_they_were(main):
    made = {"count": itertools.count(3, 2), "cycle": itertools.cycle("ab"), "chain": itertools.chain("ab", "cd")}
    for each in made.values():
        next(each)
    back = again(main, **made)
    assert (next(back["count"]), next(back["cycle"]), [*back["chain"]]) == (5, "b", ["b", "c", "d"])


def test_an_iterator_and_what_it_goes_over_stay_together(main):
    items = [1, 2]
    back = again(main, items=items, iterator=iter(items))
    back["items"].append(3)
    assert [*back["iterator"]] == [1, 2, 3]


def test_what_says_not_itself_how_it_is_pickled_comes_back(main):
    exec(OTHERS, main)
    names = [name for name in main if name[:3] == "the"]
    back = again(main, **{name: main[name] for name in names})
    assert (back["the_match"].groups(), back["the_match"].span()) == (("joe", "home"), (3, 11))
    assert [*back["the_last"].span()] == [2, 3]
    assert ([*back["the_keys"]], back["the_methods"][0]("a"), back["the_methods"][1](1, 2)) == (["a"], "A", 3)
    assert [back["the_generic"](each) for each in (1, "a", [])] == ["integer", "object", "list"]
    assert back["the_variable"].__name__ == "T"
    assert (type(back["the_only"]), back["the_only"].a) == (main["Single"], 5)
    assert (back["the_text"].read(), back["the_bytes"].read()) == ("2\n", b"bc")
    assert back["the_functions"] == [np.max, np.mean]
    assert back["the_limits"].eps == np.finfo(float).eps
    assert back["the_logger"] is logging.getLogger("mine")
    assert back["the_suit"] == "h"


OTHERS = """
import enum, functools, io, logging, re, typing
import numpy
the_match = re.search(r"(\\w+)@(\\w+)", "to joe@home")
the_last = [*re.finditer("a", "aba")][-1]
the_keys = {"a": 1}.keys()
the_methods = [str.upper, int.__add__]
@functools.singledispatch
def the_generic(x): return "object"
@the_generic.register
def _(x: int): return "integer"
@the_generic.register(list)
def _(x): return "list"
the_variable = typing.TypeVar("T")
class Single:
    one = None
    def __new__(cls):
        cls.one = cls.one or super().__new__(cls)
        return cls.one
the_only = Single()
the_only.a = 5
the_text, the_bytes = io.StringIO("1\\n2\\n"), io.BytesIO(b"abc")
next(the_text), the_bytes.read(1)
the_functions = [numpy.max, numpy.mean]
the_limits = numpy.finfo(float)
the_logger = logging.getLogger("mine")
class Suit(str, enum.Enum):
    H = "h"
the_suit = Suit.H
"""


def test_a_model_of_statsmodels_comes_back(main):
    statsmodels = pytest.importorskip("statsmodels.api")
    fit = statsmodels.OLS([1.0, 2.0, 4.0], [[1, 0], [1, 1], [1, 2]]).fit()
    assert list(again(main, fit=fit)["fit"].params) == list(fit.params)


def test_an_array_that_shows_a_file_has_no_limit(main, tmp_path):
    mapped = np.memmap(tmp_path / "file", "u1", "w+", shape=(2**31,))  # a file with a hole
    mapped[5] = 7
    assert examine({"mapped": mapped}, main, DataLimits(value=1), Budget(Moment.IDLE)).size < 1000
    back = again(main, mapped=mapped)["mapped"]
    assert (type(back), back.shape, back[5]) == (np.memmap, (2**31,), 7)


def test_a_fingerprint_says_whether_a_value_has_changed(main):
    x = np.zeros(1_000_000)
    budget = Budget(Moment.IDLE)
    before = examine({"x": x}, main, DataLimits(), budget).fingerprint
    assert examine({"x": x}, main, DataLimits(), budget).fingerprint == before
    x[777_777] = 1e-300
    assert examine({"x": x}, main, DataLimits(), budget).fingerprint != before
