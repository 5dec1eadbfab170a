"""Write the figures of a kernel to files: drawn by the kernel or, where it cannot do that, their kept pictures."""

from __future__ import annotations

import os
from argparse import Namespace
from http import HTTPStatus
from typing import Any, NamedTuple

from ..agent.state.naming import figures_named
from ..agent.state.summary import title_of, visible
from . import messages
from .files import FileNames, write
from .outcome import CommandFailed, ExitStatus
from .progress import say, waiting
from .search import Kernel

PATIENCE = 120.0
"""Seconds that the drawing of one figure may take."""


class Drawn(NamedTuple):
    """One figure as a file.

    Attributes
    ----------
    data : bytes
        The content of the file.
    ending : str
        The end of its name, which is its format too: png, svg or pdf.
    instead : str
        Why it is a picture and not what was asked for, a sentence; "" where it is that.
    """

    data: bytes
    ending: str
    instead: str = ""


class ExportOutcome(NamedTuple):
    """What was exported.

    Attributes
    ----------
    text : str
        What is printed for a person.
    answer : list of dict
        For each figure its id, and the file or why there is none.
    """

    status: ExitStatus
    text: str
    answer: list[dict[str, Any]]


def export(kernel: Kernel, options: Namespace) -> ExportOutcome:
    """Export the figures that are named, or all.

    Raises
    ------
    CommandFailed
        The folder cannot be made.
    """
    figures = figures_named(options.names, kernel.state) if options.names else kernel.state["figures"]
    if not figures:
        return ExportOutcome(ExitStatus.OK, messages.NOTHING_TO_EXPORT, [])
    try:
        os.makedirs(options.to, exist_ok=True)
    except OSError as error:
        why = messages.NOT_WRITTEN.format(path=options.to, why=error.strerror)
        raise CommandFailed(ExitStatus.PROBLEM, why) from error
    names, written, worst = FileNames(), [], ExitStatus.OK
    for count, figure in enumerate(figures, 1):
        said: dict[str, Any] = {"id": figure["id"], "file": None, "why": ""}
        try:
            with waiting(kernel.id):
                drawn = _drawn(kernel, figure, options)
            path = os.path.join(options.to, names.name_of(figure, drawn.ending))
            write(path, drawn.data, force=options.force)
            said["file"] = path
            say(visible(messages.EXPORTING.format(count=count, total=len(figures), path=path)))
            if drawn.instead:
                said["why"] = drawn.instead
                worst = max(worst, ExitStatus.PROBLEM)
        except CommandFailed as error:
            said["why"] = str(error)
            worst = max(worst, error.status)
        if said["why"]:
            say(visible(said["why"]))
        written.append(said)
        if worst == ExitStatus.BUSY:  # it would be waited for again for each of the others
            written += [{**said, "id": each["id"]} for each in figures[count:]]
            break
    count = sum(each["file"] is not None for each in written)
    return ExportOutcome(worst, visible(messages.exported(count, os.path.abspath(options.to))), written)


def _drawn(kernel: Kernel, figure: dict[str, Any], options: Namespace) -> Drawn:
    """Return a figure as the kernel draws it, or its kept picture where the kernel cannot do that.

    Raises
    ------
    CommandFailed
        The kernel is busy, or there is neither.
    """
    title = title_of(figure)
    path = ("mpl-guard", "kernels", kernel.id, "figures")
    wanted: dict[str, Any] = {"format": options.format, "transparent": options.transparent}
    wanted |= {"dpi": options.dpi} if options.dpi else {}
    answer = kernel.server.call("POST", *path, figure["id"], "export", body=wanted, patience=PATIENCE)
    if answer.code == HTTPStatus.OK:
        return Drawn(answer.body, options.format)
    if answer.code == HTTPStatus.ACCEPTED:
        raise CommandFailed(ExitStatus.BUSY, answer.message or messages.BUSY)
    why = answer.message or HTTPStatus(answer.code).phrase
    missing = messages.NOT_EXPORTED.format(title=title, why=why)
    if answer.code != HTTPStatus.CONFLICT:
        raise CommandFailed(ExitStatus.PROBLEM, missing)
    picture = kernel.server.get(*path, figure["id"] + ".png")
    if picture.code != HTTPStatus.OK or picture.kind != "image/png":
        raise CommandFailed(ExitStatus.PROBLEM, missing)
    return Drawn(picture.body, "png", messages.PICTURE_INSTEAD.format(title=title, why=why))
