"""What the agent answers to questions that change nothing: the diagnosis, the backends to choose from, and code."""

from __future__ import annotations

import sys
from typing import Any

from .. import messages
from ..protocol import MissingKind
from ..settings.backends import TOOLKITS, display_works
from ..settings.code import lines_for, styles_in_force
from . import sentences
from .facts import Facts
from .installed import is_there
from .libraries import wanted_in_page
from .run import run_checks

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


def backends(agent: Any) -> dict[str, Any]:
    """Return the backends that could be chosen, each with whether it works here and why not."""
    facts: Facts = agent.facts()
    names = [name for name in OFFERED if name != "osx" or sys.platform == "darwin"]
    if facts.backend is not None and facts.backend not in names:
        names.append(facts.backend)
    why = {name: _why_not(name) for name in names}
    return {"backends": [{"name": name, "usable": not why[name], "why": why[name]} for name in names]}


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
        if name != "osx" and not display_works():
            return sentences.as_sentence(messages.NO_DISPLAY)
    return ""


def code(agent: Any) -> dict[str, Any]:
    """Return the lines that make the settings in force in a fresh kernel."""
    facts: Facts = agent.facts()
    if facts.watch is None:
        return {"code": lines_for(agent.state())}
    record = facts.watch.capture()
    unsaved = {each.key for each in record.unsaved if each.kind is MissingKind.PARAMETER}
    chosen = [key for key in record.chosen if key not in unsaved]
    settings = {**record.settings, "figures": facts.figures}
    return {"code": lines_for(settings, chosen, styles_in_force(settings["rc_params"]))}
