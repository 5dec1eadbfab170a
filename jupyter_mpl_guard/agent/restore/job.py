"""One recovery: from what the last incarnation's diary holds to its outcome, put off until Matplotlib is there."""

import re
import sys
from datetime import datetime, timezone
from functools import partial
from importlib import import_module
from time import perf_counter

from ..internals.ipython import inputs
from ..protocol import EMPTY_SETTINGS
from ..settings import restore
from . import cell_needs, idle


class RestoreJob:
    """Bring the settings back at the first of: a cell needs them, a cell imports pyplot, the kernel is idle.

    Parameters
    ----------
    restore : restore.Restore
        What to bring back.
    planned : dict
        The settings that it will bring, for the plot state.
    trigger : str
        What ended the last incarnation.
    is_busy : callable
        Tells whether a cell is running or has just run.
    done : callable
        Is called with no arguments when the kernel is idle; it has to call `finish`, and must not raise.

    Attributes
    ----------
    revive : callable or None
        Brings the figures back when the settings are there, and returns how many it were and what is missing.
    names : set of str
        Names that come back with the figures.
    """

    def __init__(self, restore, planned, trigger, is_busy, done):
        self.planned, self.revive, self.names = planned, None, set()
        self._restore, self._trigger, self._idle = restore, trigger, None
        if "matplotlib" in sys.modules:
            return
        steps = list(idle.STEPS)
        if planned.get("backend") == "widget":
            steps += idle.WIDGET_STEPS
        loop = idle.loop()
        if loop is not None:  # without one the first cell that needs Matplotlib brings the settings back
            self._idle = idle.IdleWork(loop, [partial(import_module, step) for step in steps], is_busy, done)

    def is_needed_by(self, cell):
        """Tell whether a cell's source mentions Matplotlib or one of the names that are to come back."""
        words = cell_needs.words_of(cell)
        if self.names and words & (self.names | cell_needs.LOOKS_AT_NAMES):
            return True
        return bool(words & (cell_needs.NEEDS_MATPLOTLIB | cell_needs.RUNS_TEXT)) or not words.isdisjoint(
            self.planned.get("aliases", {})
        )

    def at_matplotlib(self):
        """Set the rcParams right after ``import matplotlib``, before the importing code goes on."""
        self._restore.rc_params()

    def finish(self):
        """Bring back everything now and return the plot state's ``last_restore``."""
        self.cancel()
        started = perf_counter()
        try:
            self._restore.everything()
        except ImportError as error:
            self._restore.missing.append(
                {"what": "the plotting settings", "why": f"Matplotlib cannot be imported ({error})"}
            )
        else:
            self._figures()
        return report(self._trigger, self._restore.restored, self._restore.missing, 1000 * (perf_counter() - started))

    def _figures(self):
        if self.revive is None:
            return
        count, missing = self.revive()
        self._restore.missing += missing
        if count:
            self._restore.restored.append("figures")

    def cancel(self):
        """Wait for nothing more; safe to call again."""
        if self._idle is not None:
            self._idle.cancel()


def plan(shell, watch, last, request, is_busy, done):
    """Return the recovery of what an earlier incarnation has left.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    watch : capture.Watch
        The watch of this incarnation.
    last : memory.LastSettings
        What the earlier incarnation has left.
    request : dict
        The server's request, see `watcher.Agent.begin`.
    is_busy, done : callable
        As `RestoreJob` takes them.
    """

    def spoken(*words):
        cells = "\n".join(inputs(shell))
        return any(re.search(r"(?<!\w)" + re.escape(word), cells) for word in words)

    planned = {key: last.settings[key] for key in EMPTY_SETTINGS if key in last.settings}
    coming = restore.Restore(shell, watch, planned, last.record, spoken)
    coming.missing += last.missing
    return RestoreJob(coming, planned, request.get("trigger", "manual"), is_busy, done)


def report(trigger, restored, missing, took_ms=0.0):
    """Return a ``last_restore`` as the plot state has it, with the time of now.

    Parameters
    ----------
    trigger : str
        ``restart``, ``crash`` or ``manual``.
    restored : list of str
        Keys of the plot state that are in force again.
    missing : list of dict
        ``{"what", "why"}`` of what is not.
    took_ms : float
        Milliseconds that it took.
    """
    return {
        "trigger": trigger,
        "at": datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
        "took_ms": round(took_ms, 1),
        "restored": restored,
        "missing": [{key: text.encode("utf-8", "replace").decode() for key, text in each.items()} for each in missing],
    }
