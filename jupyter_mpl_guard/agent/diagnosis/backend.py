"""Checks of the backend: whether it can work here, shows something, and is the one that the notebook has asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..internals.registries import original_parameters
from ..settings.backends import TOOLKITS, display_works, short_name
from ..settings.choice.origins import SHOWS_NOTHING
from . import sentences
from .check import Finding, ok, problem, unknown
from .installed import entry_points, is_there

if TYPE_CHECKING:
    from .facts import Facts


def can_be_loaded(facts: Facts) -> Finding:
    """Check that the backend is one that there is."""
    if facts.matplotlib is None:
        return unknown(sentences.NOT_IMPORTED)
    for name in facts.wanted:
        if name == "widget" or name in TOOLKITS:
            continue  # see the checks of ipympl and of windows
        if name.startswith("module://"):
            module = name[len("module://") :]
            if not is_there(module):
                return problem(
                    sentences.NO_BACKEND.format(backend=name, module=f"module {module}"), sentences.CHOOSE_INLINE
                )
        elif not _is_known(name):
            return problem(sentences.UNKNOWN_BACKEND.format(backend=name), sentences.CHOOSE_INLINE)
    return ok(sentences.BACKEND_WORKS.format(backend=facts.backend))


def _is_known(name: str) -> bool:
    """Return whether Matplotlib has a backend of a name, or an installed package has registered one."""
    names = ("inline", "notebook", *entry_points("matplotlib.backend"))
    return name in names or is_there(f"matplotlib.backends.backend_{name}")


def has_display(facts: Facts) -> Finding:
    """Check that a backend that opens windows has a toolkit and a display."""
    windows = [name for name in facts.wanted if _windows(name) in TOOLKITS]
    if not windows:
        return ok(sentences.NO_WINDOWS)
    for name in windows:
        modules = TOOLKITS[_windows(name)]
        if not any(map(is_there, modules)):
            return problem(
                sentences.NO_TOOLKIT.format(backend=name, modules=", ".join(modules)), sentences.CHOOSE_INLINE
            )
        if _windows(name) != "osx" and not display_works():
            return problem(sentences.NO_DISPLAY.format(backend=name), sentences.CHOOSE_INLINE)
    return ok(sentences.WINDOWS_WORK.format(backend=windows[0]))


def _windows(name: str) -> str:
    """Return which windows a backend opens: those that draw with cairo have names of their own."""
    return name[: -len("cairo")] if name.endswith("cairo") else name


def has_event_loop(facts: Facts) -> Finding:
    """Check that the windows of a backend react, and that the kernel has a loop in which the agent works."""
    if not facts.has_loop:
        return problem(sentences.NO_KERNEL_LOOP, sentences.USE_IPYKERNEL)
    name = facts.backend
    if name is None or _windows(name) not in TOOLKITS or has_display(facts).status != "ok":
        return ok(sentences.NO_LOOP_NEEDED)
    if getattr(facts.shell.kernel, "eventloop", None) is None:
        return problem(sentences.NO_LOOP.format(backend=name), sentences.START_LOOP.format(backend=_windows(name)))
    return ok(sentences.LOOP_RUNS.format(backend=name))


def shows_figures(facts: Facts) -> Finding:
    """Check that figures are shown where cells plot."""
    if facts.matplotlib is None:
        return unknown(sentences.NOT_IMPORTED)
    if facts.backend not in SHOWS_NOTHING:
        return ok(sentences.PLOTS_SHOW.format(backend=facts.backend or "that Matplotlib will choose"))
    if not (facts.figures or facts.has_open_figures):
        return ok(sentences.NOTHING_DRAWN.format(backend=facts.backend))
    return problem(sentences.SHOWS_NOTHING.format(backend=facts.backend), sentences.SHOW_INLINE)


def is_not_overridden(facts: Facts) -> Finding:
    """Check that the backend that cells have asked for is in force, and not the one of a file or a variable."""
    watch = facts.watch
    if watch is None:
        return unknown(sentences.NOT_IMPORTED)
    keys = sorted(key for key, by in watch.origins.overwritten.items() if by == "file")
    if keys:
        return problem(sentences.PARAMETERS_OF_FILE.format(keys=", ".join(keys)), sentences.SET_AGAIN)
    asked, backend = facts.asked, facts.backend
    if asked is None or asked == backend:
        return ok(sentences.NOTHING_OVERRIDDEN)
    remedy = sentences.ASK_AGAIN.format(asked=asked)
    if (asked == "widget" and not is_there("ipympl")) or (_windows(asked) in TOOLKITS and not display_works()):
        remedy = sentences.CHOOSE_INLINE
    said = {"backend": backend, "asked": asked}
    if backend == short_name(watch.start.backend):
        return problem(sentences.OVERRIDDEN_BY_VARIABLE.format(**said), remedy)
    if backend == short_name(original_parameters().get("backend")):
        return problem(sentences.OVERRIDDEN_BY_FILE.format(file=facts.matplotlib.matplotlib_fname(), **said), remedy)
    return ok(sentences.NOTHING_OVERRIDDEN)


def is_not_changed_by_import(facts: Facts) -> Finding:
    """Check that no import has changed the backend that was in force."""
    if facts.watch is None:
        return unknown(sentences.NOT_IMPORTED)
    change = facts.watch.origins.changed_by_import
    if change is None or short_name(change.now) != facts.backend:
        return ok(sentences.NOT_CHANGED_BY_IMPORT)
    before = short_name(change.before)
    said = sentences.CHANGED_BY_IMPORT.format(
        module=change.module or sentences.A_MODULE, before=before, backend=facts.backend
    )
    return problem(said, sentences.CHOOSE_BACK.format(before=before))
