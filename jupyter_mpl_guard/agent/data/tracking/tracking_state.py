"""What is known of the values of a kernel: what the tracker, the saver and the search behind cells share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ...pickling.limits.budget import Moment
from ...storage.data.log import DataLog
from ..imports import Statements
from ..values.examination import DataLimits
from .bindings import Bindings
from .groups import NameGroups


@dataclass
class TrackingState:
    """What is known of the values of a kernel.

    Attributes
    ----------
    log : log.DataLog
        What is saved.
    limits : examination.DataLimits
        How much may be saved.
    bindings : bindings.Bindings
        What names are bound to.
    groups : groups.NameGroups
        What is saved together.
    statements : imports.Statements
        What cells have imported.
    dirty : dict of str to None
        Names to look at, in the order in which they were marked.
    moments : dict of str to Moment
        The earliest moment at which they may be looked at, where that is not before a cell.
    """

    log: DataLog
    limits: DataLimits
    bindings: Bindings
    groups: NameGroups = field(default_factory=NameGroups)
    statements: Statements = field(default_factory=Statements)
    dirty: dict[str, None] = field(default_factory=dict)
    moments: dict[str, Moment] = field(default_factory=dict)

    @property
    def namespace(self) -> dict[str, Any]:
        """The names of the user and of IPython."""
        return self.bindings.namespace

    def mark(self, names: Iterable[str]) -> None:
        """Mark names to be looked at."""
        self.dirty.update(dict.fromkeys(names))

    def together_with(self, name: str) -> Iterable[str]:
        """Return the names that are saved with one."""
        group = self.groups.get(name)
        return group.values if group is not None else (name,)

    def is_bound(self, name: str) -> bool:
        """Return whether a name is one that may be saved and has a value."""
        return name in self.bindings.ids and name in self.namespace

    def is_unchanged(self, name: str) -> bool:
        """Return whether a name cannot have changed, because its value is the same and never changes."""
        if name in self.dirty:
            return False
        state = self.log.state
        if name in state.imports:
            return True
        if name not in state.entries or name not in self.namespace:
            return False
        value = self.namespace[name]
        same = self.bindings.is_same_atom(name, value)
        if same is not None:
            return same
        group = self.groups.get(name)
        return group is not None and group.is_unchanged(name, value)
