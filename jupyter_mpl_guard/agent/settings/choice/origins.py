"""Where each setting comes from: only what cells have chosen is carried over a restart.

Matplotlib's defaults, a ``matplotlibrc``, ``MPLBACKEND``, IPython's configuration, start-up files and the import of a
package set things as well. None of them is a choice: the new process meets the same file, or an edited one, or the same
import, and what it finds there applies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, NamedTuple

from ...storage.settings_record import BACKEND, INLINE, INTERACTIVE
from ..backends import short_name
from ..rcparams import same

SAYS_BACKEND = re.compile(
    r"%(?:matplotlib|pylab)\b|(?<!style\.)\buse\s*\(|\bswitch_backend\b|\benable_(?:matplotlib|gui|pylab)\b"
    r"|['\"]backend['\"]|\bbackend\s*=|\bimport\s+ipympl\b|MPLBACKEND"
)
"""Source of a cell that chooses a backend explicitly."""

SAYS_INTERACTIVE = re.compile(r"\bio(?:n|ff)\s*\(|\binteractive\s*\(")
"""Source of a cell that chooses interactive mode explicitly, maybe as it is already."""

SHOWS_NOTHING = frozenset({"agg", "cairo", "pdf", "pgf", "ps", "svg", "template"})
"""Backends, by their short names, that draw into files only."""


READS_FILE = re.compile(r"\brc_file(?:_defaults)?\b")
"""Source of a cell that reads parameters from a file."""

CHOOSES_BY_MAGIC = re.compile(r"^[ \t]*%(?:matplotlib|pylab)\b", re.MULTILINE)
"""Source of a cell that may set parameters by side effect: those of ``InlineBackend.rc``, or what they were before."""

_CONFIGURES = re.compile(r"^[ \t]*%config\b.*$", re.MULTILINE)

_IMPORTED = re.compile(r"^[ \t]*(?:import|from)[ \t]+([\w.]+)", re.MULTILINE)


class BackendChange(NamedTuple):
    """A change of the backend by an import.

    Attributes
    ----------
    before, now : object
        Matplotlib's own names for the backends.
    module : str
        What was imported, "" where the cell does not show it.
    """

    before: Any
    now: Any
    module: str


class ChosenBy(Enum):
    """What has chosen the backend."""

    CELL = "a cell of this process"
    REQUEST = "a request of a client"
    BEFORE = "either of them, before the kernel was restarted"


class Origins:
    """Track which settings cells have chosen, by comparing them at moments between which only one thing ran.

    All settings are given as a mapping of key to a value that must not be changed in place later.

    Attributes
    ----------
    chosen : set of str
        Keys of the settings that cells have chosen.
    imported : set of str
        Keys of the settings that a module has set when it was imported, and no cell since.
    backend : str or None
        The backend that cells have chosen, by Matplotlib's own name for it, which may not be the one in force.
    backend_by : ChosenBy
        What has chosen it.
    asked : str
        The backend that a request has chosen since the last cell, as ``%matplotlib`` takes it; "" for none.
    importing : bool
        Whether a module is running for the first time.
    overwritten : dict of str to {"magic", "file"}
        Keys of rcParams that cells had chosen, to what has changed them since although no cell has asked for it.
    changed_by_import : BackendChange or None
        The last change of the backend, where it was an import that is not meant as a choice.
    """

    def __init__(self) -> None:
        self.chosen: set[str] = set()
        self.imported: set[str] = set()
        self.backend: str | None = None
        self.backend_by = ChosenBy.BEFORE
        self.asked = ""
        self._last: dict[str, Any] = {}
        self.importing = False
        self.overwritten: dict[str, str] = {}
        self.changed_by_import: BackendChange | None = None
        self._before_import: dict[str, Any] | None = None
        self._by_import: dict[str, Any] = {}

    @property
    def has_found(self) -> bool:
        """Whether settings have been recorded before: else all of them would seem to be chosen by the next cell."""
        return bool(self._last)

    def found(self, settings: Mapping[str, Any]) -> None:
        """Record settings as set by something other than a cell: a file, the environment, a restore."""
        self._last = dict(settings)
        self._before_import = None
        self._by_import.clear()

    def carry(self, chosen: Iterable[str], imported: Iterable[str], backend: str | None) -> None:
        """Mark settings that were chosen or imported in an earlier incarnation as such in this one as well."""
        self.chosen.update(chosen)
        self.imported.update(imported)
        if self.backend is None:
            self.backend = backend

    def ask_for(self, backend: str) -> None:
        """Record that a request has chosen a backend, see `asked`."""
        self.asked = backend

    def import_begins(self, settings: Mapping[str, Any] | None) -> None:
        """Record the settings before a module runs for the first time, None where there are none yet."""
        self.importing = True
        self._before_import = None if settings is None else dict(settings)

    def import_ends(self, settings: Mapping[str, Any]) -> None:
        """Record what the module, and the modules that it has imported, have set."""
        before = self._last if self._before_import is None else self._before_import
        self._by_import.update((key, settings[key]) for key in _changed(before, settings))
        self.importing = False

    def cell_ends(self, settings: Mapping[str, Any], code: str) -> None:
        """Record what has changed since the last cell as chosen by this one, except what an import has set.

        Parameters
        ----------
        settings : mapping of str to object
            The settings now.
        code : str
            The source of the cell.
        """
        if self.asked:  # in place of a cell
            code += f"\n%matplotlib {self.asked}\n"
        if self.importing:  # the import that the cell has asked for has not ended
            self.import_ends(settings)
            self.importing = True
        changed = _changed(self._last, settings)
        by_import = {key for key in changed if key in self._by_import and same(self._by_import[key], settings[key])}
        configured = {} if INLINE + "rc" in changed else self._configured(settings)
        choices = {
            key for key in changed - by_import if key not in configured or not same(configured[key], settings[key])
        }
        if SAYS_INTERACTIVE.search(code):
            choices.add(INTERACTIVE)
        self._note_overwritten(changed, settings, code)
        self._choose_backend(settings.get(BACKEND), code, imported=BACKEND in by_import)
        self.chosen = (self.chosen - by_import) | (choices - {BACKEND})
        silent = {BACKEND} if short_name(settings.get(BACKEND)) in SHOWS_NOTHING else set()
        self.imported = (self.imported - choices) | (by_import - silent)
        self.found(settings)

    def _choose_backend(self, name: Any, code: str, *, imported: bool) -> None:
        before = self._last.get(BACKEND)
        now, last = short_name(name), short_name(before)
        if is_chosen_backend(
            code, now, changed=now != last, by_import=imported, was_chosen=now == short_name(self.backend)
        ):
            self.backend = name
            self.changed_by_import = None
            if now != last or SAYS_BACKEND.search(code):
                self.backend_by = ChosenBy.REQUEST if self.asked else ChosenBy.CELL
        elif now != last:
            modules = set(_IMPORTED.findall(code))
            module = modules.pop() if len(modules) == 1 else ""
            self.changed_by_import = BackendChange(before, name, module) if imported else None
        self.asked = ""

    def _note_overwritten(self, changed: set[str], settings: Mapping[str, Any], code: str) -> None:
        """Record which parameters a cell has changed that was only meant to choose a backend, or to read a file."""
        magic = CHOOSES_BY_MAGIC.search(code)
        by = "magic" if magic else "file" if READS_FILE.search(code) else ""
        before_magic = _CONFIGURES.sub("", code[: magic.start()]) if magic else ""
        rc = settings.get(INLINE + "rc") or {}
        for key in changed - {BACKEND, INTERACTIVE}:
            is_taken_back = key in before_magic and key in rc and same(rc[key], settings[key])
            if is_taken_back or (by and key in self.chosen and key not in code):
                self.overwritten[key] = by
            else:
                self.overwritten.pop(key, None)

    def _configured(self, settings: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the parameters that the inline backend sets out of its configuration files when it is chosen."""
        rc = settings.get(INLINE + "rc")
        return rc if isinstance(rc, dict) and INLINE + "rc" not in self.chosen else {}


def says_choice(code: str) -> bool:
    """Return whether a cell makes a choice explicitly, which counts also where it changes nothing."""
    return bool(SAYS_BACKEND.search(code) or SAYS_INTERACTIVE.search(code))


def is_chosen_backend(code: str, backend: str | None, *, changed: bool, by_import: bool, was_chosen: bool) -> bool:
    """Return whether the backend in force after a cell is treated as chosen by a cell.

    Parameters
    ----------
    code : str
        The source of the cell.
    backend : str or None
        Short name of the backend in force.
    changed : bool
        Whether it differs from the one before the cell.
    by_import : bool
        Whether a module that the cell has imported has changed it last.
    was_chosen : bool
        Whether it was treated as chosen before the cell.
    """
    if backend is None:
        return False
    if SAYS_BACKEND.search(code) and (not by_import or _names(code, backend)):
        return True
    if not changed:
        return was_chosen
    return not by_import and backend not in SHOWS_NOTHING


def _names(code: str, backend: str) -> bool:
    """Return whether a cell mentions a backend; that of ipympl is chosen by its import."""
    text = code.lower()
    return backend in text or (backend == "widget" and "ipympl" in text)


def _changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> set[str]:
    return {key for key, value in now.items() if key not in before or not same(before[key], value)}
