"""Call back when a module has been imported for the first time, by whomever."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any


class ImportHook:
    """Call back once right after a module has been imported for the first time, by whomever.

    Parameters
    ----------
    callbacks : mapping of str to callable
        Module name to what is called without arguments, in the importing thread; it must not raise.
    """

    def __init__(self, callbacks: Mapping[str, Callable[[], Any]]) -> None:
        self._callbacks = dict(callbacks)
        self._looking = threading.local()
        self._process = os.getpid()
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> ModuleSpec | None:
        """Find the module as if this hook were not there, and have its loader call back (PEP 451)."""
        if name not in self._callbacks or getattr(self._looking, "name", None) == name:
            return None
        self._looking.name = name
        try:
            spec = find_spec(name)
        finally:
            self._looking.name = None
        if spec is not None and hasattr(spec.loader, "exec_module"):
            self._follow(name, spec.loader)
        return spec

    def _follow(self, name: str, loader: Any) -> None:
        def exec_module(module: ModuleType) -> None:
            del loader.exec_module  # the loader is as it was before the module's own code runs
            loader.exec_module(module)
            callback = self._callbacks.pop(name, None)
            if not self._callbacks:
                self.remove()
            if callback and os.getpid() == self._process:
                callback()

        loader.exec_module = exec_module

    def remove(self) -> None:
        """Take the hook away; safe to call again."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
