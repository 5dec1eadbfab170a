"""Find the figures: those that pyplot holds, and those that a name reaches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from itertools import islice
from types import FunctionType
from typing import Any, NamedTuple
from weakref import ref

from ..cells.bound_names import BoundNames
from ..internals import memory
from ..internals.artists import root_figure
from ..internals.ipython import hidden_names, is_of_history
from ..internals.pyplot import registered_managers
from ..pickling.provenance import ATOMS, Role, role_of
from .listing import FoundFigures

ITEMS = 1000
"""Maximum number of items of a container that are examined."""

DEPTH = 6
"""Maximum nesting depth of containers."""

OPERATIONS = 2_000
"""Maximum number of operations of a search after a cell, about 1 us each: one for each object that may lead to a figure
and one for every `SHARE` others."""

OPERATIONS_A_NAME = 500
"""Maximum number of them for one name: the figures behind a name must not wait for the data behind another one."""

IDLE_OPERATIONS = 40_000
"""Maximum number for a search while the kernel is idle, which continues with what was too much."""

SHARE = 16
TURN, TURN_OPERATIONS = 25, 500
"""Number of names that a search revisits in turn, apart from those that come first, and their operations in total."""


class _Class(NamedTuple):
    reference: ref[type]
    role: Role
    read: memory.Reader | None


class _Found(NamedTuple):
    """What a name led to when it was last examined; `cost` is in operations."""

    value: int
    role: Role
    figures: list[ref[Any]]
    is_loose: bool
    cost: int

    def alive(self) -> list[Any]:
        return [figure for figure in (reference() for reference in self.figures) if figure is not None]


class Search:
    """Search for figures in memory only: no code of the examined objects runs.

    Names that are new, bound to something else or mentioned in the last cell are examined first. The others are
    examined in turn, as far as operations are left, and otherwise keep their last result.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        Whose names are searched.

    Attributes
    ----------
    is_complete : bool
        Whether the last search examined all names that came first; if not, a search in an idle kernel continues.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._classes: dict[int, _Class] = {}  # by identity: a metaclass may have no hash
        self._dead_ends = set(map(id, ATOMS))  # identities of classes that lead to nothing
        self._found: dict[str, _Found] = {}  # in the order in which they were examined
        self._leading: set[str] = set()  # those of them that led to something
        self._code: set[str] = set()  # names of functions and classes from cells
        self._bound = BoundNames()
        self._pending: dict[str, None] = {}  # those that have not been examined, or not to the end
        self.is_complete = True

    def __call__(self, mentioned: frozenset[str] = frozenset(), *, idle: bool = False) -> FoundFigures:
        """Return the present figures and the names that reach them.

        Parameters
        ----------
        mentioned : set of str
            Identifiers in the cell that has run.
        idle : bool
            Whether there is time to continue with what was too much.
        """
        if "matplotlib.figure" not in sys.modules:
            return FoundFigures()
        names = dict(self._shell.user_ns)
        self._look(names, self._new_names(names, mentioned), mentioned, idle=idle)
        now = FoundFigures(code=bool(self._code))
        figures = {id(each.canvas.figure): each.canvas.figure for each in registered_managers()}
        loose: dict[str, Any] = {}
        for name in list(filter(self._leading.__contains__, names)):
            value, found = names[name], self._found[name]
            reached = found.alive()
            if reached:
                now.names[name] = value, reached
                figures.update((id(figure), figure) for figure in reached if id(figure) not in figures)
            elif found.is_loose:
                loose[name] = value
            elif found.role is Role.BACKGROUND:
                now.buffers.append(name)
            elif found.role is Role.MATPLOTLIB:
                now.others[name] = value
        now.figures.extend(figures.values())
        first = now.figures[:1]
        now.names.update((name, (value, first)) for name, value in loose.items() if first)
        now.loose.extend(() if first else loose)
        return now

    def leads_to(self, value: Any, figures: Collection[Any]) -> bool:
        """Return whether a value leads to one of some figures."""
        walk = _Walk(self._class_of, self._dead_ends, IDLE_OPERATIONS, set())
        walk.go(value, self._class_of(type(value)), DEPTH)
        return not walk.figures.keys().isdisjoint(map(id, figures))

    def _new_names(self, names: dict[str, Any], mentioned: frozenset[str]) -> list[str]:
        """Return the names that are newly bound and may lead to a figure; forget those that are gone."""
        new = []
        for name in self._changed_names(names, mentioned):
            value = names[name]
            kind = type(value)
            if id(kind) in self._dead_ends:
                self._forget_name(name)
                if (kind is FunctionType or kind is type) and memory.is_from_cell(value):
                    self._code.add(name)
            elif name not in self._found or self._found[name].value != id(value):
                self._forget_name(name)
                if self._may_lead(name, value):
                    new.append(name)
                    self._found[name] = _Found(id(value), self._class_of(kind).role, [], False, sys.maxsize)
        return new

    def _changed_names(self, names: dict[str, Any], mentioned: frozenset[str]) -> list[str]:
        """Return the names that may be bound to something else than in the last search; forget those that are gone."""
        changed, gone = self._bound.changed(names)
        if gone:  # with those that an interrupt has left from the last search
            for name in [name for name in (*self._found, *self._code) if name not in names]:
                self._forget_name(name)
        of_cell = [name for name in mentioned if name in names]
        return list(dict.fromkeys([*(name for name in changed if type(name) is str), *of_cell]))

    def _may_lead(self, name: str, value: Any) -> bool:
        """Return whether a name is the user's and its value is of a class that may lead to a figure."""
        if self._class_of(type(value)).role is Role.NOTHING or is_of_history(name):
            return False
        hidden = hidden_names(self._shell)
        return not (name in hidden and hidden[name] is value)

    def _forget_name(self, name: str) -> None:
        self._found.pop(name, None)
        self._pending.pop(name, None)
        self._leading.discard(name)
        self._code.discard(name)

    def _look(self, names: dict[str, Any], new: list[str], mentioned: frozenset[str], *, idle: bool) -> None:
        found = self._found
        first = dict.fromkeys([*(mentioned & found.keys()), *new])
        drawn = [name for name in first if found[name].role is Role.DRAWN]  # these cost next to nothing
        waiting = list(dict.fromkeys([*drawn, *first, *self._pending]))
        left, looked_at = IDLE_OPERATIONS if idle else OPERATIONS, 0
        self._pending = {}
        for name in waiting:
            if left <= 0 and looked_at >= len(drawn):
                break
            looked_at += 1
            left -= self._look_at(name, names[name], left if idle else min(left, OPERATIONS_A_NAME))
        self._pending.update(dict.fromkeys(waiting[looked_at:]))
        left = min(left, TURN_OPERATIONS)
        for name in list(islice(found, TURN)):
            if name in first or name in self._pending or found[name].cost > TURN_OPERATIONS:
                found[name] = found.pop(name)
            elif found[name].cost > left:
                break
            else:
                left -= self._look_at(name, names[name], left)
        self.is_complete = not self._pending

    def _look_at(self, name: str, value: Any, limit: int) -> int:
        """Record what a name leads to now; return the number of operations that this took."""
        known = self._class_of(type(value))
        walk = _Walk(self._class_of, self._dead_ends, limit, {id(self._shell.user_ns)})
        try:
            walk.go(value, known, DEPTH)
        except Exception:  # something changes during the walk: it is examined again when it is mentioned
            pass
        before = self._found.pop(name, None)
        figures, is_loose, cost = walk.figures, walk.is_loose, limit - walk.left
        if walk.is_cut:
            if before is not None and before.value == id(value):
                figures.update((id(figure), figure) for figure in before.alive())
                is_loose = is_loose or before.is_loose
            if limit < IDLE_OPERATIONS:  # otherwise it is always too much
                self._pending[name] = None
        references = list(map(ref, figures.values()))
        self._found[name] = _Found(id(value), known.role, references, is_loose, sys.maxsize if walk.is_cut else cost)
        leads = references or is_loose or known.role is Role.MATPLOTLIB or known.role is Role.BACKGROUND
        (self._leading.add if leads else self._leading.discard)(name)
        return cost

    def _class_of(self, kind: type) -> _Class:
        key = id(kind)
        known = self._classes.get(key)
        if known is None:
            role = role_of(kind)
            read = None if role is Role.NOTHING or role is Role.DRAWN else memory.reader_of(kind)
            if role is Role.FOREIGN and read is None:
                role = Role.NOTHING
            if role is Role.NOTHING:
                self._dead_ends.add(key)
            known = self._classes[key] = _Class(ref(kind, lambda _: self._forget(key)), role, read)
        return known

    def _forget(self, key: int) -> None:
        """Forget a class that is gone: another one may come in its place."""
        self._classes.pop(key, None)
        self._dead_ends.discard(key)


