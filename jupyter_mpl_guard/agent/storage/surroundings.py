"""What a process has around its figures, for all of them alike: where modules are found, and tables of Matplotlib."""

from __future__ import annotations

from typing import Any, NamedTuple

from .figure_entry import checked

Row = tuple[str, Any, Any, Any]
"""Table, key, value, and the value that a fresh process has, None for none: all JSON data."""


class Surroundings(NamedTuple):
    """What has to be in force while figures load and draw.

    Attributes
    ----------
    first : tuple of str
        Folders that cells have put before those in which modules are found anyhow.
    last : tuple of str
        Folders that they have put behind.
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
    def from_json(cls, data: Any) -> Surroundings:
        """Return what `to_json` wrote, nothing where an earlier version has written nothing.

        Raises
        ------
        ValueError
            The data is not of that form.
        """
        if data is None:
            return cls()
        first, last, rows = (checked(data, key, list, []) for key in ("first", "last", "tables"))
        if not all(isinstance(each, str) for each in (*first, *last)):
            raise ValueError("the folders of modules are not texts only")
        tables = [(row[0], row[1], row[2], row[3]) for row in rows if isinstance(row, list) and len(row) == 4]
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
