"""Which values are saved, and that nothing of the others is called."""

from __future__ import annotations

import collections
import contextlib
import copyreg
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import itertools
import logging
import pathlib
import random
import re
import socket
import sys
import threading
import types
import uuid

import numpy as np
import pandas as pd
import pytest

from jupyter_mpl_guard.agent.cells.source import mentioned
from jupyter_mpl_guard.agent.data import sentences
from jupyter_mpl_guard.agent.data.imports import Statements, origin
from jupyter_mpl_guard.agent.data.process.generators import Generators
from jupyter_mpl_guard.agent.data.restore import loaded
from jupyter_mpl_guard.agent.data.values.examination import DataLimits, examine
from jupyter_mpl_guard.agent.data.values.refusal import NotKept
from jupyter_mpl_guard.agent.data.values.walk import TooMany, Walk
from jupyter_mpl_guard.agent.pickling import search_path
from jupyter_mpl_guard.agent.pickling.limits.budget import Budget, Moment

TYPES = """
import collections, dataclasses, enum, functools, typing
@dataclasses.dataclass
class Data:
    a: int = 1
    b: list = dataclasses.field(default_factory=list)
class Color(enum.Enum):
    RED = 1
Point = collections.namedtuple("Point", "a b", defaults=(2,))
class Row(typing.NamedTuple):
    a: int
    def twice(self): return 2 * self.a
class Slots:
    __slots__ = ("a",)
class Base:
    def f(self): return self.a
class Plain(Base):
    kind = "plain"
    def __init__(self, a): self.a = a
    @property
    def twice(self): return 2 * self.a
    @staticmethod
    def three(): return 3
    @classmethod
    def make(cls): return cls(4)
    def f(self): return super().f() + 1
class Mine(dict): pass
@functools.lru_cache
def cached(x): return x + 1
def outer():
    n = 0
    def up():
        nonlocal n
        n += 1
        return n
    def get(): return n
    return up, get
def recursive(n): return n and recursive(n - 1)
def decorated(g):
    @functools.wraps(g)
    def inner(*args): return g(*args) + 1
    return inner
@decorated
def wrapped(x, *, y=1): return x * y
slots = Slots(); slots.a = 3
up, get = outer(); up()
"""


@pytest.fixture
def main(monkeypatch):
    """Return the namespace of a module that stands in for the notebook's."""
    module = types.ModuleType("__main__")
    monkeypatch.setitem(__import__("sys").modules, "__main__", module)
    exec(TYPES, vars(module))
    return vars(module)


def again(main, **values):
    """Return values as they are after saving and loading."""
    return loaded(examine(values, main, DataLimits(), Budget(Moment.IDLE)).data)


def why(value, /, **limits):
    with pytest.raises(NotKept) as refusal:
        examine({"value": value}, {}, DataLimits(**limits), Budget(Moment.IDLE))
    return str(refusal.value)


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


def test_code_from_cells_comes_back(main):
    names = [name for name in main if not name.startswith("__") and type(main[name]) is not types.ModuleType]
    values = {name: main[name] for name in names}
    values |= {"data": main["Data"](2, [3]), "red": main["Color"].RED, "point": main["Point"](1), "row": main["Row"](4)}
    values |= {"plain": main["Plain"](5), "mine": main["Mine"](a=1), "add": functools.partial(max, 3)}
    back = again(main, **values)
    assert (back["data"].a, back["data"].b, type(back["data"]) is back["Data"]) == (2, [3], True)
    assert back["Data"]().b == []
    assert dataclasses.fields(back["Data"])[0].default == 1
    assert dataclasses.fields(back["Data"])[1].default is dataclasses.MISSING
    assert back["red"] is back["Color"].RED
    assert isinstance(back["Color"].RED, enum.Enum)
    assert back["point"] == (1, 2)
    assert back["point"]._replace(a=3).a == 3
    assert type(back["point"]) is back["Point"]
    assert back["row"].twice() == 8
    plain = back["plain"]
    assert (plain.f(), plain.twice, plain.three(), plain.make().a, plain.kind) == (6, 10, 3, 4, "plain")
    assert isinstance(plain, back["Base"])
    assert back["slots"].a == 3
    assert back["mine"] == {"a": 1}
    assert back["wrapped"](3) == 4
    assert back["recursive"](3) == 0
    assert back["add"](1) == 3
    assert back["up"]() == 2
    assert back["get"]() == 2


