"""Bringing the settings of an earlier incarnation back."""

import os
import sys

from ..internals.ipython import inputs, show_name
from ..internals.registries import fonts as known_fonts
from ..internals.registries import parameter
from ..protocol import EMPTY_INLINE
from . import aliases, backends, fonts, inline, rcparams

WHOLESALE = ("style.use", "rcdefaults", "rc_file", "set_theme", "set_style", "reset_defaults", "reset_orig")
"""Calls that may set any rcParam, also to its default."""


class Restore:
    """Bring an earlier incarnation's settings back, in two steps that follow Matplotlib's own import.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    watch : settings.Watch
        The watch of this incarnation.
    saved, record : dict
        What `settings.Watch.capture` returned in the earlier incarnation.
    spoken : callable
        ``spoken(*words)`` tells whether the user's cells of this incarnation have already used one of the words. It
        is asked only where Matplotlib was imported before the restore came.

    Attributes
    ----------
    restored : list of str
        The keys of the plot state that are in force again.
    missing : list of dict
        ``{"what", "why"}`` of everything that is not.
    """

    def __init__(self, shell, watch, saved, record, spoken):
        self._shell, self._watch, self._saved, self._record = shell, watch, saved, record
        self._environment = os.environ.get("MPLBACKEND")  # ipykernel's, or the user's from before the kernel
        self._untouched = self._start_up_backend = None
        matplotlib = sys.modules.get("matplotlib")
        late = hasattr(matplotlib, "rcParams")
        if late and not any(inputs(shell)[1:]):  # a start-up file has imported it, not the user
            self._untouched = rcparams.snapshot(matplotlib.rcParams)
            self._start_up_backend = backends.current(matplotlib)
            late = False
        self._spoken = spoken if late else lambda *words: False
        self._inline_touched = late and inline.configuration() is not None
        self._rc_done = False
        self.restored = []
        self.missing = list(record.get("unsaved", []))

    def rc_params(self):
        """Set the rcParams and interactive mode; needs ``matplotlib`` and not yet pyplot."""
        if self._rc_done:
            return
        self._rc_done = True
        import matplotlib

        origin, defaults = self._watch.pristine()
        values, unknown = rcparams.merge(
            self._saved.get("rc_params", {}),
            self._record.get("origin", {}),
            matplotlib.rcParams,
            self._untouched or origin,
            origin,
            defaults,
            lambda key: not self._spoken(key, *WHOLESALE, *(f"rc({quote}{key.partition('.')[0]}" for quote in "'\"")),
        )
        refused = rcparams.apply(matplotlib.rcParams, values)
        refused.update((key, f"Matplotlib {matplotlib.__version__} has no such parameter") for key in unknown)
        self.missing += [{"what": f"rcParams[{key!r}]", "why": why} for key, why in refused.items()]
        if self._saved.get("rc_params") and len(refused) < len(self._saved["rc_params"]):
            self.restored.append("rc_params")
        if not self._spoken("ion(", "ioff(", "interactive("):
            matplotlib.interactive(self._saved.get("interactive", False))
            self.restored.append("interactive")

    def everything(self):
        """Import pyplot and set the backend, the rcParams, the inline configuration, interactive mode and aliases."""
        import matplotlib
        from matplotlib import pyplot  # noqa: F401

        self.rc_params()
        before, interactive = rcparams.snapshot(matplotlib.rcParams), matplotlib.is_interactive()
        self._backend(matplotlib)
        matplotlib.interactive(interactive)
        # Enabling a backend may set parameters of its own (InlineBackend.rc); the restored ones go before them.
        rcparams.apply(
            matplotlib.rcParams,
            {
                key: value
                for key, value in before.items()
                if key not in rcparams.NOT_OURS and not rcparams.same(value, parameter(matplotlib.rcParams, key))
            },
        )
        self._inline()
        self._aliases()
        self._fonts()
        lost = [name for name in self._record.get("fonts", []) if name not in fonts.known(matplotlib.rcParams)]
        self.missing += [
            {"what": f"font {name!r}", "why": "this kernel does not know it; add it with fontManager.addfont"}
            for name in lost
        ]

    def _backend(self, matplotlib):
        name = self._saved.get("backend")
        origin = self._start_up_backend or backends.short_name(
            self._environment or self._watch.pristine()[0]["backend"]
        )
        chosen = backends.current(matplotlib) != origin or self._spoken(
            "%matplotlib", "matplotlib.use", "switch_backend"
        )
        if name is None or chosen:
            return
        try:
            backends.enable(self._shell, name)
            self.restored.append("backend")
        except backends.Unavailable as error:
            self.missing.append({"what": f"backend {name!r}", "why": f"{error}; inline is in its place"})
            backends.enable(self._shell, "inline")

    def _inline(self):
        saved = self._saved.get("inline", {})
        if self._inline_touched:
            now, _ = inline.capture(self._shell)
            saved = {
                key: value
                for key, value in saved.items()
                if now[key] == EMPTY_INLINE[key] and not self._spoken(key, key.rstrip("s"), f"set_matplotlib_{key[:5]}")
            }
        shown = not self._record.get("printers") or inline.in_force(self._shell, {})[0] is not None
        if saved and (not shown or saved != EMPTY_INLINE or inline.capture(self._shell)[0] != EMPTY_INLINE):
            inline.restore(self._shell, saved)
            self.restored.append("inline")

    def _fonts(self):
        from matplotlib import font_manager

        known = {font.fname for font in known_fonts()}
        for path in self._record.get("font_files", []):
            if path in known:
                continue
            try:
                font_manager.fontManager.addfont(path)
            except Exception as error:
                self.missing.append({"what": f"the font file {path}", "why": f"it cannot be added ({error})"})

    def _aliases(self):
        from importlib import import_module

        saved, user_ns = self._saved.get("aliases", {}), self._shell.user_ns
        for alias, name in saved.items():
            if alias in user_ns or not aliases.is_matplotlibs(name):
                continue
            try:
                user_ns[alias] = import_module(name)
            except Exception as error:
                self.missing.append({"what": f"the name {alias}", "why": f"{name} cannot be imported ({error})"})
                continue
            show_name(self._shell, alias)
        if any(
            name in aliases.PACKAGES for name in saved.values()
        ):  # whose submodules the user's code may reach through it
            for name in self._record.get("modules", []):
                try:
                    import_module(name)
                except Exception as error:
                    self.missing.append({"what": f"the module {name}", "why": f"it cannot be imported ({error})"})
        if saved:
            self.restored.append("aliases")
