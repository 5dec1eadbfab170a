"""What is written behind the magic: a subcommand, and for some the figures that are meant."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from ..state.summary import title_of

SUBCOMMANDS = (
    "status",
    "figures",
    "restore",
    "dismiss",
    "doctor",
    "code",
    "pause",
    "resume",
    "forget",
    "help",
)

TAKES_FIGURES = ("restore", "dismiss")
"""Subcommands that may name figures."""

WAITING = ("offered", "lost")
"""States of figures that are from before the restart: they may be restored or dismissed."""


class Misused(ValueError):
    """Say in a sentence what is wrong with the line of a magic."""


def parse(line: str) -> tuple[str, list[str]]:
    """Return the subcommand of a line and the words that name figures.

    Raises
    ------
    Misused
        There is no such subcommand, or it takes no more words.
    """
    command, *words = _words(line) or ["status"]
    if command not in SUBCOMMANDS:
        raise Misused(f"%mpl_guard has no subcommand {command!r}; there are {', '.join(SUBCOMMANDS)}.")
    if words and command not in TAKES_FIGURES:
        raise Misused(f"%mpl_guard {command} takes nothing behind it.")
    return command, words


def _words(line: str) -> list[str]:
    """Return the words of a line, between spaces and commas; a label with spaces is one in quotation marks."""
    words = shlex.shlex(line, posix=True)
    words.whitespace += ","
    words.whitespace_split, words.commenters = True, ""
    try:
        return list(words)
    except ValueError as error:
        raise Misused(f"%mpl_guard cannot read {line!r}: {error}.") from error


def names_of(figure: Mapping[str, Any]) -> list[str]:
    """Return what a figure may be called: the names that lead to it, its number, its label and its id."""
    number = str(figure["number"]) if figure["number"] else ""
    return [name for name in (*figure["names"], number, figure.get("label", "")) if name]


def offered(state: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the figures of a plot state that are from before the restart."""
    return [each for each in state["figures"] if each.get("state") in WAITING]


def ids_of(words: list[str], state: Mapping[str, Any]) -> list[str]:
    """Return the ids of the figures from before the restart that some words name.

    Parameters
    ----------
    words : list of str
        Each a name, a number, a label or an id.
    state : mapping
        The plot state.

    Raises
    ------
    Misused
        A word names no such figure.
    """
    waiting = offered(state)
    ids: list[str] = []
    for word in words:
        named = [each["id"] for each in waiting if word in (*names_of(each), each["id"])]
        if not named:
            raise Misused(_unknown(word, state))
        ids += named
    return list(dict.fromkeys(ids))


def _unknown(word: str, state: Mapping[str, Any]) -> str:
    waiting = offered(state)
    for each in state["figures"]:
        if each not in waiting and word in (*names_of(each), each["id"]):
            return f"{word} is {title_of(each)} of this kernel; it does not wait to be restored."
    if not waiting:
        return f"No figure {word!r} can be restored: there is none from before the restart."
    return f"No figure from before the restart is called {word!r}; there are {'; '.join(map(title_of, waiting))}."
