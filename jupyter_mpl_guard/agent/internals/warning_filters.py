"""Filters of Python's warnings: suppress those of the agent's work, and none of others."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any


class _OwnThread:
    """Match each message in the threads that are at work for the agent; replaces a compiled pattern in a filter."""

    def __init__(self) -> None:
        self.depths: dict[int, int] = {}

    def match(self, text: str) -> bool:
        """Return whether this thread is one of them."""
        return get_ident() in self.depths


_own_thread = _OwnThread()


def is_own_filter(pattern: object) -> bool:
    """Return whether the message pattern of a warning filter is the agent's."""
    return pattern is _own_thread


_filter: Any = ("ignore", _own_thread, Warning, None, 0)


@contextmanager
def warnings_ignored() -> Iterator[None]:
    """Suppress the warnings of this thread until the block ends, and change nothing else.

    `warnings.catch_warnings` makes all modules forget which of their warnings have been shown, so that libraries warn
    again, and hides those of other threads. A filter that ignores leaves no trace: neither the warning that it
    hides nor one that has been shown.
    """
    thread, depths = get_ident(), _own_thread.depths
    depths[thread] = depths.get(thread, 0) + 1
    if not any(each is _filter for each in warnings.filters[:1]):
        warnings.filters.insert(0, _filter)  # type: ignore[attr-defined]  # a list, typed as a sequence
    try:
        yield
    finally:
        depths[thread] -= 1
        if not depths[thread]:
            del depths[thread]
        if not depths:
            _remove()


def _remove() -> None:
    """Remove the filter, also where others have changed the list meanwhile."""
    filters: Any = warnings.filters
    for place in range(len(filters) - 1, -1, -1):
        if filters[place] is _filter:
            del filters[place]
