"""Hooks on the imports of Matplotlib, and on all imports by cells: what an import sets is not the user's choice."""

from __future__ import annotations

import sys

from .. import import_hook, interrupts
from ..internals.ipython import inputs
from ..settings.lazy_settings import LazySettings
from .incarnation import Incarnation
from .lazy_figures import LazyFigures
from .restores import Restores


class Imports:
    """Notify settings, figures and restores of one incarnation of imports.

    Parameters
    ----------
    restores : restores.Restores
        What the last incarnation has left.
    """

    def __init__(
        self, incarnation: Incarnation, settings: LazySettings, figures: LazyFigures, restores: Restores
    ) -> None:
        self._shell = incarnation.shell
        self._loop = incarnation.loop
        self._safe_hook = incarnation.safe_hook
        self._settings = settings
        self._figures = figures
        self._restores = restores
        self._hook: import_hook.ImportHook | None = None
        self._watch: import_hook.ImportWatch | None = None

    def begin(self, *, same_process: bool) -> None:
        """Start listening.

        Parameters
        ----------
        same_process : bool
            Whether another version of the agent has already begun in this process.
        """
        self._await_matplotlib()
        self._settings.begin(has_run_cells=any(inputs(self._shell)[1:]) and not same_process)
        self._watch = import_hook.ImportWatch(
            lambda: self._loop.running,
            self._safe_hook(self._settings.import_begins, any_thread=True),
            self._safe_hook(self._settings.import_ends, any_thread=True),
        )

    def end(self) -> None:
        """Stop listening; safe to call again."""
        for finder in (self._hook, self._watch):
            if finder is not None:
                finder.remove()

    def _await_matplotlib(self) -> None:
        """Register callbacks for the import of Matplotlib, unless it is there already."""
        safe = self._safe_hook
        if "matplotlib.figure" in sys.modules:
            return
        callbacks = {"matplotlib.figure": safe(self._figures.listen, any_thread=True)}
        if "matplotlib" not in sys.modules:
            at_pyplot = safe(self._restores.at_pyplot, interrupted=interrupts.interrupt_soon)
            callbacks.update({"matplotlib": safe(self._at_matplotlib, any_thread=True), "matplotlib.pyplot": at_pyplot})
        self._hook = import_hook.ImportHook(callbacks)

    def _at_matplotlib(self) -> None:
        self._settings.at_matplotlib(importing=self._watch is not None and self._watch.inside)
        self._restores.at_matplotlib()