SUBCLASS_HOOKS = """
class Base:
    made = []
    def __init_subclass__(cls, key=None, **rest):
        super().__init_subclass__(**rest)
        Base.made.append((cls, key))
class First(Base, key=1): pass
class Second(First, key=2):
    def value(self): return 2
second = Second()
"""


@pytest.mark.parametrize("names", [["Base"], ["First"], ["Second"], ["second"], ["second", "First", "Base"]], ids=str)
def test_classes_of_cells_that_are_told_of_their_subclasses_are_not_told_again(main, names):
    exec(SUBCLASS_HOOKS, main)
    for value in again(main, **{name: main[name] for name in names}).values():
        kind = value if isinstance(value, type) else type(value)
        base = kind.__mro__[-2]
        assert [(made.__name__, key) for made, key in base.made] == [("First", 1), ("Second", 2)]
        last = base.made[-1][0]
        assert last().value() == 2
        assert base is last.__mro__[-2]
        type("Third", (last,), {}, key=3)
        assert base.made.pop()[1] == 3


@pytest.mark.parametrize(
    "value",
    [threading.Lock(), (each for each in ()), memoryview(b"a"), ValueError(), [threading.Lock()]],
    ids=["lock", "generator", "memory", "error", "in a list"],
)
def test_what_is_not_listed_is_not_saved(value):
    assert why(value) == "it cannot be kept"


def test_files_and_sockets_are_not_saved(tmp_path):
    with open(tmp_path / "a", "w") as file, socket.socket() as connection:
        assert [why(file), why(connection)] == ["it cannot be kept"] * 2


HOSTILE = """
class Meta(type):
    def __hash__(cls): raise calls.append("hash of the class")
    def __eq__(cls, other): raise calls.append("== of the class")
    def __getattribute__(cls, name): calls.append("class." + name); return type.__getattribute__(cls, name)
class Hostile{base}:
    def __getattribute__(self, name): calls.append(name); raise RuntimeError
    def __reduce_ex__(self, protocol): calls.append("reduce"); raise RuntimeError
    def __getstate__(self): calls.append("getstate"); raise RuntimeError
    def __iter__(self): calls.append("iter"); raise RuntimeError
    def __len__(self): calls.append("len"); raise RuntimeError
    def __eq__(self, other): calls.append("eq"); raise RuntimeError
    def __hash__(self): calls.append("hash"); raise RuntimeError
    def __repr__(self): calls.append("repr"); raise RuntimeError
    def __str__(self): calls.append("str"); raise RuntimeError
    def __bool__(self): calls.append("bool"); raise RuntimeError
    @property
    def __class__(self): calls.append("class"); raise RuntimeError
    @property
    def __dict__(self): calls.append("dict"); raise RuntimeError
"""


@pytest.mark.parametrize("base", ["", "(dict)", "(list)", "(metaclass=Meta)"])
@pytest.mark.parametrize("module", ["__main__", "numpy", "builtins", "pandas", "theirs"])
def test_hostile_objects_are_not_called(main, base, module):
    calls = []
    names = {"calls": calls, "__name__": "__main__"}
    exec(HOSTILE.format(base=base), names)
    type.__setattr__(names["Hostile"], "__module__", module)
    hostile = object.__new__(names["Hostile"]) if base in ("", "(metaclass=Meta)") else names["Hostile"]()
    calls.clear()
    array = np.empty(1, dtype=object)
    array[0] = hostile
    for value in (hostile, [hostile], {"a": hostile}, array):
        calls.clear()
        assert why(value)
        assert calls == []


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


def test_objects_of_a_module_beside_the_notebook_come_back(main, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "mpl_guard_beside.py").write_text(
        "class Plain:\n    pass\nclass Own:\n    def __reduce__(self): raise AssertionError\n"
    )
    import mpl_guard_beside

    value = mpl_guard_beside.Plain()
    value.a = 3
    assert again(main, value=value)["value"].a == 3
    assert why(mpl_guard_beside.Own()) == sentences.OWN_WAY


