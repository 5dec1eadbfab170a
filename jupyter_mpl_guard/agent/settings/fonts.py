"""Fonts: those in use, and those that the user has added to those of Matplotlib."""

from __future__ import annotations

from typing import Any

from ..internals.registries import fonts, parameter, system_font_folders


def known(rc: Any) -> list[str]:
    """Return the font families in the rcParams that the font manager has a file for, sorted."""
    if not fonts():
        return []
    families = parameter(rc, "font.family", [])
    wanted: set[str] = set()
    for family in [families] if isinstance(families, str) else families:
        wanted.update(parameter(rc, "font." + family, [family]))
    return sorted(wanted & {font.name for font in fonts()})


def added() -> list[str]:
    """Return the files of fonts that neither come with Matplotlib nor are in the folders of the system, sorted."""
    if not fonts():
        return []
    usual = tuple(system_font_folders())
    files = (str(font.fname) for font in fonts())
    return sorted({name for name in files if not name.startswith(usual)})
