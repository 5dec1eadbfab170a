"""Plotting settings: what the Matplotlib of a kernel is set to, as data, and noticing that it has changed."""

from __future__ import annotations

import os
import sys
from typing import Any

from ..internals.registries import fonts as known_fonts
from ..internals.registries import original_parameters, parameter
from ..protocol import EMPTY_SETTINGS, Missing
from ..storage.settings_record import SettingsRecord
from . import aliases, backends, fonts, inline, rcparams


class Watch:
    """Notice that a setting has changed, in about 50 us a cell, and write the settings down as data.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._fingerprint: tuple[Any, ...] = ()
        self._rc: dict[str, Any] = {}
        self._pristine: tuple[dict[str, Any], dict[str, Any]] | None = None

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
            return SettingsRecord(dict(EMPTY_SETTINGS))
        self._fingerprint, self._rc = self._fingerprint_of(matplotlib), rcparams.snapshot(matplotlib.rcParams)
        origin, defaults = self.pristine()
        rc_params, unsaved = rcparams.changed(matplotlib.rcParams, defaults)
        unsaved = {f"rcParams[{key!r}]": why for key, why in unsaved.items()}
        inline_settings, unsaved_inline = inline.capture(self._shell)
        unsaved.update(unsaved_inline)
        settings = {
            "backend": backends.current(matplotlib),
            "interactive": bool(matplotlib.is_interactive()),
            "rc_params": rc_params,
            "inline": inline_settings,
            "aliases": aliases.bound(self._shell.user_ns),
        }
        return SettingsRecord(
            settings=settings,
            origin=rcparams.changed(origin, defaults)[0],
            printers=inline.in_force(self._shell, {})[0] is not None,
            fonts=fonts.known(matplotlib.rcParams),
            font_files=fonts.added(),
            modules=aliases.modules(),
            unsaved=[Missing(what, why) for what, why in unsaved.items()],
            matplotlib=matplotlib.__version__,
            process=os.getpid(),
        )

    def _fingerprint_of(self, matplotlib: Any) -> tuple[Any, ...]:
        return (
            parameter(matplotlib.rcParams, "backend"),
            matplotlib.is_interactive(),
            inline.fingerprint(self._shell),
            aliases.bound(self._shell.user_ns),
            len(known_fonts()),
        )
