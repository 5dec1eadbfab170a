"""Find the figures of a plot state that words in a cell or on the command line mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from . import sentences
from .summary import full_title_of, in_order, is_waiting, offered_data


class NoSuchFigure(ValueError):
    """Raised when a word names no figure that could be meant; its text says so in a sentence."""


def names_of(figure: Mapping[str, Any]) -> list[str]:
    """Return what a figure may be called: the names that lead to it, its number and its label."""
    number = str(figure["number"]) if figure["number"] else ""
    return [name for name in (*figure["names"], number, figure.get("label", "")) if name]


def offered(state: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the figures of a plot state that are from before the restart."""
    return list(filter(is_waiting, state["figures"]))


def anything_waits(state: Mapping[str, Any]) -> bool:
    """Return whether figures or data from before the restart wait to be restored or dismissed."""
    return bool(offered(state) or offered_data(state))


def figures_named(words: Iterable[str], state: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the figures of a plot state that some words name, whatever their state.

    Raises
    ------
    NoSuchFigure
        A word names none.
    """
    named: list[dict[str, Any]] = []
    for word in words:
        found = [each for each in state["figures"] if _is_called(each, word)]
        if not found:
            raise NoSuchFigure(sentences.no_such_figure(word, map(full_title_of, in_order(state["figures"]))))
        named += [each for each in found if each not in named]
    return named


def _is_called(figure: Mapping[str, Any], word: str) -> bool:
    return word in (*names_of(figure), figure["id"])


def ids_of(words: Iterable[str], state: Mapping[str, Any], to_be: str = "restored") -> list[str]:
    """Return the ids of the figures from before the restart that some words name.

    Parameters
    ----------
    words : iterable of str
        Each a name, a number, a label or an id.
    state : mapping
        The plot state.
    to_be : str
        What is to become of the figures: "restored" or "dismissed".

    Raises
    ------
    NoSuchFigure
        A word names no such figure.
    """
    waiting = offered(state)
    ids: list[str] = []
    for word in words:
        named = [each["id"] for each in waiting if _is_called(each, word)]
        if not named:
            raise NoSuchFigure(_unknown(word, state, to_be))
        ids += named
    return list(dict.fromkeys(ids))


def _unknown(word: str, state: Mapping[str, Any], to_be: str) -> str:
    waiting = offered(state)
    for each in state["figures"]:
        if not is_waiting(each) and _is_called(each, word):
            return sentences.does_not_wait(word, full_title_of(each), to_be)
    if not waiting:
        return sentences.none_waits(word, to_be)
    return sentences.none_of_those_waiting(word, map(full_title_of, in_order(waiting)))
