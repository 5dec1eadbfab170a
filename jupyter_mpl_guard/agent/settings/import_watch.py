"""Notice which imports come directly from a cell, to tell what a package sets when it is imported from a choice."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, Callable


class ImportWatch:
    """Call before and after each import that is not part of another one: a meta path finder (PEP 451).

    Parameters
    ----------
    before, after : callable
        Called without arguments around the run of a module, in the main thread only; they must not raise.

    Notes
    -----
    A module that is already loaded never comes here. Nested imports, of which a package has hundreds, cost one look at
    a flag each.
    """

    def __init__(self, before: Callable[[], None], after: Callable[[], None]) -> None:
        self._before, self._after = before, after
        self._inside = False
        self._process, self._thread = os.getpid(), threading.main_thread().ident
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> Any:
        """Return the specification that others find, with a loader that calls before and after the module runs."""
        if self._inside or threading.get_ident() != self._thread or os.getpid() != self._process:
            return None
        self._inside = True
        try:
            spec = find_spec(name)
        finally:
            self._inside = False
        loader = getattr(spec, "loader", None)
        if loader is not None and not isinstance(loader, type) and hasattr(loader, "exec_module"):
            self._follow(loader)
        return spec

    def _follow(self, loader: Any) -> None:
        def exec_module(module: Any) -> None:
            del loader.exec_module  # the loader is as it was before the module's own code runs
            if self._inside:
                loader.exec_module(module)
                return
            self._inside = True
            self._before()
            try:
                loader.exec_module(module)
            finally:
                self._inside = False
                self._after()

        try:
            loader.exec_module = exec_module
        except AttributeError:  # a loader with slots: its module is not followed
            pass

    def remove(self) -> None:
        """Take the watch away; safe to call again."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
