"""The agent's life in one incarnation: the hooks on the user's cells, the diary and the message to the page."""

import os
import re
import sys
import threading
from datetime import datetime, timezone
from time import perf_counter

from . import backends, deferral, diary, figures, settings, state

MIME = "application/vnd.jupyter-mpl-guard.plot-state+json"
"""MIME type of the plot state in the iopub message."""

DISPLAY_ID = "jupyter-mpl-guard"
"""Display id that no output has: clients hand the message on and draw nothing."""

NEEDS_MATPLOTLIB = frozenset({"matplotlib", "mpl_toolkits", "pyplot", "pylab", "InlineBackend", "run", "runcell"})
"""Words in a cell for which Matplotlib has to be as it was before the cell starts."""


def quietly(hook):
    """Wrap a hook so that nothing that goes wrong in it reaches the user's cell.

    Hooks do nothing in a forked child or outside the main thread: a diary has one writer.
    """

    def call(self, *args):
        if os.getpid() != self.process or threading.current_thread() is not threading.main_thread() or self.paused:
            return
        try:
            hook(self, *args)
        except Exception as error:
            self.fail(error)

    return call


class Agent:
    """Watch one kernel, keep its diary, and restore what the last incarnation's diary holds.

    Parameters
    ----------
    shell : ipykernel.zmqshell.ZMQInteractiveShell
        The kernel's shell.
    """

    def __init__(self, shell):
        from ipykernel.connect import get_connection_file

        self.shell, self.kernel = shell, shell.kernel
        connection_file = get_connection_file()
        self.kernel_id = diary.kernel_id_of(connection_file)
        self.diary = diary.Diary.beside(connection_file)
        self.process = os.getpid()
        self.incarnation = 1
        self.paused = False
        self.message = self._overridden = ""
        self.last_restore = None
        self._status = None  # None: live or absent, as the kernel is
        self._watch = settings.Watch(shell)
        self._captured = {}
        self._figures = figures.token()
        self._running = False
        self._quiet_since = 0.0
        self._restore = self._hook = self._idle = None
        self._restore_info = {}
        self._planned = {}

    # -- life ----------------------------------------------------------------------------------------------------

    def begin(self, request):
        """Start watching, and restore what the diary of the last incarnation holds.

        Parameters
        ----------
        request : dict
            ``incarnation``: the server's count, 1 if absent; ``trigger``: what ended the last incarnation
            (``restart``, ``crash``; ``manual`` if absent); ``paused``: why the server has paused this kernel although
            its settings come back, "" if absent; ``same_process``: True where another version of the agent has
            already begun in this incarnation.
        """
        self.incarnation = max(int(request.get("incarnation", 1)), 1)
        self._overridden = request.get("paused", "")
        # Registered first: nothing of what follows may cost the user the watch.
        self.shell.events.register("pre_run_cell", self._before_cell)
        self.shell.events.register("post_run_cell", self._after_cell)
        try:
            previous = self.diary.read(diary.STATE) or {}
            record = self.diary.read(diary.RECORD) or {}
        except diary.DiaryError as error:
            self._note_restore(request, [], [{"what": "the plotting settings", "why": str(error)}], 0.0)
            previous, record = {}, {}
        if request.get("same_process"):
            self.incarnation = max(self.incarnation, int(previous.get("incarnation", 0)))
            previous = {}
        self.incarnation = max(self.incarnation, int(previous.get("incarnation", 0)) + 1)
        if "matplotlib" not in sys.modules:
            self._hook = deferral.ImportHook(
                {"matplotlib": self._at_matplotlib, "matplotlib.pyplot": self._finish_quietly}
            )
        if state.holds_something(previous):
            self._plan_restore(request, previous, record)
        elif "matplotlib" in sys.modules:
            self._save()

    def end(self):
        """Take all hooks away and drop what is planned."""
        self._drop_plan()
        if self._hook is not None:
            self._hook.remove()
        for event, hook in (("pre_run_cell", self._before_cell), ("post_run_cell", self._after_cell)):
            try:
                self.shell.events.unregister(event, hook)
            except ValueError:
                pass

    def state(self):
        """Return the plot state."""
        captured = self._planned or self._captured
        status = self._status or ("live" if state.holds_something(captured) else "absent")
        message = self.message
        if self.paused or self._overridden and status != "restoring":
            status, message = "paused", self._overridden
        return state.compose(
            self.kernel_id,
            self.incarnation,
            status,
            message,
            figures.listing(),
            self.last_restore,
            **captured,
        )

    # -- requests ------------------------------------------------------------------------------------------------

    def respond(self, action, request):
        """Carry out a request of the server's.

        Parameters
        ----------
        action : str
            ``begin``: nothing more to do, the agent is there; ``reinit``: finish a restore and choose a backend;
            ``pause``: stop or go on watching; ``forget``: remove the diary until something changes again.
        request : dict
            ``backend``: short name or None (reinit); ``paused``: bool, and ``message``: str (pause).
        """
        try:
            if action == "reinit":
                self._reinit(request.get("backend"))
            elif action == "pause":
                self.paused, self._overridden = bool(request["paused"]), request.get("message", "")
                if self._captured and not self.paused:
                    self._save()  # with what has changed meanwhile, and the status that is right again
            elif action == "forget":
                self._drop_plan()
                self.diary.remove()
                self._status, self.last_restore, self.message = None, None, ""
            self._publish()
        except Exception as error:
            self.fail(error)

    def _reinit(self, backend):
        self._finish()
        if backend is None or backend == self._captured.get("backend"):
            return
        missing = []
        try:
            backends.enable(self.shell, backend)
        except backends.Unavailable as error:
            missing.append({"what": f"backend {backend!r}", "why": str(error)})
        self._note_restore({"trigger": "manual"}, [] if missing else ["backend"], missing, 0.0)
        self._save()

    # -- hooks ---------------------------------------------------------------------------------------------------

    @quietly
    def _before_cell(self, info=None):
        self._running = True
        if self._restore is not None:
            words = set(re.findall(r"[^\W\d]\w*", getattr(info, "raw_cell", None) or ""))
            if words & NEEDS_MATPLOTLIB or not words.isdisjoint(self._planned["aliases"]):
                self._finish()

    @quietly
    def _after_cell(self, result=None):
        self._running, self._quiet_since = False, perf_counter()
        if self._restore is None and "matplotlib" in sys.modules:
            open_figures = figures.token()
            if self._watch.changed() or open_figures != self._figures:
                self._figures = open_figures
                self._save()
                self._publish()

    def fail(self, error):
        """Say in the state, and nowhere else, that something of ours went wrong."""
        self._drop_plan()
        self._status = "error"
        self.message = f"Plotting settings are not guarded in this kernel: {type(error).__name__}: {error}"
        try:
            self.kernel.log.debug("jupyter-mpl-guard", exc_info=error)
            self._publish()
        except Exception:
            pass

    # -- restore -------------------------------------------------------------------------------------------------

    def _plan_restore(self, request, previous, record):
        self._restore_info = request
        self._planned = {key: previous[key] for key in settings.NOTHING if key in previous}
        self._restore = settings.Restore(self.shell, self._watch, self._planned, record, self._has_spoken)
        self._status = "restoring"
        if "matplotlib" in sys.modules:
            self._finish()
            return
        steps = deferral.STEPS
        if self._planned.get("backend") == "widget":
            steps += deferral.WIDGET_STEPS
        try:
            from asyncio import get_running_loop

            self._quiet_since = perf_counter()
            self._idle = deferral.IdleImport(get_running_loop(), steps, self._is_busy, self._finish_quietly)
        except RuntimeError:  # no loop to wait on: the first cell that needs Matplotlib brings the settings back
            pass

    def _is_busy(self):
        return self._running or perf_counter() - self._quiet_since < deferral.QUIET

    @quietly
    def _at_matplotlib(self):
        self._watch.pristine()
        if self._restore is not None:
            self._restore.rc_params()

    @quietly
    def _finish_quietly(self):
        self._finish()

    def _finish(self):
        """Complete the restore that is planned, if there is one, and say how it ended."""
        restore, info = self._restore, self._restore_info
        if restore is None:
            return
        self._drop_plan()
        started = perf_counter()
        try:
            restore.everything()
        except ImportError as error:
            restore.missing.append({"what": "the plotting settings", "why": f"Matplotlib cannot be imported ({error})"})
        self._note_restore(info, restore.restored, restore.missing, 1000 * (perf_counter() - started))
        self._save()
        self._figures = figures.token()
        self._publish()

    def _drop_plan(self):
        self._restore, self._planned = None, {}
        if self._idle is not None:
            self._idle.cancel()
        self._idle = None

    def _note_restore(self, info, restored, missing, took_ms):
        self._status = "partial" if missing else "restored"
        self.last_restore = {
            "trigger": info.get("trigger", "manual"),
            "at": datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
            "took_ms": round(took_ms, 1),
            "restored": restored,
            "missing": missing,
        }

    def _has_spoken(self, *words):
        """Tell whether one of the words stands in the cells of this incarnation."""
        cells = "\n".join(self.shell.history_manager.input_hist_raw)
        return any(word in cells for word in words)

    # -- diary and page ------------------------------------------------------------------------------------------

    def _save(self):
        """Write down what is in force; a diary that cannot be written is said in the state."""
        self._captured, record = self._watch.capture()
        try:
            self.diary.write(diary.RECORD, record)
            self.diary.write(diary.STATE, self.state())
        except (OSError, ValueError) as error:
            self.message = f"The plotting settings could not be saved, so a restart will lose them: {error}"

    def _publish(self):
        """Send the plot state to whoever listens on iopub.

        Clients hand an `update_display_data` for an unknown display id on and draw nothing; a message type of our own
        would make nbclient log an error.
        """
        content = {
            "data": {MIME: self.state()},
            "metadata": {},
            "transient": {"display_id": DISPLAY_ID},
        }
        self.kernel.session.send(
            self.kernel.iopub_socket, "update_display_data", content, parent=self.kernel.get_parent("shell")
        )
