"""Contexts in which code of others runs: without warnings and output, and with the built-in names of a cell."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any

from ..internals.callbacks import builtins_of_cells
from ..internals.warning_filters import warnings_ignored

DEEPEST = 3_000
"""Recursion limit while something is pickled. A user may allow more, for their own functions: each level of a structure
takes several calls of C, and in Python before 3.12 nothing else keeps these from running out of stack."""


@contextmanager
def quiet() -> Iterator[None]:
    """Suppress this thread's warnings and output, disable garbage collection and limit the recursion depth."""
    with without_collection(), warnings_ignored(), output_discarded(), recursion_limited(), builtins_of_cells():
        yield


@contextmanager
def without_collection() -> Iterator[None]:
    """Disable garbage collection: it would traverse the thousand objects again and again, for a third of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@contextmanager
def recursion_limited() -> Iterator[None]:
    """Limit the recursion depth to `DEEPEST`."""
    limit = sys.getrecursionlimit()
    if limit > DEEPEST:
        sys.setrecursionlimit(DEEPEST)
    try:
        yield
    finally:
        if limit > DEEPEST:
            sys.setrecursionlimit(limit)


@contextmanager
def output_discarded() -> Iterator[None]:
    """Discard what this thread prints until the block ends: it would appear in a cell that has not printed it."""
    before = sys.stdout, sys.stderr
    muted = _Muted(sys.stdout), _Muted(sys.stderr)
    sys.stdout, sys.stderr = muted
    try:
        yield
    finally:
        for each in muted:
            each.end()
        if sys.stdout is muted[0]:
            sys.stdout = before[0]
        if sys.stderr is muted[1]:
            sys.stderr = before[1]


class _Muted:
    """A stream that discards what one thread writes, until `end` is called, and passes everything else on."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._thread: int | None = get_ident()

    def end(self) -> None:
        """Pass everything on: a module that has just been imported may have kept it."""
        self._thread = None

    def write(self, text: str) -> Any:
        """Write a text, unless this thread is muted."""
        return len(text) if get_ident() == self._thread else self._stream.write(text)

    def writelines(self, lines: Any) -> None:
        """Write several texts, unless this thread is muted."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
