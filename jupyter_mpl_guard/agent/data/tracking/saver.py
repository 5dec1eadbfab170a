"""One pass of saving: what may have changed is looked at, put together with what it shares, and written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ... import messages
from ...pickling.limits.budget import Budget, GivenUp, Moment, TooSlow
from ...storage.data.entry import DataEntry, Import, Unsaved
from ...storage.data.record import LogRecord
from ...storage.figure_list import MIB
from .. import imports, sentences
from ..values.examination import Examination, examine, type_of, write
from ..values.kinds import full_name
from ..values.refusal import NotKept
from .groups import NameGroup
from .tracking_state import TrackingState

INLINE = 4096
"""Bytes of a pickle that needs no file of its own: to make one and to flush it takes longer than to write them."""


@dataclass
class _Changes:
    """What one pass writes to the log."""

    entries: list[DataEntry] = field(default_factory=list)
    imports: dict[str, Import] = field(default_factory=dict)
    unsaved: dict[str, Unsaved] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)


class Saver:
    """Save what may have changed, as far as the moment allows; what is left stays outdated in the log.

    Parameters
    ----------
    known : tracking_state.TrackingState
        What is known of the values.
    budget : budget.Budget
        What the moment allows.
    """

    def __init__(self, known: TrackingState, budget: Budget) -> None:
        self._known = known
        self._groups = known.groups
        self._moments = known.moments
        self._log = known.log
        self._limits = known.limits
        self._bindings = known.bindings
        self._budget = budget
        self._changes = _Changes()
        self._refused: set[frozenset[str]] = set()  # names that cannot be saved together
        self._inline = 0  # bytes of the pickles that go into the log
        self._saved: set[int] = set()  # identities of the entries of this pass

    def run(self, first: LogRecord | None = None) -> None:
        """Save what may have changed.

        Parameters
        ----------
        first : LogRecord, optional
            A record about the same names that goes first, into the same line of the log.

        Raises
        ------
        OSError
            It cannot be written: nothing is considered saved.
        """
        moments, namespace = self._moments, self._known.namespace
        units = self._units()
        try:
            while units:
                unit = [name for name in units.pop() if name in namespace]
                if self._is_done(unit) or any(
                    moments.get(name, Moment.BEFORE_CELL) > self._budget.moment for name in unit
                ):
                    continue
                try:
                    units += self._save_unit({name: namespace[name] for name in unit}) if unit else []
                except TooSlow:
                    is_over = self._budget.moment is Moment.BEFORE_CELL and self._is_over()
                    if self._is_slow() or not is_over:  # else others have taken the time: its turn is before the next
                        self._put_off(unit, Moment(min(self._budget.moment + 1, Moment.IDLE)))
                    if is_over:
                        break
                except GivenUp:
                    self._put_off(unit, Moment.AFTER_CELL)
                    break
        finally:
            self._write(first or LogRecord())

    def _write(self, first: LogRecord) -> None:
        """Write the results to the log."""
        changes, log, dirty = self._changes, self._log, self._known.dirty
        current = [each for each in changes.entries if self._groups.is_current(each)]
        outdated = () if isinstance(first.end, bool) else first.end or ()
        entries = [
            each for each in current if not all(log.entry(name) == each and name not in outdated for name in each.names)
        ]
        record = first._replace(gone=changes.gone, entries=entries, imports=changes.imports, unsaved=changes.unsaved)
        if record:
            log.append(record)
        for name in (
            *changes.gone,
            *changes.unsaved,
            *changes.imports,
            *(name for each in current for name in each.names),
        ):
            dirty.pop(name, None)
        for name in dirty:  # in the state, which is not written for that
            if self._known.is_bound(name) and not log.holds(name):
                log.note_unsaved(name, Unsaved(type_of(self._known.namespace[name]), messages.WAITS))

    def _is_done(self, unit: list[str]) -> bool:
        """Return whether values have been saved in this pass, with others that they were found to belong to."""
        groups = map(self._groups.get, unit)
        return all(group is not None and id(group.entry) in self._saved for group in groups)

    def _is_over(self) -> bool:
        """Return whether the time that the moment allows is over."""
        try:
            self._budget.check()
        except TooSlow:
            return True
        return False

    def _is_slow(self) -> bool:
        """Return whether saving has taken so long that next time the same values wait for the reply to a cell."""
        return self._budget.spent() > self._limits.wait / 2

    def _put_off(self, unit: Iterable[str], moment: Moment) -> None:
        moments = self._moments
        for name in unit:
            moments[name] = max(moments.get(name, Moment.BEFORE_CELL), moment)

    def _units(self) -> list[list[str]]:
        """Return the names to look at, grouped as they belong together, and note the others as gone or imported."""
        known, changes = self._known, self._changes
        units: list[list[str]] = []
        done: set[str] = set()
        for name in reversed(list(known.dirty)):
            if name in done:
                continue
            group = self._groups.get(name)
            if group is not None and self._is_whole(group):
                units.append(list(group.values))
                done.update(group.values)
                continue
            if group is not None:
                self._groups.dissolve(group)
                known.mark(group.values)
                others = [each for each in group.values if each not in done and each != name]
                units += [[each] for each in others if known.is_bound(each)]
                changes.gone.extend(each for each in others if not known.is_bound(each))
                done.update(group.values)
            done.add(name)
            if not known.is_bound(name):
                changes.gone.append(name)
                continue
            found = imports.origin(name, known.namespace[name], known.statements)
            if found is not None:
                changes.imports[name] = found
            else:
                units.append([name])
        return sorted(units, key=self._size, reverse=True)  # the last one is the first

    def _is_whole(self, group: NameGroup) -> bool:
        """Return whether the names of a group are still bound to what they were bound to."""
        names = self._known.namespace
        return all(self._known.is_bound(name) and id(names[name]) == value for name, value in group.values.items())

    def _size(self, unit: list[str]) -> int:
        """Return how many bytes some names took when they were saved last: what is small must not wait."""
        group = self._groups.get(unit[0])
        return group.entry.size if group is not None else 0

    def _save_unit(self, values: dict[str, Any]) -> list[list[str]]:
        """Save values that belong together; return the names to look at because of that."""
        known, groups = self._known, self._groups
        group = groups.get(next(iter(values)))
        self._budget.start()
        try:
            examined = examine(values, known.namespace, self._limits, self._budget)
            others = groups.sharing(examined, group)
            if others:
                return [self._join(values, group, others)]
            entry = self._entry(values, examined, group)
        except NotKept as refusal:
            return self._refuse(values, group, refusal)
        groups.dissolve(group)
        groups.add(values, entry, examined)
        for name in values:
            self._moments.pop(name, None)
        if self._is_slow():
            self._put_off(values, Moment.AFTER_CELL)
        self._changes.entries.append(entry)
        self._saved.add(id(entry))
        return []

    def _join(self, values: dict[str, Any], group: NameGroup | None, others: list[NameGroup]) -> list[str]:
        """Return the names of values and of those that they share something with, to be looked at together.

        Raises
        ------
        NotKept
            That has been tried and refused.
        """
        joined = {*values, *(name for each in others for name in each.values)}
        if frozenset(joined) in self._refused:
            raise NotKept(sentences.TOO_MUCH_TOGETHER)
        for each in (*others, group):
            self._groups.dissolve(each)
        self._known.mark(joined)
        return sorted(name for name in joined if self._known.is_bound(name))

    def _refuse(self, values: dict[str, Any], group: NameGroup | None, refusal: NotKept) -> list[list[str]]:
        """Note that values are not saved; return the names, apart, where they were to be saved together."""
        self._groups.dissolve(group)
        self._known.mark(values)
        if len(values) > 1:
            self._refused.add(frozenset(values))
            return [[name] for name in values]
        for name, value in values.items():
            self._moments.pop(name, None)
            self._changes.unsaved[name] = Unsaved(_type_of(value, refusal), str(refusal))
        return []

    def _entry(self, values: dict[str, Any], examined: Examination, group: NameGroup | None) -> DataEntry:
        """Write values, unless they are as they were, and return their entry."""
        log, limits = self._log, self._limits
        if group is not None and group.values.keys() == values.keys() and group.has_fingerprint(examined):
            return group.entry
        names, needs = tuple(values), tuple(sorted(examined.needs & self._bindings.ids.keys()))
        if log.state.size_beside(names) + examined.size > limits.kernel * MIB:
            raise NotKept(sentences.DATA_KERNEL_LIMIT.format(limit=limits.kernel))
        if examined.data is not None and examined.size <= INLINE and log.has_room_for(self._inline + examined.size):
            self._inline += examined.size
            return DataEntry(names, examined.size, examined.data, needs=needs)
        if examined.data is not None:
            with log.new_file() as new:
                new.write(examined.data)
                file, mac, size = new.keep()
        else:
            file, mac, size = write(values, self._known.namespace, log, limits, self._budget)
        return DataEntry(names, size, file=file, mac=mac, needs=needs)


def _type_of(value: Any, refusal: NotKept) -> str:
    """Return the class of a value, and what in it is not kept where that is of another one."""
    own = type_of(value)
    inside = full_name(refusal.kind) if refusal.kind is not None else own
    return own if inside == own else sentences.TYPE_WITH.format(own=own, inside=inside)
