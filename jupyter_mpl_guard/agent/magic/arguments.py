"""The arguments of the magic: a subcommand, and for some the words that name figures."""

from __future__ import annotations

import shlex

from . import sentences

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


class Misused(ValueError):
    """The line of a magic is not valid; the text says in a sentence what is wrong with it."""


def parse(line: str) -> tuple[str, list[str]]:
    """Return the subcommand of a line and the words that name figures.

    Raises
    ------
    Misused
        There is no such subcommand, or it takes no more words.
    """
    command, *words = _words(line) or ["status"]
    if command not in SUBCOMMANDS:
        raise Misused(sentences.no_subcommand(command, SUBCOMMANDS))
    if words and command not in TAKES_FIGURES:
        raise Misused(sentences.takes_nothing(command))
    return command, words


def _words(line: str) -> list[str]:
    """Return the words of a line, separated by spaces and commas; a label in quotation marks is one word."""
    words = shlex.shlex(line, posix=True)
    words.whitespace += ","
    words.whitespace_split, words.commenters = True, ""
    try:
        return list(words)
    except ValueError as error:
        raise Misused(sentences.not_read(line, error)) from error
