"""What the agent answers to questions that change nothing: the diagnosis, the backends to choose from, and code."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .. import messages
from ..settings.backends import TOOLKITS
from ..settings.code import choices, lines_for, styles_in_force
from ..settings.rcparams import to_data
from . import sentences
from .backend import origin_of_backend
from .facts import Facts
from .installed import has_display, is_there
from .libraries import wanted_in_page
from .run import run_checks

if TYPE_CHECKING:
    from ..settings.choice.watch import SettingsWatch

OFFERED = ("inline", "widget", "notebook", "qt", "tk", "wx", "gtk3", "gtk4", "osx", "agg")
"""Backends to choose from, the usual ones first."""


def answer(agent: Any, question: str) -> dict[str, Any]:
    """Return what an agent answers to one of the `protocol.QUESTIONS`, as JSON data."""
    return {"diagnose": diagnosis, "backends": backends, "code": code}[question](agent)


def diagnosis(agent: Any) -> dict[str, Any]:
    """Return what all checks find, and what ipympl wants of its half in the page, which only the server can check."""
    wants = wanted_in_page() if is_there("ipympl") else None
    facts = agent.facts()
    return {
        "checks": [each.to_json() for each in run_checks(agent)],
        "ipympl_in_page": wants,
        "shows_canvases": "widget" in facts.wanted,
    }


def kept(agent: Any) -> dict[str, Any]:
    """Return what is kept of a diagnosis that nobody has asked for: no other process is started for it."""
    found = [each.to_json() for each in run_checks(agent, quick=True)]
    return {"incarnation": agent.state()["incarnation"], "checks": found}


def backends(agent: Any) -> dict[str, Any]:
    """Return the backends that could be chosen, who has chosen the one in force, and the defaults of what differs."""
    facts: Facts = agent.facts()
    names = [name for name in OFFERED if name != "osx" or sys.platform == "darwin"]
    if facts.backend is not None and facts.backend not in names:
        names.append(facts.backend)
    why = {name: _why_not(name) for name in names}
    return {
        "backends": [{"name": name, "usable": not why[name], "why": why[name]} for name in names],
        "origin": origin_of_backend(facts),
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


def code(agent: Any) -> dict[str, Any]:
    """Return the lines that make the settings in force in a fresh kernel."""
    facts: Facts = agent.facts()
    if facts.watch is None:
        return {"code": lines_for(agent.state())}
    record = facts.watch.capture()
    settings = {**record.settings, "figures": facts.figures}
    return {"code": lines_for(settings, choices(record), styles_in_force(settings["rc_params"]))}
