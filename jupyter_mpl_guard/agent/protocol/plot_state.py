"""The plot state: what the agent says of a kernel, and what did not come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from enum import Enum
from typing import Any, NamedTuple

VERSION = 1

MIME = "application/vnd.jupyter-mpl-guard.plot-state+json"
"""MIME type of the plot state in the iopub message."""

DISPLAY_ID = "jupyter-mpl-guard"
"""Display id that no output has: clients pass the message on and draw nothing."""

TOPIC = b"jupyter-mpl-guard"
"""Topic under which the agent publishes on iopub: who subscribes to it alone hears nothing else of the kernel."""

EMPTY_INLINE = {
    "figure_formats": ["png"],
    "close_figures": True,
    "print_figure_kwargs": {"bbox_inches": "tight"},
    "rc": {},
}
"""Configuration of an inline backend that nobody has configured or used."""

EMPTY_SETTINGS = {"backend": None, "interactive": False, "rc_params": {}, "inline": EMPTY_INLINE, "aliases": {}}
"""Settings of a kernel that has not imported Matplotlib."""

FINAL = ("absent", "live", "restored", "partial", "offered", "paused", "error")
"""Statuses with which a restore ends."""

UNSUPPORTED = {"status": "unsupported"}
"""Answer of the agent in a Python that is not run by ipykernel."""

PAUSED_BY_USER = (
    "Plotting settings and figures are not kept for this kernel: it was paused. Resume it to have them kept."
)
"""Message of a plot state whose kernel the user has paused, over HTTP or in a cell."""

NO_DATA: dict[str, Any] = {"saved": 0, "bytes": 0, "waiting": [], "unsaved": []}
"""What the plot state says of data where there is none."""


class MissingKind(Enum):
    """What is missing, as far as something depends on it: sentences are for people and never compared."""

    OTHER = "other"
    NAME = "name"
    PARAMETER = "parameter"
    BACKEND = "backend"
    KEPT_FIGURES = "kept figures"
    LATEST_CHANGES = "latest changes"


class Missing(NamedTuple):
    """Something that was not saved or did not come back.

    Attributes
    ----------
    what : str
        What it is, as part of a sentence.
    why : str
        The reason, as part of a sentence.
    kind : MissingKind
        Which of them it is.
    key : str
        The name that is not bound, or the key of the rcParam.
    """

    what: str
    why: str
    kind: MissingKind = MissingKind.OTHER
    key: str = ""

    def to_json(self) -> dict[str, str]:
        """Return it as the plot state has it; characters that UTF-8 does not have are replaced."""
        return {"what": _encodable(self.what), "why": _encodable(self.why)}

    def to_record(self) -> dict[str, str]:
        """Return it as it is written down, with its kind where that is known."""
        if self.kind is MissingKind.OTHER:
            return self.to_json()
        return {**self.to_json(), "kind": self.kind.value, "key": _encodable(self.key)}

    @classmethod
    def from_json(cls, data: Any) -> Missing:
        """Return what `to_record` wrote, or what is such an object already.

        An earlier version has written no kind: then it stays named, whatever has come back.

        Raises
        ------
        ValueError
            The data is not of that form.
        """
        if isinstance(data, cls):
            return data
        if not isinstance(data, dict) or not all(isinstance(data.get(key), str) for key in ("what", "why")):
            raise ValueError(f"{data!r} does not name something that is missing")
        kind = next((each for each in MissingKind if each.value == data.get("kind")), MissingKind.OTHER)
        key = data.get("key")
        return cls(data["what"], data["why"], kind, key if isinstance(key, str) else "")


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


class RestoreReport(NamedTuple):
    """What one restore has done: the plot state's ``last_restore``.

    Attributes
    ----------
    trigger : str
        One of `TRIGGERS`.
    restored : tuple of str
        Keys of the plot state that are in force again.
    missing : tuple of Missing
        What is not.
    took_ms : float
        Duration in milliseconds.
    at : str
        Time of the end, in ISO 8601.
    names : tuple of str
        Names of data that come back, each at the latest when a cell mentions it.
    """

    trigger: str
    restored: tuple[str, ...]
    missing: tuple[Missing, ...]
    took_ms: float
    at: str
    names: tuple[str, ...] = ()

    @classmethod
    def now(
        cls, trigger: str, restored: Iterable[str], missing: Iterable[Missing], took_ms: float = 0.0
    ) -> RestoreReport:
        """Return the report of a restore that has just ended."""
        at = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        return cls(trigger, tuple(restored), tuple(missing), round(took_ms, 1), at)

    def and_then(self, restored: Iterable[str], missing: Iterable[Missing]) -> RestoreReport:
        """Return the report with what came back later."""
        return self._replace(restored=(*self.restored, *restored), missing=(*self.missing, *missing))

    def to_json(self) -> dict[str, Any]:
        """Return it as the plot state has it."""
        return {
            "trigger": self.trigger,
            "at": self.at,
            "took_ms": self.took_ms,
            "restored": list(self.restored),
            "missing": [each.to_json() for each in self.missing],
            **({"names": list(self.names)} if self.names else {}),
        }


def compose(
    kernel_id: str,
    incarnation: int,
    status: str,
    message: str = "",
    figures: Iterable[Mapping[str, Any]] = (),
    last_restore: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] = NO_DATA,
    **captured: Any,
) -> dict[str, Any]:
    """Return a plot state; keys that are not given are those of a kernel without Matplotlib.

    Parameters
    ----------
    kernel_id : str
        The kernel's id.
    incarnation : int
        Counts the lives of the kernel process from 1.
    status : str
        One of the schema's statuses.
    message : str
        One sentence for a person, "" when there is nothing to say.
    figures : iterable of mapping
        The figures as the schema has them.
    last_restore : mapping or None
        What the last restore of this incarnation did, see `RestoreReport.to_json`.
    data : mapping
        The data as the schema has it.
    **captured
        The keys of `EMPTY_SETTINGS`.
    """
    return {
        "version": VERSION,
        "kernel_id": kernel_id,
        "incarnation": incarnation,
        "status": status,
        "message": message,
        **EMPTY_SETTINGS,
        **captured,
        "figures": list(figures),
        "data": dict(data),
        "last_restore": last_restore,
    }


def holds_something(state: Mapping[str, Any]) -> bool:
    """Return whether a plot state has any settings to restore."""
    return any(state.get(key) for key in ("backend", "rc_params", "aliases"))
