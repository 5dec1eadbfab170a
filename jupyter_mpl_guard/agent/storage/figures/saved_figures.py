"""The list of saved figures as it is signed: entries of this incarnation, and those of an earlier one on offer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from ...protocol import Missing
from .. import sentences, signing
from ..disk.shape import checked
from .figure_entry import FigureEntry
from .surroundings import Surroundings

VERSION = 2
"""Version of the form."""


class SavedFigures(NamedTuple):
    """What a list of saved figures says.

    Attributes
    ----------
    groups : tuple of FigureEntry
        The figures of the incarnation that has written it.
    order : tuple of int
        Numbers of pyplot's figures, the current one last.
    offered : tuple of FigureEntry
        Figures of an earlier incarnation that waited to be asked for.
    held : bool
        Whether they did so because restores were paused: then they wait for the next incarnation as well.
    missing : tuple of Missing
        What is in none of the files of figures.
    surroundings : surroundings.Surroundings
        What has to be in force while the figures load and draw.
    """

    groups: tuple[FigureEntry, ...] = ()
    order: tuple[int, ...] = ()
    offered: tuple[FigureEntry, ...] = ()
    held: bool = False
    missing: tuple[Missing, ...] = ()
    surroundings: Surroundings = Surroundings()

    @property
    def files(self) -> set[str]:
        """The names of the files that it needs."""
        return {entry.file for entry in (*self.groups, *self.offered) if entry.file is not None}

    def to_json(self, kernel_id: str) -> dict[str, Any]:
        """Return the list as it is signed and written for a kernel."""
        return {
            "version": VERSION,
            "kernel_id": kernel_id,
            "groups": [each.to_json() for each in self.groups],
            "order": list(self.order),
            "offered": [each.to_json() for each in self.offered],
            "held": self.held,
            "missing": [each.to_record() for each in self.missing],
            **({"surroundings": self.surroundings.to_json()} if self.surroundings != Surroundings() else {}),
        }

    @classmethod
    def from_json(cls, data: Any) -> SavedFigures:
        """Return what `to_json` wrote; an entry that is not of its form is named as missing.

        Raises
        ------
        ValueError
            The data is not of that form.
        """
        missing = list(map(Missing.from_json, checked(data, "missing", list)))
        groups = _entries(checked(data, "groups", list), missing)
        offered = _entries(checked(data, "offered", list), missing)
        order = tuple(each for each in checked(data, "order", list) if type(each) is int)
        surroundings = Surroundings.from_json(data.get("surroundings"), missing)
        return cls(groups, order, offered, checked(data, "held", bool), tuple(missing), surroundings)

    def signed(self, kernel_id: str, key: bytes) -> dict[str, Any]:
        """Return the document of the list as it is written to a diary."""
        listed = self.to_json(kernel_id)
        return {"mac": signing.signature(key, kernel_id, signing.text(listed)), "figures": listed}


def _entries(data: Iterable[Any], missing: list[Missing]) -> tuple[FigureEntry, ...]:
    entries = []
    for each in data:
        try:
            entries.append(FigureEntry.from_json(each))
        except ValueError as error:
            missing.append(Missing(sentences.A_FIGURE, sentences.entry_not_understood(error)))
    return tuple(entries)
