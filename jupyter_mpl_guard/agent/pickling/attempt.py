"""Figures as bytes: a pickle of figures that belong together and of the names that reach them; see `loading`.

One pickle holds everything whose identity matters (``ax.figure is fig``). cloudpickle does the work; what it cannot
know is added here: what belongs to a canvas is taken from the figure's new canvas, what cannot be pickled is left out
and reported, and nothing registers itself with pyplot while it is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from .. import messages
from ..internals.memory import module_of
from ..protocol import Missing
from . import pickler, registrations, sentences
from .extras import Extras
from .limits.budget import Budget, GivenUp, Moment, TooSlow
from .limits.code_of_others import CodeOfOthers
from .limits.watchdog import Stuck, watched
from .limits.weight import weight
from .namespace import Globals, refer_to_namespace
from .picklers.reductions import Linked, PicklingTask
from .picklers.references import reference
from .provenance import belongs_to_matplotlib, ends
from .quiet import quiet
from .sink import CannotWrite, NotPicklable, Sink, TooLarge

if TYPE_CHECKING:
    from ..storage.signed_file import SignedFile

LOST_LIMIT = 30
"""Number of classes of objects that may be left out of a figure before it is treated as not picklable."""


class Attempt:
    """Pickling of one group of figures; what has been found out about it is kept between tries.

    Parameters
    ----------
    figures : sequence of matplotlib.figure.Figure
        Figures that belong together.
    names : mapping of str to object
        Names that reach the figures, with their values.
    others : mapping of str to object
        Names of objects of Matplotlib that may be part of the figures; those that are are saved with them.
    suspects : mapping of int to type
        Classes of objects that have refused to be pickled before, by identity: a metaclass may have no hash.
    thorough : bool
        Whether plain pickle has turned out not to be enough.
    allows_code : bool
        Whether objects have run code of their own before when they were pickled: they do again where there is time.

    Attributes
    ----------
    suspects, thorough, allows_code
        What has been found out by now.
    unpicklable : dict
        Identity to object for those that cannot be pickled for another reason than their class.
    names : list of str
        The names in the pickle, in their order there.
    missing : list of Missing
        What is not in it.
    lossy : bool
        Whether something inside of the figures is not, so that they may not be able to draw.
    parts : set of int
        Identities of the objects, artists apart, that are part of the figures.
    globals : frozenset of str
        The global names that functions from cells use in them.
    """

    def __init__(
        self,
        figures: Sequence[Any],
        names: Mapping[str, Any],
        others: Mapping[str, Any],
        suspects: Mapping[int, type] | None = None,
        *,
        thorough: bool = False,
        allows_code: bool = False,
    ) -> None:
        self.figures = list(figures)
        self.others = others
        self.suspects = dict(suspects or {})
        self.thorough = thorough
        self.allows_code = allows_code
        self.unpicklable: dict[int, Any] = {}
        self.names: list[str] = []
        self.missing: list[Missing] = []
        self.lossy = False
        self.parts: set[int] = set()
        self.globals: frozenset[str] = frozenset()
        self._left_out: set[str] = set()  # global names, and those of parts
        self._ended: list[str] = []
        self._wanted = _artists_first(names)
        self._refused: list[Missing] = []

    def dump(self, new_file: Callable[[], SignedFile], limit: float, budget: Budget) -> SignedFile:
        """Write the pickle into a new file, again and again until every object in it can be pickled; return the last.

        Parameters
        ----------
        new_file : callable
            Returns an empty file; that of the try before is not used any more.
        limit : float
            Maximum size of the pickle in bytes.
        budget : budget.Budget
            What the moment allows.

        Raises
        ------
        Linked
            If another figure is part of the figures.
        TooLarge, TooSlow, CannotWrite, GivenUp
            See `sink.Sink`.
        CodeOfOthers
            If objects run code of their own, and this is not the moment for it.
        NotPicklable
            If the figures cannot be pickled, whatever is left out of them.
        """
        # Until the pickler is gone: with its thousand objects there, the collector would run as soon as it may again.
        with quiet():
            if not self.allows_code:
                try:
                    return self._dump_all(new_file, limit, budget)
                except CodeOfOthers:
                    self.allows_code = True
            if budget.moment is not Moment.IDLE:
                raise CodeOfOthers
            with watched(budget):
                try:
                    return self._dump_all(new_file, limit, budget)
                except Stuck:
                    raise NotPicklable(sentences.ENDLESS) from None

    def weight(self, limit: float, check: Callable[[], Any]) -> int:
        """Return a lower bound of the size in bytes, see `weight.weight`."""
        return weight([*self.figures, *self._wanted.values()], limit, check)

    def _dump_all(self, new_file: Callable[[], SignedFile], limit: float, budget: Budget) -> SignedFile:
        while True:
            file = new_file()
            sink = Sink(file.write, limit=limit, budget=budget, weigh=partial(self.weight, limit, budget.check))
            if self._dump(sink):
                sink.finish()
                return file

    def _dump(self, sink: Sink) -> bool:
        if not self.thorough:
            sink.refuse_main()
        used = Globals({**self._wanted, **dict.fromkeys(self._left_out)})
        task = PicklingTask(
            figures=self.figures,
            others=self.others,
            suspects=self.suspects,
            unpicklable=self.unpicklable,
            allows_code=self.allows_code,
            globals=used,
        )
        writer = (pickler.thorough if self.thorough else pickler.quick)(sink, task)
        name: str | None = None
        try:
            if self.thorough:
                refer_to_namespace(writer)
            writer.dump(self.figures)
            writer.figures_end()
            self.lossy = bool(writer.missing_parts)
            writer.dump([Extras.of(figure).to_data() for figure in self.figures])
            writer.dump(registrations.needs(self.figures, writer.colormaps))
            for name, value in self._behind_figures(writer, used):
                writer.dump(None if name is None else (name, reference(value)))
        except TooLarge:
            if name is None:
                raise
            self._drop(name, sentences.NAME_LIMIT)
            return False
        except (Linked, TooSlow, CannotWrite, CodeOfOthers, GivenUp, Stuck, KeyboardInterrupt):
            raise
        except BaseException as error:  # a panic of Rust, the end of a task: that object does not go along
            if self.thorough:
                self._leave_out(writer, name, error)
            self.thorough = True
            return False
        finally:
            writer.clear_memo()  # else the collector looks at all that was pickled as soon as it may
        if self.thorough:
            self.thorough = writer.took_code or bool(self.suspects)
        self.allows_code = writer.met_code
        self.missing = writer.missing_parts + writer.missing + self._refused
        self.missing += [messages.missing_name(name, sentences.NAME_ENDED) for name in self._ended]
        self.parts = writer.parts
        self.globals = used.names
        return True

    def _behind_figures(self, writer: Any, used: Globals) -> Iterator[tuple[str | None, Any]]:
        """Yield the pairs of name and value that follow the figures, and where they end.

        A thorough pickle has the global names that functions use before the names that reach figures, which may draw
        with them, and those that only functions behind these names use after them. What has an empty name is not bound.
        """
        if self.thorough:
            if "" not in self._left_out:
                # A class that several names have in common must not be a part of the first of them.
                kinds = {id(type(value)): type(value) for value in self._wanted.values()}
                yield from (("", kind) for kind in kinds.values() if module_of(kind) == "__main__")
            yield from self._used_globals(used)
        parts = {
            name: value
            for name, value in self.others.items()
            if id(value) in writer.parts and name not in self._left_out
        }
        names = {**parts, **self._wanted}
        self._ended = [name for name, value in names.items() if ends(value)]
        self.names = [name for name in names if name not in self._ended]
        for name in self.names:
            yield name, names[name]
        yield None, None
        if self.thorough:
            yield from self._used_globals(used)

    def _used_globals(self, used: Globals) -> Iterator[tuple[str | None, Any]]:
        for name, value in used.new():
            if ends(value) or id(type(value)) in self.suspects:
                self._drop(name, sentences.NAME_ENDED if ends(value) else sentences.VALUE_NOT_SAVED)
            else:
                yield name, value
        yield None, None

    def _drop(self, name: str, why: str) -> None:
        """Exclude a name from now on, and record that it is missing."""
        if self._wanted.pop(name, None) is not None:
            self._refused.append(messages.missing_name(name, why))
            return
        self._left_out.add(name)
        if name:
            self._refused.append(messages.missing_global(name, why))

    def _leave_out(self, writer: Any, name: str | None, error: BaseException) -> None:
        kind, reason = type(writer.last), messages.described(error)
        deep = isinstance(error, RecursionError) or isinstance(error.__cause__, RecursionError)
        tried = len(self.suspects) + len(self.unpicklable)
        if not deep and tried < LOST_LIMIT and writer.may_be_left_out(kind) and id(writer.last) not in self.unpicklable:
            if id(kind) in self.suspects or kind is type:
                self.unpicklable[id(writer.last)] = writer.last
            self.suspects[id(kind)] = kind
        elif name is not None:
            self._drop(name, sentences.VALUE_NOT_SAVED_BECAUSE.format(error=reason))
        else:
            raise NotPicklable(sentences.NOT_SAVED_BECAUSE.format(error=reason))


def _artists_first(names: Mapping[str, Any]) -> dict[str, Any]:
    """Return names with those of objects of other libraries last: any that cannot be loaded is one of them."""

    def is_other(name: str) -> bool:
        kind = type(names[name])
        return not (belongs_to_matplotlib(kind) or module_of(kind) in ("builtins", "numpy"))

    return {name: names[name] for name in sorted(names, key=is_other)}
