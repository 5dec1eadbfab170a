"""What the agent of one incarnation consists of, made when it is first needed.

A kernel that does not plot and has nothing to restore needs no other modules than those that are imported here: the
others are imported when Matplotlib is, or when the last incarnation has left something.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import interrupts, timers
from ..internals.ipython import message_waits
from ..protocol import DIARY_DIR, Request
from ..restore.first_cells import FirstCells
from ..safe_hook import SafeHook
from ..settings.environment import StartUp
from ..state.reporter import StateReporter
from ..storage.disk.names import folder_beside, kernel_id_of

if TYPE_CHECKING:
    from ..data.room import DataRoom
    from ..diagnosis.diagnoser import Diagnoser
    from ..figures.autosave import Autosave
    from ..figures.live import LiveFigures
    from ..figures.offers import Offers
    from ..restore.job import RestoreJob
    from ..restore.scheduler import RestoreScheduler
    from ..settings.choice.watch import SettingsWatch
    from ..storage.figure_list import FigureList
    from ..storage.kernel_diary import KernelDiary


class FigureParts(NamedTuple):
    """What concerns figures: where they are saved, those of the last incarnation, those of this one, and when."""

    figure_list: FigureList
    offers: Offers
    live: LiveFigures
    autosave: Autosave


class Parts:
    """Hold what the agent consists of; what concerns settings, figures and data is made when needed.

    Parameters
    ----------
    shell : ipykernel.zmqshell.ZMQInteractiveShell
        The kernel's shell.

    Attributes
    ----------
    shell : ipykernel.zmqshell.ZMQInteractiveShell
        The same.
    request : protocol.Request
        The server's ``begin``.
    signs_as : str
        The name for which its documents are signed.
    key : bytes
        What they are signed with.
    reporter : reporter.StateReporter
        Writes and publishes the plot state.
    interrupts : interrupts.Interrupts
        Keeps those that come in a hook.
    safe_hook : safe_hook.SafeHook
        Wraps what others call.
    loop : asyncio.AbstractEventLoop or None
        The kernel's main event loop.
    activity : timers.Activity
        Knows whether a cell is running.
    first_cells : first_cells.FirstCells
        The first cells of this incarnation.
    scheduler : scheduler.RestoreScheduler or None
        Restores what the last incarnation has left; None where it has left nothing.
    figures : FigureParts or None
        What concerns figures, None before it is needed.
    data : room.DataRoom or None
        What concerns data, None before it is needed.
    """

    def __init__(self, shell: Any) -> None:
        from ipykernel.connect import get_connection_file

        connection_file = get_connection_file()
        self.shell = shell
        self.request = Request()
        self.signs_as = kernel_id_of(connection_file)
        self.key: bytes = getattr(shell.kernel.session, "key", b"")
        self.reporter = StateReporter(shell.kernel, lambda: self.diary, self.signs_as)
        self.interrupts = interrupts.Interrupts(shell)
        self.safe_hook = SafeHook(self.fail, self.interrupts.keep)
        self.loop = timers.running_loop()
        self.activity = timers.Activity()
        self.first_cells = FirstCells()
        self.scheduler: RestoreScheduler | None = None
        self.figures: FigureParts | None = None
        self.data: DataRoom | None = None
        self._diagnoser: Diagnoser | None = None
        self._start = StartUp.now(shell)
        self._watch: SettingsWatch | None = None
        self._folder = folder_beside(connection_file)
        self._diary: KernelDiary | None = None

    @property
    def diary(self) -> KernelDiary:
        """The kernel's diary."""
        if self._diary is None:
            from ..storage.kernel_diary import KernelDiary

            diary = KernelDiary(self._folder)
            diary.on_flushed(timers.called_from_thread(self.loop, self.safe_hook(self._all_on_disk)))
            self._diary = diary
        return self._diary

    def has_diary(self) -> bool:
        """Return whether the folder of the diary is there."""
        return os.path.lexists(self._folder if self._diary is None else self._diary.folder)

    def find_diary(self, request: Request) -> None:
        """Find out where the diary is, and how it is signed, where the connection file does not say that."""
        self.request = request
        named = os.environ.get(DIARY_DIR, "") if request.diary_dir is None else ""
        self.reporter.noted(request.trouble)
        if named or request.diary_dir or request.far:
            from ..storage.place import Signer, find

            signer = Signer(self.signs_as, self.signs_as, self.key)
            signer, note = find(self.diary, request, named, signer)
            self.signs_as, self.key = signer.name, signer.key
            self.reporter.signs_as(*signer)
            self.reporter.noted(note)

    def need_watch(self) -> SettingsWatch:
        """Return the watch of the kernel's settings."""
        if self._watch is None:
            from ..settings.choice.watch import SettingsWatch

            self._watch = SettingsWatch(self.shell, self._start)
        return self._watch

    def need_data(self) -> DataRoom:
        """Return what concerns data."""
        if self.data is None:
            from ..data.room import DataRoom
            from ..storage.data.log import DataLog
            from ..storage.disk.alive import Place

            self.data = DataRoom(
                self.shell,
                DataLog(self.diary, self.signs_as, self.key, Place.here()),
                self.request,
                self._start,
                self.reporter,
                self.activity,
                self.loop,
                self.safe_hook,
                message_waits(self.shell.kernel),
            )
        return self.data

    def need_figures(self) -> FigureParts:
        """Return what concerns figures."""
        if self.figures is None:
            from ..figures.autosave import Autosave
            from ..figures.live import LiveFigures, surroundings
            from ..figures.offers import Offers
            from ..storage.figure_list import FigureList

            figure_list = FigureList(self.diary, self.signs_as, self.key, surroundings)
            offers = Offers(figure_list)
            live = LiveFigures(self.shell, figure_list, self.request.limits)
            autosave = Autosave(
                live,
                offers,
                self.reporter,
                self.activity,
                self.loop,
                self.safe_hook,
                message_waits(self.shell.kernel),
                self.diary,
            )
            self.figures = FigureParts(figure_list, offers, live, autosave)
        return self.figures

    def need_diagnoser(self) -> Diagnoser:
        """Return what answers questions."""
        if self._diagnoser is None:
            from ..diagnosis.diagnoser import Diagnoser

            self._diagnoser = Diagnoser(
                self.shell, self.diary, self.key, self.need_watch, self.reporter, self.activity, self.loop
            )
        return self._diagnoser

    def schedule(self, job: RestoreJob) -> RestoreScheduler:
        """Return what carries out a restore when the moment has come."""
        from ..restore.scheduler import RestoreScheduler

        figures = self.need_figures()
        self.scheduler = RestoreScheduler(
            job,
            figures.offers,
            figures.autosave,
            self.need_watch,
            self.reporter,
            self.need_diagnoser,
            self.activity,
            self.loop,
            self.safe_hook,
        )
        return self.scheduler

    def save_settings(self) -> None:
        """Write down the settings in force."""
        record = self.need_watch().capture()
        if self.scheduler is None or not self.scheduler.has_restored:
            record = replace(record, first_cells=self.first_cells.digests)
        self.reporter.save_settings(record)

    def save_everything(self, said: str) -> None:
        """Save what a request may have changed, or what has changed while the agent was paused.

        Parameters
        ----------
        said : str
            What has been said since the settings were looked at last.
        """
        if "matplotlib" in sys.modules:
            self.need_watch().cell_ends(said)
            self.save_settings()
            self.need_figures().autosave.save()
        elif self.figures is not None:
            self.figures.autosave.save()  # an offer may have ended

    def fail(self, error: BaseException) -> None:
        """Do nothing more of what is planned, and say why."""
        if self.scheduler is not None:
            self.scheduler.cancel()
        self.reporter.failed(error)

    def end(self) -> None:
        """Drop what is planned; safe to call again."""
        if self.scheduler is not None:
            self.scheduler.cancel()
        if self.figures is not None:
            self.figures.autosave.end()
        if self.data is not None:
            self.data.end()
        if self._diagnoser is not None:
            self._diagnoser.cancel()

    def _all_on_disk(self) -> None:
        """Remove what was kept for the case that the machine stops."""
        if self.diary.settle() and self.figures is not None:
            self.figures.figure_list.clear()
