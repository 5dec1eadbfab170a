"""Looking for figures reads memory only: no code of what is looked at runs, nothing odd ends it, and it has a limit."""

from __future__ import annotations

import sys
from collections import OrderedDict, UserList, defaultdict, deque
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from jupyter_mpl_guard.agent.figures import discovery
from jupyter_mpl_guard.agent.figures.discovery import ITEMS, OPERATIONS, Search
from jupyter_mpl_guard.agent.figures.registry import FigureRegistry
from jupyter_mpl_guard.agent.figures.unreachable import UnreachableFigures
from jupyter_mpl_guard.agent.internals import memory


class Ran(BaseException):
    """Raised when code of an object has run."""


def refuse(*args: Any, **kwargs: Any) -> Any:
    """Raise `Ran`, in place of any code of a class that is looked at."""
    raise Ran


SPECIAL = (
    *("getattribute", "getattr", "eq", "ne", "hash", "bool", "len", "iter", "getitem", "contains", "repr", "str"),
    *("dir", "instancecheck", "subclasscheck", "array", "reduce_ex"),
)

HOOKS = dict.fromkeys([*(f"__{name}__" for name in SPECIAL), "keys", "values", "items", "to_numpy"], refuse)
"""Methods, none of which may be called."""

PROPERTIES = {name: property(refuse) for name in ("__dict__", "__class__", "dtype", "flat", "shape", "figure", "_mgr")}

META = type("Meta", (type,), {**HOOKS, **{name: property(refuse) for name in ("__module__", "__name__", "__mro__")}})
"""A metaclass, none of whose methods and properties may be called."""

ODD_CLASSES = {
    "a class of odd methods": type("Odd", (), dict(HOOKS)),
    "a class of odd properties": type("Odd", (), {**HOOKS, **PROPERTIES}),
    "a class with slots and odd methods": type("Odd", (), {**HOOKS, **PROPERTIES, "__slots__": ("_make", "_other")}),
    "a class of a library": type("Odd", (), {**HOOKS, **PROPERTIES, "__module__": "lazy"}),
    "a class without a module": type("Odd", (), {"__module__": None}),
    "a class whose module is no name": type("Odd", (), {"__module__": property(refuse)}),
    "a class of an odd metaclass": META("Odd", (), dict(HOOKS)),
    "an odd list": type("Odd", (list,), dict(HOOKS)),
    "an odd tuple": type("Odd", (tuple,), {name: hook for name, hook in HOOKS.items() if name != "__hash__"}),
    "an odd dict": type("Odd", (dict,), dict(HOOKS)),
    "an odd set": type("Odd", (set,), dict(HOOKS)),
    "an odd array": type("Odd", (np.ndarray,), {**HOOKS, **PROPERTIES}),
    "an odd partial": type("Odd", (partial,), {**HOOKS, "func": property(refuse), "args": property(refuse)}),
    "an odd series": type("Series", (), {**HOOKS, **PROPERTIES, "__module__": "pandas"}),
}
"""What a class is to the class."""


def made(kind: type) -> Any:
    """Return an object of a class, made without its own code."""
    if issubclass(kind, np.ndarray):
        return np.ndarray.__new__(kind, 3, dtype=object)
    if issubclass(kind, partial):
        return partial.__new__(kind, print)
    base = next(each for each in (list, tuple, dict, set, object) if issubclass(kind, each))
    return base.__new__(kind)


class Shell(SimpleNamespace):
    """A stand-in for IPython's shell as far as its names go."""


@pytest.fixture
def names():
    """Return the names of a user."""
    return {}


@pytest.fixture
def search(names):
    """Return a search through these names."""
    return Search(Shell(user_ns=names, user_ns_hidden={}))


def found(search: Search, mentioned: frozenset[str] = frozenset(), *, idle: bool = False) -> dict[str, list[Any]]:
    """Return which names lead to which figures."""
    return {name: figures for name, (_, figures) in search(mentioned, idle=idle).names.items()}


@pytest.mark.parametrize("what", ODD_CLASSES)
def test_nothing_of_an_odd_object_runs_and_no_other_name_is_lost(search, names, what):
    odd, figure = made(ODD_CLASSES[what]), Figure()
    names.update(odd=odd, odd_class=ODD_CLASSES[what], odds=[odd, {"a": (odd,)}], holder=SimpleNamespace(odd=odd))
    names.update(fig=figure, both=[odd, figure])
    assert found(search) == {"fig": [figure], "both": [figure]}
    assert found(search, frozenset(names), idle=True) == {"fig": [figure], "both": [figure]}


@pytest.mark.parametrize("what", ODD_CLASSES)
def test_nothing_of_an_odd_object_runs_when_a_figure_is_hidden(names, what):
    registry = FigureRegistry()
    registry.listen()
    try:
        odd, figure = made(ODD_CLASSES[what]), Figure()
        names.update(odd=odd, odd_class=ODD_CLASSES[what], odds=[odd, {"a": (odd,)}])
        names.update(hidden=lambda: (odd, figure), default=lambda odd=odd: odd)
        assert UnreachableFigures(Shell(user_ns=names, user_ns_hidden={}), registry)([]) == ["hidden"]
    finally:
        registry.end()


class Slots:
    """An object that has its attributes in slots, one of which it does not show by its name."""

    __slots__ = ("__private", "axes", "unset")

    def __init__(self, axes: Any) -> None:
        self.axes = self.__private = axes


