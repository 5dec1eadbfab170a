"""Work for the time in which the kernel has nothing else to do."""

import asyncio

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


def loop():
    """Return the event loop that runs in this thread, None where there is none."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


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
