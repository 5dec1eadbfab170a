"""Extensions of IPython that cells have loaded, and ``%autoreload``: loaded again when a cell needs them."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import Any

from ...internals.ipython import loaded_extensions
from .magics import used_in

AUTORELOAD = "autoreload"

_AUTORELOAD = re.compile(r"^\s*%autoreload\b[ \t]*(\w*)", re.M)


class Extensions:
    """Track which extensions cells have loaded, and load those of an earlier incarnation.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    before : set of str
        Those that were loaded before the first cell.

    Attributes
    ----------
    autoreload : str
        The last argument of ``%autoreload``.
    """

    def __init__(self, shell: Any, before: Set[str]) -> None:
        self._shell = shell
        self._before = before
        self._expected: list[str] = []
        self._expected_autoreload = ""
        self.autoreload = ""

    @property
    def is_expected(self) -> bool:
        """Whether there is something to load."""
        return bool(self._expected)

    def names(self) -> tuple[str, ...]:
        """Return the extensions that cells have loaded, or that are still to come."""
        return tuple(sorted({*(loaded_extensions(self._shell) - self._before), *self._expected}))

    def expect(self, names: Sequence[str], autoreload: str) -> None:
        """Record what to load when a cell needs it."""
        self._expected = [name for name in names if name not in loaded_extensions(self._shell)]
        self.autoreload = self._expected_autoreload = autoreload

    def before_cell(self, code: str) -> None:
        """Load what a cell needs: ``autoreload`` in any case, others where it uses a magic that is not known."""
        unknown = [name for _, name in used_in(code, self._shell)]
        for name in self._expected[:]:
            if name.endswith(AUTORELOAD) or (unknown and "load_ext" not in unknown):
                self._expected.remove(name)
                self._load(name)
        if self._expected_autoreload and AUTORELOAD in self._shell.magics_manager.magics["line"]:
            argument, self._expected_autoreload = self._expected_autoreload, ""
            try:
                self._shell.run_line_magic(AUTORELOAD, argument)
            except Exception:  # another version of it: the cells that follow say so themselves
                pass

    def after_cell(self, code: str) -> None:
        """Record the argument that a cell has given ``%autoreload``."""
        for argument in _AUTORELOAD.findall(code):
            self.autoreload = argument

    def _load(self, name: str) -> None:
        try:
            self._shell.extension_manager.load_extension(name)
        except Exception:  # the magic that the cell uses is not found then, and the cell says so
            pass
