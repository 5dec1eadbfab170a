"""What a value holds, followed in memory: how much, which objects that can change, and which names its code uses."""

from __future__ import annotations

import gc
import logging
import types
import weakref
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from types import CodeType, FunctionType, MethodType
from typing import Any, NamedTuple

from ...internals.memory import (
    CONTAINERS,
    closed_over,
    found_in,
    is_from_cell,
    keys_and_values,
    kinds_of,
    length_of,
    module_of,
)
from .arrays import is_memmap
from .code import mentioned
from .kinds import ATOM_IDS
from .parts import code_of, keeps_to_itself, never_changes, nothing, of_class, of_object
from .special import is_of_numbas_functions, written_for_numba

PIECE = 500
"""Objects whose contents are read at a time."""

ITEMS = 10_000
"""Items that are counted at a time, and between two checks whether to go on: reading what an object holds takes as
long as counting some `WEIGHT` of them."""

WEIGHT = ITEMS // PIECE

_UNCHANGING = ATOM_IDS | frozenset(map(id, (types.ModuleType, types.BuiltinFunctionType, CodeType, weakref.ref)))
_ENDS = (type, types.ModuleType, CodeType, types.FrameType, weakref.ref, logging.Logger)
_PLAIN = (dict, list, tuple, set, frozenset)
_GENERATORS = (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType)


class _Way(NamedTuple):
    """How objects of a class are read; it holds the class, so that its identity stays valid."""

    kind: type
    never_changes: bool | None
    keeps_to_itself: bool
    read: Callable[[Any], Iterable[Any]]


class TooMany(Exception):
    """Raised when a value holds more objects than are looked at."""


class TooMuch(Exception):
    """Raised when a value takes more bytes than are saved."""