LIBRARY = """
import pandas as pd
class Plain:
    pass
class Mixed:
    def total(self): return self.sum().sum()
class Table(Mixed, pd.DataFrame):
    _metadata = ["note"]
    @property
    def _constructor(self): return Table
class Row(pd.Series):
    @property
    def qs(self): return self.index.values
class Own(pd.Series):
    def __reduce__(self): raise AssertionError
class Asked(pd.Series):
    _metadata = ["note"]
    @property
    def note(self): raise AssertionError
class Named(Mixed, pd.Series):
    def __getstate__(self): raise AssertionError
"""


def test_tables_of_a_library_that_derive_from_those_of_pandas_come_back(main, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(search_path, "AT_BEGIN", tuple(sys.path))
    (tmp_path / "mpl_guard_library.py").write_text(LIBRARY)
    import mpl_guard_library as library

    table, row = library.Table({"a": [1, 2]}), library.Row([3, 4], index=["x", "y"])
    table.note = "why"
    back = again(main, table=table, row=row)
    assert (type(back["table"]), back["table"].total(), back["table"].note) == (library.Table, 3, "why")
    assert (type(back["row"]), [*back["row"].qs]) == (library.Row, ["x", "y"])
    assert [why(kind([1])) for kind in (library.Own, library.Asked, library.Named)] == [sentences.OWN_WAY] * 3
    assert why(library.Plain()) == sentences.CANNOT


def test_a_function_that_run_has_left_sees_the_names_of_the_user(main):
    names = {"__name__": "__main__"}
    exec("factor = 3\ndef scale(x): return factor * x", names)
    del names["__name__"]  # as `%run` does
    main.update(scale=names["scale"], factor=3)
    back = again(main, scale=main["scale"])["scale"]
    assert (back(2), back.__globals__ is main) == (6, True)
    main["factor"] = 4
    assert why(main["scale"]) == sentences.NO_MODULE_OF_FUNCTION


def test_functions_of_sympy_come_back(main):
    sympy = pytest.importorskip("sympy")
    x, f = sympy.symbols("x"), sympy.Function("f")
    back = again(main, f=f, equation=sympy.Eq(f(x).diff(x), x), number=sympy.lambdify(x, sympy.sin(x) + x, "math"))
    assert back["number"](1.0) == pytest.approx(1.841, abs=0.001)
    assert (back["f"](x), back["equation"]) == (f(x), sympy.Eq(f(x).diff(x), x))


JITTED = """
import numba
@numba.njit(fastmath=True)
def half(x): return x / 2
@numba.jit
def quarter(x): return half(half(x)) * scale
half(3.0)
"""


def test_functions_that_numba_compiles_come_back(main):
    pytest.importorskip("numba")
    main["scale"] = 10
    exec(JITTED, main)
    back = again(main, half=main["half"], quarter=main["quarter"])
    assert (type(back["half"]), back["half"].targetoptions) == (type(main["half"]), main["half"].targetoptions)
    assert (back["half"](3.0), back["quarter"](4.0)) == (1.5, 10.0)
    assert examine({"f": main["quarter"]}, main, DataLimits(), Budget(Moment.IDLE)).needs == {"half", "scale"}


def test_a_model_of_statsmodels_comes_back(main):
    statsmodels = pytest.importorskip("statsmodels.api")
    fit = statsmodels.OLS([1.0, 2.0, 4.0], [[1, 0], [1, 1], [1, 2]]).fit()
    assert list(again(main, fit=fit)["fit"].params) == list(fit.params)


@pytest.mark.parametrize("hook", ["__reduce__", "__reduce_ex__", "__getstate__", "__getattr__", "__setstate__"])
def test_classes_from_cells_with_a_way_of_their_own_are_not_saved(main, hook):
    calls = []
    main["calls"] = calls
    exec(f"class Own:\n    def {hook}(self, *args): calls.append(1); raise AttributeError", main)
    assert "way of its own" in why(main["Own"]())
    assert calls == []


BASES = {
    list: ([1, 2],), dict: ({"a": 1},), set: ([1],), frozenset: ([1],), tuple: ([1],), str: ("a",), float: (1.5,),
    bytearray: (b"a",), collections.deque: ([1],), collections.OrderedDict: ({"a": 1},), collections.Counter: ("aab",),
    collections.defaultdict: (list, {"a": [1]}), collections.UserDict: ({"a": 1},), datetime.datetime: (2020, 1, 2),
    decimal.Decimal: ("1.1",), fractions.Fraction: (1, 3), pathlib.PurePosixPath: ("a/b",), uuid.UUID: ("1" * 32,),
    types.SimpleNamespace: (), np.ndarray: ((2,),), np.ma.MaskedArray: ([1, 2],), np.random.PCG64: (1,),
    pd.DataFrame: ({"a": [1, 2]},), pd.Series: ([1, 2],),
}  # fmt: skip
"""Listed classes from which classes of cells derive, and what their objects are made of."""

HOOKS_OF_PYTHON = (
    "__init__", "__len__", "__bool__", "__iter__", "__contains__", "__getitem__", "__setitem__", "__delitem__",
    "__eq__", "__hash__", "__repr__", "__str__", "__sizeof__", "__setattr__", "__delattr__", "__copy__", "__deepcopy__",
    "__format__", "__array__", "__index__", "__call__", "__enter__", "__instancecheck__",
)  # fmt: skip

OVERRIDING = """
class Mine(base):
    def {name}(self, *args, **kwargs):
        if watched: calls.append({name!r})
        return original(self, *args, **kwargs)
    if is_property: {name} = property({name})
"""


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.__name__)
def test_nothing_is_called_that_a_class_from_a_cell_has_changed_of_a_listed_one(main, base):
    watched, calls = [], []
    main.update(base=base, watched=watched, calls=calls)
    kept = set()
    public = [name for name in dir(base) if not name.startswith("_")]
    for name in {*public, *HOOKS_OF_PYTHON}:
        original = getattr(base, name, None)
        is_property = original is not None and not callable(original)
        if is_property and not hasattr(original, "__get__"):
            continue
        read = original.__get__ if is_property else original or (lambda self, *args, **kwargs: None)
        main.update(original=read, is_property=is_property)
        try:
            exec(OVERRIDING.format(name=name), main)
            value = main["Mine"](*BASES[base])
        except (TypeError, AttributeError, ValueError, RuntimeError):
            continue  # a class that cannot be made
        watched.append(True)
        with contextlib.suppress(NotKept):
            data = examine({"value": value}, main, DataLimits(), Budget(Moment.IDLE)).data
            kept.add(name)
            assert calls == []
            loaded(data)
            allowed = {"__init__", "__setattr__"} if base not in PYTHONS else set()
            assert {*calls} <= allowed
        calls.clear()
        watched.clear()
    assert "__repr__" in kept


