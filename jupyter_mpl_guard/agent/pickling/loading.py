"""What `attempt.Attempt.dump` has written, back from its bytes; what cannot be loaded costs nothing behind it."""

from __future__ import annotations

import io
import pickle
import pickletools
import warnings
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from . import pickler
from .attempt import undisturbed
from .extras import Extras
from .namespace import namespace

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
    """A value refers to a part of another one that cannot be loaded."""

    def __init__(self, name: str) -> None:
        super().__init__(f"it holds a part of {name}, whose value cannot be loaded")


class Contents:
    """Figures in bytes whose origin is certain, and what follows them there.

    The figures come first: the caller gives them their canvases before it goes on to the names, so that what refers to
    a canvas finds it.

    Parameters
    ----------
    data : bytes
        The bytes.

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
        pickler.cloudpickle()
        self._data, self._stream = data, io.BytesIO(data)
        self._unpickler: Any = pickle.Unpickler(self._stream)
        self._lost: dict[int, str] = {}  # places in the memo to the name whose value was to be there
        self._counted = self._places = 0  # so many bytes fill so many places of the memo
        first = self._load()
        self._has_globals = first is namespace()  # an earlier version has not written it
        self.figures = self._load() if self._has_globals else first
        self.extras = list(map(Extras.from_data, self._load()))
        self.needs = self._load()

    def globals(self) -> Iterator[Pair]:
        """Yield the global names that functions in the figures use; to be gone through before `names`."""
        return self._pairs() if self._has_globals else iter(())

    def names(self) -> Iterator[Pair]:
        """Yield the names that reach the figures, in their order."""
        return self._pairs()

    def more_globals(self) -> Iterator[Pair]:
        """Yield the global names that only functions behind the names use; to be gone through after `names`."""
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
                yield Pair(self._skip(start), None, error)
                continue
            if pair is None:
                return
            yield Pair(*pair)

    def _load(self) -> Any:
        names = namespace()
        builtins = names.get("__builtins__")
        try:
            with warnings.catch_warnings(), undisturbed():
                warnings.simplefilter("ignore")  # another Matplotlib warns of its version
                return self._unpickler.load()
        finally:
            if builtins is not None:  # cloudpickle gives each function's globals its own
                names["__builtins__"] = builtins

    def _check(self, start: int) -> None:
        """Raise `BehindAnother` where the pickle that starts there refers to what is lost."""
        if self._lost:
            for operation, argument, _ in _operations(self._data, start):
                if operation in _GETS and argument in self._lost:
                    raise BehindAnother(self._lost[argument])

    def _skip(self, start: int) -> str:
        """Go on behind the pickle that starts there as if it had been loaded, and return the name in it."""
        memo = self._unpickler.memo.copy()
        self._places += _count(self._data, self._counted, start)
        operations = list(_operations(self._data, start))
        texts = (
            memo.get(argument) if operation in _GETS else argument
            for operation, argument, _ in operations
            if operation in _GETS + _TEXTS
        )
        name = next((each for each in texts if isinstance(each, str)), "")
        places = range(self._places, self._places + _memoized(operations))
        self._lost.update(dict.fromkeys(places, name))
        kept = {place: value for place, value in memo.items() if place < self._places}
        self._places, self._counted = places.stop, operations[-1][2]
        self._stream.seek(self._counted)
        self._unpickler = pickle.Unpickler(self._stream)
        self._unpickler.memo = {**kept, **dict.fromkeys(places)}
        return name


def _operations(data: bytes, start: int) -> Iterator[tuple[str, Any, int]]:
    """Yield name, argument and end of each operation of the pickle that starts somewhere."""
    stream = io.BytesIO(data)
    stream.seek(start)
    for operation, argument, _ in pickletools.genops(stream):
        yield operation.name, argument, stream.tell()


def _count(data: bytes, start: int, end: int) -> int:
    """Return how many places of the memo are filled by the pickles between two places."""
    count = 0
    while start < end:
        operations = list(_operations(data, start))
        count, start = count + _memoized(operations), operations[-1][2]
    return count


def _memoized(operations: Iterable[tuple[str, Any, int]]) -> int:
    return sum(operation == "MEMOIZE" for operation, _, _ in operations)
