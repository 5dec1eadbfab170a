"""Plotting settings: what the Matplotlib of a kernel is set to, as data, and noticing that it has changed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .. import messages
from ..internals.ipython import hidden_names
from ..internals.registries import fonts as known_fonts
from ..internals.registries import original_parameters, parameter
from ..storage.settings_record import BACKEND, FONT_FILE, INLINE, INTERACTIVE, SettingsRecord
from . import aliases, backends, environment, fonts, inline, rcparams
from .environment import StartUp
from .origins import SAYS_BACKEND, Origins


class Watch:
    """Know the settings of a kernel and who has set them, write them down as data, and notice that they have changed.

    To notice that takes about 50 us a cell.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    start : StartUp
        How the kernel was before its first cell.

    Attributes
    ----------
    origins : origins.Origins
        Who has set them.
    """

    def __init__(self, shell: Any, start: StartUp) -> None:
        self._shell = shell
        self._start = start
        self._fingerprint: tuple[Any, ...] = ()
        self._rc: dict[str, Any] = {}
        self._pristine: tuple[dict[str, Any], dict[str, Any]] | None = None
        self._fonts: tuple[int, list[str]] = 0, []
        self.origins = Origins()

    def pristine(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return snapshots of the rcParams right after the import of Matplotlib and of its defaults.

        To be called first when Matplotlib has just been imported.
        """
        if self._pristine is None:
            import matplotlib

            self._pristine = (
                rcparams.snapshot(original_parameters()),
                rcparams.snapshot(matplotlib.rcParamsDefault),
            )
        return self._pristine

    # Who has set what.

    def found(self) -> None:
        """Take what is in force for what has come from elsewhere than from a cell."""
        self.origins.found(self._look())

    def found_at_import(self, *, importing: bool) -> None:
        """Take what was in force right after the import of Matplotlib for that, whatever has been set since.

        Parameters
        ----------
        importing : bool
            Whether an import that a cell has asked for goes on: that of Matplotlib, or of a package that needs it.
        """
        origin = dict(self.pristine()[0])
        origin.pop("backend_fallback", None)
        origin[BACKEND] = self._start.backend or origin[BACKEND]
        inline_found = inline.configured(self._start.inline)
        self.origins.found({**origin, **{INLINE + key: value for key, value in inline_found.items()}})
        if importing:
            self.origins.import_begins(None)

    def import_begins(self) -> None:
        """Note that a module is about to run for the first time, in a cell."""
        self.origins.import_begins(self._look() if self._has_matplotlib() else None)

    def import_ends(self) -> None:
        """Note that it has run, whole or in part."""
        if self._has_matplotlib():
            self.origins.import_ends(self._look())

    def cell_ends(self, code: str) -> bool:
        """Take what has changed for the choice of a cell; return whether there may be something to write down.

        Parameters
        ----------
        code : str
            The source of the cell.
        """
        backend = self.origins.backend
        if not self.changed() and not SAYS_BACKEND.search(code):
            return False
        self.origins.cell_ends(self._look(), code)
        return self.changed() or self.origins.backend != backend

    @contextmanager
    def carrying(self, record: SettingsRecord) -> Iterator[None]:
        """Take what is set meanwhile for what an earlier incarnation has left, and what was set before for choices."""
        self.origins.cell_ends(self._look(), "")
        try:
            yield
        finally:
            self.origins.carry(record.chosen, record.imported, record.chosen_backend)
            self.found()

    def _has_matplotlib(self) -> bool:
        return hasattr(sys.modules.get("matplotlib"), "rcParams")

    def _look(self) -> dict[str, Any]:
        """Return all settings by their keys; they come from Matplotlib, which is there."""
        matplotlib: Any = sys.modules["matplotlib"]
        self.pristine()
        settings = rcparams.snapshot(matplotlib.rcParams)
        settings.pop("backend_fallback", None)
        settings[INTERACTIVE] = bool(matplotlib.is_interactive())
        settings.update((INLINE + key, value) for key, value in inline.capture(self._shell)[0].items())
        settings.update((FONT_FILE + name, True) for name in self._added_fonts())
        return settings

    def _added_fonts(self) -> list[str]:
        count = len(known_fonts())
        if count != self._fonts[0]:
            self._fonts = count, fonts.added()
        return self._fonts[1]

    # What is in force.

    def changed(self) -> bool:
        """Return whether anything may have changed since the last `capture`."""
        matplotlib: Any = sys.modules.get("matplotlib")
        if not hasattr(matplotlib, "rcParams"):
            return False
        try:
            same = bool(self._fingerprint == self._fingerprint_of(matplotlib))
        except Exception:  # an array among the values has no single truth
            same = False
        return not (same and rcparams.unchanged_since(self._rc, matplotlib.rcParams))

    def capture(self) -> SettingsRecord:
        """Return the settings in force, and what else a restore of them needs."""
        matplotlib: Any = sys.modules.get("matplotlib")
        if not hasattr(matplotlib, "rcParams"):
            return SettingsRecord.nothing()
        self._fingerprint = self._fingerprint_of(matplotlib)
        self._rc = rcparams.snapshot(matplotlib.rcParams)
        origin, defaults = self.pristine()
        rc_params, no_data = rcparams.changed(matplotlib.rcParams, defaults)
        chosen, imported = self.origins.chosen, self.origins.imported
        no_data = {key: why for key, why in no_data.items() if key in chosen or key in imported}
        inline_settings, unsaved_inline = inline.capture(self._shell)
        settings = {
            "backend": backends.current(matplotlib),
            "interactive": bool(matplotlib.is_interactive()),
            "rc_params": rc_params,
            "inline": inline_settings,
            "aliases": aliases.bound(self._shell.user_ns, hidden_names(self._shell)),
        }
        return SettingsRecord(
            settings=settings,
            origin=rcparams.changed(origin, defaults)[0],
            chosen=sorted(chosen),
            imported=sorted(imported),
            chosen_backend=self.origins.backend,
            environment={
                name: value
                for name, value in environment.variables().items()
                if self._start.variables.get(name) != value
            },
            printers=inline.in_force(self._shell, [])[0] is not None,
            fonts=fonts.known(matplotlib.rcParams),
            font_files=self._added_fonts(),
            modules=aliases.modules(),
            unsaved=[messages.missing_parameter(key, why) for key, why in no_data.items()] + unsaved_inline,
            matplotlib=matplotlib.__version__,
            process=os.getpid(),
        )

    def _fingerprint_of(self, matplotlib: Any) -> tuple[Any, ...]:
        return (
            parameter(matplotlib.rcParams, "backend"),
            matplotlib.is_interactive(),
            inline.fingerprint(self._shell),
            aliases.bound(self._shell.user_ns, hidden_names(self._shell)),
            environment.variables(),
            len(known_fonts()),
        )
