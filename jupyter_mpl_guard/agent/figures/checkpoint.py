"""Save groups of figures in the files of a diary, within limits of size and time."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from .. import messages
from ..pickling.attempt import Attempt
from ..pickling.limits.budget import (
    BEFORE_CELL_BYTES,
    SLOW,
    Budget,
    GivenUp,
    Limits,
    Moment,
    TooSlow,
)
from ..pickling.limits.code_of_others import CodeOfOthers
from ..pickling.picklers.reductions import Linked
from ..pickling.sink import CannotWrite, NotPicklable, TooLarge
from ..protocol import MissingKind
from ..storage.figure_list import FigureList
from ..storage.figures.figure_entry import FigureDescription, FigureEntry, title_of
from ..storage.signed_file import SignedFile
from . import listing
from .change_listener import ChangeEvents, listen, listener_of
from .groups.save_group import Refusal, SaveGroup
from .groups.snapshot import Snapshot, groups_of


class Refused(Exception):
    """Raised with half a sentence that states why figures are not saved."""


class Checkpoint:
    """Save groups of figures in the diary of one kernel.

    Parameters
    ----------
    figure_list : figure_list.FigureList
        Where they are saved.
    limits : budget.Limits
        How much may be saved.
    events : change_listener.ChangeEvents
        Where changes of figures are reported.
    """

    def __init__(self, figure_list: FigureList, limits: Limits, events: ChangeEvents) -> None:
        self._list = figure_list
        self._limits = limits
        self._events = events

    def save_groups(self, groups: Sequence[list[Any]], now: Snapshot, budget: Budget) -> None:
        """Save figures; what is not saved is in the entries of its group, with the reason.

        Parameters
        ----------
        groups : sequence of list of matplotlib.figure.Figure
            Figures that have to be saved together.
        now : snapshot.Snapshot
            All figures of the kernel.
        budget : budget.Budget
            What the moment allows.
        """
        waiting = sorted(groups, key=_given_up, reverse=True)  # the last one is saved first
        while waiting:
            figures = waiting.pop()
            try:
                self._save_group(figures, now, budget)
            except Linked as link:
                joined = self._link(figures, link.figure, now)
                ids = {id(each) for each in joined}
                waiting = [group for group in waiting if ids.isdisjoint(map(id, group))]
                waiting.append(joined)

    def _save_group(self, figures: list[Any], now: Snapshot, budget: Budget) -> None:
        listeners = [listener_of(figure) for figure in figures]
        former = groups_of(figures)
        group = _joined(former)
        for listener in listeners:
            listener.join(group)
        ours = set(map(id, group.entries))
        others = [entry for each in groups_of(now.figures) for entry in each.entries if id(entry) not in ours]
        elsewhere = sum(entry.size for entry in [*others, *self._list.offered])
        names = now.names(figures)
        thorough = group.thorough or (not former and now.found.code)
        attempt = Attempt(
            figures, names, now.found.others, group.suspects, thorough=thorough, allows_code=group.runs_code
        )
        described = listing.describe_all(figures, now.found, names)
        for listener in listeners:
            listener.settle()
        try:
            entry = self._saved(attempt, described, self._limits.bytes(len(figures), elsewhere), group, budget)
            group.saved(entry, _moment_of(entry.size, budget.spent(), budget.wait, attempt.allows_code))
        except (TooSlow, GivenUp, CodeOfOthers) as error:
            until_then = outdated(group.entries, described, messages.WAITS)
            group.put_off(until_then, _next_moment(error, budget.moment), given_up=isinstance(error, GivenUp))
        except Refused as error:
            waits = group.refusal is not None and budget.moment is not Moment.IDLE
            group.refused(outdated(group.entries, described, str(error)), waits=waits)
        except OSError as error:
            for listener in listeners:
                listener.count_as_changed()
            why = messages.NOT_WRITTEN.format(error=error.strerror or error)
            group.unwritten(outdated(group.entries, described, why))
        group.found(attempt)
        group.remember(now.fingerprint(figures, group))

    def _saved(
        self,
        attempt: Attempt,
        described: tuple[FigureDescription, ...],
        limit: tuple[float, str],
        group: SaveGroup,
        budget: Budget,
    ) -> FigureEntry:
        """Pickle figures into a file of the diary, unless they are there already, and return their entry.

        Raises
        ------
        Linked, TooSlow, GivenUp, CodeOfOthers
            See `pickling.attempt.Attempt.dump`.
        Refused
            If the figures are too large or cannot be pickled, or saving is disabled.
        OSError
            If they cannot be written.
        """
        most, sentence = limit
        self._refuse_untried(attempt, most, group, budget)
        group.try_again()
        budget.start(is_patient=group.given_up > 0)
        try:
            name, mac, size = self._written(attempt, most, budget)
        except TooLarge:
            group.too_large(Refusal(attempt.weight(most, budget.check), most, sentence))
            raise Refused(sentence) from None
        except CannotWrite as error:
            raise OSError(*error.args) from error
        except NotPicklable as error:
            raise Refused(str(error)) from None
        import matplotlib

        whose = title_of(described)
        return FigureEntry(
            figures=described,
            missing=tuple(each._replace(what=f"{each.what} of {whose}") for each in attempt.missing),
            names=tuple(attempt.names),
            file=name,
            mac=mac,
            size=size,
            lossy=attempt.lossy,
            current=True,
            matplotlib=matplotlib.__version__,
        )

    def _refuse_untried(self, attempt: Attempt, most: float, group: SaveGroup, budget: Budget) -> None:
        """Raise what `_saved` raises where it is known before trying that figures are not saved now."""
        if not self._limits.figure:
            raise Refused
        if not self._list.has_key:
            raise Refused(messages.NO_KEY)
        refusal = group.refusal
        # What was too large has to have become smaller, and there has to be time to see that.
        if refusal is not None and (
            most <= refusal.limit
            and (budget.moment is not Moment.IDLE or attempt.weight(most, budget.check) >= refusal.weight)
        ):
            raise Refused(refusal.why)
        if group.moment > budget.moment and (group.runs_code or not budget.is_last):
            raise TooSlow

    def _written(self, attempt: Attempt, most: float, budget: Budget) -> tuple[str, str, int]:
        """Pickle figures into a new file of the diary; return its name, its signature and its size."""
        with ExitStack() as stack:

            def new_file() -> SignedFile:
                stack.close()
                return stack.enter_context(self._list.new_file())

            return attempt.dump(new_file, most, budget).keep()

    def _link(self, figures: Sequence[Any], other: Any, now: Snapshot) -> list[Any]:
        """Link figures to another one that is part of them, and return what has to be saved together now."""
        identity = listen(other, self._events).id
        now.add(other)
        for figure in figures:
            listener_of(figure).link(identity)
        return next(group for group in now.together() if any(each is other for each in group))


def _joined(former: Sequence[SaveGroup]) -> SaveGroup:
    """Return a new group in place of earlier ones, with what they have and what was found out about them."""
    last = former[-1] if former else SaveGroup()
    return SaveGroup(
        entries=[entry for each in former for entry in each.entries],
        suspects=last.suspects,
        thorough=last.thorough,
        runs_code=last.runs_code,
        moment=last.moment,
        refusal=last.refusal,
        given_up=last.given_up,
    )


def _next_moment(error: BaseException, moment: Moment) -> Moment:
    """Return the earliest moment for saving figures that could not be saved at some moment."""
    if isinstance(error, CodeOfOthers):
        return Moment.IDLE
    return Moment.AFTER_CELL if isinstance(error, GivenUp) else Moment(min(moment + 1, Moment.IDLE))


def _given_up(figures: Sequence[Any]) -> int:
    """Return how often saving some figures has been given up: those that never finish must not delay others."""
    return max((group.given_up for group in groups_of(figures)), default=0)


def _moment_of(size: int, seconds: float, wait: float, runs_code: bool) -> Moment:
    """Return the earliest moment for saving figures again that have just been saved.

    Parameters
    ----------
    size : int
        Size of their pickle in bytes.
    seconds : float
        Processor time in seconds that it has taken.
    wait : float
        Processor time in seconds that is allowed before a cell.
    runs_code : bool
        Whether objects have run code of their own.
    """
    if runs_code or seconds > max(SLOW, wait):
        return Moment.IDLE
    return Moment.AFTER_CELL if size > BEFORE_CELL_BYTES or seconds > wait / 2 else Moment.BEFORE_CELL


def outdated(entries: Sequence[FigureEntry], described: Sequence[FigureDescription], why: str) -> list[FigureEntry]:
    """Return the entries of figures whose present state is not saved: earlier ones, as far as there are any.

    Parameters
    ----------
    entries : sequence of FigureEntry
        The figures' entries until now.
    described : sequence of FigureDescription
        The description of each figure for the list.
    why : str
        Why they are not saved, "" where saving is disabled.
    """
    wanted = {each.id for each in described}
    earlier = [entry for entry in entries if entry.file and wanted.issuperset(entry.ids)]
    result = []
    for entry in earlier:
        missing = [each for each in entry.missing if each.kind is not MissingKind.LATEST_CHANGES]
        missing += [messages.missing_changes(entry.title, why)] if why else []
        result.append(entry._replace(missing=tuple(missing), current=False))
    covered = set().union(*(entry.ids for entry in earlier))
    new = tuple(each for each in described if each.id not in covered)
    if new:
        result.append(FigureEntry(new, (messages.missing_figure(title_of(new), why),) if why else ()))
    return result
