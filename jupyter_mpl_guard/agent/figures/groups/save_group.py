"""Figures that are saved together, what has been found out about them, and what they were when they were saved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ...internals import ipympl as ipympl_canvases
from ...internals.artists import current_axes
from ...internals.pyplot import number_of, title_of
from ...internals.toolbar import navigation
from ...pickling.attempt import Attempt
from ...pickling.limits.budget import Moment
from ...storage.figures.figure_entry import FigureDescription, FigureEntry

Names = tuple[tuple[str, int], ...]
"""Names, each with the identity of its value."""


class FigureFingerprint(NamedTuple):
    """Properties of a figure that may change without a change of an artist.

    Attributes
    ----------
    names : tuple
        Names that reach it, each with the identity of its value.
    place : int or None
        Its place among the figures that pyplot holds.
    number, label, title : object
        What pyplot calls it.
    axes : object
        Its current axes.
    navigation : tuple
        See `internals.toolbar.navigation`.
    canvas : ipympl.Widgets or None
        See `internals.ipympl.describe`.
    """

    names: tuple[tuple[str, int], ...]
    place: int | None
    number: int | None
    label: object
    title: str
    axes: object
    navigation: tuple[Any, ...]
    canvas: ipympl_canvases.Widgets | None

    @classmethod
    def of(cls, figure: Any, names: tuple[tuple[str, int], ...], place: int | None) -> FigureFingerprint:
        """Return the fingerprint of a figure that has these names and this place."""
        return cls(
            names=names,
            place=place,
            number=number_of(figure),
            label=figure.get_label(),
            title=title_of(figure),
            axes=current_axes(figure),
            navigation=navigation(figure),
            canvas=ipympl_canvases.describe(figure),
        )


class GroupFingerprint(NamedTuple):
    """Properties of figures that are saved together: where they differ from earlier ones, the figures have changed.

    Attributes
    ----------
    figures : tuple of FigureFingerprint
        Those of each figure.
    parts : tuple
        Names of objects that are part of the figures, each with the identity of its value.
    used : tuple
        The same of what functions in the figures use and what can be changed in place.
    rest : tuple
        What else they use or depend on.
    """

    figures: tuple[FigureFingerprint, ...]
    parts: Names = ()
    used: Names = ()
    rest: Names = ()

    @property
    def names(self) -> set[str]:
        """Names of all whose value a cell can change without binding another one."""
        return {name for each in (*self.of_figures, self.parts, self.used) for name, _ in each}

    def names_lost(self, now: GroupFingerprint) -> set[str]:
        """Return the names that are not there any more, none where anything else differs, too."""
        if [each._replace(names=()) for each in self.figures] != [each._replace(names=()) for each in now.figures]:
            return set()
        before, after = set(self.parts).union(*self.of_figures), set(now.parts).union(*now.of_figures)
        is_all = after <= before and (self.used, self.rest) == (now.used, now.rest)
        return {name for name, _ in before - after} if is_all else set()

    @property
    def of_figures(self) -> list[Names]:
        """Names that reach each of the figures."""
        return [each.names for each in self.figures]


class Refusal(NamedTuple):
    """Size of figures that were too large, and the limit then: they are not tried again until that has changed.

    Attributes
    ----------
    weight : int
        Lower bound of their size in bytes, see `pickling.weight`.
    limit : float
        Maximum size in bytes.
    why : str
        The limit as half a sentence.
    """

    weight: int
    limit: float
    why: str


@dataclass
class SaveGroup:
    """Figures that are saved together, and the result.

    Attributes
    ----------
    fingerprint : GroupFingerprint or None
        That of the figures when they were saved.
    entries : list of FigureEntry
        One, or those of earlier groups while the figures could not be saved together.
    suspects : dict of int to type
        Classes of objects that have refused to be pickled, by identity.
    parts : set of int
        Identities of the objects that are part of the figures.
    globals : frozenset of str
        The global names that functions from cells use in the figures.
    thorough : bool
        Whether plain pickle is not enough.
    runs_code : bool
        Whether objects run code of their own when they are pickled.
    moment : budget.Moment
        Earliest moment at which it may be saved.
    refusal : Refusal or None
        Its size when it was too large.
    waits : bool
        Whether it will be saved when the kernel is next idle.
    given_up : int
        Number of times that saving it has been given up since it was saved.
    """

    fingerprint: GroupFingerprint | None = None
    entries: list[FigureEntry] = field(default_factory=list)
    suspects: dict[int, type] = field(default_factory=dict)
    parts: set[int] = field(default_factory=set)
    globals: frozenset[str] = frozenset()
    thorough: bool = False
    runs_code: bool = False
    moment: Moment = Moment.BEFORE_CELL
    refusal: Refusal | None = None
    waits: bool = False
    given_up: int = 0

    def saved(self, entry: FigureEntry, moment: Moment) -> None:
        """Record that the figures are saved as they are, and the earliest moment for saving them again."""
        self.entries = [entry]
        self.moment = moment
        self.given_up = 0

    def put_off(self, entries: list[FigureEntry], moment: Moment, *, given_up: bool) -> None:
        """Record that saving the figures is deferred.

        Parameters
        ----------
        entries : list of FigureEntry
            What is saved of them until then.
        moment : budget.Moment
            Earliest moment at which they may be saved; never earlier than before.
        given_up : bool
            Whether that was because a message waits.
        """
        self.entries = entries
        self.moment = max(self.moment, moment)
        self.waits = True
        self.given_up += given_up

    def refused(self, entries: list[FigureEntry], *, waits: bool) -> None:
        """Record that the figures cannot be saved as they are; trying again does not delay the next cell."""
        self.entries = entries
        self.moment = Moment.IDLE
        self.waits = waits

    def unwritten(self, entries: list[FigureEntry]) -> None:
        """Record that the figures could not be written; after another change they may be."""
        self.entries = entries

    def too_large(self, refusal: Refusal) -> None:
        """Record the size of figures that are too large."""
        self.refusal = refusal

    def try_again(self) -> None:
        """Discard the refusal: the figures may be small enough now."""
        self.refusal = None

    def wait(self) -> None:
        """Schedule another look at the figures for when the kernel is next idle."""
        self.waits = True

    def forget(self) -> None:
        """Mark everything as unsaved."""
        self.entries = []

    def found(self, attempt: Attempt) -> None:
        """Record what the attempt found out about the figures."""
        self.suspects = attempt.suspects
        self.thorough = attempt.thorough
        self.runs_code = attempt.allows_code
        self.parts = attempt.parts
        self.globals = attempt.globals

    def remember(self, fingerprint: GroupFingerprint) -> None:
        """Record the fingerprint of the figures: where it differs later, they have changed."""
        self.fingerprint = fingerprint

    def names_lost(self, now: GroupFingerprint) -> set[str]:
        """Return the names that the figures have lost since they were saved, none where that is not all."""
        is_whole = len(self.entries) == 1 and self.entries[0].current and not self.entries[0].missing
        return self.fingerprint.names_lost(now) if self.fingerprint and is_whole and not self.waits else set()

    def lose(self, names: set[str], figures: tuple[FigureDescription, ...], now: GroupFingerprint) -> None:
        """Record that some names lead to something else now: their values stay in the pickle and are not bound again.

        Parameters
        ----------
        figures : tuple of FigureDescription
            The figures as they are described without them.
        now : GroupFingerprint
            The present fingerprint of the figures.
        """
        self.entries = [
            each._replace(figures=figures, names=tuple(name for name in each.names if name not in names))
            for each in self.entries
        ]
        self.fingerprint = now