class Walk:
    """Follow values in memory; no code of theirs runs.

    Parameters
    ----------
    namespace : dict
        The names of the user: what leads to it leads to everything.
    objects : int
        Most objects that are looked at, not counting those that never change and lead to nothing.
    size : float
        Most bytes that they may take.
    check : callable
        Called without arguments now and then; an exception from it ends the walk.
    items : float
        Most items of collections that are looked at, atoms included.
    passes : callable
        Called with each class that is met; objects of a class for which it returns True are not followed. An
        exception from it ends the walk.

    Attributes
    ----------
    seen : dict of int to object
        Identity to object for those that can change and that two names may share.
    names : set of str
        Names that the code which was met mentions.
    bytes : int
        Bytes of texts, arrays and collections, at least.
    leads_everywhere : bool
        Whether the namespace was met.
    has_arrays : bool
        Whether a NumPy array was met.
    """

    def __init__(
        self,
        namespace: dict[str, Any],
        objects: int = 100_000,
        size: float = float("inf"),
        check: Callable[[], Any] = lambda: None,
        items: float = float("inf"),
        passes: Callable[[type], bool] = lambda kind: False,
    ) -> None:
        self._namespace = namespace
        self._left = objects
        self._size = size
        self._check = check
        self._items = items
        self._passes = passes
        self.seen: dict[int, Any] = {}
        self.names: set[str] = set()
        self.bytes = 0
        self.leads_everywhere = False
        self.has_arrays = False
        self._ndarray: Any = found_in("numpy", "ndarray")
        self._waiting: list[Any] = []
        self._inside: list[Any] = []  # of objects of pandas: two of them that share an array cannot change each other
        self._seen_inside: dict[int, Any] = {}
        self._is_inside = False
        self._ways: dict[int, _Way] = {}  # by identity: a metaclass may have no hash
        self._most_waiting = 0
        self._done = ITEMS  # items since the last call of `check`

    def go(self, value: Any) -> None:
        """Follow a value.

        Raises
        ------
        TooMany, TooMuch
            It holds too many objects, or they take too many bytes.
        """
        self._waiting.append(value)
        while self._waiting or self._inside:
            self._is_inside = not self._waiting
            source = self._inside if self._is_inside else self._waiting
            piece = source[:PIECE]  # breadth first: a value that is too large is noticed soon
            del source[:PIECE]
            self._count(WEIGHT * len(piece))
            for each in piece:
                self._look(each)
            if self.bytes > self._size:
                raise TooMuch
            if self._left < 0 or self._too_many_wait():
                raise TooMany

    def _count(self, items: int) -> None:
        """Count items and call `check` now and then: a call takes longer than looking at one object."""
        self._done += items
        if self._done > ITEMS:
            self._done = 0
            self._check()

    def _too_many_wait(self) -> bool:
        """Return whether more objects wait than may be looked at; one may wait many times."""
        if len(self._waiting) <= max(self._left, self._most_waiting):
            return False
        waiting = {
            id(each): each
            for each in self._waiting
            if id(type(each)) not in _UNCHANGING and id(each) not in self.seen and id(each) not in self._seen_inside
        }
        self._most_waiting = 2 * len(self._waiting)
        return len(waiting) > self._left + 1  # the namespace may be among them, it is not counted

    def _look(self, value: Any) -> None:
        """Record one object, and queue what it leads to."""
        kind, key = type(value), id(value)
        if id(kind) in _UNCHANGING or key in self.seen or key in self._seen_inside:
            if kind is str or kind is bytes:
                self.bytes += len(value)
            return
        if value is self._namespace:
            self.leads_everywhere = True
            return
        way = self._ways.get(id(kind)) or self._way_of(kind)
        never_changes = way.never_changes if way.never_changes is not None else not is_from_cell(value)
        (self._seen_inside if self._is_inside or never_changes else self.seen)[key] = value
        self._left -= 1
        (self._inside if self._is_inside or way.keeps_to_itself else self._waiting).extend(way.read(value))

    def _way_of(self, kind: type) -> _Way:
        """Return how objects of a class are read; determined once, since there may be thousands of them."""
        read = nothing if self._passes(kind) else self._reader(kind)
        way = self._ways[id(kind)] = _Way(kind, never_changes(kind), keeps_to_itself(kind), read)
        return way

    def _reader(self, kind: type) -> Callable[[Any], Iterable[Any]]:
        if self._ndarray is not None and issubclass(kind, self._ndarray):
            return self._array
        if kind is FunctionType:
            return self._function
        if issubclass(kind, type):
            return of_class
        if issubclass(kind, _GENERATORS):
            return self._generator
        if issubclass(kind, _ENDS):
            return nothing
        if any(kind is each for each in _PLAIN):
            return self._collection
        if issubclass(kind, CONTAINERS):
            return self._container
        if kind is bytearray or module_of(kind) == "array":
            return self._buffer
        if is_of_numbas_functions(kind):
            return written_for_numba
        return gc.get_referents if kind is MethodType else of_object

    def _function(self, value: Any) -> Iterable[Any]:
        self.names |= mentioned(value.__code__)
        self.seen.update((id(each), each) for each in value.__closure__ or ())  # other functions may set them
        return [
            *closed_over(value),
            *(value.__defaults__ or ()),
            *(value.__kwdefaults__ or {}).values(),
            *value.__dict__.values(),
        ]

    def _generator(self, value: Any) -> Iterable[Any]:
        self.names |= {name for each in code_of(value) for name in mentioned(each)}
        return gc.get_referents(value)

    def _buffer(self, value: Any) -> Iterable[Any]:
        self.bytes += memoryview(value).nbytes
        return ()

    def _array(self, value: Any) -> Iterable[Any]:
        self.has_arrays = True
        base = self._ndarray
        if not is_memmap(type(value)):  # a memmap is saved as the name of its file
            self.bytes += int(base.nbytes.__get__(value))
        owner = base.base.__get__(value)
        if owner is not None and not self._is_inside:
            self._note_owner(owner)
        held: list[Any] = []
        if base.dtype.__get__(value).hasobject:
            self.bytes += 8 * int(base.size.__get__(value))
            self._waiting += self._hold(base.flat.__get__(value))
        if type(value) is not base:
            held += gc.get_referents(value)
        return held

    def _note_owner(self, owner: Any) -> None:
        """Record the owners of the memory of an array: a value that holds one may change it."""
        while owner is not None and id(owner) not in self.seen:
            self.seen[id(owner)] = owner
            owner = self._ndarray.base.__get__(owner) if issubclass(type(owner), self._ndarray) else None

    def _collection(self, value: Any) -> Iterable[Any]:
        """Return what a built-in collection holds, nothing where that is only atoms."""
        count = len(value)
        self.bytes += 9 * count
        if count > ITEMS:
            return self._hold(keys_and_values(value) if type(value) is dict else value)
        kind = type(value)
        if kind is dict:
            return self._hold_piece([*value, *value.values()])
        return self._hold_piece(value if kind is list or kind is tuple else list(value))

    def _container(self, value: Any) -> Iterable[Any]:
        """Return what an object of a subclass of a built-in collection holds, its attributes included."""
        kind = type(value)
        self.bytes += 9 * length_of(value)
        if issubclass(kind, dict):
            items: Any = keys_and_values(value)
        else:
            items = next(each for each in CONTAINERS if issubclass(kind, each)).__iter__(value)
        return [*self._hold(items), *(each for each in gc.get_referents(value) if type(each) is dict or each is kind)]

    def _hold(self, values: Iterable[Any]) -> list[Any]:
        """Return the objects that are not atoms, and count the bytes of texts: there can be millions of atoms."""
        held: list[Any] = []
        iterator = iter(values)
        while piece := list(islice(iterator, ITEMS)):
            held += self._hold_piece(piece)
            if len(held) > _MANY * max(self._left, 1):  # many of them may be the same
                raise TooMany
        return held

    def _hold_piece(self, piece: Sequence[Any]) -> Sequence[Any]:
        self._count(len(piece))
        kinds = kinds_of(piece)
        if not kinds <= _TEXTLESS:
            self.bytes += sum(map(len, [each for each in piece if type(each) is str or type(each) is bytes]))
        if self.bytes > self._size:
            raise TooMuch
        self._items -= len(piece)
        if self._items < 0:
            raise TooMany
        if kinds <= ATOM_IDS:
            return ()
        return piece if kinds.isdisjoint(ATOM_IDS) else [each for each in piece if id(type(each)) not in ATOM_IDS]


_MANY = 100

_TEXTLESS = ATOM_IDS - {id(str), id(bytes)}
