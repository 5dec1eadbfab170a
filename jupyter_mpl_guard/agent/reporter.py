"""What the agent says of its kernel: the plot state, as it is in the diary and as the page hears it."""

from . import protocol
from .internals import ipykernel
from .protocol import DISPLAY_ID, MIME
from .storage import diary, settings_record


class StateReporter:
    """Know how things stand in one incarnation, write it down and publish it.

    Parameters
    ----------
    kernel : ipykernel.ipkernel.IPythonKernel
        The kernel.
    kept_in : diary.Diary
        Its diary.
    kernel_id : str
        Its id.
    watch : settings.Watch
        Where the settings are found out.

    Attributes
    ----------
    incarnation : int
        Which one it is.
    status : str or None
        Of the plot state; None for ``live`` or ``absent``, as the kernel is.
    message : str
        Of the plot state.
    last_restore : dict or None
        Of the plot state.
    paused : bool
        Whether the agent does nothing.
    overridden : str
        Why the server has paused this kernel, "" if it has not.
    captured : dict
        The settings that were written down last.
    expected : dict or None
        The settings that are to come back, as long as they are.
    figures : keeping.Autosave or None
        Who keeps the figures.
    unsaved : bool
        Whether something could not be written.
    """

    def __init__(self, kernel, kept_in, kernel_id, watch):
        self._kernel, self._diary, self._kernel_id, self._watch = kernel, kept_in, kernel_id, watch
        self.incarnation = 1
        self.status = self.last_restore = self.expected = self.figures = None
        self.message = self.overridden = ""
        self.paused = self.unsaved = False
        self.captured: dict = {}
        self._listed: list = []

    def state(self):
        """Return the plot state."""
        captured = self.captured if self.expected is None else self.expected
        status = self.status or ("live" if protocol.holds_something(captured) else "absent")
        message = self.message
        if self.figures.offered and status in ("absent", "live", "restored", "partial"):
            status, message = "offered", f"{self._offer()} {message}".strip()
        if self.paused or (self.overridden and status != "restoring"):
            status, message = "paused", self.overridden
        return protocol.compose(
            self._kernel_id,
            self.incarnation,
            status,
            message,
            self.figures.listing(),
            self.last_restore,
            **captured,
        )

    def _offer(self):
        count = self.figures.offered
        figures = "1 figure" if count == 1 else f"{count} figures"
        # The first incarnation of a kernel has what its notebook's last kernel has left.
        origin = "before the restart" if self.incarnation > 1 else "the notebook's last kernel"
        return f"Plotting settings are back; {figures} from {origin} can be restored."

    def conclude(self, report):
        """Take down how a restore has ended."""
        self.status, self.last_restore = "partial" if report["missing"] else "restored", report

    def fail(self, error):
        """Say in the state, and nowhere else, that something of ours went wrong."""
        self.status = "error"
        self.message = f"Plotting settings are not guarded in this kernel: {type(error).__name__}: {error}"
        try:
            self._kernel.log.debug("jupyter-mpl-guard", exc_info=error)
            self.publish()
        except Exception:
            pass

    def recover(self):
        """Take back that something of ours went wrong; return whether it had."""
        failed = self.status == "error"
        if failed:
            self.status, self.message = None, ""
        return failed

    def forget(self):
        """Say nothing of what was: the diary has been removed, and is not made again before something changes."""
        self.status, self.last_restore, self.message = None, None, ""
        self._listed = self.figures.listing()

    def save(self):
        """Write down what is in force; a diary that cannot be written is said in the state."""
        self.captured, record = self._watch.capture()
        try:
            key = getattr(self._kernel.session, "key", b"")
            settings_record.keep(self._diary, self.captured, record, self._kernel_id, key)
            self._diary.all_saved()
            if self.unsaved:
                self.unsaved, self.message = False, ""
        except (OSError, ValueError) as error:
            self.could_not_save(error)
        self._write()

    def tell_of_figures(self, cell, drawn):
        """Write down and publish that there are other figures, or the same ones in another state, if that is so.

        Parameters
        ----------
        cell : str or None
            The id of the cell that has run, where a client has told it.
        drawn : list
            Which figures it may have shown, see `listing.drawn`. An image says nothing of its figure: a page
            that knows can tell later whether that figure is back.
        """
        changed = self.figures.listing() != self._listed
        if changed:
            self._write()
        if cell and drawn:
            self.publish({"drawn": {"cell": cell, "figures": drawn}})
        elif changed:
            self.publish()

    def could_not_save(self, error):
        """Say that something could not be written, also to the next incarnation."""
        self.message = f"What is plotted now could not be saved, so a restart will lose it: {error}"
        self.unsaved = True
        self._diary.note_unsaved(error)

    def publish(self, metadata=None):
        """Send the plot state to whoever listens on iopub, with what else there is to say.

        Clients hand an `update_display_data` for an unknown display id on and draw nothing; a message type of our own
        would make nbclient log an error.
        """
        content = {
            "data": {MIME: self.state()},
            "metadata": metadata or {},
            "transient": {"display_id": DISPLAY_ID},
        }
        ipykernel.publish(self._kernel, "update_display_data", content)

    def _write(self):
        self._listed = self.figures.listing()
        try:
            self._diary.write(diary.STATE, self.state())
        except (OSError, ValueError) as error:
            self.could_not_save(error)
