"""Settings of libraries as cells have left them, in force again after a crash: what is shown is shown as before."""

from __future__ import annotations

import sys
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any

from ...cells.source import Mentioned
from ...internals.warning_filters import warnings_ignored
from ...pickling.limits.budget import Budget, Moment
from ..restore import loaded
from ..values.examination import DataLimits, examine
from ..values.refusal import NotKept
from .libraries import LIBRARIES, Library

LARGEST = 2**16
"""Bytes that the settings of one library may take."""


class LibrarySettings:
    """Track the settings of libraries after each cell, and restore those of an earlier incarnation.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._last: dict[str, bytes] = {}
        self._expected: dict[str, str] = {}

    def cell_ends(self, code: str, what: Mentioned) -> dict[str, str]:
        """Return, by module, the settings that a cell may have chosen and that have changed."""
        changed = {}
        for library in LIBRARIES:
            if library.identifiers.isdisjoint(what.identifiers) or library.module not in sys.modules:
                continue
            with suppress(Exception):  # another version of the library
                pickled = self._pickled(library, code)
                if pickled and self._last.get(library.module) != pickled:
                    self._last[library.module] = pickled
                    changed[library.module] = b64encode(pickled).decode()
        return changed

    def expect(self, settings: Mapping[str, str]) -> None:
        """Schedule settings to be set before the first cell for which their library is imported or mentioned."""
        self._expected = dict(settings)

    def before_cell(self, what: Mentioned) -> None:
        """Set the expected settings of each library that is imported, or mentioned in the cell."""
        for library in LIBRARIES if self._expected else ():
            name = library.module
            if name in self._expected and (name in sys.modules or name in what.identifiers):
                pickled = b64decode(self._expected.pop(name))
                # Another version of it shows things as in any new process.
                with suppress(Exception), warnings_ignored():
                    library.put(self._shell, import_module(name), loaded(pickled))

    def _pickled(self, library: Library, code: str) -> bytes | None:
        with warnings_ignored():
            values = library.read(self._shell, sys.modules[library.module], code)
        for _ in range(2):
            try:
                found = examine(values, self._shell.user_ns, DataLimits(), Budget(Moment.IDLE))
                return found.data if found.size <= LARGEST else None
            except NotKept:
                values = {name: value for name, value in values.items() if self._is_kept(value)}
        return None

    def _is_kept(self, value: Any) -> bool:
        try:
            examine({"value": value}, self._shell.user_ns, DataLimits(), Budget(Moment.IDLE))
        except NotKept:
            return False
        return True
