"""The values of one incarnation: which may have changed since they were saved, and saving these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..internals.ipython import hidden_names
from ..pickling.limits.budget import Budget, GivenUp, Moment, TooSlow
from ..storage.data_entry import DataEntry, Ground, Import, Unsaved
from ..storage.data_log import DataLog
from ..storage.data_state import set_record
from ..storage.figure_list import MIB
from . import imports
from .names import Choice, Mentioned
from .reach import Reach
from .values.kinds import ATOM_IDS
from .values.look import DataLimits, Looked, look, type_of, write
from .values.refusal import NotKept
from .values.tokens import Token, token

INLINE = 2048
"""Bytes of a pickle that needs no file of its own."""

WAITS = "saving it waits for the kernel to be idle"

SMALL_ATOM = 256
"""Length of a text that is kept alive so that its identity says that it has not changed."""


@dataclass
class Group:
    """Names whose values have something in common that can change, and what came of saving them.

    Attributes
    ----------
    values : dict of str to int
        Name to identity of its value.
    entry : DataEntry
        How they are saved.
    looked : Looked or None
        What was found out about them then, None where an earlier incarnation has saved them.
    tokens : dict of str to tuple
        Name to what tells that its value is as it was, where that can be told at once.
    """

    values: dict[str, int]
    entry: DataEntry
    looked: Looked | None
    tokens: dict[str, Token] = field(default_factory=dict)


@dataclass
class _Changes:
    """What is to be said in the log."""

    entries: list[DataEntry] = field(default_factory=list)
    imports: dict[str, Import] = field(default_factory=dict)
    unsaved: dict[str, Unsaved] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)


class DataTracker:
    """Follow the values behind the names of a kernel, and save those that may have changed.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    log : data_log.DataLog
        Where they are saved.
    limits : look.DataLimits
        How much of that there may be.
    choice : names.Choice
        Which names are saved.

    Attributes
    ----------
    only : set of str or None
        If not None, no others are.
    """

    def __init__(self, shell: Any, log: DataLog, limits: DataLimits, choice: Choice) -> None:
        self._shell, self._log, self._limits, self._choice = shell, log, limits, choice
        self.only: set[str] | None = None
        self.statements = imports.Statements()
        self.groups: dict[str, Group] = {}
        self.owners: dict[int, Group] = {}
        self._ids: dict[str, int] = {}  # of what may be saved
        self._raw: dict[Any, int] = {}  # of all names, those of IPython too
        self._atoms: dict[str, Any] = {}  # keeps their identities
        self._dirty: dict[str, None] = {}
        self._waiting: dict[str, Moment] = {}
        self._refused: set[frozenset[str]] = set()  # names that cannot be saved together
        self._reach = Reach(self)
        self._reached: set[str] = set()
        self._ground = log.state.ground

    # What others ask.

    @property
    def namespace(self) -> dict[str, Any]:
        """The names of the user and of IPython."""
        names: dict[str, Any] = self._shell.user_ns
        return names

    @property
    def is_dirty(self) -> bool:
        """Whether there is something to save."""
        return bool(self._dirty)

    @property
    def waiting(self) -> list[str]:
        """Names whose saving waits for an idle kernel."""
        return [name for name in self._dirty if name in self._ids]

    def users(self) -> dict[str, Any]:
        """Return name to value for what is saved, as far as that can be."""
        names = self._choice.of(self.namespace, hidden_names(self._shell))
        return names if self.only is None else {name: each for name, each in names.items() if name in self.only}

    def only_with(self, what: Mentioned) -> None:
        """Save also what a cell has mentioned, and what that needs."""
        if self.only is not None:
            new = self._reach(what) - self.only
            self.only |= new
            for name in new:
                self._raw.pop(name, None)  # it is as if it had been bound now

    # Around cells.

    def cell_begins(self, what: Mentioned) -> None:
        """Write down what a cell may change before it does.

        Raises
        ------
        OSError
            That cannot be written: nothing counts as saved.
        """
        state = self._log.state
        loose = [name for name in self._dirty if name in state.entries and not self._is_known(name)]
        if loose:  # it is not known what they have in common with others, which the cell may change
            self._log.append({"end": loose})
        self._reached = self._reach(what)
        saved = [name for name in self._reached if name in state.entries or name in state.imports]
        if saved:
            self._log.append({"run": saved})

    def cell_ends(self, code: str, what: Mentioned) -> None:
        """Write down what is not known to be as it was before the cell; it is saved later.

        Raises
        ------
        OSError
            See `cell_begins`.
        """
        self.statements.note(code)
        reached = self._reached | self._reach(what)
        self._reached = set()
        self.changed(reached)

    def changed(self, reached: Iterable[str] = ()) -> None:
        """Note that some names may have changed, and all those that are bound to something else.

        Raises
        ------
        OSError
            See `cell_begins`.
        """
        now = self.namespace
        dirty = self._rebound()
        for name in reached:
            if name in self._ids and name not in dirty and not self._is_unchanged(name, now[name]):
                dirty.update(dict.fromkeys(self.groups[name].values if name in self.groups else [name]))
        self._dirty.update(dirty)
        state = self._log.state
        outdated = [name for name in dirty if name in state.entries or name in state.imports]
        if outdated or state.running is not None:
            self._log.append({"end": outdated})

    def doubt_for(self, what: Mentioned) -> None:
        """Count what some code may change that is no cell as changed, before it runs.

        Raises
        ------
        OSError
            See `cell_begins`.
        """
        self.changed(self._reach(what))

    def doubt_all(self) -> None:
        """Count everything as changed that can change.

        Raises
        ------
        OSError
            See `cell_begins`.
        """
        self.changed([name for name in self.groups if name not in self._dirty])

    def doubt(self) -> None:
        """Have all values compared that may have changed without a cell; nothing is said about them until then."""
        self._dirty.update(
            {name: None for name in self.groups if not self._is_unchanged(name, self.namespace.get(name))}
        )

    def _is_known(self, name: str) -> bool:
        group = self.groups.get(name)
        return group is not None and group.looked is not None

    def _rebound(self) -> dict[str, None]:
        """Return the names that are new, bound to something else or gone."""
        names = self.namespace
        raw = dict(zip(list(names), map(id, list(names.values()))))
        before, self._raw = self._raw, raw
        changed = [name for name, _ in raw.items() - before.items()] + list(before.keys() - raw.keys())
        dirty: dict[str, None] = {}
        hidden = hidden_names(self._shell)
        for name in changed:
            if not self._choice(name) or (self.only is not None and name not in self.only):
                continue
            self._atoms.pop(name, None)
            if name in names and not (name in hidden and hidden[name] is names[name]):
                self._ids[name] = raw[name]
                dirty[name] = None
                if _is_small_atom(names[name]):
                    self._atoms[name] = names[name]
            elif self._ids.pop(name, None) is not None:
                dirty[name] = None
        return dirty

    def _is_unchanged(self, name: str, value: Any) -> bool:
        """Return whether a name cannot have changed, because its value is the same and never changes."""
        if name in self._dirty:
            return False
        state = self._log.state
        if name in state.imports:
            return True
        if name not in state.entries:
            return False
        if name in self._atoms:
            return self._atoms[name] is value
        group = self.groups.get(name)
        known = group.tokens.get(name) if group is not None else None
        return known is not None and known == token(value)

    # Saving.

    def save(self, budget: Budget) -> None:
        """Save what may have changed, as far as the moment allows; what is left stays outdated in the log.

        Parameters
        ----------
        budget : budget.Budget
            What the moment allows.

        Raises
        ------
        OSError
            See `cell_begins`.
        """
        changes, now = _Changes(), self.users()
        self._refused = set()
        units = self._units(now, changes)
        try:
            while units:
                unit = units.pop()
                if any(self._waiting.get(name, Moment.BEFORE_CELL) > budget.moment for name in unit):
                    continue
                try:
                    units += self._save_unit({name: now[name] for name in unit}, changes, budget)
                except TooSlow:
                    self._put_off(unit, Moment(min(budget.moment + 1, Moment.IDLE)))
                    if budget.moment is Moment.BEFORE_CELL:
                        break
                except GivenUp:
                    self._put_off(unit, Moment.AFTER_CELL)
                    break
        finally:
            current = [each for each in changes.entries if self._is_current(each)]
            entries = [each for each in current if not self._says(each)]
            record = set_record(entries, changes.imports, changes.unsaved, changes.gone)
            if record:
                self._log.append(record)
            for name in self._dirty.keys() & {*changes.gone, *changes.unsaved, *changes.imports}:
                del self._dirty[name]
            for entry in current:
                for name in entry.names:
                    self._dirty.pop(name, None)
            self._name_waiting(now)

    def ground(self, ground: Ground) -> None:
        """Write down what has to be in force before anything is imported, if that has changed.

        Raises
        ------
        OSError
            See `cell_begins`.
        """
        if ground != self._ground:
            self._ground = ground
            self._log.append(set_record(ground=ground))

    def adopt(self, entry: DataEntry) -> None:
        """Take names that have come back for saved as they are."""
        now = self.namespace
        values = {name: id(now[name]) for name in entry.names if name in now}
        group = Group(values, entry, None)
        for name in values:
            self.groups[name] = group
            self._ids[name] = self._raw[name] = values[name]
            self._dirty[name] = None  # what it has in common with others is not known before it is looked at
            if _is_small_atom(now[name]):
                self._atoms[name] = now[name]

    def adopt_import(self, name: str) -> None:
        """Take a name that was imported again for saved."""
        self._ids[name] = self._raw[name] = id(self.namespace[name])

    def forget(self) -> None:
        """Count nothing as saved; a value is saved again when a cell may have changed it."""
        self.groups, self.owners, self._waiting, self._dirty = {}, {}, {}, {}

    def _is_current(self, entry: DataEntry) -> bool:
        """Return whether values that have been saved have not been put together with others since."""
        groups = (self.groups.get(name) for name in entry.names)
        return all(group is not None and group.entry is entry for group in groups)

    def _says(self, entry: DataEntry) -> bool:
        """Return whether the log says that values are saved so."""
        return all(self._log.state.entries.get(name) == entry for name in entry.names)

    def _put_off(self, unit: Iterable[str], moment: Moment) -> None:
        for name in unit:
            self._waiting[name] = max(self._waiting.get(name, Moment.BEFORE_CELL), moment)

    def _name_waiting(self, now: dict[str, Any]) -> None:
        """Say in the state, which is not written for that, what waits."""
        state = self._log.state
        for name in self._dirty:
            if name in now and name not in state.entries and name not in state.imports:
                state.unsaved[name] = Unsaved(type_of(now[name]), WAITS)

    def _units(self, now: dict[str, Any], changes: _Changes) -> list[list[str]]:
        """Return the names that have to be looked at, those together that belong together, and note the others."""
        units: list[list[str]] = []
        done: set[str] = set()
        for name in reversed(list(self._dirty)):
            if name in done:
                continue
            group = self.groups.get(name)
            if group is not None and all(id(now.get(each, now)) == value for each, value in group.values.items()):
                units.append(list(group.values))
                done.update(group.values)
                continue
            if group is not None:
                self._dissolve(group)
                self._dirty.update(dict.fromkeys(group.values))
                units += [[each] for each in group.values if each in now and each not in done and each != name]
                done.update(group.values)
            done.add(name)
            if name not in now:
                changes.gone.append(name)
                continue
            found = imports.origin(name, now[name], self.statements)
            if found is not None:
                changes.imports[name] = found
            else:
                units.append([name])
        return sorted(units, key=self._size, reverse=True)  # the last one is the first

    def _size(self, unit: list[str]) -> int:
        """Return how many bytes some names took when they were saved last: what is small must not wait."""
        group = self.groups.get(unit[0])
        return group.entry.size if group is not None else 0

    def _save_unit(self, values: dict[str, Any], changes: _Changes, budget: Budget) -> list[list[str]]:
        """Save values that belong together; return what has to be looked at because of that."""
        group = self.groups.get(next(iter(values)))
        budget.start()
        try:
            looked = look(values, self.namespace, self._limits, budget)
            others = {id(each): each for each in map(self.owners.get, looked.shared) if each is not None}
            others.pop(id(group), None)
            if others:
                joined = {*values, *(name for each in others.values() for name in each.values)}
                if frozenset(joined) in self._refused:
                    raise NotKept("with what it holds in common with other names it takes too much")
                for each in others.values():
                    self._dissolve(each)
                if group is not None:
                    self._dissolve(group)
                self._dirty.update(dict.fromkeys(joined))
                return [sorted(joined & self.namespace.keys())]
            entry = self._entry(values, looked, group, budget)
        except NotKept as refusal:
            if group is not None:
                self._dissolve(group)
            self._dirty.update(dict.fromkeys(values))
            if len(values) > 1:
                self._refused.add(frozenset(values))
                return [[name] for name in values]
            for name, value in values.items():
                self._waiting.pop(name, None)
                changes.unsaved[name] = Unsaved(_type_of(value, refusal), str(refusal))
            return []
        if group is not None:
            self._dissolve(group)
        new = Group({name: id(value) for name, value in values.items()}, entry, looked)
        tokens = {name: token(value) for name, value in values.items()}
        new.tokens = {name: each for name, each in tokens.items() if each is not None}
        self.groups.update(dict.fromkeys(values, new))
        self.owners.update(dict.fromkeys(looked.shared, new))
        for name in values:
            self._waiting.pop(name, None)
            if budget.spent() > self._limits.wait / 2:
                self._waiting[name] = Moment.AFTER_CELL
        changes.entries.append(entry)
        return []

    def _entry(self, values: dict[str, Any], looked: Looked, group: Group | None, budget: Budget) -> DataEntry:
        """Write values, unless they are as they were, and return their entry."""
        if (
            group is not None
            and group.looked is not None
            and group.values.keys() == values.keys()
            and group.looked.fingerprint == looked.fingerprint
        ):
            return group.entry
        names, needs = tuple(values), tuple(sorted(looked.needs & self._ids.keys()))
        elsewhere = sum(each.size for each in self._log.state.files() if set(names).isdisjoint(each.names))
        if elsewhere + looked.size > self._limits.kernel * MIB:
            raise NotKept(
                f"the kernel's data takes more than {self._limits.kernel:g} MiB (MplGuardApp.data_kernel_limit)"
            )
        if looked.data is not None and looked.size <= INLINE:
            return DataEntry(names, looked.size, looked.data, needs=needs)
        if looked.data is not None:
            with self._log.new_file() as new:
                new.write(looked.data)
                file, mac, size = new.keep()
        else:
            file, mac, size = write(values, self.namespace, self._log, self._limits, budget)
        return DataEntry(names, size, file=file, mac=mac, needs=needs)

    def _dissolve(self, group: Group) -> None:
        for name in group.values:
            if self.groups.get(name) is group:
                del self.groups[name]
        for key in group.looked.shared if group.looked is not None else ():
            if self.owners.get(key) is group:
                del self.owners[key]


def _is_small_atom(value: Any) -> bool:
    """Return whether a value never changes and may be kept alive for its identity."""
    kind = type(value)
    is_text = kind is str or kind is bytes
    return id(kind) in ATOM_IDS and not (is_text and len(value) > SMALL_ATOM)


def _type_of(value: Any, refusal: NotKept) -> str:
    """Return the class of a value, and what in it is not kept where that is of another one."""
    from .values.kinds import full_name

    own = type_of(value)
    inside = full_name(refusal.kind) if refusal.kind is not None else own
    return own if inside == own else f"{own} with {inside}"
