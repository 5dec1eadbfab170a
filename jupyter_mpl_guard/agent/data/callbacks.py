"""Whether code of the user may have run when no cell did: in threads, tasks of the event loop, callbacks of widgets."""

from __future__ import annotations

import threading

from ..cells.source import Mentioned

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

_MORE = """
    gather wait_for Task TaskGroup call_at call_soon_threadsafe run_coroutine_threadsafe add_done_callback
    add_reader add_writer add_timeout start_server register_target watch bind onselect hook hooks
    display_formatter formatters for_type for_type_by_name input_transformers_cleanup input_transformer_manager
    line_transforms token_transformers prefilter_manager ast_transformers set_trace gi_frame _getframe currentframe
"""
MAY_CALL_LATER = CALLS_LATER.union(_MORE.split())
"""Names after which code that no cell mentions may run, besides those that begin with ``on_``."""


class Callbacks:
    """Track whether there is code that runs between cells.

    Attributes
    ----------
    are_there : bool
        Whether a cell has asked for such code.
    may_have_run : bool
        Whether such code may have run since the last call of `look_again`.
    """

    def __init__(self) -> None:
        self._threads = threading.active_count()
        self.may_have_run = False
        self.are_there = False
        self._are_possible = False

    def cell_ends(self, what: Mentioned) -> None:
        """Note what a cell has mentioned."""
        self.are_there = self.are_there or not CALLS_LATER.isdisjoint(what.identifiers)
        self.may_have_run = self.are_there or self._has_threads
        if not self._are_possible:
            named = not MAY_CALL_LATER.isdisjoint(what.identifiers) or any(
                each.startswith("on_") for each in what.identifiers
            )
            self._are_possible = self.may_have_run or named

    def have_run(self) -> None:
        """Note that callbacks have run."""
        self._are_possible = True

    @property
    def are_possible(self) -> bool:
        """Whether there has ever been a sign of callbacks; then it is not known what a cell leaves unchanged."""
        return self._are_possible or self._has_threads

    @property
    def _has_threads(self) -> bool:
        return threading.active_count() > self._threads

    def look_again(self) -> None:
        """Mark callbacks that may have run as handled: what they may have changed has been looked at."""
        self.may_have_run = False
