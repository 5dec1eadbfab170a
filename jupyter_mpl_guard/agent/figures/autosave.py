"""What happens to the figures of one kernel and when: saved after cells, brought back or offered after its end."""

import sys
import threading

from ..pickling import pickler
from ..storage import figure_list
from . import checkpoint, listing, tracker, unreachable
from . import restore as figure_restore

PAUSE = 1.0
"""Seconds after a change between cells until it is saved: a drag of the mouse is many changes."""

SOON = 0.005
"""Seconds after a cell until its figures are saved, so that reply and idle status are out before; the next cell's start
does not wait for that moment but saves them itself."""

COMES_BACK = {"crash": ("crash", "always"), "restart": ("always",)}
"""After which end of the kernel figures come back by themselves, under which policies."""


class Autosave:
    """Keep the figures of a kernel over its incarnations.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    kept_in : diary.Diary
        The kernel's diary.
    kernel_id : str
        The kernel's id.
    request : dict
        The server's, see `watcher.Agent.begin`.
    loop : asyncio.AbstractEventLoop or None
        The kernel's main event loop.
    act : callable
        ``act(idle)`` is called at a moment when `checkpoint` should be called.

    Attributes
    ----------
    planned : bool
        Whether figures are still to come back by themselves.
    missing : list of dict
        ``{"what", "why"}`` of what the last incarnation could not save or what cannot be read.
    """

    def __init__(self, shell, kept_in, kernel_id, request, loop, act):
        self._shell, self._diary, self._loop, self._act = shell, kept_in, loop, act
        self._kept = checkpoint.Checkpoint(kept_in, kernel_id, getattr(shell.kernel.session, "key", b""))
        self._limits = request.get("limits", {})
        self._watch = self._births = None
        self._last: dict = {"groups": [], "order": [], "missing": []}
        self.planned = False
        self._soon = self._later = None
        self._idle = self._ready = False
        self.missing = []

    # -- the last incarnation's ----------------------------------------------------------------------------------

    def begin(self, request):
        """Find out what the last incarnation has left and whether it is to come back.

        Returns
        -------
        bool
            Whether it is to come back as soon as the settings have.
        """
        if request.get("same_process"):
            return False
        for name in self._diary.names():
            if name.startswith("draft."):  # the last incarnation died over it
                self._diary.discard(name)
        try:
            self._last = self._kept.read() or self._last
        except figure_list.Unusable as error:
            self.missing.append({"what": "the figures", "why": str(error)})
        unsaved = self._diary.unsaved()
        if unsaved:
            self.missing.append({"what": "the latest changes of plots and settings", "why": unsaved})
        policy = request.get("figures", "crash")
        planned = not request.get("paused") and policy in COMES_BACK.get(request.get("trigger"), ())
        if not self._last["groups"]:
            if request.get("trigger") == "crash":
                self._kept.offered = self._last.get("offered", [])  # nobody has asked for the end
            self.missing += self._last["missing"] if planned else []
            return False
        self.planned = planned
        if not planned:
            self._kept.held = bool(request.get("paused"))
            self._kept.offered = _with_file(self._last["groups"])
            if not request.get("paused"):
                self.missing += [
                    each for entry in self._last["groups"] if not entry["file"] for each in entry["missing"]
                ]
                self._write_quietly()
        return self.planned

    def offer(self):
        """Turn what was to come back by itself into an offer."""
        if self.planned:
            self.planned = False
            self._kept.offered = _with_file(self._last["groups"])

    @property
    def names(self):
        """Names that are to come back by themselves."""
        entries = self._last["groups"] if self.planned else []
        return {name for entry in entries for name in entry["names"]}

    @property
    def offered(self):
        """How many figures wait to be asked for."""
        return sum(len(entry["figures"]) for entry in self._kept.offered)

    def revive(self):
        """Bring back what was planned; return how many figures came back and what is missing.

        Needs Matplotlib with its settings restored.
        """
        if not self.planned:
            return 0, []
        self.planned = False
        return self._bring(self._last["groups"])

    def accept(self):
        """Bring back what is offered; returns as `revive` does."""
        entries, self._kept.offered = self._kept.offered, []
        return self._bring(entries)

    def dismiss(self):
        """End the offer."""
        self._kept.offered = []

    def _bring(self, entries):
        coming = figure_restore.FigureRestore(self._shell, self._kept, self._figures)
        coming.run(entries, self._last["order"])
        return coming.count, coming.missing + self._last["missing"]

    @property
    def _figures(self):
        """Who watches the figures of this incarnation; made when Matplotlib's figures are there."""
        if self._watch is None:
            limits = checkpoint.Limits(**self._limits)
            stray = unreachable.UnreachableFigures(self._shell, self.hear_of_figures())
            self._watch = tracker.FigureTracker(self._shell, self._kept, limits, self._heard, stray)
        return self._watch

    def hear_of_figures(self):
        """Know of all figures from now on; needs ``matplotlib.figure``."""
        if self._births is None:
            self._births = unreachable.FigureRegistry()
            self._births.listen()
        return self._births

    # -- this one's ----------------------------------------------------------------------------------------------

    @property
    def pending(self):
        """Whether something may have changed that has not been looked at."""
        return self._soon is not None or self._later is not None

    def schedule(self):
        """Have `act` called when all answers to the present request have been sent."""
        if self._loop is None:
            self._act(False)
        elif self._soon is None:
            self._soon = self._loop.call_later(SOON, self._act, False)

    def checkpoint(self, words=frozenset(), *, idle=False):
        """Save what has changed; return whether anything has.

        Parameters
        ----------
        words : set of str
            The words of the last cell.
        idle : bool
            Whether there is time for what takes long.

        Raises
        ------
        OSError
            The list of figures cannot be written.
        """
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        if "matplotlib.figure" not in sys.modules or self.planned:
            return False
        self._get_ready(idle)
        if not self._figures.look(words, idle=idle):
            return False
        if self._figures.checkpoint(idle=idle):
            self.wait(idle=True)
        return True

    def drawn(self, words):
        """Return which figures the cell with these words may have shown, see `listing.drawn`.

        To be called after `checkpoint`, and each time: it is what was drawn since the last call.
        """
        recent = self._births.recent() if self._births is not None else []
        return listing.drawn(self._watch.listing(), words, recent) if self._watch is not None else []

    def _get_ready(self, idle):
        """Have what only some figures need ready before there is one; it takes long, so the kernel has to be idle."""
        if not self._ready and idle:
            self._ready = True
            pickler.prepare(thoroughly=True)
        elif not self._ready:
            self.wait(idle=True)

    def listing(self):
        """Return the figures as the plot state has them: those that are there, then those that may come back."""
        waiting = self._last["groups"] if self.planned else self._kept.offered
        present = self._watch.listing() if self._watch is not None else []
        return present + [
            {
                **each,
                "bytes": entry["bytes"] // len(entry["figures"]),
                "saved": True,
                "open": False,
            }
            for entry in _with_file(waiting)
            for each in entry["figures"]
        ]

    def forget(self):
        """Take nothing for saved: the diary has been removed."""
        self.planned, self._last = False, {"groups": [], "order": [], "missing": []}
        self._kept.forget()
        if self._watch is not None:
            self._watch.forget()

    def end(self):
        """Hear of no changes any more."""
        for handle in (self._soon, self._later):
            if handle is not None:
                handle.cancel()
        if self._watch is not None:
            self._watch.let_go()
        if self._births is not None:
            self._births.end()

    def _heard(self):
        """Note that a figure has changed, in whichever thread, in a cell or between cells."""
        if self._loop is not None and self._later is None and not self._loop.is_closed():
            if threading.current_thread() is threading.main_thread():
                self.wait()
            else:
                self._loop.call_soon_threadsafe(self.wait)

    def wait(self, *, idle=False):
        """Have `act` called after a pause."""
        self._idle = self._idle or idle
        if self._later is None and self._loop is not None:
            self._later = self._loop.call_later(PAUSE, self._now)

    def _now(self):
        idle, self._later, self._idle = self._idle, None, False
        self._act(idle)

    def _write_quietly(self):
        try:
            self._kept.write([], [])
        except (OSError, ValueError):
            pass  # the offer stands without being written down


def _with_file(entries):
    """Return the entries of figures that have been saved."""
    return [entry for entry in entries if entry["file"] is not None]
