"""Which of the parts that a restore has named as missing still are, after something more has come back."""

from __future__ import annotations

import sys
from collections.abc import Collection, Container, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from ..internals.registries import parameter
from ..protocol import Missing, MissingKind, RestoreReport
from ..settings.backends import short_name

if TYPE_CHECKING:
    from ..settings.lazy_settings import LazySettings


NAMES = (MissingKind.NAME, MissingKind.TAKEN_NAME, MissingKind.WAITING_NAME)


def still_missing(
    report: RestoreReport | None, names: Container[str], restored: Container[str], named: Collection[Missing]
) -> list[Missing]:
    """Return what an earlier report names and is still missing.

    Parameters
    ----------
    report : protocol.RestoreReport or None
        The report, None where there is none.
    names : container of str
        The names that are bound now.
    restored : container of str
        Keys of the plot state that have come back since.
    named : collection of Missing
        What is named now.
    """
    named_names = {each.key for each in named if each.kind in NAMES}

    def is_there(each: Missing) -> bool:
        if each.kind in NAMES:
            return each.key in names or each.key in named_names
        if each.kind is MissingKind.BACKEND:
            return "backend" in restored or any(map(partial(_is_same_backend, each), named))
        if each.kind is MissingKind.PARAMETER:
            return _is_set(each.key)
        return each.kind is MissingKind.KEPT_FIGURES  # all of these have been tried again

    missing = report.missing if report is not None else ()
    return [each for each in missing if each not in named and not is_there(each)]


def _is_same_backend(one: Missing, other: Missing) -> bool:
    return one.kind is other.kind and short_name(one.key) == short_name(other.key)


def refused_before(report: RestoreReport | None, settings: LazySettings) -> list[Missing]:
    """Return the backends that a report names as missing and that nobody wants any more.

    A request has asked for one in vain, and changed nothing by that; or a cell has chosen another one since.
    """
    backends = [each for each in report.missing if each.kind is MissingKind.BACKEND] if report is not None else []
    chosen = short_name(settings.watch.chosen_backend) if backends else None
    return [each for each in backends if short_name(each.key) != chosen]


def unset(missing: Iterable[Missing]) -> list[Missing]:
    """Return what is missing, without the parameters that have been set since."""
    return [each for each in missing if each.kind is not MissingKind.PARAMETER or not _is_set(each.key)]


def _is_set(key: str) -> bool:
    """Return whether a parameter that did not come back has been set since."""
    matplotlib: Any = sys.modules.get("matplotlib")
    if not hasattr(matplotlib, "rcParams"):
        return False
    return bool(repr(parameter(matplotlib.rcParams, key)) != repr(parameter(matplotlib.rcParamsDefault, key)))
