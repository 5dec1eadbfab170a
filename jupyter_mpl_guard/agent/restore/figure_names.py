"""Bind the names that lead to restored figures, and the global names that functions in them use."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from .. import messages
from ..figures.discovery import Search
from ..internals.ipython import show_name
from ..pickling.loading import BehindAnother, Pair
from ..protocol import Missing
from ..storage.figures.figure_entry import FigureEntry

if TYPE_CHECKING:
    from ..data.left_data import LeftData


class FigureNames:
    """Bind names that are saved with figures; what the user has bound is kept.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    data : left_data.LeftData or None
        Binds names whose values are saved apart from figures; None where no data has been saved.
    missing : list of Missing
        Receives what is not bound.
    """

    def __init__(self, shell: Any, data: LeftData | None, missing: list[Missing]) -> None:
        self._shell = shell
        self._data = data
        self._missing = missing

    def bind_names(
        self, pairs: Iterable[Pair], entry: FigureEntry, back: AbstractSet[str], former: Collection[Any]
    ) -> tuple[set[str], set[str]]:
        """Bind names of an entry's figures; return those that are bound to them now, and those that wait for others.

        A name that leads to a figure that does not come back with them is bound only where one would be lost without.

        Parameters
        ----------
        back : set of str
            Ids of the figures of the same pickle that have come back before.
        former : collection of matplotlib.figure.Figure
            Figures of the pickle in whose place others are: nothing is bound that leads to them.
        """
        bound: set[str] = set()
        waiting: set[str] = set()
        for pair in pairs:
            if pair.name and pair.name not in entry.names:
                continue  # it has led to something else since
            reached = entry.reached(pair.name)
            if reached and reached.isdisjoint(entry.ids):
                continue
            if not reached <= entry.ids | back and not entry.needs_name(pair.name):
                waiting.add(pair.name)
            elif pair.error is not None:
                self._missing.append(messages.missing_name(pair.name, _unloaded(pair.error), entry.title))
            elif former and Search(self._shell).leads_to(pair.value, former):
                self._missing.append(messages.missing_name(pair.name, messages.LEADS_TO_FORMER))
            elif self._bind(pair.name, pair.value):
                bound.add(pair.name)
        return bound, waiting

    def report_waiting(self, name: str, *, may_come: bool) -> None:
        """Report a name that waits for figures, unless the user has bound it.

        Parameters
        ----------
        may_come : bool
            Whether the figures may still come back.
        """
        if name not in self._shell.user_ns:
            missing = messages.waiting_name(name)
            self._missing.append(missing if may_come else messages.missing_name(name, messages.LEADS_TO_OTHERS))

    def bind_globals(self, pairs: Iterable[Pair], whose: str) -> None:
        """Bind global names that functions use, unless the user has bound them or their values are data.

        Parameters
        ----------
        pairs : iterable of loading.Pair
            The names and their values.
        whose : str
            What the figures with these functions are called.
        """
        for pair in pairs:
            if not pair.name or pair.name in self._shell.user_ns:
                continue
            if self._data is not None and self._data.provide(pair.name):
                continue
            if pair.error is None:
                self._bind(pair.name, pair.value)
            else:
                self._missing.append(messages.missing_global(pair.name, _unloaded(pair.error), whose))

    def _bind(self, name: str, value: Any) -> bool:
        """Bind a name, unless the user has; return whether it is bound to the value now."""
        user_ns = self._shell.user_ns
        if name not in user_ns:
            user_ns[name] = value
            show_name(self._shell, name)
        elif user_ns[name] is not value:
            self._missing.append(messages.taken_name(name))
        return user_ns[name] is value


def _unloaded(error: BaseException) -> str:
    """Return why a name is not bound."""
    if isinstance(error, BehindAnother):
        return str(error)
    return messages.VALUE_NOT_LOADED.format(error=messages.described(error))
