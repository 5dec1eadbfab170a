"""What the names of a kernel are bound to, and which have changed: no loop of Python goes over those that have not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...cells.bound_names import BoundNames
from ...internals.ipython import hidden_names
from ..names import NameChoice
from ..values.kinds import is_small_atom

_NOTHING: Any = object()


class Bindings:
    """Track which names may be saved and what they are bound to.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    choice : names.NameChoice
        Which names are saved.
    only : set of str, optional
        If given, no others are saved.

    Attributes
    ----------
    ids : dict of str to int
        Identities of the values of names that may be saved, as of the last call of `changed`.
    only : set of str or None
        If not None, no others are saved.
    """

    def __init__(self, shell: Any, choice: NameChoice, *, only: set[str] | None = None) -> None:
        self._shell = shell
        self._choice = choice
        self.ids: dict[str, int] = {}
        self.only = only
        self._seen = BoundNames()
        self._seen_since: dict[str, int | None] = {}  # identities, None where there was no value
        self._again: dict[str, None] = {}
        self._adopted: dict[str, int] = {}
        self._atoms: dict[str, Any] = {}  # keeps their identities

    @property
    def namespace(self) -> dict[str, Any]:
        """The names of the user and of IPython."""
        names: dict[str, Any] = self._shell.user_ns
        return names

    def changed(self) -> dict[str, None]:
        """Return the names that are new, bound to something else or gone since the last call."""
        names = dict(self.namespace)
        changed = self._changed(self._different(names), names)
        self._adopted.clear()
        return changed

    def changed_among(self, mentioned: Iterable[str]) -> dict[str, None]:
        """Return the changed ones among some names, where no others can have changed; the others are not examined."""
        names = self.namespace
        different: list[Any] = [name for name in mentioned if name in names or name in self.ids]
        values = _identities(different, names)
        different = [name for name in different if values[name] != self.ids.get(name)]
        self._seen_since.update(values)
        return self._changed(different + self._take_again(), names)

    def _changed(self, different: list[Any], names: dict[str, Any]) -> dict[str, None]:
        changed: dict[str, None] = {}
        hidden = hidden_names(self._shell)
        for name in different:
            if not self._choice(name):  # any key that is no text: it may have a hash and an ``==`` of its own
                continue
            value = names.get(name, _NOTHING)
            if self._adopted.pop(name, None) == id(value):
                continue
            if self.only is not None and name not in self.only:
                continue
            self._atoms.pop(name, None)
            is_own = name in hidden and hidden[name] is value  # IPython's
            if value is not _NOTHING and not is_own:
                self._bind(name, value)
                changed[name] = None
            elif self.ids.pop(name, None) is not None:
                changed[name] = None
        return changed

    def admit(self, names: set[str]) -> None:
        """Add names to those that are saved, where only some are."""
        if self.only is not None:
            self.only |= names
            self.look_again(names)

    def look_again(self, names: Iterable[str]) -> None:
        """Treat names as if they had just been bound."""
        self._again.update(dict.fromkeys(names))

    def look_at_all(self) -> None:
        """Treat all names as if they had just been bound, and those that are gone as if they had just been deleted."""
        self._seen.forget()
        self._seen_since.clear()
        self._adopted.clear()
        self.look_again(self.ids)

    def adopt(self, name: str) -> None:
        """Exclude a name that the agent has bound from the changed ones."""
        value = self.namespace[name]
        self._adopted[name] = id(value)
        self._bind(name, value)

    def is_same_atom(self, name: str, value: Any) -> bool | None:
        """Return whether a name is bound to the same small value that never changes, None where it was not."""
        return self._atoms[name] is value if name in self._atoms else None

    def _bind(self, name: str, value: Any) -> None:
        self.ids[name] = id(value)
        if is_small_atom(value):
            self._atoms[name] = value

    def _different(self, names: dict[str, Any]) -> list[Any]:
        different, gone = self._seen.changed(names)
        different += gone
        since, self._seen_since = self._seen_since, {}
        if since:
            now = _identities(since, names)
            different = [name for name in different if type(name) is not str or name not in since]
            different += [name for name, value in since.items() if now[name] != value]
        return different + self._take_again()

    def _take_again(self) -> list[Any]:
        again, self._again = self._again, {}
        return list(again)


def _identities(mentioned: Iterable[str], names: dict[str, Any]) -> dict[str, int | None]:
    """Return names with the identities of their values, None where they have none."""
    return {name: id(names[name]) if name in names else None for name in mentioned}