class Lazy(list):
    """A list that makes items when it is iterated over, besides those that it stores."""

    __iter__ = refuse


class Proxy:
    """An object that says to have another dictionary than it has."""

    def __init__(self, axes: Any) -> None:
        vars(self)["axes"] = axes

    __getattr__ = refuse


WAYS = {
    "a list": lambda axes: [axes],
    "a tuple in a dict": lambda axes: {"a": (1, axes)},
    "a set": lambda axes: {axes},
    "a frozen set": lambda axes: frozenset([axes]),
    "a queue": lambda axes: deque([axes]),
    "an ordered dict": lambda axes: OrderedDict(a=axes),
    "a default dict": lambda axes: defaultdict(list, a=[axes]),
    "a list of a class of its own": lambda axes: Lazy([axes]),
    "a list that holds a list": lambda axes: UserList([axes]),
    "an array": lambda axes: np.array([[axes]], dtype=object),
    "a series": lambda axes: pd.Series([axes, None]),
    "a series that was made of groups": lambda axes: pd.Series({"a": 1, "b": 2}).map(lambda _: axes),
    "a method": lambda axes: axes.plot,
    "a partial function": lambda axes: partial(print, end=axes),
    "a partial method": lambda axes: partial(axes.plot, color="r"),
    "attributes": lambda axes: SimpleNamespace(axes=axes),
    "slots": Slots,
    "an odd object": Proxy,
    "something deep": lambda axes: [[[{"a": [axes]}]]],
}
"""What leads to axes."""


@pytest.mark.parametrize("way", WAYS)
def test_a_figure_is_found_in_whatever_holds_it_openly(search, names, way):
    figure = Figure()
    names["held"] = WAYS[way](figure.add_subplot())
    assert found(search) == {"held": [figure]}


def test_a_name_of_the_namespace_or_of_the_kernel_is_no_container(search, names):
    from traitlets.config import Configurable

    class Kernel(Configurable):
        pass

    figure = Figure()
    kernel = Kernel()
    kernel.figure = figure
    names.update(ns=names, kernel=kernel, fig=figure)
    names[1] = figure
    assert found(search) == {"fig": [figure]}


def nested(count: int) -> list[Any]:
    """Return nested data with about `count` containers."""
    return [{"id": i, "items": [{"n": 1} for _ in range(100)]} for i in range(count // 102)]


@pytest.fixture
def operations(monkeypatch):
    """Return a list that records each object that the search looks into."""
    looks: list[Any] = []
    original = memory.reader_of

    def reader_of(kind):
        read = original(kind)
        return None if read is None else lambda value, limit: looks.append(value) or read(value, limit)

    monkeypatch.setattr(discovery.memory, "reader_of", reader_of)
    return looks


def test_a_look_has_a_limit_and_is_continued_when_the_kernel_is_idle(search, names, operations):
    figure = Figure()
    names.update(data=nested(20_000), panels=[[figure]], more=nested(20_000))
    assert found(search) == {"panels": [figure]}
    assert len(operations) <= OPERATIONS
    assert not search.is_complete
    operations.clear()
    while not search.is_complete:
        found(search, idle=True)
    assert len(operations) > 20_000
    # What was too much is not looked at again after each cell.
    operations.clear()
    assert found(search) == {"panels": [figure]}
    assert (len(operations), search.is_complete) == (2, True)
    operations.clear()
    found(search, frozenset(["data"]))
    assert OPERATIONS >= len(operations) > 100
    assert not search.is_complete


def test_many_names_are_looked_at_in_turn(search, names, operations):
    names.update({f"list{n}": [[n]] * 50 for n in range(300)})
    while not search.is_complete or not operations:
        found(search, idle=True)
    seen: set[int] = set()
    for _ in range(40):
        operations.clear()
        found(search)
        assert len(operations) <= OPERATIONS
        seen |= {id(each) for each in operations}
    assert {id(value) for value in names.values()} <= seen


def test_a_figure_that_is_put_somewhere_by_a_function_is_found_all_the_same(search, names):
    figure, panels = Figure(), []
    names["panels"] = panels
    assert found(search) == {}
    panels.append(figure)
    assert found(search) == {"panels": [figure]}
    panels.clear()
    assert found(search) == {}


def test_a_figure_behind_much_data_is_found_when_the_kernel_is_idle_and_stays_found(search, names):
    figure = Figure()
    names["data"] = [*nested(ITEMS * 3), {"panels": [figure]}]
    assert found(search) == {}
    assert found(search, idle=True) == {"data": [figure]}
    assert found(search) == {"data": [figure]}
    assert found(search, frozenset(["data"])) == {"data": [figure]}
    names["data"] = nested(ITEMS * 3)
    assert found(search) == {}


def test_what_is_remembered_of_a_name_keeps_no_figure_and_no_class_alive(search, names):
    import gc
    from weakref import ref

    names["panel"] = type("Panel", (), {})()
    names["panel"].fig = Figure()
    names["nothing"] = type("Nothing", (), {"__slots__": ("__weakref__",)})()
    search()
    died = [ref(names["panel"].fig), ref(type(names["panel"])), ref(type(names["nothing"]))]
    names.clear()
    gc.collect()
    assert [each() for each in died] == [None] * 3


def test_nothing_is_looked_for_before_matplotlib_is_there(search, names, monkeypatch):
    names["fig"] = Figure()
    monkeypatch.delitem(sys.modules, "matplotlib.figure")
    assert found(search) == {}
