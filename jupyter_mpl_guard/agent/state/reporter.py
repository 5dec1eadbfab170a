"""What the agent says of its kernel: the plot state, as it is in the diary and as the page hears it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any

from ..internals.ipython import publish
from ..protocol import DISPLAY_ID, MIME, NO_DATA, compose, holds_something
from ..storage.disk.names import STATE
from .status import Facts, Phase, status_of

if TYPE_CHECKING:
    from ..protocol import Missing, RestoreReport
    from ..storage.diary import Diary
    from ..storage.figures.figure_entry import ListedFigure
    from ..storage.settings_record import SettingsRecord


class Saved(Enum):
    """What the diary holds of what is in force."""

    ALL = "everything"
    NOT_ALL = "something could not be written"
    NOTHING = "it has been removed, and is not made again before something changes"


class StateReporter:
    """Compose the plot state of one incarnation from what it is told, write it down and publish it.

    Parameters
    ----------
    kernel : ipykernel.ipkernel.IPythonKernel
        The kernel.
    diary : callable
        Returns its diary, which is made when there is something to write down.
    kernel_id : str
        Its id.
    """

    def __init__(self, kernel: Any, diary: Callable[[], Diary], kernel_id: str) -> None:
        self._kernel = kernel
        self._diary = diary
        self._kernel_id = kernel_id
        self._incarnation = 1
        self._phase = Phase.SETTLED
        self._trouble = ""
        self._report: RestoreReport | None = None
        self._settings: dict[str, Any] = {}
        self._expected: dict[str, Any] | None = None
        self._record: SettingsRecord | None = None
        self._figures: Sequence[ListedFigure] = ()
        self._offered = 0
        self._unloaded = 0
        self._data: Mapping[str, Any] = NO_DATA
        self._data_offered: tuple[int, int] = (0, 0)
        self._data_report: RestoreReport | None = None
        self._written_figures = self._told()
        self._saved = Saved.ALL
        self._paused = False
        self._pause = ""
        self._incomplete: Callable[[], object] = lambda: None
        self._note = ""
        self._signs_as = kernel_id
        self._key: bytes = getattr(kernel.session, "key", b"")

    @property
    def report(self) -> RestoreReport | None:
        """How the last restore has ended, None where there was none."""
        return self._report

    def incarnation(self, count: int) -> None:
        """Note which life of the kernel this is, counted from 1."""
        self._incarnation = count

    def on_incomplete(self, incomplete: Callable[[], object]) -> None:
        """Call a function when a restore has ended that names something as missing."""
        self._incomplete = incomplete

    def restoring(self, expected: Mapping[str, Any] | None = None) -> None:
        """Note that a restore is under way.

        Parameters
        ----------
        expected : mapping, optional
            The settings that are to be in force after it.
        """
        self._phase = Phase.RESTORING
        self._expected = None if expected is None else dict(expected)

    def restored(self, report: RestoreReport, expected: Mapping[str, Any] | None = None) -> None:
        """Note how a restore has ended.

        Parameters
        ----------
        report : protocol.RestoreReport
            What it has done.
        expected : mapping, optional
            The settings that the first cell that needs them will find in force.
        """
        self._phase = Phase.RESTORED
        self._expected = None if expected is None else dict(expected)
        self._report = report
        if report.missing:
            self._incomplete()

    def not_restored(self) -> None:
        """Note that what was to be restored is left to the cells, which are run again from the first one on."""
        self._phase = Phase.SETTLED
        self._report = self._data_report = None
        self._expected = None

    def data(self, data: Mapping[str, Any], offered: int, size: int) -> None:
        """Note what is saved of data, as the plot state has it, and how many variables of how many bytes wait."""
        self._data, self._data_offered = data, (offered, size)

    def data_restored(self, trigger: str, names: Iterable[str], missing: Sequence[Missing]) -> None:
        """Note names of data that come back, each at the latest when a cell mentions it, and what does not.

        Parameters
        ----------
        trigger : str
            How the last incarnation has ended, see `protocol.TRIGGERS`.
        names : iterable of str
            The names.
        missing : sequence of Missing
            What does not come back.
        """
        from ..protocol import MissingKind, RestoreReport  # not needed where there is nothing to restore

        report = self._data_report or RestoreReport.now(trigger, [], [])
        failed = {each.key for each in missing if each.kind is MissingKind.NAME}
        known = [name for name in (*report.names, *names) if name not in failed]
        self._data_report = report._replace(names=tuple(dict.fromkeys(known)), missing=(*report.missing, *missing))

    def figures(self, listed: Sequence[ListedFigure], offered: int, failed: int = 0) -> None:
        """Note the figures that are alive or may come back, how many are offered, and how many could not be loaded."""
        self._figures = tuple(listed)
        self._offered = offered - failed
        self._unloaded = failed

    @property
    def plotted_names(self) -> set[str]:
        """The names that reach figures, which are saved with these."""
        return {name for each in self._figures for name in each.described.names}

    def paused(self, message: str, *, paused: bool) -> None:
        """Note whether this kernel is paused.

        Parameters
        ----------
        message : str
            Why the server has paused the restores of this kernel, "" if it has not.
        paused : bool
            Whether the agent does nothing at all.
        """
        self._pause = message
        self._paused = paused

    def write_down(self) -> None:
        """Write the state for those who hear nothing, unless there is nothing to be kept."""
        if self._diary().names():
            self._write()

    def signs_as(self, kernel_id: str, name: str, key: bytes) -> None:
        """Note which kernel this is, and for whom and with what it signs: others than its connection file says."""
        self._kernel_id, self._signs_as, self._key = kernel_id, name, key

    def noted(self, note: str) -> None:
        """Note what there is to say besides, "" where there is nothing."""
        self._note = note

    def recovered(self) -> bool:
        """Take back that something of the agent went wrong; return whether it had."""
        failed = self._phase is Phase.FAILED
        if failed:
            self._phase = Phase.SETTLED
            self._trouble = ""
        return failed

    def forgotten(self) -> None:
        """Say nothing of what was: the diary has been removed, and is not made again before something changes."""
        self.not_restored()
        self._trouble = ""
        self._written_figures = self._told()
        self._saved = Saved.NOTHING

    def save_settings(self, record: SettingsRecord) -> None:
        """Write down what is in force; that it cannot be written is said in the state."""
        self._settings = record.settings
        self._record = record
        self._save()

    def try_again(self) -> None:
        """Write down what could not be written the last time, if there is something: there may be room again."""
        if self._saved is Saved.NOT_ALL:
            self._save()

    def could_not_save(self, error: Exception) -> None:
        """Say that something could not be written, also to the next incarnation."""
        from .. import messages  # not needed in a kernel in which there is nothing to say

        self._trouble = messages.unwritten(error)
        self._saved = Saved.NOT_ALL
        self._diary().note_unsaved(error)

    def failed(self, error: BaseException) -> None:
        """Say in the state, on disk and on iopub, and nowhere else, that something of the agent went wrong."""
        self._phase = Phase.FAILED
        self._expected = None
        try:
            from .. import messages

            self._trouble = messages.not_guarded(error)
            self._kernel.log.debug("jupyter-mpl-guard", exc_info=error)
            self.write_down()
            self.publish()
        except Exception:
            pass

    def publish_figures(self, cell: str | None, drawn: Sequence[str | None]) -> None:
        """Write down and publish that there are other figures, or the same ones in another state, if that is so.

        Parameters
        ----------
        cell : str or None
            The id of the cell that has run, where a client has told it.
        drawn : sequence of str or None
            Which figures it may have shown, see `listing.drawn`. An image says nothing of its figure: a page that
            knows can say later whether that figure is back.
        """
        changed = self._told() != self._written_figures
        if changed and self._saved is Saved.NOTHING:
            self._save()  # the settings that figures need have been removed with the diary
        elif changed:
            self._write()
        if cell and drawn:
            self.publish({"drawn": {"cell": cell, "figures": list(drawn)}})
        elif changed:
            self.publish()

    def publish_data(self) -> None:
        """Write down and publish what is said of data, if that has changed."""
        if self._told() != self._written_figures:
            self._write()
            self.publish()

    def publish(self, metadata: Mapping[str, Any] | None = None) -> None:
        """Send the plot state to whoever listens on iopub.

        Clients pass an ``update_display_data`` for an unknown display id on and draw nothing; a message type of our
        own would make nbclient log an error.

        Parameters
        ----------
        metadata : mapping, optional
            What else there is to say.
        """
        content = {
            "data": {MIME: self.state()},
            "metadata": dict(metadata or {}),
            "transient": {"display_id": DISPLAY_ID},
        }
        publish(self._kernel, "update_display_data", content)

    def state(self) -> dict[str, Any]:
        """Return the plot state."""
        settings = self._settings if self._expected is None else self._expected
        report = self._whole_report()
        variables, size = self._data_offered
        said = status_of(
            Facts(
                phase=self._phase,
                incomplete=report is not None and bool(report.missing),
                has_settings=holds_something(settings),
                has_key=bool(self._key),
                trouble=self._trouble,
                offered=self._offered,
                variables=variables,
                variables_size=size,
                variables_back=self._data_report is not None,
                unloaded=self._unloaded,
                is_first=self._incarnation == 1,
                paused=self._paused,
                pause=self._pause,
                note=self._note,
            )
        )
        return compose(
            self._kernel_id,
            self._incarnation,
            *said,
            [each.to_json() for each in self._figures],
            None if report is None else report.to_json(),
            self._data,
            **settings,
        )

    def _whole_report(self) -> RestoreReport | None:
        """Return the report of a restore with what it says of data."""
        report, data = self._report, self._data_report
        if data is not None and report is None:
            report = data._replace(restored=("data",) if data.names else ())
        elif data is not None and report is not None:
            restored = (*(("data",) if data.names else ()), *report.restored)
            report = report.and_then([], data.missing)._replace(restored=restored, names=data.names)
        if report is None or not report.missing:
            return report
        from .. import messages  # not needed in a kernel in which there is nothing to say

        return report._replace(missing=messages.with_remedies(report.missing))

    def _told(self) -> tuple[Any, ...]:
        """Return what of the state comes from figures and data: what was offered and is back may look the same."""
        figures = self._figures, self._offered, self._unloaded, self._report
        return (*figures, self._data, self._data_offered, self._data_report)

    def _save(self) -> None:
        from ..storage import settings_record

        try:
            if self._record is not None:
                settings_record.write(self._diary(), self._record, self._signs_as, self._key)
            self._diary().all_saved()
            if self._saved is Saved.NOT_ALL:
                self._trouble = ""
            self._saved = Saved.ALL
        except (OSError, ValueError) as error:
            self.could_not_save(error)
        self._write()

    def _write(self) -> None:
        self._written_figures = self._told()
        try:
            self._diary().write(STATE, self.state())
        except (OSError, ValueError) as error:
            self.could_not_save(error)
            self._diary().write_over(STATE, self.state())
