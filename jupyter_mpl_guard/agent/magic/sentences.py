"""The sentences about a line of the magic that is not valid."""

from __future__ import annotations

from collections.abc import Iterable


def no_subcommand(command: str, known: Iterable[str]) -> str:
    """Return that there is no such subcommand, and which there are."""
    return f"%mpl_guard has no subcommand {command!r}; there are {', '.join(known)}."


def takes_nothing(command: str) -> str:
    """Return that a subcommand names no figures."""
    return f"%mpl_guard {command} takes nothing behind it."


def not_read(line: str, error: Exception) -> str:
    """Return that a line cannot be split into words."""
    return f"%mpl_guard cannot read {line!r}: {error}."


def main_thread_only(command: str) -> str:
    """Return that a subcommand does not work in other threads."""
    return f"%mpl_guard {command} works in the main thread of the kernel only."
