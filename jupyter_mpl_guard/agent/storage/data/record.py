"""One line of the log of data: what has changed since the line before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from ..disk.shape import checked, texts
from .entry import DataEntry, Import, ImportEnvironment, Unsaved

NOTHING: Mapping[str, Any] = MappingProxyType({})
"""No names."""


class LogRecord(NamedTuple):
    """What one line of the log says; each field that it does not set is as it was.

    Attributes
    ----------
    run : sequence of str or True or None
        Names that the cell that is about to run may change, True for all of them.
    end : sequence of str or True or None
        Names whose values are not known to be what they were, now that the cell has run.
    new : sequence of str
        Names that it has bound, and that have not been saved yet.
    gone : sequence of str
        Names that are bound no more.
    entries : sequence of DataEntry
        Values that have been saved.
    imports : mapping of str to Import
        Names that have been imported.
    unsaved : mapping of str to Unsaved
        Names whose values are not saved, and why.
    import_environment : ImportEnvironment or None
        What has to be in force before anything is imported.
    generators : mapping of str to list
        States of generators of random numbers, by module.
    libraries : mapping of str to str
        Pickles of settings, in base64, by the module that has them.
    """

    run: Sequence[str] | bool | None = None
    end: Sequence[str] | bool | None = None
    new: Sequence[str] = ()
    gone: Sequence[str] = ()
    entries: Sequence[DataEntry] = ()
    imports: Mapping[str, Import] = NOTHING
    unsaved: Mapping[str, Unsaved] = NOTHING
    import_environment: ImportEnvironment | None = None
    generators: Mapping[str, list[Any]] = NOTHING
    libraries: Mapping[str, str] = NOTHING

    def __bool__(self) -> bool:
        """Return whether it says anything: that a cell has ended without a change is recorded as well."""
        return self.run is not None or self.end is not None or any(getattr(self, name) for name in _OTHERS)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON data."""
        data: dict[str, Any] = {
            "new": list(self.new),
            "gone": list(self.gone),
            "set": [each.to_json() for each in self.entries],
            "imports": {name: each.to_json() for name, each in self.imports.items()},
            "unsaved": {name: list(each) for name, each in self.unsaved.items()},
            "ground": None if self.import_environment is None else self.import_environment.to_json(),
            "generators": self.generators,
            "libraries": self.libraries,
        }
        begun = {key: value for key, value in (("run", self.run), ("end", self.end)) if value is not None}
        return {**begun, **{key: value for key, value in data.items() if value}}

    @classmethod
    def from_json(cls, data: Any) -> LogRecord:
        """Return what `to_json` wrote.

        Raises
        ------
        ValueError
            The data is not of that form.
        """
        generators, libraries = checked(data, "generators", dict, {}), checked(data, "libraries", dict, {})
        return cls(
            run=_names_or_all(data["run"]) if "run" in data else None,
            end=_names_or_all(data["end"]) if "end" in data else None,
            new=texts(data, "new", []),
            gone=texts(data, "gone", []),
            entries=[DataEntry.from_json(each) for each in checked(data, "set", list, [])],
            imports={name: Import.from_json(each) for name, each in checked(data, "imports", dict, {}).items()},
            unsaved={name: Unsaved.from_json(each) for name, each in checked(data, "unsaved", dict, {}).items()},
            import_environment=ImportEnvironment.from_json(data["ground"]) if "ground" in data else None,
            generators={module: checked(generators, module, list) for module in generators},
            libraries={module: checked(libraries, module, str) for module in libraries},
        )


_OTHERS = tuple(name for name in LogRecord._fields if name not in ("run", "end"))


def _names_or_all(data: Any) -> list[str] | bool:
    if data is True:
        return True
    if not isinstance(data, list) or not all(isinstance(each, str) for each in data):
        raise ValueError(f"{data!r} does not hold names")
    return data
