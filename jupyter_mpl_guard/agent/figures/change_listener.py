"""What is known of one figure, and of figures that are saved together."""

from typing import NamedTuple
from uuid import uuid4

from ..internals.artists import stale_callback


class ChangeListener:
    """What is known of one figure. It is the figure's `stale_callback`, so it hears of changes and dies with it.

    Attributes
    ----------
    id : str
        Identifies the figure, over restarts too.
    changed : bool
        Whether an artist has changed since the last checkpoint.
    group : SaveGroup or None
        With what it was last saved.
    linked : set of str
        Ids of figures that are part of this one: they share axes.
    """

    __slots__ = ("_notify", "before", "changed", "group", "id", "linked")

    def __init__(self, before, notify, identity=None):
        self.before, self._notify = before, notify
        self.id, self.changed, self.group, self.linked = identity or uuid4().hex, True, None, set()

    def __call__(self, figure, value):
        """Note the change and do what would have been done without us."""
        if value and not self.changed:
            self.changed = True
            self._notify()
        if self.before is not None:
            self.before(figure, value)


class Fingerprint(NamedTuple):
    """What of a figure may change without an artist's change.

    Attributes
    ----------
    names : tuple
        The user's names that reach it, each with the identity of its value.
    place : int or None
        Its place among pyplot's figures.
    number, label, title : object
        What pyplot calls it.
    axes : object
        Its current axes.
    navigation : tuple
        See `managers.navigation`.
    canvas : dict or None
        See `canvases.describe`.
    """

    names: tuple
    place: object
    number: object
    label: object
    title: str
    axes: object
    navigation: tuple
    canvas: object


class SaveGroup:
    """Figures that are saved together, and what came of it.

    Attributes
    ----------
    token : tuple or None
        The figures' tokens, and the names of objects that are part of them, when it was saved.
    entries : list of dict
        See `checkpoint.Checkpoint`: one, or those of earlier groups while the figures could not be saved together.
    suspects : set of type
        Kinds of objects that have refused to be pickled.
    thorough : bool
        Whether plain pickle does not do.
    parts : set of int
        Identities of the objects that are part of the figures.
    slow : bool
        Whether it is saved only when the kernel is idle.
    waits : bool
        Whether it is to be saved when the kernel is idle next.
    seconds : float
        How long the last checkpoint took.
    """

    def __init__(self):
        self.token = None
        self.entries: list = []
        self.suspects: set = set()
        self.parts: set = set()
        self.slow = self.waits = self.thorough = False
        self.seconds = 0.0


def grouped(figures, reached):
    """Return the lists of marked figures that have to be saved together.

    Parameters
    ----------
    figures : list of matplotlib.figure.Figure
        All of them.
    reached : iterable of list
        The figures that one name reaches, for each name. They are in one list, and so are those that are linked.
    """
    leaders = {id(figure): figure for figure in figures}
    by_mark = {stale_callback(figure).id: figure for figure in figures}

    def leader(figure):
        while leaders[id(figure)] is not figure:
            figure = leaders[id(figure)]
        return figure

    def join(one, other):
        leaders[id(leader(other))] = leader(one)

    for first, *others in reached:
        for other in others:
            join(first, other)
    for figure in figures:
        for identity in stale_callback(figure).linked:
            if identity in by_mark:
                join(figure, by_mark[identity])
    groups: dict = {}
    for figure in figures:
        groups.setdefault(id(leader(figure)), []).append(figure)
    return list(groups.values())
