"""Whether code of the user may have run when no cell did: in threads, tasks of the event loop, callbacks of widgets."""

from __future__ import annotations

import threading

from .names import Mentioned

_THREADS = ("Thread", "Timer", "Process", "submit", "run_in_executor", "start_new_thread")
_TASKS = ("create_task", "ensure_future", "call_later", "call_soon", "PeriodicCallback")
_WIDGETS = (
    "observe",
    "on_click",
    "on_submit",
    "on_msg",
    "interact",
    "interactive",
    "interactive_output",
    "link",
    "dlink",
)
_PLOTS = ("on_changed", "on_clicked", "mpl_connect", "FuncAnimation", "add_callback", "on_trait_change")
_EVENTS = ("post_run_cell", "post_execute", "pre_execute", "pre_run_cell")
# In one string: these are words of cells, not names that are touched here.
_INTERPRETER = """
    signal setitimer set_custom_exc excepthook callbacks finalize __del__ addaudithook setprofile settrace
""".split()  # noqa: SIM905
CALLS_LATER = frozenset((*_THREADS, *_TASKS, *_WIDGETS, *_PLOTS, *_EVENTS, *_INTERPRETER))
"""Names in a cell after which code may run when no cell does."""


class Callbacks:
    """Know whether there is code that runs between cells.

    Attributes
    ----------
    are_there : bool
        Whether a cell has asked for some.
    may_have_run : bool
        Whether some may have run since `look_again` was called last.
    """

    def __init__(self) -> None:
        self._threads = threading.active_count()
        self.may_have_run = False
        self.are_there = False

    def cell_ends(self, what: Mentioned) -> None:
        """Note what a cell has mentioned."""
        self.are_there = self.are_there or not CALLS_LATER.isdisjoint(what.words)
        self.may_have_run = self.may_run

    @property
    def may_run(self) -> bool:
        """Whether some may run at any time."""
        return self.are_there or threading.active_count() > self._threads

    def look_again(self) -> None:
        """Count those that may have run as dealt with: what they may have changed has been looked at."""
        self.may_have_run = False
