"""What has to be in force before anything is imported: where modules are found, variables, extensions, magics."""

from __future__ import annotations

from typing import Any

from ..pickling import search_path
from ..settings import environment
from ..storage.data.entry import Ground
from ..storage.figures.surroundings import Surroundings
from .names import Mentioned
from .process.extensions import Extensions
from .process.magics import Magics

_SETS_VARIABLES = frozenset({"environ", "putenv", "env", "set_env", "load_dotenv", "dotenv"})
"""Names in a cell that may have set variables; changes by other means are found while the kernel is idle."""


class GroundWatch:
    """Track what cells have changed of this ground, and restore that of an earlier incarnation.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    start : environment.StartUp
        How the kernel was before its first cell.

    Attributes
    ----------
    extensions : extensions.Extensions
        Those of IPython.
    magics : magics.Magics
        Those that have been registered.
    """

    def __init__(self, shell: Any, start: environment.StartUp) -> None:
        self.extensions = Extensions(shell, start.extensions)
        self.magics = Magics(shell)
        self._before = start.variables
        self._variables: dict[str, str] = {}
        self._is_known = False
        self._folders = {search_path.FOLDER: None}

    @property
    def found_in(self) -> Surroundings:
        """Where else restored modules are searched for: the working directory may have been another one."""
        return Surroundings(last=tuple(filter(None, self._folders)))

    def cell_ends(self, code: str, what: Mentioned) -> None:
        """Record what a cell may have changed."""
        self.extensions.after_cell(code)
        if not _SETS_VARIABLES.isdisjoint(what.identifiers):
            self._is_known = False

    def now(self, *, idle: bool = False) -> Ground:
        """Return what cells have changed."""
        if idle or not self._is_known:
            self._variables = {
                name: each for name, each in environment.variables().items() if self._before.get(name) != each
            }
            self._is_known = True
        extensions = self.extensions
        additions = search_path.additions()
        if additions.folder:
            self._folders[additions.folder] = None
        folders = tuple(self._folders)
        return Ground(additions, self._variables, extensions.names(), extensions.autoreload, folders, self.magics.now())

    def put(self, ground: Ground) -> None:
        """Restore the ground of an earlier incarnation."""
        self._folders.update(dict.fromkeys(ground.folders))
        environment.restore(ground.environment)
        search_path.put(ground.surroundings)
        self.extensions.expect(ground.extensions, ground.autoreload)
        self.magics.expect(ground.magics)
