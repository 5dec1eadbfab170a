"""Load what `attempt.Attempt.dump` has written; what cannot be loaded does not affect what follows it."""

from __future__ import annotations

import io
import pickle
import pickletools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from struct import pack
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, NamedTuple

from ..internals.artists import let_parents_go
from ..internals.memory import is_from_cell
from . import sentences
from .extras import Extras
from .namespace import namespace
from .picklers.thorough import cloudpickle
from .quiet import quiet

_TEXTS = ("SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8")
_GETS = ("BINGET", "LONG_BINGET")


class Pair(NamedTuple):
    """A name and its value, or why that cannot be loaded.

    Attributes
    ----------
    name : str
        The name; "" where not even that is known.
    value : object
        Its value.
    error : BaseException or None
        Why there is none.
    """

    name: str
    value: Any = None
    error: BaseException | None = None


class BehindAnother(Exception):
    """Raised when a value refers to a part of another one that cannot be loaded."""

    def __init__(self, name: str) -> None:
        super().__init__(sentences.BEHIND_ANOTHER.format(name=name))


class Contents:
    """Figures in bytes whose origin is certain, and what follows them there.

    The figures come first: the caller gives them their canvases before it goes on to the names, so that what refers to
    a canvas finds it.

    Attributes
    ----------
    figures : list of matplotlib.figure.Figure
        The figures.
    extras : list of extras.Extras
        What belongs to each of them.
    needs : dict
        See `registrations.needs`.

    Raises
    ------
    Exception
        Whatever they raise that cannot be loaded.
    """

    def __init__(self, data: bytes) -> None:
        cloudpickle()
        self._whole = data
        self._data = data
        self._stream = io.BytesIO(data)
        self._unpickler: Any = pickle.Unpickler(self._stream)
        self._lost: dict[int, Pair] = {}  # places in the memo to what was to be there
        self._counted = 0  # bytes that have been looked through, and the places of the memo that they fill
        self._places = 0
        first = self._load()
        self._has_globals = first is namespace()  # an earlier version has not written it
        self.figures = self._load() if self._has_globals else first
        let_parents_go(self._unpickler.memo.copy().values())
        self.extras = list(map(Extras.from_data, self._load()))
        self.needs = self._load()
        self._behind_figures = self._stream.tell()
        self._of_figures = self._unpickler.memo.copy() if len(self.figures) > 1 else {}

    def rewind(self, instead: Mapping[int, Any]) -> None:
        """Go back to what follows the figures, which stay those that they are: it is loaded once more.

        Parameters
        ----------
        instead : mapping of int to object
            What the names lead to from now on in place of some figures and axes, by the identities of these.
        """
        self._data = self._whole
        self._lost.clear()
        memo = [self._of_figures.get(place) for place in range(len(self._of_figures))]
        self._go_on_behind(self._behind_figures, [instead.get(id(value), value) for value in memo])

    def globals(self) -> Iterator[Pair]:
        """Yield the global names that functions in the figures use; to be consumed before `names`."""
        return self._pairs() if self._has_globals else iter(())

    def names(self) -> Iterator[Pair]:
        """Yield the names that reach the figures, in their order."""
        return self._pairs()

    def more_globals(self) -> Iterator[Pair]:
        """Yield the global names that only functions behind the names use; to be consumed after `names`."""
        return self.globals()

    def _pairs(self) -> Iterator[Pair]:
        while True:
            start = self._stream.tell()
            try:
                self._check(start)
                pair = self._load()
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # what is loaded may raise anything
                yield self._skip(start, error)
                continue
            if pair is None:
                return
            yield Pair(*pair)

    def _load(self) -> Any:
        names = namespace()
        builtins = names.get("__builtins__")
        try:
            with quiet():  # another Matplotlib warns of its version, and modules that are imported print
                return self._unpickler.load()
        finally:
            if builtins is not None:  # cloudpickle gives each function's globals its own
                names["__builtins__"] = builtins

    def _check(self, start: int) -> None:
        """Raise `BehindAnother` where the pickle that starts there refers to what is lost."""
        if self._lost:
            for operation, argument, _ in _operations(self._data, start):
                if operation in _GETS and argument in self._lost:
                    name, _, error = self._lost[argument]
                    raise BehindAnother(name) if name or error is None else error

    def _skip(self, start: int, error: BaseException) -> Pair:
        """Skip the pickle that starts there as if it had been loaded, and return what is known of it."""
        memo = self._unpickler.memo.copy()
        self._places += _count(self._data, self._counted, start)
        operations = list(_operations(self._data, start))
        texts = (
            memo.get(argument) if operation in _GETS else argument
            for operation, argument, _ in operations
            if operation in _GETS + _TEXTS
        )
        pair = Pair(next((each for each in texts if isinstance(each, str)), ""), None, error)
        places = range(self._places, self._places + _memoized(operations))
        kept = {place: value for place, value in memo.items() if place < self._places or _is_whole(value)}
        kept.update((place, text) for place, text in zip(places, _texts(operations)) if text is not None)
        self._lost.update((place, pair) for place in places if place not in kept)
        self._go_on_behind(operations[-1][2], [kept.get(place) for place in range(places.stop)])
        return pair

    def _go_on_behind(self, end: int, memo: Sequence[Any]) -> None:
        """Continue at some offset as if what is before it had filled the memo so."""
        fill = b"".join(b"J" + pack("<i", place) + b"Q\x94" + b"0" for place in range(len(memo)))
        filling = b"\x80\x05" + fill + b"N."
        self._data = filling + self._data[end:]
        self._stream = io.BytesIO(self._data)
        self._unpickler = _Refilled(self._stream, memo)
        self._unpickler.load()
        self._counted = len(filling)
        self._places = len(memo)


class _Refilled(pickle.Unpickler):
    """An unpickler whose memo is filled by a first pickle: there is no other way to fill one."""

    def __init__(self, stream: io.BytesIO, memo: Sequence[Any]) -> None:
        super().__init__(stream)
        self._values = memo

    def persistent_load(self, place: Any) -> Any:
        return self._values[place]


def _operations(data: bytes, start: int) -> Iterator[tuple[str, Any, int]]:
    """Yield name, argument and end of each operation of the pickle that starts at some offset."""
    stream = io.BytesIO(data)
    stream.seek(start)
    for operation, argument, _ in pickletools.genops(stream):
        yield operation.name, argument, stream.tell()


def _count(data: bytes, start: int, end: int) -> int:
    """Return how many places of the memo are filled by the pickles between two offsets."""
    count = 0
    while start < end:
        operations = list(_operations(data, start))
        count, start = count + _memoized(operations), operations[-1][2]
    return count


def _memoized(operations: Iterable[tuple[str, Any, int]]) -> int:
    return sum(operation == "MEMOIZE" for operation, _, _ in operations)


def _texts(operations: Sequence[tuple[str, Any, int]]) -> list[str | None]:
    """Return the text that each place of the memo is filled with, None for what is no text."""
    pairs = zip(operations, operations[1:])
    return [argument if kind in _TEXTS else None for (kind, argument, _), (then, _, _) in pairs if then == "MEMOIZE"]


def _is_whole(value: Any) -> bool:
    """Return whether something that was being loaded cannot be incomplete, as what a cell has defined can."""
    if isinstance(value, (type, FunctionType)):
        return not is_from_cell(value) and "<" not in value.__qualname__
    return isinstance(value, (str, bytes, int, float, BuiltinFunctionType, ModuleType))
