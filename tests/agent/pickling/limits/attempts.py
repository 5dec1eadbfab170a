"""Attempts to pickle figures that hold something, with what they have written."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from jupyter_mpl_guard.agent.pickling.attempt import Attempt
from jupyter_mpl_guard.agent.pickling.limits.budget import Budget

MIB = 2**20


class Plain:
    """An object with the given attributes."""

    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


class Quits(BaseException):
    """A stand-in for a panic of Rust."""


def figure_with(**attributes: Any) -> Figure:
    """Return a figure that holds a plain object with attributes."""
    figure: Any = Figure()
    figure.add_subplot().plot([1, 2])
    figure.held = Plain(**attributes)
    return figure


def pickled(attempt: Attempt, budget: Budget, limit: float = 256 * MIB) -> tuple[bytes, list[int]]:
    """Return the bytes of an attempt, and how many were passed on at a time."""
    written = bytearray()
    sizes: list[int] = []

    class File:
        def __init__(self) -> None:
            written.clear()

        def write(self, piece: memoryview) -> None:
            sizes.append(piece.nbytes)
            written.extend(piece)

    try:
        attempt.dump(File, limit, budget)
    finally:
        pickled.sizes = sizes  # type: ignore[attr-defined]
    return bytes(written), sizes


def raising(error: type[BaseException]) -> type:
    """Return a class whose objects raise when they are pickled."""

    class Raises:
        def __reduce__(self) -> Any:
            raise error

    return Raises
