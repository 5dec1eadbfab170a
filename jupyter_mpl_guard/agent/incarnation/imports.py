"""Hearing of the imports of Matplotlib, and of all that cells import: what an import sets is no choice."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .. import import_hook, interrupts
from ..internals.ipython import inputs

if TYPE_CHECKING:
    from .parts import Parts


class Imports:
    """Tell the parts of an incarnation of imports.

    Parameters
    ----------
    parts : parts.Parts
        Those of the incarnation.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._hook: import_hook.ImportHook | None = None
        self._watch: import_hook.ImportWatch | None = None

    def begin(self, *, same_process: bool) -> None:
        """Listen from now on.

        Parameters
        ----------
        same_process : bool
            Whether another version of the agent has already begun in this process.
        """
        self._await_matplotlib()
        self._know_origins(same_process)

    def end(self) -> None:
        """Listen no more; safe to call again."""
        for finder in (self._hook, self._watch):
            if finder is not None:
                finder.remove()

    def _await_matplotlib(self) -> None:
        """Hear when Matplotlib is imported, unless it is there already."""
        safe = self._parts.safe_hook
        if "matplotlib.figure" in sys.modules:
            return
        callbacks = {"matplotlib.figure": safe(self._at_figures, any_thread=True)}
        if "matplotlib" not in sys.modules:
            at_pyplot = safe(self._at_pyplot, interrupted=interrupts.interrupt_soon)
            callbacks.update({"matplotlib": safe(self._at_matplotlib, any_thread=True), "matplotlib.pyplot": at_pyplot})
        self._hook = import_hook.ImportHook(callbacks)

    def _know_origins(self, same_process: bool) -> None:
        """Distinguish from now on what cells choose from what was set before them, and from what an import sets."""
        parts = self._parts
        if "matplotlib" in sys.modules:
            if any(inputs(parts.shell)[1:]) and not same_process:
                parts.need_watch().found_at_import(importing=False)
            else:
                parts.need_watch().found()
        self._watch = import_hook.ImportWatch(
            lambda: parts.activity.running,
            parts.safe_hook(self._import_begins, any_thread=True),
            parts.safe_hook(self._import_ends, any_thread=True),
        )

    def _import_begins(self) -> None:
        if "matplotlib" in sys.modules:
            self._parts.need_watch().import_begins()

    def _import_ends(self) -> None:
        if "matplotlib" in sys.modules:
            self._parts.need_watch().import_ends()

    def _at_matplotlib(self) -> None:
        self._parts.need_watch().found_at_import(importing=self._watch is not None and self._watch.inside)
        if self._parts.scheduler is not None:
            self._parts.scheduler.at_matplotlib()

    def _at_figures(self) -> None:
        self._parts.need_figures().live.listen()

    def _at_pyplot(self) -> None:
        if self._parts.scheduler is not None:
            self._parts.scheduler.at_pyplot()
