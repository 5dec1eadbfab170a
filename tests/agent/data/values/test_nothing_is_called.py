"""Nothing is called of values that are not saved, nor of what cells have changed of listed ones."""

from __future__ import annotations

import collections
import contextlib
import copyreg
import datetime
import decimal
import fractions
import pathlib
import random
import socket
import sys
import threading
import types
import uuid

import numpy as np
import pandas as pd
import pytest
from roundtrip import again, why

from jupyter_mpl_guard.agent.cells.source import mentioned
from jupyter_mpl_guard.agent.data.imports import Statements, origin
from jupyter_mpl_guard.agent.data.process.generators import Generators
from jupyter_mpl_guard.agent.data.restore import loaded
from jupyter_mpl_guard.agent.data.values.examination import DataLimits, examine
from jupyter_mpl_guard.agent.data.values.refusal import NotKept
from jupyter_mpl_guard.agent.pickling.limits.budget import Budget, Moment


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


def test_the_namespace_itself_is_not_saved(main):
    with pytest.raises(NotKept, match="names of all others"):
        examine({"g": main}, main, DataLimits(), Budget(Moment.IDLE))
