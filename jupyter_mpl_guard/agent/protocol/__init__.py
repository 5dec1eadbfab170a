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
        ACTIONS,
        BACKEND,
        FORMATS,
        MOST_DPI,
        Action,
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
        Wanted,
        WriteCode,
    )
    from .gateway import KERNEL_ID, GatewayKernel
    from .outcome import FigureOutcome
    from .report import Missing, MissingKind, RestoreReport

__all__ = [
    "ACTIONS",
    "BACKEND",
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
    "NO_DATA",
    "PAUSED_BY_USER",
    "TOPIC",
    "UNSUPPORTED",
    "VERSION",
    "Action",
    "Begin",
    "Close",
    "DataChoice",
    "Diagnose",
    "Export",
    "FigureOutcome",
    "Forget",
    "GatewayKernel",
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
    "Trigger",
    "Wanted",
    "WriteCode",
    "compose",
    "holds_something",
    "request_from_json",
]

_LATER = {
    "actions": (
        "ACTIONS",
        "BACKEND",
        "FORMATS",
        "MOST_DPI",
        "Action",
        "Close",
        "Diagnose",
        "Export",
        "Forget",
        "ListBackends",
        "OnFigure",
        "Pause",
        "Picture",
        "Question",
        "Reinit",
        "GetState",
        "Wanted",
        "WriteCode",
    ),
    "gateway": ("KERNEL_ID", "GatewayKernel"),
    "outcome": ("FigureOutcome",),
    "report": ("Missing", "MissingKind", "RestoreReport"),
}


def __getattr__(name: str) -> Any:
    for module, names in _LATER.items():
        if name in names:
            return getattr(import_module("." + module, __package__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
