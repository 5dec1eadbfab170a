"""The figures that have been made in this process and are alive, whatever leads to them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import ref

from ..method_wrapping import wrap_method

RECENT = 1_000
"""Maximum number of new figures to remember until they are asked for: nobody asks while the guard is paused."""


class FigureRegistry:
    """Track the figures of this process that are alive.

    Parameters
    ----------
    made : callable
        Called without arguments when a figure has been made, in whichever thread.
    """

    def __init__(self, made: Callable[[], Any] = lambda: None) -> None:
        self._made = made
        self._alive: dict[int, ref[Any]] = {}
        self._recent: deque[ref[Any]] = deque(maxlen=RECENT)
        self._unwrap: Callable[[], None] | None = None
        self._ignores_canvases = False

    def listen(self) -> None:
        """Track each figure that is made from now on: each is given a canvas then. `Figure.set_canvas` is public."""
        from matplotlib import figure

        note = self._note

        def set_canvas(original: Callable[..., Any], figure: Any, *arguments: Any, **options: Any) -> Any:
            note(figure)
            return original(figure, *arguments, **options)

        self._unwrap = wrap_method(figure.Figure, "set_canvas", set_canvas)

    @contextmanager
    def ignoring_canvases(self) -> Iterator[None]:
        """Ignore canvases in the block: a figure has them only for the time of it."""
        self._ignores_canvases = True
        try:
            yield
        finally:
            self._ignores_canvases = False

    def _note(self, figure: Any) -> None:
        if self._ignores_canvases:
            return
        try:
            key, alive = id(figure), self._alive
            alive[key] = ref(figure, lambda dead: alive.pop(key, None) if alive.get(key) is dead else None)
            self._recent.append(alive[key])
            self._made()
        except Exception:  # one figure fewer is known
            pass

    def alive(self) -> list[Any]:
        """Return the figures that have been made and are alive, including garbage that is not collected yet."""
        return [figure for figure in (reference() for reference in list(self._alive.values())) if figure is not None]

    def recent(self) -> list[Any]:
        """Return the figures that have been given a canvas since this was last called, None for each that is gone."""
        recent = [reference() for reference in self._recent]
        self._recent.clear()
        return recent

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Exclude figures from `recent` that are given a canvas meanwhile: they are loaded, and drawn by no cell."""
        before = list(self._recent)
        try:
            yield
        finally:
            self._recent.clear()
            self._recent.extend(before)

    def end(self) -> None:
        """Restore Matplotlib as it was; safe to call again."""
        if self._unwrap is not None:
            self._unwrap()
        self._unwrap = None
