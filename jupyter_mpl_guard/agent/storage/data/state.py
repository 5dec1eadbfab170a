"""What is saved of a kernel's data, and how each line of the log of data changes that: no input or output."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ... import messages
from ...protocol import Missing
from .. import sentences
from ..disk.shape import checked
from .entry import DataEntry, Import, ImportEnvironment, Unsaved
from .record import LogRecord


@dataclass
class SavedData:
    """What would come back.

    Attributes
    ----------
    entries : dict of str to DataEntry
        Values by name; several names may have one entry.
    imports : dict of str to Import
        Imports by name.
    unsaved : dict of str to Unsaved
        What would not come back, by name.
    import_environment : ImportEnvironment
        What has to be in force first.
    generators : dict of str to list
        States of the generators of random numbers, by module.
    libraries : dict of str to str
        Pickles of settings, in base64, by the module that has them.
    running : sequence of str or True or None
        Names that the cell which was running may have changed, True for all of them; None while none was.
    offered : SavedData or None
        What an earlier incarnation has left that waits to be asked for.
    held : bool
        Whether it does so because restores have been paused.
    size : int
        Bytes of the pickles of the values.
    """

    entries: dict[str, DataEntry] = field(default_factory=dict)
    imports: dict[str, Import] = field(default_factory=dict)
    unsaved: dict[str, Unsaved] = field(default_factory=dict)
    import_environment: ImportEnvironment = field(default_factory=ImportEnvironment)
    generators: dict[str, list[Any]] = field(default_factory=dict)
    libraries: dict[str, str] = field(default_factory=dict)
    running: Sequence[str] | bool | None = None
    offered: SavedData | None = None
    held: bool = False
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = sum(each.size for each in self.distinct())

    @property
    def names(self) -> list[str]:
        """The names that would come back."""
        return [*self.entries, *self.imports]

    def distinct(self) -> list[DataEntry]:
        """Return the entries, each once."""
        return list({id(each): each for each in self.entries.values()}.values())

    def files(self) -> Iterable[DataEntry]:
        """Return all entries whose files are needed."""
        return [*self.distinct(), *(self.offered.distinct() if self.offered is not None else ())]

    def size_beside(self, names: Iterable[str]) -> int:
        """Return how many bytes all but some names take, including what is on offer."""
        own = {id(each): each.size for each in map(self.entries.get, names) if each is not None}
        return self.size - sum(own.values()) + (self.offered.size if self.offered is not None else 0)

    def nowhere(self, plotted: Container[str]) -> dict[str, Unsaved]:
        """Return what would not come back in any way, by name.

        Parameters
        ----------
        plotted : container of str
            Names that are saved with figures.
        """
        return {name: each for name, each in self.unsaved.items() if not each.is_plotted and name not in plotted}

    def missing(self, plotted: Container[str]) -> list[Missing]:
        """Return what would not come back, as a report of a restore names it."""
        return [messages.missing_name(name, each.why) for name, each in self.nowhere(plotted).items()]

    def apply(self, record: LogRecord) -> None:
        """Change what is saved as a line of the log says."""
        if record.run is not None:
            self.running = record.run
        if record.end is not None:
            self._outdate(record.end)
            self.running = None
        for name in record.new:
            if name not in self.entries and name not in self.imports:
                self.unsaved[name] = Unsaved("", sentences.STALE)
        self.drop(record.gone)
        for entry in record.entries:
            self.drop(entry.names)
            self.entries.update(dict.fromkeys(entry.names, entry))
            self.size += entry.size
        self.drop(record.imports)
        self.imports.update(record.imports)
        self.drop(record.unsaved)
        self.unsaved.update(record.unsaved)
        if record.import_environment is not None:
            self.import_environment = record.import_environment
        self.generators.update(record.generators)
        self.libraries.update(record.libraries)

    def _drop(self, name: str) -> None:
        self.imports.pop(name, None)
        self.unsaved.pop(name, None)
        entry = self.entries.pop(name, None)
        if entry is not None and all(self.entries.get(each) is not entry for each in entry.names):
            self.size -= entry.size

    def drop(self, names: Iterable[str]) -> None:
        """Remove names, so that they do not come back."""
        for name in names:
            self._drop(name)

    def add(self, other: SavedData) -> None:
        """Add what another one has and this one has not, with what has to be in force first for that."""
        own = {*self.names}
        for entry in other.distinct():
            names = tuple(name for name in entry.names if other.entries.get(name) is entry and name not in own)
            if names:
                self.entries.update(dict.fromkeys(names, entry))
                self.size += entry.size
        self.imports.update({name: each for name, each in other.imports.items() if name not in own})
        self.import_environment = other.import_environment

    def take_offer(self) -> SavedData | None:
        """End the offer and return what was on offer, None where nothing was."""
        offered, self.offered, self.held = self.offered, None, False
        return offered

    def _outdate(self, names: Sequence[str] | bool) -> None:
        """Mark values that a cell may have changed as outdated, so that they do not come back."""
        for name in names if not isinstance(names, bool) else [*self.entries, *self.imports]:
            self._drop(name)
            self.unsaved[name] = Unsaved("", sentences.STALE, is_outdated=True)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON data, as it stands in the first line of a log."""
        record = LogRecord(
            entries=self.distinct(),
            imports=self.imports,
            unsaved=self.unsaved,
            import_environment=self.import_environment,
            generators=self.generators,
            libraries=self.libraries,
        )
        offered = {"offered": self.offered.to_json()} if self.offered is not None else {}
        return {**record.to_json(), "held": self.held, **offered}

    @classmethod
    def from_json(cls, data: Any) -> SavedData:
        """Return what `to_json` wrote.

        Raises
        ------
        ValueError
            The data is not of that form.
        """
        saved = cls(held=checked(data, "held", bool, False))
        if "offered" in data:
            saved.offered = cls.from_json(checked(data, "offered", dict))
        saved.apply(LogRecord.from_json(data))
        return saved
