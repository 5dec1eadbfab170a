"""Load a figure from before the restart for as long as it is drawn: it stays offered, and nothing of it is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ... import messages
from ...internals.pyplot import give_agg_canvas
from ...pickling.loading import Contents
from ...pickling.namespace import namespace
from ...pickling.quiet import quiet
from ...storage.signed_file import Unusable
from . import sentences
from .registered import registered

if TYPE_CHECKING:
    from ...storage.figures.figure_entry import FigureEntry
    from ..live import LiveFigures
    from ..offers import Offers


class NotLoaded(Exception):
    """Raised when a saved figure cannot be loaded; the text is a sentence."""


class OfferedFigures:
    """Load figures that are offered, without taking the offer.

    Parameters
    ----------
    offers : offers.Offers
        The figures that may come back.
    live : live.LiveFigures
        Those that are alive: what is loaded does not become one of them.
    kept : callable
        Returns a context manager that keeps the settings when modules are imported.
    """

    def __init__(self, offers: Offers, live: LiveFigures, kept: Callable[[], AbstractContextManager[Any]]) -> None:
        self._offers = offers
        self._live = live
        self._kept = kept

    def size(self, figure_id: str) -> int | None:
        """Return how many bytes are saved of the figure with an id, None where no such figure is offered."""
        entry = self._offers.entry(figure_id)
        return None if entry is None else entry.size_of_each

    @contextmanager
    def loaded_figure(self, figure_id: str) -> Iterator[Any]:
        """Yield the figure with an id, None where no such figure is offered.

        While the block runs, names and registrations that the figure looks up are in force as they were when it was
        saved, unless the user has bound or changed them since.

        Raises
        ------
        NotLoaded
            It cannot be loaded.
        """
        entry = self._offers.entry(figure_id)
        if entry is None:
            yield None
            return
        with quiet():
            try:
                data = self._offers.load(entry)
                import_module("matplotlib.figure")
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                raise NotLoaded(_sentence(error, entry)) from error
            with self._kept(), self._offers.surroundings(), self._live.ignoring_canvases():
                contents = _contents(data, entry)
                ids = [each.id for each in entry.figures]
                figure, extras = next(
                    (figure, extras)
                    for each, figure, extras in zip(ids, contents.figures, contents.extras)
                    if each == figure_id
                )
                try:
                    with _globals_of(contents), registered(contents.needs, self._offers.put_tables):
                        figure.set_dpi(extras.dpi)
                        give_agg_canvas(figure)
                        yield figure
                finally:
                    for each in contents.figures:
                        with suppress(Exception):
                            each.clear()  # else its data stays until cycles are collected


def _contents(data: bytes, entry: FigureEntry) -> Contents:
    try:
        return Contents(data)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # what is imported for it may raise anything
        raise NotLoaded(_sentence(error, entry)) from error


def _sentence(error: BaseException, entry: FigureEntry) -> str:
    if isinstance(error, Unusable):
        return sentences.not_loaded(str(error))
    return sentences.not_loaded(messages.load_failure(error, entry.matplotlib))


@contextmanager
def _globals_of(contents: Contents) -> Iterator[None]:
    """Bind the global names that functions of the figures use until the block ends, unless they are bound."""
    names, bound = namespace(), {}
    for pair in contents.globals():
        if pair.name and pair.error is None and pair.name not in names:
            names[pair.name] = bound[pair.name] = pair.value
    try:
        yield
    finally:
        for name, value in bound.items():
            if names.get(name) is value:
                del names[name]
