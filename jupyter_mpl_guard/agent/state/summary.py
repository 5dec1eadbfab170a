"""What a plot state and a list of checks say, as a person reads it in a cell or in a terminal.

Pure functions of the documents: the magic in the kernel and the command line beside the server say the same with them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from unicodedata import east_asian_width

from ..protocol import Status, Trigger
from ..protocol.check_status import CheckStatus
from ..protocol.figure_state import FigureState
from . import sentences

WIDEST = 40
"""Maximum number of characters of a figure's label in a table."""


class Summary(NamedTuple):
    """Something to be read: sentences, a table, and sentences that follow from it.

    Attributes
    ----------
    sentences : tuple of str
        What is said first.
    head : tuple of str
        Headings of the columns of the table; none where each row begins with its own.
    rows : tuple of tuple of str
        The rows.
    after : tuple of str
        What is said behind the table.
    """

    sentences: tuple[str, ...]
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    after: tuple[str, ...] = ()


def status(state: Mapping[str, Any]) -> Summary:
    """Return the state of plotting in a kernel: its status, the settings in force, and what did not come back.

    Parameters
    ----------
    state : mapping
        A plot state.
    """
    rows = []
    if state.get("backend"):
        rows.append(("backend", str(state["backend"])))
        rows.append(("interactive mode", "on" if state.get("interactive") else "off"))
    rows += [(f"rcParams[{key!r}]", repr(value)) for key, value in sorted(state.get("rc_params", {}).items())]
    if state.get("backend") == "inline":
        rows.append(("inline formats", ", ".join(state.get("inline", {}).get("figure_formats", []))))
    if state.get("figures"):
        rows.append(("figures", _counted(state["figures"])))
    if (state.get("data") or {}).get("saved"):
        data = state["data"]
        rows.append(("data", f"{_names(data['saved'])} saved, {_size(data['bytes'])}"))
    if offered_data(state):
        rows.append(("data offered", _names(offered_data(state))))
    return Summary((said(state),), rows=tuple(rows), after=tuple(missing(state)))


def said(state: Mapping[str, Any]) -> str:
    """Return the status of a plot state as a sentence."""
    said = state["status"]
    if said == Status.RESTORED and (state.get("last_restore") or {}).get("trigger") == Trigger.MANUAL:
        return state.get("message") or sentences.ASKED_FOR
    return state.get("message") or sentences.OF_STATUS.get(said, said)


def missing(state: Mapping[str, Any]) -> list[str]:
    """Return one sentence for each part that the last restore has not restored."""
    report = state.get("last_restore") or {}
    return [f"Missing: {each['what']} ({each['why'].rstrip('.')})." for each in report.get("missing", [])]


def restored(back: Iterable[Mapping[str, Any]], before: Mapping[str, Any], after: Mapping[str, Any]) -> Summary:
    """Return what a restore has restored of what was offered.

    Parameters
    ----------
    back : iterable of mapping
        The figures that are back.
    before, after : mapping
        The plot states before and after it.
    """
    back = list(back)
    titles = [*map(title_of, back), *_ended_offer(before, after)]
    known = {each["id"] for each in before["figures"]}
    new = [each for each in after["figures"] if each["id"] not in known]
    also = [sentences.came_with_others(title_of(each), name) for each, name in _sharing(new, back)]
    return Summary((f"Restored: {'; '.join(titles)}." if titles else said(after),), after=(*also, *missing(after)))


def dismissed(gone: Iterable[Mapping[str, Any]], before: Mapping[str, Any], after: Mapping[str, Any]) -> Summary:
    """Return what is not offered any more, see `restored`."""
    gone = list(gone)
    titles = [*map(title_of, gone), *_ended_offer(before, after)]
    waiting = list(filter(is_waiting, after["figures"]))
    also = [sentences.comes_with_others(title_of(each), name) for each, name in _sharing(gone, waiting)]
    return Summary((f"Dismissed: {'; '.join(titles)}." if titles else sentences.NOTHING_TO_DISMISS, *also))


def _sharing(
    some: Iterable[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], str]]:
    """Return those of some figures that a name leads to which is all that leads to one of others, with that name."""
    shared = [set(each["names"]) for each in others]
    pairs = [(each, [name for name in each["names"] if {name} in shared]) for each in some]
    return [(each, names[0]) for each, names in pairs if names]


