"""What the agent answers to questions that change nothing: the diagnosis, the backends to choose from, and code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .. import messages
from ..internals.registries import loaded_backend
from ..protocol import Diagnose, ListBackends
from ..settings.backends import TOOLKITS
from ..settings.code import choices, lines_for, own_colormap, styles_in_force
from ..settings.rcparams import to_data
from . import backend, diary, figures, libraries, names, parameters, sentences
from .check import CheckResult, Finding, unknown
from .installed import has_display, is_there

if TYPE_CHECKING:
    from ..protocol import Question
    from ..settings.choice.watch import SettingsWatch
    from .facts import KernelFacts

CHECKS: dict[str, Callable[[KernelFacts], Finding]] = {
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

OFFERED = ("inline", "widget", "notebook", "qt", "tk", "wx", "gtk3", "gtk4", "osx", "agg")
"""Backends to choose from, the usual ones first."""


def answer(question: Question, facts: KernelFacts, state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to a question, as JSON data.

    Parameters
    ----------
    facts : facts.KernelFacts
        What is looked at.
    state : mapping
        The plot state.
    """
    if isinstance(question, Diagnose):
        return _diagnosis(facts)
    return _backends(facts) if isinstance(question, ListBackends) else _code(facts, state)


def run_checks(facts: KernelFacts) -> list[dict[str, str]]:
    """Return what all checks find in a kernel, as JSON data; one that fails says so and does not stop the others."""
    return [CheckResult(name, *_finding(check, facts)).to_json() for name, check in CHECKS.items()]


def _finding(check: Callable[[KernelFacts], Finding], facts: KernelFacts) -> Finding:
    try:
        return check(facts)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever objects of others raise
        return unknown(sentences.CHECK_FAILED.format(error=messages.described(error)))


def _diagnosis(facts: KernelFacts) -> dict[str, Any]:
    """Return what all checks find, and what ipympl wants of its half in the page, which only the server can check."""
    wants = libraries.wanted_in_page() if is_there("ipympl") else None
    return {"checks": run_checks(facts), "ipympl_in_page": wants, "shows_canvases": "widget" in facts.wanted}


def _backends(facts: KernelFacts) -> dict[str, Any]:
    """Return the backends that could be chosen, who has chosen the one in force, and the defaults of what differs."""
    offered = [name for name in OFFERED if name != "osx" or sys.platform == "darwin"]
    if facts.backend is not None and facts.backend not in offered:
        offered.append(facts.backend)
    why = {name: _why_not(name) for name in offered}
    return {
        "backends": [{"name": name, "usable": not why[name], "why": why[name]} for name in offered],
        "origin": backend.origin_of_backend(facts),
        "defaults": {} if facts.watch is None else _defaults(facts.watch),
    }


def _defaults(watch: SettingsWatch) -> dict[str, Any]:
    """Return the defaults of the rcParams that differ from them, as JSON data, but for those that are no data."""
    defaults = watch.pristine()[1]
    data = {}
    for key in watch.capture().settings["rc_params"]:
        with suppress(Exception):
            data[key] = to_data(key, defaults[key])
    return data


def _why_not(name: str) -> str:
    """Return, as a sentence, why a backend does not work here, "" where it does."""
    if not is_there("matplotlib"):
        return sentences.NO_MATPLOTLIB.format(prefix=sys.prefix)
    if name == "widget" and not is_there("ipympl"):
        return sentences.as_sentence(messages.NO_IPYMPL)
    if name == "notebook":
        return sentences.CLASSIC_ONLY
    if name in TOOLKITS:
        if not any(map(is_there, TOOLKITS[name])):
            return sentences.as_sentence(messages.NO_TOOLKIT)
        if name != "osx" and not has_display():
            return sentences.as_sentence(messages.NO_DISPLAY)
    return ""


def _code(facts: KernelFacts, state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the lines that make the settings in force in a fresh kernel."""
    if facts.watch is None:
        return {"code": lines_for(state)}
    record = facts.watch.capture()
    settings = {**record.settings, "backend": _backend_in_force(facts), "figures": facts.figures}
    rc_params = settings["rc_params"]
    return {"code": lines_for(settings, choices(record), styles_in_force(rc_params), own_colormap(rc_params))}


def _backend_in_force(facts: KernelFacts) -> str | None:
    """Return the backend that figures get, None where choosing one has failed before there was another one."""
    name = facts.backend
    return name if loaded_backend() or (name is not None and not _why_not(name)) else None
