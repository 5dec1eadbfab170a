"""All checks, and running them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .. import messages
from . import backend, diary, figures, libraries, names, parameters, sentences
from .check import Check, Finding, unknown
from .facts import Facts

CHECKS: dict[str, Callable[[Facts], Finding]] = {
    "matplotlib": libraries.matplotlib_is_there,
    "versions": libraries.versions_fit,
    "files": names.files_hide_nothing,
    "backend": backend.can_be_loaded,
    "display": backend.windows_can_open,
    "event-loop": backend.has_event_loop,
    "shows-nothing": backend.shows_figures,
    "override": backend.is_not_overridden,
    "backend-import": backend.is_not_changed_by_import,
    "ipympl": libraries.ipympl_is_there,
    "parameters": parameters.are_not_overwritten,
    "fonts": parameters.fonts_are_there,
    "open-figures": figures.are_few,
    "names": names.are_free,
    "diary": diary.can_be_written,
}
"""Id to check, in the order in which they are shown: what stands above may be the reason for what is below."""


def run_checks(agent: Any, *, quick: bool = False) -> list[Check]:
    """Return what all checks find in a kernel; one that fails says so and costs no other.

    Parameters
    ----------
    agent : responder.Responder
        The kernel's agent.
    quick : bool
        Whether no other process may be started to try an import.
    """
    facts = replace(agent.facts(), quick=quick)
    return [Check(name, *_finding(check, facts)) for name, check in CHECKS.items()]


def _finding(check: Callable[[Facts], Finding], facts: Facts) -> Finding:
    try:
        return check(facts)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever objects of others raise
        return unknown(sentences.CHECK_FAILED.format(error=messages.described(error)))
