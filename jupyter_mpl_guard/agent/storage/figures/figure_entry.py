"""Entries of the list of saved figures: what is known of figures that are saved together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from typing import Any, NamedTuple

from ...protocol import Missing
from ...protocol.figure_state import FigureState
from ..disk.shape import checked, file_name, text_or_none, texts

SUFFIX = ".figures"
"""End of the names of files that hold pickles."""


class Cell(NamedTuple):
    """A cell that has run; its id is None where the client has not sent it."""

    id: str | None


class FigureDescription(NamedTuple):
    """What the plot state says of one figure, apart from how it is saved.

    Attributes
    ----------
    id : str
        Identifies the figure, over restarts too.
    number : int
        Number that pyplot has given it, 0 for none.
    names : tuple of str
        Names that reach it, those bound to the figure itself first.
    label : str
        Its label.
    axes : int
        How many axes it has.
    canvas : str or None
        Id of the widget that shows it.
    open : bool
        Whether pyplot holds it.
    cell : str or None
        Id of the cell that has drawn it last, None where no client has sent it.
    """

    id: str
    number: int
    names: tuple[str, ...]
    label: str = ""
    axes: int = 0
    canvas: str | None = None
    open: bool = False
    cell: str | None = None

    @property
    def is_shown(self) -> bool:
        """Whether pyplot or a widget holds it."""
        return self.open or self.canvas is not None

    def to_json(self) -> dict[str, Any]:
        """Return it as the plot state has it."""
        return {**self._asdict(), "names": list(self.names)}

    def to_record(self) -> dict[str, Any]:
        """Return it as the list of figures has it; what is not known is left out, as the first version has it."""
        record = self.to_json()
        if self.cell is None:
            del record["cell"]
        return record

    @classmethod
    def from_json(cls, data: Any) -> FigureDescription:
        """Return what `to_record` wrote; keys that are not known are passed over.

        Raises
        ------
        ValueError
            The data is not of that form.
        """
        return cls(
            id=checked(data, "id", str),
            number=checked(data, "number", int),
            names=texts(data, "names"),
            label=checked(data, "label", str, ""),
            axes=checked(data, "axes", int, 0),
            canvas=text_or_none(data, "canvas"),
            open=checked(data, "open", bool, False),
            cell=text_or_none(data, "cell"),
        )


class ListedFigure(NamedTuple):
    """A figure as the plot state lists it.

    Attributes
    ----------
    described : FigureDescription
        The figure.
    size : int
        Bytes that are saved of it; ``bytes`` in JSON.
    saved : bool
        Whether it is saved as it is.
    state : FigureState
        How it stands.
    why : str
        Why it is not saved or could not be loaded, "" where it is or could.
    """

    described: FigureDescription
    size: int
    saved: bool
    state: FigureState = FigureState.LIVE
    why: str = ""

    def forgotten(self, why: str) -> ListedFigure:
        """Return it as unsaved, what was saved of it having been removed: it is saved again when it changes."""
        return ListedFigure(self.described, 0, saved=False, state=FigureState.UNSAVED, why=why)

    def to_json(self) -> dict[str, Any]:
        """Return it as the plot state has it."""
        said = {"state": self.state.value, "why": self.why}
        return {**self.described.to_json(), "bytes": self.size, "saved": self.saved, **said}


class FigureEntry(NamedTuple):
    """One group of figures that are saved together, or of figures that could not be saved.

    Attributes
    ----------
    figures : tuple of FigureDescription
        The figures, in the order of the pickle.
    missing : tuple of Missing
        What does not come back with them.
    names : tuple of str
        Names in the pickle, in its order, without those that have led to something else since.
    file : str or None
        Name of the file that holds the pickle, None where there is none.
    mac : str
        Signature of the pickle.
    size : int
        Bytes of the pickle; ``bytes`` in JSON.
    lossy : bool
        Whether a part of the figures is missing, so that they may not be able to draw.
    current : bool
        Whether the pickle is of the figures as they are.
    matplotlib : str
        Version of the Matplotlib that has written the pickle, "" where that is not known.
    failed : str
        Why it could not be loaded when that was tried last, "" where it has not been tried.
    failed_at : float
        When that was tried first, in seconds since the epoch.
    apart : tuple of str
        Ids of those figures in the pickle that the entry is not about any more: they came back, or were dismissed, on
        their own.
    """

    figures: tuple[FigureDescription, ...]
    missing: tuple[Missing, ...] = ()
    names: tuple[str, ...] = ()
    file: str | None = None
    mac: str = ""
    size: int = 0
    lossy: bool = False
    current: bool = False
    matplotlib: str = ""
    failed: str = ""
    failed_at: float = 0.0
    apart: tuple[str, ...] = ()

    @property
    def left(self) -> tuple[FigureDescription, ...]:
        """The figures that the entry is about."""
        return tuple(each for each in self.figures if each.id not in self.apart)

    @property
    def ids(self) -> set[str]:
        """The ids of the figures that the entry is about."""
        return {each.id for each in self.left}

    @property
    def title(self) -> str:
        """What a person would call the figures: the first name of each, or pyplot's number."""
        return title_of(self.left)

    def about(self, ids: Container[str]) -> FigureEntry:
        """Return the entry with only those of its figures that have certain ids."""
        return self._replace(
            apart=tuple(each.id for each in self.figures if each.id in self.apart or each.id not in ids)
        )

    def without(self, ids: Container[str]) -> FigureEntry:
        """Return the entry without those of its figures that have certain ids."""
        return self._replace(apart=tuple(each.id for each in self.figures if each.id in self.apart or each.id in ids))

    def with_companions(self, ids: Container[str]) -> set[str]:
        """Return those of certain figures that the entry is about, and the figures without which one of them is lost.

        A figure that nothing else holds lives by its names, and a name comes back with all that it leads to.
        """
        only_shared = self._only_shared()
        wanted: set[str] = set()
        more = {each.id for each in self.left if each.id in ids}
        while more > wanted:
            wanted = more
            shared = set().union(*(only_shared.get(each, ()) for each in wanted))
            more = wanted | {each.id for each in self.left if not shared.isdisjoint(each.names)}
        return wanted

    def needs_name(self, name: str) -> bool:
        """Return whether a figure that the entry is about is lost without a name that leads to others as well."""
        return any(name in names for names in self._only_shared().values())

    def reached(self, name: str) -> set[str]:
        """Return the ids of the figures of the pickle to which a name leads."""
        return {each.id for each in self.figures if name in each.names}

    def lost_without(self, bound: Container[str]) -> set[str]:
        """Return the figures that the entry is about and that nothing holds where only some names are bound."""
        return {key for key, names in self._names_that_hold().items() if not any(name in bound for name in names)}

    def _names_that_hold(self) -> dict[str, set[str]]:
        """Return the names of each figure that nothing else holds: pyplot, a widget, or a figure that it is a part of.

        Without a name of its own it is a part of another one.
        """
        holding = {each.id: set(each.names).intersection(self.names) for each in self.left if not each.is_shown}
        return {key: names for key, names in holding.items() if names}

    def _only_shared(self) -> dict[str, set[str]]:
        """Return the same for the figures all of whose names lead to others as well."""
        count = Counter(name for each in self.figures for name in set(each.names))
        return {key: names for key, names in self._names_that_hold().items() if all(count[name] > 1 for name in names)}

    @property
    def size_of_each(self) -> int:
        """Bytes of the pickle that fall to each figure."""
        return self.size // len(self.figures) if self.figures else 0

    def to_json(self) -> dict[str, Any]:
        """Return it as the list of figures has it; what is not known is left out, as the first version has it."""
        later: dict[str, Any] = {"matplotlib": self.matplotlib, "failed": self.failed, "failed_at": self.failed_at}
        later["apart"] = list(self.apart)
        return {
            "file": self.file,
            "mac": self.mac,
            "bytes": self.size,
            "figures": [each.to_record() for each in self.figures],
            "names": list(self.names),
            "missing": [each.to_record() for each in self.missing],
            "lossy": self.lossy,
            "current": self.current,
            **{key: value for key, value in later.items() if value},
        }

    @classmethod
    def from_json(cls, data: Any) -> FigureEntry:
        """Return what `to_json` wrote; keys that are not known are passed over.

        Raises
        ------
        ValueError
            The data is not of that form.
        """
        return cls(
            figures=tuple(map(FigureDescription.from_json, checked(data, "figures", list))),
            missing=tuple(map(Missing.from_json, checked(data, "missing", list))),
            names=texts(data, "names"),
            file=file_name(data, SUFFIX, "figures"),
            mac=checked(data, "mac", str),
            size=checked(data, "bytes", int),
            lossy=checked(data, "lossy", bool),
            current=checked(data, "current", bool),
            matplotlib=checked(data, "matplotlib", str, ""),
            failed=checked(data, "failed", str, ""),
            failed_at=float(checked(data, "failed_at", float, 0.0)),
            apart=texts(data, "apart", []),
        )


def title_of(figures: Iterable[FigureDescription]) -> str:
    """Return what a person would call figures: the first name of each, or pyplot's number."""
    titles = (each.names[0] if each.names else f"figure {each.number}" for each in figures)
    return " and ".join(dict.fromkeys(titles))  # a list leads to many