def offered_data(state: Mapping[str, Any]) -> int:
    """Return how many names of data from before the restart wait to be restored."""
    return int((state.get("data") or {}).get("offered", 0))


def _ended_offer(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    count = offered_data(before) - offered_data(after)
    return [f"{_names(count)} of data"] if count > 0 else []


def figures(state: Mapping[str, Any]) -> Summary:
    """Return a table of the figures of a kernel, see `in_order`."""
    if not state.get("figures"):
        return Summary((sentences.NO_FIGURES,))
    rows = tuple(
        (
            str(each["number"] or "-"),
            ", ".join(each["names"]) or "-",
            _shortened(each.get("label") or "-"),
            state_of(each),
            _size(each["bytes"]) if each["bytes"] else "-",
            each.get("why", ""),
        )
        for each in in_order(state["figures"])
    )
    return Summary((), ("figure", "names", "label", "state", "size", "reason"), rows)


def in_order(listed: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return figures in the order of their numbers; those that pyplot never had come last."""
    return sorted(listed, key=lambda each: each["number"] or math.inf)


def checks(found: Sequence[Mapping[str, Any]]) -> Summary:
    """Return what a diagnosis has found, problems first, each with its remedy.

    Parameters
    ----------
    found : sequence of mapping
        The checks as the REST call answers them.
    """
    order = {CheckStatus.PROBLEM: 0, CheckStatus.UNKNOWN: 1}
    rows = [
        (sentences.MARKS.get(each["status"], each["status"]), each["sentence"], each.get("remedy") or "")
        for each in sorted(found, key=lambda each: order.get(each["status"], 2))
        if each["status"] != CheckStatus.OK
    ]
    problems = sum(each["status"] == CheckStatus.PROBLEM for each in found)
    first = sentences.problems_found(problems)
    # Several checks may say the same, that Matplotlib is not imported for instance.
    return Summary((first,), ("", "what", "what to do") if rows else (), tuple(dict.fromkeys(rows)))


def is_waiting(figure: Mapping[str, Any]) -> bool:
    """Return whether a figure is from before the restart: it may be restored or dismissed."""
    return figure.get("state") in (FigureState.OFFERED, FigureState.LOST)


def state_of(figure: Mapping[str, Any]) -> str:
    """Return the state of a figure in words, also of one that an earlier version has written."""
    state = figure.get("state") or (FigureState.SAVED if figure["saved"] else FigureState.UNSAVED)
    return sentences.OF_FIGURE.get(state, state)


def title_of(figure: Mapping[str, Any]) -> str:
    """Return what a person would call a figure: its number and the names that reach it, or its label."""
    number = f"figure {figure['number']}" if figure["number"] else "a figure"
    called = ", ".join(figure["names"]) or figure.get("label") or ""
    return f"{number} ({called})" if called else number


def full_title_of(figure: Mapping[str, Any]) -> str:
    """Return all that a person may call a figure: its number, the names that reach it, and its label."""
    label = _shortened(figure.get("label") or "")
    if not label:
        return title_of(figure)
    return title_of({**figure, "names": [*figure["names"], f'"{label}"']})


def plain(summary: Summary) -> str:
    """Return a summary as text, its table in columns; what would move a terminal's cursor is replaced."""
    lines = list(map(visible, summary.sentences))
    table = [tuple(map(visible, row)) for row in ((summary.head,) if summary.head else ()) + summary.rows]
    if table:
        widths = [max(map(_width, column)) for column in zip(*table)]
        lines += ["  ".join(_padded(cell, width) for cell, width in zip(row, widths)).rstrip() for row in table]
    return "\n".join([*lines, *map(visible, summary.after)])


def visible(text: str) -> str:
    """Return a text in one line, without anything that a terminal would interpret."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in text)


def _names(count: int) -> str:
    return "1 name" if count == 1 else f"{count} names"


def _counted(listed: Iterable[Mapping[str, Any]]) -> str:
    """Return how many figures there are of each state."""
    states = list(map(state_of, listed))
    return ", ".join(f"{states.count(each)} {each}" for each in dict.fromkeys(states))


def _shortened(text: str) -> str:
    """Return a text that fits into a column."""
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def _size(count: float) -> str:
    """Return a number of bytes as a person reads it, in the units of the panel of figures."""
    return f"{max(1, round(count / 1e3))} kB" if count < 1e6 else f"{count / 1e6:.1f} MB"
