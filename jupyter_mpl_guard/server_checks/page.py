"""Checks of what the pages of this server are made of: whether they can show the canvases of a kernel's ipympl."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_config_path, jupyter_path

from .. import messages
from .check import CheckDocument, ok, problem, unknown

CANVASES, MANAGER = "jupyter-matplotlib", "@jupyter-widgets/jupyterlab-manager"
"""Extensions of the page: ipympl's half, and what shows widgets."""

IPYMPL_IN_PAGE, WIDGET_MANAGER = "ipympl-in-page", "widget-manager"


def page_checks(wanted: str | None, *, shows_canvases: bool) -> list[CheckDocument]:
    """Check that pages can show the canvases of a kernel.

    Parameters
    ----------
    wanted : str or None
        Which version of its half in the page the kernel's ipympl wants, as npm writes it; None where it does not say.
    shows_canvases : bool
        Whether the kernel is to show canvases.
    """
    if not shows_canvases:
        return [ok(name, messages.NO_CANVASES) for name in (IPYMPL_IN_PAGE, WIDGET_MANAGER)]
    if find_spec("jupyterlab_server") is None:
        return [unknown(name, messages.OTHER_PAGES) for name in (IPYMPL_IN_PAGE, WIDGET_MANAGER)]
    return [canvases_fit(version_of(CANVASES), wanted), manager_is_there(version_of(MANAGER), is_disabled(MANAGER))]


def canvases_fit(version: str | None, wanted: str | None) -> CheckDocument:
    """Check that the page has ipympl's half, in the version that the kernel's half wants."""
    if version is None:
        return problem(IPYMPL_IN_PAGE, messages.NO_IPYMPL_IN_PAGE, messages.INSTALL_IPYMPL)
    if wanted is None:
        return unknown(IPYMPL_IN_PAGE, messages.NO_VERSION_WANTED)
    if not fits(version, wanted):
        said = messages.OTHER_IPYMPL_IN_PAGE.format(version=version, wanted=wanted)
        return problem(IPYMPL_IN_PAGE, said, messages.UPDATE_IPYMPL)
    return ok(IPYMPL_IN_PAGE, messages.IPYMPL_FITS.format(version=version))


def manager_is_there(version: str | None, is_disabled: bool) -> CheckDocument:
    """Check that what shows widgets is installed and enabled."""
    if version is None:
        return problem(WIDGET_MANAGER, messages.NO_WIDGET_MANAGER, messages.INSTALL_WIDGET_MANAGER)
    if is_disabled:
        return problem(WIDGET_MANAGER, messages.WIDGET_MANAGER_DISABLED, messages.ENABLE_WIDGET_MANAGER)
    return ok(WIDGET_MANAGER, messages.WIDGET_MANAGER_WORKS.format(version=version))


def version_of(extension: str) -> str | None:
    """Return the version of a prebuilt extension that pages of this server load, None where there is none."""
    for folder in jupyter_path("labextensions"):
        document = _read(Path(folder, extension, "package.json"))
        if isinstance(document, dict) and isinstance(document.get("version"), str):
            return document["version"]
    return None


def is_disabled(extension: str) -> bool:
    """Return whether an extension of the page is disabled; the first configuration that mentions it applies."""
    for folder in jupyter_config_path():
        document = _read(Path(folder, "labconfig", "page_config.json"))
        disabled = document.get("disabledExtensions") if isinstance(document, dict) else None
        if isinstance(disabled, dict) and extension in disabled:
            return bool(disabled[extension])
        if isinstance(disabled, list) and extension in disabled:
            return True
    return False


def fits(version: str, wanted: str) -> bool:
    """Return whether a version is in a range as npm writes those of ipympl: ``^0.12``, ``~1.2.3``, or one version."""
    found, least = _numbers(version), _numbers(wanted)
    if wanted[:1] not in ("^", "~"):
        return found[: len(least)] == least
    fixed = 2 if wanted[0] == "~" else next((place for place, each in enumerate(least, 1) if each), len(least))
    return found[:fixed] == least[:fixed] and found >= least


def _numbers(version: str) -> list[int]:
    numbers: Iterable[str] = re.findall(r"\d+", version.partition("-")[0])
    return [int(number) for number in numbers]


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
