"""The plot state and the requests: the documents that the agent, the server and the page exchange.

What most kernels do not need is imported on first access (PEP 562).
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
    Status,
    compose,
    holds_something,
)
from .request import (
    DIARY_DIR,
    NEVER_KEEP,
    Begin,
    DataChoice,
    NextRestore,
    Request,
    RestorePolicy,
    Trigger,
    request_from_json,
)

if TYPE_CHECKING:
    from .actions import (
        Close,
        Diagnose,
        Export,
        Forget,
        GetState,
        ListBackends,
        OnFigure,
        Pause,
        Picture,
        Question,
        Reinit,
        WriteCode,
    )
    from .outcome import FigureOutcome
    from .report import Missing, MissingKind, RestoreReport
    from .wanted import Wanted

__all__ = [
    "DIARY_DIR",
    "DISPLAY_ID",
    "EMPTY_INLINE",
    "EMPTY_SETTINGS",
    "FINAL",
    "MIME",
    "NEVER_KEEP",
    "NO_DATA",
    "PAUSED_BY_USER",
    "TOPIC",
    "UNSUPPORTED",
    "VERSION",
    "Begin",
    "Close",
    "DataChoice",
    "Diagnose",
    "Export",
    "FigureOutcome",
    "Forget",
    "GetState",
    "ListBackends",
    "Missing",
    "MissingKind",
    "NextRestore",
    "OnFigure",
    "Pause",
    "Picture",
    "Question",
    "Reinit",
    "Request",
    "RestorePolicy",
    "RestoreReport",
    "Status",
    "Trigger",
    "Wanted",
    "WriteCode",
    "compose",
    "holds_something",
    "request_from_json",
]

_LATER = {
    "FigureOutcome": "outcome",
    "Missing": "report",
    "MissingKind": "report",
    "RestoreReport": "report",
    "Wanted": "wanted",
}
"""Name to its module, where that is not `actions`."""


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("." + _LATER.get(name, "actions"), __package__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
