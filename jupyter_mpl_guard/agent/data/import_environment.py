"""What has to be in force before anything is imported: where modules are found, variables, extensions, magics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..cells.source import Mentioned
from ..pickling import search_path
from ..settings import environment
from ..storage.data.entry import ImportEnvironment
from ..storage.figures.surroundings import Surroundings
from .process.extensions import Extensions
from .process.magics import Magics

if TYPE_CHECKING:
    from .restore import DataRestore

_SETS_VARIABLES = frozenset({"environ", "putenv", "env", "set_env", "load_dotenv", "dotenv"})
"""Names in a cell that may have set variables; changes by other means are found while the kernel is idle."""


class ImportEnvironmentTracker:
    """Track what cells have changed of the import environment, and restore that of an earlier incarnation.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    start : environment.StartUp
        How the kernel was before its first cell.
    """

    def __init__(self, shell: Any, start: environment.StartUp) -> None:
        self._extensions = Extensions(shell, start.extensions)
        self._magics = Magics(shell)
        self._before = start.variables
        self._variables: dict[str, str] = {}
        self._is_known = False
        self._folders = {search_path.FOLDER: None}

    @property
    def found_in(self) -> Surroundings:
        """Where else restored modules are searched for: the working directory may have been another one."""
        return Surroundings(last=tuple(filter(None, self._folders)))

    @property
    def expects_magics(self) -> bool:
        """Whether magics are still to come back."""
        return self._magics.are_expected

    def extensions_for(self, code: str) -> None:
        """Load the extensions that a cell needs, before it runs."""
        if self._extensions.is_expected:
            with search_path.in_force(self.found_in):
                self._extensions.before_cell(code)

    def magics_for(self, code: str, restore: DataRestore) -> list[str]:
        """Register the magics that a cell uses, before it runs; return a line for each that failed.

        Parameters
        ----------
        code : str
            The source of the cell.
        restore : restore.DataRestore
            Binds what they need.
        """
        return self._magics.before_cell(code, restore)

    def cell_ends(self, code: str, what: Mentioned) -> None:
        """Record what a cell may have changed."""
        self._extensions.after_cell(code)
        if not _SETS_VARIABLES.isdisjoint(what.identifiers):
            self._is_known = False

    def now(self, *, idle: bool = False) -> ImportEnvironment:
        """Return what cells have changed."""
        if idle or not self._is_known:
            self._variables = {
                name: each for name, each in environment.variables().items() if self._before.get(name) != each
            }
            self._is_known = True
        extensions, magics = self._extensions, self._magics
        additions = search_path.additions()
        if additions.folder:
            self._folders[additions.folder] = None
        folders = tuple(self._folders)
        return ImportEnvironment(
            additions, self._variables, extensions.names(), extensions.autoreload, folders, magics.now()
        )

    def put(self, import_environment: ImportEnvironment) -> None:
        """Restore the import environment of an earlier incarnation."""
        self._folders.update(dict.fromkeys(import_environment.folders))
        environment.restore(import_environment.variables)
        search_path.put(import_environment.surroundings)
        self._extensions.expect(import_environment.extensions, import_environment.autoreload)
        self._magics.expect(import_environment.magics)
