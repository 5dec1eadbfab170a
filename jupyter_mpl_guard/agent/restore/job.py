"""One restore: the settings, then the figures, and one report on both."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import TYPE_CHECKING, Any

from .. import messages
from ..protocol import EMPTY_INLINE, Missing, RestoreReport, Trigger
from ..settings import environment
from ..settings.backends import short_name
from . import cell_needs, import_steps
from .still_missing import unset

if TYPE_CHECKING:
    from ..data.left_data import LeftData
    from ..figures.live import LiveFigures
    from ..figures.offers import Offers
    from ..settings.lazy_settings import LazySettings
    from ..settings.restore import SettingsRestore
    from ..storage.figure_list import FigureList
    from ..storage.settings_record import SettingsRecord


class RestoreJob:
    """Restore what the last incarnation has left.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    settings : lazy_settings.LazySettings
        The settings of this incarnation.
    record : settings_record.SettingsRecord
        What is carried over of the settings of the last incarnation.
    offers : offers.Offers
        The figures that it has left.
    figure_list : figure_list.FigureList
        Where they are kept.
    live : live.LiveFigures
        Tracks them from then on.
    data : left_data.LeftData or None
        Binds names that figures need and whose values are saved apart; None where no data has been saved.

    Attributes
    ----------
    settings : dict
        The settings that come back, for the plot state.
    unsaved : list of Missing
        What of the settings could not be written as data.
    first_cells : list of str
        Digests of the cells with which the last incarnation had begun, see `rerun`.
    """

    def __init__(
        self,
        shell: Any,
        settings: LazySettings,
        record: SettingsRecord,
        offers: Offers,
        figure_list: FigureList,
        live: LiveFigures,
        data: LeftData | None,
    ) -> None:
        self.settings = _shown(record.settings)
        self.unsaved = record.unsaved
        self.first_cells = record.first_cells
        self._shell = shell
        self._lazy_settings = settings
        self._record = record
        self._offers = offers
        self._list = figure_list
        self._live = live
        self._data = data
        self._environment = os.environ.get("MPLBACKEND")  # ipykernel's, or the user's from before the kernel
        self._restore: SettingsRestore | None = None
        if "matplotlib" in sys.modules:
            self._settings_restore()  # which looks at what is in force before the restore

    def imports(self) -> list[Callable[[], Any]]:
        """Return pieces of work of 10-100 ms that import Matplotlib; none where it is there."""
        if "matplotlib" in sys.modules:
            return []
        return import_steps.steps(with_widgets=self.settings.get("backend") == "widget")

    def is_needed_by(self, code: str) -> bool:
        """Return whether some code mentions Matplotlib or one of the names that come back."""
        return cell_needs.needs_restore(code, self.settings.get("aliases") or {}, self._offers.names)

    def at_matplotlib(self) -> None:
        """Set the rcParams right after ``import matplotlib``, before the importing code goes on."""
        self._offers.put_tables(load=False)  # parameters may name a color
        self._settings_restore(late=False).rc_params()

    def set_environment(self) -> None:
        """Set the environment variables that libraries read when they are imported, as cells had set them."""
        environment.restore(self._record.environment)

    def run(self, trigger: Trigger, missing: Iterable[Missing], *, with_figures: bool) -> RestoreReport:
        """Restore everything now.

        Parameters
        ----------
        trigger : protocol.Trigger
            How the last incarnation has ended.
        missing : iterable of Missing
            What is known to be missing already.
        with_figures : bool
            Whether the figures that are planned are restored as well.
        """
        from ..internals.callbacks import builtins_of_cells

        started = perf_counter()
        restored: list[str] = []
        lost = list(missing)
        has_matplotlib = False
        try:
            settings = self._settings_restore()
            self._put_tables()
            try:
                with builtins_of_cells():  # a backend may be one of the modules beside the notebook
                    has_matplotlib = settings.everything()
            finally:
                restored, lost = restored + settings.restored, lost + settings.missing
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            lost.append(messages.all_failed(messages.SETTINGS, error))
            has_matplotlib = "matplotlib.pyplot" in sys.modules
        if with_figures and has_matplotlib:
            restored_figures, lost_figures = self.figures()
            restored, lost = restored + restored_figures, unset(lost) + lost_figures
        return RestoreReport.now(trigger, restored, lost, 1000 * (perf_counter() - started))

    def figures(self, only: tuple[str, ...] | None = None) -> tuple[list[str], list[Missing]]:
        """Restore the figures that are planned or, where none are, those that are offered.

        Parameters
        ----------
        only : tuple of str, optional
            Ids of those offered figures that are wanted, all by default.

        Returns
        -------
        restored : list of str
            The plot state's key for figures, if any came back.
        missing : list of Missing
            What did not.
        """
        entries, order = self._offers.take(only)
        self._put_tables()  # also where the settings were not to come back
        missing: list[Missing] = []
        count = 0
        try:
            from ..settings.kept import kept
            from .figure_job import FigureJob

            settings = kept(self._shell) if self._restore is None else self._restore.over_figures()
            job = FigureJob(self._shell, self._list, self._live, self._data, self._offers.begun)
            try:
                with settings, self._offers.surroundings(), self._live.loading():
                    job.run(entries, order)
            finally:
                count, missing = job.count, job.missing
                self._offers.keep([*job.failed, *job.unheld])
                if only is not None:
                    self._offers.dismiss(job.back)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # what is loaded may raise anything
            missing.append(messages.all_failed(messages.FIGURES, error))
            if not count:
                self._offers.give_back(entries)
        return ["figures"] if count else [], missing + (self._offers.lost if only is None else [])

    def _put_tables(self) -> None:
        try:
            self._offers.put_tables()
        except Exception:  # Matplotlib cannot be imported: the settings say so
            pass

    def _settings_restore(self, *, late: bool | None = None) -> SettingsRestore:
        """Return what restores the settings.

        Parameters
        ----------
        late : bool, optional
            Whether cells may have chosen something before; by default they may where Matplotlib is there.
        """
        if late is None:
            late = "matplotlib" in sys.modules
        if self._restore is None:
            from ..settings.restore import SettingsRestore

            self._restore = SettingsRestore(
                self._shell,
                self._lazy_settings.watch,
                self._record,
                self._environment,
                late=late,
            )
        return self._restore


def _shown(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings that are carried over as the plot state says them."""
    inline = {**EMPTY_INLINE, **settings.get("inline", {})}
    return {**settings, "backend": short_name(settings.get("backend")), "inline": inline}
