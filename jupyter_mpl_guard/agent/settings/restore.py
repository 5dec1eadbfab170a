"""Restore the settings of an earlier incarnation, each kind on its own."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .. import messages
from ..internals.ipython import inputs, show_name
from ..internals.registries import fonts as known_fonts
from ..protocol import EMPTY_INLINE, Missing
from ..storage.packages import MATPLOTLIB
from ..storage.settings_record import INTERACTIVE
from . import aliases, backends, fonts, inline, rcparams
from .choice.origins import SHOWS_NOTHING
from .kept import kept

if TYPE_CHECKING:
    from ..storage.settings_record import SettingsRecord
    from .choice.watch import SettingsWatch

WHOLESALE = ("style.use", "rcdefaults", "rc_file", "set_theme", "set_style", "reset_defaults", "reset_orig")
"""Calls that may set any rcParam, also to its default."""


class SettingsRestore:
    """Restore an earlier incarnation's settings, in two steps that follow Matplotlib's own import.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    watch : watch.SettingsWatch
        The watch of this incarnation.
    record : settings_record.SettingsRecord
        What of it is carried over, see `settings_record.SettingsRecord.carried_over`.
    environment : str or None
        The variable ``MPLBACKEND`` as it was before the user's first cell.
    late : bool
        Whether cells may have chosen something before; not where Matplotlib is imported by the restore or after it has
        been planned.

    Attributes
    ----------
    restored : list of str
        The keys of the plot state that are in force again.
    missing : list of Missing
        What is not in force again.
    """

    def __init__(
        self,
        shell: Any,
        watch: SettingsWatch,
        record: SettingsRecord,
        environment: str | None,
        *,
        late: bool,
    ) -> None:
        self._shell = shell
        self._watch = watch
        self._saved = record.settings
        self._record = record
        self._environment = environment
        self._start_up_backend: str | None = None
        matplotlib = sys.modules.get("matplotlib")
        late = late and hasattr(matplotlib, "rcParams")
        if late and not any(inputs(shell)[1:]):  # a start-up file has imported it, no cell
            self._start_up_backend = backends.current(matplotlib)
            late = False
        self._late = late
        self._inline_touched = late and inline.configuration() is not None
        self._rc_done = False
        self.restored: list[str] = []
        self.missing: list[Missing] = list(record.unsaved)
        self._refused: dict[str, Any] = {}

    def rc_params(self) -> None:
        """Set the rcParams and interactive mode; needs ``matplotlib`` and not yet pyplot."""
        if self._rc_done:
            return
        self._rc_done = True
        with self._watch.carrying(self._record):
            with self._part(messages.RC_PARAMS):
                self._rc_params()
            with self._part(messages.INTERACTIVE_MODE):
                self._interactive()

    def everything(self) -> bool:
        """Import pyplot and restore what is saved; return whether that could be imported."""
        try:
            import_module("matplotlib.pyplot")
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a broken installation may raise anything
            why = messages.NO_MATPLOTLIB.format(error=messages.said(error))
            self.missing.append(Missing(messages.SETTINGS, why))
            return False
        self.rc_params()
        with self._watch.carrying(self._record):
            with self._part(messages.BACKEND):
                self._backend_over_rc_params()
            with self._part(messages.INLINE):
                self._inline()
            with self._part(messages.ALIASES):
                self._aliases()
            with self._part(messages.MODULES):
                self._modules()
            with self._part(messages.FONTS):
                self._fonts()
        return True

    @contextmanager
    def over_figures(self) -> Iterator[None]:
        """Restore the present settings when the block, in which figures come back, ends.

        What was refused before is set then: figures may have registered a colormap that it names.
        """
        import matplotlib

        with kept(self._shell):
            yield
        if self._refused:
            with self._watch.carrying(self._record):
                refused = rcparams.apply(matplotlib.rcParams, self._refused)
            self._refused = {key: value for key, value in self._refused.items() if key in refused}

    @contextmanager
    def _part(self, what: str) -> Iterator[None]:
        """Restore one part: its failure is reported and affects no other part."""
        try:
            yield
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self.missing.append(Missing(what, messages.FAILED.format(error=messages.described(error))))

    def _rc_params(self) -> None:
        import matplotlib

        chosen = self._watch.chosen

        def accepted(key: str) -> bool:
            group = key.partition(".")[0]
            return key not in chosen and not self._mentioned(key, *WHOLESALE, f"rc('{group}", f'rc("{group}')

        values, unknown = rcparams.carried(self._record, matplotlib.rcParams, self._watch.pristine()[1], accepted)
        refused = rcparams.apply(matplotlib.rcParams, values)
        self._refused = {key: values[key] for key in refused}
        refused.update(dict.fromkeys(unknown, messages.NO_SUCH_PARAMETER.format(version=matplotlib.__version__)))
        self.missing += [messages.missing_parameter(key, why) for key, why in refused.items()]
        if len(values) > len(refused) - len(unknown):
            self.restored.append("rc_params")

    def _interactive(self) -> None:
        import matplotlib

        if INTERACTIVE in self._saved and not self._mentioned("ion(", "ioff(", "interactive("):
            if self._carries_interactive():  # else it comes with the backend
                matplotlib.interactive(self._saved[INTERACTIVE])
            self.restored.append("interactive")

    def _backend_over_rc_params(self) -> None:
        """Choose the backend; parameters that it sets by itself (``InlineBackend.rc``) give way to those in force."""
        import matplotlib

        before = rcparams.snapshot(matplotlib.rcParams)
        try:
            with self._interactive_as_it_was():
                self._backend(matplotlib)
        finally:
            rcparams.put_back(matplotlib.rcParams, before)

    @contextmanager
    def _interactive_as_it_was(self) -> Iterator[None]:
        """Restore interactive mode after a backend is loaded, which may switch it on: it is loaded only once.

        Where nobody has chosen it and the backend in force switches it on, it was off because that was not loaded yet.
        """
        import matplotlib

        loaded, now = set(sys.modules), matplotlib.is_interactive()
        try:
            yield
        finally:
            if self._carries_interactive():
                matplotlib.interactive(now)
            elif set(sys.modules) != loaded and backends.current(matplotlib) not in backends.IPYTHON:
                matplotlib.interactive(self._saved.get(INTERACTIVE, now))

    def _carries_interactive(self) -> bool:
        return INTERACTIVE in self._record.chosen or INTERACTIVE in self._record.imported

    def _backend(self, matplotlib: Any) -> None:
        name = self._saved.get("backend")
        origin = self._start_up_backend or backends.short_name(
            self._environment or self._watch.pristine()[0]["backend"]
        )
        chosen = backends.current(matplotlib) != origin or self._mentioned(
            "%matplotlib", "matplotlib.use", "switch_backend"
        )
        if name is None or chosen or (self._start_up_backend and backends.short_name(name) in SHOWS_NOTHING):
            return
        try:
            backends.enable(self._shell, name)
            self.restored.append("backend")
        except backends.Unavailable as error:
            self.missing.append(messages.missing_backend(backends.short_name(name), self._instead(str(error))))

    def _instead(self, why: str) -> str:
        """Enable the inline backend in place of one that is not available; return why, and the result."""
        try:
            backends.enable(self._shell, "inline")
        except backends.Unavailable as error:
            return messages.NOTHING_INSTEAD.format(why=why, error=error)
        return messages.INLINE_INSTEAD.format(why=why)

    def _inline(self) -> None:
        saved = dict(self._saved.get("inline", {}))
        if "rc" in saved:  # the inline backend sets them as they are
            refused = rcparams.refused(saved["rc"])
            self.missing += [messages.missing_inline("rc", key, why) for key, why in refused.items()]
            saved["rc"] = {key: value for key, value in saved["rc"].items() if key not in refused}
        if self._inline_touched:
            now, _ = inline.capture(self._shell)
            saved = {
                key: value
                for key, value in saved.items()
                if now[key] == EMPTY_INLINE[key]
                and not self._mentioned(key, key.rstrip("s"), f"set_matplotlib_{key[:5]}")
            }
        in_force, _ = inline.capture(self._shell)
        hidden = self._record.printers and inline.in_force(self._shell, [])[0] is None
        if hidden or any(in_force[key] != value for key, value in saved.items()):
            with self._interactive_as_it_was():
                inline.restore(self._shell, saved)
            self.restored.append("inline")

    def _aliases(self) -> None:
        user_ns = self._shell.user_ns
        bound = False
        for alias, name in self._saved.get("aliases", {}).items():
            if alias in user_ns or not aliases.is_matplotlibs(name):
                continue
            module = self._imported(name, partial(messages.missing_name, alias))
            if module is not None:
                user_ns[alias] = module
                show_name(self._shell, alias)
                bound = True
        if bound:
            self.restored.append("aliases")

    def _modules(self) -> None:
        """Import the modules that the user's code may reach through a name for one of Matplotlib's packages."""
        if any(name in MATPLOTLIB for name in (self._saved.get("aliases") or {}).values()):
            for name in self._record.modules:
                self._imported(name, partial(messages.missing_module, name))

    def _imported(self, name: str, missing: Callable[[str], Missing]) -> ModuleType | None:
        """Import and return a module; where that fails, record what is missing without it and return None."""
        try:
            return import_module(name)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self.missing.append(missing(messages.NO_MODULE.format(module=name, error=messages.said(error))))
            return None

    def _fonts(self) -> None:
        import matplotlib
        from matplotlib import font_manager

        known = {font.fname for font in known_fonts()}
        for path in self._record.font_files:
            if path in known or not os.path.isfile(path):
                continue
            try:
                font_manager.fontManager.addfont(path)
            except Exception as error:
                why = messages.NO_FONT_FILE.format(error=messages.said(error))
                self.missing.append(Missing(messages.FONT_FILE.format(path=path), why))
        there = fonts.known(matplotlib.rcParams)
        self.missing += [
            Missing(messages.FONT.format(name=name), messages.NO_FONT)
            for name in self._record.fonts
            if name not in there
        ]

    def _mentioned(self, *words: str) -> bool:
        """Return whether one of some words has been used in a cell that may have chosen something."""
        cells = "\n".join(inputs(self._shell)) if self._late else ""
        return any(re.search(r"(?<!\w)" + re.escape(word), cells) for word in words)
