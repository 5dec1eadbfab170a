"""Notice imports: of given modules by any code, and of all that a cell asks for.

Both are meta path finders (PEP 451) that find what the other finders find. They make the loader of a module call back
around the run of the module's own code, and restore the loader before that code runs.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import FunctionType, ModuleType
from typing import Any

_AGENT = __name__.rpartition(".")[0]


class ImportHook:
    """Call back once right after a module has been imported for the first time, by any code.

    Parameters
    ----------
    callbacks : mapping of str to callable
        Module name to a callback without arguments, called in the importing thread; it must not raise.
    """

    def __init__(self, callbacks: Mapping[str, Callable[[], Any]]) -> None:
        self._callbacks = dict(callbacks)
        self._looking = threading.local()
        self._process = os.getpid()
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> ModuleSpec | None:
        """Find the module as if this hook were not there, and make its loader call back."""
        if name not in self._callbacks or getattr(self._looking, "name", None) == name:
            return None
        self._looking.name = name
        try:
            spec = find_spec(name)
        finally:
            self._looking.name = None
        if spec is not None:
            _follow(spec.loader, lambda: True, lambda imported: self._call_back(name) if imported else None)
        return spec

    def remove(self) -> None:
        """Remove the hook; safe to call again."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def _call_back(self, name: str) -> None:
        callback = self._callbacks.pop(name, None)
        if not self._callbacks:
            self.remove()
        if callback and os.getpid() == self._process:
            callback()


class ImportWatch:
    """Call before and after the imports that a cell asks for, not those that are part of another one.

    Parameters
    ----------
    is_cell_running : callable
        Returns whether a cell is running; nothing is followed while none is.
    before, after : callable
        Called without arguments around the run of a module, in the main thread only; they must not raise.

    Attributes
    ----------
    inside : bool
        Whether an import is being followed.

    Notes
    -----
    A module that is already loaded never comes here. The finder stays on the meta path while an import is followed:
    removing it would change the list under another thread that is going through it.
    """

    def __init__(
        self, is_cell_running: Callable[[], bool], before: Callable[[], Any], after: Callable[[], Any]
    ) -> None:
        self._is_cell_running = is_cell_running
        self._before = before
        self._after = after
        self.inside = False
        self._process = os.getpid()
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> ModuleSpec | None:
        """Find the module as if this watch were not there, and make its loader call before and after."""
        if self.inside or not self._is_cell_running() or not self._is_here():
            return None
        if name in sys.modules or name.startswith(_AGENT):  # a module that is loaded once more, one of the agent
            return None
        self.inside = True
        try:
            spec = find_spec(name)
        except Exception:  # the import system asks that finder again, and raises the error itself
            return None
        finally:
            self.inside = False
        if spec is not None:
            _follow(spec.loader, self._begin, self._end)
        return spec

    def remove(self) -> None:
        """Remove the watch; safe to call again."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def _is_here(self) -> bool:
        return threading.current_thread() is threading.main_thread() and os.getpid() == self._process

    def _begin(self) -> bool:
        if self.inside or not self._is_here():
            return False
        self.inside = True
        self._before()
        return True

    def _end(self, imported: bool) -> None:
        self._after()
        self.inside = False


def _follow(loader: Any, before: Callable[[], bool], after: Callable[[bool], None]) -> None:
    """Make a loader call `before` and, if it returns True, ``after(imported)`` around the next module that it runs."""
    if isinstance(loader, type) or not hasattr(loader, "exec_module"):
        return

    followed = vars(loader).get("exec_module") if hasattr(loader, "__dict__") else None

    def exec_module(module: ModuleType) -> None:
        vars(loader).pop("exec_module", None)  # the loader is restored before the module's own code runs
        if followed is not None:
            loader.exec_module = followed
        follows = before()
        try:
            loader.exec_module(module)
        except BaseException:
            if follows:
                after(False)
            raise
        if follows:
            after(True)

    _leave_out_of_tracebacks(exec_module)
    try:
        loader.exec_module = exec_module
    except AttributeError:  # a loader with slots: its module is not followed
        pass


def _leave_out_of_tracebacks(function: Any) -> None:
    """Hide the frames of a function from tracebacks, like those of the import system around them.

    CPython recognizes these by the name of their file, since 3.3, when an import statement fails. Where it does not,
    the traceback of a failed import shows one frame more.
    """
    if isinstance(function, FunctionType):
        function.__code__ = function.__code__.replace(co_filename="<frozen importlib._bootstrap>")