PYTHONS = (list, dict, tuple, set, frozenset, collections.deque, collections.OrderedDict, collections.defaultdict)
"""Those of them whose objects are loaded without a call either."""


def test_attributes_and_items_are_not_set_by_a_class_from_a_cell(main):
    main["calls"] = calls = []
    exec(
        "class Slots:\n    __slots__ = ('a', '__dict__')\n"
        "    def __setattr__(self, name, value): calls.append(name); object.__setattr__(self, name, value)\n"
        "class Items(list):\n    def append(self, item): calls.append(item); list.append(self, item)\n"
        "    def extend(self, items): calls.append(items); list.extend(self, items)\n"
        "class Names(dict):\n    def __setitem__(self, *item): calls.append(item); dict.__setitem__(self, *item)\n"
        "slots, items, names = Slots(), Items([1]), Names(a=1)\nslots.a, slots.b = items, names\n"
        "items.append(items); names.owner = slots",
        main,
    )
    calls.clear()
    back = again(main, slots=main["slots"])["slots"]
    assert back.a[0] == 1
    assert back.a[1] is back.a
    assert back.b.owner is back
    assert dict(back.b) == {"a": 1}
    assert [type(each) for each in (back, back.a, back.b)] == [main["Slots"], main["Items"], main["Names"]]
    assert calls == []


