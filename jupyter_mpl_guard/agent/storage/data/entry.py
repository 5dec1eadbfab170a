"""What the diary says of one kernel's data: values, imports, and what is not there, with the reason."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ..disk.shape import checked, file_name, texts
from ..figures.surroundings import Surroundings
from ..packages import MATPLOTLIB

SUFFIX = ".data"
"""End of the names of files that hold pickles of data."""


class DataEntry(NamedTuple):
    """Names whose values are saved together, because they have objects in common.

    Attributes
    ----------
    names : tuple of str
        The names.
    size : int
        Bytes of the pickle; ``bytes`` in JSON.
    inline : bytes
        The pickle, where it is so small that it needs no file.
    file : str or None
        Name of the file that holds it otherwise.
    mac : str
        Signature of the file.
    needs : tuple of str
        Names that functions among the values mention.
    """

    names: tuple[str, ...]
    size: int = 0
    inline: bytes = b""
    file: str | None = None
    mac: str = ""
    needs: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as the diary has it."""
        kept = {"file": self.file, "mac": self.mac} if self.file else {"inline": b64encode(self.inline).decode()}
        needs = {"needs": list(self.needs)} if self.needs else {}
        return {"names": list(self.names), "bytes": self.size, **kept, **needs}

    @classmethod
    def from_json(cls, data: Any) -> DataEntry:
        """Return what `to_json` wrote.

        Raises
        ------
        ValueError
            The data is not of that form.
        """
        return cls(
            names=texts(data, "names"),
            size=checked(data, "bytes", int),
            inline=b64decode(checked(data, "inline", str, "")),
            file=file_name(data, SUFFIX, "data"),
            mac=checked(data, "mac", str, ""),
            needs=texts(data, "needs", []),
        )


class Import(NamedTuple):
    """A name that is bound to a module, or to something that was imported out of one.

    Attributes
    ----------
    module : str
        Full name of the module.
    attribute : str
        The path from the module to the value, "" for the module itself.
    parts : tuple of str
        Full names of modules inside of it that cells have imported by this name.
    """

    module: str
    attribute: str = ""
    parts: tuple[str, ...] = ()

    def to_json(self) -> list[Any]:
        """Return it as the diary has it."""
        return [self.module, self.attribute, *self.parts]

    @classmethod
    def from_json(cls, data: Any) -> Import:
        """Return what `to_json` wrote.

        Raises
        ------
        ValueError
            The data is not of that form.
        """
        if not isinstance(data, list) or len(data) < 2 or not all(isinstance(each, str) for each in data):
            raise ValueError(f"{data!r} is not an import")
        return cls(data[0], data[1], tuple(data[2:]))

    def statement(self, name: str) -> str:
        """Return the statement that a user would write for it."""
        if self.attribute:
            alias = "" if self.attribute == name else f" as {name}"
            return f"from {self.module} import {self.attribute}{alias}"
        return f"import {self.module}" if self.module.partition(".")[0] == name else f"import {self.module} as {name}"


class Unsaved(NamedTuple):
    """Why a name would not come back.

    Attributes
    ----------
    type : str
        Class of its value, with its module.
    why : str
        The reason, as part of a sentence.
    is_outdated : bool
        Whether a value of it was saved that may not be that of the last finished cell.
    """

    type: str
    why: str
    is_outdated: bool = False

    @property
    def is_plotted(self) -> bool:
        """Whether its value is a part of figures, which is saved with these."""
        return any(f"{package}." in self.type for package in MATPLOTLIB)

    @classmethod
    def from_json(cls, data: Any) -> Unsaved:
        """Return what `to_json` wrote.

        Raises
        ------
        ValueError
            The data is not of that form.
        """
        if not isinstance(data, list) or len(data) < 2 or not all(isinstance(each, str) for each in data[:2]):
            raise ValueError(f"{data!r} does not say why a name is not saved")
        return cls(data[0], data[1], data[2:] == [True])


class RegisteredMagic(NamedTuple):
    """A function that was registered as a magic of IPython.

    Attributes
    ----------
    kind : str
        ``"line"`` or ``"cell"``.
    name : str
        The name of the magic.
    function : Import
        Where the function is found: out of ``"__main__"`` where a cell has defined it.
    """

    kind: str
    name: str
    function: Import

    def to_json(self) -> list[Any]:
        """Return it as the diary has it."""
        return [self.kind, self.name, *self.function.to_json()]

    @classmethod
    def from_json(cls, data: Any) -> RegisteredMagic:
        """Return what was written as a list.

        Raises
        ------
        ValueError
            The data is not of that form.
        """
        if not (isinstance(data, list) and len(data) == 4 and all(isinstance(each, str) for each in data)):
            raise ValueError("a magic is not described by four texts")
        if data[0] not in ("line", "cell"):
            raise ValueError("a magic is neither one of lines nor one of cells")
        return cls(data[0], data[1], Import.from_json(data[2:]))


class ImportEnvironment(NamedTuple):
    """What has to be in force before anything is imported.

    Attributes
    ----------
    surroundings : Surroundings
        Where modules are found, and the working directory.
    variables : mapping of str to str
        Variables that libraries read when they are imported, as cells have set them.
    extensions : tuple of str
        IPython extensions that cells have loaded.
    autoreload : str
        The last argument of ``%autoreload``, "" where that has not been used.
    folders : tuple of str
        Working directories that cells have had: modules may have been found in each of them.
    magics : tuple of RegisteredMagic
        Magics that cells, or modules that these have imported, have registered.
    """

    surroundings: Surroundings = Surroundings()
    variables: Mapping[str, str] = {}
    extensions: tuple[str, ...] = ()
    autoreload: str = ""
    folders: tuple[str, ...] = ()
    magics: tuple[RegisteredMagic, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as the diary has it."""
        return {
            "surroundings": self.surroundings._replace(tables=()).to_json(),
            "environment": dict(self.variables),
            "extensions": list(self.extensions),
            "autoreload": self.autoreload,
            "folders": list(self.folders),
            "magics": [each.to_json() for each in self.magics],
        }

    @classmethod
    def from_json(cls, data: Any) -> ImportEnvironment:
        """Return what `to_json` wrote.

        Raises
        ------
        ValueError
            The data is not of that form.
        """
        environment = checked(data, "environment", dict)
        if not all(isinstance(value, str) for value in environment.values()):
            raise ValueError("the environment does not hold texts only")
        return cls(
            Surroundings.from_json(checked(data, "surroundings", dict), []),
            environment,
            texts(data, "extensions"),
            checked(data, "autoreload", str),
            texts(data, "folders", []),
            tuple(map(RegisteredMagic.from_json, checked(data, "magics", list, []))),
        )


def files_of(entries: Iterable[DataEntry]) -> set[str]:
    """Return the names of the files that entries need."""
    return {each.file for each in entries if each.file}
