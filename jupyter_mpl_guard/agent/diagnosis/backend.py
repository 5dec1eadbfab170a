"""Checks of the backend: whether it can work here, shows something, and is the one that the notebook has asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..internals.pyplot import runs_windows
from ..internals.registries import original_parameters
from ..protocol.check_status import CheckStatus
from ..settings.backends import IPYTHON, TOOLKITS, short_name
from ..settings.choice.origins import SHOWS_NOTHING
from . import sentences
from .check import Finding, ok, problem, unknown
from .installed import entry_points, has_display, is_there

if TYPE_CHECKING:
    from .facts import KernelFacts

MODULE = "module://"
"""Beginning of the name of a backend that is a module."""


def can_be_loaded(facts: KernelFacts) -> Finding:
    """Check that the backend exists."""
    if facts.matplotlib is None:
        return unknown(sentences.NOT_IMPORTED)
    for name in facts.wanted:
        if not _is_known(name):
            said = sentences.NO_BACKEND if name.startswith(MODULE) else sentences.UNKNOWN_BACKEND
            return problem(said.format(backend=name, module=name[len(MODULE) :]), sentences.CHOOSE_INLINE)
    return ok(sentences.BACKEND_WORKS.format(backend=facts.backend or sentences.TO_BE_CHOSEN))


def _is_known(name: str) -> bool:
    """Return whether Matplotlib has a backend of a name, an installed package has registered one, or it is a module.

    Whether those with canvases or windows can work is checked elsewhere.
    """
    if name.startswith(MODULE):
        return is_there(name[len(MODULE) :])
    return (
        name in IPYTHON or name in entry_points("matplotlib.backend") or is_there(f"matplotlib.backends.backend_{name}")
    )


def windows_can_open(facts: KernelFacts) -> Finding:
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
        if _windows(name) != "osx" and not has_display():
            return problem(sentences.NO_DISPLAY.format(backend=name), sentences.CHOOSE_INLINE)
    return ok(sentences.WINDOWS_WORK.format(backend=windows[0]))


def _windows(name: str) -> str:
    """Return which windows a backend opens: those that draw with cairo have names of their own."""
    return name[: -len("cairo")] if name.endswith("cairo") else name


def _how_to_choose(name: str) -> str:
    """Return how a backend is chosen; the magic does not know all of them in each version of IPython."""
    return (sentences.CHOOSE if name in IPYTHON else sentences.USE).format(backend=name)


def has_event_loop(facts: KernelFacts) -> Finding:
    """Check that the windows of a backend react, and that the kernel has a loop in which the agent works."""
    if not facts.has_loop:
        return problem(sentences.NO_KERNEL_LOOP, sentences.USE_IPYKERNEL)
    name = facts.backend
    if name is None or _windows(name) not in TOOLKITS or windows_can_open(facts).status is not CheckStatus.OK:
        return ok(sentences.NO_LOOP_NEEDED)
    if not runs_windows(facts.shell.kernel):
        return problem(sentences.NO_LOOP.format(backend=name), _how_to_choose(_windows(name)))
    return ok(sentences.LOOP_RUNS.format(backend=name))


def shows_figures(facts: KernelFacts) -> Finding:
    """Check that figures are shown where cells plot."""
    if facts.matplotlib is None:
        return unknown(sentences.NOT_IMPORTED)
    if facts.backend not in SHOWS_NOTHING:
        return ok(sentences.PLOTS_SHOW.format(backend=facts.backend or sentences.TO_BE_CHOSEN))
    if not (facts.figures or facts.has_open_figures):
        return ok(sentences.NOTHING_DRAWN.format(backend=facts.backend))
    return problem(sentences.SHOWS_NOTHING.format(backend=facts.backend), sentences.SHOW_INLINE)


def is_not_overridden(facts: KernelFacts) -> Finding:
    """Check that the backend that cells have asked for is in force, and not the one of a file or a variable."""
    watch = facts.watch
    if watch is None:
        return unknown(sentences.NOT_IMPORTED)
    keys = watch.overwritten_by("file")
    if keys:
        return problem(sentences.PARAMETERS_OF_FILE.format(keys=", ".join(keys)), sentences.SET_AGAIN)
    asked, backend = facts.asked, facts.backend
    if asked is None or backend in (asked, "inline"):  # ipykernel itself sets the variable to inline
        return ok(sentences.NOTHING_OVERRIDDEN)
    remedy = _how_to_choose(asked)
    if (asked == "widget" and not is_there("ipympl")) or (_windows(asked) in TOOLKITS and not has_display()):
        remedy = sentences.CHOOSE_INLINE
    said = {"backend": backend, "asked": asked}
    if backend == short_name(watch.start.backend):
        return problem(sentences.OVERRIDDEN_BY_VARIABLE.format(**said), remedy)
    if backend == short_name(original_parameters().get("backend")):
        return problem(sentences.OVERRIDDEN_BY_FILE.format(file=facts.matplotlib.matplotlib_fname(), **said), remedy)
    return ok(sentences.NOTHING_OVERRIDDEN)


def origin_of_backend(facts: KernelFacts) -> str:
    """Return who has chosen the backend in force, as a sentence; "" where there is none yet."""
    watch, backend = facts.watch, facts.backend
    if watch is None or backend is None:
        return ""
    change = watch.changed_by_import
    if change is not None and short_name(change.now) == backend:
        return sentences.CHOSEN_BY_IMPORT.format(module=change.module or sentences.A_MODULE)
    if backend == short_name(watch.chosen_backend):
        return sentences.CHOSEN_BY[watch.backend_chosen_by]
    if backend == short_name(watch.start.backend):
        return sentences.CHOSEN_BY_KERNEL if backend == "inline" else sentences.CHOSEN_BY_VARIABLE
    if backend == short_name(original_parameters().get("backend")):
        return sentences.CHOSEN_BY_FILE.format(file=facts.matplotlib.matplotlib_fname())
    return sentences.CHOSEN_BY_MATPLOTLIB


def is_not_changed_by_import(facts: KernelFacts) -> Finding:
    """Check that no import has changed the backend that was in force."""
    if facts.watch is None:
        return unknown(sentences.NOT_IMPORTED)
    change = facts.watch.changed_by_import
    before = None if change is None else short_name(change.before)
    if change is None or before is None or not _is_known(before) or short_name(change.now) != facts.backend:
        return ok(sentences.NOT_CHANGED_BY_IMPORT)
    said = sentences.CHANGED_BY_IMPORT.format(
        module=change.module or sentences.A_MODULE, before=before, backend=facts.backend
    )
    return problem(said, _how_to_choose(before))