def test_what_a_cell_has_put_into_libraries_is_not_called(main, monkeypatch):
    main["calls"] = calls = []
    exec("def reduce(self, *args): calls.append(type(self)); raise RuntimeError", main)
    monkeypatch.setattr(pd.DataFrame, "__getstate__", main["reduce"])
    monkeypatch.setattr(fractions.Fraction, "__reduce__", main["reduce"])
    monkeypatch.setitem(copyreg.dispatch_table, complex, main["reduce"])
    assert "way of its own" in why(pd.DataFrame({"a": [1]}))
    assert "way of its own" in why(fractions.Fraction(1, 3))
    assert again(main, value=[1j])["value"] == [1j]
    assert calls == []


class Strange:
    """An object in the place of a module, which records every attribute that is looked up."""

    def __getattribute__(self, name):
        Strange.asked.append(name)
        raise RuntimeError(name)


@pytest.mark.parametrize("name", ["random", "numpy.random", "pandas", "polars", "fractions", "theirs"])
def test_what_stands_in_the_place_of_a_module_is_not_asked(main, monkeypatch, name):
    frame, fraction = pd.DataFrame({"a": [1]}), fractions.Fraction(1, 3)
    generators = Generators()
    Strange.asked = []
    monkeypatch.setitem(sys.modules, name, Strange())
    with contextlib.suppress(NotKept):
        examine({"value": [frame, fraction]}, main, DataLimits(), Budget(Moment.IDLE))
    statements = Statements()
    statements.note(f"from {name} import *; from {name} import thing; import {name}")
    assert origin("thing", fraction, statements) is None
    generators.cell_ends(mentioned("random"))
    assert Strange.asked == []


def test_a_reader_of_random_numbers_that_a_cell_has_put_there_is_not_called(main, monkeypatch):
    main["calls"] = calls = []
    exec("def read(): calls.append(1)", main)
    monkeypatch.setattr(random, "getstate", main["read"])
    monkeypatch.setattr(np.random, "get_state", main["read"])
    assert Generators().cell_ends(mentioned("random")) == {}
    assert calls == []


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


def test_an_array_that_shows_a_file_has_no_limit(main, tmp_path):
    mapped = np.memmap(tmp_path / "file", "u1", "w+", shape=(2**31,))  # a file with a hole
    mapped[5] = 7
    assert examine({"mapped": mapped}, main, DataLimits(value=1), Budget(Moment.IDLE)).size < 1000
    back = again(main, mapped=mapped)["mapped"]
    assert (type(back), back.shape, back[5]) == (np.memmap, (2**31,), 7)


def test_a_frame_of_a_class_from_a_cell_comes_back_as_pandas_documents_it(main):
    main["pd"] = pd
    exec(
        "class Frame(pd.DataFrame):\n    _metadata = ['note']\n"
        "    @property\n    def _constructor(self): return Frame\n    def total(self): return self.sum().sum()\n"
        "frame = Frame({'a': [1, 2]}); frame.note = 'why'",
        main,
    )
    back = again(main, frame=main["frame"])["frame"]
    assert (type(back), back.total(), back.note) == (main["Frame"], 3, "why")


def test_limits_are_kept_and_named():
    assert "data_limit" in why(np.zeros(300_000), value=1)
    assert "data_limit" in why("a" * 2_000_000, value=1)
    assert "data_objects" in why([[] for _ in range(2_000)], objects=1_000)


def test_the_namespace_itself_is_not_saved(main):
    with pytest.raises(NotKept, match="names of all others"):
        examine({"g": main}, main, DataLimits(), Budget(Moment.IDLE))


def test_a_fingerprint_says_whether_a_value_has_changed(main):
    x = np.zeros(1_000_000)
    budget = Budget(Moment.IDLE)
    before = examine({"x": x}, main, DataLimits(), budget).fingerprint
    assert examine({"x": x}, main, DataLimits(), budget).fingerprint == before
    x[777_777] = 1e-300
    assert examine({"x": x}, main, DataLimits(), budget).fingerprint != before
