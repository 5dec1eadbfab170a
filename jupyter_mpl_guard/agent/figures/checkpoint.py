"""Groups of figures into the files of a diary, within limits of size and time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from time import perf_counter
from typing import Any

from ..pickling.attempt import Attempt
from ..pickling.reductions import Linked
from ..pickling.sink import CannotWrite, NotPicklable, Sink, TooLarge, TooSlow
from ..protocol import Missing
from ..storage.figure_entry import FigureDescription, FigureEntry, title_of
from ..storage.figure_list import MIB, FigureList
from ..storage.signed_file import SignedFile
from . import listing
from .change_listener import ChangeListener, listen, listener_of
from .groups import SaveGroup, Snapshot, groups_of

IDLE_SECONDS = 120.0
"""Time that saving a group may take when the kernel is idle."""

LATEST = "the latest changes of "


class Refused(Exception):
    """Say in half a sentence why figures are not saved."""


class Limits:
    """How much may be saved.

    Parameters
    ----------
    figure : float
        MiB of one figure; 0 saves none.
    kernel : float
        MiB of all of a kernel's figures.
    seconds : float
        Time that saving a group may take between two cells.
    """

    def __init__(self, figure: float = 256.0, kernel: float = 1024.0, seconds: float = 1.0) -> None:
        self.figure, self.kernel, self.seconds = figure, kernel, seconds

    def bytes(self, count: int, elsewhere: int) -> tuple[float, str]:
        """Return the limit of a pickle, and why there is nothing beyond it.

        Parameters
        ----------
        count : int
            How many figures are in the pickle.
        elsewhere : int
            Bytes of all other pickles.
        """
        figures, kernel = count * self.figure * MIB, self.kernel * MIB - elsewhere
        if kernel < figures:
            return kernel, f"the kernel's figures take more than {self.kernel:g} MiB (MplGuardApp.kernel_limit)"
        return figures, f"it takes more than {self.figure:g} MiB (MplGuardApp.figure_limit)"


class Checkpoint:
    """Save groups of figures in the diary of one kernel.

    Parameters
    ----------
    figure_list : figure_list.FigureList
        Where they are saved.
    limits : Limits
        How much of that there may be.
    notify : callable
        See `change_listener.listen`.
    """

    def __init__(self, figure_list: FigureList, limits: Limits, notify: Callable[[], Any]) -> None:
        self._list, self._limits, self._notify = figure_list, limits, notify

    def save(self, groups: Sequence[list[Any]], now: Snapshot, *, idle: bool) -> None:
        """Save figures; what is not saved is in the entries of its group, with the reason.

        Parameters
        ----------
        groups : sequence of list of matplotlib.figure.Figure
            Figures that have to be saved together.
        now : groups.Snapshot
            All figures of the kernel.
        idle : bool
            Whether there is time for what takes long.
        """
        waiting = list(groups)
        while waiting:
            figures = waiting.pop()
            try:
                self._save(figures, now, idle=idle)
            except Linked as link:
                joined = self._link(figures, link.figure, now)
                ids = {id(each) for each in joined}
                waiting = [group for group in waiting if ids.isdisjoint(map(id, group))]
                waiting.append(joined)

    def _save(self, figures: list[Any], now: Snapshot, *, idle: bool) -> None:
        listeners = [listener_of(figure) for figure in figures]
        former = groups_of(figures)
        group = _joined(former)
        for listener in listeners:
            listener.group = group
        ours = set(map(id, group.entries))
        others = [entry for each in groups_of(now.figures) for entry in each.entries if id(entry) not in ours]
        elsewhere = sum(entry.size for entry in [*others, *self._list.offered])
        names = now.names(figures)
        thorough = group.thorough or (not former and now.found.code)
        attempt = Attempt(figures, names, now.found.others, group.suspects, thorough=thorough)
        described = tuple(listing.describe(figure, now.found, names) for figure in figures)
        for listener in listeners:
            listener.changed = False
        try:
            limit = self._limits.bytes(len(figures), elsewhere)
            started = perf_counter()
            group.entries = [self._saved(attempt, described, limit, group, idle=idle)]
            group.slow = perf_counter() - started > self._limits.seconds
        except TooSlow:
            group.slow = group.waits = True
            why = f"saving it takes longer than {self._limits.seconds:g} s and waits for the kernel to be idle"
            group.entries = outdated(group.entries, described, why)
        except Refused as error:
            group.slow = True  # it is tried again when it changes, but does not hold the next cell up
            group.entries = outdated(group.entries, described, str(error))
        except OSError as error:
            _change_again(listeners)
            group.entries = outdated(group.entries, described, f"it could not be saved: {error.strerror or error}")
        group.suspects, group.thorough, group.parts = attempt.suspects, attempt.thorough, attempt.parts
        group.globals = attempt.globals
        group.fingerprint = now.fingerprints(figures), now.parts(group)

    def _saved(
        self,
        attempt: Attempt,
        described: tuple[FigureDescription, ...],
        limit: tuple[float, str],
        group: SaveGroup,
        *,
        idle: bool,
    ) -> FigureEntry:
        """Pickle figures into a file of the diary, unless they are there already, and return their entry.

        Raises
        ------
        Linked, TooSlow
            See `pickling.attempt.Attempt.dump`.
        Refused
            The figures are too large or cannot be pickled, or nobody wants them to be saved.
        OSError
            They cannot be written.
        """
        if not self._limits.figure:
            raise Refused
        if group.slow and not idle:
            raise TooSlow
        if not self._list.has_key:
            raise Refused("the kernel has no key to sign it with (Session.key is empty)")
        most, sentence = limit
        seconds = IDLE_SECONDS if idle else self._limits.seconds
        with ExitStack() as stack:
            files: list[SignedFile] = []

            def sink() -> Sink:
                stack.close()
                files[:] = [stack.enter_context(self._list.new_file())]
                return Sink(files[0].write, limit=most, seconds=seconds)

            try:
                attempt.dump(sink)
            except TooLarge:
                raise Refused(sentence) from None
            except CannotWrite as error:
                raise OSError(*error.args) from error
            except NotPicklable as error:
                raise Refused(str(error)) from None
            name, mac, size = files[0].keep()
        import matplotlib

        whose = title_of(described)
        return FigureEntry(
            figures=described,
            missing=tuple(Missing(f"{each.what} of {whose}", each.why) for each in attempt.missing),
            names=tuple(attempt.names),
            file=name,
            mac=mac,
            size=size,
            lossy=attempt.lossy,
            current=True,
            matplotlib=matplotlib.__version__,
        )

    def _link(self, figures: Sequence[Any], other: Any, now: Snapshot) -> list[Any]:
        """Put figures and another one together that is part of them, and return what has to be saved together now."""
        identity = listen(other, self._notify).id
        now.add(other)
        for figure in figures:
            listener = listener_of(figure)
            listener.changed = True
            listener.linked.add(identity)
        return next(group for group in now.together() if any(each is other for each in group))


def _joined(former: Sequence[SaveGroup]) -> SaveGroup:
    """Return a new group in place of earlier ones, with what they have and what was found out about them."""
    group = SaveGroup(entries=[entry for each in former for entry in each.entries])
    for each in former:
        group.suspects, group.thorough, group.slow = each.suspects, each.thorough, each.slow
    return group


def _change_again(listeners: Sequence[ChangeListener]) -> None:
    for listener in listeners:
        listener.changed = True


def outdated(entries: Sequence[FigureEntry], described: Sequence[FigureDescription], why: str) -> list[FigureEntry]:
    """Return the entries of figures whose present state is not saved: earlier ones, as far as there are any.

    Parameters
    ----------
    entries : sequence of FigureEntry
        What the figures had until now.
    described : sequence of FigureDescription
        What the list is to say of each figure.
    why : str
        Why they are not saved, "" where nobody wants them to be.
    """
    wanted = {each.id for each in described}
    earlier = [entry for entry in entries if entry.file and wanted.issuperset(each.id for each in entry.figures)]
    result = []
    for entry in earlier:
        missing = [each for each in entry.missing if not each.what.startswith(LATEST)]
        missing += [Missing(LATEST + entry.title, why)] if why else []
        result.append(entry._replace(missing=tuple(missing), current=False))
    covered = {each.id for entry in earlier for each in entry.figures}
    new = tuple(each for each in described if each.id not in covered)
    if new:
        result.append(FigureEntry(new, (Missing(title_of(new), why),) if why else ()))
    return result