class _Walk:
    """Walk from one value to the figures that it leads to."""

    def __init__(self, class_of: Callable[[type], _Class], dead_ends: set[int], left: int, seen: set[int]) -> None:
        self._class_of = class_of
        self._dead_ends = dead_ends
        self._seen = seen
        self.left = left
        self.figures: dict[int, Any] = {}
        self.is_loose = False
        self.is_cut = False

    def go(self, value: Any, known: _Class, depth: int) -> None:
        """Record the figures that a value leads to."""
        if known.role is Role.DRAWN:
            figure = root_figure(value)
            self.is_loose = self.is_loose or figure is None
            if figure is not None:
                self.figures[id(figure)] = figure
        elif known.read is not None and depth and id(value) not in self._seen and not memory.is_namespace(value):
            self._seen.add(id(value))
            items = known.read(value, ITEMS)
            self.left -= 1 + len(items) // SHARE
            if not memory.kinds_of(items) <= self._dead_ends:
                self._go_on(items, depth - 1, is_own=known.role is not Role.FOREIGN)

    def _go_on(self, items: list[Any], depth: int, *, is_own: bool) -> None:
        for item in items:
            if self.left <= 0:
                self.is_cut = True
                return
            known = self._class_of(type(item))
            if known.role is not Role.NOTHING:
                self.left -= 1
                if is_own or known.role is Role.DRAWN or known.role is Role.CONTAINER:
                    self.go(item, known, depth if is_own else min(depth, 2))
