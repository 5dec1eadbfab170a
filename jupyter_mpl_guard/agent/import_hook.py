"""Call back when a module has been imported for the first time, by whomever."""

import os
import sys
import threading
from importlib.util import find_spec


class ImportHook:
    """Call back once right after a module has been imported for the first time, by whomever.

    Parameters
    ----------
    callbacks : dict
        Module name to a callable without arguments, which must not raise. It is called in the importing thread.
    """

    def __init__(self, callbacks):
        self._callbacks = dict(callbacks)
        self._looking = threading.local()
        self._process = os.getpid()
        sys.meta_path.insert(0, self)

    def find_spec(self, name, path=None, target=None):
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

    def _follow(self, name, loader):
        def exec_module(module):
            del loader.exec_module  # the loader is as it was before the module's own code runs
            loader.exec_module(module)
            callback = self._callbacks.pop(name, None)
            if not self._callbacks:
                self.remove()
            if callback and os.getpid() == self._process:
                callback()

        loader.exec_module = exec_module

    def remove(self):
        """Take the hook away; safe to call again."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
