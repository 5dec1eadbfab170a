"""Figures as bytes: a pickle of figures that belong together and of the names that reach them, and the way back.

One pickle holds everything whose identity matters (``ax.figure is fig``). cloudpickle does the work; what it cannot
know is added here: what belongs to a canvas is taken from the figure's new canvas, what cannot be pickled is left out
and named, and nothing registers itself with pyplot while it is loaded.
"""

import io
import pickle
import warnings
from time import perf_counter

from . import managers, pickler, registrations

LOST_LIMIT = 30
"""So many kinds of things may be left out of a figure before it counts as not picklable."""


class TooLarge(Exception):
    """A pickle went over its limit of bytes."""


class TooSlow(Exception):
    """A pickle went over its limit of seconds."""


class NotPicklable(Exception):
    """Say in a sentence why a figure cannot be pickled."""


class Sink:
    """A file that passes bytes on until there are too many or it takes too long.

    Parameters
    ----------
    *takers : callable
        Are called with each piece of bytes.
    limit : int
        Bytes.
    seconds : float
        Time that pickling and writing may take.
    """

    def __init__(self, *takers, limit, seconds):
        self._takers, self._limit, self._end = takers, limit, perf_counter() + seconds
        self.size = 0

    def write(self, piece):
        """Take bytes, a memoryview, or a buffer."""
        piece = memoryview(piece).cast("B")
        self.size += piece.nbytes
        if self.size > self._limit:
            raise TooLarge
        if perf_counter() > self._end:
            raise TooSlow
        for take in self._takers:
            take(piece)
        return piece.nbytes


class Attempt:
    """One group of figures on its way into bytes; what has turned out about it is kept between tries.

    Parameters
    ----------
    figures : list of matplotlib.figure.Figure
        Belong together.
    names : dict
        Name to value.
    others : dict
        Name to value of Matplotlib's objects that may be part of the figures; those that are go with them.
    suspects : iterable of type
        Kinds of objects that have refused to be pickled before.

    Attributes
    ----------
    suspects : set of type
        With those that have refused by now.
    names : list of str
        The names that went into the bytes.
    missing : list of dict
        ``{"what", "why"}`` of what did not.
    lossy : bool
        Whether something inside of the figures did not, so that they may not be able to draw.
    parts : set of int
        Identities of the objects, artists apart, that are part of the figures.
    """

    def __init__(self, figures, names, others, suspects=()):
        self.figures, self.others = figures, others
        self.suspects = set(suspects)
        self.names, self.missing, self.lossy, self.parts = [], [], False, set()
        self._wanted, self._refused = dict(names), []

    def dump(self, make_sink):
        """Write the bytes into a fresh sink, again and again until nothing refuses.

        Parameters
        ----------
        make_sink : callable
            Returns an empty `Sink`.

        Raises
        ------
        Linked, TooLarge, TooSlow, NotPicklable, OSError
        """
        while not self._dump(make_sink()):
            pass

    def _dump(self, sink):
        writer, name = pickler.pickler_class()(sink, self), None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                writer.dump(self.figures)
                self.lossy = bool(writer.missing_parts)
                writer.dump([extras(figure) for figure in self.figures])
                writer.dump(registrations.needs(self.figures, writer.colormaps))
                parts = {name: value for name, value in self.others.items() if id(value) in writer.parts}
                names = {**self._wanted, **parts}
                for name, value in names.items():
                    if not writer.leaves_out(value):
                        writer.dump((name, value))
                writer.dump(None)
        except (pickler.Linked, TooLarge, TooSlow, OSError):
            raise
        except Exception as error:
            self._leave_out(writer, name, error)
            return False
        self.names = [name for name, value in names.items() if not writer.leaves_out(value)]
        ended = [name for name in names if name not in self.names]
        self.missing = writer.missing_parts + writer.missing + self._refused
        self.missing += [{"what": f"the name {name}", "why": pickler.ENDED} for name in ended]
        self.parts = writer.parts
        return True

    def _leave_out(self, writer, name, error):
        kind, reason = type(writer.last), f"{type(error).__name__}: {error}"
        deep = isinstance(error, RecursionError) or isinstance(error.__cause__, RecursionError)
        if not deep and kind not in self.suspects and len(self.suspects) < LOST_LIMIT and writer.is_plain(kind):
            self.suspects.add(kind)
        elif name in self._wanted:
            del self._wanted[name]
            self._refused.append({"what": f"the name {name}", "why": f"its value cannot be saved ({reason})"})
        else:
            raise NotPicklable(f"it cannot be saved ({reason})")


def load(data):
    """Return an iterator over what `Attempt.dump` has put into bytes whose origin is certain.

    The figures come first: the caller gives them their canvases before it goes on, so that what refers to a canvas
    finds it.

    Yields
    ------
    list of matplotlib.figure.Figure
    list of dict
        See `extras`.
    dict
        See `registrations.needs`.
    tuple
        ``(name, value)``, as often as there are names.
    """
    pickler.cloudpickle()
    unpickler = pickle.Unpickler(io.BytesIO(data))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # another Matplotlib warns of its version
        loaded = unpickler.load()
    while loaded is not None:
        yield loaded
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loaded = unpickler.load()


def extras(figure):
    """Return what a figure's own pickle leaves out and what can be put back."""
    return {
        "dpi": managers.logical_dpi(figure),
        "number": managers.number_of(figure),
        "managed": managers.manager_of(figure) is not None,
        "canvas": type(figure.canvas).__name__,
        "draws": managers.auto_draw() is not None and _draws_itself(figure),
        "views": managers.views(figure),
    }


def _draws_itself(figure):
    callback = figure.stale_callback
    return getattr(callback, "before", callback) is managers.auto_draw()
