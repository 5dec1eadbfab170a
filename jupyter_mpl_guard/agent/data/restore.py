"""Restore the data of an earlier incarnation: each name when a cell mentions it, and not before."""

from __future__ import annotations

import io
import pickle
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from .. import messages
from ..internals.ipython import show_name
from ..pickling.quiet import quiet
from ..protocol import Missing
from ..storage.data.entry import DataEntry, Import
from ..storage.data.log import DataLog
from ..storage.data.state import SavedData
from ..storage.signed_file import Unusable
from . import imports, sentences
from .tracking.tracker import DataTracker


class DataRestore:
    """Restore names of an earlier incarnation; what is bound already stays as it is.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    log : log.DataLog
        Where they are saved.
    tracker : tracker.DataTracker
        What follows them from then on.
    left : SavedData
        What is to come back.

    Attributes
    ----------
    restored : list of str
        Names that are back.
    missing : list of Missing
        What could not be loaded or imported.
    """

    def __init__(self, shell: Any, log: DataLog, tracker: DataTracker, left: SavedData) -> None:
        self._shell = shell
        self._log = log
        self._tracker = tracker
        self._entries = dict(left.entries)
        self._imports = dict(left.imports)
        self._outdated = {name for name, each in left.unsaved.items() if each.is_outdated}
        self.restored: list[str] = []
        self.missing: list[Missing] = []
        self._failed: dict[str, str] = {}
        self._needs = {name: each.needs for name, each in left.entries.items() if each.needs}

    @property
    def wanting(self) -> set[str]:
        """Names that are still to come, or whose code mentions names that may be."""
        return {*self._entries, *self._imports, *self._needs, *self._failed}

    @property
    def pending(self) -> set[str]:
        """Names that are still to come."""
        return {*self._entries, *self._imports}

    @property
    def small(self) -> list[str]:
        """Names that are still to come and whose values stand in the log itself."""
        return [name for name, each in self._entries.items() if each.inline]

    def restore(self, names: Iterable[str], besides: Iterable[str] = ()) -> list[str]:
        """Bind names and all that code behind them mentions; return a line for each that failed.

        Parameters
        ----------
        names : iterable of str
            Those that are mentioned.
        besides : iterable of str
            Those that a cell is about to import itself.
        """
        waiting, besides = list(names), set(besides)
        tried: list[str] = []
        while waiting:
            name = waiting.pop()
            waiting += self._needs.pop(name, ())
            if name in self._imports:
                record = self._imports.pop(name)
                if name not in self._shell.user_ns and name not in besides:
                    self._import(name, record)
            elif name in self._entries:
                self._load(self._entries[name])
            if name in self._failed and name not in self._shell.user_ns:
                tried.append(self._failed[name])
        return tried

    def restore_if_ready(self, name: str) -> None:
        """Bind a name whose value can be loaded with the modules already imported; what it needs comes later."""
        if name in self._entries:
            try:
                self._load(self._entries[name], _ReadyUnpickler)
            except NotReady:
                pass

    def provide(self, name: str) -> bool:
        """Bind a name that something restored needs; return whether nothing else may bind it."""
        is_ours = name in self._entries or name in self._imports or name in self._outdated
        self.restore([name])
        return is_ours

    def imported(self, record: Import) -> Any:
        """Return what an import has bound, imported again.

        Raises
        ------
        Exception
            Whatever the import raises.
        """
        with _undisturbed(self._shell):
            return imports.imported(record)

    def forget(self) -> None:
        """Forget all names that are still to come."""
        self._entries, self._imports, self._failed, self._needs, self._outdated = {}, {}, {}, {}, set()

    def _import(self, name: str, record: Import) -> None:
        statement = record.statement(name)
        try:
            self._bind(name, self.imported(record))
        except KeyboardInterrupt:
            self._imports[name] = record
            raise
        except BaseException as error:  # a module may raise anything
            self.missing.append(messages.missing_name(name, sentences.import_failed(statement, error)))
            self._failed[name] = sentences.tried_to_import(name, statement, error)
            return
        self._tracker.adopt_import(name)

    def _load(self, entry: DataEntry, unpickler: type[pickle.Unpickler] = pickle.Unpickler) -> None:
        """Bind the names of an entry, or note why that is not possible."""
        names = [name for name in entry.names if self._entries.get(name) is entry]
        for name in names:
            del self._entries[name]
        free = [name for name in names if name not in self._shell.user_ns]
        if not free:
            return
        try:
            with _undisturbed(self._shell):
                values = loaded(self._log.load(entry), unpickler)
        except (KeyboardInterrupt, NotReady):
            self._entries.update(dict.fromkeys(names, entry))
            raise
        except BaseException as error:  # what is loaded may raise anything
            why = str(error) if isinstance(error, Unusable) else messages.described(error)
            for name in free:
                self.missing.append(messages.missing_name(name, messages.VALUE_NOT_LOADED.format(error=why)))
                self._failed[name] = sentences.tried_to_load(name, why)
            return
        for name in free:
            self._bind(name, values[name])
        if len(free) == len(entry.names):
            self._tracker.adopt(entry)

    def _bind(self, name: str, value: Any) -> None:
        self._shell.user_ns[name] = value
        show_name(self._shell, name)
        self.restored.append(name)


class NotReady(Exception):
    """Raised when a pickle needs a module that is not imported yet."""


class _ReadyUnpickler(pickle.Unpickler):
    """Load only what needs no modules but those already imported."""

    def find_class(self, module: str, name: str) -> Any:
        """Return what is found under a name in a module.

        Raises
        ------
        NotReady
            The module is not there, or would import another.
        """
        if module not in sys.modules or name == "import_module":
            raise NotReady(module)
        return super().find_class(module, name)


def loaded(data: bytes, unpickler_of: type[pickle.Unpickler] = pickle.Unpickler) -> dict[str, Any]:
    """Return name to value from a pickle whose signature has been verified.

    Raises
    ------
    Exception
        Whatever its objects raise that cannot be loaded.
    """
    unpickler = unpickler_of(io.BytesIO(data))
    pairs = unpickler.load()
    while (variables := unpickler.load()) is not None:
        for variable, value in variables:
            variable.cell_contents = value
    return dict(pairs)


@contextmanager
def _undisturbed(shell: Any) -> Iterator[None]:
    """Suppress the output of what is imported, and keep the plotting settings: no cell has asked for it."""
    with quiet():
        if "matplotlib.pyplot" not in sys.modules:
            yield
            return
        from ..settings.kept import kept

        with kept(shell):
            yield
