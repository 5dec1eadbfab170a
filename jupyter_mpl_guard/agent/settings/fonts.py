"""Fonts: those in use, and those that the user has added to Matplotlib's."""

import os
import sys


def known(rc):
    """Return the font families of the parameters that Matplotlib's font manager has a file for, sorted."""
    manager = sys.modules.get("matplotlib.font_manager")
    if not hasattr(manager, "fontManager"):
        return []
    families = dict.get(rc, "font.family", [])
    wanted = set()
    for family in [families] if isinstance(families, str) else families:
        wanted.update(dict.get(rc, "font." + family, [family]))
    return sorted(wanted & {font.name for font in manager.fontManager.ttflist})


def added():
    """Return the files of the fonts that are neither Matplotlib's own nor installed in the system's folders, sorted."""
    manager = sys.modules.get("matplotlib.font_manager")
    if not hasattr(manager, "fontManager"):
        return []
    import matplotlib

    names = ("X11FontDirectories", "OSXFontDirectories", "MSUserFontDirectories")  # module constants, since 1.0
    usual = [matplotlib.get_data_path(), os.environ.get("WINDIR", "/usr/share/fonts")]
    usual += [os.path.expanduser(str(folder)) for name in names for folder in getattr(manager, name, ())]
    files = (str(font.fname) for font in manager.fontManager.ttflist)
    return sorted({name for name in files if not name.startswith(tuple(filter(None, usual)))})
