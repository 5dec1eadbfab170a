"""Plotting settings: what a kernel's Matplotlib is set to, as data, and noticing that it has changed."""

import os
import sys

from ..internals.registries import fonts as known_fonts
from ..internals.registries import original_parameters, parameter
from ..protocol import EMPTY_SETTINGS
from . import aliases, backends, fonts, inline, rcparams


class Watch:
    """Notice that a setting has changed, in about 50 us a cell, and write the settings down as data.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    """

    def __init__(self, shell):
        self._shell = shell
        self._token = None
        self._rc = {}
        self._pristine = None

    def pristine(self):
        """Return snapshots of the rcParams right after Matplotlib's import and of its defaults.

        To be called first when Matplotlib has just been imported.
        """
        if self._pristine is None:
            import matplotlib

            self._pristine = (
                rcparams.snapshot(original_parameters()),
                rcparams.snapshot(matplotlib.rcParamsDefault),
            )
        return self._pristine

    def changed(self):
        """Tell whether anything may have changed since the last `capture`."""
        matplotlib = sys.modules.get("matplotlib")
        if not hasattr(matplotlib, "rcParams"):
            return False
        try:
            same = bool(self._token == self._cheap_token(matplotlib))
        except Exception:  # an array among the values has no single truth
            same = False
        return not (same and rcparams.unchanged_since(self._rc, matplotlib.rcParams))

    def capture(self):
        """Return the settings in force and the record that a restore of them needs.

        Returns
        -------
        settings : dict
            The keys of `EMPTY_SETTINGS`, as the plot state has them.
        record : dict
            ``origin``: the parameters that differed from the defaults right after the import (the ``matplotlibrc``);
            ``printers``: whether IPython shows figures as images; ``fonts``: the font families in use that this
            kernel knows; ``font_files``: files of fonts that were added to Matplotlib's; ``modules``: Matplotlib's
            modules that are loaded; ``unsaved``: a list of ``{"what", "why"}``; ``matplotlib``: its version;
            ``process``: the kernel's process id.
        """
        matplotlib = sys.modules.get("matplotlib")
        if not hasattr(matplotlib, "rcParams"):
            return dict(EMPTY_SETTINGS), {}
        self._token, self._rc = self._cheap_token(matplotlib), rcparams.snapshot(matplotlib.rcParams)
        origin, defaults = self.pristine()
        rc_params, unsaved = rcparams.changed(matplotlib.rcParams, defaults)
        unsaved = {f"rcParams[{key!r}]": why for key, why in unsaved.items()}
        inline_settings, unsaved_inline = inline.capture(self._shell)
        settings = {
            "backend": backends.current(matplotlib),
            "interactive": bool(matplotlib.is_interactive()),
            "rc_params": rc_params,
            "inline": inline_settings,
            "aliases": aliases.bound(self._shell.user_ns),
        }
        unsaved.update(unsaved_inline)
        record = {
            "origin": rcparams.changed(origin, defaults)[0],
            "printers": inline.in_force(self._shell, {})[0] is not None,
            "fonts": fonts.known(matplotlib.rcParams),
            "font_files": fonts.added(),
            "unsaved": [{"what": what, "why": why} for what, why in unsaved.items()],
            "modules": aliases.modules(),
            "matplotlib": matplotlib.__version__,
            "process": os.getpid(),
        }
        return settings, record

    def _cheap_token(self, matplotlib):
        return (
            parameter(matplotlib.rcParams, "backend"),
            matplotlib.is_interactive(),
            inline.token(self._shell),
            aliases.bound(self._shell.user_ns),
            len(known_fonts()),
        )
