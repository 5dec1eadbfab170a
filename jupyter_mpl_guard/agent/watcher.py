"""The agent's life in one incarnation: the hooks on the user's cells, the diary and the message to the page."""

import asyncio
import os
import sys
import threading
from functools import partial
from time import perf_counter

from . import backends, deferral, diary, keeping, memory, preparation, recovery, settings, state

MIME = "application/vnd.jupyter-mpl-guard.plot-state+json"
"""MIME type of the plot state in the iopub message."""

DISPLAY_ID = "jupyter-mpl-guard"
"""Display id that no output has: clients hand the message on and draw nothing."""


PATIENCE = 1.5
"""Seconds without a cell after which figures come back after a restart, where the policy has them: a notebook that runs
all its cells has sent the first one by then."""


def quietly(hook, *, any_thread=False):
    """Wrap a hook so that nothing that goes wrong in it reaches the user's cell.

    Hooks do nothing in a forked child or outside the main thread: a diary has one writer.
    """

    def call(self, *args):
        if os.getpid() != self.process or self.paused:
            return
        if not any_thread and threading.current_thread() is not threading.main_thread():
            return
        try:
            hook(self, *args)
        except KeyboardInterrupt:
            pass  # IPython would print it as an error of ours
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
        self._figures = None
        self._listed = []
        self._cells = 0
        self._unsaved = self._outlived = False
        self._loop = _loop()
        self._words: frozenset = frozenset()
        self._running = False
        self._quiet_since = 0.0
        self._key = getattr(self.kernel.session, "key", b"")
        self._recovery = self._hook = self._later = self._preparing = None

    # -- life ----------------------------------------------------------------------------------------------------

    def begin(self, request):
        """Start watching, and restore what the diary of the last incarnation holds.

        Parameters
        ----------
        request : dict
            ``incarnation``: the server's count, 1 if absent; ``trigger``: what ended the last incarnation
            (``restart``, ``crash``; ``manual`` if absent); ``paused``: why the server has paused this kernel although
            its settings come back, "" if absent; ``figures``: the policy, ``crash`` if absent; ``limits``: of
            `checkpoint.Limits`; ``same_process``: True where another version of the agent has already begun in this
            incarnation.
        """
        self.incarnation = max(int(request.get("incarnation", 1)), 1)
        self._overridden, self._trigger = request.get("paused", ""), request.get("trigger", "manual")
        # Registered first: nothing of what follows may cost the user the watch.
        for event, hook in self._hooks():
            self.shell.events.register(event, hook)
        if "matplotlib.figure" not in sys.modules:
            callbacks = {"matplotlib.figure": self._at_figures}
            if "matplotlib" not in sys.modules:
                callbacks.update({"matplotlib": self._at_matplotlib, "matplotlib.pyplot": self._at_leisure})
            self._hook = deferral.ImportHook(callbacks)
        if self._loop is not None:
            self._preparing = deferral.IdleWork(self._loop, preparation.steps(), self._is_busy, lambda: None)
        last = memory.recall(self.diary, self.kernel_id, self._key)
        if request.get("same_process"):
            self.incarnation, last.settings, last.missing = max(self.incarnation, last.incarnation), {}, []
        else:
            self.incarnation = max(self.incarnation, last.incarnation + 1)
            self.diary.discard(diary.OUTLIVED)  # it is the last incarnation's
        self._figures = keeping.Keeping(self.shell, self.diary, self.kernel_id, request, self._loop, self._keep)
        coming = self._figures.begin(request)
        last.missing += self._figures.missing
        if state.holds_something(last.settings) or coming:
            self._status, self._quiet_since = "restoring", perf_counter()
            self._recovery = recovery.plan(self.shell, self._watch, last, request, self._is_busy, self._at_leisure)
            if coming:
                self._recovery.names, self._recovery.revive = self._figures.names, self._revive
            if "matplotlib" in sys.modules:
                self._finish()
        elif last.missing:
            self._conclude(recovery.report(request.get("trigger", "manual"), [], last.missing))
        elif "matplotlib" in sys.modules:
            self._save()

    def end(self):
        """Take all hooks away and drop what is planned."""
        self._drop_plan()
        if self._hook is not None:
            self._hook.remove()
        if self._figures is not None:
            self._figures.end()
        for planned in (self._later, self._preparing):
            if planned is not None:
                planned.cancel()
        for event, hook in self._hooks():
            try:
                self.shell.events.unregister(event, hook)
            except ValueError:
                pass

    def state(self):
        """Return the plot state."""
        captured = self._recovery.planned if self._recovery else self._captured
        status = self._status or ("live" if state.holds_something(captured) else "absent")
        message = self.message
        if self._figures.offered and status in ("absent", "live", "restored", "partial"):
            status, message = "offered", f"{_offer(self._figures.offered)} {message}".strip()
        if self.paused or (self._overridden and status != "restoring"):
            status, message = "paused", self._overridden
        return state.compose(
            self.kernel_id,
            self.incarnation,
            status,
            message,
            self._figures.listing(),
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
            ``backend``: short name or None, ``figures``: ``all`` to take an offer, ``none`` to end it (reinit);
            ``paused``: bool, and ``message``: str (pause).
        """
        try:
            if action == "reinit":
                self._reinit(request.get("backend"), request.get("figures", "auto"))
            elif action == "pause":
                self.paused, self._overridden = bool(request["paused"]), request.get("message", "")
                if not self.paused:
                    self._finish()
                    if "matplotlib" in sys.modules:
                        self._save()  # with what has changed meanwhile, and the status that is right again
                    self._keep()
            elif action == "forget":
                self._drop_plan()
                self.diary.remove()
                self._figures.forget()
                self._status, self.last_restore, self.message = None, None, ""
            self._publish()
        except Exception as error:
            self.fail(error)

    def _reinit(self, backend, wanted):
        if wanted == "none" and self._recovery is not None:
            self._figures.offer()  # not by itself: it stays an offer
        elif wanted == "none":
            self._figures.dismiss()
        self._finish()
        if wanted == "none":
            self._offer()
        elif wanted == "all":
            self._revive_at_leisure()
        restored, missing, started = [], [], perf_counter()
        if wanted == "all" and self._figures.offered:
            with deferral.undisturbed():
                count, missing = self._figures.accept()
            restored += ["figures"] if count else []
        if backend is not None and backend != self._captured.get("backend"):
            try:
                backends.enable(self.shell, backend)
                restored.append("backend")
            except backends.Unavailable as error:
                missing.append({"what": f"backend {backend!r}", "why": str(error)})
        if restored or missing:
            self._conclude(recovery.report("manual", restored, missing, 1000 * (perf_counter() - started)))
        if "matplotlib" in sys.modules:
            self._save()
            self._keep()

    # -- hooks ---------------------------------------------------------------------------------------------------

    def _hooks(self):
        return (
            ("pre_execute", self._before_execution),
            ("pre_run_cell", self._before_cell),
            ("post_run_cell", self._after_cell),
        )

    @quietly
    def _before_execution(self):
        if self._recovery is not None:  # of a silent request, which is no cell
            content = self.kernel.get_parent("shell").get("content", {})
            if not content.get("silent"):
                return  # a cell comes next, see `_before_cell`
            self._finish_for("\n".join([content.get("code", ""), *content.get("user_expressions", {}).values()]))

    @quietly
    def _before_cell(self, info=None):
        self._running = True
        self._offer()
        if self._figures.pending:
            self._keep()
        code = getattr(info, "raw_cell", None) or ""
        self._finish_for(code)
        self._words = recovery.words_of(code)

    def _finish_for(self, code):
        if self._recovery is not None and ("matplotlib.pyplot" in sys.modules or self._recovery.is_needed_by(code)):
            self._finish()

    @quietly
    def _after_cell(self, result=None):
        self._running, self._quiet_since = False, perf_counter()
        self._cells += 1
        self._finish_for("")
        if self.last_restore is not None and not (self._outlived or self._recovery or self._figures.planned):
            self._outlived = True
            self.diary.note(diary.OUTLIVED)
        if self._recovery is None and "matplotlib" in sys.modules:
            failed = self._status == "error"
            if failed or self._watch.changed():
                if failed:
                    self._status, self.message = None, ""
                self._save()
                self._publish()
            self._figures.schedule()

    @quietly
    def _keep(self, idle=False):
        """Save the figures that have changed, and say so."""
        if idle and self._is_busy():
            self._figures.wait(idle=True)
            return
        try:
            words, self._words = self._words, frozenset()
            self._figures.checkpoint(words, idle=idle)
            if self._unsaved:
                self._save()  # there may be room again
        except (OSError, ValueError) as error:
            self._could_not_save(error)
        listing = self._figures.listing()
        if listing != self._listed:
            self._write_state()
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

    # -- recovery ------------------------------------------------------------------------------------------------

    def _is_busy(self):
        return self._running or perf_counter() - self._quiet_since < deferral.QUIET

    @partial(quietly, any_thread=True)
    def _at_matplotlib(self):
        self._watch.pristine()
        if self._recovery is not None:
            self._recovery.at_matplotlib()

    @partial(quietly, any_thread=True)
    def _at_figures(self):
        self._figures.hear_of_figures()

    @quietly
    def _at_leisure(self):
        self._finish()

    def _revive(self):
        """Bring the figures back after a crash; after a restart a cell may come that is the first of them all."""
        return (0, []) if self._trigger == "restart" else self._figures.revive()

    @quietly
    def _revive_at_leisure(self):
        """Bring the figures back after a restart, now that no cell has come."""
        if self._figures.planned:
            with deferral.undisturbed():
                count, missing = self._figures.revive()
            report = dict(self.last_restore or {})
            report["restored"] = report["restored"] + (["figures"] if count else [])
            report["missing"] = report["missing"] + missing
            self._conclude(report)
            self._save()
            self._keep()
            self._publish()

    def _offer(self):
        """Leave figures that were to come back after a restart to the user: a cell has come first."""
        if self._figures.planned and self._recovery is None:
            self._figures.offer()
            self._conclude(self.last_restore)

    def _finish(self):
        """Complete the recovery that is under way, if there is one, and say how it ended."""
        under_way = self._recovery
        if under_way is None:
            return
        self._recovery = None  # a cell that is imported or run by the recovery must not start it again
        with deferral.undisturbed():
            report = under_way.finish()
        self._conclude(report)
        if self._figures.planned and (self._cells or self._running or self._loop is None):
            self._offer()
        elif self._figures.planned:
            self._status = "restoring"
            self._later = self._loop.call_later(PATIENCE, self._revive_at_leisure)
        self._save()
        self._keep()
        self._publish()

    def _drop_plan(self):
        if self._recovery is not None:
            self._recovery.cancel()
        self._recovery = None

    def _conclude(self, report):
        self._status, self.last_restore = "partial" if report["missing"] else "restored", report

    # -- diary and page ------------------------------------------------------------------------------------------

    def _save(self):
        """Write down what is in force; a diary that cannot be written is said in the state."""
        self._captured, record = self._watch.capture()
        try:
            memory.keep(self.diary, self._captured, record, self.kernel_id, self._key)
            self.diary.all_saved()
            if self._unsaved:
                self._unsaved, self.message = False, ""
        except (OSError, ValueError) as error:
            self._could_not_save(error)
        self._write_state()

    def _write_state(self):
        self._listed = self._figures.listing()
        try:
            self.diary.write(diary.STATE, self.state())
        except (OSError, ValueError) as error:
            self._could_not_save(error)

    def _could_not_save(self, error):
        self.message = f"What is plotted now could not be saved, so a restart will lose it: {error}"
        self._unsaved = True
        self.diary.note_unsaved(error)

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


def _offer(count):
    figures = "1 figure" if count == 1 else f"{count} figures"
    return f"Plotting settings are back; {figures} from before the restart can be restored."


def _loop():
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
