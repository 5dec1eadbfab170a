"""The plot state and the requests: the documents that the agent, the server and the page exchange.

What most kernels have no need of is imported when somebody asks for it (PEP 562).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .plot_state import (
    DISPLAY_ID,
    EMPTY_INLINE,
    EMPTY_SETTINGS,
    FINAL,
    MIME,
    NO_DATA,
    PAUSED_BY_USER,
    TOPIC,
    UNSUPPORTED,
    VERSION,
    compose,
    holds_something,
)
from .request import (
    ACTIONS,
    BACKEND,
    DATA,
    DIARY_DIR,
    NEVER_KEEP,
    NEXT_RESTORE,
    ON_FIGURES,
    POLICIES,
    QUESTIONS,
    TRIGGERS,
    WANTED,
    Request,
)

if TYPE_CHECKING:
    from .far import KERNEL_ID, Far
    from .on_figure import FORMATS, MOST_DPI, Drawing, Outcome
    from .report import Missing, MissingKind, RestoreReport

__all__ = [
    "ACTIONS",
    "BACKEND",
    "DATA",
    "DIARY_DIR",
    "DISPLAY_ID",
    "EMPTY_INLINE",
    "EMPTY_SETTINGS",
    "FINAL",
    "FORMATS",
    "KERNEL_ID",
    "MIME",
    "MOST_DPI",
    "NEVER_KEEP",
    "NEXT_RESTORE",
    "NO_DATA",
    "ON_FIGURES",
    "PAUSED_BY_USER",
    "POLICIES",
    "QUESTIONS",
    "TOPIC",
    "TRIGGERS",
    "UNSUPPORTED",
    "VERSION",
    "WANTED",
    "Drawing",
    "Far",
    "Missing",
    "MissingKind",
    "Outcome",
    "Request",
    "RestoreReport",
    "compose",
    "holds_something",
]

_LATER = {
    "far": ("KERNEL_ID", "Far"),
    "on_figure": ("FORMATS", "MOST_DPI", "Drawing", "Outcome"),
    "report": ("Missing", "MissingKind", "RestoreReport"),
}


def __getattr__(name: str) -> Any:
    for module, names in _LATER.items():
        if name in names:
            return getattr(import_module("." + module, __package__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
