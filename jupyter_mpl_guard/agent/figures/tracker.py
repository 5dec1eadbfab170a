"""The figures of one incarnation: noticing that one has changed, and keeping what is needed to bring it back."""

import atexit
from time import perf_counter
from weakref import ref

from ..internals import ipympl as ipympl_canvases
from ..internals.artists import current_axes, set_stale_callback, stale_callback
from ..internals.pyplot import number_of, registered_managers, title_of
from ..internals.toolbar import navigation
from ..pickling import pickler, reductions
from ..pickling.attempt import Attempt
from ..pickling.sink import TooSlow
from . import change_listener, checkpoint, discovery, listing, unreachable

IDLE_SECONDS = 120.0
"""Time that a checkpoint may take which waits for an idle kernel."""


class FigureTracker:
    """Watch the figures of a kernel and keep their checkpoint.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    kept : checkpoint.Checkpoint
        Where they are kept.
    limits : checkpoint.Limits
        How much of that there may be.
    notify : callable
        Is called without arguments when a figure changes, in whichever thread changes it.
    stray : unreachable.UnreachableFigures
        Tells what leads to figures that are not found.
    """

    def __init__(self, shell, kept, limits, notify, stray):
        self._search, self._kept, self._limits, self._notify = discovery.Search(shell), kept, limits, notify
        self._now, self._dirty, self._missing = discovery.Discovery(), [], []
        self._stray = stray
        self._known: list = []
        self._listed: list = []
        self._shown: tuple = ()
        self._at_exit = False
        pickler.prepare()

    # -- noticing ------------------------------------------------------------------------------------------------

    def look(self, words=frozenset(), *, idle=False):
        """Find the figures and tell whether a checkpoint or the listing of them has to be made anew.

        `checkpoint` has to follow where it is True: until then all figures are kept alive.

        Parameters
        ----------
        words : set of str
            Words of the cell that has run: not every change makes a figure stale, so one whose names have been said
            is compared with what is saved.
        idle : bool
            Whether there is time for figures that wait for an idle kernel.
        """
        now = self._now = self._search()
        for figure in now.figures:
            self._mark(figure)
        self._add_linked()
        self._missing = self._not_saved()
        self._prepare_exit()
        tokens = self._tokens(now.figures)
        self._dirty, forgotten = [], []
        for figures in self._grouped():
            marked = [stale_callback(figure) for figure in figures]
            group = marked[0].group
            token = tuple(tokens[id(figure)] for figure in figures)
            if group is not None:
                parts = self._parts(group)
                same = group.token == (token, parts) and all(mark.group is group for mark in marked)
                said = any(name in words for each in token for name, _ in each.names)
                said = said or any(name in words for name, _ in parts)
                if same and not any(mark.changed for mark in marked) and not (idle and group.waits):
                    if said and group.slow:
                        group.waits = True
                    if not group.entries:
                        forgotten.append((figures, token))
                    if not said or group.slow:
                        continue
            self._dirty.append((figures, token))
        self._dirty += forgotten if self._dirty else []
        shown = tuple((stale_callback(figure).id, tokens[id(figure)], len(figure.axes)) for figure in now.figures)
        changed, self._shown = shown != self._shown, shown
        if self._dirty or changed or self._kept.lacks(self._entries(), self._missing):
            return True
        self._release()
        return False

    def _not_saved(self):
        """Return what the user's names lead to and no group of figures holds, as ``{"what", "why"}``."""
        why = dict.fromkeys(self._now.loose, "there is no figure with which its artists could be saved")
        why.update((name, "a saved background ends with its canvas") for name in self._now.buffers)
        hidden = {
            f"a figure that only the name {name} leads to": unreachable.WHY for name in self._stray(self._now.figures)
        }
        whys = {**{f"the name {name}": each for name, each in why.items()}, **hidden}
        return [{"what": what, "why": each} for what, each in whys.items()]

    def _release(self):
        """Remember figures only weakly: the user's `del` has to free them."""
        self._listed = listing.listed(self._now)
        self._known = [ref(figure) for figure in self._now.figures]
        self._now, self._dirty = discovery.Discovery(), []

    def _tokens(self, figures):
        """Return the figures' tokens by their identities."""
        places = {id(manager.canvas.figure): place for place, manager in enumerate(registered_managers())}
        return {id(figure): self._token(figure, places.get(id(figure))) for figure in figures}

    def _token(self, figure, place):
        return change_listener.Fingerprint(
            names=tuple((name, id(self._now.names[name][0])) for name in self._now.names_of(figure)),
            place=place,
            number=number_of(figure),
            label=figure.get_label(),
            title=title_of(figure),
            axes=current_axes(figure),
            navigation=navigation(figure),
            canvas=ipympl_canvases.describe(figure),
        )

    def _prepare_exit(self):
        """Have canvases left open when the kernel ends."""
        if not self._at_exit and any(map(ipympl_canvases.is_open, self._now.figures)):
            self._at_exit = True
            # What is registered last runs first: before what pyplot registered when it was imported.
            atexit.register(self._leave_open)

    def _add_linked(self):
        """Find the figures again that are part of others and that neither pyplot nor a name leads to."""
        present = {stale_callback(figure).id for figure in self._now.figures}
        linked = set().union(*(stale_callback(figure).linked for figure in self._now.figures)) - present
        if linked:
            self._now.figures += [figure for figure in self._alive() if stale_callback(figure).id in linked]

    def _mark(self, figure, identity=None):
        mark = stale_callback(figure)
        if not isinstance(mark, change_listener.ChangeListener):
            mark = change_listener.ChangeListener(mark, self._notify, identity)
            set_stale_callback(figure, mark)
        return mark

    def _grouped(self):
        return change_listener.grouped(self._now.figures, (figures for _, figures in self._now.names.values()))

    # -- keeping -------------------------------------------------------------------------------------------------

    def checkpoint(self, *, idle=False):
        """Save what `look` has found; return whether something waits for an idle kernel.

        Parameters
        ----------
        idle : bool
            Whether there is time for what takes long.
        """
        while self._dirty:
            figures, token = self._dirty.pop()
            self._save(figures, token, idle)
        try:
            order = [int(manager.num) for manager in registered_managers()]
            self._kept.write(self._entries(), order, self._missing)
            return any(group.waits for group in self._groups())
        finally:
            self._release()

    def _save(self, figures, token, idle):
        marked = [stale_callback(figure) for figure in figures]
        former = {id(mark.group): mark.group for mark in marked if mark.group is not None}
        group = change_listener.SaveGroup()
        for previous in former.values():
            group.entries += previous.entries
            group.suspects, group.thorough = previous.suspects, previous.thorough
            group.slow = previous.slow
        for mark in marked:
            mark.group = group
        others = [each for each in self._entries() if all(each is not one for one in group.entries)]
        kept_elsewhere = sum(each["bytes"] for each in [*others, *self._kept.offered])
        names = {
            name: value
            for name, (value, reached) in self._now.names.items()
            if any(each is figure for each in reached for figure in figures)
        }
        thorough = group.thorough or (not former and self._now.code)
        attempt = Attempt(figures, names, self._now.others, group.suspects, thorough=thorough)
        described = [listing.describe(figure, self._now, names) for figure in figures]
        seconds = IDLE_SECONDS if idle else self._limits.seconds
        started = perf_counter()
        for mark in marked:
            mark.changed = False
        try:
            if not self._limits.figure:
                raise checkpoint.Refused
            if group.slow and not idle:
                raise TooSlow
            limit = self._limits.bytes(len(figures), kept_elsewhere)
            group.entries = [self._kept.save(attempt, described, limit, seconds)]
            group.seconds = perf_counter() - started
            group.slow = group.seconds > self._limits.seconds
        except reductions.Linked as link:
            self._link(figures, link.figure)
            return
        except TooSlow:
            group.slow = group.waits = True
            why = f"saving it takes longer than {self._limits.seconds:g} s and waits for the kernel to be idle"
            group.entries = self._kept.outdated(group.entries, described, why)
        except checkpoint.Refused as error:
            group.slow = True  # it is tried again when it changes, but does not hold the next cell up
            group.entries = self._kept.outdated(group.entries, described, str(error))
        except OSError as error:
            for mark in marked:
                mark.changed = True
            group.entries = self._kept.outdated(
                group.entries, described, f"it could not be saved: {error.strerror or error}"
            )
        group.suspects, group.thorough, group.parts = attempt.suspects, attempt.thorough, attempt.parts
        group.token = token, self._parts(group)

    def _parts(self, group):
        """Return the user's names of objects that are part of a group, with the objects' identities."""
        return tuple((name, id(value)) for name, value in self._now.others.items() if id(value) in group.parts)

    def _link(self, figures, other):
        """Put two groups together, the other of which may be reached through the first one only."""
        mark = self._mark(other)
        if all(other is not each for each in self._now.figures):
            self._now.figures.append(other)
        for figure in figures:
            stale_callback(figure).changed = True
            stale_callback(figure).linked.add(mark.id)
        concerned = {id(each) for each in [*figures, other]}
        joined = next(group for group in self._grouped() if id(other) in {id(each) for each in group})
        self._dirty = [
            (group, token) for group, token in self._dirty if concerned.isdisjoint(id(each) for each in group)
        ]
        self._dirty.append((joined, tuple(self._tokens(joined).values())))

    def _groups(self):
        known: list = []
        for figure in self._now.figures or self._alive():
            group = getattr(stale_callback(figure), "group", None)
            if group is not None and all(group is not each for each in known):
                known.append(group)
        return known

    def _alive(self):
        return [figure for figure in (reference() for reference in self._known) if figure is not None]

    def _entries(self):
        return [entry for group in self._groups() for entry in group.entries]

    # -- what has come back --------------------------------------------------------------------------------------

    def adopt(self, figures, entry):
        """Take figures that were restored for saved as they are."""
        group = change_listener.SaveGroup()
        group.entries = [{**entry, "missing": [], "lossy": False}]  # what was missing is not part of them any more
        for figure, described in zip(figures, entry["figures"]):
            mark = self._mark(figure, described["id"])
            mark.group, mark.changed = group, False

    def settle(self):
        """Take the names and the registration of now for those that are saved, after a restore."""
        self.look()
        for figures, token in self._dirty:
            group = stale_callback(figures[0]).group
            if group is not None and group.token is None and all(entry["current"] for entry in group.entries):
                group.token = token, ()
                for figure in figures:
                    stale_callback(figure).changed = False
        self.look()

    def forget(self):
        """Count no figure as saved; all are saved again when one has changed."""
        for group in self._groups():
            group.entries = []
        self._listed = [{**each, "bytes": 0, "saved": False} for each in self._listed]

    def let_go(self):
        """Take the marks off."""
        for figure in self._alive():
            if isinstance(stale_callback(figure), change_listener.ChangeListener):
                set_stale_callback(figure, stale_callback(figure).before)
        atexit.unregister(self._leave_open)

    def _leave_open(self):
        for figure in self._alive():
            ipympl_canvases.leave_open(figure)

    save, release = checkpoint, let_go

    # -- telling -------------------------------------------------------------------------------------------------

    def listing(self):
        """Return the figures as the plot state has them, as they were last looked at."""
        return self._listed
