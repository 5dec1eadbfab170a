"""Which values are saved together, because they have something in common that can change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...storage.data.entry import DataEntry
from ..values.code_parts import CodeParts, code_parts
from ..values.examination import Examination


@dataclass
class NameGroup:
    """Names whose values have something in common that can change, and what came of saving them.

    Attributes
    ----------
    values : dict of str to int
        Name to identity of its value.
    entry : DataEntry
        How they are saved.
    examined : Examination or None
        What was found out about them then, None where an earlier incarnation has saved them.
    code : dict of str to CodeParts
        Name to the parts of its value, where that is code which they show to be unchanged.
    """

    values: dict[str, int]
    entry: DataEntry
    examined: Examination | None
    code: dict[str, CodeParts] = field(default_factory=dict)

    def is_unchanged(self, name: str, value: Any) -> bool:
        """Return whether a value is known to be as it was without looking into it."""
        known = self.code.get(name)
        return known is not None and known.is_of(value)

    def has_fingerprint(self, examined: Examination) -> bool:
        """Return whether values that have been looked at now are as they were."""
        return self.examined is not None and self.examined.fingerprint == examined.fingerprint


class NameGroups:
    """All groups, by name and by the identity of what can change in them."""

    def __init__(self) -> None:
        self._of: dict[str, NameGroup] = {}
        self._owners: dict[int, NameGroup] = {}

    @property
    def names(self) -> Iterable[str]:
        """The names that have been saved."""
        return self._of

    def get(self, name: str) -> NameGroup | None:
        """Return the group of a name, None where it has not been saved."""
        return self._of.get(name)

    def owner(self, identity: int) -> NameGroup | None:
        """Return the group in which an object can change, None where there is none."""
        return self._owners.get(identity)

    def clear(self) -> None:
        """Forget all groups."""
        self._of.clear()
        self._owners.clear()

    def add(self, values: Mapping[str, Any], entry: DataEntry, examined: Examination | None) -> None:
        """Note that some values have been saved together."""
        group = NameGroup({name: id(value) for name, value in values.items()}, entry, examined)
        self._of.update(dict.fromkeys(values, group))
        if examined is not None:
            parts = {name: code_parts(value) for name, value in values.items()}
            group.code = {name: each for name, each in parts.items() if each is not None}
            self._owners.update(dict.fromkeys(examined.shared, group))

    def sharing(self, examined: Examination, besides: NameGroup | None) -> list[NameGroup]:
        """Return the other groups that share something with values that have been looked at."""
        found = {id(each): each for each in map(self._owners.get, examined.shared) if each is not None}
        found.pop(id(besides), None)
        return list(found.values())

    def dissolve(self, group: NameGroup | None) -> None:
        """Forget that the names of a group were saved together."""
        if group is None:
            return
        for name in group.values:
            if self._of.get(name) is group:
                del self._of[name]
        for key in group.examined.shared if group.examined is not None else ():
            if self._owners.get(key) is group:
                del self._owners[key]

    def is_known(self, name: str) -> bool:
        """Return whether it is known what a name has in common with others."""
        group = self._of.get(name)
        return group is not None and group.examined is not None

    def is_current(self, entry: DataEntry) -> bool:
        """Return whether values that have been saved have not been put together with others since."""
        groups = map(self._of.get, entry.names)
        return all(group is not None and group.entry is entry for group in groups)
