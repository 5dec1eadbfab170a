"""The server's requests to an agent that has begun: restore, pause, forget, close and draw a figure."""

from __future__ import annotations

import sys
from time import perf_counter
from typing import TYPE_CHECKING, Any

from . import interrupts, messages
from .protocol import Missing, RestoreReport, Trigger

if TYPE_CHECKING:
    from .diagnosis.diagnoser import Diagnoser
    from .incarnation.lazy_data import LazyData
    from .incarnation.lazy_figures import LazyFigures
    from .incarnation.restores import Restores
    from .protocol import Export, FigureOutcome, Pause, Picture, Reinit
    from .safe_hook import SafeHook
    from .settings.lazy_settings import LazySettings
    from .state.reporter import StateReporter
    from .storage.diary import Diary


def reinit(
    request: Reinit,
    shell: Any,
    settings: LazySettings,
    restores: Restores,
    data: LazyData,
    reporter: StateReporter,
    diagnoser: Diagnoser,
) -> None:
    """Finish a restore that is under way, accept or end an offer of figures and data, and choose a backend.

    Parameters
    ----------
    request : protocol.Reinit
        What is wanted.
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    settings : lazy_settings.LazySettings
        The settings of this incarnation.
    restores : restores.Restores
        What the last incarnation has left.
    data : lazy_data.LazyData
        The data of this one.
    reporter : reporter.StateReporter
        Is notified of what was done.
    diagnoser : diagnoser.Diagnoser
        Looks for the reason of what is missing.

    Raises
    ------
    KeyboardInterrupt
        When that is done, if an interrupt has come.
    """
    from .restore.ending import end_restore
    from .restore.still_missing import refused_before, still_missing

    started = perf_counter()
    with interrupts.deferred():
        data.answer_offer(request.data)
        restored, missing = restores.answer_offer(request.figures)
        settled = list(restored)
        if request.backend is not None:
            chosen, refused = _choose(shell, request.backend)
            restored, missing = restored + chosen, missing + refused
            if not refused:
                settings.watch.ask_for(request.backend)
                settled.append("backend")  # what was refused before is of no interest any more
        report = reporter.report
        moot = refused_before(report, settings)
        still = [each for each in still_missing(report, shell.user_ns, settled, missing) if each not in moot]
        if restored or missing or moot or (settled and report is not None and still != list(report.missing)):
            missing = [*still, *missing]
            took = 1000 * (perf_counter() - started)
            end_restore(RestoreReport.now(Trigger.MANUAL, restored, missing, took), reporter, diagnoser)


def pause(
    request: Pause,
    safe_hook: SafeHook,
    restores: Restores,
    data: LazyData,
    reporter: StateReporter,
) -> None:
    """Stop watching the kernel, or resume and finish a restore that is under way.

    Parameters
    ----------
    request : protocol.Pause
        Whether to stop, and why.
    safe_hook : safe_hook.SafeHook
        Wraps the agent's hooks.
    restores : restores.Restores
        What the last incarnation has left.
    data : lazy_data.LazyData
        The data of this one.
    reporter : reporter.StateReporter
        Is notified of it.
    """
    data.pause(paused=request.paused)
    reporter.paused(request.message, paused=request.paused)
    if request.paused:
        safe_hook.pause()
        return
    safe_hook.resume()
    restores.restore()


def forget(diary: Diary, restores: Restores, figures: LazyFigures, data: LazyData, reporter: StateReporter) -> None:
    """Remove the diary until something changes again.

    Parameters
    ----------
    restores : restores.Restores
        What the last incarnation has left.
    figures : lazy_figures.LazyFigures
        The figures of this one.
    reporter : reporter.StateReporter
        Is notified of it.

    Raises
    ------
    OSError
        The diary cannot be removed.
    """
    figures.catch_up()  # otherwise what is pending would be treated as new, and saved
    data.catch_up()
    restores.cancel()
    diary.remove()
    figures.forget()
    data.forget()
    reporter.forgotten()


def _choose(shell: Any, name: str) -> tuple[list[str], list[Missing]]:
    """Choose a backend; return the plot state's key for it if that was necessary, and what is missing."""
    from .settings import backends

    matplotlib = sys.modules.get("matplotlib")
    if hasattr(matplotlib, "rcParams") and backends.current(matplotlib) == name:
        return [], []
    try:
        backends.enable(shell, name)
    except backends.Unavailable as error:
        return [], [messages.missing_backend(name, str(error))]
    return ["backend"], []


def close(figure_id: str, figures: LazyFigures) -> FigureOutcome:
    """Close a figure, or end the offer of one, and report the figures that are left."""
    from .figures.single.close import close

    parts = figures.need()
    outcome = close(figure_id, parts.live, parts.offers)
    parts.autosave.report()
    return outcome


def draw(request: Picture | Export, shell: Any, figures: LazyFigures, restores: Restores) -> FigureOutcome:
    """Draw a figure that is alive or offered, and return the outcome."""
    from .figures.single.offered import OfferedFigures
    from .figures.single.pictures import draw
    from .settings.kept import kept

    parts = figures.need()
    if parts.offers.entry(request.figure) is not None:
        restores.restore()  # loading it imports Matplotlib: the settings come back before
    offered = OfferedFigures(parts.offers, parts.live, lambda: kept(shell))
    return draw(request, parts.live, offered, parts.autosave.pictures)
