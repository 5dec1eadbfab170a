"""Plotting settings: capture those of a kernel's Matplotlib as data, and detect that they have changed."""

from __future__ import annotations

import os
import sys
from typing import Any

from .. import messages
from ..internals.ipython import hidden_names
from ..internals.memory import found_in
from ..internals.registries import fonts as known_fonts
from ..internals.registries import original_parameters, parameter
from ..storage.settings_record import BACKEND, FONT_FILE, INLINE, INTERACTIVE, SettingsRecord
from . import aliases, backends, environment, fonts, inline, rcparams
from .choice.origins import Origins
from .environment import StartUp


class SettingsCapture:
    """Capture the settings of a kernel as data, and detect that they have changed.

    To detect that takes about 50 us a cell.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    start : StartUp
        State of the kernel before its first cell.
    """

    def __init__(self, shell: Any, start: StartUp) -> None:
        self._shell = shell
        self._start = start
        self._fingerprint: tuple[Any, ...] = ()
        self._rc: dict[str, Any] = {}
        self._pristine: tuple[dict[str, Any], dict[str, Any]] | None = None
        self._fonts: tuple[int, list[str]] = 0, []

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

    def all_settings(self) -> dict[str, Any]:
        """Return all settings by their keys; Matplotlib has to be imported."""
        matplotlib: Any = sys.modules["matplotlib"]
        self.pristine()
        settings = rcparams.snapshot(matplotlib.rcParams)
        settings.pop("backend_fallback", None)
        settings[BACKEND] = backends.in_force(matplotlib)
        settings[INTERACTIVE] = bool(matplotlib.is_interactive())
        settings.update((INLINE + key, value) for key, value in inline.capture(self._shell)[0].items())
        settings.update((FONT_FILE + name, True) for name in self._added_fonts())
        return settings

    def changed(self) -> bool:
        """Return whether anything may have changed since the last `capture`."""
        matplotlib: Any = sys.modules.get("matplotlib")
        if found_in("matplotlib", "rcParams") is None:
            return False
        try:
            same = bool(self._fingerprint == self._fingerprint_of(matplotlib))
        except Exception:  # an array among the values has no single truth
            same = False
        return not (same and rcparams.unchanged_since(self._rc, matplotlib.rcParams))

    def capture(self, origins: Origins) -> SettingsRecord:
        """Return the settings in force, and what else a restore of them needs.

        Parameters
        ----------
        origins : origins.Origins
            Who has set them.
        """
        matplotlib: Any = sys.modules.get("matplotlib")
        if found_in("matplotlib", "rcParams") is None:
            return SettingsRecord.nothing()
        self._fingerprint = self._fingerprint_of(matplotlib)
        self._rc = rcparams.snapshot(matplotlib.rcParams)
        origin, defaults = self.pristine()
        rc_params, no_data = rcparams.changed(matplotlib.rcParams, defaults)
        chosen, imported = origins.chosen, origins.imported
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
            chosen_backend=origins.backend,
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

    def _added_fonts(self) -> list[str]:
        count = len(known_fonts())
        if count != self._fonts[0]:
            self._fonts = count, fonts.added()
        return self._fonts[1]

    def _fingerprint_of(self, matplotlib: Any) -> tuple[Any, ...]:
        return (
            parameter(matplotlib.rcParams, "backend"),
            matplotlib.is_interactive(),
            inline.fingerprint(self._shell),
            aliases.bound(self._shell.user_ns, hidden_names(self._shell)),
            environment.variables(),
            len(known_fonts()),
        )
