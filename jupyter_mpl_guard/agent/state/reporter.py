"""What the agent says of its kernel, in the diary and to the page: the settings and the plot state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, Any

from ..internals.ipython import publish
from ..protocol import DISPLAY_ID, MIME
from ..storage.disk.names import STATE, Signer
from .composer import StateComposer

if TYPE_CHECKING:
    from ..storage.diary import Diary
    from ..storage.settings_record import SettingsRecord


class Saved(Enum):
    """What the diary holds of what is in force."""

    ALL = "everything"
    NOT_ALL = "something could not be written"
    NOTHING = "it has been removed, and is not made again before something changes"


class _Held:
    """What is to be done at the end of a block, see `StateReporter.at_once`."""

    def __init__(self) -> None:
        self.writes = False
        self.metadata: dict[str, Any] | None = None  # None where nothing is to be published

    def write(self, *, wanted: bool = True) -> None:
        self.writes = wanted

    def publish(self, metadata: Mapping[str, Any] | None) -> None:
        self.metadata = {**(self.metadata or {}), **(metadata or {})}


class StateReporter(StateComposer):
    """Write down and publish the plot state of one incarnation, and write down the settings.

    Parameters
    ----------
    diary : callable
        Returns its diary, which is made when there is something to write down.
    signer : names.Signer
        Who signs it.
    """

    def __init__(self, kernel: Any, diary: Callable[[], Diary], signer: Signer) -> None:
        super().__init__(signer.kernel_id, has_key=bool(signer.key))
        self._kernel = kernel
        self._diary = diary
        self._signer = signer
        self._record: SettingsRecord | None = None
        self._written = self.fingerprint()
        self._saved = Saved.ALL
        self._held: _Held | None = None

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Write down and publish what is said in a block when it ends, once."""
        if self._held is not None:
            yield
            return
        held = self._held = _Held()
        try:
            yield
        finally:
            self._held = None
            if held.writes:
                self._write()
            if held.metadata is not None:
                self.publish(held.metadata)

    def write_down(self) -> None:
        """Write the state for those who receive no messages, unless there is nothing to keep."""
        if self._diary().names():
            self._write()

    def forgotten(self) -> None:
        """Discard what was reported: the diary has been removed, and is not made again before something changes."""
        self.not_restored()
        self.trouble("")
        self._written = self.fingerprint()
        self._saved = Saved.NOTHING
        if self._held is not None:
            self._held.write(wanted=False)  # what was to be written has been removed

    def save_settings(self, record: SettingsRecord) -> None:
        """Write down the settings in force; a failure to write them is reported in the state."""
        self.in_force(record.settings)
        self._record = record
        self._save()

    def try_again(self) -> None:
        """Write down what could not be written the last time, if there is something: there may be room again."""
        if self._saved is Saved.NOT_ALL:
            self._save()

    def could_not_save(self, error: Exception) -> None:
        """Report, also to the next incarnation, that something could not be written."""
        from .. import messages  # not needed in a kernel in which there is nothing to say

        self.trouble(messages.unwritten(error))
        self._saved = Saved.NOT_ALL
        self._diary().note_unsaved(error)

    def failed(self, error: BaseException) -> None:
        """Report in the state, on disk and on iopub, and nowhere else, that something of the agent went wrong."""
        self.went_wrong()
        try:
            from .. import messages

            self.trouble(messages.not_guarded(error))
            self._kernel.log.debug("jupyter-mpl-guard", exc_info=error)
            self.write_down()
            self.publish()
        except Exception:
            pass

    def publish_figures(self, cell: str | None, drawn: Sequence[str | None]) -> None:
        """Write down and publish the state if there are other figures, or the same ones in another state.

        Parameters
        ----------
        cell : str or None
            The id of the cell that has run, where a client has sent it.
        drawn : sequence of str or None
            Which figures it may have shown, see `listing.drawn`. An image says nothing of its figure: a page that
            knows can say later whether that figure is back.
        """
        changed = self._write_change()
        if cell and drawn:
            self.publish({"drawn": {"cell": cell, "figures": list(drawn)}})
        elif changed:
            self.publish()

    def publish_data(self) -> None:
        """Write down and publish what is said of data, if that has changed."""
        if self._write_change():
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
        if self._held is not None:
            self._held.publish(metadata)
            return
        content = {
            "data": {MIME: self.state()},
            "metadata": dict(metadata or {}),
            "transient": {"display_id": DISPLAY_ID},
        }
        publish(self._kernel, "update_display_data", content)

    def _write_change(self) -> bool:
        """Write the state if it has changed, and return whether it has.

        After a removal of the diary it is written only where something has been saved again, with the settings.
        """
        if self.fingerprint() == self._written:
            return False
        if self._saved is not Saved.NOTHING:
            self._write()
        elif self._diary().names():
            self._save()
        else:
            self._written = self.fingerprint()
        return True

    def _save(self) -> None:
        from ..storage import settings_record

        try:
            if self._record is not None:
                settings_record.write(self._diary(), self._record, self._signer.name, self._signer.key)
            self._diary().all_saved()
            if self._saved is Saved.NOT_ALL:
                self.trouble("")
            self._saved = Saved.ALL
        except (OSError, ValueError) as error:
            self.could_not_save(error)
        self._write()

    def _write(self) -> None:
        self._written = self.fingerprint()
        if self._held is not None:
            self._held.write()
            return
        try:
            self._diary().write(STATE, self.state())
        except (OSError, ValueError) as error:
            self.could_not_save(error)
            self._diary().write_over(STATE, self.state())
