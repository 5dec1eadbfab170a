"""Classes and functions of cells, and of modules beside the notebook, come back with their objects."""

from __future__ import annotations

import dataclasses
import enum
import functools
import sys
import types

import pandas as pd
import pytest
from roundtrip import again, why

from jupyter_mpl_guard.agent.data import sentences
from jupyter_mpl_guard.agent.data.values.examination import DataLimits, examine
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


def test_code_from_cells_comes_back(main):
    exec(TYPES, main)
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
