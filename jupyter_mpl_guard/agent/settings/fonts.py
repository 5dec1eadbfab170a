"""Fonts: those in use, and those that the user has added to Matplotlib's."""

from ..internals.registries import fonts, parameter, system_font_folders


def known(rc):
    """Return the font families of the parameters that Matplotlib's font manager has a file for, sorted."""
    if not fonts():
        return []
    families = parameter(rc, "font.family", [])
    wanted = set()
    for family in [families] if isinstance(families, str) else families:
        wanted.update(parameter(rc, "font." + family, [family]))
    return sorted(wanted & {font.name for font in fonts()})


def added():
    """Return the files of the fonts that are neither Matplotlib's own nor installed in the system's folders, sorted."""
    if not fonts():
        return []
    usual = tuple(system_font_folders())
    files = (str(font.fname) for font in fonts())
    return sorted({name for name in files if not name.startswith(usual)})
