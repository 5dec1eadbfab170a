"""Which names a cell may change: those that it mentions, and those that code mentions which it may call."""

from __future__ import annotations

from typing import Any

from ...cells.source import LOOKS_ANYWHERE, Mentioned
from ..values.kinds import ATOM_IDS, is_apart
from ..values.walk import TooMany, TooMuch, Walk
from .tracking_state import TrackingState

OBJECTS = 2_000
"""Most objects that are followed from a value that is not saved; one that holds more may lead to anything."""

ITEMS = 300_000
"""Most items of collections that are looked at for that: a cell waits."""


class Reach:
    """Find what a cell may change.

    Parameters
    ----------
    known : tracking_state.TrackingState
        What is known of values.
    """

    def __init__(self, known: TrackingState) -> None:
        self._known = known
        self._groups = known.groups
        self._bindings = known.bindings

    def __call__(self, what: Mentioned) -> set[str]:
        """Return the names that a cell may change."""
        names = self._known.namespace
        if what.everything:
            return set(self._bindings.ids)
        found: set[str] = set()
        waiting = [name for name in what.identifiers if name in names]
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            group = self._groups.get(name)
            if group is not None and group.examined is not None and group.values.get(name) == id(names.get(name)):
                if not LOOKS_ANYWHERE.isdisjoint(group.examined.needs):
                    return set(self._bindings.ids)
                waiting += [*group.values, *(each for each in group.examined.needs if each in names)]
                continue
            more = self._behind(names.get(name))
            if more is None:
                return set(self._bindings.ids)
            waiting += [each for each in more if each in names]
        return found

    def _behind(self, value: Any) -> set[str] | None:
        """Return the names that an unsaved value leads to, None where these may be any."""
        kind = type(value)
        if id(kind) in ATOM_IDS or is_apart(kind):
            return set()
        walk = Walk(self._known.namespace, OBJECTS, items=ITEMS, passes=is_apart)
        try:
            walk.go(value)
        except (TooMany, TooMuch, RuntimeError):  # or a thread is changing it
            return None
        if walk.leads_everywhere or not LOOKS_ANYWHERE.isdisjoint(walk.names):
            return None
        owners = (self._groups.owner(key) for key in walk.seen)
        return walk.names | {name for each in owners if each is not None for name in each.values}
