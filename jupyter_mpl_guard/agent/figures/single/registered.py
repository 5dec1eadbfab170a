"""Put what a saved figure looks up when it is drawn into Matplotlib's tables, and take it out again."""

from __future__ import annotations

import locale
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from ...internals import tables
from ...internals.registries import set_unit_rectangle_steps, unit_rectangle_steps
from ...pickling import process_wide, registrations

NOT_TO_DRAW: dict[str, dict[str, Any]] = {"colormaps": {}, "projections": {}, "scales": {}}
"""What is looked up by name when something is plotted: the artists of a figure hold those that they use."""


@contextmanager
def registered(needs: Mapping[str, Any], put_tables: Callable[[], None]) -> Iterator[None]:
    """Register what a figure needs to be drawn until the block ends.

    Parameters
    ----------
    needs : mapping
        What `registrations.needs` has returned.
    put_tables : callable
        Restores what is data in the tables.
    """
    with ExitStack() as undo:
        for each in (_units, _steps, _locale, _epoch, _tables):
            undo.enter_context(each())
        put_tables()
        registrations.provide({**needs, **NOT_TO_DRAW}, undo)
        yield


@contextmanager
def _units() -> Iterator[None]:
    from matplotlib import units

    before = dict(units.registry)
    try:
        yield
    finally:
        _put_back(units.registry, before)


@contextmanager
def _steps() -> Iterator[None]:
    before = unit_rectangle_steps()
    try:
        yield
    finally:
        set_unit_rectangle_steps(before)


@contextmanager
def _locale() -> Iterator[None]:
    before = {category: locale.setlocale(category) for category in (locale.LC_NUMERIC, locale.LC_TIME)}
    try:
        yield
    finally:
        for category, value in before.items():
            if locale.setlocale(category) != value:
                locale.setlocale(category, value)


@contextmanager
def _epoch() -> Iterator[None]:
    """Let a figure have the epoch of its dates: the kernel may count its own from another one."""
    before = tables.epoch()
    tables.put_epoch(None)
    try:
        yield
    finally:
        tables.put_epoch(before)


@contextmanager
def _tables() -> Iterator[None]:
    before = {table: found.copy() for table in tables.TABLES if (found := tables.entries(table)) is not None}
    try:
        yield
    finally:
        for table in tables.TABLES:
            found = tables.entries(table)
            contents = before.get(table, process_wide.fresh(table))  # its module may have been imported since
            if isinstance(found, list) and contents is not None:
                found[:] = contents
            elif found is not None and contents is not None:
                _put_back(found, contents)


def _put_back(found: Any, before: Mapping[Any, Any]) -> None:
    """Make a dict what it was before, one by one: some notice when an entry changes."""
    now = dict(tables.items(found))
    for key in now:
        if key not in before:
            del found[key]
    for key, value in before.items():
        if now.get(key, now) is not value:
            found[key] = value
