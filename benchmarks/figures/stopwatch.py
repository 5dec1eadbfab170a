"""Time a kernel's cells from within; the source of this module is sent into kernels."""

from time import perf_counter


class Stopwatch:
    """Record each cell's milliseconds, without what is shown or saved when it has ended.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell. Matplotlib must not have been imported in it: its display would come before the end.
    """

    def __init__(self, shell):
        self.milliseconds = []
        self._started = None
        shell.events.register("pre_run_cell", self._start)
        shell.events.register("post_execute", self._stop)

    def _start(self, info):
        self._started = perf_counter()

    def _stop(self):
        if self._started is not None:  # a silent request has not started the watch
            self.milliseconds.append(1000 * (perf_counter() - self._started))
        self._started = None
