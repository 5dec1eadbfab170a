"""What the agent says of its kernel: the plot state, as it is in the diary and as the page hears it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .internals.ipython import publish
from .protocol import DISPLAY_ID, MIME, NO_DATA, Missing, RestoreReport, compose, holds_something
from .storage import diary

if TYPE_CHECKING:
    from .storage.settings_record import SettingsRecord


UNSIGNED = "Nothing is saved in this kernel, so a restart loses it: it has no key to sign with (Session.key is empty)."


class StateReporter:
    """Compose the plot state of one incarnation from what it is told, write it down and publish it.

    Parameters
    ----------
    kernel : ipykernel.ipkernel.IPythonKernel
        The kernel.
    kept_diary : diary.Diary
        Its diary.
    kernel_id : str
        Its id.
    """

    def __init__(self, kernel: Any, kept_diary: diary.Diary, kernel_id: str) -> None:
        self._kernel, self._diary, self._kernel_id = kernel, kept_diary, kernel_id
        self._incarnation = 1
        self._status: str | None = None  # None: live or absent, as the settings are
        self._message = ""
        self._report: RestoreReport | None = None
        self._settings: dict[str, Any] = {}
        self._expected: dict[str, Any] | None = None
        self._record: SettingsRecord | None = None
        self._figures: list[dict[str, Any]] = []
        self._offered = self._failed = 0
        self._data: Mapping[str, Any] = NO_DATA
        self._data_offered: tuple[int, int] = (0, 0)
        self._data_report: RestoreReport | None = None
        self._written_figures = self._told()
        self._paused = self._unsaved = self._forgotten = False
        self._pause_message = ""

    @property
    def report(self) -> RestoreReport | None:
        """How the last restore has ended, None where there was none."""
        return self._report

    # What it is told; nothing of it is written or published yet.

    def incarnation(self, count: int) -> None:
        """Note which life of the kernel this is, counted from 1."""
        self._incarnation = count

    def restoring(self, expected: Mapping[str, Any] | None = None) -> None:
        """Note that a restore is under way.

        Parameters
        ----------
        expected : mapping, optional
            The settings that are to be in force after it.
        """
        self._status = "restoring"
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
        self._status = "partial" if report.missing else "restored"
        self._expected, self._report = None if expected is None else dict(expected), report

    def not_restored(self) -> None:
        """Note that what was to be restored is left to the cells, which are run again from the first one on."""
        self._status = self._report = self._expected = self._data_report = None

    def data(self, data: Mapping[str, Any], offered: int, size: int) -> None:
        """Note what is saved of data, as the plot state has it, and how many variables of how many bytes wait."""
        self._data, self._data_offered = data, (offered, size)

    def data_restored(self, trigger: str, names: Iterable[str], missing: Iterable[Missing]) -> None:
        """Note names of data that come back, each at the latest when a cell mentions it, and what does not.

        Parameters
        ----------
        trigger : str
            How the last incarnation has ended, see `protocol.TRIGGERS`.
        names : iterable of str
            The names.
        missing : iterable of Missing
            What does not come back.
        """
        report = self._data_report or RestoreReport.now(trigger, [], [])
        failed = {each.what for each in missing}
        known = [name for name in (*report.names, *names) if f"the name {name}" not in failed]
        self._data_report = report._replace(names=tuple(dict.fromkeys(known)), missing=(*report.missing, *missing))

    def figures(self, listed: list[dict[str, Any]], offered: int, failed: int = 0) -> None:
        """Note the figures that are alive or may come back, how many are offered, and how many could not be loaded."""
        self._figures, self._offered, self._failed = listed, offered - failed, failed

    def paused(self, message: str, *, paused: bool) -> None:
        """Note whether this kernel is paused.

        Parameters
        ----------
        message : str
            Why the server has paused the restores of this kernel, "" if it has not.
        paused : bool
            Whether the agent does nothing at all.
        """
        self._pause_message, self._paused = message, paused

    def recovered(self) -> bool:
        """Take back that something of the agent went wrong; return whether it had."""
        failed = self._status == "error"
        if failed:
            self._status, self._message = None, ""
        return failed

    def forgotten(self) -> None:
        """Say nothing of what was: the diary has been removed, and is not made again before something changes."""
        self._status = self._report = self._expected = self._data_report = None
        self._message = ""
        self._written_figures = self._told()
        self._forgotten = True

    # What is written or published.

    def save_settings(self, record: SettingsRecord) -> None:
        """Write down what is in force; that it cannot be written is said in the state."""
        self._settings, self._record = record.settings, record
        self._save()

    def try_again(self) -> None:
        """Write down what could not be written the last time, if there is something: there may be room again."""
        if self._unsaved:
            self._save()

    def could_not_save(self, error: Exception) -> None:
        """Say that something could not be written, also to the next incarnation."""
        self._message = f"What is plotted now could not be saved, so a restart will lose it: {error}"
        self._unsaved = True
        self._diary.note_unsaved(error)

    def failed(self, error: BaseException) -> None:
        """Say in the state, on disk and on iopub, and nowhere else, that something of the agent went wrong."""
        self._status, self._expected = "error", None
        self._message = f"Plotting settings are not guarded in this kernel: {type(error).__name__}: {error}"
        try:
            self._kernel.log.debug("jupyter-mpl-guard", exc_info=error)
            if self._diary.names():
                self._write()
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
        if changed and self._forgotten:
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
        status = self._status or ("live" if holds_something(settings) else "absent")
        if status in ("absent", "live", "restored") and self._data_report is not None:
            status = "partial" if self._data_report.missing else "restored"
        message = self._message
        if not message and status in ("live", "restored", "partial") and not getattr(self._kernel.session, "key", b""):
            message = UNSIGNED
        if self._offered and status in ("absent", "live", "restored", "partial"):
            status, message = "offered", f"{self._offer()} {message}".strip()
        if self._failed and status in ("absent", "live", "restored", "partial", "offered"):
            status = "offered" if status in ("absent", "live") else status
            status = "partial" if status == "restored" else status
            message = f"{message} {self._kept()}".strip()
        if self._paused or (self._pause_message and status != "restoring"):
            status, message = "paused", self._pause_message
        said = None if report is None else report.to_json()
        figures, data = self._figures, self._data
        return compose(self._kernel_id, self._incarnation, status, message, figures, said, data, **settings)

    def _whole_report(self) -> RestoreReport | None:
        """Return the report of a restore with what it says of data."""
        data = self._data_report
        if data is None:
            return self._report
        if self._report is None:
            return data._replace(restored=("data",) if data.names else ())
        restored = (*(("data",) if data.names else ()), *self._report.restored)
        return self._report.and_then([], data.missing)._replace(restored=restored, names=data.names)

    def _offer(self) -> str:
        figures = "1 figure" if self._offered == 1 else f"{self._offered} figures"
        count, size = self._data_offered
        if count:
            figures += f" and {'1 variable' if count == 1 else f'{count} variables'} ({_size(size)})"
        # The first incarnation of a kernel has what its notebook's last kernel has left.
        origin = "before the restart" if self._incarnation > 1 else "the notebook's last kernel"
        return f"Plotting settings are back; {figures} from {origin} can be restored."

    def _told(self) -> tuple[Any, ...]:
        """Return what of the state comes from figures and data: what was offered and is back may look the same."""
        figures = self._figures, self._offered, self._failed, self._report
        return (*figures, self._data, self._data_offered, self._data_report)

    def _kept(self) -> str:
        one = self._failed == 1
        return (
            f"{'1 figure' if one else f'{self._failed} figures'} could not be loaded and "
            f"{'stays' if one else 'stay'} saved: restore figures again when the reason is gone."
        )

    def _save(self) -> None:
        from .storage import settings_record

        self._forgotten = False
        try:
            if self._record is not None:
                key = getattr(self._kernel.session, "key", b"")
                settings_record.write(self._diary, self._record, self._kernel_id, key)
                settings_record.seal(self._diary, self._settings, self._kernel_id, key)
            self._diary.all_saved()
            if self._unsaved:
                self._unsaved, self._message = False, ""
        except (OSError, ValueError) as error:
            self.could_not_save(error)
        self._write()

    def _write(self) -> None:
        self._written_figures = self._told()
        try:
            self._diary.write(diary.STATE, self.state())
        except (OSError, ValueError) as error:
            self.could_not_save(error)


def _size(size: int) -> str:
    """Return a number of bytes as a person would say it."""
    return f"{size / 1e6:.0f} MB" if size >= 1e6 else f"{max(size / 1e3, 1):.0f} kB"
