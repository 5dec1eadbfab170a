"""What a process has around its figures, for all of them alike: where modules are found, and tables of Matplotlib."""

from __future__ import annotations

from typing import Any, NamedTuple

from ...protocol import Missing
from .. import sentences
from ..disk.shape import checked

Row = tuple[str, Any, Any, Any]
"""Table, key, value, and the value that a fresh process has, None for none: all JSON data."""


class Surroundings(NamedTuple):
    """What has to be in force while figures load and draw.

    Attributes
    ----------
    first : tuple of str
        Folders that cells have put before the usual ones of the module search path.
    last : tuple of str
        Folders that they have put behind these.
    folder : str
        The working directory, "" where that is the one in which the kernel has started.
    tables : tuple of Row
        What users have put into tables of Matplotlib.
    """

    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    folder: str = ""
    tables: tuple[Row, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as the list of figures has it."""
        return {
            "first": list(self.first),
            "last": list(self.last),
            "folder": self.folder,
            "tables": [list(row) for row in self.tables],
        }

    @classmethod
    def from_json(cls, data: Any, missing: list[Missing]) -> Surroundings:
        """Return what `to_json` wrote, nothing where an earlier version has written nothing.

        Parameters
        ----------
        missing : list of Missing
            Receives the rows that do not have the required form.

        Raises
        ------
        ValueError
            The rest of the data is not of that form.
        """
        if data is None:
            return cls()
        first, last, rows = (checked(data, key, list, []) for key in ("first", "last", "tables"))
        if not all(isinstance(each, str) for each in (*first, *last)):
            raise ValueError("the folders of modules are not texts only")
        tables = [(row[0], row[1], row[2], row[3]) for row in rows if _is_row(row)]
        if len(tables) < len(rows):
            missing.append(Missing(sentences.A_PART_OF_TABLES, sentences.FORM))
        return cls(tuple(first), tuple(last), checked(data, "folder", str, ""), tuple(tables))

    def over(self, earlier: Surroundings) -> Surroundings:
        """Return it with what an earlier process had besides: its figures are still to come back."""
        known = {(name, repr(key)) for name, key, _, _ in self.tables}
        return Surroundings(
            tuple(dict.fromkeys([*self.first, *earlier.first])),
            tuple(dict.fromkeys([*self.last, *earlier.last])),
            self.folder or earlier.folder,
            (*self.tables, *(row for row in earlier.tables if (row[0], repr(row[1])) not in known)),
        )


UNCHANGED = Surroundings()
"""Those of a process in which cells have changed nothing."""


def _is_row(row: Any) -> bool:
    """Return whether a row has a table and a key that can be in one."""
    has_form = isinstance(row, list) and len(row) == 4 and isinstance(row[0], str)
    return has_form and (row[1] is None or isinstance(row[1], (str, int, float)))
