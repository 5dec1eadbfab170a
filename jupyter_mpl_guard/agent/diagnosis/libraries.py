"""Checks of what is installed: Matplotlib, ipympl, and their versions."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..internals.ipympl import version_module
from . import sentences
from .check import Finding, ok, problem, unknown
from .installed import how_to_install, is_there, spec_of, version_of

if TYPE_CHECKING:
    from .facts import KernelFacts

OLDEST = {"matplotlib": (3, 6), "ipython": (8, 0), "ipykernel": (6, 0), "ipympl": (0, 9)}
"""Package to the oldest version that is supported; those that are not installed are skipped."""

OLDEST_PYTHON = (3, 9)

IMPORT_SECONDS = 20.0
"""Seconds that an import of Matplotlib in another process takes at most."""

_IMPORT = "import json, sys\nsys.path[:] = json.loads(sys.argv[1])\nimport matplotlib.pyplot"


def matplotlib_is_there(facts: KernelFacts) -> Finding:
    """Check that Matplotlib is installed and can be imported; where it is not imported, another process tries it."""
    version = version_of("matplotlib") or str(getattr(facts.matplotlib, "__version__", ""))
    if facts.matplotlib is not None and "matplotlib.pyplot" in sys.modules:
        return ok(sentences.MATPLOTLIB_WORKS.format(version=version))
    if facts.matplotlib is None and spec_of("matplotlib") is None:
        why = sentences.NO_MATPLOTLIB.format(prefix=sys.prefix)
        return problem(why, how_to_install("matplotlib"))
    if facts.quick:
        return unknown(sentences.NOT_TRIED)
    error = _import_error()
    if error is None:
        return unknown(sentences.TOO_SLOW.format(seconds=IMPORT_SECONDS))
    if error:
        return problem(sentences.BROKEN_MATPLOTLIB.format(error=error), _repair(error))
    return ok(sentences.MATPLOTLIB_IMPORTABLE.format(version=version))


def _import_error() -> str | None:
    """Return what the import of pyplot raises, "" where it raises nothing, None where that takes too long."""
    command = [sys.executable, "-c", _IMPORT, json.dumps(list(map(str, sys.path)))]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=IMPORT_SECONDS)
    except subprocess.TimeoutExpired:
        return None
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return "" if done.returncode == 0 else (lines[-1] if lines else f"exit code {done.returncode}")


def _repair(error: str) -> str:
    """Return how to repair an import that raises an error."""
    from .names import shadowing_files

    for path in shadowing_files():
        return sentences.RENAME.format(path=path)
    if "MPLBACKEND" in os.environ and "backend" in error:
        return sentences.RESET_VARIABLE
    missing = re.search(r"No module named '(\w+)'", error)
    return how_to_install(missing[1] if missing else sentences.REINSTALL)


def versions_fit(facts: KernelFacts) -> Finding:
    """Check that nothing is older than what is supported."""
    if sys.version_info < OLDEST_PYTHON:
        python = sentences.OLD_VERSION.format(package="Python", version=_python(), oldest=_text(OLDEST_PYTHON))
        return problem(python, sentences.OLD_PYTHON.format(oldest=_text(OLDEST_PYTHON)))
    found = {"Python": _python()}
    for package, oldest in OLDEST.items():
        version = version_of(package)
        if not version:
            if package == "matplotlib" and is_there("matplotlib"):
                return unknown(sentences.NO_VERSION.format(package=package))
            continue
        found[package] = version
        if _numbers(version) < oldest:
            why = sentences.OLD_VERSION.format(package=package, version=version, oldest=_text(oldest))
            return problem(why, how_to_install(sentences.UPGRADE.format(package=package)))
    return ok(sentences.VERSIONS_FIT.format(versions=", ".join(map(" ".join, found.items()))))


def ipympl_is_there(facts: KernelFacts) -> Finding:
    """Check that ipympl is installed, and what it needs, where its canvases are wanted."""
    if "widget" not in facts.wanted:
        return ok(sentences.IPYMPL_UNUSED)
    for package in ("ipympl", "ipywidgets"):
        if not is_there(package):
            return problem(sentences.NO_IPYMPL.format(package=package), how_to_install(package))
    return ok(sentences.IPYMPL_WORKS.format(version=version_of("ipympl")))


def wanted_in_page() -> str | None:
    """Return which version ipympl wants of its half in the page, as npm writes it, None where it does not say."""
    spec = spec_of(version_module())
    try:
        text = Path(spec.origin or "").read_text("utf-8") if spec is not None else ""
    except OSError:
        return None
    found = re.search(r"^js_semver\s*=\s*['\"]([^'\"]+)['\"]", text, re.MULTILINE)
    return found[1] if found else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def _text(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _python() -> str:
    return _text(sys.version_info[:3])
