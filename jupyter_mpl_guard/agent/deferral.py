"""Put work off until Matplotlib is there: because a cell imports it, or because the kernel has nothing else to do."""

import _thread
import asyncio
import os
import signal
import sys
import threading
from contextlib import contextmanager
from importlib.util import find_spec

STEPS = (
    "numpy",
    "numpy.ma",
    "PIL.Image",
    "pyparsing",
    "cycler",
    "kiwisolver",
    "contourpy",
    "dateutil.rrule",
    "matplotlib",
    "matplotlib.cm",
    "matplotlib.text",
    "matplotlib.image",
    "matplotlib.axes",
    "matplotlib.projections",
    "matplotlib.figure",
    "matplotlib.pyplot",
)
"""What ``import matplotlib.pyplot`` imports anyway, cut into pieces of 10-100 ms between which a cell can run."""

WIDGET_STEPS = ("ipywidgets",)
"""The same for ipympl, without ipympl itself: importing that chooses the backend."""

QUIET = 0.3
"""Seconds without a cell after which the kernel counts as idle."""


@contextmanager
def undisturbed():
    """Put an interrupt off until the block has ended: an import that is cut short leaves a broken package behind.

    It is delivered a moment later, when the cell that the user meant runs.
    """
    noted = []
    before = signal.signal(signal.SIGINT, lambda number, frame: noted.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if noted:
            threading.Timer(0.05, _thread.interrupt_main).start()


def loop():
    """Return the event loop that runs in this thread, None where there is none."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


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


class IdleWork:
    """Do something piece by piece while the kernel is idle, then call back.

    Parameters
    ----------
    loop : asyncio.AbstractEventLoop
        The kernel's main event loop.
    steps : sequence of callable
        The pieces, each of 10-100 ms at most; one that fails is passed over.
    is_busy : callable
        Tells whether a cell is running or has just run.
    done : callable
        Called without arguments after the last step, must not raise.
    """

    def __init__(self, loop, steps, is_busy, done):
        self._loop, self._steps, self._is_busy, self._done = loop, list(steps), is_busy, done
        self._handle = loop.call_later(QUIET, self._step)

    def cancel(self):
        """Do nothing more; safe to call again."""
        if self._handle is not None:
            self._handle.cancel()
        self._handle = None

    def _step(self):
        if self._is_busy():
            self._handle = self._loop.call_later(QUIET, self._step)
            return
        self._handle = None
        if not self._steps:
            self._done()
            return
        try:
            self._steps.pop(0)()
        except Exception:
            pass
        # Not call_soon: the loop has to look at its sockets in between, where a cell may wait.
        self._handle = self._loop.call_later(0.001, self._step)
