"""The agent's life in one incarnation: the hooks on the user's cells, and the requests of the server."""

import os
import sys
from functools import partial
from time import perf_counter

from . import import_hook, interrupts, protocol, reporter, safe_hook
from .figures import autosave, warmup
from .internals.ipykernel import request_content
from .restore import cell_needs, idle, job, scheduler
from .settings import backends, capture
from .storage import diary, settings_record


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
        self._loop = idle.loop()
        self._watch = capture.Watch(shell)
        self.standing = reporter.StateReporter(self.kernel, self.diary, self.kernel_id, self._watch)
        self._comeback = scheduler.RestoreScheduler(
            shell, self._watch, self.standing, self._loop, self._keep, self._at_leisure, self._revive
        )
        self._figures = self._hook = self._preparing = None
        self._outlived = False
        self._words: frozenset = frozenset()
        self._cell = None

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
        count = max(int(request.get("incarnation", 1)), 1)
        self.standing.incarnation, self.standing.overridden = count, request.get("paused", "")
        # Registered first: nothing of what follows may cost the user the watch.
        for event, hook in self._hooks():
            self.shell.events.register(event, hook)
        if "matplotlib.figure" not in sys.modules:
            callbacks = {"matplotlib.figure": self._at_figures}
            if "matplotlib" not in sys.modules:
                callbacks.update({"matplotlib": self._at_matplotlib, "matplotlib.pyplot": self._at_leisure})
            self._hook = import_hook.ImportHook(callbacks)
        if self._loop is not None:
            is_busy = self._comeback.is_busy
            self._preparing = idle.IdleWork(self._loop, warmup.steps(), is_busy, lambda: None)
        last = settings_record.recall(self.diary, self.kernel_id, getattr(self.kernel.session, "key", b""))
        if request.get("same_process"):
            self.standing.incarnation, last.settings, last.missing = max(count, last.incarnation), {}, []
        else:
            self.standing.incarnation = max(count, last.incarnation + 1)
            self.diary.discard(diary.OUTLIVED)  # it is the last incarnation's
        self._figures = autosave.Autosave(self.shell, self.diary, self.kernel_id, request, self._loop, self._keep)
        self.standing.figures = self._figures
        coming = self._figures.begin(request)
        last.missing += self._figures.missing
        if protocol.holds_something(last.settings) or coming:
            self._comeback.plan(last, request, coming)
        elif last.missing:
            self.standing.conclude(job.report(request.get("trigger", "manual"), [], last.missing))
        elif "matplotlib" in sys.modules:
            self.standing.save()

    def end(self):
        """Take all hooks away and drop what is planned."""
        self._comeback.end()
        if self._hook is not None:
            self._hook.remove()
        if self._figures is not None:
            self._figures.end()
        if self._preparing is not None:
            self._preparing.cancel()
        for event, hook in self._hooks():
            try:
                self.shell.events.unregister(event, hook)
            except ValueError:
                pass

    def state(self):
        """Return the plot state."""
        return self.standing.state()

    def fail(self, error):
        """Say in the state, and nowhere else, that something of ours went wrong."""
        self._comeback.drop()
        self.standing.fail(error)

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
                self.standing.paused, self.standing.overridden = bool(request["paused"]), request.get("message", "")
                if not self.standing.paused:
                    self._comeback.finish()
                    if "matplotlib" in sys.modules:
                        self.standing.save()  # with what has changed meanwhile, and the status that is right again
                    self._keep()
            elif action == "forget":
                self._comeback.drop()
                self.diary.remove()
                self._figures.forget()
                self.standing.forget()
            self.standing.publish()
        except Exception as error:
            self.fail(error)

    def _reinit(self, backend, wanted):
        if wanted == "none" and self._comeback.under_way:
            self._figures.offer()  # not by itself: it stays an offer
        elif wanted == "none":
            self._figures.dismiss()
        self._comeback.finish()
        if wanted == "none":
            self._comeback.offer()
        elif wanted == "all":
            self._revive()
        restored, missing, started = [], [], perf_counter()
        if wanted == "all" and self._figures.offered:
            with interrupts.undisturbed():
                count, missing = self._figures.accept()
            restored += ["figures"] if count else []
        if backend is not None and backend != self.standing.captured.get("backend"):
            try:
                backends.enable(self.shell, backend)
                restored.append("backend")
            except backends.Unavailable as error:
                missing.append({"what": f"backend {backend!r}", "why": str(error)})
        if restored or missing:
            self.standing.conclude(job.report("manual", restored, missing, 1000 * (perf_counter() - started)))
        if "matplotlib" in sys.modules:
            self.standing.save()
            self._keep()

    # -- hooks ---------------------------------------------------------------------------------------------------

    def _hooks(self):
        return (
            ("pre_execute", self._before_execution),
            ("pre_run_cell", self._before_cell),
            ("post_run_cell", self._after_cell),
        )

    @safe_hook.safe_hook
    def _before_execution(self):
        if self._comeback.under_way:  # of a silent request, which is no cell
            content = request_content(self.kernel)
            if not content.get("silent"):
                return  # a cell comes next, see `_before_cell`
            expressions = content.get("user_expressions", {}).values()
            self._comeback.finish_for("\n".join([content.get("code", ""), *expressions]))

    @safe_hook.safe_hook
    def _before_cell(self, info=None):
        self._comeback.before_cell()
        if self._figures.pending:
            self._keep()
        code = getattr(info, "raw_cell", None) or ""
        self._comeback.finish_for(code)
        self._words, self._cell = cell_needs.words_of(code), getattr(info, "cell_id", None)

    @safe_hook.safe_hook
    def _after_cell(self, result=None):
        self._comeback.after_cell()
        if not self._outlived and self._comeback.over:
            self._outlived = True
            self.diary.note(diary.OUTLIVED)
        if not self._comeback.under_way and "matplotlib" in sys.modules:
            if self.standing.recover() or self._watch.changed():
                self.standing.save()
                self.standing.publish()
            self._figures.schedule()

    @safe_hook.safe_hook
    def _keep(self, idle=False):
        """Save the figures that have changed, and say so."""
        if idle and self._comeback.is_busy():
            self._figures.wait(idle=True)
            return
        words, self._words = self._words, frozenset()
        cell, self._cell = self._cell, None
        try:
            self._figures.checkpoint(words, idle=idle)
            if self.standing.unsaved:
                self.standing.save()  # there may be room again
        except (OSError, ValueError) as error:
            self.standing.could_not_save(error)
        self.standing.tell_of_figures(cell, self._figures.drawn(words))

    @partial(safe_hook.safe_hook, any_thread=True)
    def _at_matplotlib(self):
        self._watch.pristine()
        self._comeback.at_matplotlib()

    @partial(safe_hook.safe_hook, any_thread=True)
    def _at_figures(self):
        self._figures.hear_of_figures()

    @safe_hook.safe_hook
    def _at_leisure(self):
        self._comeback.finish()

    @safe_hook.safe_hook
    def _revive(self):
        self._comeback.revive()
