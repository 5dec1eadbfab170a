"""The values of one incarnation: which may have changed since they were saved, and saving these."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...cells.source import Mentioned
from ...pickling.limits.budget import Budget, Limits, Moment
from ...storage.data.entry import DataEntry, ImportEnvironment, Unsaved
from ...storage.data.record import LogRecord
from ...storage.sentences import STALE
from .. import sentences
from ..values.kinds import is_small_atom
from .reach import Reach
from .saver import Saver
from .tracking_state import TrackingState

FEW = 16
"""Most numbers that are saved at once when a cell has ended that can have done nothing else."""


class DataTracker:
    """Follow the values behind the names of a kernel, and save those that may have changed.

    Every method that writes may raise an `OSError`; then nothing is considered saved.

    Parameters
    ----------
    known : tracking_state.TrackingState
        What is known of them.
    """

    def __init__(self, known: TrackingState) -> None:
        self._known = known
        self._groups = known.groups
        self._moments = known.moments
        self._log = known.log
        self._bindings = known.bindings
        self._statements = known.statements
        self._limits = known.limits
        self._reach = Reach(known)
        self._reached: set[str] = set()
        self._import_environment = known.log.import_environment

    @property
    def namespace(self) -> dict[str, Any]:
        """The names of the user and of IPython."""
        return self._known.namespace

    @property
    def is_dirty(self) -> bool:
        """Whether there is something to save."""
        return bool(self._known.dirty)

    @property
    def waiting(self) -> list[str]:
        """Names whose saving waits for an idle kernel."""
        return [name for name in self._known.dirty if name in self._bindings.ids]

    def only_with(self, what: Mentioned) -> None:
        """Save also what a cell has mentioned, and what that needs."""
        if self._bindings.only is not None:
            self._bindings.admit(self._reach(what) - self._bindings.only)

    def cell_begins(self, what: Mentioned) -> None:
        """Write down what a cell may change before it does."""
        loose = [name for name in self._known.dirty if self._log.entry(name) and not self._groups.is_known(name)]
        if loose:  # it is not known what they have in common with others, which the cell may change
            self._log.append(LogRecord(end=loose))
        self._reached = self._reach(what)
        changing = [name for name in self._reached if self._log.holds(name)]
        if changing:
            self._log.append(LogRecord(run=changing))

    def cell_ends(self, code: str, what: Mentioned, *, plain: bool = False) -> None:
        """Write down what is not known to be unchanged by the cell; it is saved later.

        Parameters
        ----------
        what : source.Mentioned
            What that mentions.
        plain : bool
            Whether it can have bound no names but these, see `plain_cell.is_plain`.
        """
        self._statements.note(code)
        reached = self._reached | self._reach(what)
        self._reached = set()
        dirty = self._bindings.changed_among(what.identifiers) if plain else self._bindings.changed()
        record = self._record(reached, dirty)
        # To write small atoms takes no longer than to write that they have changed.
        if plain and record and self._holds_small_atoms():
            budget = Budget(Moment.BEFORE_CELL, Limits(wait=self._limits.wait))
            Saver(self._known, budget).run(record)
        elif record:
            self._log.append(record)

    def changed(self, reached: Iterable[str] = ()) -> None:
        """Note that some names may have changed, and all those that are bound to something else."""
        record = self._record(reached, self._bindings.changed())
        if record:
            self._log.append(record)

    def _record(self, reached: Iterable[str], dirty: dict[str, None]) -> LogRecord:
        """Mark what may have changed; return the record of it, which is false where there is nothing to write."""
        known, log = self._known, self._log
        for name in reached:
            if name in self._bindings.ids and name not in dirty and not known.is_unchanged(name):
                dirty.update(dict.fromkeys(known.together_with(name)))
        known.mark(dirty)
        outdated = [name for name in dirty if log.holds(name)]
        new = [name for name in dirty if name in self._bindings.ids and name not in outdated]
        if outdated or new or log.is_changing:
            return LogRecord(end=outdated, new=new)
        return LogRecord()

    def _holds_small_atoms(self) -> bool:
        """Return whether all that has to be saved are a few numbers and short texts."""
        dirty, names = self._known.dirty, self.namespace
        return len(dirty) <= FEW and all(is_small_atom(names.get(name)) for name in dirty)

    def mark_for(self, what: Mentioned) -> None:
        """Mark what code other than a cell may change as changed, before it runs."""
        self.changed(self._reach(what))

    def mark_all(self) -> None:
        """Mark everything that can change as changed."""
        self.changed([name for name in self._groups.names if name not in self._known.dirty])

    def mark_unknown(self, why: str = STALE) -> None:
        """Mark everything that a name is bound to as changed: what cells do to it is not known.

        Parameters
        ----------
        why : str
            Why it does not come back if the kernel ends now.
        """
        known, saved = self._known, self._log.names
        self._reached = set()
        self._bindings.look_at_all()
        self._groups.clear()
        self._moments.clear()
        known.mark(self._bindings.changed())
        lost = {*known.dirty, *(name for name in self.namespace if type(name) is str)}
        lost.intersection_update(saved)
        if not (self._log.is_there or saved):
            return  # nothing has been saved, or all of it has been forgotten
        # Not a line of its own: the last one may have been applied in part.
        self._log.replace(LogRecord(end=[], unsaved=dict.fromkeys(lost, Unsaved("", why, is_outdated=True))))

    def pause(self) -> None:
        """Mark all data as possibly outdated: cells that run unseen may change what is there, and bind what is not."""
        self.mark_unknown(sentences.UNSEEN)
        if saved := self._log.names:
            self._log.append(LogRecord(run=saved))

    def compare_later(self) -> None:
        """Schedule comparing all values that may have changed without a cell; nothing is said about them until then."""
        self._known.mark([name for name in self._groups.names if not self._known.is_unchanged(name)])

    def save(self, budget: Budget) -> None:
        """Save what may have changed, as far as the moment allows, see `saver.Saver`."""
        Saver(self._known, budget).run()

    def import_environment(self, import_environment: ImportEnvironment) -> None:
        """Write down what has to be in force before anything is imported, if that has changed."""
        if import_environment != self._import_environment:
            self._import_environment = import_environment
            self._log.append(LogRecord(import_environment=import_environment))

    def generators(self, states: dict[str, list[Any]]) -> None:
        """Write down states of generators of random numbers that have changed."""
        if states:
            self._log.append(LogRecord(generators=states))

    def libraries(self, settings: dict[str, str]) -> None:
        """Write down settings of libraries that have changed."""
        if settings:
            self._log.append(LogRecord(libraries=settings))

    def adopt(self, entry: DataEntry) -> None:
        """Mark names that have come back as saved in their present state."""
        values = {name: self.namespace[name] for name in entry.names if name in self.namespace}
        self._groups.add(values, entry, None)
        for name in values:
            self._bindings.adopt(name)
        self._known.mark(values)  # what they have in common with others is not known before they are looked at

    def adopt_import(self, name: str) -> None:
        """Mark a name that was imported again as saved."""
        self._bindings.adopt(name)

    def forget(self) -> None:
        """Mark everything as unsaved, as the log does; a value is saved again when a cell may have changed it."""
        self._import_environment = self._log.import_environment
        self._groups.clear()
        self._moments.clear()
        self._known.dirty.clear()
