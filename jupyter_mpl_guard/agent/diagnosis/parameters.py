"""Checks of the rcParams: whether those that cells have set are in force, and whether the fonts in them are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..internals.registries import fonts, parameter
from ..settings.rcparams import same
from . import sentences
from .check import Finding, ok, problem, unknown

if TYPE_CHECKING:
    from .facts import KernelFacts

GENERIC = ("serif", "sans-serif", "cursive", "fantasy", "monospace")
"""Families that stand for the first font of a list that is there."""

ALSO_GENERIC = ("sans", "sans serif")
"""Other names under which Matplotlib knows them."""


def are_not_overwritten(facts: KernelFacts) -> Finding:
    """Check that `%matplotlib` has not overwritten what cells had set."""
    if facts.watch is None:
        return unknown(sentences.NOT_IMPORTED)
    keys = facts.watch.overwritten_by("magic")
    if keys:
        return problem(sentences.OVERWRITTEN.format(keys=", ".join(keys)), sentences.SET_AGAIN)
    return ok(sentences.PARAMETERS_KEPT)


def fonts_are_there(facts: KernelFacts) -> Finding:
    """Check that each family that rcParams name is there, or one of the fonts that stand for it."""
    if facts.matplotlib is None:
        return unknown(sentences.NOT_IMPORTED)
    there = {font.name.lower() for font in fonts()}
    if not there:
        return unknown(sentences.NO_FONT_LIST)
    families = facts.parameter("font.family") or []
    missing: list[str] = []
    for family in [families] if isinstance(families, str) else families:
        if family.lower() in ALSO_GENERIC:
            continue
        names = [family]
        if family.lower() in GENERIC:
            key = f"font.{family.lower()}"
            names = facts.parameter(key) or []
            names = [names] if isinstance(names, str) else list(names)
            if same(names, parameter(facts.matplotlib.rcParamsDefault, key)):
                continue
        if names and not any(_is_there(name, there) for name in names):
            missing += names
    if missing:
        return problem(sentences.NO_FONTS.format(fonts=", ".join(missing)), sentences.CHOOSE_FONT)
    return ok(sentences.FONTS_THERE)


def _is_there(name: str, there: set[str]) -> bool:
    """Return whether a font is there; a list of a family may name another family."""
    return name.lower() in there or name.lower() in (*GENERIC, *ALSO_GENERIC)
