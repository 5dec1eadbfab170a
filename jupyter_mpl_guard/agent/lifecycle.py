"""The agent's life in one incarnation: the hooks on the user's cells, and what is made when for them.

A kernel that does not plot and has nothing to restore needs no other modules than those that are imported here: the
others are imported when Matplotlib is, or when the last incarnation has left something.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from . import import_hook, interrupts, timers, warmup
from .internals.ipython import binds_names, cell_id, is_comm_message, message_waits, request_content
from .protocol import DIARY_DIR, Missing, Outcome, Request
from .restore.rerun import FirstCells
from .safe_hook import SafeHook, untraced
from .settings.environment import StartUp
from .state.reporter import StateReporter
from .storage.diary import DATA, DIAGNOSIS, OUTLIVED, kernel_id_of
from .storage.kernel_diary import KernelDiary

if TYPE_CHECKING:
    from .data.room import DataRoom
    from .diagnosis.facts import Facts
    from .figures.autosave import Autosave
    from .figures.live import LiveFigures
    from .figures.offers import Offers
    from .restore.scheduler import RestoreScheduler
    from .settings.choice.watch import SettingsWatch
    from .storage.figure_list import FigureList


class Figures(NamedTuple):
    """What concerns figures: where they are saved, those of the last incarnation, those of this one, and when."""

    figure_list: FigureList
    offers: Offers
    live: LiveFigures
    autosave: Autosave


class Agent:
    """Watch one kernel, keep its diary, and restore what the last incarnation's diary holds.

    Parameters
    ----------
    shell : ipykernel.zmqshell.ZMQInteractiveShell
        The kernel's shell.
    """

    def __init__(self, shell: Any) -> None:
        from ipykernel.connect import get_connection_file

        self._shell = shell
        connection_file = get_connection_file()
        self._signs_as = kernel_id = kernel_id_of(connection_file)
        self._key: bytes = getattr(shell.kernel.session, "key", b"")
        self._diary = KernelDiary.beside(connection_file)
        self._reporter = StateReporter(shell.kernel, self._diary, kernel_id)
        self._interrupts = interrupts.Interrupts(shell)
        self._safe_hook = SafeHook(self._fail, self._interrupts.keep)
        self._loop, self._activity = timers.running_loop(), timers.Activity()
        self._diary.on_flushed(timers.called_from_thread(self._loop, self._safe_hook(self._all_on_disk)))
        self._hooks = (
            ("pre_execute", self._safe_hook(self._before_execution, interrupted=interrupts.interrupt_soon)),
            ("pre_run_cell", self._safe_hook(self._before_cell, interrupted=self._interrupts.interrupt_cell)),
            ("post_run_cell", self._safe_hook(self._after_cell)),
            ("post_execute", self._safe_hook(self._after_execution)),
        )
        self._import_hook: import_hook.ImportHook | None = None
        self._tidying: timers.IdleWork | None = None
        self._warmup: timers.IdleWork | None = None
        self._start = StartUp.now(shell)
        self._watch = _watch_of(shell, self._start)
        self._import_watch: import_hook.ImportWatch | None = None
        self._first_cells = FirstCells()
        self._request = Request()
        self._figures: Figures | None = None
        self._data: DataRoom | None = None
        self._data_soon = timers.Timer(self._loop, self._safe_hook(self._need_data))
        self._first_codes: list[tuple[str, bool]] = []
        self._scheduler: RestoreScheduler | None = None
        self._outlived = False
        self._diagnosing: timers.IdleWork | None = None
        self._reporter.on_incomplete(self._diagnose_soon)
        self._code = ""
        self._said = ""

    def begin(self, request: Request, *, same_process: bool = False) -> None:
        """Start watching, and restore what the diary of the last incarnation holds.

        Parameters
        ----------
        request : protocol.Request
            The server's, a ``begin``.
        same_process : bool
            Whether another version of the agent has already begun in this process.
        """
        self._request = request
        self._reporter.incarnation(request.incarnation)
        self._reporter.paused(request.message, paused=False)
        self._find_diary(request)
        # Registered first: nothing of what follows may cost the user the watch.
        for event, hook in self._hooks:
            self._shell.events.register(event, hook)
        self._await_matplotlib()
        self._know_origins(same_process)
        self._tidying = timers.IdleWork(self._loop, self._idle_work(), self._activity)
        if os.path.lexists(self._diary.folder) and self._look_back(same_process):
            return
        if "matplotlib" in sys.modules:
            self._save_settings()

    def end(self) -> None:
        """Take all hooks away and drop what is planned; safe to call again."""
        if self._scheduler is not None:
            self._scheduler.cancel()
        for finder in (self._import_hook, self._import_watch):
            if finder is not None:
                finder.remove()
        if self._figures is not None:
            self._figures.autosave.end()
        self._data_soon.cancel()
        if self._data is not None:
            self._data.end()
        for work in (self._tidying, self._warmup, self._diagnosing):
            if work is not None:
                work.cancel()
        self._interrupts.cell_ends()
        for event, hook in self._hooks:
            try:
                self._shell.events.unregister(event, hook)
            except ValueError:
                pass

    def respond(self, request: Request) -> None:
        """Do what the server asks for and publish the plot state.

        Parameters
        ----------
        request : protocol.Request
            For a ``begin`` and a ``tell`` there is nothing more to do: the agent is there.
        """
        try:
            self._carry_out(request)
            if request.action == "reinit" or (request.action == "pause" and not request.paused):
                self._save_everything()
            self._reporter.publish()
        except KeyboardInterrupt:
            self._interrupts.keep()
        except BaseException as error:
            self._fail(error)

    def respond_in_cell(self, request: Request) -> None:
        """Do what a cell asks for, within it: it is done when the cell goes on. The server is told that it was.

        Parameters
        ----------
        request : protocol.Request
            A ``reinit``, ``close``, ``pause`` or ``forget``.

        Raises
        ------
        KeyboardInterrupt
            When it is done, if an interrupt has come.
        """
        try:
            self._carry_out(request)
            if request.action == "pause":
                self._between_pauses(request.paused)
            if request.action == "reinit" and self._data is not None:
                self._data.restore_for(self._code)  # the rest of the cell may mention what has been on offer
            if request.action in ("reinit", "close") or (request.action == "pause" and not request.paused):
                self.look_in_cell()
            self._reporter.publish({"asked": request.to_json()})
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._fail(error)

    def look_in_cell(self) -> None:
        """Bring the plot state up to date with what the running cell has done until now, and save what is small."""
        if not self.may_act or self._safe_hook.is_paused or "matplotlib" not in sys.modules:
            return
        if self._scheduler is not None and self._scheduler.under_way:
            return
        try:
            if self._watch().cell_ends(self._said + self._code):
                self._save_settings()
            if self._figures is not None or "matplotlib.figure" in sys.modules:
                self._need_figures().autosave.save_in_cell()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._fail(error)

    def _between_pauses(self, paused: bool) -> None:
        """Make up for the hooks that are not called around a cell that has paused the agent, or had it go on."""
        if paused:
            self._activity.cell_ends()
            self._interrupts.cell_ends()
        else:
            self._code = ""
            if not request_content(self._shell.kernel).get("silent"):
                self._activity.cell_begins(cell_id(self._shell.kernel))
        self._reporter.write_down()

    def _carry_out(self, request: Request) -> None:
        from . import requests

        if request.action == "reinit":
            requests.reinit(request, self._shell, self._scheduler, self._data, self._reporter)
        elif request.action == "pause":
            requests.pause(request, self._safe_hook, self._scheduler, self._reporter)
        elif request.action == "forget":
            autosave = self._figures.autosave if self._figures is not None else None
            requests.forget(self._diary, self._scheduler, autosave, self._data, self._reporter)
        elif request.action == "close":
            figures = self._need_figures()
            requests.on_figure(request, figures.live, figures.offers, self._scheduler, figures.autosave.report)
        if request.backend is not None:
            self._said += f"%matplotlib {request.backend}"  # as a cell would have said it

    @property
    def may_act(self) -> bool:
        """Whether a cell that asks for something runs where it can be done."""
        return self._safe_hook.is_in_place

    def answer_on_figure(self, request: Request) -> Outcome:
        """Do what the server asks for with one figure, and return what came of it."""
        from .requests import on_figure

        figures = self._need_figures()
        try:
            if request.action == "picture":
                from .figures.single.pictures import picture

                return picture(request.figure, figures.live, figures.autosave.pictures())
            return on_figure(request, figures.live, figures.offers, self._scheduler, self._after_change_of_figures)
        except KeyboardInterrupt:
            self._interrupts.keep()
            from .messages import INTERRUPTED

            return Outcome.refused(INTERRUPTED)

    def _after_change_of_figures(self) -> None:
        self._need_figures().autosave.save()
        self._reporter.publish()

    def state(self) -> dict[str, Any]:
        """Return the plot state."""
        return self._reporter.state()

    def answer(self, question: str) -> dict[str, Any]:
        """Return the answer to one of the `protocol.QUESTIONS`, which changes nothing."""
        from .diagnosis import answers

        with untraced():
            return answers.answer(self, question)

    def _diagnose_soon(self) -> None:
        """Look for what is wrong when the kernel is idle, for whoever asks while it is busy again."""

        def diagnose() -> None:
            from .diagnosis import answers

            if self._diary.names():  # else it has been forgotten meanwhile
                self._diary.write(DIAGNOSIS, answers.kept(self))

        if self._diagnosing is not None:
            self._diagnosing.cancel()
        steps = [lambda: import_module(".diagnosis.answers", __package__), diagnose]
        self._diagnosing = timers.IdleWork(self._loop, steps, self._activity)

    def facts(self) -> Facts:
        """Return what the checks of the diagnosis look at."""
        from .diagnosis.facts import Facts

        watch = self._watch() if "matplotlib" in sys.modules else None
        figures = self._reporter.state()["figures"]
        return Facts(self._shell, self._diary, self._key, self._loop is not None, watch, figures)

    def _fail(self, error: BaseException) -> None:
        if self._scheduler is not None:
            self._scheduler.cancel()
        self._reporter.failed(error)

    # What is made when it is needed.

    def _await_matplotlib(self) -> None:
        """Hear when Matplotlib is imported, and make ready for figures when it is there already."""
        safe = self._safe_hook
        if "matplotlib.figure" in sys.modules:
            return
        callbacks = {"matplotlib.figure": safe(self._at_figures, any_thread=True)}
        if "matplotlib" not in sys.modules:
            at_pyplot = safe(self._at_pyplot, interrupted=interrupts.interrupt_soon)
            callbacks.update({"matplotlib": safe(self._at_matplotlib, any_thread=True), "matplotlib.pyplot": at_pyplot})
        self._import_hook = import_hook.ImportHook(callbacks)

    def _find_diary(self, request: Request) -> None:
        """Find out where the diary is, and how it is signed, where the connection file does not say that."""
        named = os.environ.get(DIARY_DIR, "") if request.diary_dir is None else ""
        self._reporter.noted(request.trouble)
        if named or request.diary_dir or request.far:
            from .storage.place import Signer, find

            signer = Signer(self._signs_as, self._signs_as, self._key)
            signer, note = find(self._diary, request, named, signer)
            self._signs_as, self._key = signer.name, signer.key
            self._reporter.signs_as(*signer)
            self._reporter.noted(note)

    def _idle_work(self) -> list[Callable[[], Any]]:
        """Return what is done when the kernel is idle for the first time."""
        steps, far = list(warmup.tidying()), self._request.far
        if far and far.name:
            from .storage.far import clearing

            steps += clearing(self._diary, far.days, far.limit)
        return steps

    def _know_origins(self, same_process: bool) -> None:
        """Distinguish from now on what cells choose from what was set before them, and from what an import sets."""
        if "matplotlib" in sys.modules:
            from .internals.ipython import inputs

            if any(inputs(self._shell)[1:]) and not same_process:
                self._watch().found_at_import(importing=False)
            else:
                self._watch().found()
        safe = self._safe_hook
        self._import_watch = import_hook.ImportWatch(
            lambda: self._activity.running,
            safe(self._import_begins, any_thread=True),
            safe(self._import_ends, any_thread=True),
        )

    def _look_back(self, same_process: bool) -> bool:
        """Plan to restore what the last incarnation has left; return whether there is anything to restore or to say."""
        from . import messages
        from .restore.job import RestoreJob
        from .restore.scheduler import RestoreScheduler
        from .storage import allowed, settings_record

        self._diary.begin()
        last = settings_record.read(self._diary, self._signs_as, self._key)
        figures = self._need_figures()
        missing: list[Missing] = []
        if same_process:
            self._reporter.incarnation(max(self._request.incarnation, last.incarnation))
            figures.offers.read()
        else:
            self._reporter.incarnation(max(self._request.incarnation, last.incarnation + 1))
            self._diary.discard(OUTLIVED)  # it is the last incarnation's
            for name in self._diary.names():
                if name.startswith("draft."):  # the last incarnation died over it
                    self._diary.discard(name)
            missing = last.missing + figures.offers.read()
            why = self._diary.unsaved()
            missing += [messages.missing_changes(messages.PLOTS_AND_SETTINGS, why)] if why else []
        record = settings_record.SettingsRecord()
        if not same_process:
            record, refused = allowed.in_this_kernel(last.record.carried_over(self._request.trigger))
            missing += refused
        if same_process and "matplotlib" in sys.modules:
            self._watch().origins.carry(last.record.chosen, last.record.imported, last.record.chosen_backend)
        job = RestoreJob(self._shell, self._watch, record, figures.offers, figures.figure_list, figures.live)
        missing += self._look_back_at_data(same_process)
        if self._data is not None:
            job.provide = self._data.provide
        self._scheduler = RestoreScheduler(
            job,
            figures.offers,
            figures.autosave,
            self._watch,
            self._reporter,
            self._activity,
            self._loop,
            self._safe_hook,
        )
        return self._scheduler.begin(self._request, missing, same_process=same_process)

    def _look_back_at_data(self, same_process: bool) -> list[Missing]:
        if self._diary.holds(DATA):
            return self._need_data().look_back(self._request, same_process=same_process)
        return []

    def _need_data(self) -> DataRoom:
        if self._data is None:
            from .data.room import DataRoom
            from .storage.data.log import DataLog
            from .storage.disk.alive import Place

            log = DataLog(self._diary, self._signs_as, self._key, Place.here())
            waits = message_waits(self._shell.kernel)
            self._data = DataRoom(
                self._shell,
                log,
                self._request,
                self._start,
                self._reporter,
                self._activity,
                self._loop,
                self._safe_hook,
                waits,
            )
            codes, self._first_codes = self._first_codes, []
            for code, draws in codes:
                self._data.cell_ends(code, draws=draws)
        return self._data

    def _need_figures(self) -> Figures:
        if self._figures is None:
            from .figures.autosave import Autosave
            from .figures.live import LiveFigures, surroundings
            from .figures.offers import Offers
            from .storage.figure_list import FigureList

            figure_list = FigureList(self._diary, self._signs_as, self._key, surroundings)
            offers = Offers(figure_list)
            live = LiveFigures(self._shell, figure_list, self._request.limits)
            autosave = Autosave(
                live,
                offers,
                self._reporter,
                self._activity,
                self._loop,
                self._safe_hook,
                message_waits(self._shell.kernel),
                self._diary,
            )
            self._figures = Figures(figure_list, offers, live, autosave)
        return self._figures

    def _save_settings(self) -> None:
        record = self._watch().capture()
        if self._scheduler is None or not self._scheduler.has_restored:
            record = replace(record, first_cells=self._first_cells.digests)
        self._reporter.save_settings(record)

    def _save_everything(self) -> None:
        """Save what a request may have changed, or what has changed while the agent was paused."""
        if "matplotlib" in sys.modules:
            self._watch().cell_ends(self._said)
            self._save_settings()
            self._need_figures().autosave.save()
        elif self._figures is not None:
            self._figures.autosave.save()  # an offer may have ended

    # Hooks.

    def _all_on_disk(self) -> None:
        """Remove what was kept for the case that the machine stops."""
        if self._diary.settle() and self._figures is not None:
            self._figures.figure_list.clear()

    def _before_execution(self) -> None:
        """Restore for a silent request, which is no cell."""
        if (self._scheduler is None or not self._scheduler.under_way) and self._data is None:
            return
        content = request_content(self._shell.kernel)
        if content.get("silent"):  # else a cell comes next, see `_before_cell`
            expressions = content.get("user_expressions", {}).values()
            code = "\n".join([content.get("code", ""), *expressions])
            if self._scheduler is not None:
                self._scheduler.restore_for(code)
            if self._data is not None:
                self._data.silent_request(code)

    def _after_execution(self) -> None:
        """Note that a callback of a widget may have run."""
        if self._data is not None and not self._activity.running and is_comm_message(self._shell.kernel):
            self._data.other_code_ran()

    def _before_cell(self, info: Any = None) -> None:
        self._code = getattr(info, "raw_cell", None) or ""
        self._activity.cell_begins(cell_id(self._shell.kernel))
        self._interrupts.cell_begins()
        self._first_cells.note(self._code)
        if self._scheduler is not None:
            self._scheduler.cell_begins(self._code)
        if self._figures is not None and self._figures.autosave.pending:
            self._figures.autosave.save_before_cell()
        if self._scheduler is not None:
            self._scheduler.restore_for(self._code)
        if self._data_soon.pending:
            self._data_soon.cancel()
            self._need_data()
        if self._data is not None:
            self._data.restore_for(self._code)
            self._data.cell_begins(self._code)

    def _after_cell(self, result: Any = None) -> None:
        self._activity.cell_ends()
        self._interrupts.cell_ends()
        self._said += self._code + "\n"
        self._after_cell_with_data()
        if self._scheduler is not None:
            self._scheduler.restore_for("")
            if self._scheduler.over and not self._outlived:
                self._outlived = True
                self._diary.note(OUTLIVED)
            if self._scheduler.under_way:
                return
        if "matplotlib" not in sys.modules:
            self._said = ""
            return
        if self._warmup is None:
            self._warmup = timers.IdleWork(self._loop, warmup.steps(), self._activity)
        if self._reporter.recovered() or self._watch().cell_ends(self._said):
            self._save_settings()
            self._reporter.publish()
        self._said = ""
        if self._figures is not None or "matplotlib.figure" in sys.modules:
            from .restore.cell_needs import identifiers, without_magic

            self._need_figures().autosave.schedule(identifiers(without_magic(self._code)))

    def _after_cell_with_data(self) -> None:
        """Have what the cell has left saved; what does that is made after the reply to the first cell."""
        if self._request.data == "none" or self._code.startswith("%%script"):
            return
        draws = "matplotlib.figure" in sys.modules
        if self._data is not None:
            self._data.cell_ends(self._code, draws=draws)
        elif self._first_codes or binds_names(self._shell) or "%load_ext" in self._code:
            self._first_codes.append((self._code, draws))
            if not self._data_soon.start(timers.SOON):
                self._need_data()

    def _import_begins(self) -> None:
        if "matplotlib" in sys.modules:
            self._watch().import_begins()

    def _import_ends(self) -> None:
        if "matplotlib" in sys.modules:
            self._watch().import_ends()

    def _at_matplotlib(self) -> None:
        self._watch().found_at_import(importing=self._import_watch is not None and self._import_watch.inside)
        if self._scheduler is not None:
            self._scheduler.at_matplotlib()

    def _at_figures(self) -> None:
        self._need_figures().live.listen()

    def _at_pyplot(self) -> None:
        if self._scheduler is not None:
            self._scheduler.at_pyplot()


def _watch_of(shell: Any, start: StartUp) -> Any:
    """Return a function that returns the watch of a kernel's settings, made when it is first needed."""

    @cache
    def watch() -> SettingsWatch:
        from .settings.choice.watch import SettingsWatch

        return SettingsWatch(shell, start)

    return watch
