"""What a restore has named as missing and what of that still is, after something more has come back."""

from __future__ import annotations

import re
import sys
from collections.abc import Container, Iterable

from ..internals.registries import parameter
from ..protocol import KEPT, Missing, RestoreReport


def still_missing(
    report: RestoreReport | None, names: Container[str], restored: Container[str], named: Container[Missing]
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
    named : container of Missing
        What is named now.
    """
    return [
        each
        for each in (report.missing if report is not None else ())
        if each not in named
        and not each.why.endswith(KEPT)  # all of these have been tried again
        and not (each.what.startswith("the name ") and _name_in(each.what) in names)
        and not (each.what.startswith("backend ") and "backend" in restored)
        and not _is_set(each.what)
    ]


def unset(missing: Iterable[Missing]) -> list[Missing]:
    """Return what is missing, without the parameters that have been set since."""
    return [each for each in missing if not _is_set(each.what)]


def _name_in(what: str) -> str:
    return what.split()[2].rstrip(",")


def _is_set(what: str) -> bool:
    """Return whether a parameter that did not come back has been set since."""
    matplotlib = sys.modules.get("matplotlib")
    found = re.fullmatch(r"rcParams\['([\w.-]+)'\]", what)
    if found is None or not hasattr(matplotlib, "rcParams"):
        return False
    return bool(repr(parameter(matplotlib.rcParams, found[1])) != repr(parameter(matplotlib.rcParamsDefault, found[1])))
