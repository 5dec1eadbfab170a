"""Save what users have put into process-wide tables of Matplotlib, and restore it in those of the next process.

Data is restored with the settings: parameters refer to it. The rest, classes and functions, is saved with the
figures. Nothing in which the next process differs from a fresh one, or that it has changed, is replaced.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from contextlib import ExitStack
from importlib import import_module
from operator import is_
from types import FunctionType
from typing import Any, NamedTuple

from ..internals import tables
from ..internals.memory import is_from_cell, module_of, name_of, namespace_of
from ..internals.tables import CLASSES, TABLES, Table
from ..method_wrapping import put_method
from ..storage.figures.surroundings import Row, Surroundings
from . import search_path


class _State(NamedTuple):
    """Contents of a table or class when last examined, and those of them that a fresh process does not have."""

    values: list[Any]
    changed: list[tuple[Any, Any]]


_fresh: dict[str, Any] = {}  # name of table to what a fresh process has in it
_states: dict[Table, _State] = {}
_classes: dict[type, _State] = {}
_looked: list[tuple[Table, list[tuple[Any, Any]]]] | None = None
_ABSENT: Any = object()


def remember() -> None:
    """Record what is in the tables as what a fresh process has there, unless that is known already."""
    global _looked
    for table in TABLES:
        found = tables.entries(table)
        if found is not None:
            _fresh.setdefault(table.name, found.copy())
    _looked = None


def fresh(table: Table) -> Any:
    """Return what a fresh process has in a table, None where that is not known."""
    return _fresh.get(table.name)


def look() -> None:
    """Read what is in the tables now: `rows` and `objects` return what was there at the last call.

    All of them are read after each cell, and next to none has changed: values are compared by identity.
    """
    global _looked
    looked = []
    for table in TABLES:
        found = tables.entries(table)
        if found is not None:
            before = _states.get(table)
            if before is None or not _are_same(tables.values(found), before.values):
                before = _states[table] = _State(list(tables.values(found)), _not_fresh(table, found))
            if before.changed:
                looked.append((table, before.changed))
    _looked = looked


def _changed() -> list[tuple[Table, list[tuple[Any, Any]]]]:
    """Return the tables that hold what a fresh process does not have, with the keys and values of that."""
    if _looked is None:
        look()
    assert _looked is not None
    return _looked


def _not_fresh(table: Table, found: Any) -> list[tuple[Any, Any]]:
    """Return the keys and values in a table that a fresh process does not have."""
    fresh, pairs = _fresh.get(table.name), tables.items(found)
    if fresh is None:  # its module has been imported late
        return [(key, value) for key, value in pairs if _is_from_cell(value)]
    if isinstance(fresh, list):
        return [(key, value) for key, value in pairs if not any(value is each for each in fresh)]
    return [(key, value) for key, value in pairs if fresh.get(key, _ABSENT) is not value]


def _are_same(values: Collection[Any], others: list[Any]) -> bool:
    return len(values) == len(others) and all(map(is_, values, others))


def _is_from_cell(value: Any) -> bool:
    kind = type(value)
    return is_from_cell(value if kind is FunctionType or issubclass(kind, type) else kind)


def _overridden() -> list[tuple[str, str, str, Any]]:
    """Return module, class, name and function of the methods that cells have put into classes of Matplotlib."""
    found = []
    for module, name in CLASSES:
        kind = tables.class_of((module, name))
        if kind is not None:
            found += [(module, name, attribute, value) for attribute, value in _methods_from_cells(kind)]
    return found


def _methods_from_cells(kind: type) -> list[tuple[Any, Any]]:
    namespace = namespace_of(kind)
    values, before = namespace.values(), _classes.get(kind)
    if before is None or not _are_same(values, before.values):
        found = [each for each in namespace.items() if type(each[1]) is FunctionType and is_from_cell(each[1])]
        before = _classes[kind] = _State(list(values), found)
    return before.changed


def fingerprint() -> tuple[tuple[str, int], ...]:
    """Return a value that changes when something has been put into a table that is saved with the figures."""
    pairs = [(table.name, id(value)) for table, found in _changed() for key, value in found if not _is_data(key, value)]
    return (*pairs, *((f"{name}.{attribute}", id(value)) for _, name, attribute, value in _overridden()))


def rows() -> tuple[Row, ...]:
    """Return what users have put into tables as far as it is data."""
    found: list[Row] = []
    for table, changed in _changed():
        fresh = _fresh.get(table.name)
        for key, value in changed:
            if _is_data(key, value):
                before = fresh.get(key) if isinstance(fresh, dict) else None
                found.append((table.name, key, _plain(value), _plain(before) if _is_data(key, before) else None))
    return tuple(found)


def surroundings() -> Surroundings:
    """Return what has to be in force where the present figures are loaded."""
    return search_path.additions()._replace(tables=rows())


def objects() -> dict[str, Any]:
    """Return what users have put into tables and classes as far as it is not data, to be pickled with figures."""
    return {
        "tables": [
            (each.name, key, value) for each, found in _changed() for key, value in found if not _is_data(key, value)
        ],
        "methods": _overridden(),
    }


def put_rows(saved: Iterable[Row], *, load: bool = True) -> None:
    """Restore data in the tables.

    Parameters
    ----------
    saved : iterable of Row
        What `rows` has returned in an earlier process.
    load : bool
        Whether modules that hold a table are imported for that; else their data waits until this is called again.
    """
    for name, key, value, before in saved:
        found = _table(name, load=load)
        if isinstance(found, dict):
            there = found.get(key, _ABSENT)
            as_before = before is None if there is _ABSENT else _is_data(key, there) and _plain(there) == before
            if as_before and _is_untouched(name, found, key):
                found[key] = _frozen(value)


def put_objects(saved: Any, undo: ExitStack | None = None) -> None:
    """Restore what `objects` has returned in an earlier process.

    Parameters
    ----------
    saved : dict
        What it has returned.
    undo : contextlib.ExitStack, optional
        Takes the methods out of their classes again.
    """
    for name, key, value in saved["tables"]:
        found = _table(name, load=True)
        if value is None:  # it could not be saved
            continue
        if isinstance(found, list):
            if not any(_is_same_class(value, each) for each in found):
                found.append(value)
        elif found is not None and _is_untouched(name, found, key):
            found[key] = value
    for module, name, attribute, value in saved["methods"]:
        kind = getattr(import_module(module), name, None)
        if value is not None and kind is not None:
            there = namespace_of(kind).get(attribute)
            if not (type(there) is FunctionType and is_from_cell(there)):
                take_out = put_method(kind, attribute, value)
                if undo is not None:
                    undo.callback(take_out)


def _table(name: str, *, load: bool) -> Any:
    """Return a table that is about to be changed, None where it does not exist."""
    global _looked
    _looked = None
    table = next((each for each in TABLES if each.name == name), None)
    if table is None:  # a later version has saved it
        return None
    if load:
        import_module(table.module)
    found = tables.entries(table)
    if found is not None:
        _fresh.setdefault(name, found.copy())
    return found


def _is_untouched(name: str, found: dict[Any, Any], key: Any) -> bool:
    return found.get(key, _ABSENT) is _fresh[name].get(key, _ABSENT)


def _is_same_class(one: Any, other: Any) -> bool:
    if not (isinstance(one, type) and isinstance(other, type)):
        return one is other
    return (module_of(one), name_of(one)) == (module_of(other), name_of(other))


def _is_data(key: Any, value: Any) -> bool:
    """Return whether key and value survive as JSON data."""
    try:
        _plain(value)
    except TypeError:
        return False
    return type(key) in (str, int, float, bool, type(None)) and key == key


def _plain(value: Any) -> Any:
    """Return a value as JSON data.

    Raises
    ------
    TypeError
        If it is not data.
    """
    kind = type(value)
    if kind in (str, int, bool, type(None)) or (kind is float and math.isfinite(value)):
        return value
    if kind in (list, tuple):
        return [_plain(each) for each in value]
    if kind is dict and all(type(key) is str for key in value):
        return {key: _plain(each) for key, each in value.items()}
    if module_of(kind) == "numpy" and hasattr(kind, "tolist"):
        return _plain(value.tolist())
    raise TypeError(f"an object of type {name_of(kind)} is no data")


def _frozen(value: Any) -> Any:
    """Return JSON data with tuples in place of lists: colors are tuples."""
    return tuple(map(_frozen, value)) if type(value) is list else value
