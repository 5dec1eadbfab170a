"""What the server asks of an agent that has begun: to restore, to pause, to forget."""

from __future__ import annotations

import sys
from time import perf_counter
from typing import TYPE_CHECKING, Any

from . import interrupts, messages
from .protocol import Drawing, Missing, Outcome, Request, RestoreReport

if TYPE_CHECKING:
    from collections.abc import Callable

    from .data.room import DataRoom
    from .figures.autosave import Autosave
    from .figures.live import LiveFigures
    from .figures.offers import Offers
    from .restore.scheduler import RestoreScheduler
    from .safe_hook import SafeHook
    from .state.reporter import StateReporter
    from .storage.diary import Diary


def reinit(
    request: Request,
    shell: Any,
    scheduler: RestoreScheduler | None,
    data: DataRoom | None,
    reporter: StateReporter,
) -> list[Missing]:
    """Finish a restore that is under way, take or end an offer of figures and data, and choose a backend.

    Return what is missing because of that.

    Parameters
    ----------
    request : protocol.Request
        ``wanted``, ``wanted_data`` and ``backend`` count.
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    scheduler : scheduler.RestoreScheduler or None
        None where the last incarnation has left nothing.
    data : room.DataRoom or None
        None where no data has been saved.
    reporter : reporter.StateReporter
        Is told what was done.

    Raises
    ------
    KeyboardInterrupt
        When that is done, if an interrupt has come.
    """
    from .restore.still_missing import still_missing

    restored: list[str] = []
    missing: list[Missing] = []
    started = perf_counter()
    with interrupts.deferred():
        if data is not None:
            data.answer_offer(request.wanted_data)
        if scheduler is not None:
            restored, missing = scheduler.answer_offer(request.wanted)
        if request.backend is not None:
            chosen, refused = _choose(shell, request.backend)
            restored, missing = restored + chosen, missing + refused
        if restored or missing:
            missing = [*still_missing(reporter.report, shell.user_ns, restored, missing), *missing]
            took = 1000 * (perf_counter() - started)
            reporter.restored(RestoreReport.now("manual", restored, missing, took))
    return missing


def pause(
    request: Request,
    safe_hook: SafeHook,
    scheduler: RestoreScheduler | None,
    data: DataRoom | None,
    reporter: StateReporter,
) -> None:
    """Stop watching the kernel, or go on and finish a restore that is under way.

    Parameters
    ----------
    request : protocol.Request
        ``paused`` and ``message`` count.
    safe_hook : safe_hook.SafeHook
        Wraps the agent's hooks.
    scheduler : scheduler.RestoreScheduler or None
        None where the last incarnation has left nothing.
    data : room.DataRoom or None
        None where no data has been saved.
    reporter : reporter.StateReporter
        Is told of it.
    """
    if data is not None:
        data.pause(paused=request.paused)
    reporter.paused(request.message, paused=request.paused)
    if request.paused:
        safe_hook.pause()
        return
    safe_hook.resume()
    if scheduler is not None:
        scheduler.restore()


def forget(
    diary: Diary,
    scheduler: RestoreScheduler | None,
    autosave: Autosave | None,
    data: DataRoom | None,
    reporter: StateReporter,
) -> None:
    """Remove the diary until something changes again.

    Parameters
    ----------
    diary : diary.Diary
        The kernel's.
    scheduler : scheduler.RestoreScheduler or None
        None where the last incarnation has left nothing.
    autosave : autosave.Autosave or None
        None where there are no figures.
    data : room.DataRoom or None
        None where no data has been saved.
    reporter : reporter.StateReporter
        Is told of it.

    Raises
    ------
    OSError
        The diary cannot be removed.
    """
    if scheduler is not None:
        scheduler.cancel()
    diary.remove()
    if autosave is not None:
        autosave.forget()
    if data is not None:
        data.forget()
    reporter.forgotten()


def on_figure(
    request: Request,
    live: LiveFigures,
    offers: Offers,
    scheduler: RestoreScheduler | None,
    changed: Callable[[], None],
) -> Outcome:
    """Do something with one figure, and return what came of it.

    Parameters
    ----------
    request : protocol.Request
        One of `protocol.ON_FIGURES`.
    live : live.LiveFigures
        The figures that are alive.
    offers : offers.Offers
        Those that may come back.
    scheduler : scheduler.RestoreScheduler or None
        None where the last incarnation has left nothing.
    changed : callable
        Saves figures and tells of them; is called without arguments where there are others now.
    """
    if request.action == "export":
        from .figures.single.drawing import export

        return export(request.figure, request.drawing or Drawing(), live)
    from .figures.single.close import close

    outcome = close(request.figure, live, offers, scheduler.dismiss if scheduler is not None else offers.dismiss)
    if outcome == Outcome():
        changed()
    return outcome


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
