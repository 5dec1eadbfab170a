"""The plot state of a kernel, composed of what the parts of the agent report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..protocol import NO_DATA, compose, holds_something
from .status import Phase, StatusFacts, status_of

if TYPE_CHECKING:
    from ..protocol import Missing, RestoreReport, Trigger
    from ..storage.figures.figure_entry import ListedFigure


class StateComposer:
    """Compose the plot state of one incarnation from what is reported to it.

    Parameters
    ----------
    kernel_id : str
        The kernel's id.
    has_key : bool
        Whether the kernel has a key to sign with.
    """

    def __init__(self, kernel_id: str, *, has_key: bool) -> None:
        self._kernel_id = kernel_id
        self._has_key = has_key
        self._incarnation = 1
        self._phase = Phase.SETTLED
        self._trouble = ""
        self._report: RestoreReport | None = None
        self._settings: dict[str, Any] = {}
        self._expected: dict[str, Any] | None = None
        self._figures: Sequence[ListedFigure] = ()
        self._offered = 0
        self._unloaded = 0
        self._data: Mapping[str, Any] = NO_DATA
        self._data_offered: tuple[int, int] = (0, 0)
        self._data_report: RestoreReport | None = None
        self._paused = False
        self._pause = ""
        self._note = ""

    def in_force(self, settings: dict[str, Any]) -> None:
        """Note the settings in force."""
        self._settings = settings

    def trouble(self, sentence: str) -> None:
        """Note in a sentence what went wrong or could not be written, "" where that is over."""
        self._trouble = sentence

    @property
    def report(self) -> RestoreReport | None:
        """How the last restore has ended, None where there was none."""
        return self._report

    def incarnation(self, count: int) -> None:
        """Note the number of this incarnation of the kernel, counted from 1."""
        self._incarnation = count

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

    def not_restored(self) -> None:
        """Note that what was to be restored is left to the cells, which are run again from the first one on."""
        self._phase = Phase.SETTLED
        self._report = self._data_report = None
        self._expected = None

    def data(self, data: Mapping[str, Any], offered: int, size: int) -> None:
        """Note what is saved of data, as the plot state has it, and how many variables of how many bytes wait."""
        self._data, self._data_offered = data, (offered, size)

    def data_restored(self, trigger: Trigger, names: Iterable[str], missing: Sequence[Missing]) -> None:
        """Note names of data that come back, and what does not, see `whole_report.with_data`."""
        from .whole_report import with_data

        self._data_report = with_data(self._data_report, trigger, names, missing)

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

    def noted(self, note: str) -> None:
        """Note what else there is to say, "" where there is nothing."""
        self._note = note

    def went_wrong(self) -> None:
        """Note that something of the agent went wrong."""
        self._phase = Phase.FAILED
        self._expected = None

    def works_again(self) -> bool:
        """Clear the note that something of the agent went wrong; return whether there was one."""
        failed = self._phase is Phase.FAILED
        if failed:
            self._phase = Phase.SETTLED
            self._trouble = ""
        return failed

    def state(self) -> dict[str, Any]:
        """Return the plot state."""
        settings = self._settings if self._expected is None else self._expected
        report = self._whole_report()
        variables, size = self._data_offered
        said = status_of(
            StatusFacts(
                phase=self._phase,
                incomplete=report is not None and bool(report.missing),
                has_settings=holds_something(settings),
                has_key=self._has_key,
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
        if self._data_report is None and (self._report is None or not self._report.missing):
            return self._report
        from .whole_report import whole

        return whole(self._report, self._data_report)

    def fingerprint(self) -> tuple[Any, ...]:
        """Return what of the state comes from figures and data: what was offered and is back may look the same."""
        figures = self._figures, self._offered, self._unloaded, self._report
        return (*figures, self._data, self._data_offered, self._data_report)
