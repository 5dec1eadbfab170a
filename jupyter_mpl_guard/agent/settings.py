"""Plotting settings: what a kernel's Matplotlib is set to, and how to set the next incarnation's to the same."""

import os
import re
import sys
from types import ModuleType

from . import backends, inline, rcparams

NOTHING = {"backend": None, "interactive": False, "rc_params": {}, "inline": inline.DEFAULTS, "aliases": {}}
"""The settings of a kernel that has not imported Matplotlib."""


PACKAGES = ("matplotlib", "mpl_toolkits")
"""Matplotlib's packages; its module ``pylab`` has no submodules."""

WHOLESALE = ("style.use", "rcdefaults", "rc_file", "set_theme", "set_style", "reset_defaults", "reset_orig")
"""Calls that may set any rcParam, also to its default."""

_CACHED = re.compile(r"(_{1,3}|_i{1,3}|_i?\d+|_[iod]h)$")  # IPython's names for results and inputs


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
                rcparams.snapshot(matplotlib.rcParamsOrig),
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
            The keys of `NOTHING`, as the plot state has them.
        record : dict
            ``origin``: the parameters that differed from the defaults right after the import (the ``matplotlibrc``);
            ``printers``: whether IPython shows figures as images; ``fonts``: the font families in use that this
            kernel knows; ``font_files``: files of fonts that were added to Matplotlib's; ``modules``: Matplotlib's
            modules that are loaded; ``unsaved``: a list of ``{"what", "why"}``; ``matplotlib``: its version;
            ``process``: the kernel's process id.
        """
        matplotlib = sys.modules.get("matplotlib")
        if not hasattr(matplotlib, "rcParams"):
            return dict(NOTHING), {}
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
            "aliases": aliases(self._shell.user_ns),
        }
        unsaved.update(unsaved_inline)
        record = {
            "origin": rcparams.changed(origin, defaults)[0],
            "printers": inline.in_force(self._shell, {})[0] is not None,
            "fonts": known_fonts(matplotlib.rcParams),
            "font_files": added_fonts(),
            "unsaved": [{"what": what, "why": why} for what, why in unsaved.items()],
            "modules": loaded_modules(),
            "matplotlib": matplotlib.__version__,
            "process": os.getpid(),
        }
        return settings, record

    def _cheap_token(self, matplotlib):
        return (
            dict.get(matplotlib.rcParams, "backend"),
            matplotlib.is_interactive(),
            inline.token(self._shell),
            aliases(self._shell.user_ns),
            len(getattr(getattr(sys.modules.get("matplotlib.font_manager"), "fontManager", None), "ttflist", ())),
        )


class Restore:
    """Bring an earlier incarnation's settings back, in two steps that follow Matplotlib's own import.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    watch : Watch
        The watch of this incarnation.
    saved, record : dict
        What `Watch.capture` returned in the earlier incarnation.
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
        if late and not any(shell.history_manager.input_hist_raw[1:]):  # a start-up file has imported it, not the user
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
                if key not in rcparams.NOT_OURS and not rcparams.same(value, dict.get(matplotlib.rcParams, key))
            },
        )
        self._inline()
        self._aliases()
        self._fonts()
        lost = [name for name in self._record.get("fonts", []) if name not in known_fonts(matplotlib.rcParams)]
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
                if now[key] == inline.DEFAULTS[key]
                and not self._spoken(key, key.rstrip("s"), f"set_matplotlib_{key[:5]}")
            }
        shown = not self._record.get("printers") or inline.in_force(self._shell, {})[0] is not None
        if saved and (not shown or saved != inline.DEFAULTS or inline.capture(self._shell)[0] != inline.DEFAULTS):
            inline.restore(self._shell, saved)
            self.restored.append("inline")

    def _fonts(self):
        from matplotlib import font_manager

        known = {font.fname for font in font_manager.fontManager.ttflist}
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
            if alias in user_ns or not _is_matplotlibs(name):
                continue
            try:
                user_ns[alias] = import_module(name)
            except Exception as error:
                self.missing.append({"what": f"the name {alias}", "why": f"{name} cannot be imported ({error})"})
                continue
            self._shell.user_ns_hidden.pop(alias, None)
        if any(name in PACKAGES for name in saved.values()):  # whose submodules the user's code may reach through it
            for name in self._record.get("modules", []):
                try:
                    import_module(name)
                except Exception as error:
                    self.missing.append({"what": f"the module {name}", "why": f"it cannot be imported ({error})"})
        if saved:
            self.restored.append("aliases")


def aliases(user_ns):
    """Return name to module name for the user's names that are bound to modules of Matplotlib."""
    return {
        name: value.__name__
        for name, value in list(user_ns.items())
        if type(value) is ModuleType and _is_matplotlibs(getattr(value, "__name__", None)) and not _CACHED.match(name)
    }


def loaded_modules():
    """Return the public modules of Matplotlib's packages that are loaded, backends apart, sorted."""
    return sorted(
        name
        for name in list(sys.modules)
        if name.startswith(tuple(package + "." for package in PACKAGES))
        and "._" not in name
        and not name.startswith(("matplotlib.backends.", "matplotlib.testing", "matplotlib.tests"))
    )


def known_fonts(rc):
    """Return the font families of the parameters that Matplotlib's font manager has a file for, sorted."""
    manager = sys.modules.get("matplotlib.font_manager")
    if not hasattr(manager, "fontManager"):
        return []
    families = dict.get(rc, "font.family", [])
    wanted = set()
    for family in [families] if isinstance(families, str) else families:
        wanted.update(dict.get(rc, "font." + family, [family]))
    return sorted(wanted & {font.name for font in manager.fontManager.ttflist})


def added_fonts():
    """Return the files of the fonts that are neither Matplotlib's own nor installed in the system's folders, sorted."""
    manager = sys.modules.get("matplotlib.font_manager")
    if not hasattr(manager, "fontManager"):
        return []
    import matplotlib

    names = ("X11FontDirectories", "OSXFontDirectories", "MSUserFontDirectories")  # module constants, since 1.0
    usual = [matplotlib.get_data_path(), os.environ.get("WINDIR", "/usr/share/fonts")]
    usual += [os.path.expanduser(str(folder)) for name in names for folder in getattr(manager, name, ())]
    files = (str(font.fname) for font in manager.fontManager.ttflist)
    return sorted({name for name in files if not name.startswith(tuple(filter(None, usual)))})


def _is_matplotlibs(module):
    return isinstance(module, str) and module.partition(".")[0] in ("matplotlib", "mpl_toolkits", "pylab")
